"""Finds the names of the indicators that a text gives figures for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.analyze import normalise
from search_app.figures import phrases
from search_app.figures.figures import figures
from search_app.figures.names import narrowing

_CLAUSE = re.compile(r"[^，。；;、！？!?:\n,]*$")
_MAX_BEFORE = 48  # characters before a figure that may hold the name
# Words that may stand between a name and its figure, but right behind the name belong to it.
_NOUN = re.compile(r"增加值|总?[值额量]|总?数量?|[人户家]数|总?规模|水平|比例")
_MIN_NAME = 3  # characters; shorter ones (新建, 人口) are named for too many things


def indicators_in(text: str) -> Iterator[str]:
    """The names right before figures, normalised: ``全市森林覆盖率达到63%`` → 森林覆盖率."""
    plain = normalise(text)
    done = 0
    for figure in figures(plain):
        if not figure.unit and plain[figure.end : figure.end + 1] == '"':  # "中国制造2025"
            continue
        before = plain[max(done, figure.start - _MAX_BEFORE) : figure.start]
        done = figure.stop
        clause = _CLAUSE.search(before)
        name = narrowing(_subject(clause[0])) if clause else None
        if name and len(name) >= _MIN_NAME:
            yield name


def _subject(clause: str) -> str:
    """The clause without the words that may stand between an indicator and its figure."""
    end = next(at for at in range(len(clause) + 1) if phrases.is_filler(clause[at:]))
    noun = _NOUN.match(clause, end) if end else None
    return clause[: noun.end() if noun else end]
