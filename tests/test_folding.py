"""Folding: what becomes what, for single cases and for every character there is."""

from __future__ import annotations

import re
from itertools import pairwise
from unicodedata import normalize

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.folding import BREAK, INVISIBLE, as_ideographs, expand, fold, unify, written

FOLDED = [
    ("⼤⼒推进⼯业", "大力推进工业", "Kangxi radicals, as PDFs have them"),
    ("⺠⻓⻔⻛⻋⻅⻚⻢", "民长门风车见页马", "radicals of the supplement"),
    ("\uf90a\uf914\U0002f800", "金乐丽", "compatibility ideographs, simplified"),
    ("衞生、靑年、戸籍、髙値、敎育", "卫生、青年、户籍、高值、教育", "print forms"),
    ("両国経済発展", "两国经济发展", "Japan's forms"),
    ("芸欠予缶浜", "芸欠予缶浜", "Japan's forms that are characters of GB 2312 stay"),
    ("喆邨龢堃犇", "喆邨龢堃犇", "so do standard characters that look like variants"),
    ("著作显著着力", "著作显著着力", "著 and 着, which the tokenizer's dictionary tells apart"),
    ("5﹪、﹙一﹚、10﹣20、﹩5", "5%、(一)、10-20、$5", "small forms"),
    ("１﹐２３４︐", "1，234，", "commas that group no digits"),
    ("￥5、￠、ｱｲｳ", "¥5、¢、アイウ", "signs and letters of the other width"),
    ("二○一五年、二◯○八年、○", "二〇一五年、二〇〇八年、〇", "circles for zero"),
    (
        "二O一五年、二0一五、二〇二Ｏ年",
        "二〇一五年、二〇一五、二〇二〇年",
        "letters and digits for it",
    ),
    ("一九九О年、二οο八", "一九九〇年、二〇〇八", "Cyrillic and Greek ones"),
    ("20一五年、二o1五、三O一医院", "20一五年、二o1五、三o一医院", "but in years spelled out only"),
    ("ⅠⅤⅩⅰⅴ", "ivxiv", "Roman numerals of one letter"),
    ("25º、25˚", "25°、25°", "what is typed for a degree sign"),
    ("8∶2、•、―、─、−5", "8:2、·、—、—、-5", "signs that look the same"),
    ("µ、Ω、K、Å、ℓ、𝟗𝐀", "μ、ω、k、å、l、9a", "letters with several code points"),
    ("①⒈Ⓐ…", "①⒈Ⓐ…", "numbers in circles and with points are signs of their own"),
]


@pytest.mark.parametrize(("text", "expected", "why"), FOLDED)
def test_fold(text: str, expected: str, why: str) -> None:
    assert fold(text) == expected, why
    assert len(text) == len(expected)


EVERY = "".join(chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)


def test_every_character_folds_to_one_for_good() -> None:
    folded = fold(EVERY)
    assert len(folded) == len(EVERY)
    assert fold(folded) == folded


def test_no_two_characters_of_gb2312_become_one() -> None:
    """But for those that simplification itself merges: 後 stands in GB 2312 beside 后."""
    simplify = opencc.OpenCC("t2s").convert
    han = [char for char in EVERY if _in_gb2312(char) and "\u3400" <= char <= "\u9fff"]
    assert len(han) == 6763
    merged = {char for char in han if fold(char) != char}
    assert merged == {char for char in han if simplify(char) != char}


