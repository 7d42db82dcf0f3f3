"""Gives each figure of a sentence to the indicator that it belongs to.

From an indicator the reading goes on to the right. Only the words of ``phrases`` may stand
before a figure; a clause without a subject of its own (``，增长8%``) goes on with the indicator.
Enumerations are unfolded: ``城镇和农村居民收入分别增长5%、6%`` gives two figures with a name each,
and of ``A、B分别增长5%、6%`` each indicator gets its own. Where there are not as many names as
figures, no figure is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from search_app.figures import names, phrases
from search_app.figures.figures import Figure

Span = tuple[int, int]

_STOP = re.compile(r"[，。；;！？!?:\n]|,(?!\d)")
_JOINT = re.compile(r"\s*(?:、|以及|和|与|及)\s*")
_CONTINUES = re.compile(rf"(?:{phrases.TAIL.pattern})?\s*[，、,]?\s*(?:并|且|而)?")
_STARTS_LIST = re.compile(r"、|以及|和|与|及")
_ITEM = re.compile(r"[^，。；、和与及的\d]{2,16}")  # another indicator of an enumeration
_TO_LEVEL = re.compile("[达至到为]")
_LESS = re.compile(".{0,4}(?:减少|降低|压减)")
_FEWER = re.compile("(?:减少|下降|降低)[了约]?$")
_AIMED = re.compile(r"(?:力争|确保|争取)(?!达|到)")
_MAX_GAP = 48  # characters between an indicator and its figure
_MAX_CLAUSE = 400  # characters of a clause before an indicator
_PEOPLE = frozenset({None, "人", "名", "户", "家", "个", "位", "人次"})
_MAX_MODIFIERS = 9  # characters between a figure and the indicator that it counts
_MODIFIERS = re.compile(rf"[^，。；、\d的]{{0,{_MAX_MODIFIERS}}}")
_AFTER_COUNTED = re.compile(
    r"\s*(?:$|[，。；;、!?！？)]|实现|脱贫|全部|稳定|稳步|如期|温饱|的|易地|搬迁|摆脱|越过|顺利|和|及|与|通过|落户)"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A figure of an indicator; ``gap`` are the words before it, since the indicator or the
    figure before, and ``name`` what narrows the indicator."""

    figure: Figure
    gap: str
    name: str | None
    direction: str | None
    base: str | None


def attach(text: str, figures: Sequence[Figure], indicator: Span) -> list[Mention]:
    """The figures of one sentence that belong to the indicator at ``text[start:end]``."""
    start, end = indicator
    if not any(start - _MAX_MODIFIERS <= f.stop and f.start <= end + _MAX_GAP for f in figures):
        return []
    return list(_Reading(text, figures, indicator).mentions())


