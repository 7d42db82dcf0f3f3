"""``yinju.open``: the same answers as the API, in a small and stated surface."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import web_index
from asking import asking
from conftest import ROOT
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from word_files import packed, paragraph, run

import yinju
from search_app import create_app, params

ADDRESS = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def location(tmp_path_factory: pytest.TempPathFactory) -> str:
    return web_index.build(str(tmp_path_factory.mktemp("python") / "index"))


@pytest.fixture(scope="module")
def index(location: str) -> Iterator[yinju.Index]:
    with yinju.open(location) as opened:
        yield opened


@pytest.fixture(scope="module")
def client(location: str) -> FlaskClient:
    return create_app(location=location).test_client()


def test_the_surface_is_stated() -> None:
    errors = {"EngineUnavailable", "IndexCorrupt", "IndexMissing", "IndexStale", "NotFound"}
    errors |= {"QueryError", "ReadError", "SettingError", "YinjuError"}
    answers = {"Checks", "Hit", "Lines", "SearchResults", "Trends", "Values"}
    assert set(yinju.__all__) == {"open", "Index", "Filters"} | errors | answers
    assert all(issubclass(getattr(yinju, name), yinju.YinjuError) for name in errors)
    public = {name for name in vars(yinju.Index) if not name.startswith("_")}
    assert public == {
        *("search", "lines", "trend", "values", "check", "check_file", "check_quotation"),
        *("passage", "report", "paragraphs", "cite", "close"),
    }
    assert (files("yinju") / "py.typed").is_file()


def test_filters_have_the_names_of_the_parameters() -> None:
    names = {"in" if name == "inside" else name for name in yinju.Filters.__annotations__}
    assert names == {*params.SEARCH_PARAMETERS, *params.FILTER_PARAMETERS} - {"q"}


def test_importing_it_loads_little() -> None:
    heavy = ["numba", "numpy", "flask", "werkzeug", "whoosh", "jieba", "mcp", "pandas", "click"]
    code = f"import sys, yinju; print([name for name in {heavy} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert run.stdout == "[]\n", run.stderr


SEARCHES: list[tuple[str, dict[str, Any], list[tuple[str, str]]]] = [
    ("", {}, []),
    ("基金监管", {"region": "湖南省"}, [("region", "湖南省")]),
    ("基金监管", {"region": ["湖南省", "浙江省"]}, [("region", "湖南省"), ("region", "浙江省")]),
    ("基金监管", {"year": 2024}, [("year", "2024")]),
    ("基金监管", {"year": "2019..2022"}, [("year", "2019..2022")]),
    ("基金监管", {"year": [2019, "unknown"]}, [("year", "2019"), ("year", "unknown")]),
    ("监管 飞检", {"exact": True, "synonyms": False}, [("exact", "1"), ("synonyms", "0")]),
    ("基金 飞行检查", {"within": "sentence"}, [("within", "sentence")]),
    ("基金", {"inside": ("监管", "飞检")}, [("in", "监管"), ("in", "飞检")]),
    ("基金", {"theme": "医疗保障", "sort": "oldest"}, [("theme", "医疗保障"), ("sort", "oldest")]),
    ("基金", {"fold": True, "wording": "particular"}, [("fold", "1"), ("wording", "particular")]),
    ("基金", {"level": ["city", "unknown"]}, [("level", "city"), ("level", "unknown")]),
    ("基金", {"kind": "unknown", "region": None}, [("kind", "unknown")]),
    ("基金", {"same": "prov00-0003"}, [("same", "prov00-0003")]),
]


@pytest.mark.parametrize(("query", "filters", "pairs"), SEARCHES)
def test_a_search_is_that_of_the_api(
    query: str,
    filters: dict[str, Any],
    pairs: list[tuple[str, str]],
    index: yinju.Index,
    client: FlaskClient,
) -> None:
    results = index.search(query, limit=7, offset=1, **filters)
    address = "/api/search?" + urlencode([("q", query), *pairs, ("limit", "7"), ("offset", "1")])
    answer = client.get(address).json
    assert (results.total, results.reports) == (answer["total"], answer["reports"])
    assert [hit.id for hit in results] == [hit["id"] for hit in answer["hits"]]
    assert [hit.url for hit in results] == [ADDRESS + hit["url"] for hit in answer["hits"]]
    assert _behind(client, results.url)["total"] == results.total


@given(
    query=st.sampled_from(["", "基金监管", "检查|异地", "基金 -检查"]),
    regions=st.lists(st.sampled_from(["湖南省", "湖南省/怀化市", "浙江省", "unknown"]), max_size=3),
    years=st.lists(st.sampled_from([2019, 2024, "2020..2023", "unknown"]), max_size=3),
    fold=st.booleans(),
)
def test_totals_are_those_of_the_page(
    query: str, regions: list[str], years: list[Any], fold: bool, index: yinju.Index, client: Any
) -> None:
    results = index.search(query, region=regions, year=years, fold=fold)
    behind = _behind(client, results.url)
    assert (results.total, results.reports) == (behind["total"], behind["reports"])


def _behind(client: FlaskClient, url: str) -> Any:
    """What the API says to the address of a page of results."""
    return client.get(f"/api/search?{urlsplit(url).query}").json


@pytest.mark.parametrize("sort", ["relevance", "newest", "left", "right"])
def test_lines_are_those_of_the_api(sort: str, index: yinju.Index, client: FlaskClient) -> None:
    lines = index.lines("基金监管", limit=9, offset=2, sort=sort, year="2019..2024")
    query = {"q": "基金监管", "limit": 9, "offset": 2, "sort": sort, "year": "2019..2024"}
    answer = client.get("/api/lines", query_string=query).json
    assert (lines.total, lines.occurrences) == (answer["total"], answer["occurrences"])
    keys = ("id", "left", "match", "right", "start", "end", "year")
    assert [{key: row[key] for key in keys} for row in lines.rows()] == [
        {key: line[key] for key in keys} for line in answer["lines"]
    ]
    assert len(lines) == len(list(lines)) == len(answer["lines"])


def test_a_trend_is_that_of_the_api(index: yinju.Index, client: FlaskClient) -> None:
    trends = index.trend("基金监管", vs="异地就医", by="city", year="2019..2024")
    address = "/api/trend?" + urlencode(
        [("q", "基金监管"), ("vs", "异地就医"), ("by", "city"), ("year", "2019..2024")]
    )
    answer = client.get(address).json
    rows = trends.rows()
    for query in answer["queries"]:
        of_query = [row for row in rows if row["q"] == query["q"]]
        shares = {row["year"]: row for row in of_query if row["region"] is None}
        assert shares.keys() == {None, *(year["year"] for year in query["years"])}
        for year in query["years"]:
            assert shares[year["year"]] == {
                **{"q": query["q"], "region": None, **year},
                "url": ADDRESS + year["url"],
            }
        assert {row["region"] for row in of_query} == {
            None,
            *(region["path"] for region in query["regions"]),
        }
    assert len(trends) == 2
    assert set(trends.levels) == {level["level"] for level in answer["levels"]}


def test_each_share_is_the_number_behind_its_link(index: yinju.Index, client: FlaskClient) -> None:
    rows = index.trend("基金监管").rows()
    assert len(rows) > 10
    for row in rows:
        assert _behind(client, row["url"])["reports"] == row["reports"]


def test_values_are_those_of_the_api(tmp_path: Path) -> None:
    import values_index

    location = values_index.build(str(tmp_path / "index"))
    with yinju.open(location) as index:
        values = index.values("参保率")
        rows = values.rows()
    answer = create_app(location=location).test_client().get("/api/values?q=参保率").json
    assert len(values) == len(answer["values"]) > 3
    assert values.total == answer["total"]
    assert values.read <= values.total
    for row, value in zip(rows, answer["values"], strict=True):
        assert {key: row[key] for key in ("id", "start", "text", "unit", "year", "kind")} == {
            key: value[key] for key in ("id", "start", "text", "unit", "year", "kind")
        }
        assert row["number"] == float(value["number"])


MEMO = f"""一处照录：“中间讲基金监管和飞行检查，两项同在一处。”
一处改过：“末尾又提基金监管和飞行检查两件事。”（{ADDRESS}/p/rep001-0004）
一处没有：“这句话哪一篇报告里都不曾写过。”
"""


def test_a_check_is_that_of_the_page(index: yinju.Index, client: FlaskClient) -> None:
    checks = index.check(MEMO)
    told = client.post("/api/check", json={"text": MEMO}).json
    assert [row["verdict"] for row in checks.rows()] == ["same", "differs", "not_found"]
    for row, quotation in zip(checks.rows(), told["quotations"], strict=True):
        url = quotation["url"] and ADDRESS + quotation["url"]
        title = quotation["report"] and quotation["report"]["title"]
        assert row == {**quotation, "url": url, "report": title}
    assert checks[0].text in MEMO
    assert len(checks) == 3
    assert checks.unreadable == ()
    assert index.check("引号“不成对的一段话，写到这里就断了").unreadable


def test_a_file_is_checked_as_its_text(index: yinju.Index, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(MEMO, "gb18030")
    packed(tmp_path / "a.docx", "".join(paragraph(run(line)) for line in MEMO.splitlines()))
    verdicts = [each.verdict for each in index.check(MEMO)]
    for name in ("a.md", "a.docx"):
        assert [each.verdict for each in index.check_file(tmp_path / name)] == verdicts
    (tmp_path / "b.docx").write_bytes(b"nothing")
    with pytest.raises(yinju.ReadError, match=r"b\.docx"):
        index.check_file(tmp_path / "b.docx")


def test_one_quotation_is_checked_as_in_a_memo(index: yinju.Index) -> None:
    text = "中间讲基金监管和飞行检查，两项同在一处。"
    assert index.check_quotation(text).verdict == "same"
    assert index.check_quotation(text, f"{ADDRESS}/p/rep001-0004").verdict == "same"
    assert index.check_quotation(text, "prov00-0003").verdict == "elsewhere"


def test_a_report_and_its_paragraphs(index: yinju.Index) -> None:
    report = index.report("rep001")
    assert report.title == "甲县医疗保障局2024年工作总结"
    assert [each.ordinal for each in index.paragraphs("rep001")] == [1, 2, 3, 4, 5, 6, 7, 8, 9]


def test_a_passage_and_its_reference(index: yinju.Index, client: FlaskClient) -> None:
    passage = index.passage("（rep001-0004~1-2）")
    assert passage.text == "开头先说参保。" * 2
    assert index.cite("rep001-0004~1-2").endswith(f"第4段第1—2句. {ADDRESS}/p/rep001-0004~1-2.")
    assert index.cite("rep001-0004", style="bibtex").startswith("@techreport")


@pytest.mark.parametrize(
    ("ask", "error", "says"),
    [
        (lambda index: index.search("(基金"), yinju.QueryError, "右括号"),
        (lambda index: index.search("x", regoin="湖南省"), yinju.QueryError, "是不是 region"),
        (lambda index: index.search("x", year="去年"), yinju.QueryError, "去年"),
        (lambda index: index.search("x", limit=-1), yinju.QueryError, "limit"),
        (lambda index: index.search("x", within="page"), yinju.QueryError, "within"),
        (lambda index: index.lines("x", sort="middle"), yinju.QueryError, "middle"),
        (lambda index: index.trend(""), yinju.QueryError, "检索词"),
        (lambda index: index.trend("x", by="town"), yinju.QueryError, "by"),
        (lambda index: index.cite("rep001-0004", "mla"), yinju.QueryError, "mla"),
        (lambda index: index.cite("rep001-ffffff"), yinju.NotFound, "已不在报告中"),
        (lambda index: index.passage("rep001-0003~9"), yinju.NotFound, "没有“9”"),
        (lambda index: index.passage("zzzzzzzz-zzzzzz"), yinju.NotFound, "没有这一段"),
    ],
)
def test_errors_say_what_to_do(ask: Any, error: Any, says: str, index: yinju.Index) -> None:
    with pytest.raises(error, match=says) as raised:
        ask(index)
    assert raised.value.hint


def test_where_there_is_no_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(yinju.IndexMissing, match="yinju index"):
        yinju.open(tmp_path / "none")
    monkeypatch.setenv("YINJU_INDEX", str(tmp_path / "other"))
    with pytest.raises(yinju.IndexMissing, match="other"):
        yinju.open()


def test_links_begin_with_the_stated_address(
    location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YINJU_URL", "https://example.org/yinju/")
    with yinju.open(location) as index:
        assert index.search("基金监管")[0].url.startswith("https://example.org/yinju/p/")


def test_threads_ask_while_the_index_changes(tmp_path: Path) -> None:
    location = web_index.build(str(tmp_path / "index"))
    with yinju.open(location) as index:
        total = index.search("基金监管").total
        with asking(lambda: index.search("基金监管").total == total or 1 / 0, 4) as errors:
            for _ in range(3):
                web_index.build(location)
        assert errors == []


def test_a_notebook_shows_a_table_without_markup_of_reports(index: yinju.Index) -> None:
    shown = index.search("引号", exact=True)._repr_html_()
    assert "&lt;script&gt;" in shown
    assert "<script" not in shown
    assert f'<a href="{ADDRESS}/p/rep001-0003">' in shown
    assert "<p>… 36 行</p>" in index.search("抓好", limit=0)._repr_html_()
    assert index.search("没有的词语", exact=True)._repr_html_() == "<table><tr></tr></table>"


def test_rows_become_a_data_frame(index: yinju.Index) -> None:
    pytest.importorskip("pandas")
    for answer in (index.search("基金"), index.lines("基金"), index.trend("基金")):
        frame = answer.to_pandas()
        assert frame.to_dict("records")[0].keys() == answer.rows()[0].keys()
        assert len(frame) == len(answer.rows())


def test_without_pandas_it_says_so(index: yinju.Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match="pip install pandas"):
        index.search("基金").to_pandas()


def test_a_command_loads_nothing_before_it_can_tell_of_ctrl_c() -> None:
    code = "import sys, yinju.__main__; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name for name in run.stdout.split() if name.startswith(("yinju", "engine"))}
    assert loaded == {"yinju", "yinju.__main__"}
