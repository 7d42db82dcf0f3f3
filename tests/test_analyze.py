"""Tokens with their offsets as examples, and properties that hold for any text."""

from __future__ import annotations

import re

import pytest
from conftest import MakeIndex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine import analyze
from engine.analyze import (
    Analyzer,
    Token,
    character_texts,
    characters,
    is_han,
    is_one_run,
    normalise,
)
from engine.model import Query

PHRASES = ("打击欺诈骗保", "DIP", "医保基金监管")
# Full-width forms, both scripts, numbers and blanks, mixed more often than random text would be.
MIXED = st.text(
    "医療保障參保率達，。、（）《》%％０９8.25,， \u3000\t\nＤＩＰdipİßﬁ…〇①Ⅳé", max_size=40
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
    ("一 \n二", [("一", 0, 1), (" ", 1, 3), ("二", 3, 4)]),
    ("二〇二四", [("二", 0, 1), ("〇", 1, 2), ("二", 2, 3), ("四", 3, 4)]),
    ("𠮷林", [("𠮷", 0, 1), ("林", 1, 2)]),
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
]


@pytest.mark.parametrize(("text", "expected", "why"), WORDS)
def test_words(
    analyzer: Analyzer, text: str, expected: list[tuple[str, int, int]], why: str
) -> None:
    assert analyzer.words(text) == expected, why


@given(TEXTS)
@example("1,234.5%")
def test_exact_tokens_cover_the_text(text: str) -> None:
    """The tokens adjoin, cover all characters, and each has the text of its normalised slice."""
    normal = normalise(text)
    at = 0
    for token in characters(text):
        assert token.start == at < token.end
        assert token.text == _spelling(normal[token.start : token.end])
        at = token.end
    assert at == len(text)


@given(TEXTS)
def test_words_are_words(analyzer: Analyzer, text: str) -> None:
    """No token has a sign or a blank, and each has the text of its normalised slice."""
    normal = normalise(text)
    for token in analyzer.words(text):
        assert token.text == _spelling(normal[token.start : token.end])
        assert is_one_run(token.text)


@given(TEXTS)
def test_words_leave_out_nothing_but_signs(analyzer: Analyzer, text: str) -> None:
    covered = {at for token in analyzer.words(text) for at in range(token.start, token.end)}
    left = [token for token in characters(text) if not set(range(*token[1:])) <= covered]
    assert not [token for token in left if is_one_run(token.text)]


@given(TEXTS)
def test_a_query_asks_only_for_words_that_are_indexed(analyzer: Analyzer, text: str) -> None:
    assert set(analyzer.cut(text)) <= set(analyzer.words(text))


def _spelling(piece: str) -> str:
    """The text of a token in the index, from its slice of the normalised text."""
    if piece.isspace():
        return " "
    if re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", piece):
        return piece.replace(",", "")
    return piece.replace("，", ",")


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


MIXED = st.text(st.sampled_from("医療基金保 　\n，,.。%％098年ａBé〇"), max_size=40)


@given(MIXED | st.text(max_size=40))
@example("1.2024年，23,876人，98.25％")
def test_texts_alone_are_those_of_the_tokens(text: str) -> None:
    """The fast functions without offsets give the same tokens as those with offsets."""
    assert character_texts(text) == [token.text for token in characters(text)]
    words = [token.text for token in ANALYZER.words(text)]
    assert sorted(ANALYZER.word_texts(text)) == sorted(words)


ANALYZER = Analyzer(["打击欺诈骗保"])