class _Reading:
    """One indicator in its sentence."""

    def __init__(self, text: str, figures: Sequence[Figure], indicator: Span) -> None:
        self.text, self.figures = text, figures
        self.start, self.end = indicator
        self.clause = self._clause_start(self.start)
        self.before = self._items_before()
        self.direction: str | None = None  # of the mention before

    def mentions(self) -> Iterator[Mention]:
        if "占" in self.text[self.clause : self.start]:  # a share of the indicator
            return
        first = next((f for f in self.figures if f.start >= self.end), None)
        found = self._first_gap(first) if first else None
        if first is None or found is None:
            yield from self._counted_before()
            return
        gap, after = found
        listed = self._listed(first)
        own = self._own(len(listed), gap, after)
        if not own or not all(self._stands_alone(f) for f in listed):
            return
        for at, name in own:
            yield self._mention(listed[at], gap, name, self._direction_before(gap))
        yield from self._continued(listed, own)

    def _first_gap(self, first: Figure) -> tuple[str, int] | None:
        """The words up to the first figure, and how many other indicators they list."""
        gap = self.text[self.end : first.start]
        if len(gap) > _MAX_GAP:
            return None
        if phrases.is_filler(gap):
            return gap, 0
        if not _STARTS_LIST.match(gap):
            return None
        *others, last = _JOINT.split(gap)[1:]
        if all(map(_ITEM.fullmatch, others)):
            for at in range(2, len(last)):
                if not _ITEM.fullmatch(last, 0, at):
                    break
                if phrases.is_filler(last[at:]):
                    return last[at:], len(others) + 1
        return None

    def _listed(self, first: Figure) -> list[Figure]:
        """The figures that follow one another with nothing but 、 or 和 between them."""
        listed = [first]
        for figure in self.figures:
            if figure.start > first.start:
                if not _JOINT.fullmatch(self.text[listed[-1].stop : figure.start]):
                    break
                listed.append(figure)
        return listed

    def _items_before(self) -> list[str]:
        """What is listed before the indicator in its clause, its own modifiers last."""
        start = max([self.clause, *(f.stop for f in self.figures if f.stop <= self.start)])
        return _JOINT.split(self.text[start : self.start])

    def _own(self, count: int, gap: str, after: int) -> list[tuple[int, str | None]]:
        """Which of ``count`` figures are the indicator's, each with the name that it is for."""
        *others, own = self.before
        variants = names.variants(others)
        heads = len(others) - len(variants)
        if count == 1:
            return [(0, names.joined(self.before[heads:]))]
        if heads + len(variants) + 1 + after == count:
            given = [*variants, own]
            return [(heads + at, names.narrowing(name)) for at, name in enumerate(given)]
        if not after and len(variants) + 1 == count:
            return [(at, names.narrowing(name)) for at, name in enumerate([*variants, own])]
        if "分别" in gap and not after and (both := names.town_and_country(own, count)):
            return list(enumerate(both))
        return []

    def _continued(
        self, listed: list[Figure], own: list[tuple[int, str | None]]
    ) -> Iterator[Mention]:
        """The figures of following clauses that have no subject of their own."""
        count = len(listed)
        last = listed[-1]
        clauses = 1
        while following := next((f for f in self.figures if f.start >= last.stop), None):
            between = self.text[last.stop : following.start]
            joint = _CONTINUES.match(between)
            gap = between[joint.end() :] if joint else between
            if len(gap) > _MAX_GAP or not gap or not phrases.is_filler(gap):
                return
            more = self._listed(following)
            if not all(self._stands_alone(f) for f in more):
                return
            if len(more) == count:
                for at, name in own:
                    yield self._mention(more[at], gap, name, self._resumed(last, more[at], gap))
            elif count == 1 and "分别" in gap and self._subjects(following) >= len(more):
                yield self._mention(more[len(more) - clauses], gap, own[0][1])
                return
            else:
                return
            last = more[-1]

    def _subjects(self, figure: Figure) -> int:
        """The number of clauses with a figure before the clause of ``figure``, in a row."""
        count, end = 0, self._clause_start(figure.start)
        while end > 0:
            start = self._clause_start(end - 1)
            if not any(start <= f.start < end for f in self.figures):
                break
            count, end = count + 1, start
        return count

    def _counted_before(self) -> Iterator[Mention]:
        """A number of people or firms right before the indicator: ``35万农村贫困人口``."""
        last = next((f for f in reversed(self.figures) if f.stop <= self.start), None)
        if last is None or last.unit not in _PEOPLE or last.start < self.clause:
            return
        modifiers = self.text[last.stop : self.start]
        if not _MODIFIERS.fullmatch(modifiers) or not _AFTER_COUNTED.match(self.text, self.end):
            return
        if names.has_verb(modifiers):
            return
        before = self.text[max(self.clause, last.start - 8) : last.start]
        direction = "down" if _FEWER.search(before) else None
        yield Mention(last, before, names.narrowing(modifiers), direction, None)

    def _mention(
        self, figure: Figure, gap: str, name: str | None, otherwise: str | None = None
    ) -> Mention:
        """A mention; ``otherwise`` is the direction if the words before the figure tell none."""
        direction = phrases.direction_of(gap) or otherwise
        base = phrases.base_of(gap)
        printed = self.text[figure.start : figure.end]
        if figure.unit == "倍" and (direction is None or "翻" in printed):
            direction = "to"
        self.direction = direction
        return Mention(figure, gap, name, direction, base if direction else None)

    def _resumed(self, last: Figure, figure: Figure, gap: str) -> str | None:
        """``增长8%、力争9%``: the second figure is a change as the first is."""
        return self.direction if last.unit == figure.unit and _AIMED.match(gap) else None

    def _direction_before(self, gap: str) -> str | None:
        """``减少贫困人口5万人``: the verb of the change may stand before the indicator."""
        if _TO_LEVEL.search(gap):
            return None
        return "down" if _LESS.match(self.before[-1]) else None

    def _stands_alone(self, figure: Figure) -> bool:
        at = figure.stop
        if tail := phrases.TAIL.match(self.text, at):
            at = tail.end()
        return phrases.ends_well(self.text, at)

    def _clause_start(self, at: int) -> int:
        start = max(0, at - _MAX_CLAUSE)
        ends = [match.end() for match in _STOP.finditer(self.text, start, at)]
        return ends[-1] if ends else start
