"""Looser queries, for one that finds next to nothing.

The tokenizer may cut a run so that hardly any paragraph holds all of the pieces:
中欧班列开行列数 becomes 中欧班列, 开, 行列 and 数. Each text made here leaves something out
or cuts at another place; which of them is worth an offer, counting tells.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.fields import WORDS
from engine.query.index_query import Index
from engine.query.plan import CLOSE, Plan
from engine.query.tree import Leaf, Title, Word

MAX_RUN = 16  # code points of a run that is cut anew
MAX_WORD = 4  # code points
MAX_TEXTS = 12


def looser_texts(plan: Plan, index: Index) -> list[str]:
    """Queries like that of the plan, with one of its runs loosened; mostly none."""
    text = plan.query.text
    found: dict[str, None] = {}
    if len(plan.leaves) > CLOSE or plan.marked.one_sentences:  # the other words say enough
        return []
    for run in together(plan.leaves):
        start, end = run[0].place[0], run[-1].place[1]
        if len(run) > 1 or (isinstance(run[0], Word) and run[0].pieces):
            for loose in _loosened(text[start:end], run, index):
                found[" ".join(f"{text[:start]} {loose} {text[end:]}".split())] = None
    return list(found)[:MAX_TEXTS]


def together(leaves: tuple[Leaf, ...]) -> list[list[Leaf]]:
    """Leaves that stand side by side in the query as typed, run by run."""
    runs: list[list[Leaf]] = []
    for leaf in leaves:
        if isinstance(leaf, Title):
            continue
        if runs and runs[-1][-1].place[1] == leaf.place[0]:
            runs[-1].append(leaf)
        else:
            runs.append([leaf])
    return runs


def _loosened(typed: str, run: list[Leaf], index: Index) -> Iterator[str]:
    if isinstance(run[0], Word) and run[0].pieces:
        yield " ".join(run[0].pieces)
        return
    words = [leaf.text for leaf in run]
    longest = max(words, key=len)
    if len(typed) <= MAX_RUN and longest in typed:
        before, _, after = typed.partition(longest)
        for word in _words_in(before, index) + _words_in(after, index):
            yield f"{longest} {word}"
    if len(words) > 2:
        for at in range(len(words)):
            yield " ".join(words[:at] + words[at + 1 :])


def _words_in(text: str, index: Index) -> list[str]:
    """The words of the index that stand in a text, the most frequent first."""
    spans = (
        text[start:end]
        for start in range(len(text))
        for end in range(start + 2, min(len(text), start + MAX_WORD) + 1)
    )
    words = list(dict.fromkeys(spans))
    counts = index.counts([(WORDS, word) for word in words])
    known = sorted(zip(counts, words, strict=True), reverse=True)
    return [word for count, word in known if count]
