"""``engine.local.vocabulary``, read from the cluster."""

from __future__ import annotations

from engine import facets
from engine.analyze import characters, normalise
from engine.fields import EXACT
from engine.frequent_words import MAX_WORDS, MIN_PARAGRAPHS, suggestible
from engine.model import UNKNOWN, Vocabulary
from engine.opensearch.documents import PARAGRAPH, REPORT, report_of
from engine.opensearch.pages import all_of
from engine.opensearch.state import MOST_VALUES, State, buckets, counted
from engine.opensearch.terms import Terms

_ASKED = 2 * MAX_WORDS  # some are numbers, single characters or phrases
_ASKED_OF_A_SHARD = 10 * MAX_WORDS  # so that counts are hardly ever short of a rare shard's


def vocabulary(state: State) -> Vocabulary:
    """Read the vocabulary; a few requests, and one for each thousand reports."""
    words = {"field": "terms", "size": _ASKED, "shard_size": _ASKED_OF_A_SHARD}
    frequent = {"terms": {**words, "min_doc_count": MIN_PARAGRAPHS}}
    labels = {name: {"terms": {"field": name, "size": MOST_VALUES}} for name in ("region", "theme")}
    body = counted(state.belonging(PARAGRAPH), {"words": frequent, **labels})
    told = {name: buckets(one) for name, one in state.search(body)["aggregations"].items()}
    phrases = state.lexicon.phrases
    terms = Terms(state)
    stand = terms.settle(
        lambda: {
            phrase: terms.count_in_a_row(EXACT, [token.text for token in characters(phrase)])
            for phrase in phrases
        }
    )
    found = all_of(state.cluster, state.index, state.belonging(REPORT), ["data"], "number")
    reports = sorted(map(report_of, found), key=facets.day, reverse=True)
    return Vocabulary(
        words=dict(suggestible(told["words"].items(), {normalise(phrase) for phrase in phrases})),
        phrases={phrase: count for phrase, count in stand.items() if count},
        regions={path: count for path, count in told["region"].items() if path != UNKNOWN},
        themes={path: count for path, count in told["theme"].items() if path != UNKNOWN},
        titles=tuple(dict.fromkeys(report.title for report in reports)),
    )
