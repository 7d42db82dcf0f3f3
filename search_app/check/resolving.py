"""What a reference of a memo leads to in the index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from engine.analyze import normalise
from engine.engine import Searcher
from engine.errors import NotFound
from engine.ids import read_id
from engine.model import Hit, Query, Report
from search_app.check.references import Reference
from search_app.permalinks import (
    Gone,
    NoSentence,
    Several,
    find_paragraph,
    find_passage,
    find_report,
)

_MAX_SAME_TITLE = 50  # reports


@dataclass(frozen=True, slots=True)
class Target:
    """What a reference leads to: a paragraph, or reports to look in.

    ``state`` is ``gone`` where a report no longer has the paragraph, and ``unknown`` where
    the index has nothing of the kind.
    """

    reference: Reference
    state: Literal["paragraph", "report", "gone", "unknown"]
    hits: tuple[Hit, ...] = ()
    reports: tuple[Report, ...] = ()


def resolve(searcher: Searcher, reference: Reference) -> Target | None:
    """What a reference leads to; None for a title that no report of the index has."""
    if reference.passage_id:
        return _passage(searcher, reference)
    if reference.report_id:
        try:
            report = find_report(searcher, read_id(reference.report_id))
        except NotFound:
            return Target(reference, "unknown")
        return Target(reference, "report", reports=(report,))
    reports = _titled(searcher, reference.title)
    return Target(reference, "report", reports=tuple(reports)) if reports else None


def _passage(searcher: Searcher, reference: Reference) -> Target:
    try:
        return Target(reference, "paragraph", (_hit(searcher, reference.passage_id),))
    except Gone as gone:
        report = searcher.report(gone.report_id)
        return Target(reference, "gone", reports=(report,) if report else ())
    except Several as several:
        found = (searcher.hit(path.rpartition("/")[2]) for path in several.paths)
        return Target(reference, "paragraph", tuple(hit for hit in found if hit))
    except NotFound:
        return Target(reference, "unknown")


def _hit(searcher: Searcher, passage_id: str) -> Hit:
    try:
        return find_passage(searcher, read_id(passage_id)).hit
    except NoSentence as few:  # the words may be in the paragraph all the same
        return find_paragraph(searcher, few.paragraph_id)


def _titled(searcher: Searcher, title: str) -> Sequence[Report]:
    """The reports of a title, at most ``_MAX_SAME_TITLE``."""
    wanted = normalise(title)
    if wanted not in map(normalise, searcher.vocabulary().titles):
        return []
    bare = title.replace('"', "").replace("“", "").replace("”", "")
    query = Query(f'标题:"{bare}"', highlight="none", limit=1)
    found = (each.report for each in searcher.report_matches(query) if each.paragraphs)
    return [one for one in found if normalise(one.title) == wanted][:_MAX_SAME_TITLE]
