"""Facet values, trees and selections, as tables. Counts over an index: ``test_search.py``."""

from __future__ import annotations

import pytest

from engine import facets
from engine.errors import QueryError
from engine.model import UNKNOWN, FacetCount, Query, Region, Report

LIUYANG = ("湖南省", "长沙市", "浏阳市")
KNOWN_REGIONS = [
    *("湖南省", "湖南省/怀化市", "湖南省/怀化市/辰溪县", "浙江省"),
    *("江苏省/南京市/鼓楼区", "福建省/福州市/鼓楼区"),
]
KNOWN_THEMES = ["医疗保障", "医疗保障/基金监管"]

YEARS = [
    (2020, [], True),
    (2020, [(2019, 2020)], True),
    (2020, [(2021, 2022)], False),
    (2020, [(2021, 2022), (2020, 2020)], True),
    (2020, [None], False),
    (None, [None], True),
    (None, [(2019, 2022)], False),
    (None, [(2019, 2022), None], True),
    (None, [], True),
]


@pytest.mark.parametrize(("year", "selected", "kept"), YEARS)
def test_selected_years(
    year: int | None, selected: list[tuple[int, int] | None], kept: bool
) -> None:
    assert facets.in_years(year, selected) is kept


def test_values_at_each_level() -> None:
    assert facets.prefixes(LIUYANG) == ["湖南省", "湖南省/长沙市", "湖南省/长沙市/浏阳市"]
    assert facets.prefixes(()) == [UNKNOWN]


def test_a_tree_puts_the_greatest_first_and_unknown_last() -> None:
    counts = {UNKNOWN: 9, "甲": 2, "甲/一": 1, "甲/二": 1, "乙": 3, "乙/三": 3}
    assert outline(facets.tree(counts, ["甲"])) == [
        ("乙", 3, False, [("三", 3, False, [])]),
        ("甲", 2, True, [("一", 1, False, []), ("二", 1, False, [])]),
        (UNKNOWN, 9, False, []),
    ]


def test_a_tree_without_unknown_has_no_last_place() -> None:
    """Whichever value comes first in the counts."""
    for counts in ({"甲": 2, "乙": 1}, {"乙": 1, "甲": 2}):
        assert outline(facets.tree(counts, [])) == [("甲", 2, False, []), ("乙", 1, False, [])]


def test_a_selected_value_stays_in_the_tree_with_its_parents() -> None:
    assert outline(facets.tree({}, ["甲/一/子", UNKNOWN])) == [
        ("甲", 0, False, [("一", 0, False, [("子", 0, True, [])])]),
        (UNKNOWN, 0, True, []),
    ]


def test_a_value_carries_the_path_that_selects_it() -> None:
    (province,) = facets.tree({"甲": 1, "甲/一": 1}, [])
    assert (province.path, province.children[0].path) == ("甲", "甲/一")


def outline(tree: tuple[FacetCount, ...]) -> list[tuple[str, int, bool, list[object]]]:
    return [(one.value, one.count, one.selected, list(outline(one.children))) for one in tree]


def test_years_from_the_newest_unknown_last() -> None:
    found = facets.years({None: 1, 2019: 2, 2023: 3}, [(2018, 2019), (2021, 2021), None])
    assert [(one.value, one.count, one.selected) for one in found] == [
        ("2023", 3, False),
        ("2021", 0, True),
        ("2019", 2, True),
        (UNKNOWN, 1, True),
    ]


@pytest.mark.parametrize(
    "selected", [(), [(2018, 2019), (2021, 2021), None], [(2024, 2024)]], ids=repr
)
def test_a_list_of_years_counts_as_years_do(selected: list[tuple[int, int] | None]) -> None:
    known = facets.YearList(["2019", UNKNOWN, "2023", "2020"])
    assert known.values == ["2023", "2020", "2019", UNKNOWN]
    found = known.counted([3, 0, 2, 1], selected)
    assert found == facets.years({None: 1, 2019: 2, 2023: 3}, selected)


def test_the_known_years_within_ranges() -> None:
    known = facets.YearList(["2019", "2023", "2020"])
    assert known.within([(2018, 2020), None, (2021, 2022)]) == ["2020", "2019", UNKNOWN]


DAYS = [
    ("2024-12-23", 2023, 20241223),
    ("2024-12", None, 20241200),
    ("2024-12-23T08:30", None, 20241223),
    ("", 2023, 20230000),
    ("", None, 0),
]