def _in_gb2312(char: str) -> bool:
    try:
        return len(char.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False


def test_nothing_becomes_a_comma_that_groups_digits() -> None:
    assert [char for char in EVERY if fold(char) == ","] == [","]


# Text, what is written out (| for BREAK), the slices that its characters stand for, and why.
WRITTEN_OUT = [
    ("Ⅲ类", "iii类", "0 0 0 1", "a Roman numeral of several letters"),
    ("㎡", "|m2|", "0 0 0 0", "a unit in one character, shut off from what is beside it"),
    ("5㎏", "5kg", "0 1 1", "one without a digit"),
    ("37℃", "37°c|", "0 1 2 2 2", "a degree"),
    ("⑴㈠", "(1)(一)", "0 0 0 1 1 1", "numbers in brackets"),
    ("3½", "3|1/2|", "0 1 1 1 1 1", "a fraction is no part of the number before it"),
    ("ﬁn", "fin", "0 0 1", "a ligature"),
    ("10⁸", "10|8|", "0 1 2 2 2", "a power is a number of its own"),
    ("₂.₅", "|2.5|", "0-2 0 1 2 0-2", "small digits are one number"),
    ("x²₃", "x|2||3|", "0 1 1 1 2 2 2", "above and below are two"),
    ("e\u0301t", "ét", "0-1 2", "an accent joins its letter"),
    ("é\u0302p\u0302\u200b", "é\u0302p\u0302", "0 1 2 3", "unless no letter has it"),
    ("\u0958\u0301\u200b", "\u0958\u0301", "0 1", "or the letter itself is two"),
    ("医\u200b保\ufe0f", "医保", "0 2", "what is invisible goes"),
    ("5 %", "5%", "0 2", "a blank before a percent sign"),
    ("\u00ad5 \u200b‰", "5‰", "1 4", "both"),
]


@pytest.mark.parametrize(("text", "expected", "places", "why"), WRITTEN_OUT)
def test_writing_out(text: str, expected: str, places: str, why: str) -> None:
    longer = expand(fold(text))
    assert longer is not None
    assert longer.text.replace(BREAK, "|") == expected, why
    slices = [(int(first), int(last) + 1) for first, last in map(_ends, places.split())]
    assert longer.spans == slices


def _ends(place: str) -> tuple[str, str]:
    first, _, last = place.partition("-")
    return first, last or first


@pytest.mark.parametrize("text", ["医保5%", "a %", "① ⒈ …", "5 元", "é", "", "，。；：！？"])
def test_nothing_to_write_out(text: str) -> None:
    assert expand(fold(text)) is None


RARE = st.text(
    st.sampled_from("医5.,a %‰°℃ⅢⅠ㎡⑴½ﬁ²₂e\u0301\u200b\ufe0f\u3000Ｏ二一九年"), max_size=30
)


@given(RARE | st.text(max_size=30))
def test_what_is_written_out_keeps_its_places(text: str) -> None:
    """Slices in order, none empty, each of what it is written from; nothing seen is lost."""
    longer = expand(fold(text))
    if longer is None:
        return
    assert len(longer.text) == len(longer.spans)
    shown = [span for char, span in zip(longer.text, longer.spans, strict=True) if char != BREAK]
    assert all(before <= after for before, after in pairwise(shown))
    covered = {at for start, end in longer.spans for at in range(start, end)}
    lost = "".join(char for at, char in enumerate(text) if at not in covered)
    assert re.fullmatch(rf"[{INVISIBLE}\s]*", lost)
    for start, end in shown:
        assert 0 <= start < end <= len(text)


@given(RARE.map(lambda text: text.replace("\u0301", "")))
def test_what_is_written_out_is_folded(text: str) -> None:
    longer = expand(fold(text))
    plain = longer.text.replace(BREAK, "") if longer else fold(text)
    assert not re.search(f"[{INVISIBLE}]", plain)
    assert fold(normalize("NFC", plain)) == plain


@pytest.mark.parametrize(
    ("word", "spelled"),
    [
        ("显着", "显著"),
        ("显著性", "显著性"),
        ("着名", "著名"),
        ("著力", "着力"),
        ("著", "着"),
        ("穿着者", "穿着者"),
        ("着作权", "著作权"),
        ("谈论着", "谈论着"),
        ("医保", "医保"),
    ],
)
def test_words_are_spelled_with_the_right_character(word: str, spelled: str) -> None:
    assert written(word) == spelled
    assert unify(word) == unify(spelled)


@given(st.text("着著显名作力书者医", max_size=8))
def test_spellings_of_a_word_are_one(word: str) -> None:
    assert written(word) == written(unify(word)) == written(written(word))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("⼤⼒推进⼯业", "大力推进工业"),
        ("⾧沙", "长沙"),
        ("⾧沙縣", "長沙縣"),
        ("⻘⾭年", "青青年"),
        ("\uf90a融", "金融"),
        ("⾦", "金"),
        ("ＤＩＰ，衞生", "ＤＩＰ，衞生"),
    ],
)
def test_characters_in_place_of_what_looks_like_them(text: str, expected: str) -> None:
    assert as_ideographs(text) == expected
