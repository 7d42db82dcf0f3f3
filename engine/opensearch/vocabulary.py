"""The vocabulary of a generation; ``engine.local.vocabulary`` is its twin."""

from __future__ import annotations

from engine import facets
from engine.analyze import character_texts, normalise
from engine.fields import EXACT
from engine.frequent_words import MAX_WORDS, MIN_PARAGRAPHS, suggestible
from engine.model import UNKNOWN, Vocabulary
from engine.opensearch.documents import PARAGRAPH, REPORT, UNDATED_YEAR, report_of
from engine.opensearch.pages import all_sources
from engine.opensearch.state import State, bucket_counts, counting_body, values_of
from engine.opensearch.terms import ClusterIndex

_WORDS = 2 * MAX_WORDS  # in the response; some are numbers, single characters or phrases
_WORDS_OF_A_SHARD = 10 * MAX_WORDS  # so that a word that is rare on one shard is counted there too


def vocabulary(state: State) -> Vocabulary:
    """Read the vocabulary: a few requests, and one for each thousand reports."""
    words = {"field": "terms", "size": _WORDS, "shard_size": _WORDS_OF_A_SHARD}
    frequent = {"terms": {**words, "min_doc_count": MIN_PARAGRAPHS}}
    labels = {facet: values_of(facet) for facet in ("region", "theme", "year")}
    response = state.search(counting_body(state.live(PARAGRAPH), {"words": frequent, **labels}))
    counts = {name: bucket_counts(each) for name, each in response["aggregations"].items()}
    phrases = state.lexicon.phrases
    index = ClusterIndex(state)
    phrase_counts = index.settle(
        lambda: {phrase: index.phrase_count(EXACT, character_texts(phrase)) for phrase in phrases}
    )
    sources = all_sources(state.connection, state.index, state.live(REPORT), ["data"], "number")
    reports = sorted(map(report_of, sources), key=facets.day, reverse=True)
    return Vocabulary(
        words=dict(suggestible(counts["words"].items(), {normalise(phrase) for phrase in phrases})),
        phrases={phrase: count for phrase, count in phrase_counts.items() if count},
        regions={path: count for path, count in counts["region"].items() if path != UNKNOWN},
        themes={path: count for path, count in counts["theme"].items() if path != UNKNOWN},
        years={year: count for year, count in counts["year"].items() if year != UNDATED_YEAR},
        titles=tuple(dict.fromkeys(report.title for report in reports)),
    )
