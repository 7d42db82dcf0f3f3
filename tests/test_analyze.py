"""Tokens pinned with their offsets, and what must hold for any text at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from unicodedata import normalize

import pytest
from conftest import MakeIndex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine import analyze
from engine.analyze import (
    LINE_END,
    Analyzer,
    Literal,
    Token,
    character_texts,
    characters,
    is_han,
    is_one_run,
    near,
    normalise,
    signs,
)
from engine.folding import INVISIBLE, unify
from engine.model import Query

PHRASES = ("打击欺诈骗保", "DIP", "医保基金监管")
# Full-width forms, both scripts, numbers, blanks and longer forms, thrown together more often
# than chance would.
MIXED = st.text(
    "医療保障參保率達著着，。、（）《》%％０９8.25,， \u3000\t\nＤＩＰdipİßﬁ…〇○①ⅣⅢé二OO年"
    "㎡℃½⑴㈠₂.₅²\u200b\ufe0fe\u0301⼯衞‰°+±★の",
    max_size=40,
)
TEXTS = st.one_of(st.text(max_size=60), MIXED)


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return Analyzer(PHRASES)


NORMAL = [
    ("醫療ＤＩＰ９８％", "医疗dip98%", "traditional, full-width letters, digits and signs"),
    ("“双随机”‘一公开’", "\"双随机\"'一公开'", "quotation marks have one spelling"),
    ("「双随机」", '"双随机"', "those of traditional texts too"),
    ("参保，缴费", "参保，缴费", "a full-width comma never groups digits, so it stays apart"),
    ("A\u3000B\u00a0C", "a b c", "Chinese and non-breaking blanks"),
    ("…İßﬁ", "…İßﬁ", "what would change its length stays as it is"),
    ("ÉЖΩ", "éжω", "letters of other alphabets"),
]


@pytest.mark.parametrize(("text", "expected", "why"), NORMAL)
def test_normal_form(text: str, expected: str, why: str) -> None:
    assert normalise(text) == expected, why


@given(TEXTS)
def test_normal_form_keeps_length_and_is_final(text: str) -> None:
    normal = normalise(text)
    assert len(normal) == len(text)
    assert normalise(normal) == normal


def test_normal_form_of_every_character_is_one_character() -> None:
    every = "".join(chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    normal = normalise(every)
    assert len(normal) == len(every)
    assert normalise(normal) == normal


EXACT = [
    ("达98.25%。", [("达", 0, 1), ("98.25", 1, 6), ("%", 6, 7), ("。", 7, 8)]),
    ("23,876人", [("23876", 0, 6), ("人", 6, 7)]),
    ("２３８７６人", [("23876", 0, 5), ("人", 5, 6)]),
    ("1,234,567.8", [("1234567.8", 0, 11)]),
    ("9８．２５％", [("98.25", 0, 5), ("%", 5, 6)]),
    ("2024.12.23", [("2024", 0, 4), (".", 4, 5), ("12", 5, 7), (".", 7, 8), ("23", 8, 10)]),
    ("1.2024年", [("1", 0, 1), (".", 1, 2), ("2024", 2, 6), ("年", 6, 7)]),
    ("1.2024万", [("1.2024", 0, 6), ("万", 6, 7)]),
    ("12,34", [("12", 0, 2), (",", 2, 3), ("34", 3, 5)]),
    ("1，234", [("1", 0, 1), (",", 1, 2), ("234", 2, 5)]),
    ("3.5.", [("3.5", 0, 3), (".", 3, 4)]),
    ("GDP增5", [("gdp", 0, 3), ("增", 3, 4), ("5", 4, 5)]),
    ("一 \n二", [("一", 0, 1), (LINE_END, 1, 3), ("二", 3, 4)]),
    ("二〇二四", [("二", 0, 1), ("〇", 1, 2), ("二", 2, 3), ("四", 3, 4)]),
    ("𠮷林", [("𠮷", 0, 1), ("林", 1, 2)]),
    ("Ⅲ类", [("iii", 0, 1), ("类", 1, 2)]),
    ("ⅩⅡ", [("xii", 0, 2)]),
    ("5㎡", [("5", 0, 1), ("m", 1, 2), ("2", 1, 2)]),
    ("㎡2", [("m", 0, 1), ("2", 0, 1), ("2", 1, 2)]),
    ("10⁸", [("10", 0, 2), ("8", 2, 3)]),
    ("PM₂.₅", [("pm", 0, 2), ("2.5", 2, 5)]),
    ("⑴", [("(", 0, 1), ("1", 0, 1), (")", 0, 1)]),
    ("①2", [("①", 0, 1), ("2", 1, 2)]),
    ("5 ％", [("5", 0, 1), ("%", 2, 3)]),
    ("37 ℃", [("37", 0, 2), ("°", 3, 4), ("c", 3, 4)]),
    ("caf\u200be\u0301", [("café", 0, 6)]),
    ("1\u200b,234", [("1234", 0, 6)]),
    ("\u200b", []),
    ("显著", [("显", 0, 1), ("着", 1, 2)]),
    ("二O一五", [("二", 0, 1), ("〇", 1, 2), ("一", 2, 3), ("五", 3, 4)]),
]


@pytest.mark.parametrize(("text", "expected"), EXACT)
def test_exact_tokens(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert characters(text) == expected


WORDS = [
    (
        "参保率达98.25%，",
        [("参保", 0, 2), ("率达", 2, 4), ("98.25", 4, 9)],
        "punctuation takes no place, and offsets go on behind it",
    ),
    (
        "醫療保障，基金",
        [("医疗", 0, 2), ("保障", 2, 4), ("医疗保障", 0, 4), ("基金", 5, 7)],
        "search mode: the parts of a long word, then itself; offsets right behind a sign",
    ),
    (
        "打击欺诈骗保",
        [("打击", 0, 2), ("欺诈", 2, 4), ("诈骗", 3, 5), ("骗保", 4, 6), ("打击欺诈骗保", 0, 6)],
        "a phrase of the lexicon is one word",
    ),
    ("ＤＩＰ付费", [("dip", 0, 3), ("付费", 3, 5)], "letters are a word by themselves"),
    ("2024.12.23", [("2024", 0, 4), ("12", 5, 7), ("23", 8, 10)], "points of a date drop out"),
    ("（ ）、\n", [], "nothing but signs and blanks"),
    ("医\u00ad疗保障", [("医疗", 0, 3), ("保障", 3, 5), ("医疗保障", 0, 5)], "a soft hyphen"),
    ("⼯⼚", [("工厂", 0, 2)], "radicals"),
    ("CO₂、㎡", [("co", 0, 2), ("2", 2, 3), ("m", 4, 5), ("2", 4, 5)], "as if typed"),
    ("显著成效", [("显著", 0, 2), ("成效", 2, 4)], "the dictionary's spelling"),
    ("隨著", [("随着", 0, 2)], "the right one of two characters"),
]


# A run, the words asked for, the literals, the signs left out, and why.
CUT = [
    ("医疗保障", "医疗保障", "", "", "words, without overlaps"),
    ("C++", "", "c++", "", "letters and symbols"),
    ("增长5%", "增长", "5%", "", "a number and its sign"),
    ("增长5 ％", "增长", "5 %", "", "whatever stands between them"),
    ("±0.5、≥90", "", "±0.5 ≥90", "、", "symbols before a number"),
    ("PM2.5浓度", "浓度", "pm2.5", "", "letters and numbers"),
    ("PM₂.₅", "", "pm₂.₅", "", "small ones too"),
    ("5G基站", "基站", "5g", "", "the other way round"),
    ("5㎡", "", "5㎡", "", "a unit in one character"),
    ("㎏", "kg", "", "", "but not one that is one word"),
    ("Ⅲ类水质", "iii 类 水质", "", "", "nor a Roman numeral"),
    ("互联网＋", "互联网", "互联网+", "", "a symbol by itself takes in the word beside it"),
    ("互联网+医疗+保险", "互联网 医疗 保险", "互联网+医疗+保险", "", "and on both sides"),
    ("+", "", "+", "", "or stands alone"),
    ("①加强★", "加强", "①加强", "★", "numbers in circles are symbols, stars are bullets"),
    ("日本のアニメ", "日本", "のアニメ", "", "letters that make no words"),
    ("R&D投入", "投入", "r&d", "", "what Unicode calls punctuation may be meant"),
    ("2019～2022年", "2019 2022 年", "", "～", "but a dash is none"),
    ("98.25，1,234", "98.25 1234", "", "，", "marks inside a number are no signs"),
    ("（三）“双随机”", "三 双 随机", "", "（ ） “ ”", "signs, as typed"),
    ("㈠加强", "一 加强", "", "", "unless they are in one character with what is asked for"),
    ("医\u200b保", "医保", "", "", "what is invisible is no sign"),
]


@pytest.mark.parametrize(("text", "words", "literals", "left", "why"), CUT)
def test_what_a_query_asks_for(
    analyzer: Analyzer, text: str, words: str, literals: str, left: str, why: str
) -> None:
    tokens = analyzer.cut(text)
    asked = [token for token in tokens if isinstance(token, Literal)]
    assert [token.text for token in tokens if token not in asked] == words.split(), why
    assert " ".join(token.text for token in asked) == literals, why
    assert signs(text) == left.split(), why


def test_a_literal_stands_before_the_words_in_it(analyzer: Analyzer) -> None:
    assert analyzer.cut("推进互联网+") == [("推进", 0, 2), ("互联网+", 2, 6), ("互联网", 2, 5)]


@given(TEXTS)
def test_nothing_typed_is_dropped_in_silence(analyzer: Analyzer, text: str) -> None:
    """Each character is in a word, in a literal or among the signs left out, or is a blank."""
    said = {at for token in analyzer.cut(text) for at in range(token.start, token.end)}
    left = signs(text)
    for token in characters(text):
        piece = text[token.start : token.end]
        assert piece.isspace() or piece in left or said.issuperset(range(token.start, token.end))


@given(TEXTS)
def test_a_literal_asks_for_what_stands_there(analyzer: Analyzer, text: str) -> None:
    for token in analyzer.cut(text):
        if isinstance(token, Literal):
            assert token.text == normalise(text)[token.start : token.end]
            there = [t.text for t in characters(text) if token.start <= t.start < token.end]
            assert [t.text for t in characters(token.text)] == there


@pytest.mark.parametrize(("text", "expected", "why"), WORDS)
def test_words(
    analyzer: Analyzer, text: str, expected: list[tuple[str, int, int]], why: str
) -> None:
    assert analyzer.words(text) == expected, why


@given(TEXTS)
@example("1,234.5%")
def test_exact_tokens_cover_the_text(text: str) -> None:
    """Side by side from the first character to the last, each spelt as its slice is.

    Between them is nothing but what nobody sees and the blank before a percent sign.
    """
    plain = normalise(text)
    upto = 0
    for (start, end), texts in _grouped(characters(text)):
        assert upto <= start < end <= len(text)
        assert re.fullmatch(rf"[{INVISIBLE}]*| +(?=[%‰‱°℃℉])", plain[upto:start])
        assert "".join(texts) == unify(_spelling(text[start:end]))
        upto = end
    assert re.fullmatch(rf"[{INVISIBLE}]*", plain[upto:])


def _grouped(tokens: list[Token]) -> Iterator[tuple[tuple[int, int], list[str]]]:
    """Token texts by the slice that they stand for."""
    for place, group in groupby(tokens, key=lambda token: token[1:]):
        yield place, [token.text for token in group]


@given(TEXTS)
def test_words_are_words(analyzer: Analyzer, text: str) -> None:
    """Never a sign or a blank, and each spelt as its slice is."""
    for token in analyzer.words(text):
        piece = text[token.start : token.end]
        spelling, word = unify(_spelling(piece)), unify(token.text)
        assert word == spelling or (_LONGER.search(piece) and word in spelling)
        assert is_one_run(token.text)


@given(TEXTS)
def test_words_near_a_word_hold_it_and_nothing_else(analyzer: Analyzer, text: str) -> None:
    words = analyzer.words(text)
    for wanted in words:
        found = analyzer.words(text, near([wanted.text]))
        assert wanted in found
        assert set(found) <= set(words)


@given(TEXTS)
def test_words_leave_out_nothing_but_signs(analyzer: Analyzer, text: str) -> None:
    covered = {at for token in analyzer.words(text) for at in range(token.start, token.end)}
    left = [token for token in characters(text) if not set(range(*token[1:])) <= covered]
    assert not [token for token in left if is_one_run(token.text)]


@given(TEXTS)
def test_a_query_asks_only_for_words_that_are_indexed(analyzer: Analyzer, text: str) -> None:
    asked = {token for token in analyzer.cut(text) if not isinstance(token, Literal)}
    assert asked <= set(analyzer.words(text))


_LONGER = re.compile("[¼-¾⅐-↉Ⅰ-ⅿ⑴-⒇⒜-⒵㈠-㉃㋀-㋏㍘-㏿ﬀ-ﬆ℀-ℹ🄐-🄩⁰-₉²³¹]")


def _spelling(piece: str) -> str:
    """How the tokens of a slice are spelled together, by Unicode's own tables."""
    piece = re.sub(f"[{INVISIBLE}]", "", piece)
    piece = _LONGER.sub(lambda match: normalize("NFKC", match.group()), piece)
    plain = normalise(piece)
    if re.search("[\u0300-\u036f]", plain):
        plain = normalise(normalize("NFC", plain))
    if plain.isspace():
        return LINE_END if "\n" in plain or "\r" in plain else " "
    if re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", plain):
        return plain.replace(",", "")
    return plain.replace("，", ",")


