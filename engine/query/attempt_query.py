"""The queries of an attempt, as the index runs them: which paragraphs, and what scores."""

from __future__ import annotations

from collections.abc import Sequence

from whoosh import query as wq

from engine.fields import EXACT
from engine.query.index_query import (
    Index,
    all_of,
    name_weight,
    prefer_runs,
    rewarded,
    to_index_query,
)
from engine.query.names import named
from engine.query.plan import CLOSE, Attempt
from engine.query.questions import asks_figure, singles_and_pairs
from engine.query.tree import Node, Widened, Word
from engine.ranking import CHARACTER_PAIR_WEIGHT, CHARACTER_WEIGHT, NAMED_BOTH_SCORE, NAMED_WEIGHT


def counting_query(attempt: Attempt, index: Index) -> wq.Query:
    """The query by which to count the most parts that one paragraph holds."""
    parts = [to_index_query(part, index) for part in attempt.parts]
    return wq.And([all_of(attempt.excluded, index), wq.Or(parts, minmatch=attempt.least)])


def attempt_query(attempt: Attempt, least: int, text: str, index: Index) -> wq.Query:
    """The query of an attempt of which ``least`` parts have to be there; 0 for all.

    ``text`` is the query as typed.
    """
    if not least:
        every = all_of((*attempt.parts, *attempt.excluded), index)
        return prefer_runs(every, attempt.runs, index)
    parts = [to_index_query(part, index) for part in attempt.parts]
    enough = wq.Or(parts, minmatch=least)
    if least == 1:  # one flat Or: what scores nothing is looked up only where nothing else is
        enough = wq.Or([way for part in parts for way in _ways(part)])
    asked = wq.And([all_of(attempt.excluded, index), enough])
    near = _closeness(attempt.typed) if len(attempt.parts) <= CLOSE else []
    if attempt.is_question:
        near += _names(text, index)
    return wq.AndMaybe(asked, wq.Or(near)) if near else asked


def _ways(query: wq.Query) -> Sequence[wq.Query]:
    ways: Sequence[wq.Query] = query.subqueries if isinstance(query, wq.Or) else [query]
    return ways


def _closeness(parts: Sequence[Node]) -> list[wq.Query]:
    """What the words of a sentence score besides: their characters, one by one and in pairs.

    A character that is a word by itself scores in full. See ``docs/relevance.md`` for what
    that is worth.
    """
    text = "".join(part.text for part in parts if isinstance(part, Word | Widened))
    words = {part.text for part in parts if isinstance(part, Word) and len(part.text) == 1}
    singles, pairs = singles_and_pairs(text)
    boosts = {one: 1.0 if one in words else CHARACTER_WEIGHT for one in singles}
    return [
        *(wq.Term(EXACT, one, boost=boost) for one, boost in boosts.items()),
        *(
            wq.Phrase(EXACT, list(pair), boost=CHARACTER_PAIR_WEIGHT)
            for pair in dict.fromkeys(pairs)
        ),
    ]


def _names(text: str, index: Index) -> list[wq.Query]:
    """A higher score for reports filed under a region or year that a question names."""
    names = named(text, index.regions)
    first = names.both and asks_figure(text)
    filed = {name: index.filed("region", paths) for name, paths in names.regions.items()}
    filed |= {year: index.filed("year", [year]) for year in names.years}
    return [
        rewarded(reports, NAMED_BOTH_SCORE if first else NAMED_WEIGHT * name_weight(name, index))
        for name, reports in filed.items()
    ]
