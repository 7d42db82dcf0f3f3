"""Counts of paragraphs by report, on which trends stand."""

from __future__ import annotations

import pytest
from conftest import NewLocation, making_indexes

from engine.engine import Engine
from engine.model import Query

REPORTS = [
    (["医保基金监管。", "医保。", "教育。"], ("湖南省", "怀化市"), 2023, ("医疗保障",)),
    (["教育。"], ("湖南省",), 2024, ("教育",)),
    (["医保基金。", "基金。"], ("浙江省",), 2024, ("医疗保障",)),
    (["医保。"], (), None, ()),
]
CASES = [
    ("every paragraph", Query(), [3, 1, 2, 1]),
    ("a word", Query("医保"), [2, 0, 1, 1]),
    ("a region", Query("医保", regions=("湖南省",)), [2, 0]),
    ("a year", Query("医保", years=((2024, 2024),)), [0, 1]),
    ("a region and a year", Query("医保", regions=("湖南省",), years=((2024, 2024),)), [0]),
    ("unknown", Query("医保", years=(None,)), [1]),
    ("a theme is of paragraphs", Query("医保", themes=("医疗保障",)), [2, 0, 1, 0]),
    ("a level", Query("医保", levels=("province", "unknown")), [0, 1, 1]),
    ("a level and a region", Query("医保", levels=("city",), regions=("湖南省",)), [2]),
    ("a level and a year", Query("医保", levels=("province",), years=((2024, 2024),)), [0, 1]),
    ("a level of which there is none", Query("医保", levels=("national",)), []),
    ("within results", Query("基金", inside=("医保",)), [1, 0, 1, 0]),
    ("one sentence", Query("医保 监管", one_sentence=True), [1, 0, 0, 0]),
    ("nothing", Query("海洋", exact=True), [0, 0, 0, 0]),
]


@pytest.fixture(scope="module")
def engine(new_location: NewLocation) -> Engine:
    return making_indexes(new_location)(*REPORTS)


@pytest.mark.parametrize(("why", "query", "expected"), CASES, ids=[case[0] for case in CASES])
def test_paragraphs_of_each_report(
    engine: Engine, why: str, query: Query, expected: list[int]
) -> None:
    with engine.searcher() as searcher:
        matches = searcher.report_matches(query)
        assert [count for _, count in matches] == expected, why
        page = searcher.search(query)
        assert page.total == sum(expected)
        assert page.reports == sum(map(bool, expected))