@pytest.fixture(scope="module")
def jieba_cuts() -> analyze._Tokenize:
    tokenize: analyze._Tokenize = analyze._jieba([normalise(word) for word in PHRASES]).tokenize
    return tokenize


SENTENCES = (
    "全国打击欺诈骗保专项治理取得成效",
    "医疗保障局深化支付方式改革",
    "城乡居民基本医疗保险参保率稳定在百分之九十五以上",
    "推进长期护理保险试点和异地就医直接结算",
    "南京市长江大桥",
)


@pytest.mark.parametrize("mode", ["search", "default"])
def test_both_tokenizers_cut_alike(jieba_cuts: analyze._Tokenize, mode: str) -> None:
    pytest.importorskip("rjieba")
    words = tuple(sorted(normalise(word) for word in PHRASES))
    name, rjieba_cuts, _ = analyze._tokenizer(words)
    assert name.startswith("rjieba ")
    for sentence in SENTENCES:
        assert list(jieba_cuts(sentence, mode)) == list(rjieba_cuts(sentence, mode))


@settings(max_examples=50)
@given(st.text("医疗保障基金监管打击欺诈骗保参保率缴费人员的是在了", min_size=1, max_size=25))
def test_the_fallback_is_an_analyzer_as_well(jieba_cuts: analyze._Tokenize, run: str) -> None:
    for word, start, end in jieba_cuts(run, "search"):
        assert word == run[start:end]


