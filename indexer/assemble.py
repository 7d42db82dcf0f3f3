"""Turns a draft into a report with its paragraphs: splits, identifies and labels it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from engine.errors import ReadError
from engine.ids import paragraph_ids
from engine.model import Paragraph, Report
from indexer.draft import Draft
from indexer.identify import former_ids, opening_id, whole_id
from indexer.label import Labels, label
from indexer.metadata import ADDRESS
from indexer.piece import Piece
from indexer.split import split
from indexer.themes import document_themes

_MAX_SUBSTITUTE_TITLE = 24  # characters of the text that stand in for a missing title
_CHECKED_KEYS = (
    "region",
    "year",
    "published",
)  # of metadata; a value that makes no sense is rejected


class Assembled(NamedTuple):
    """A report as it goes into the index, and the errors for metadata that was rejected.

    ``opening_id`` is the report's id if no other report of the corpus opens alike;
    ``whole_id`` is its id otherwise.
    """

    report: Report
    paragraphs: list[Paragraph]
    rejected_metadata: list[ReadError]
    opening_id: str
    whole_id: str


def assemble(draft: Draft, stated: Mapping[str, str] | None = None) -> Assembled:
    """Split, identify and label a draft, as if no other report opened alike.

    ``stated`` is what ``metadata.csv`` says of the file; it overrides what the file says of
    itself, except for ids. Raises ``ReadError`` where nothing of the draft is text of a report.
    """
    stated = {**draft.stated, **(stated or {})}
    title, pieces = split(draft)
    if not pieces:
        raise ReadError(draft.source, "里面只有网页的按钮、页码或注释，没有正文；请检查文件")
    report_id, whole = opening_id(title, pieces), whole_id(title, pieces)
    former = {whole, *former_ids(stated.get("title", ""), title, pieces)} - {report_id}
    name = stated.get("title", "") or title
    labels, rejected = _labels(name, pieces, {**draft.metadata, **stated}, draft.source)
    report = Report(
        report_id,
        name or _substitute_title(pieces),
        draft.source,
        labels.issuer,
        labels.published,
        labels.region,
        labels.year,
        labels.evidence,
        len(pieces),
        tuple(sorted(former)),
        labels.kind,
        _address({**draft.metadata, **stated}.get("url", "")),
    )
    return Assembled(report, _paragraphs(report_id, pieces), rejected, report_id, whole)


def with_id(assembled: Assembled, report_id: str) -> Assembled:
    """The same report with another id; the one that it had becomes a former id."""
    if report_id == assembled.report.id:
        return assembled
    former = {*assembled.report.former_ids, assembled.report.id} - {report_id}
    ids = paragraph_ids(report_id, (paragraph.raw for paragraph in assembled.paragraphs))
    paragraphs = [
        replace(paragraph, id=paragraph_id, report_id=report_id)
        for paragraph, paragraph_id in zip(assembled.paragraphs, ids, strict=True)
    ]
    report = replace(assembled.report, id=report_id, former_ids=tuple(sorted(former)))
    return assembled._replace(report=report, paragraphs=paragraphs)


def _paragraphs(report_id: str, pieces: Sequence[Piece]) -> list[Paragraph]:
    ids = paragraph_ids(report_id, (piece.raw for piece in pieces))
    return [
        Paragraph(
            paragraph_id,
            report_id,
            ordinal,
            piece.text,
            piece.raw,
            piece.heading,
            piece.kind,
            themes,
            piece.damaged,
            piece.ocr,
        )
        for ordinal, (paragraph_id, piece, themes) in enumerate(
            zip(ids, pieces, document_themes(pieces), strict=True), 1
        )
    ]


def _labels(
    title: str, pieces: Sequence[Piece], metadata: Mapping[str, str], source: str
) -> tuple[Labels, list[ReadError]]:
    """Label a report; metadata that makes no sense is rejected, and the text is read instead."""
    texts = [piece.text for piece in pieces]
    try:
        return label(title, texts, metadata), []
    except ValueError as error:
        accepted = {key: value for key, value in metadata.items() if key not in _CHECKED_KEYS}
        rejected = ReadError(source, f"{error}；已改从正文判断")
        return label(title, texts, accepted), [rejected]


def _address(stated: str) -> str:
    """An address that can be opened from elsewhere; web pages may state the end of theirs only."""
    return stated if ADDRESS.fullmatch(stated) else ""


def _substitute_title(pieces: Sequence[Piece]) -> str:
    """The first words of the body, which name a report that has no title."""
    text = next((piece.text for piece in pieces if piece.kind == "body"), pieces[0].text)
    return text if len(text) <= _MAX_SUBSTITUTE_TITLE else f"{text[:_MAX_SUBSTITUTE_TITLE]}…"
