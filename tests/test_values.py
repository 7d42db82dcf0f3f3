"""Values: figures, bounds, names, years and kinds, by example, by property, and as labelled."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import pytest
from conftest import SHARED
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.analyze import normalise
from engine.model import Hit, Paragraph, Report
from indexer.assemble import assemble
from indexer.draft import Draft
from indexer.read import read_file
from search_app.figures import dating
from search_app.figures import figures as figures_module
from search_app.figures.collecting import Value, values_of
from search_app.figures.figures import figures
from search_app.figures.numerals import read_numeral

CASES = Path(__file__).parent / "cases" / "values.tsv"
LABELLED = Path(__file__).parent / "cases" / "values_labelled.tsv"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def values(text: str, query: str, report: Report, *headings: str) -> list[Value]:
    hit = Hit(Paragraph("r-p", "r", 1, text, text, headings), report)
    return list(values_of(hit, [re.compile(re.escape(normalise(query)), re.IGNORECASE)], False))


REPORT = Report("r", "政府工作报告", "r.txt", year=2024)


def shown(value: Value) -> str:
    """A value as the cases write it, without what is missing at its end."""
    number = format(value.number.normalize(), "f")
    number += f"..{format(value.to.normalize(), 'f')}" if value.to is not None else ""
    change = "/".join(filter(None, (value.direction, value.base)))
    parts = [value.unit or ".", value.bound or ".", value.name or ".", change or "."]
    while parts and parts[-1] == ".":
        parts.pop()
    return " ".join([f"{value.text}={number}", *parts])


@pytest.mark.parametrize("case", rows(CASES), ids=lambda case: case["why"])
def test_values_of_a_sentence(case: dict[str, str]) -> None:
    found = [shown(value) for value in values(case["text"], case["query"], REPORT)]
    assert found == (case["values"].split("; ") if case["values"] else [])


# (why, year of the report, published, headings, text up to the figure, year, from, kind)
DATED = [
    ("its clause", 2024, "", ["一、工作回顾"], "2022年参保率", 2022, "clause", "result"),
    ("a year to come", 2024, "", ["目标任务"], "到2027年，参保率达到", 2027, "clause", "target"),
    (
        "a heading",
        2024,
        "",
        ["一、2023年工作回顾", "（一）民生"],
        "参保率",
        2023,
        "heading",
        "result",
    ),
    ("a plan", 2024, "", ["二、2024年工作安排"], "参保率", 2024, "heading", "target"),
    ("the report alone", 2024, "", [], "参保率", 2024, "report", "unknown"),
    ("this year", 2024, "", [], "今年预期目标是：参保率", 2024, "clause", "target"),
    ("last year", 2024, "", [], "去年参保率", 2023, "clause", "result"),
    ("the year before last", 2024, "", [], "前年参保率", 2022, "clause", "result"),
    (
        "next year, in December",
        2024,
        "2023-12-28",
        [],
        "明年，参保率力争达到",
        2024,
        "clause",
        "target",
    ),
    ("a summary of its own year", 2024, "2024-12-23", [], "今年参保率", 2024, "clause", "unknown"),
    (
        "the first sentence",
        2024,
        "",
        [],
        "2023年，民生改善。就业稳定；参保率",
        2023,
        "clause",
        "result",
    ),
    (
        "inside an earlier sentence",
        2024,
        "",
        [],
        "按照全省统一部署和2019年定的办法。参保率",
        2024,
        "report",
        "unknown",
    ),
    (
        "a horizon of the plan",
        2024,
        "",
        [],
        "到2025年，生产总值翻番。参保率",
        None,
        None,
        "unknown",
    ),
    (
        "a year that others build on is no year",
        2024,
        "",
        ["2024年工作安排"],
        "排放量在2020年的基础上削减一成，参保率",
        2024,
        "heading",
        "target",
    ),
    (
        "a base is no year",
        2024,
        "",
        ["2023年工作回顾"],
        "参保率比2020年提高",
        2023,
        "heading",
        "result",
    ),
    ("several years", 2024, "", ["一、过去五年工作回顾"], "参保率", None, None, "result"),
    (
        "several years at once",
        2024,
        "",
        ["“十三五”及2020年工作回顾"],
        "参保率",
        None,
        None,
        "result",
    ),
    ("a yearly average", 2024, "", ["2023年工作回顾"], "参保率年均提高", None, None, "result"),
    ("the end of a plan", 2024, "", [], "“十四五”末，参保率达到", 2025, "clause", "target"),
    ("years in characters", 2009, "", [], "二〇〇八年参保率", 2008, "clause", "result"),
    (
        "both in one heading",
        2024,
        "",
        ["2023年工作回顾和2024年工作安排"],
        "参保率",
        None,
        None,
        "unknown",
    ),
    (
        "aimed at in a review",
        2024,
        "",
        ["2023年工作回顾"],
        "力争参保率达到",
        2023,
        "heading",
        "target",
    ),
    ("a report without a year", None, "", [], "去年参保率", None, None, "unknown"),
    ("from and to", 2024, "", ["过去五年回顾"], "参保率由2018年的95%提高到", None, None, "result"),
]


@pytest.mark.parametrize("case", DATED, ids=lambda case: case[0])
def test_year_and_kind(case: tuple[object, ...]) -> None:
    _, of, published, headings, text, year, source, kind = case
    report = Report("r", "政府工作报告", "r.txt", year=of, published=published)  # type: ignore[arg-type]
    *_, found = values(f"{text}98%。", "参保率", report, *headings)  # type: ignore[misc]
    assert (found.year, found.year_from, found.kind) == (year, source, kind)


@pytest.mark.parametrize(
    ("numeral", "number"),
    [
        ("三万亿", 3_000_000_000_000),
        ("一亿三千万", 130_000_000),
        ("一百九十万零三千九百七十一", 1_903_971),
        ("三千五", 3500),
        ("一百二", 120),
        ("十五", 15),
        ("二〇二五", 2025),
        ("两三千", None),
        ("三五", None),
        ("", None),
    ],
)
def test_numerals(numeral: str, number: int | None) -> None:
    assert read_numeral(numeral) == number


_DIGITS = "零一二三四五六七八九"


def numeral(number: int) -> str:
    """A number below a trillion in Chinese numerals, written without this project's reader."""
    for size, name in ((10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十")):
        if number >= size:
            rest = number % size
            zero = "零" if 0 < rest < size // 10 else ""
            return numeral(number // size) + name + zero + (numeral(rest) if rest else "")
    return _DIGITS[number]


@given(st.integers(0, 10**12 - 1))
def test_a_written_number_is_read_back(number: int) -> None:
    assert read_numeral(numeral(number)) == number


@given(st.decimals(0, 10**6, places=2), st.sampled_from(["%", "万人", "亿元", "个百分点", "户"]))
def test_a_figure_keeps_each_digit(number: Decimal, unit: str) -> None:
    (found,) = figures(f"达到{number}{unit}。")
    scale = {"万人": 10**4, "亿元": 10**8}.get(unit, 1)
    assert found.number == number * scale


@given(
    st.text(
        "参保率达到约〇零一二三十百万亿成翻番分之多余0123456789.,%—至、和个元人年第 ", max_size=40
    )
)
def test_any_text_is_read(text: str) -> None:
    report = Report("r", "报告", "r.txt", year=2024)
    for value in values(text, "参保率", report):
        assert value.text == text[value.start : value.end]
        assert value.to is None or value.to >= value.number


@pytest.mark.parametrize(
    "odd", ["达到", "1", "一", "1,", "万", "、参保率", "5%、", "，增长", "比", "(", "5%到"]
)
def test_odd_texts_are_read_to_the_end(odd: str) -> None:
    """A pattern that tries every way to cut such a text does not end within a day."""
    report = Report("r", "报告", "r.txt", year=2024)
    assert len(values(f"参保率{odd * 5000}能耗98%。", "参保率", report)) < 6000


@lru_cache
def paragraphs(file: str) -> dict[int, Hit]:
    found = {}
    for draft in read_file(SHARED / file, file):
        if isinstance(draft, Draft):
            report, pieces, *_ = assemble(draft)
            found |= {piece.ordinal: Hit(piece, report) for piece in pieces}
    return found


@pytest.mark.shared
@pytest.mark.parametrize("half", ["rules", "measure"])
def test_values_of_real_paragraphs(half: str) -> None:
    """Figures as a reader labelled them; the rules were written for one half alone.

    Each label names the file, the ordinal of its paragraph, and the stretch that was read for
    the query. An empty ``start`` says that the stretch has no figure for it; ``?`` was not
    judged; the year ``none`` is a figure of several years, or of none that can be told.
    """
    stretches: dict[tuple[str, int, str, int, int], list[dict[str, str]]] = {}
    for row in rows(LABELLED):
        if row["half"] == half:
            ordinal, start, end = int(row["ordinal"]), int(row["from"]), int(row["until"])
            key = (row["file"], ordinal, row["query"], start, end)
            stretches.setdefault(key, []).extend([row] if row["start"] else [])
    right = shown = labelled = found = 0
    years, kinds = [], []
    for (file, ordinal, query, start, end), labels in stretches.items():
        hit = paragraphs(file)[ordinal]
        by_start = {int(label["start"]): label for label in labels}
        labelled += len(labels)
        for value in values_of(hit, [re.compile(query)], False):
            if not start <= value.start < end:
                continue
            shown += 1
            if label := by_start.get(value.start):
                found += 1
                right += _is_right(value, label)
                if value.year_from in ("clause", "heading") and label["year"] != "?":
                    years.append(str(value.year) == label["year"])
                if "unknown" not in (value.kind, label["kind"]):
                    kinds.append(value.kind == label["kind"])
    assert right / shown >= 0.98
    assert found / labelled >= 0.95
    assert sum(years) / len(years) >= 0.97
    assert sum(kinds) / len(kinds) >= 0.97
    assert len(years) > 0.65 * found
    assert len(kinds) > 0.9 * found


def _is_right(value: Value, label: dict[str, str]) -> bool:
    """Whether number, unit and bound are those of the label."""
    bound = value.bound or ""
    return (
        (value.number, value.to) == (Decimal(label["number"]), None)
        and (value.unit or "") == label["unit"]
        and label["bound"] in (bound, "?")
    )


@pytest.mark.parametrize("pattern", [dating._TIME, figures_module._FIGURE])
@settings(max_examples=500)  # there are many ways to begin
@given(data=st.data())
def test_a_pattern_names_every_character_that_it_may_begin_with(
    pattern: re.Pattern[str], data: st.DataObject
) -> None:
    named = re.fullmatch(r"(\(\?=\[.+?\]\))(.+)", pattern.pattern, re.DOTALL)
    assert named
    text = data.draw(st.from_regex(named[2], fullmatch=True))
    assert pattern.fullmatch(text)