def test_a_lexicon_names_its_dictionary() -> None:
    assert Analyzer(["医保", "DIP"]).dictionary == Analyzer(["dip", "醫保"]).dictionary
    assert Analyzer(["医保"]).dictionary != Analyzer(["医保码"]).dictionary


@pytest.mark.parametrize(
    ("text", "one_run", "han"),
    [
        ("医保", True, True),
        ("dip", True, False),
        ("23,876", True, False),
        ("98.25%", False, False),
        ("医保dip", False, False),
        ("医 保", False, False),
        ("", False, False),
    ],
)
def test_runs(text: str, one_run: bool, han: bool) -> None:
    assert is_one_run(text) is one_run
    assert is_han(text) is han


def test_tokens_are_plain_tuples() -> None:
    assert characters("医")[0] == Token("医", 0, 1)


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("醫療保障", "医疗保障局"),
        ("医疗保障", "醫療保障局"),
        ("23876", "共23,876人"),
        ("23,876", "共23876人"),
        ("２３８７６", "共23,876人"),
        ("98.25", "达98.25%"),
        ("98.25％", "达98.25%"),
        ("ｄｉｐ", "推行DIP付费"),
        ("Ⅲ类水质", "达到III类水质"),
        ("iii类", "ⅲ类水质断面"),
        ("PM2.5", "PM₂.₅浓度"),
        ("CO₂", "减少CO2排放"),
        ("5㎡", "扩建5m²以上"),
        ("5﹪", "增长5 %左右"),
        ("二○一五年", "二O一五年工作"),
        ("工业", "⼤⼒推进⼯业"),
        ("衞生", "卫生事业"),
        ("显着", "成效显著"),
        ("著力", "着力推进"),
        ("cafe\u0301", "开设Café三家"),
        ("医\u200b保", "医\u00ad保基金"),
        ("C++", "学习c＋＋语言"),
        ("互联网＋", "推进互联网+医疗"),
    ],
)
def test_spellings_find_each_other(
    make_index: MakeIndex, typed: str, found: str, exact: bool
) -> None:
    engine = make_index(((found, "另一段"), (), None, ()))
    assert [hit.paragraph.text for hit in engine.search(Query(typed, exact)).hits] == [found]


def test_part_of_a_number_is_another_number(make_index: MakeIndex) -> None:
    engine = make_index((("达98.25%", "共23,876人"), (), None, ()))
    for typed in ("8.25", "98.2", "876", "23,87"):
        for exact in (False, True):
            assert engine.search(Query(typed, exact)).total == 0, typed


@given(TEXTS | st.text("医療基金保 　\n，,.。%％098年ａBé〇", max_size=40))
@example("1.2024年，23,876人，98.25％")
def test_texts_alone_are_those_of_the_tokens(text: str) -> None:
    """What is fast for the index is what highlighting and queries see with places."""
    assert character_texts(text) == [token.text for token in characters(text)]
    words = [token.text for token in ANALYZER.words(text)]
    assert sorted(ANALYZER.word_texts(text)) == sorted(words)


ANALYZER = Analyzer(["打击欺诈骗保"])
