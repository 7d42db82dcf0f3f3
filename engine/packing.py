"""Converts reports, paragraphs, labels and parts of a manifest to stored data, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from engine.model import FileRecord, Lexicon, Paragraph, Region, Report, Theme

_Types = Mapping[str, type | tuple[type, ...]]


def pack_report(report: Report) -> bytes:
    """Return the stored data of a report."""
    return json.dumps(asdict(report), ensure_ascii=False).encode()


def unpack_report(data: bytes) -> Report:
    """Undo ``pack_report``; raises ``ValueError`` for anything else."""
    try:
        values = json.loads(data)
        check_types(values, _REPORT_TYPES)
        region = Region(_strings(values["region"]["names"]), _strings(values["region"]["adcodes"]))
        former = _strings(values["former_ids"])
        return Report(**{**values, "region": region, "former_ids": former})
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"not a report: {error}") from error


_REPORT_TYPES: _Types = {
    **dict.fromkeys(("id", "title", "source", "issuer", "published", "kind", "url"), str),
    **dict.fromkeys(("region", "evidence"), dict),
    "year": (int, type(None)),
    **dict.fromkeys(("paragraphs", "arrived"), int),
}


def pack_paragraph(paragraph: Paragraph) -> bytes:
    """Return the stored data of a paragraph, without its ids."""
    themes = [(theme.name, theme.evidence) for theme in paragraph.themes]
    raw = None if paragraph.raw == paragraph.text else paragraph.raw
    values = (paragraph.ordinal, paragraph.text, raw, paragraph.heading, paragraph.kind, themes)
    flags = (paragraph.damaged, paragraph.ocr)
    return json.dumps((*values, *flags), ensure_ascii=False).encode()


def unpack_paragraph(id: str, report_id: str, data: bytes) -> Paragraph:
    """Undo ``pack_paragraph``."""
    ordinal, text, raw, heading, kind, themes, damaged, ocr = json.loads(data.decode())
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
        ocr,
    )


def pack_label(paragraph: Paragraph) -> str:
    """Return the label of a paragraph, by which it is counted and weighed: its kind and themes."""
    return "|".join((paragraph.kind, *(theme.name for theme in paragraph.themes)))


def unpack_label(label: str) -> tuple[str, list[str]]:
    """Return the kind and the themes of a label."""
    kind, *themes = label.split("|")
    return kind, themes


def unpack_record(values: Mapping[str, Any]) -> FileRecord:
    """Return the record whose ``asdict`` went through JSON."""
    check_types(values, _RECORD_TYPES)
    lists = {key: _strings(values.get(key, [])) for key in _RECORD_LISTS}
    return FileRecord(**{**values, **lists})


_RECORD_LISTS = ("reports", "opening_ids", "whole_ids", "problems")  # some are new
_RECORD_TYPES = {
    **dict.fromkeys(("source", "sha256", "stated"), str),
    **dict.fromkeys(("size", "mtime_ns"), int),
}


def unpack_lexicon(values: Mapping[str, Any]) -> Lexicon:
    """Return the lexicon whose ``asdict`` went through JSON; older ones have no synonyms."""
    check_types(values, {"phrases": dict, "version": str})
    _strings([*values["phrases"].values()])
    synonyms = tuple(map(_strings, values.get("synonyms", ())))
    return Lexicon(**{**values, "synonyms": synonyms})


def unpack_arrivals(values: Mapping[str, Any]) -> Mapping[str, int]:
    """Return the times of reports that went through JSON."""
    check_types(values, dict.fromkeys(values, int))
    return values


def check_types(values: Mapping[str, Any], types: _Types) -> None:
    """Raise ``ValueError`` where JSON is no object, or where a value in it has another type."""
    if not isinstance(values, dict):
        raise ValueError("not an object")
    for name, type_ in types.items():
        if name in values and not isinstance(values[name], type_):
            raise ValueError(f"{name} is not of the type {type_}")


def _strings(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValueError("not a list of strings")
    return tuple(values)
