"""Rescoring the hits of a question: against plain counting, over several segments."""

from __future__ import annotations

from collections import Counter
from itertools import accumulate, pairwise, product
from math import log
from pathlib import Path

import pytest
from columns import new_index
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.analyze import character_texts
from engine.columns.run.searcher import ColumnSearcher
from engine.columns.write.document_writer import Group
from engine.columns.write.writer import ColumnWriter, join_sentences, join_tokens
from engine.local.rescoring import rescore
from engine.query.plan import ByAnswer, ByNearness, ByOverlap
from engine.query.questions import asks
from engine.ranking import (
    DENSITY_WEIGHT,
    NEIGHBOURS,
    NEIGHBOURS_WEIGHT,
    OVERLAP_WEIGHT,
    PAIR_WEIGHT,
    RESCORED,
    SENTENCE_WEIGHT,
    TITLE_WEIGHT,
)
from engine.sentences import sentence_tokens

TEXT = st.text("医疗保障基金管x8，", max_size=12)
Titled = tuple[str, list[str]]  # a title, and what stands under it


def parts_of(text: str) -> list[str]:
    """The tokens of a text without signs, and every two adjacent ones as a pair."""
    tokens = character_texts(text)
    pairs = [" ".join(pair) for pair in pairwise(tokens) if "," not in pair]
    return [token for token in tokens if token != ","] + pairs


def size(*texts: str) -> int:
    return sum(len(character_texts(text)) for text in texts)


