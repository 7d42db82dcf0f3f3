"""The start page: what the index holds, and examples of what to search for."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice, permutations

from flask import render_template, request

from engine.model import Query, Vocabulary
from search_app.holdings import View, holdings
from search_app.lookup import searcher

_CANDIDATES = 8  # phrases that may be examples, the most frequent


def render(query: Query) -> str:
    """The start page; ``query`` has neither text nor filters."""
    overview = searcher().overview()
    return render_template(
        "start.html",
        overview=overview,
        held=holdings(overview, _view()),
        examples=examples(searcher().vocabulary()),
        query=query,
    )


def _view() -> View:
    """What the address opens; what it names and the index lacks opens nothing."""
    decade = request.args.get("decade", "")
    return View(request.args.get("open", ""), int(decade[:4]) if decade.isdecimal() else 0)


@lru_cache(maxsize=1)
def examples(vocabulary: Vocabulary) -> tuple[str, ...]:
    """A query of each kind, made for the index of the current request; each finds something."""
    counts = vocabulary.phrases or vocabulary.words
    frequent = sorted(counts, key=lambda text: (-counts[text], text))[:_CANDIDATES]
    pairs = [(a, b) for a, b in permutations(frequent, 2) if a not in b and b not in a]

    def together(one: str, other: str) -> bool:
        either = searcher().count(Query(f"“{one}” OR “{other}”"))
        return counts[one] + counts[other] > either

    found = [f"{a} {b}" for a, b in islice((p for p in pairs if together(*p)), 1)]
    found += [f"“{text}”" for text in frequent[1:2] or frequent]
    for form, (one, other) in zip(("{} -{}", "{}|{}", "{} OR {}"), pairs[-1::-7], strict=False):
        text = form.format(one, other)
        found += [text] if searcher().count(Query(text)) else []
    return tuple(found)
