"""Shapes answers as JSON, in the one form that the command line and the API share.

The functions return plain dictionaries; nothing here knows of Flask.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from engine.model import FacetCount, Hit, Page, Query, Report, Span
from engine.sentences import find_sentences
from search_app.navigate import names_of
from search_app.offers import Offer
from search_app.params import selected
from search_app.passages import Passage
from search_app.since import utc

MAX_FACET_VALUES = 50  # of one answer

Json = dict[str, Any]


def page_json(page: Page, corrections: Sequence[str], offers: Sequence[Offer]) -> Json:
    """A page of results, with corrections of its query (``spelling``) and offers to filter it.

    Offsets count code points; ``took_ms`` is in milliseconds.
    """
    return {
        "query": _query_json(page)
        | {"did_you_mean": list(corrections), "offers": [_offer_json(each) for each in offers]},
        "total": page.total,
        "entries": page.entries,
        "reports": page.reports,
        "took_ms": round(page.took_ms, 2),
        "hits": [hit_json(hit) for hit in page.hits],
        "facets": {name: _facet_json(values) for name, values in page.facets.items()},
        "years": [{"path": year, **share._asdict()} for year, share in page.years.items()],
    }


def hit_json(hit: Hit) -> Json:
    """A hit: its paragraph, with highlights, labels and report."""
    paragraph, report = hit.paragraph, hit.report
    return {
        "id": paragraph.id,
        "text": paragraph.text,
        "spans": [_span_json(span) for span in hit.spans],
        "score": round(hit.score, 4),
        "heading": list(paragraph.heading),
        "ordinal": paragraph.ordinal,
        "kind": paragraph.kind,
        "damaged": paragraph.damaged,
        "ocr": paragraph.ocr,
        "region": list(report.region.names),
        "year": report.year,
        "themes": [theme.name for theme in paragraph.themes],
        "cluster": hit.duplicates and asdict(hit.duplicates),
        "report": report_json(report),
        "url": permalink(paragraph.id),
    }


def paragraph_json(passage: Passage) -> Json:
    """The paragraph of a passage in full, with its raw text and the evidence for its labels.

    ``quoted`` says which of its sentences the passage has; it is None for the whole paragraph.
    """
    hit = passage.hit
    result = hit_json(hit)
    del result["score"]
    return result | {
        "url": permalink(passage.id),
        "quoted": None if passage.is_whole else _quoted_json(passage),
        "sentences": len(find_sentences(hit.paragraph.text)),
        "raw": hit.paragraph.raw,
        "adcodes": list(hit.report.region.adcodes),
        "paragraphs": hit.report.paragraphs,
        "evidence": dict(hit.report.evidence)
        | {"themes": {theme.name: list(theme.evidence) for theme in hit.paragraph.themes}},
    }


def _quoted_json(passage: Passage) -> Json:
    start, end = passage.range
    return {
        "first": passage.first,
        "last": passage.last,
        "start": start,
        "end": end,
        "text": passage.text,
    }


def permalink(passage_id: str) -> str:
    """The permanent path of a paragraph or passage: ``/p/<id>``."""
    return f"/p/{passage_id}"


def _query_json(page: Page) -> Json:
    query: Query = page.query
    understood = page.understood
    return {
        "q": query.text,
        "exact": query.exact,
        "synonyms": query.synonyms,
        "within": "sentence" if query.one_sentence else "paragraph",
        "in": list(query.inside),
        "region": list(selected(query, "region")),
        "year": list(selected(query, "year")),
        "theme": list(selected(query, "theme")),
        "kind": list(selected(query, "kind")),
        "wording": list(selected(query, "wording")),
        "level": list(query.levels),
        "since": utc(query.since),
        "same": query.same,
        "sort": query.sort,
        "fold": query.fold,
        "limit": query.limit,
        "offset": query.offset,
        "terms": list(dict.fromkeys(term.text for term in understood.terms)),
        "widened": {word: list(others) for word, others in understood.synonyms.items()},
        "relaxed": understood.relaxed.least if understood.relaxed else 0,
        "question": understood.question,
        "pieces": {word: list(pieces) for word, pieces in understood.pieces.items()},
        "wider": understood.wider and {"q": understood.wider.text, "total": understood.wider.total},
        "notes": [asdict(note) for note in understood.notes],
    }


def _offer_json(offer: Offer) -> Json:
    return {
        "q": offer.query.text,
        "region": list(selected(offer.query, "region")),
        "year": list(selected(offer.query, "year")),
        "total": offer.total,
    }


def _facet_json(values: Iterable[FacetCount]) -> list[Json]:
    return [
        {
            "value": value.value,
            "path": value.path,
            "count": value.count,
            "selected": value.selected,
            "children": _facet_json(value.children),
        }
        for value in values
    ]


def facet_values_json(facet: str, contains: str, found: Sequence[FacetCount]) -> Json:
    """The first of the values found in a facet; ``names`` are those that the page shows."""
    return {
        "facet": facet,
        "contains": contains,
        "matches": len(found),
        "values": [
            {
                "path": value.path,
                "names": list(names_of(value.path)),
                "count": value.count,
                "selected": value.selected,
            }
            for value in found[:MAX_FACET_VALUES]
        ],
    }


def _span_json(span: Span) -> Json:
    return {"start": span.start, "end": span.end, "kind": span.kind}


def report_json(report: Report) -> Json:
    """What a hit tells of its report."""
    return {
        "id": report.id,
        "title": report.title,
        "issuer": report.issuer,
        "published": report.published,
        "kind": report.kind,
        "source": report.source,
        "url": report.url,
        "arrived": utc(report.arrived),
    }
