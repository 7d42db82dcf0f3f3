"""What there is to ask for: the words, phrases, places and titles of one state of an index.

Suggestions and spelling are made from this, never the answer to a query.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from engine import facets
from engine.analyze import normalise
from engine.arrays import Strings
from engine.columns.run.collector import ColumnCollector, run_query
from engine.fields import WORDS
from engine.frequent_words import suggestible
from engine.local.execution import SnapshotIndex
from engine.local.snapshot import Snapshot
from engine.model import UNKNOWN, Vocabulary
from engine.query.index_query import to_index_query
from engine.query.tree import Every, Node, Phrase


def vocabulary(snapshot: Snapshot) -> Vocabulary:
    """Read the vocabulary; takes half a second for 200,000 paragraphs."""
    every = _find(snapshot, Every())
    groups, labels = (
        np.concatenate([np.empty(0, np.int32), *n])
        for n in (every.group_counts, every.label_counts)
    )
    regions = snapshot.region.add_up(groups, np.ones(len(groups), np.bool_))
    years = snapshot.year.add_up(groups, np.ones(len(groups), np.bool_))
    themes = snapshot.theme.add_up(labels, np.ones(len(labels), np.bool_))
    phrases = snapshot.manifest.lexicon.phrases
    stand = {phrase: _find(snapshot, Phrase(phrase)).matched for phrase in phrases}
    reports = [report for report in snapshot.reports if report]
    reports.sort(key=facets.day, reverse=True)
    return Vocabulary(
        words=dict(_words(snapshot, {normalise(phrase) for phrase in phrases})),
        phrases={phrase: count for phrase, count in stand.items() if count},
        regions={path: count for path, count in regions.items() if path != UNKNOWN},
        themes={path: count for path, count in themes.items() if path != UNKNOWN},
        years={int(year): count for year, count in years.items() if year != UNKNOWN},
        titles=tuple(dict.fromkeys(report.title for report in reports)),
    )


def _words(snapshot: Snapshot, phrases: set[str]) -> Iterator[tuple[str, int]]:
    """The most frequent words that are no phrases, no numbers and no single characters."""
    counts: Counter[bytes] = Counter()
    for segment in snapshot.index.segments:
        low, high = segment.reader.range[WORDS]
        at = segment.reader.postings.freqs_at[low : high + 1].tolist()
        names = Strings(segment.reader.terms.data, segment.reader.terms.at[low : high + 1]).all()
        for term, name in enumerate(names):
            counts[name] += at[term + 1] - at[term]
    return suggestible(((name.decode(), count) for name, count in counts.most_common()), phrases)


def _find(snapshot: Snapshot, node: Node) -> ColumnCollector:
    """How many paragraphs match, and how many of each report and label."""
    return run_query(snapshot.index, to_index_query(node, SnapshotIndex(snapshot)))
