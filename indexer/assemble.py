"""A draft to a report with its paragraphs: split, identified, labelled."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from engine.errors import ReadError
from engine.model import Paragraph, Report
from indexer.draft import Draft
from indexer.identify import paragraph_ids, report_id
from indexer.label import Labels, label
from indexer.split import Piece, split
from indexer.themes import themes_of

_OPENING = 24  # characters of the text that stand in for a title where there is none
_DOUBTFUL = ("region", "year", "published")  # what metadata may state wrongly


def assemble(
    draft: Draft, taken: Collection[str] = ()
) -> tuple[Report, list[Paragraph], list[ReadError]]:
    """The report of a draft, its paragraphs in order, and what its metadata states in vain.

    ``taken`` are ids of other reports; one that opens alike gets an id of its own.
    """
    title, pieces = split(draft)
    copy = 0
    while (key := report_id(title, pieces, copy)) in taken:
        copy += 1
    paragraphs = [
        Paragraph(
            name,
            key,
            ordinal,
            piece.text,
            piece.raw,
            piece.heading,
            piece.kind,
            themes_of(piece.text, piece.heading),
            piece.damaged,
        )
        for ordinal, (name, piece) in enumerate(
            zip(paragraph_ids(key, pieces), pieces, strict=True), 1
        )
    ]
    labels, doubts = _labels(title, pieces, draft)
    report = Report(
        key,
        title or _opening(pieces),
        draft.source,
        labels.issuer,
        labels.published,
        labels.region,
        labels.year,
        labels.evidence,
        len(paragraphs),
    )
    return report, paragraphs, doubts


def _labels(title: str, pieces: Sequence[Piece], draft: Draft) -> tuple[Labels, list[ReadError]]:
    """Labels, without what the metadata states if that makes no sense."""
    texts = [piece.text for piece in pieces]
    stated: Mapping[str, str] = draft.metadata
    try:
        return label(title, texts, stated), []
    except ValueError as error:
        kept = {key: value for key, value in stated.items() if key not in _DOUBTFUL}
        doubt = ReadError(draft.source, f"{error}；已改从正文判断")
        return label(title, texts, kept), [doubt]


def _opening(pieces: Sequence[Piece]) -> str:
    """The first words of a report without a title, to call it by."""
    first = next((piece.text for piece in pieces if piece.kind == "body"), pieces[0].text)
    return first if len(first) <= _OPENING else f"{first[:_OPENING]}…"
