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

from engine.analyze import character_texts
from engine.columns.run.searcher import ColumnSearcher
from engine.local.rescoring import rescore
from engine.query.plan import ByAnswer, ByOverlap
from engine.query.questions import asks
from engine.ranking import (
    NEIGHBOURS,
    NEIGHBOURS_WEIGHT,
    OVERLAP_WEIGHT,
    PAIR_WEIGHT,
    RESCORED,
    TITLE_WEIGHT,
)

TEXT = st.text("医疗保障基金管x8，", max_size=12)
Group = tuple[str, list[str]]  # a title, and what stands under it


def parts_of(text: str) -> list[str]:
    """The tokens of a text that are no signs, and every two of them side by side."""
    tokens = character_texts(text)
    pairs = [" ".join(pair) for pair in pairwise(tokens) if "," not in pair]
    return [token for token in tokens if token != ","] + pairs


def size(*texts: str) -> int:
    return sum(len(character_texts(text)) for text in texts)


def expected(question: str, groups: list[Group], score: float) -> dict[int, float]:
    """What each document scores, where all come with the same score."""
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
    commits: list[list[Group]], question: str, tmp_path_factory: pytest.TempPathFactory
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


def opened(folder: Path, commits: list[list[Group]]) -> ColumnSearcher:
    docs: list[list[Doc]] = []
    for number, commit in enumerate(commits):
        docs.append([])
        for at, (title, group) in enumerate(commit):
            named = character_texts(title)
            docs[-1] += [Doc(f"r{number}-{at}", (), character_texts(text), named) for text in group]
    return ColumnSearcher(columns(folder, *docs).searcher())


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
def test_what_puts_a_paragraph_first(groups: list[Group], why: str, tmp_path: Path) -> None:
    """Equal in their own characters, the second group comes first."""
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
