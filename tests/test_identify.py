"""Ids: which changes they survive, and which texts must have different ids."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.ids import paragraph_ids
from indexer.draft import Block, Draft
from indexer.identify import opening_id, whole_id
from indexer.piece import Piece
from indexer.split import split

TITLE = "甲县2024年工作总结"
OPENING = "今年以来，全县医疗保障工作坚持以人民为中心，参保扩面、基金监管、支付改革三线并进。" * 3
BODY = ["全年参保23,876人。", "追回医保基金三百万元。", "推行按病种付费。"]


def pieces(*texts: str) -> list[Piece]:
    return [Piece(text, text) for text in texts]


def ids(*texts: str, title: str = TITLE) -> list[str]:
    made = pieces(*texts)
    return list(paragraph_ids(opening_id(title, made), texts))


def test_an_id_can_be_typed() -> None:
    for name in ids(OPENING, *BODY):
        assert re.fullmatch(r"[0-9a-hjkmnp-tv-z]{8}-[0-9a-hjkmnp-tv-z]{6}", name)


def test_ids_are_pinned() -> None:
    """Memos contain ids, so another way to make them would break every existing link."""
    assert ids(OPENING, *BODY)[:2] == ["pqy0ra3n-prcbtw", "pqy0ra3n-0860pe"]


SURVIVES = [
    ([OPENING, "新增一段。", *BODY], "a paragraph put in"),
    ([OPENING, *BODY[1:]], "a paragraph taken out"),
    ([OPENING, *BODY[::-1]], "another order"),
    ([OPENING.replace("，", "， "), BODY[0] + " ", *BODY[1:]], "other blanks"),
    (["各位代表：", OPENING, *BODY], "a short paragraph before the opening"),
]


@pytest.mark.parametrize(("texts", "why"), SURVIVES)
def test_an_id_survives(texts: list[str], why: str) -> None:
    before = dict(zip([OPENING, *BODY], ids(OPENING, *BODY), strict=True))
    after = {"".join(t.split()): name for t, name in zip(texts, ids(*texts), strict=True)}
    shared = after.keys() & before.keys()
    assert len(shared) >= 3
    assert all(after[text] == before[text] for text in shared), why


def test_a_changed_paragraph_has_another_id_and_leaves_the_rest() -> None:
    before, after = ids(OPENING, *BODY), ids(OPENING, "全年参保23,877人。", *BODY[1:])
    assert [a == b for a, b in zip(before, after, strict=True)] == [True, False, True, True]


@pytest.mark.parametrize(
    ("title", "texts"),
    [("乙县2024年工作总结", [OPENING, *BODY]), (TITLE, [OPENING.replace("三线", "四线"), *BODY])],
)
def test_another_report_has_other_ids(title: str, texts: list[str]) -> None:
    assert not set(ids(OPENING, *BODY)) & set(ids(*texts, title=title))


def test_a_report_of_short_paragraphs_is_known_by_all_of_them() -> None:
    assert opening_id(TITLE, pieces(*BODY)) != opening_id(TITLE, pieces(*BODY[:2]))


def test_reports_that_open_alike_are_told_apart_by_their_whole_text() -> None:
    longer = pieces(OPENING, *BODY)
    shorter = pieces(OPENING, *BODY[:2])
    assert opening_id(TITLE, longer) == opening_id(TITLE, shorter)
    names = [whole_id(TITLE, made) for made in (longer, shorter)]
    names += [opening_id(TITLE, longer), whole_id("乙县2024年工作总结", longer)]
    assert len(set(names)) == 4
    assert whole_id(f" {TITLE}", pieces(f"{OPENING} ", *BODY)) == names[0]


def test_repeats_have_ids_of_their_own_in_order() -> None:
    once, thrice = ids(OPENING, "同上。"), ids(OPENING, "同上。", "同上。", "同 上。")
    assert len(set(thrice)) == 4
    assert thrice[:2] == once
    assert ids(OPENING, "同上。", *BODY, "同上。")[-1] == thrice[2]


@given(st.lists(st.text("甲乙 \n", max_size=3), max_size=30))
def test_ids_are_distinct_and_bear_their_report(texts: list[str]) -> None:
    names = list(paragraph_ids("r0000000", texts))
    assert len(set(names)) == len(texts)
    assert all(name.startswith("r0000000-") for name in names)


def test_the_format_of_the_file_does_not_matter() -> None:
    """A text file and a Word file with the same paragraphs have the same ids."""
    texts = [TITLE, OPENING, *BODY]
    word = split(Draft("a.docx", tuple(map(Block, texts))))
    blank = [line for text in texts for line in (text, "")]
    text = split(Draft("a.txt", tuple(map(Block, blank)), lines=True))
    assert opening_id(*word) == opening_id(*text)
    assert [piece.raw for piece in word[1]] == [piece.raw for piece in text[1]]
