"""Compares inferred labels with labels that a person gave.

Only the files are read. A ``metadata.csv`` beside them, which elsewhere overrides inference, is
ignored.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engine.analyze import normalise
from engine.errors import ReadError
from engine.model import UNKNOWN, Report
from indexer.document_kinds import KINDS
from indexer.label_table import labels_of, outcomes_of
from indexer.regions import resolve

LABELS = ("region", "province", "year", "issuer", "published", "title", "kind")
_TABLE_LABELS = tuple(name for name in LABELS if name != "province")  # it follows from the region


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
    are among ``region`` (a path, or the name at its deepest level), ``year``, ``issuer``,
    ``published``, ``title`` and ``kind``. Other columns and empty cells are ignored. A cell may
    have alternatives (``2024|2025``), of which each is right; ``unknown``, or an empty
    alternative, is right where nothing was inferred. Raises ``ReadError`` for a table of
    another form.
    """
    expected_labels = _read_table(folder, table)
    scores: dict[str, Score] = {}
    failures = []
    files = [(folder / name, "") for name in expected_labels]
    for source, outcome in outcomes_of(folder, files):
        if isinstance(outcome, ReadError):
            failures.append(outcome)
            continue
        labels = _compare(expected_labels[source], outcome.report)
        for name, expected, actual, is_right in labels:
            scores.setdefault(name, Score()).add(expected, actual, is_right, source)
    return {name: scores[name] for name in LABELS if name in scores}, failures


def _compare(
    expected_labels: Mapping[str, str], report: Report
) -> Iterator[tuple[str, str, str, bool]]:
    """Yield each label with its expected value, its actual value, and whether that is right."""
    labels = {**labels_of(report), "title": report.title}
    for name, expected in expected_labels.items():
        actual = labels[name]
        alternatives = ["" if a == UNKNOWN else a for a in map(str.strip, expected.split("|"))]
        if name == "kind" and not any(_kind(a) in KINDS for a in alternatives):
            continue  # a division of the table's own, which no label can match
        yield name, expected, actual, any(_is_right(name, a, actual) for a in alternatives)
        if name == "region" and any(provinces := [_province(a) for a in alternatives]):
            province = actual.partition("/")[0]
            yield "province", "|".join(provinces), province, province in provinces


def _is_right(name: str, expected: str, actual: str) -> bool:
    if not expected or not actual:
        return expected == actual
    if name == "region":
        return f"/{actual}".endswith(f"/{expected}")
    if name == "kind":
        return _kind(expected) == actual
    if name in ("title", "issuer"):
        return _alike(expected) == _alike(actual)
    return actual == expected


def _kind(expected: str) -> str:
    """The kind that a table means; what follows a hyphen divides it further (``统计公报-地方``)."""
    return expected.partition("-")[0]


def _alike(text: str) -> str:
    """The text without blanks and punctuation, in simplified script and half-width forms."""
    return "".join(char for char in normalise(text) if char.isalnum())


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
