"""Writes inferred labels as the rows of a ``metadata.csv``, for a person to correct.

Either all rows, or only those with an unknown or doubtful label, the worst first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.errors import ReadError
from engine.model import Report
from indexer.ahead import Outcome, read_ahead
from indexer.assemble import Assembled
from indexer.corpus_files import corpus_files
from indexer.metadata import COLUMNS, METADATA_FILE
from indexer.read import find_files

_EXPORTED_COLUMNS = tuple(name for name in COLUMNS if name != "url")
# What an unknown label costs, and half of it a doubtful one.
_COSTS = {"region": 4, "year": 4, "title": 3, "kind": 2, "issuer": 1}
# How evidence begins that often misleads: figures of the running text, the lead of a news item.
_WEAK_EVIDENCE = ("据正文", "据导语", "据开头", "据发布日期")

Row = dict[str, str]


def export(folder: Path) -> tuple[list[Row], list[ReadError]]:
    """Return the rows of a ``metadata.csv`` for a folder, and what cannot be read.

    A row has the labels inferred for one file; every ``metadata.csv`` is ignored. Files with
    several reports get no row.
    """
    paths = [path for path in find_files(folder) if path.name != METADATA_FILE]
    reports, failures = _single_reports(folder, [(path, "") for path in paths])
    return [_row(source, report) for source, report in reports], failures


def doubtful(folder: Path) -> tuple[list[Row], list[ReadError]]:
    """Return the rows with an unknown or doubtful label, the worst first, and what cannot be read.

    What a ``metadata.csv`` states is neither.
    """
    files, faults = [], []
    for file in corpus_files(folder):
        if isinstance(file, ReadError):
            faults.append(file)
        elif file.path.name != METADATA_FILE:
            files.append((file.path, file.stated))
    reports, failures = _single_reports(folder.resolve(), files)
    costs = sorted((-_cost(report), source) for source, report in reports)
    by_source = dict(reports)
    return [_row(source, by_source[source]) for cost, source in costs if cost], faults + failures


def labels_of(report: Report) -> Row:
    """The labels of a report as a table spells them; empty where unknown."""
    return {
        "region": "/".join(report.region.names),
        "year": str(report.year or ""),
        "issuer": report.issuer,
        "published": report.published,
        "kind": report.kind,
    }


def outcomes_of(folder: Path, files: Sequence[tuple[Path, str]]) -> Iterator[tuple[str, Outcome]]:
    """Yield each report of the files, or the error for what cannot be read, with its file.

    Each file has its path, which lies in ``folder``, and what metadata states of it, as JSON.
    """
    named = [(path, path.relative_to(folder).as_posix(), stated) for path, stated in files]
    for (_, source, _), read in zip(named, read_ahead(named), strict=True):
        for outcome in read.outcomes:
            yield source, outcome


def _single_reports(
    folder: Path, files: Sequence[tuple[Path, str]]
) -> tuple[list[tuple[str, Assembled]], list[ReadError]]:
    """The only report of each file that has just one, and the files that cannot be read."""
    found: list[tuple[str, Assembled]] = []
    failures = []
    for source, outcome in outcomes_of(folder, files):
        if isinstance(outcome, ReadError):
            failures.append(outcome)
        else:
            found.append((source, outcome))
    reports_per_file = Counter(source for source, _ in found)
    return [entry for entry in found if reports_per_file[entry[0]] == 1], failures


def _row(source: str, outcome: Assembled) -> Row:
    row = {"file": source, "title": _title(outcome), **labels_of(outcome.report)}
    return {name: row[name] for name in _EXPORTED_COLUMNS}


def _title(outcome: Assembled) -> str:
    """The title; "" where the first words of the text stand in for it."""
    title = outcome.report.title
    start = title.removesuffix("…")
    is_substitute = any(p.kind == "body" and p.text.startswith(start) for p in outcome.paragraphs)
    return "" if is_substitute else title


def _cost(outcome: Assembled) -> float:
    """How much a person should look at the labels of a report; 0 where they seem right."""
    values = {"title": _title(outcome), **labels_of(outcome.report)}
    evidence = outcome.report.evidence
    return sum(
        cost if not values[name] else cost / 2
        for name, cost in _COSTS.items()
        if not values[name] or evidence.get(name, "").startswith(_WEAK_EVIDENCE)
    )
