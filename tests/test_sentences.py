"""Sentences: where they end, and what holds for any text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.sentences import MAX_ENCLOSED, find_sentences

FAR = "远" * MAX_ENCLOSED

# A bar stands between two sentences.
CASES = [
    ("一句。|两句！|三句？|四句；|五句", "each sign that ends a sentence"),
    ("一句!|两句?|三句;|四句", "and its half-width form"),
    ("真的吗？！|是的。。。|好", "several ends in a row are one"),
    ("如此等等……|还有一…个", "an ellipsis ends a sentence, half of it does not"),
    ("一行\n|两行\n\n|三行\n", "the end of a line"),
    ("一句。 \u3000|两句。\n|三句。 ", "blanks belong to the sentence before"),
    ("\n 先是空白。|后有文字。", "but leading ones to the first"),
    ("增长3.5%，其中：工业4.2%、农业1.1%。", "a point, a comma, a colon end nothing"),
    ("他说：“好。”|大家都说好。", "a closing mark belongs to the sentence that ends before it"),
    ("他说：“好”。|大家都说好。", "as it does where it stands before the end"),
    ("（见附件。）|全市增长5%。", "a bracket too"),
    ("《快干！》」|下一句", "and several of them"),
    ("增长5%（同口径；下同），连续三年。|好。", "nothing ends inside brackets"),
    ("强调：“要稳。要进。要好。”|会后落实。", "nor inside quotation marks"),
    ("“外（里。里）外。外”。|好", "nor inside a pair that has a pair inside"),
    ("“里。）里”。|好", "a bracket without a partner plays no part"),
    ("“好！”，他说。|“好！”、“行！”的人。", "a comma shows that it goes on"),
    ("解决“谁来种地？”的问题。|好。", "so does 的"),
    ("“没有关上。|好。", "an opening mark without a partner"),
    ("没有打开。”|好。", "a closing mark without a partner"),
    ("“这行没有。\n|关上”。|好。", "a partner in another line is none"),
    (f"“没有。|{FAR}关上”。|好。", "nor one that is far away"),
    ('他说："好。要好。"|"行。行。"|完', "straight quotation marks open and close by turns"),
    ("见http://a.cn/b?id=3。|一月?lián完。", "a question mark before a letter ends nothing"),
    ("●。一句。|两句。—", "signs alone are no sentence"),
    ("。！", "unless there is nothing else"),
    ("", "no text"),
]


@pytest.mark.parametrize(("marked", "why"), CASES, ids=[why for _, why in CASES])
def test_where_sentences_end(marked: str, why: str) -> None:
    text = marked.replace("|", "")
    expected = [part for part in marked.split("|") if part]
    assert [text[start:end] for start, end in find_sentences(text)] == expected


@given(st.text('ab甲乙1 \n\u3000。！？；;!?…，、的“”‘’（）()"《》「」—.:', max_size=60) | st.text())
def test_sentences_make_up_the_text(text: str) -> None:
    found = find_sentences(text)
    assert "".join(text[start:end] for start, end in found) == ("" if text.isspace() else text)
    assert all(text[start:end].strip() for start, end in found)


@given(st.lists(st.text("甲乙1，、“”（）。；", min_size=1, max_size=12), max_size=5))
def test_a_line_is_cut_as_if_it_stood_alone(lines: list[str]) -> None:
    lines = [f"行{line}完" for line in lines]
    text = "\n".join(lines)
    alone = [line[start:end] for line in lines for start, end in find_sentences(line)]
    assert [text[start:end].strip("\n") for start, end in find_sentences(text)] == alone
