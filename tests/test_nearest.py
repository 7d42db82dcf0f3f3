"""Questions put in order again: against counting by hand, over several segments."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from math import log
from pathlib import Path

import pytest
from columns import Doc, columns
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.columns.index import Opened
from engine.columns.rescoring import AROUND
from engine.nearest import FIRST, reorder

HAN = "医疗保障基金管"
TEXT = st.text(HAN + "x", max_size=12)


def bm25(counts: Counter[str], df: dict[str, int], documents: int, norm: float) -> float:
    return sum(
        log(1 + (documents - df[one] + 0.5) / (df[one] + 0.5)) * n * 2.2 / (n + norm)
        for one, n in counts.items()
    )


def parts_of(text: str) -> list[str]:
    return ["".join(pair) for pair in pairwise(text) if set(pair) <= set(HAN)]


def expected(question: str, groups: list[list[str]], score: float) -> dict[int, float]:
    """What each document scores, where all come with the same score."""
    texts = [text for group in groups for text in group]
    documents, length = len(texts), sum(map(len, texts)) / len(texts)
    around = length * min(2 * AROUND + 1, documents / len(groups))
    characters, pairs = set(question) & set(HAN), set(parts_of(question))
    df = {one: sum(one in text for text in texts) for one in characters | pairs}

    def near(held: list[str], norm: float, weight: int) -> float:
        single = Counter(char for text in held for char in text if char in characters)
        double = Counter(pair for text in held for pair in parts_of(text) if pair in pairs)
        return weight * bm25(single, df, documents, norm) + bm25(double, df, documents, norm)

    found: dict[int, float] = {}
    for group in groups:
        for at, text in enumerate(group):
            some = group[max(0, at - AROUND) : at + AROUND + 1]
            wide = 1.2 * (0.1 + 0.9 * sum(map(len, some)) / around)
            narrow = 1.2 * (0.25 + 0.75 * len(text) / length)
            found[len(found)] = score + near(some, wide, 2) + near([text], narrow, 1)
    return found


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    commits=st.lists(
        st.lists(st.lists(TEXT, min_size=1, max_size=12), min_size=1, max_size=3),
        min_size=1,
        max_size=2,
    ),
    question=st.text(HAN + "x", min_size=2, max_size=8),
)
def test_scores_are_those_of_counting_by_hand(
    commits: list[list[list[str]]], question: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    groups = [group for commit in commits for group in commit]
    if not parts_of(question) or not any(text for group in groups for text in group):
        return
    index = opened(tmp_path_factory.mktemp("near"), commits)
    items = [(1.0, number) for number in range(index.documents)]
    found = reorder(index, question, items)
    right = expected(question, groups, 1.0)
    assert {number: score for score, number in found} == pytest.approx(right)
    assert found == sorted(found, key=lambda item: (-item[0], item[1]))


def opened(folder: Path, commits: list[list[list[str]]]) -> Opened:
    docs, number = [], 0
    for commit in commits:
        docs.append([])
        for group in commit:
            docs[-1] += [Doc(f"r{number}", (), list(text)) for text in group]
            number += 1
    return Opened(columns(folder, *docs).searcher())


def test_only_the_first_are_looked_at_again(tmp_path: Path) -> None:
    index = opened(tmp_path, [[["医疗"] * (FIRST + 5)]])
    items = [(1.0 - number / 1000, number) for number in range(index.documents)]
    found = reorder(index, "医疗", items)
    assert found[FIRST:] == items[FIRST:]
    assert [number for _, number in found[:FIRST]] == list(range(FIRST))


@pytest.mark.parametrize("question", ["", "医", "dip 98", "医x疗"])
def test_what_has_no_pairs_stays_as_it_is(tmp_path: Path, question: str) -> None:
    index = opened(tmp_path, [[["医疗", "疗"]]])
    items = [(2.0, 1), (1.0, 0)]
    assert reorder(index, question, items) == items