def expected(question: str, groups: list[Titled], score: float) -> dict[int, float]:
    """The new score of each document, if all have the same score before."""
    texts = [text for _, group in groups for text in group]
    documents = len(texts)
    own = size(*texts) / documents
    around = own * min(2 * NEIGHBOURS + 1, documents / len(groups))
    named = sum(size(title) * len(group) for title, group in groups) / documents or 1.0
    asked = Counter(parts_of(question))
    df = {part: sum(part in parts_of(text) for text in texts) for part in asked}

    def near(held: list[str], average: float, b: float) -> float:
        norm = 1.2 * (1 - b + b * size(*held) / average)
        counts = Counter(part for text in held for part in parts_of(text))
        return sum(
            (PAIR_WEIGHT if " " in part else 1)
            * told
            * log(1 + (documents - df[part] + 0.5) / (df[part] + 0.5))
            * counts[part]
            * 2.2
            / (counts[part] + norm)
            for part, told in asked.items()
        )

    found: dict[int, float] = {}
    for title, group in groups:
        for at, text in enumerate(group):
            some = group[max(0, at - NEIGHBOURS) : at + NEIGHBOURS + 1]
            gain = near([text], own, 0.75) + NEIGHBOURS_WEIGHT * near(some, around, 0.9)
            found[len(found)] = score + gain + TITLE_WEIGHT * near([title], named, 0.75)
    return found


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    commits=st.lists(
        st.lists(st.tuples(TEXT, st.lists(TEXT, min_size=1, max_size=12)), min_size=1, max_size=3),
        min_size=1,
        max_size=2,
    ),
    question=st.text("医疗保障基金管x8，", min_size=1, max_size=8),
)
def test_scores_are_those_of_counting_by_hand(
    commits: list[list[Titled]], question: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    groups = [group for commit in commits for group in commit]
    if not parts_of(question) or not any(text for _, group in groups for text in group):
        return
    index = opened(tmp_path_factory.mktemp("near"), commits)
    items = [(1.0, number) for number in range(index.documents)]
    found = rescore(index, ByAnswer(question + "怎么？"), items)  # what asks counts nothing
    right = expected(question, groups, 1.0)
    assert {number: score for score, number in found} == pytest.approx(right)
    assert found == sorted(found, key=lambda item: (-item[0], item[1]))


def opened(folder: Path, commits: list[list[Titled]]) -> ColumnSearcher:
    index = new_index(folder)
    for number, commit in enumerate(commits):
        writer = ColumnWriter(index)
        for at, (title, texts) in enumerate(commit):
            writer.add_group(
                Group(
                    key=f"r{number}-{at}".encode(),
                    about=b"",
                    title=join_tokens(character_texts(title)),
                    keys=[str(paragraph).encode() for paragraph in range(len(texts))],
                    labels=["body"] * len(texts),
                    words=join_tokens(()) * len(texts),
                    exact="".join(join_sentences(sentence_tokens(text)) for text in texts),
                    stored=[b""] * len(texts),
                )
            )
        writer.commit()
    return ColumnSearcher(index.searcher())


NEAR = st.text("医保基金农，。“”", max_size=24)
SPELLINGS = st.lists(
    st.lists(st.sampled_from(["医", "保", "医保", "基金", "农", "金农"]), min_size=1, max_size=2),
    min_size=2,
    max_size=3,
)


def nearness(terms: list[list[str]], text: str) -> float:
    """Density and one sentence, by trying every choice of places."""
    tokens = character_texts(text)

    def places(term: list[str]) -> list[tuple[int, int]]:
        spelled = [character_texts(spelling) for spelling in term]
        return [
            (at, at + len(one))
            for one in spelled
            for at in range(len(tokens) - len(one) + 1)
            if tokens[at : at + len(one)] == one
        ]

    choices = list(product(*map(places, terms)))
    if not choices:
        return 0.0

    def stretch(choice: tuple[tuple[int, int], ...]) -> int:
        return max(end for _, end in choice) - min(start for start, _ in choice)

    shortest = min(map(stretch, choices))
    dense = {
        min(1.0, sum(end - start for start, end in choice) / shortest)
        for choice in choices
        if stretch(choice) == shortest
    }
    ends = list(accumulate(map(len, sentence_tokens(text))))
    together = any(
        not any(min(a for a, _ in c) < end < max(b for _, b in c) for end in ends) for c in choices
    )
    return max(dense) * DENSITY_WEIGHT + together * SENTENCE_WEIGHT


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(terms=SPELLINGS, texts=st.lists(NEAR, min_size=1, max_size=6))
def test_nearness_is_that_of_trying_all_places(
    terms: list[list[str]], texts: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    if not any(texts):
        return
    index = opened(tmp_path_factory.mktemp("near"), [[("", texts)]])
    by = ByNearness(tuple(map(tuple, terms)), 2.0)
    found = rescore(index, by, [(1.0, number) for number in range(index.documents)])
    for score, number in found:
        right = nearness(terms, texts[number])
        # Of several stretches as short, any may be met first.
        assert (score - 1.0) / 2.0 <= right + 1e-6
        assert ((score - 1.0) / 2.0 >= SENTENCE_WEIGHT) == (right >= SENTENCE_WEIGHT)
        assert (score > 1.0) == (right > 0)


@pytest.mark.parametrize(
    ("passage", "shares"),
    [
        ("医疗保障基金", (2 / 4, 1 / 4)),
        ("医疗保障，甲乙丙丁戊", (2 / 8, 0)),  # most of it stands nowhere
        ("甲医疗乙医疗丙", (0, 0)),
    ],
)
def test_overlap_is_a_share_of_all_the_passage(
    passage: str, shares: tuple[float, float], tmp_path: Path
) -> None:
    """In runs of three tokens, whichever segment a paragraph is in."""
    index = opened(tmp_path, [[("", ["医疗保障"])], [("", ["医保障基"])]])
    found = rescore(index, ByOverlap(passage), [(0.0, 0), (0.0, 1)])
    scores = {number: score for score, number in found}
    assert [scores[0], scores[1]] == pytest.approx([OVERLAP_WEIGHT * share for share in shares])


def test_only_the_first_are_looked_at_again(tmp_path: Path) -> None:
    index = opened(tmp_path, [[("", ["医疗"] * (RESCORED + 5))]])
    items = [(1.0 - number / 1000, number) for number in range(index.documents)]
    found = rescore(index, ByAnswer("医疗"), items)
    assert found[RESCORED:] == items[RESCORED:]
    assert [number for _, number in found[:RESCORED]] == list(range(RESCORED))


@pytest.mark.parametrize("question", ["", "？", "，怎么，", "多少？"])
def test_what_only_asks_changes_nothing(question: str, tmp_path: Path) -> None:
    index = opened(tmp_path, [[("", ["医疗", "疗"])]])
    items = [(2.0, 1), (1.0, 0)]
    assert rescore(index, ByAnswer(question), items) == items


@pytest.mark.parametrize(
    ("groups", "why"),
    [
        ([("", ["医管，疗"]), ("", ["医疗，管"])], "side by side"),
        ([("", ["医疗", "基金"]), ("", ["医疗", "保障"])], "the paragraphs around"),
        ([("基金", ["医疗"]), ("保障", ["医疗"])], "the title"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_puts_a_paragraph_first(groups: list[Titled], why: str, tmp_path: Path) -> None:
    """Both paragraphs match alike in their own characters; that of the second group wins."""
    index = opened(tmp_path, [groups])
    second = len(groups[0][1])
    (_, best), *_ = rescore(index, ByAnswer("医疗保障怎么样"), [(1.0, 0), (1.0, second)])
    assert best == second, why


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("医保怎么报销", True),
        ("参保率是多少？", True),
        ("赔偿费谁来出", True),
        ("是否纳入", True),
        ("打击欺诈骗保 成效", False),
        ("谁执法谁普法 责任制", False),
        ("落实谁审批、谁监管", False),
    ],
)
def test_what_asks(text: str, question: bool) -> None:
    assert asks(text) is question
