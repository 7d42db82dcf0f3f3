"""Cuts a text into sentences, the parts of a paragraph that can be quoted.

A sentence ends behind ``。！？；?!;``, behind ``……`` and at the end of a line. Closing quotation
marks and brackets behind the end belong to it, and blanks too.

No sentence ends between two marks of a pair, so that none has an opening mark without its closing
one: ``增长5%（同口径；下同）。`` is one sentence, and so is a short speech with several full stops.
Only an end right before the last closing mark counts: ``他说：“好。”`` ends there, unless what
follows shows that it goes on (``“谁来种地？”的问题``). A mark pairs with nothing where its partner
is missing in the line, or too far away to be its partner.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from itertools import pairwise

from engine.analyze import character_texts

MAX_ENCLOSED = 200  # characters of a pair; most that are longer lack a mark in between

_OPENING = dict(zip('”’」』）)】》〉]］〕"＂', '“‘「『（(【《〈[［〔"＂', strict=True))
_MARKS = re.compile(f"[{re.escape(''.join({*_OPENING, *_OPENING.values()}))}\n]")
# A question mark before a letter stands in an address, or for a character that was lost.
_END = re.compile(r"(?:[。！？；;]|[?!](?![A-Za-z])|…{2,})+")
_END_OR_LINE = re.compile(f"{_END.pattern}|\n")
_GOES_ON = re.compile("[，、,]|(?<=[”’」』）)])的")
_BLANKS = re.compile(r"\s*")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")

Range = tuple[int, int]  # (start, end) in code points of a text


def find_sentences(text: str) -> list[Range]:
    """The start and end of each sentence; a sentence starts where the one before ends.

    Joined they give the text, and none is blank. A text of blanks alone has none.
    """
    if not text or text.isspace():
        return []
    bounds = [0]
    for end in _ends(text):
        if _LETTER_OR_DIGIT.search(text, bounds[-1], end):
            bounds.append(end)
    if len(bounds) > 1 and not _LETTER_OR_DIGIT.search(text, bounds[-1]):
        bounds.pop()
    return list(pairwise([*bounds, len(text)]))


def sentence_tokens(text: str) -> list[list[str]]:
    """The exact tokens of each sentence; joined, they are those of the text."""
    ranges = find_sentences(text) or [(0, len(text))]
    return [character_texts(text[start:end]) for start, end in ranges]


def _ends(text: str) -> Iterator[int]:
    """The places where a sentence may end, in ascending order."""
    pairs = deque(_outer_pairs(text))
    openings = {start for start, _ in pairs}
    at = 0
    while match := _END_OR_LINE.search(text, at):
        at = _behind_closing_marks(text, match.end(), openings)
        while pairs and pairs[0][1] < match.start():
            pairs.popleft()
        is_enclosed = bool(pairs) and pairs[0][0] < match.start() and at <= pairs[0][1]
        if not (is_enclosed or _GOES_ON.match(text, at)):
            blanks = _BLANKS.match(text, at)
            yield blanks.end() if blanks else at


def _behind_closing_marks(text: str, at: int, openings: set[int]) -> int:
    """The place behind the closing marks at ``at``, and behind further ends between them."""
    while at < len(text) and at not in openings:
        match = _END.match(text, at)
        if not match and text[at] not in _OPENING:
            break
        at = match.end() if match else at + 1
    return at


def _outer_pairs(text: str) -> list[Range]:
    """The places of the two marks of each pair that is inside no other pair, in order."""
    waiting: list[tuple[str, int]] = []  # opening marks
    pairs: list[Range] = []
    for match in _MARKS.finditer(text):
        mark, at = match[0], match.start()
        opening = _OPENING.get(mark, "")
        if mark == "\n":
            waiting.clear()
        elif any(opening == other for other, _ in waiting):
            while waiting[-1][0] != opening:
                waiting.pop()
            _, start = waiting.pop()
            if at - start <= MAX_ENCLOSED:
                while pairs and pairs[-1][0] > start:
                    pairs.pop()
                pairs.append((start, at))
        elif mark in _OPENING.values():
            waiting.append((mark, at))
    return pairs
