"""Finding years and days in a text, and spelling them in one way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.dates import NUMERAL, day_in, number, plain, years_in

SPELLINGS = [
    ("一九九八年七月一六日", "1998年7月16日"),
    ("二〇二二年十二月三十一日", "2022年12月31日"),
    ("二○○六年二月廿三日", "2006年2月23日"),
    ("二〇一五年一〇月〇五日", "2015年10月5日"),
    ("二o一五年三月", "2015年3月"),
    ("2015年十月2十日", "2015年10月20日"),
    ("2 0 1 4 年 3 月", "2014年3月"),
    ("一九九八年", "1998年"),
    ("二十年", "二十年"),
]


@pytest.mark.parametrize(("text", "expected"), SPELLINGS)
def test_dates_get_one_spelling(text: str, expected: str) -> None:
    assert plain(text) == expected


NUMBERS = [("十", 10), ("十六", 16), ("一六", 16), ("二十", 20), ("二十七", 27), ("三〇", 30)]
NUMBERS += [("廿三", 23), ("卅", 30), ("一百", 100), ("一百零五", 105), ("七十", 70), ("7十", 70)]


@pytest.mark.parametrize(("words", "value"), NUMBERS)
def test_numbers_in_words(words: str, value: int) -> None:
    assert number(words) == value


@given(st.from_regex(rf"{NUMERAL}{{1,5}}", fullmatch=True))
def test_no_numeral_is_an_error(words: str) -> None:
    assert number(words) >= 0


@given(st.text(alphabet="〇○零o一二九十廿卅百两 0129年月日", max_size=16))
def test_no_date_is_an_error(text: str) -> None:
    plain(f"二〇二二年{text}")
    day_in(plain(text))


DAYS = [
    ("发布于2024-12-23 14:29", "2024-12-23"),
    ("2023年2月5日", "2023-02-05"),
    ("2023年2月30日", ""),
    ("2023年2月", ""),
    ("12023年2月5日", ""),
]


@pytest.mark.parametrize(("text", "day"), DAYS)
def test_whole_days(text: str, day: str) -> None:
    assert day_in(text) == day


YEARS = [
    ("2019—2021年和2023年", [2021, 2023]),
    ("某政发〔2024〕3号，某某公告2024年第6号，2023年", [2023]),
    ("1600年和2150年", []),
]


@pytest.mark.parametrize(("text", "years"), YEARS)
def test_years_of_a_text(text: str, years: list[int]) -> None:
    assert years_in(text) == years


@given(st.text(alphabet="〇○零一二三十 0129年月日，第", max_size=20))
def test_years_in_one_spelling_stay_so(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@given(st.integers(1, 12), st.integers(1, 31))
def test_spoken_days_are_read(month: int, day: int) -> None:
    ones = " 一二三四五六七八九"
    spoken = [
        (("" if n < 20 else ones[n // 10]) + ("十" if n >= 10 else "") + ones[n % 10]).strip()
        for n in (month, day)
    ]
    assert plain(f"二〇二六年{spoken[0]}月{spoken[1]}日") == f"2026年{month}月{day}日"
