"""Highlight spans as examples, and against a plain implementation of the same rules."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.analyze import Analyzer, characters, normalise
from engine.highlight import Highlighter
from engine.model import Span
from engine.phrases import Phrases
from engine.query.tree import Leaf, Phrase, Prefix, Title, Widened, Word

ANALYZER = Analyzer()
LEXICON = ("医保", "医保基金", "DIP", "双随机、一公开")


def marks(text: str, *terms: Leaf, lexicon: tuple[str, ...] = ()) -> list[Span]:
    def is_word(name: str) -> bool:
        return name in [token.text for token in ANALYZER.words(name)]

    return list(Highlighter(Phrases(lexicon), ANALYZER.words, is_word).of(terms)(text))


def quoted(text: str, *terms: Leaf) -> list[str]:
    """The stretches marked for a query, in order."""
    return [text[span.start : span.end] for span in marks(text, *terms)]


# Terms, text, what is marked, and why.
CASES: list[tuple[list[Leaf], str, list[str], str]] = [
    ([Word("基金")], "基金与基金会", ["基金", "基金"], "everywhere, inside a longer word too"),
    ([Word("医疗")], "醫療保障", ["醫療"], "in the script of the source"),
    ([Word("医疗"), Word("保障")], "医疗保障局", ["医疗保障"], "neighbours are one mark"),
    ([Phrase("诈骗保"), Phrase("欺诈")], "欺诈骗保", ["欺诈骗保"], "so are marks that overlap"),
    ([Phrase("哈哈")], "哈哈哈", ["哈哈哈"], "an occurrence may overlap itself"),
    ([Phrase("23876")], "共23,876人，另238761人", ["23,876"], "a number in its other spelling"),
    ([Phrase("98.25")], "达98.25%，非198.25", ["98.25"], "a number, not a part of one"),
    ([Phrase("98.25％")], "达98.25%", ["98.25%"], "full-width"),
    ([Word("dip")], "DIP与ＤＩＰ，不是dipping", ["DIP", "ＤＩＰ"], "letters, as a whole word"),
    ([Prefix("参保")], "参保率，参保，未参", ["参保", "参保"], "words that begin so"),
    (
        [Widened("医保", ("医保",), ("DIP", "医疗保障"))],
        "医保、醫療保障、dip",
        ["医保", "醫療保障", "dip"],
        "synonyms",
    ),
    (
        [Widened("PM2.5", ("pm2.5",), ("细颗粒物",))],
        "空气中细颗粒物与PM2.5",
        ["细颗粒物", "PM2.5"],
        "one that is no word of the index, wherever it stands",
    ),
    ([Widened("国有企业", ("国有", "企业"), ("国企",))], "全国企业", ["企业"], "a word, as a word"),
    ([Title("商洛")], "商洛市", [], "what was sought in titles is not marked in texts"),
    ([Word("参保"), Word("率")], "参保率与缴费率", ["参保率"], "a lone character only at a mark"),
    (
        [Word("参保"), Word("率"), Word("高")],
        "率高参保率高，高率",
        ["率高参保率高"],
        "or at another such character, on either side",
    ),
    ([Word("率")], "参保率与缴费率", ["率", "率"], "where there is no other mark, everywhere"),
    ([Phrase("（三）")], "（三）加强", ["（三）"], "signs too, if asked for"),
    ([Phrase("a b")], "A\u3000 B", ["A\u3000 B"], "any blank is one blank"),
    ([Phrase("III类")], "Ⅲ类水质", ["Ⅲ类"], "a character that is several letters"),
    ([Phrase("一")], "㈠加强，统一", ["㈠", "一"], "or one in brackets"),
    ([Phrase("m2")], "5㎡、5m²", ["㎡", "m²"], "or a letter and a number"),
    ([Word("显着")], "成效显著", ["显著"], "either of two characters"),
    ([Word("医保")], "医\u200b保", ["医\u200b保"], "with what is invisible inside"),
    ([Phrase("5%")], "5 ％", ["5 ％"], "with a blank before the sign"),
    ([Phrase("\u200b")], "医\u200b保", [], "nothing, where nothing is visible"),
    ([Word("工业")], "⼯业Ⅱ", ["⼯业"], "radicals"),
]


@pytest.mark.parametrize(("terms", "text", "expected", "why"), CASES)
def test_query_marks(terms: list[Leaf], text: str, expected: list[str], why: str) -> None:
    assert quoted(text, *terms) == expected, why


PHRASES = [
    ("医保基金监管", [(0, 4)], "the longest phrase"),
    ("醫保基金", [(0, 4)], "in any script"),
    ("推行DIP，dip2不算", [(2, 5)], "letters only as a whole word"),
    ("aDIP，DIP", [(5, 8)], "not behind a letter"),
    ("医DIP，DIPa", [(1, 4)], "nor before one"),
    ("双随机、一公开", [(0, 7)], "a phrase with a sign in it"),
    ("医疗", [], "nothing known"),
    ("落实“医保”政策", [(3, 5)], "quotation marks around it"),
    ("「医保」『基金』", [(1, 3)], "other marks"),
    ("抓“医保”基金", [(1, 7)], "marks around its beginning, which belong to it"),
    ("医保“基金”好", [(0, 6)], "or around its end"),
    ("双“随机”、一公开", [(0, 9)], "or around a part"),
    ("“深化医保”基金", [(3, 5)], "not marks around something else"),
    ("“医保”“基金”", [(0, 8)], "two pairs, which make a phrase"),
    ("“医保”“基金会”", [(1, 3)], "or do not"),
    ("“DIP”，“aDIP”", [(1, 4)], "letters between marks"),
]


@pytest.mark.parametrize(("text", "expected", "why"), PHRASES)
def test_policy_phrases(text: str, expected: list[tuple[int, int]], why: str) -> None:
    assert marks(text, lexicon=LEXICON) == [Span(*at, "phrase") for at in expected], why


def test_a_query_mark_may_lie_in_a_phrase() -> None:
    assert marks("医保基金", Word("基金"), lexicon=LEXICON) == [
        Span(0, 4, "phrase"),
        Span(2, 4, "query"),
    ]


def test_an_empty_lexicon_marks_nothing() -> None:
    assert marks("医保基金") == []


ALPHABET = "医保基金监管醫DIPdi12,.98%， 率“”"
TEXTS = st.text(ALPHABET, max_size=40)
ASKED = st.text(ALPHABET, min_size=1, max_size=5).filter(str.strip)
LEAVES = st.one_of(
    ASKED.map(lambda text: Phrase(text.strip())),
    ASKED.map(lambda text: Phrase(normalise(text.strip()))),
    st.sampled_from(["医保", "基金", "率"]).map(Word),
    st.sampled_from(["医", "监管", "9", "d"]).map(Prefix),
)


@given(TEXTS, st.lists(LEAVES, max_size=4))
def test_marks_are_in_order_and_apart(text: str, terms: list[Leaf]) -> None:
    spans = marks(text, *terms, lexicon=LEXICON)
    assert spans == sorted(spans, key=lambda span: span.start)
    for kind in ("query", "phrase"):
        own = [span for span in spans if span.kind == kind]
        assert all(0 <= span.start < span.end <= len(text) for span in own)
        assert all(a.end <= b.start for a, b in pairwise(own))


@settings(max_examples=300)
@given(TEXTS, ASKED.map(str.strip))
@example("98.25%", "98.25")
def test_a_phrase_is_marked_wherever_a_scan_of_tokens_finds_it(text: str, wanted: str) -> None:
    """The oracle marks each character that an occurrence covers."""
    tokens, parts = characters(text), [token.text for token in characters(wanted)]
    covered: set[int] = set()
    for at in range(len(tokens)):
        window = tokens[at : at + len(parts)]
        if [token.text for token in window] == parts:
            covered |= set(range(window[0].start, window[-1].end))
    spans = marks(text, Phrase(wanted))
    assert {at for span in spans for at in range(span.start, span.end)} == covered


@given(st.lists(st.text("医保基金a", min_size=1, max_size=4), min_size=1, max_size=8), TEXTS)
@example(["医", "医保基"], "医保金医")
@example(["基金", "基金a"], "医保基金")
def test_phrases_are_the_longest_from_the_left(phrases: list[str], text: str) -> None:
    """The result is the same as trying every phrase at every place."""
    spans, at = [], 0
    while at < len(text):
        here = [p for p in phrases if _stands(normalise(text), p, at)]
        end = at + max(map(len, here), default=0)
        if here:
            spans.append((at, end))
        at = max(end, at + 1)
    assert [(s.start, s.end) for s in marks(text, lexicon=tuple(phrases))] == spans


def _stands(text: str, phrase: str, at: int) -> bool:
    """Whether a phrase is at a place, and does not begin or end inside a Latin word."""
    end = at + len(phrase)
    return text.startswith(phrase, at) and not (
        (at and _latin(text[at - 1]) and _latin(phrase[0]))
        or (end < len(text) and _latin(text[end]) and _latin(phrase[-1]))
    )


def _latin(char: str) -> bool:
    return char.isascii() and char.isalnum()
