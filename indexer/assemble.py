"""Turns a draft into a report with its paragraphs: splits, identifies and labels it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from engine.errors import ReadError
from engine.model import Paragraph, Report
from indexer.draft import Draft
from indexer.identify import paragraph_ids, report_id
from indexer.label import Labels, label
from indexer.split import Piece, split
from indexer.themes import themes_of

_MAX_SUBSTITUTE_TITLE = 24  # characters of the text that stand in for a missing title
_CHECKED_KEYS = (
    "region",
    "year",
    "published",
)  # of metadata; a value that makes no sense is rejected


def assemble(
    draft: Draft, taken_ids: Collection[str] = ()
) -> tuple[Report, list[Paragraph], list[ReadError]]:
    """Return the report of a draft, its paragraphs in order, and errors for rejected metadata.

    ``taken_ids`` are the ids of other reports. A report that opens like one of them still gets
    an id of its own. Raises ``ReadError`` where nothing of the draft is text of a report.
    """
    title, pieces = split(draft)
    if not pieces:
        raise ReadError(draft.source, "里面只有网页的按钮、页码或注释，没有正文；请检查文件")
    copy = 0
    while (report_key := report_id(title, pieces, copy)) in taken_ids:
        copy += 1
    paragraphs = [
        Paragraph(
            paragraph_id,
            report_key,
            ordinal,
            piece.text,
            piece.raw,
            piece.heading,
            piece.kind,
            themes_of(piece.text, piece.heading),
            piece.damaged,
            piece.ocr,
        )
        for ordinal, (paragraph_id, piece) in enumerate(
            zip(paragraph_ids(report_key, pieces), pieces, strict=True), 1
        )
    ]
    labels, rejected = _labels(title, pieces, draft)
    report = Report(
        report_key,
        title or _substitute_title(pieces),
        draft.source,
        labels.issuer,
        labels.published,
        labels.region,
        labels.year,
        labels.evidence,
        len(paragraphs),
    )
    return report, paragraphs, rejected


def _labels(title: str, pieces: Sequence[Piece], draft: Draft) -> tuple[Labels, list[ReadError]]:
    """Label a report; metadata that makes no sense is rejected, and the text is read instead."""
    texts = [piece.text for piece in pieces]
    stated: Mapping[str, str] = draft.metadata
    try:
        return label(title, texts, stated), []
    except ValueError as error:
        accepted = {key: value for key, value in stated.items() if key not in _CHECKED_KEYS}
        rejected = ReadError(draft.source, f"{error}；已改从正文判断")
        return label(title, texts, accepted), [rejected]


def _substitute_title(pieces: Sequence[Piece]) -> str:
    """The first words of the body, which name a report that has no title."""
    text = next((piece.text for piece in pieces if piece.kind == "body"), pieces[0].text)
    return text if len(text) <= _MAX_SUBSTITUTE_TITLE else f"{text[:_MAX_SUBSTITUTE_TITLE]}…"
