"""Writes inferred labels as the rows of a ``metadata.csv``, for a person to correct.

Either all rows, or only those with an unknown or doubtful label, the worst first.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from engine.errors import ReadError
from engine.model import Report
from indexer.ahead import Outcome, read_ahead
from indexer.assemble import Assembled
from indexer.metadata import COLUMNS, read_metadata
from indexer.read import METADATA_FILE, find_files

_EXPORTED_COLUMNS = tuple(name for name in COLUMNS if name != "url")
# What an unknown label costs, and half of it a doubtful one.
_COSTS = {"region": 4, "year": 4, "title": 3, "kind": 2, "issuer": 1}
# How evidence begins that often misleads: figures of the running text, the lead of a news item.
_WEAK_EVIDENCE = ("据正文", "据导语", "据开头", "据发布日期")

Row = dict[str, str]


def export(folder: Path) -> tuple[list[Row], list[ReadError]]:
    """Return the rows of a ``metadata.csv`` for a folder, and the files that cannot be read.

    A row has the labels inferred for one file; a ``metadata.csv`` of the folder is ignored.
    Files with several reports get no row.
    """
    rows, failures = _rows(folder, {})
    return [_row(source, outcome) for source, outcome in rows], failures


def doubtful(folder: Path) -> tuple[list[Row], list[ReadError]]:
    """Return the rows with an unknown or doubtful label, the worst first, and the failures.

    What the ``metadata.csv`` of the folder states is neither.
    """
    stated, faults = read_metadata(folder)
    rows, failures = _rows(folder, stated)
    costs = [(-_cost(outcome), source, outcome) for source, outcome in rows]
    costs.sort(key=lambda entry: entry[:2])
    return [_row(source, outcome) for cost, source, outcome in costs if cost], faults + failures


def labels_of(report: Report) -> Row:
    """The labels of a report as a table spells them; empty where unknown."""
    return {
        "region": "/".join(report.region.names),
        "year": str(report.year or ""),
        "issuer": report.issuer,
        "published": report.published,
        "kind": report.kind,
    }


def outcomes_of(
    folder: Path, names: Sequence[str], stated: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[str, Outcome]]:
    """Yield each report of the files, or the error for what cannot be read, with its file.

    ``stated``: what metadata states of a file.
    """
    files = [
        (folder / name, name, json.dumps(stated[name]) if name in stated else "") for name in names
    ]
    for name, read in zip(names, read_ahead(files), strict=True):
        for outcome in read.outcomes:
            yield name, outcome


def _rows(
    folder: Path, stated: Mapping[str, Mapping[str, str]]
) -> tuple[list[tuple[str, Assembled]], list[ReadError]]:
    """The only report of each file that has just one, and the files that cannot be read."""
    files = [file.relative_to(folder).as_posix() for file in find_files(folder)]
    names = [name for name in files if name != METADATA_FILE]
    found: list[tuple[str, Assembled]] = []
    failures = []
    for source, outcome in outcomes_of(folder, names, stated):
        if isinstance(outcome, ReadError):
            failures.append(outcome)
        else:
            found.append((source, outcome))
    reports_per_file = Counter(source for source, _ in found)
    return [row for row in found if reports_per_file[row[0]] == 1], failures


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
