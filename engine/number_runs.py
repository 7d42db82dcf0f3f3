"""Reads a run of digits, points and commas: one number, or several."""

from __future__ import annotations

import re
from collections.abc import Iterator

_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_DECIMAL = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_NUMBERED_YEAR = re.compile(r"[0-9]{1,2}\.(?:19|20)[0-9]{2}")  # "1.2024年…", the first of a list
_PIECES = re.compile(r"[0-9]+|[.,]")


def one_number(run: str, after: str) -> str:
    """A run of digits and signs as one number in a plain spelling; "" where it is several."""
    if run.isdigit():  # as most are
        return run
    one = _GROUPED.fullmatch(run) or _DECIMAL.fullmatch(run)
    if not one or (after == "年" and _NUMBERED_YEAR.fullmatch(run)):
        return ""
    return run.replace(",", "")


def number_parts(run: str, signs: bool) -> Iterator[tuple[str, int]]:
    """The digits in a run, and its signs if asked for, with their places in it."""
    for piece in _PIECES.finditer(run):
        if signs or piece.group().isdigit():
            yield piece.group(), piece.start()
