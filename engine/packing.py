"""Reports, paragraphs, labels and what a manifest keeps, as they are stored, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from engine.model import FileRecord, Lexicon, Paragraph, Region, Report, Theme


def pack_report(report: Report) -> bytes:
    """What is stored of a report."""
    return json.dumps(asdict(report), ensure_ascii=False).encode()


def unpack_report(data: bytes) -> Report:
    """The report of ``pack_report``."""
    told = json.loads(data)
    region = Region(tuple(told["region"]["names"]), tuple(told["region"]["adcodes"]))
    return Report(**{**told, "region": region})


def pack_paragraph(paragraph: Paragraph) -> bytes:
    """What is stored of a paragraph, besides its ids."""
    themes = [(theme.name, theme.evidence) for theme in paragraph.themes]
    raw = None if paragraph.raw == paragraph.text else paragraph.raw
    told = (paragraph.ordinal, paragraph.text, raw, paragraph.heading, paragraph.kind, themes)
    return json.dumps((*told, paragraph.damaged), ensure_ascii=False).encode()


def unpack_paragraph(id: str, report_id: str, data: bytes) -> Paragraph:
    """The paragraph of ``pack_paragraph``."""
    ordinal, text, raw, heading, kind, themes, damaged = json.loads(data)
    return Paragraph(
        id,
        report_id,
        ordinal,
        text,
        text if raw is None else raw,
        tuple(heading),
        kind,
        tuple(Theme(name, tuple(evidence)) for name, evidence in themes),
        damaged,
    )


def pack_label(paragraph: Paragraph) -> str:
    """The kind and the themes of a paragraph, by which it is counted and weighed."""
    return "|".join((paragraph.kind, *(theme.name for theme in paragraph.themes)))


def unpack_label(label: str) -> tuple[str, list[str]]:
    """Kind and themes of ``pack_label``."""
    kind, *themes = label.split("|")
    return kind, themes


def unpack_record(told: Mapping[str, Any]) -> FileRecord:
    """The record of ``asdict``, through JSON."""
    return FileRecord(**{**told, **{key: tuple(told[key]) for key in ("reports", "problems")}})


def unpack_lexicon(told: Mapping[str, Any]) -> Lexicon:
    """The lexicon of ``asdict``, through JSON; older ones have no synonyms."""
    synonyms = tuple(map(tuple, told.get("synonyms", ())))
    return Lexicon(**{**told, "synonyms": synonyms})
