"""What a manifest keeps, as plain data and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.model import FileRecord, Lexicon


def unpack_record(told: Mapping[str, Any]) -> FileRecord:
    """The record of ``asdict``, through JSON."""
    return FileRecord(**{**told, **{key: tuple(told[key]) for key in ("reports", "problems")}})


def unpack_lexicon(told: Mapping[str, Any]) -> Lexicon:
    """The lexicon of ``asdict``, through JSON; older ones have no synonyms."""
    synonyms = tuple(map(tuple, told.get("synonyms", ())))
    return Lexicon(**{**told, "synonyms": synonyms})
