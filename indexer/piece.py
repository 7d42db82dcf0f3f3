"""A paragraph of a report while it is split."""

from __future__ import annotations

from dataclasses import dataclass

from engine.model import Kind


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph of a report before it has an id or labels.

    ``level`` is 1 to 6 where the format itself marks a heading, else 0. ``row``: it is a
    table's row, which is body text whatever its words. ``ocr``, ``damaged``: as in ``Block``.
    """

    text: str
    raw: str
    kind: Kind = "body"
    level: int = 0
    heading: tuple[str, ...] = ()
    row: bool = False
    ocr: bool = False
    damaged: bool = False
