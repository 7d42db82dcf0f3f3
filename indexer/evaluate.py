"""Compares inferred labels with labels that a person gave; exports inferred labels as a table.

Both read only the files. A ``metadata.csv`` beside them, which elsewhere overrides inference,
is ignored here.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import ReadError
from engine.model import UNKNOWN, Report
from indexer.ahead import Assembled, read_ahead
from indexer.metadata import COLUMNS, METADATA_FILE
from indexer.read import find_files
from indexer.regions import resolve

LABELS = ("region", "province", "year", "issuer", "published")
_TABLE_LABELS = tuple(name for name in LABELS if name != "province")  # it follows from the region
_EXPORTED_COLUMNS = tuple(name for name in COLUMNS if name != "url")


@dataclass(slots=True)
class Score:
    """The results for one label, over all files for which the table states it.

    ``confusions`` counts wrong labels as (expected, actual), where an empty ``actual`` means
    unknown. ``examples`` has the source of one file for each confusion.
    """

    right: int = 0
    confusions: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def unknown(self) -> int:
        return sum(count for (_, actual), count in self.confusions.items() if not actual)

    @property
    def wrong(self) -> int:
        return sum(self.confusions.values()) - self.unknown

    @property
    def total(self) -> int:
        return self.right + sum(self.confusions.values())

    def add(self, expected: str, actual: str, right: bool, source: str) -> None:
        """Count the label of one file."""
        if right:
            self.right += 1
        else:
            self.confusions[expected, actual] += 1
            self.examples.setdefault((expected, actual), source)


def evaluate(folder: Path, table: Path) -> tuple[dict[str, Score], list[ReadError]]:
    """Return the score of each label that the table has a column for, and the files not read.

    The table is separated by tabs. ``file`` is a path relative to ``folder``; other columns
    are among ``region`` (a path, or the name at its deepest level), ``year``, ``issuer`` and
    ``published``. Other columns and empty cells are ignored. The value ``unknown`` is right
    where nothing was inferred. Raises ``ReadError`` for a table of another form.
    """
    expected_labels = _read_table(folder, table)
    scores: dict[str, Score] = {}
    failures = []
    for source, outcome in _reports(folder, list(expected_labels)):
        if isinstance(outcome, ReadError):
            failures.append(outcome)
            continue
        for name, expected, actual, is_right in _compare(expected_labels[source], outcome):
            scores.setdefault(name, Score()).add(expected, actual, is_right, source)
    return {name: scores[name] for name in LABELS if name in scores}, failures


def export(folder: Path) -> tuple[list[dict[str, str]], list[ReadError]]:
    """Return the rows of a ``metadata.csv`` for a folder, and the files that cannot be read.

    A row has the labels inferred for one file, for a person to correct. Files with several
    reports get no row.
    """
    files = [file.relative_to(folder).as_posix() for file in find_files(folder)]
    rows: list[dict[str, str]] = []
    failures = []
    reports_per_file: Counter[str] = Counter()
    for source, outcome in _reports(folder, [name for name in files if name != METADATA_FILE]):
        if isinstance(outcome, ReadError):
            failures.append(outcome)
            continue
        reports_per_file[source] += 1
        rows.append({"file": source, "title": outcome.title, **_labels(outcome)})
    kept = [row for row in rows if reports_per_file[row["file"]] == 1]
    return [{name: row[name] for name in _EXPORTED_COLUMNS} for row in kept], failures


def _reports(folder: Path, names: Sequence[str]) -> Iterator[tuple[str, Report | ReadError]]:
    files = [(folder / name, name, "") for name in names]
    for name, outcomes in zip(names, read_ahead(files), strict=True):
        for outcome in outcomes:
            yield name, outcome.report if isinstance(outcome, Assembled) else outcome


def _labels(report: Report) -> dict[str, str]:
    """The labels of a report as a table spells them; empty where unknown."""
    return {
        "region": "/".join(report.region.names),
        "year": str(report.year or ""),
        "issuer": report.issuer,
        "published": report.published,
    }


def _compare(
    expected_labels: Mapping[str, str], report: Report
) -> Iterator[tuple[str, str, str, bool]]:
    """Yield each label with its expected value, its actual value, and whether that is right."""
    labels = _labels(report)
    for name, expected in expected_labels.items():
        actual = labels[name]
        if expected == UNKNOWN:
            yield name, expected, actual, not actual
        elif name == "region":
            yield name, expected, actual, f"/{actual}".endswith(f"/{expected}")
            if province := _province(expected):
                actual_province = actual.partition("/")[0]
                yield "province", province, actual_province, actual_province == province
        else:
            yield name, expected, actual, actual == expected


def _province(region: str) -> str:
    """The province of a region; "" where several regions have this name."""
    try:
        return (*resolve(region).names, "")[0]
    except ValueError:
        return ""


def _read_table(folder: Path, table: Path) -> dict[str, dict[str, str]]:
    """Read the table: file -> label -> value."""
    try:
        lines = table.read_text("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise ReadError(str(table), "不是 UTF-8 编码，请另存为 UTF-8") from error
    rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    header = next(rows, [])
    known = [name for name in header if name in _TABLE_LABELS]
    if "file" not in header or not known:
        reason = f"第 1 行应有 file 和 {'、'.join(_TABLE_LABELS)} 中的几列，以制表符分隔"
        raise ReadError(str(table), reason)
    expected_labels: dict[str, dict[str, str]] = {}
    for row in rows:
        if len(row) != len(header):
            reason = f"第 {rows.line_num} 行有 {len(row)} 格，表头有 {len(header)} 格"
            raise ReadError(str(table), reason)
        cells = dict(zip(header, (cell.strip() for cell in row), strict=True))
        if not (folder / cells["file"]).is_file():
            reason = f"第 {rows.line_num} 行：{folder} 里找不到文件“{cells['file']}”"
            raise ReadError(str(table), reason)
        expected_labels[cells["file"]] = {name: cells[name] for name in known if cells[name]}
    return expected_labels
