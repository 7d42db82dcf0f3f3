"""The check of a memo as JSON, for the page's API and ``yinju memo-check --json``."""

from __future__ import annotations

from search_app.check.check import Checked, CheckedQuotation, CheckedReference
from search_app.check.differences import Difference
from search_app.check.matching import Match
from search_app.present import Json, permalink, report_json


def checked_json(checked: Checked) -> Json:
    """All quotations, and what was not checked."""
    return {
        "quotations": [quotation_json(each) for each in checked.quotations],
        "unreadable": list(checked.unreadable),
    }


def quotation_json(checked: CheckedQuotation) -> Json:
    """One quotation; ``id``, ``start`` and ``end`` are null where nothing like it was found.

    ``start`` and ``end`` count code points of the paragraph ``id``, in which the words begin;
    ``places`` has all paragraphs that they cover.
    """
    match = checked.match
    places = match.places if match else []
    first = places[0] if places else None
    return {
        "text": checked.text,
        "verdict": checked.verdict,
        "id": first and first.id,
        "start": first and first.start,
        "end": first and first.end,
        "differences": [_difference_json(each) for each in match.differences] if match else [],
        "elsewhere": list(checked.elsewhere),
        "places": [{"id": each.id, "start": each.start, "end": each.end} for each in places],
        "source": match and match.text,
        "url": first and permalink(first.id),
        "report": match and report_json(match.source.report),
        "memo_place": checked.quotation.place,
        "reference": checked.reference and _reference_json(checked.reference),
    }


def _difference_json(difference: Difference) -> Json:
    return {
        "quoted": difference.quoted,
        "source": difference.source,
        "kind": difference.kind,
        "start": difference.at.start,
        "end": difference.at.end,
    }


def _reference_json(checked: CheckedReference) -> Json:
    now: Match | None = checked.now
    return {
        "text": checked.reference.text,
        "state": checked.state,
        "id": now.id if now else None,
        "now": None if checked.state == "same" or not now else now.text,
    }
