"""How right the labels are on files that somebody has labelled, and a table to start from.

Both read the files alone: a ``metadata.csv`` beside them, which overrides what is
inferred, does not count here.
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
from indexer.metadata import COLUMNS, NAME
from indexer.read import find_files
from indexer.regions import resolve

LABELS = ("region", "province", "year", "issuer", "published")
_TOLD = tuple(name for name in LABELS if name != "province")  # follows from the region
_EXPORTED = tuple(name for name in COLUMNS if name != "url")


@dataclass(slots=True)
class Score:
    """One label over all files that the table labels.

    ``taken`` counts what was taken for what (due, got; an empty ``got`` is unknown),
    ``example`` names a file for each.
    """

    right: int = 0
    taken: Counter[tuple[str, str]] = field(default_factory=Counter)
    example: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def unknown(self) -> int:
        return sum(count for (_, got), count in self.taken.items() if not got)

    @property
    def wrong(self) -> int:
        return sum(self.taken.values()) - self.unknown

    @property
    def total(self) -> int:
        return self.right + sum(self.taken.values())

    def note(self, due: str, got: str, right: bool, source: str) -> None:
        """Count one file."""
        if right:
            self.right += 1
        else:
            self.taken[due, got] += 1
            self.example.setdefault((due, got), source)


def evaluate(folder: Path, table: Path) -> tuple[dict[str, Score], list[ReadError]]:
    """The score of each label that the table has a column for, and files that cannot be read.

    The table is separated by tabs; ``file`` is a path relative to ``folder``, other columns
    are among ``region`` (a path, or the name at its deepest level), ``year``, ``issuer`` and
    ``published``. What else it holds is passed over, and so are empty cells; ``unknown``
    is right where nothing is labelled. Raises ``ReadError`` for a table that is not so.
    """
    due = _read_table(folder, table)
    scores: dict[str, Score] = {}
    failures = []
    for source, outcome in _reports(folder, list(due)):
        if isinstance(outcome, ReadError):
            failures.append(outcome)
            continue
        for name, wanted, got, right in _compare(due[source], outcome):
            scores.setdefault(name, Score()).note(wanted, got, right, source)
    return {name: scores[name] for name in LABELS if name in scores}, failures


def export(folder: Path) -> tuple[list[dict[str, str]], list[ReadError]]:
    """Rows of a ``metadata.csv`` for the files of a folder that hold one report each.

    They say what was inferred, for a person to correct. Files that cannot be read come
    along apart.
    """
    files = [file.relative_to(folder).as_posix() for file in find_files(folder)]
    rows: list[dict[str, str]] = []
    failures = []
    counted: Counter[str] = Counter()
    for source, outcome in _reports(folder, [name for name in files if name != NAME]):
        if isinstance(outcome, ReadError):
            failures.append(outcome)
            continue
        counted[source] += 1
        rows.append({"file": source, "title": outcome.title, **_labels(outcome)})
    kept = [row for row in rows if counted[row["file"]] == 1]
    return [{name: row[name] for name in _EXPORTED} for row in kept], failures


def _reports(folder: Path, names: Sequence[str]) -> Iterator[tuple[str, Report | ReadError]]:
    files = [(folder / name, name, "") for name in names]
    for name, outcomes in zip(names, read_ahead(files), strict=True):
        for outcome in outcomes:
            yield name, outcome.report if isinstance(outcome, Assembled) else outcome


def _labels(report: Report) -> dict[str, str]:
    """What is known of a report, as a table spells it; empty where it is unknown."""
    return {
        "region": "/".join(report.region.names),
        "year": str(report.year or ""),
        "issuer": report.issuer,
        "published": report.published,
    }


def _compare(due: Mapping[str, str], report: Report) -> Iterator[tuple[str, str, str, bool]]:
    """Each label with what it should be, what it is, and whether that is right."""
    labels = _labels(report)
    for name, wanted in due.items():
        got = labels[name]
        if wanted == UNKNOWN:
            yield name, wanted, got, not got
        elif name == "region":
            yield name, wanted, got, f"/{got}".endswith(f"/{wanted}")
            if province := _province(wanted):
                top = got.partition("/")[0]
                yield "province", province, top, top == province
        else:
            yield name, wanted, got, got == wanted


def _province(region: str) -> str:
    """The province of a region, or nothing where its name stands for several."""
    try:
        return (*resolve(region).names, "")[0]
    except ValueError:
        return ""


def _read_table(folder: Path, table: Path) -> dict[str, dict[str, str]]:
    """What the table says: file -> label -> value."""
    try:
        lines = table.read_text("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise ReadError(str(table), "不是 UTF-8 编码，请另存为 UTF-8") from error
    rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    header = next(rows, [])
    known = [name for name in header if name in _TOLD]
    if "file" not in header or not known:
        why = f"第 1 行应有 file 和 {'、'.join(_TOLD)} 中的几列，以制表符分隔"
        raise ReadError(str(table), why)
    due: dict[str, dict[str, str]] = {}
    for row in rows:
        if len(row) != len(header):
            why = f"第 {rows.line_num} 行有 {len(row)} 格，表头有 {len(header)} 格"
            raise ReadError(str(table), why)
        cells = dict(zip(header, (cell.strip() for cell in row), strict=True))
        if not (folder / cells["file"]).is_file():
            why = f"第 {rows.line_num} 行：{folder} 里找不到文件“{cells['file']}”"
            raise ReadError(str(table), why)
        due[cells["file"]] = {name: cells[name] for name in known if cells[name]}
    return due
