"""Which words of an index may be suggested."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.analyze import is_one_run

MAX_WORDS = 20_000
MIN_PARAGRAPHS = 2  # what stands in one alone is often a slip of pen or tokenizer


def suggestible(words: Iterable[tuple[str, int]], phrases: set[str]) -> Iterator[tuple[str, int]]:
    """Of words with their counts, the most frequent first, those that may be suggested.

    No numbers, no single characters and none of the ``phrases``.
    """
    taken = 0
    for word, count in words:
        if count < MIN_PARAGRAPHS or taken == MAX_WORDS:
            return
        if len(word) > 1 and is_one_run(word) and not word[0].isdigit() and word not in phrases:
            taken += 1
            yield word, count
