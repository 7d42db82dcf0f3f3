"""Finding the words of the lexicon in a text: by clauses, and against a plain search."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from indexer.cues import Finder
from indexer.lexicon import Cue, Pack

PACK = Pack(
    themes=["甲"],
    cues={
        word: [Cue("甲", 1)]
        for word in ("毕业生", "高校", "高校毕业生", "生就业", "就业", "就业率高", "5g")
    },
    groups={"人": {"毕业"}},
    silent={"请予审议"},
)


def _found(text: str) -> list[tuple[int, str]]:
    sentences = Finder(PACK).sentences(text)
    return [word for one in sentences for clause in one.clauses for word in clause.words]


def test_the_longest_word_wins_but_words_may_overlap() -> None:
    assert _found("高校毕业生就业") == [(0, "高校毕业生"), (4, "生就业")]


def test_clauses_with_their_figures_and_enumerations() -> None:
    (sentence,) = Finder(PACK).sentences(
        "全市:就业5万人,教师、高校、学校、科研都好,没有词1,毕业生多"
    )
    assert [[word for _, word in clause.words] for clause in sentence.clauses] == [
        ["就业"],
        ["高校"],
        ["毕业生"],
    ]
    assert [clause.figure for clause in sentence.clauses] == [True, False, False]
    assert [clause.listing for clause in sentence.clauses] == [False, True, False]
    assert sentence.groups == {"人"}
    assert not sentence.opening


def test_an_opening_is_the_first_short_sentence() -> None:
    assert [one.opening for one in Finder(PACK).sentences("稳就业。促就业")] == [True, False]


def test_a_sentence_with_set_words_says_nothing() -> None:
    assert _found("促进就业,请予审议。稳就业") == [(11, "就业")]


WORDS = sorted(PACK.words - PACK.silent)


@given(st.lists(st.sampled_from([*WORDS, *"毕业生高校就g。,、5\n"]), max_size=30).map("".join))
def test_a_plain_search_finds_the_same(text: str) -> None:
    """The hashes miss no word: each place gives the longest word that ends after the last one."""
    expected = []
    reached = 0
    for at in range(len(text)):
        here = [w for w in WORDS if text.startswith(w, at) and at + len(w) > reached]
        if here:
            word = max(here, key=len)
            reached = at + len(word)
            expected.append((at, word))
    assert _found(text) == expected
