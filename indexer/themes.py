"""Finds the themes of a paragraph by cue words.

There are five ideas. *Cues add up*: the score of a theme (``_score``) counts the weight of
its cues in its best sentence, the clauses that it has to itself, whether one of these has a
figure, and whether an opening that acts as a heading names it. *The threshold depends on the
paragraph* (``_threshold``): it is higher for a long paragraph on one theme, where roads are
mentioned in passing in a text on farming, than for a list of the year's figures, where each
clause has a theme of its own. *A heading speaks for what stands under it*: it tips the balance
between themes that the paragraph has cues for, and gives its own themes to a row of a table or
an item of a list that says too little. *A document speaks for its paragraphs*: where it is
about something, as a law is, its own themes need less evidence and other themes need more.
*Every theme shows why*: the cues found are its evidence.
``indexer/lexicon`` has the cues, ``indexer/cues.py`` finds them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from engine.analyze import normalise
from engine.model import Kind, Theme
from indexer import lexicon
from indexer.numbering import number_of
from indexer.piece import Piece
from indexer.theme_scores import Claim, CueOffsets, ThemeScorer, top_level

_MAX_EVIDENCE_WORDS = 4  # shown for one theme
_MAX_HEADED = 2  # themes of a heading; one that names more says little about one row under it
_MIN_FOCUS = 0.45  # of the paragraphs with a theme bear one, if the document is to be about it
_BARE_ROW = re.compile(r"[^。;,，:]*\d%?\s*")  # of a table without borders


def themes_of(text: str, heading: Sequence[str] = (), kind: Kind = "body") -> tuple[Theme, ...]:
    """The themes of ``text`` (any script) by itself, in the lexicon's order; several, one or none.

    ``heading`` is the path of headings above the text. Its themes are those of a ``body`` text
    that says too little by itself; otherwise its own cues do not count. The evidence has at most
    four words, in the spelling of the text, or of the heading. A child (``医疗保障/基金监管``)
    implies its parent, which is not listed then.
    """
    return _themes(_read(text, heading, kind))


def document_themes(pieces: Sequence[Piece]) -> list[tuple[Theme, ...]]:
    """The themes of each paragraph of a document, as ``themes_of`` gives them, with one addition.

    Where the document as a whole is about something, its themes need less evidence than others.
    """
    paragraphs = [_read(piece.text, piece.heading, piece.kind) for piece in pieces]
    themes = [_themes(paragraph) for paragraph in paragraphs]
    tops = [{top_level(theme.name) for theme in found} for found in themes]
    counts = Counter(chain.from_iterable(tops))
    themed = sum(map(bool, tops))  # paragraphs
    if max(counts.values(), default=0) <= max(_MIN_FOCUS * themed, 1):
        return themes
    return [
        _themes(paragraph, {name: (counts[name] - (name in own)) / themed for name in counts})
        for paragraph, own in zip(paragraphs, tops, strict=True)
    ]


class _Paragraph(NamedTuple):
    """A text with the evidence for its themes.

    ``normalised`` is the text in the form of the lexicon, ``claims`` is the evidence by theme,
    ``headed`` are the themes of its heading.
    """

    text: str
    normalised: str
    claims: Mapping[str, Claim]
    headed: tuple[Theme, ...]


class _Heading(NamedTuple):
    """The groups and the themes that a heading names."""

    groups: frozenset[str]
    themes: tuple[Theme, ...]


@lru_cache(maxsize=256)
def _read_heading(title: str) -> _Heading:
    """What a heading names; cached, since many paragraphs share a heading."""
    normalised = normalise(title)
    sentences = list(_scorer().finder.sentences(normalised))
    groups = frozenset(group for sentence in sentences for group in sentence.groups)
    claims = _scorer().claims(sentences, ())
    return _Heading(groups, _accepted(_Paragraph(title, normalised, claims, ()), None))


def _read(text: str, heading: Sequence[str], kind: Kind) -> _Paragraph:
    """Gather the evidence of a paragraph under the headings ``heading``."""
    normalised = normalise(text)
    above = [_read_heading(title) for title in heading]
    groups = chain.from_iterable(title.groups for title in above)
    claims = _scorer().claims(list(_scorer().finder.sentences(normalised)), groups)
    return _Paragraph(text, normalised, claims, _headed_themes(above) if kind == "body" else ())


def _headed_themes(above: Sequence[_Heading]) -> tuple[Theme, ...]:
    """The themes of the nearest heading that names any; none where it names many."""
    named = next((title.themes for title in reversed(above) if title.themes), ())
    return named if len(named) <= _MAX_HEADED else ()


def _themes(paragraph: _Paragraph, shares: Mapping[str, float] | None = None) -> tuple[Theme, ...]:
    """The themes of a paragraph; ``shares`` as in ``ThemeScorer.accepted``."""
    found = _accepted(paragraph, shares)
    headed = paragraph.headed
    return headed if headed and _says_too_little(paragraph.normalised, found, headed) else found


def _accepted(paragraph: _Paragraph, shares: Mapping[str, float] | None) -> tuple[Theme, ...]:
    """The themes for which a paragraph has evidence enough."""
    claims = paragraph.claims
    headed = [theme.name for theme in paragraph.headed]
    names = _scorer().accepted(claims, len(paragraph.normalised), headed, shares)
    return tuple(Theme(name, _evidence(paragraph.text, claims[name].cues)) for name in names)


def _says_too_little(normalised: str, found: Sequence[Theme], headed: Sequence[Theme]) -> bool:
    """Whether a text needs its heading to be understood.

    That is an item of a list without a theme, or a row of a table with at most one cue for any
    theme, and none of the heading's themes: 房地产业 under 固定资产投资 is about investment.
    """
    if "|" in normalised or _BARE_ROW.fullmatch(normalised):
        tops = {top_level(theme.name) for theme in headed}
        return all(
            len(theme.evidence) == 1 and top_level(theme.name) not in tops for theme in found
        )
    return not found and (normalised.endswith(";") or number_of(normalised) is not None)


def _evidence(text: str, cues: CueOffsets) -> tuple[str, ...]:
    words = (
        text[at : at + len(word)] for word, at in sorted(cues.items(), key=lambda item: item[1])
    )
    return tuple(dict.fromkeys(words))[:_MAX_EVIDENCE_WORDS]


@lru_cache(maxsize=1)
def _scorer() -> ThemeScorer:
    return ThemeScorer(lexicon.load())
