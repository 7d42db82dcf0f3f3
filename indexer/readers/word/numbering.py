"""Restores automatic numbers of Word: ``一、`` is shown on the page, but not in the text.

A paragraph only refers to a list and a depth in it. The list defines how a number of
that depth is written (``%1、`` with Chinese numerals). People quote the number with the
text, so this module counts the lists as Word does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from indexer.readers.word.numerals import numeral
from indexer.readers.word.package import W, integer, is_on, value

_HAN = re.compile("[\u4e00-\u9fff]")
MAX_DEPTHS = 10  # of a list; Word has nine
_MAX_PATTERN, _MAX_DIGITS = 100, 10  # characters of a label
_ZEROS = re.compile(r"(0*)1(?:,|$)")  # of a custom format: 001, 002, 003, ...


class Depth(NamedTuple):
    """The format of one depth of a list.

    ``numeral`` is a name of ``numerals``, ``pattern`` the label with ``%1`` for the number
    of the first depth. A paragraph of one of the first ``restart_after`` depths lets this
    depth begin again. ``all_decimal``: the numbers of the depths above are in Arabic digits,
    too (``1.1`` below ``第一章``). ``is_spaced``: a gap follows the label. ``style`` is the id
    of the style whose paragraphs have this depth. ``digits`` is the least width of a number,
    with zeros in front.
    """

    numeral: str
    pattern: str
    start: int = 1
    restart_after: int = 9
    all_decimal: bool = False
    is_spaced: bool = True
    style: str = ""
    digits: int = 0


class List(NamedTuple):
    """A list that paragraphs refer to: its depths, and the name of the counters it shares.

    ``restarts`` are the depths that begin again with its first paragraph, and their numbers.
    """

    counters: str
    depths: Mapping[int, Depth]
    restarts: Mapping[int, int]


class Numbers:
    """Counts the lists of one document, paragraph after paragraph; ``lists`` are by name."""

    def __init__(self, lists: Mapping[str, List]) -> None:
        self._lists = lists
        self._begun: set[str] = set()
        self._counts: dict[str, dict[int, int]] = {}

    def depth_of_styles(self, number: str, styles: Sequence[str]) -> int | None:
        """The depth that a list gives to the first of the styles it knows; None for none."""
        depths = self._lists[number].depths if number in self._lists else {}
        known = {its.style: depth for depth, its in depths.items() if its.style}
        return next((known[style] for style in styles if style in known), None)

    def restart(self, number: str, depth: int, start: int) -> None:
        """Let the next label of a depth have the number ``start``."""
        self._counts.setdefault(self._lists[number].counters, {})[depth] = start - 1

    def label(self, number: str, depth: int, text: str = "") -> str:
        """Advance list ``number``, and return its next label, such as ``（二）``; "" for none.

        The label ends in a blank where it would otherwise run into the ``text`` behind it.
        """
        entry = self._lists.get(number)
        if entry is None or depth not in entry.depths:
            return ""
        counts = self._counts.setdefault(entry.counters, {})
        if number not in self._begun:
            self._begun.add(number)
            counts |= {restarted: start - 1 for restarted, start in entry.restarts.items()}
        counts[depth] = counts.get(depth, entry.depths[depth].start - 1) + 1
        for above in range(depth):  # Word counts the depths that a list skips, too
            if above not in counts and above in entry.depths:
                counts[above] = entry.depths[above].start
        for deeper in [other for other in counts if other > depth]:
            if deeper in entry.depths and entry.depths[deeper].restart_after > depth:
                del counts[deeper]
        label = _label(entry.depths, depth, counts)
        return label + " " if entry.depths[depth].is_spaced and _runs_into(label, text) else label


def _label(depths: Mapping[int, Depth], depth: int, counts: Mapping[int, int]) -> str:
    """The label of a depth, of the numbers counted so far."""
    own = depths[depth]
    if own.numeral == "bullet" and not _HAN.search(own.pattern):
        return ""

    def written(match: re.Match[str]) -> str:
        at = int(match[1]) - 1
        if at not in depths or at > depth or depths[at].numeral in ("bullet", "none"):
            return ""
        style = "decimal" if own.all_decimal else depths[at].numeral
        return numeral(counts.get(at, depths[at].start), style).zfill(depths[at].digits)

    return re.sub(r"%([1-9])", written, own.pattern)


def _runs_into(label: str, text: str) -> bool:
    """Whether a label and the text behind it would read as one: ``第一条`` and ``各乡镇``.

    So do ``1.`` and ``2024年``, but not ``①`` and ``2024年``.
    """
    last = label[-1:]
    return last.isdecimal() or last.isalpha() or (last in (".", "．") and text[:1].isdecimal())


def lists_of(root: Any) -> dict[str, List]:
    """The lists of a document by their numbers; ``root`` is that of its ``numbering.xml``."""
    if root is None:
        return {}
    patterns = {its.get(f"{W}abstractNumId"): its for its in root.iterfind(f"{W}abstractNum")}
    numbers = {its.get(f"{W}numId"): its for its in root.iterfind(f"{W}num")}
    linked = {value(its, "styleLink"): key for key, its in patterns.items()}
    lists = {}
    for name, number in numbers.items():
        key = value(number, "abstractNumId")
        pattern = patterns.get(key)
        if pattern is None:
            continue
        link = value(pattern, "numStyleLink")
        if link and link in linked:
            key = linked[link]
            pattern = patterns[key]
        depths = _depths(pattern.iterfind(f"{W}lvl"))
        overrides = list(number.iterfind(f"{W}lvlOverride"))
        depths |= _depths(level for its in overrides for level in its.iterfind(f"{W}lvl"))
        restarts = {
            integer(its.get(f"{W}ilvl"), 0): integer(value(its, "startOverride"), 1)
            for its in overrides
            if its.find(f"{W}startOverride") is not None
        }
        for depth, start in restarts.items():
            if depth in depths:
                depths[depth] = depths[depth]._replace(start=start)
        lists[name] = List(key, depths, restarts)
    return lists


def _depths(levels: Any) -> dict[int, Depth]:
    """The formats of a list's levels, by depth from 0."""
    depths = {}
    for level in levels:
        depth = integer(level.get(f"{W}ilvl"), 0)
        if not 0 <= depth < MAX_DEPTHS:
            continue
        style, digits = value(level, "numFmt") or "decimal", 0
        if style == "custom":
            zeros = _ZEROS.match(level.find(f"{W}numFmt").get(f"{W}format", ""))
            style, digits = "decimal", min(len(zeros[1]) + 1, _MAX_DIGITS) if zeros else 0
        hidden = is_on(level.find(f"{W}rPr/{W}vanish"))
        depths[depth] = Depth(
            style,
            "" if hidden else value(level, "lvlText")[:_MAX_PATTERN],
            integer(value(level, "start"), 0 if style == "bullet" else 1),
            min(integer(value(level, "lvlRestart"), depth), depth),
            is_on(level.find(f"{W}isLgl")),
            value(level, "suff") in ("", "tab", "space"),
            value(level, "pStyle"),
            digits,
        )
    return depths
