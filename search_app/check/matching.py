"""Compares a quotation with one text: whether it stands there, or what differs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import merge
from itertools import groupby

from engine.analyze import normalise
from search_app.check.align import Alignment, Edit, align, find_all
from search_app.check.differences import Difference, Stretch, differences, edge_edits, sort
from search_app.check.letters import Letters, letters
from search_app.check.quotations import Quotation
from search_app.check.sources import Place, Source

_RUN = 4  # letters of a run that is counted


@dataclass(frozen=True, slots=True)
class Match:
    """A quotation beside the stretch ``start`` to ``end`` of a source's text.

    Without ``differences`` the quotation stands there; ``is_literal`` then says that it does so
    character by character. ``share`` is the part of its letters that the source has.
    """

    source: Source
    start: int
    end: int
    is_literal: bool = False
    differences: tuple[Difference, ...] = ()
    share: float = 1.0

    @property
    def is_same(self) -> bool:
        return not self.differences

    @property
    def places(self) -> list[Place]:
        return self.source.places(self.start, self.end)

    def reaches(self, paragraph_id: str) -> bool:
        """Whether the quotation covers a part of a paragraph."""
        return any(place.id == paragraph_id for place in self.places)

    @property
    def id(self) -> str:
        """The id of the paragraph in which the quotation begins."""
        return self.places[0].id

    @property
    def text(self) -> str:
        """What the source says there."""
        return self.source.text[self.start : self.end]


class Wanted:
    """A quotation, ready to be compared; ``places`` are names of regions."""

    def __init__(self, quotation: Quotation, places: Collection[str]) -> None:
        self.quotation = quotation
        self.place_names = places

    @cached_property
    def parts(self) -> list[tuple[int, Letters]]:
        """The letters of each part, with the place of the part in the quotation."""
        text = self.quotation.text
        return [(low, letters(text[low:high])) for low, high in self.quotation.parts]

    def find(self, source: Source) -> Match | None:
        """The match with a source that has the quotation letter by letter, or None.

        Its differences can only be those of ``edge_edits``.
        """
        found: Match | None = None
        text = source.letters
        for start in _places(self.parts[0][1], text):
            match = self._find_from(source, start)
            if match and (found is None or match.is_same):
                found = match
            if match is None or match.is_same:
                break
        return found

    def _find_from(self, source: Source, start: int) -> Match | None:
        """The match that begins at a letter of the source; the other parts follow in order."""
        text, stretches, at = source.letters, list[tuple[int, int]](), start
        edges: list[Difference] = []
        for low, part in self.parts:
            edits: list[Edit] = []
            place = -1
            for place in _places(part, text, at):
                edits = edge_edits(part, text, place, place + len(part.text))
                if not edits or not stretches:  # the first part begins where it was asked to
                    break
            if place < 0:
                return None
            at = place + len(part.text)
            stretches.append((place, at))
            edges += self._differences(low, part, text, edits)
        start, end = text.slice(stretches[0][0], stretches[-1][1])
        if edges:
            return Match(source, start, end, False, tuple(sort(edges)))
        literal = self._literal(source.text, [text.slices[low][0] for low, _ in stretches])
        return Match(source, *(literal or (start, end)), literal is not None)

    def _literal(self, text: str, starts: Sequence[int]) -> tuple[int, int] | None:
        """Where the parts stand character by character; their first letters are at ``starts``."""
        begin = end = -1
        for (_, part), start in zip(self.parts, starts, strict=True):
            raw = part.source.strip()
            lead = part.slices[0][0] - (len(part.source) - len(part.source.lstrip()))
            place = start - lead
            if place < max(end, 0) or text[place : place + len(raw)] != raw:
                return None
            begin, end = place if begin < 0 else begin, place + len(raw)
        return begin, end

    def most_alike(self, sources: Iterable[Source], count: int) -> list[Source]:
        """The sources that share most runs of letters with the quotation, at most ``count``."""
        plain = normalise(self.quotation.text)
        runs = {plain[at : at + _RUN] for at in range(len(plain) - _RUN + 1)}
        shared = [(sum(run in source.plain for run in runs), source) for source in sources]
        shared.sort(key=lambda each: -each[0])
        return [source for number, source in shared[:count] if number]

    def may_go_on(self, match: Match) -> bool:
        """Whether the quotation may reach into the paragraphs before or behind a match."""
        if len(self.parts) > 1 or len(match.places) > 1:
            return True
        text = self.quotation.text
        first = min((each.at.start for each in match.differences), default=len(text))
        last = max((each.at.end for each in match.differences), default=0)
        begins = not any(map(str.isalnum, match.source.text[: match.start]))
        ends = not any(map(str.isalnum, match.source.text[match.end :]))
        return (begins and not any(map(str.isalnum, text[:first]))) or (
            ends and not any(map(str.isalnum, text[last:]))
        )

    def compare(self, source: Source) -> Match | None:
        """The match with the most similar stretch of a source; None where nothing is alike."""
        if match := self.find(source):
            return match
        text = source.letters
        found: list[Difference] = []
        stretches: list[tuple[int, int]] = []
        shared, total, at = 0.0, 0, 0
        for low, part in self.parts:
            total += len(part.text)
            alignment = _align_from(part, text, at)
            if stretches and (alignment is None or part.text in text.text[:at]):
                shared += len(part.text) if part.text in text.text else 0
                found.append(_missing(self.quotation.text, low, part))
                continue
            if alignment is None:
                found.append(_missing(self.quotation.text, low, part))
                continue
            shared += alignment.share * len(part.text)
            at = alignment.end
            stretches.append((alignment.start, alignment.end))
            edits = [each for each in alignment.edits if not _is_written_so(part, text, each)]
            edits += self._edges(part, text, alignment)
            found += self._differences(low, part, text, edits)
        if not stretches:
            return None
        start, end = text.slice(stretches[0][0], stretches[-1][1])
        return Match(source, start, end, False, tuple(sort(found)), shared / total)

    def _edges(self, part: Letters, text: Letters, alignment: Alignment) -> list[Edit]:
        """The faults at the ends of an alignment, where the ends themselves do not differ."""
        if alignment.start == alignment.end:
            return []
        edits = edge_edits(part, text, alignment.start, alignment.end)
        taken = {each.source for each in alignment.edits}
        ends = {bound for source in taken for bound in source}
        return [each for each in edits if not set(each.source) & ends]

    def _differences(
        self, low: int, part: Letters, text: Letters, edits: Sequence[Edit]
    ) -> list[Difference]:
        found = differences(part, text, edits, self.place_names)
        return [_moved(each, low) for each in found]


def _places(part: Letters, text: Letters, at: int = 0) -> Iterator[int]:
    """Where a part stands letter by letter, in simplified script or as both are written."""
    found = find_all(part.text, text.text, at)
    if part.text == part.written and text.text == text.written:
        return found
    both = merge(found, find_all(part.written, text.written, at))
    return (place for place, _ in groupby(both))


def _align_from(part: Letters, text: Letters, at: int) -> Alignment | None:
    """The alignment of a part with what stands from a letter on."""
    found = align(part.text, text.text[at:])
    if found is None:
        return None
    edits = tuple(Edit(q, (s[0] + at, s[1] + at)) for q, s in found.edits)
    return Alignment(found.start + at, found.end + at, edits, found.share)


def _is_written_so(part: Letters, text: Letters, edit: Edit) -> bool:
    """Whether both have the same characters, which only the words around them simplify apart."""
    return part.written[slice(*edit.quoted)] == text.written[slice(*edit.source)]


def _missing(text: str, low: int, part: Letters) -> Difference:
    """A part that does not stand behind the one before it."""
    start, end = low + part.slices[0][0], low + part.slices[-1][1]
    return Difference(text[start:end], "", "word", Stretch(start, end), Stretch(0, 0))


def _moved(difference: Difference, by: int) -> Difference:
    at = Stretch(difference.at.start + by, difference.at.end + by)
    return Difference(
        difference.quoted, difference.source, difference.kind, at, difference.source_at
    )