@pytest.mark.parametrize(("published", "year", "day"), DAYS)
def test_place_in_time(published: str, year: int | None, day: int) -> None:
    report = Report("r", "", "", published=published, year=year, region=Region())
    assert facets.day(report) == day


# Regions selected, the full paths meant, why.
RESOLVED = [
    (["湖南省/怀化市", UNKNOWN], ["湖南省/怀化市", UNKNOWN], "known as they stand"),
    (["怀化市", "辰溪县"], ["湖南省/怀化市", "湖南省/怀化市/辰溪县"], "the last part, if only one"),
    (["怀化市/辰溪县"], ["湖南省/怀化市/辰溪县"], "the last parts"),
    ([], [], "nothing"),
]


@pytest.mark.parametrize(("selected", "meant", "why"), RESOLVED)
def test_a_selection_may_name_the_last_part(
    selected: list[str], meant: list[str], why: str
) -> None:
    asked = Query(regions=tuple(selected), themes=("基金监管",))
    query = facets.resolve(asked, KNOWN_REGIONS, KNOWN_THEMES, ())
    assert query == Query(regions=tuple(meant), themes=("医疗保障/基金监管",)), why


REFUSED = [
    (
        Query(regions=("鼓楼区",)),
        "“鼓楼区”不止一处",
        "请写全：江苏省/南京市/鼓楼区、福建省/福州市/鼓楼区",
    ),
    (Query(regions=("湖南",)), "没有地区“湖南”", "是不是 湖南省？"),
    (Query(regions=("湖南省/辰溪县",)), "没有地区“湖南省/辰溪县”", "湖南省/怀化市/辰溪县"),
    (Query(regions=("化市",)), "没有地区“化市”", "是不是 湖南省/怀化市？"),
    (Query(regions=("火星",)), "没有地区“火星”", "请从筛选栏里选，或去掉这个条件"),
    (Query(regions=("",)), "没有地区“”", "请从筛选栏里选"),
    (Query(themes=("基金",)), "没有主题“基金”", "是不是 医疗保障/基金监管？"),
    (Query(themes=("x" * 99999,)), f"没有主题“{'x' * 40}”", "请从筛选栏里选"),
]


@pytest.mark.parametrize(("query", "message", "hint"), REFUSED)
def test_an_unknown_value_suggests_a_known_one(query: Query, message: str, hint: str) -> None:
    with pytest.raises(QueryError) as caught:
        facets.resolve(query, KNOWN_REGIONS, KNOWN_THEMES, ())
    assert message in caught.value.message
    assert hint in caught.value.hint


# What there is, what was selected, the hint, and why.
SUGGESTED = [
    (
        [f"{name}省/鼓楼区" for name in "一三丁七万丈"],
        "鼓楼区",
        "请写全：一省/鼓楼区、丁省/鼓楼区、七省/鼓楼区、万省/鼓楼区、丈省/鼓楼区",
        "of six the first five",
    ),
    (
        ["甲乙丙丁戊", "甲乙丙丁", "甲乙丙", "甲乙"],
        "甲",
        "是不是 甲乙、甲乙丙、甲乙丙丁？",
        "of four the three shortest",
    ),
    (
        ["甲省/乙市", "乙省/丙市"],
        "乙",
        "是不是 甲省/乙市？",
        "by the last part, not by those above",
    ),
    (["甲乙戊己"], "甲乙丙丁", "是不是 甲乙戊己？", "one half is the same"),
    (["甲乙戊己庚"], "甲乙丙丁", "请从筛选栏里选，或去掉这个条件", "less than a half is"),
    (
        ["甲乙丙一", "甲乙丙二二", "甲乙丙三三三", "甲乙丙四四四四"],
        "甲乙丙丁",
        "是不是 甲乙丙一、甲乙丙二二、甲乙丙三三三？",
        "the three nearest",
    ),
]


@pytest.mark.parametrize(
    ("known", "value", "hint", "why"), SUGGESTED, ids=[case[3] for case in SUGGESTED]
)
def test_what_is_suggested(known: list[str], value: str, hint: str, why: str) -> None:
    with pytest.raises(QueryError) as caught:
        facets.resolve(Query(regions=(value,)), known, [], ())
    assert caught.value.hint == hint


def test_themes_count_at_every_level_once() -> None:
    names = ["医疗保障/基金监管", "医疗保障/支付方式改革", "住房"]
    assert facets.theme_values(names) == ["医疗保障", *names]
    assert facets.theme_values([]) == [UNKNOWN]
