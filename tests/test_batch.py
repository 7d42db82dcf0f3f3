"""Batches: every number is that of the page behind its link, and a faulty line stops nothing."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import large_index
import pytest
from flask.testing import FlaskClient

from engine.engine import open_engine
from engine.model import Query
from indexer import cli
from search_app import create_app
from search_app.batch.command import SOME_UNREAD
from search_app.batch.counts import Counted, count_all, read_queries
from search_app.report_counts import of_region
from yinju.cli import main

QUERIES = """\
# what is asked every year

营商环境
  新质生产力
海洋牧场 -基金
(基金
"扎实推进基金监管" OR 生态保护
"""
LINES = [3, 4, 5, 7]
ROOT = "http://127.0.0.1:8000"

Answer = dict[str, Any]


@pytest.fixture(scope="module")
def location(tmp_path_factory: pytest.TempPathFactory) -> str:
    return large_index.build(str(tmp_path_factory.mktemp("batch") / "index"))


@pytest.fixture(scope="module")
def pages(location: str) -> FlaskClient:
    return create_app(location=location).test_client()


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "queries.txt"
    path.write_text(QUERIES, encoding="utf-8")
    return str(path)


def run(*arguments: str) -> int:
    try:
        main(["batch", *arguments])
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def shown(pages: FlaskClient, url: str) -> tuple[int, int]:
    """The reports and paragraphs that the page behind a link counts."""
    page = pages.get(url.removeprefix(ROOT)).text
    (total,) = re.findall(r'id="total">(.*?)</h1>', page)
    if total == "没有找到":
        return 0, 0
    paragraphs, reports = (int(number.replace(",", "")) for number in re.findall(r"[\d,]+", total))
    return reports, paragraphs


FILTERS = [
    ("year", []),
    ("province", []),
    ("city", ["--region", "湖南省", "--region", "浙江省"]),
    ("county", ["--year", "2015..2025"]),
    ("province", ["--theme", "经济发展", "--kind", "政府工作报告"]),
    ("year", ["--region", "unknown", "--same-sentence"]),
    ("province", ["--in", "基金监管", "--year", "unknown"]),
]


@pytest.mark.parametrize(("by", "options"), FILTERS, ids=str)
def test_every_number_is_that_of_its_link(
    location: str,
    pages: FlaskClient,
    file: str,
    capsys: pytest.CaptureFixture[str],
    by: str,
    options: list[str],
) -> None:
    assert run(file, "--by", by, "--format", "json", "--index", location, *options) == SOME_UNREAD
    answer: Answer = json.loads(capsys.readouterr().out)
    assert answer["by"] == by
    assert [each["line"] for each in answer["queries"]] == LINES
    for query in answer["queries"]:
        step = max(1, len(query["counts"]) // 40)  # of hundreds of counties, some
        for count in (query, *query["counts"][::step]):
            assert shown(pages, count["url"]) == (count["reports"], count["paragraphs"])
            assert count["reports"] <= count["of"]


@pytest.mark.parametrize("by", ["year", "province"])
def test_all_parts_make_up_the_whole(location: str, by: str) -> None:
    """A report has a year or none, and a province or none: one count has each."""
    with open_engine(location).searcher() as searcher:
        (counted,) = count_all(searcher, [(1, "营商环境")], Query(), by)  # type: ignore[arg-type]
    assert isinstance(counted, Counted)
    for name in ("reports", "of", "paragraphs"):
        parts = [getattr(cell.found, name) for cell in counted.cells.values()]
        assert sum(parts) == getattr(counted.total.found, name) > 0
    names = list(counted.cells)
    assert names[-1] == "unknown"
    if by == "year":
        assert names[:-1] == sorted(names[:-1])


def test_formats_say_the_same(location: str, file: str, capsys: pytest.CaptureFixture[str]) -> None:
    outputs = {}
    for suffix in ("json", "csv", "md"):
        assert run(file, "--by", "year", "--format", suffix, "--index", location) == SOME_UNREAD
        outputs[suffix] = capsys.readouterr().out
    queries = json.loads(outputs["json"])["queries"]
    cells = [
        (query["line"], query["q"], count.get("year", "全部"), count)
        for query in queries
        for count in (query, *query["counts"])
    ]
    rows = list(csv.DictReader(io.StringIO(outputs["csv"].removeprefix("\ufeff"))))
    assert [row["行号"] for row in rows if row["备注"]] == ["6"]
    assert [
        (row["行号"], row["年份"], row["篇数"], row["报告总数"], row["段数"], row["链接"])
        for row in rows
        if not row["备注"]
    ] == [
        (
            str(line),
            "未标明" if name == "unknown" else name,
            *(str(count[key]) for key in ("reports", "of", "paragraphs")),
            count["url"],
        )
        for line, _, name, count in cells
    ]
    linked = re.findall(r"\[(\d+)（(\d+)）\]\((\S+)\)", outputs["md"])
    assert linked == [
        (str(count["reports"]), str(count["paragraphs"]), count["url"]) for *_, count in cells
    ]


def test_a_faulty_line_is_named_and_the_others_are_answered(
    location: str, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert SOME_UNREAD == cli.UNREAD
    assert run(file, "--format", "json", "--index", location) == SOME_UNREAD
    out, err = capsys.readouterr()
    (error,) = json.loads(out)["errors"]
    assert (error["line"], error["q"]) == (6, "(基金")
    assert f"第 6 行“(基金”没有查：{error['message']}。{error['hint']}\n" == err
    assert run(file, "--format", "md", "--index", location) == SOME_UNREAD
    assert "第 6 行“(基金”没有查：" in capsys.readouterr().out


def test_a_faulty_filter_is_no_fault_of_the_lines(location: str, file: str) -> None:
    assert run(file, "--region", "火星省", "--index", location) == cli.USAGE


def test_a_cell_is_no_formula(
    location: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "queries.txt"
    path.write_text("-基金监管 营商环境", encoding="utf-8")
    assert run(str(path), "--index", location) == cli.DONE
    rows = csv.DictReader(io.StringIO(capsys.readouterr().out.removeprefix("\ufeff")))
    assert {row["检索式"] for row in rows} == {"'-基金监管 营商环境"}


FILES = [
    ("UTF-8", "医保\n基金".encode(), [(1, "医保"), (2, "基金")]),
    ("a byte-order mark", "医保\n".encode("utf-8-sig"), [(1, "医保")]),
    ("GB 18030", "医保\r\n\r\n基金".encode("gb18030"), [(1, "医保"), (3, "基金")]),
    ("blanks and comments", "\n # 注\n　医保　\n".encode(), [(3, "医保")]),
    ("nothing", b"", []),
]


@pytest.mark.parametrize(("why", "content", "expected"), FILES, ids=[case[0] for case in FILES])
def test_queries_are_read(why: str, content: bytes, expected: list[tuple[int, str]]) -> None:
    assert list(read_queries(content)) == expected, why


def test_a_file_that_is_no_text_is_refused(location: str, tmp_path: Path) -> None:
    path = tmp_path / "queries.txt"
    path.write_bytes(b"\xff\xfe\x00\xff\xff")
    assert run(str(path), "--index", location) == cli.USAGE


REGIONS = [  # what is selected, a region, and the regions of the search that shows its number
    ((), "湖南省", ("湖南省",)),
    (("湖南省",), "湖南省", ("湖南省",)),
    (("湖南省/怀化市",), "湖南省", ("湖南省/怀化市",)),
    (("湖南省",), "湖南省/怀化市", ("湖南省/怀化市",)),
    (("湖南省", "湖南省/怀化市"), "湖南省", ("湖南省",)),
    (("浙江省", "湖南省/怀化市/辰溪县"), "湖南省/怀化市", ("湖南省/怀化市/辰溪县",)),
]


@pytest.mark.parametrize(("selected", "path", "expected"), REGIONS)
def test_a_region_is_searched_as_far_as_it_is_selected(
    selected: tuple[str, ...], path: str, expected: tuple[str, ...]
) -> None:
    assert of_region(Query(regions=selected), path).regions == expected
