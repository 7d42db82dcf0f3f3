"""Exports: every format has the hits of the search, in order, and nothing that could do harm."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import openpyxl
import pytest
import values_index
import web_index
from conftest import MakeIndex
from flask.testing import FlaskClient
from lxml import html as dom
from openapi import SPEC
from python_calamine import CalamineWorkbook

from engine.engine import Engine, Searcher, open_writer
from engine.model import Lexicon, Query
from indexer import cli
from search_app import create_app
from search_app.export import formats, hits, views
from search_app.export import page as export_page
from search_app.references.files import FILES as REFERENCE_FILES
from yinju.cli import main

Ids = Callable[[bytes], list[str]]


def csv_rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def xlsx_rows(content: bytes) -> list[dict[str, object]]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    header, *rows = sheet.to_python()
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def json_rows(content: bytes) -> list[dict[str, object]]:
    return [json.loads(line) for line in content.decode().splitlines()]


READERS: Mapping[str, Ids] = {
    "csv": lambda content: [row["段落编号"] for row in csv_rows(content)],
    "xlsx": lambda content: [str(row["段落编号"]) for row in xlsx_rows(content)],
    "jsonl": lambda content: [str(row["id"]) for row in json_rows(content)],
    "md": lambda content: re.findall(r"/p/([\w-]+)>\.$", content.decode(), re.M),
    "ris": lambda content: re.findall(r"^UR  - .+/p/([\w-]+)$", content.decode(), re.M),
    "bib": lambda content: re.findall(r"^  url = {.+/p/([\w-]+)},$", content.decode(), re.M),
    "csl.json": lambda content: [
        item["URL"].rpartition("/p/")[2] for item in json.loads(content) if "/p/" in item["URL"]
    ],
}
SEARCHES = [
    ("a word", {"q": "基金监管"}),
    ("by date", {"q": "基金监管", "sort": "newest"}),
    ("folded", {"q": "基金监管", "fold": "1"}),
    ("filtered", {"q": "基金", "region": "湖南省", "year": "2024"}),
    ("exact, in earlier results", {"q": "监管", "exact": "1", "in": "基金"}),
    ("everything", {}),
    ("nothing", {"q": "海洋牧场", "exact": "1"}),
]


@pytest.mark.parametrize("suffix", READERS)
@pytest.mark.parametrize(("why", "parameters"), SEARCHES, ids=[case[0] for case in SEARCHES])
def test_a_file_has_the_hits_of_the_search(
    client: FlaskClient, why: str, parameters: Mapping[str, str], suffix: str
) -> None:
    found = client.get("/api/search", query_string={**parameters, "limit": "0"}).get_json()
    answer = client.get(f"/export.{suffix}", query_string=parameters)
    assert answer.status_code == 200
    assert READERS[suffix](answer.data) == [hit["id"] for hit in found["hits"]], why
    assert len(found["hits"]) == found["entries"]


def get(client: FlaskClient, suffix: str, **parameters: str) -> bytes:
    return client.get(f"/export.{suffix}", query_string=parameters).data


@pytest.fixture(scope="module")
def location(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The index that ``client`` serves, once more."""
    return web_index.build(str(tmp_path_factory.mktemp("export") / "index"))


EXPECTED = {
    "正文": web_index.TRICKY,
    "报告": "甲县医疗保障局2024年工作总结",
    "发布单位": "甲县医疗保障局",
    "发布日期": "2024-12-23",
    "地区": "湖南省/怀化市/甲县",
    "年份": "2024",
    "主题": "医疗保障/基金监管",
    "标题路径": "一、主要工作",
    "第几段": "3",
    "段落编号": "rep001-0003",
    "链接": "http://localhost/p/rep001-0003",
    "文件": "corpus/甲县.txt",
}


def test_tables_say_where_a_paragraph_is_from(client: FlaskClient) -> None:
    def row(rows: list[dict[str, str]]) -> dict[str, str]:
        return next(row for row in rows if row["段落编号"] == "rep001-0003")

    as_csv = csv_rows(get(client, "csv", q="基金监管"))
    as_xlsx = [
        {name: str(int(cell)) if isinstance(cell, float) else str(cell) for name, cell in r.items()}
        for r in xlsx_rows(get(client, "xlsx", q="基金监管"))
    ]
    assert row(as_csv).items() >= EXPECTED.items()
    assert row(as_csv)["引用"].startswith("甲县医疗保障局. 甲县医疗保障局2024年工作总结[R/OL]. ")
    assert row(as_csv) == row(as_xlsx)


def test_lines_of_json_are_hits_of_the_api(client: FlaskClient) -> None:
    found = client.get("/api/search", query_string={"q": "基金监管", "limit": "0"}).get_json()
    for line, hit in zip(json_rows(get(client, "jsonl", q="基金监管")), found["hits"], strict=True):
        assert line.pop("reference").endswith(f"{line['url']}.")  # type: ignore[attr-defined]
        assert line == {**hit, "url": f"http://localhost{hit['url']}"}


def test_markdown_begins_with_the_search(client: FlaskClient) -> None:
    found = client.get("/api/search", query_string={"q": "基金监管"}).get_json()
    text = get(client, "md", q="基金监管").decode()
    address = f"<http://localhost/?{urlencode({'q': '基金监管'})}>"
    head = f"# 基金监管\n\n{found['total']} 段，出自 {found['reports']} 篇报告：{address}\n\n> "
    assert text.startswith(head)
    assert r"\<script\>" in text


def test_no_cell_is_a_formula(client: FlaskClient) -> None:
    texts = [row["正文"] for row in csv_rows(get(client, "csv", q="公式"))]
    assert texts == ["'" + web_index.FORMULA]
    book = openpyxl.load_workbook(io.BytesIO(get(client, "xlsx", q="公式")))
    cells = [cell for row in book.active.iter_rows() for cell in row]  # type: ignore[union-attr]
    assert web_index.FORMULA in [cell.value for cell in cells]
    assert "f" not in {cell.data_type for cell in cells}


def test_csv_opens_in_excel(client: FlaskClient) -> None:
    assert get(client, "csv", q="基金监管").startswith("\ufeff序号,正文,".encode())


@pytest.mark.parametrize("suffix", READERS)
def test_what_is_left_out_is_said(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    monkeypatch.setattr(hits, "MAX_ROWS", 5)
    total = client.get("/api/search", query_string={"q": "基金监管"}).get_json()["total"]
    content = get(client, suffix, q="基金监管")
    note = f"共 {total} 段，文件里是前 5 段；要全部导出，请按年份或地区分几次"
    match suffix:
        case "csv":
            *rows, last = csv_rows(content)
            assert (len(rows), last["备注"]) == (5, note)
        case "xlsx":
            *cells, end = xlsx_rows(content)
            assert (len(cells), end["备注"]) == (5, note)
        case "jsonl":
            *lines, more = json_rows(content)
            assert (len(lines), more) == (5, {"note": note, "entries": total})
        case "md":
            assert len(READERS["md"](content)) == 5
            assert f"\n{note}。\n" in content.decode()
        case "ris" | "bib" | "csl.json":
            assert len(READERS[suffix](content)) == 5
            titles = re.findall(f'(?:TI  - |title = {{{{|"title": "){note}', content.decode())
            assert len(titles) == 1


@pytest.fixture(scope="module")
def valued_location(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An index with figures."""
    return values_index.build(str(tmp_path_factory.mktemp("valued") / "index"))


@pytest.fixture(scope="module")
def valued(valued_location: str) -> FlaskClient:
    return create_app(location=valued_location).test_client()


LINES = {"view": "lines", "q": "参保率"}
VIEWS = [
    ("/api/lines", "lines", LINES),
    ("/api/lines", "lines", LINES | {"sort": "left", "region": "甲省"}),
    ("/api/values", "values", {"view": "values", "q": "参保率"}),
]


@pytest.mark.parametrize(("path", "name", "parameters"), VIEWS)
def test_lines_and_values_are_those_of_the_api(
    valued: FlaskClient, path: str, name: str, parameters: Mapping[str, str]
) -> None:
    asked = {key: value for key, value in parameters.items() if key != "view"}
    more = {"limit": "0"} if name == "lines" else {}
    expected = valued.get(path, query_string=asked | more).get_json()[name]
    assert expected
    written = json_rows(get(valued, "jsonl", **parameters))
    for line in written:
        assert line["url"].startswith(f"http://localhost/p/{line['id']}")  # type: ignore[attr-defined]
    assert [{k: v for k, v in line.items() if k != "url"} for line in written] == expected
    ids = [each["id"] for each in expected]
    assert [row["段落编号"] for row in csv_rows(get(valued, "csv", **parameters))] == ids
    assert [row["段落编号"] for row in xlsx_rows(get(valued, "xlsx", **parameters))] == ids
    table = [
        line for line in get(valued, "md", **parameters).decode().splitlines() if "http" in line
    ]
    assert [re.search(r"/p/([\w-]+)", line)[1] for line in table] == ids  # type: ignore[index]


def test_each_share_is_that_of_its_search(valued: FlaskClient) -> None:
    asked = {"view": "trend", "q": "参保率", "vs": "基金支出"}
    shares = json_rows(get(valued, "jsonl", **asked))
    whole = valued.get("/api/trend", query_string={"q": "参保率", "vs": "基金支出"}).get_json()
    counted = [each for query in whole["queries"] for each in (query, *query["regions"])]
    number = sum(1 + len(each["years"]) + bool(each["undated"]) for each in counted)
    assert len(shares) == number == len(csv_rows(get(valued, "csv", **asked)))
    for share in shares:
        path = str(share["url"]).removeprefix("http://localhost/?")
        found = valued.get(f"/api/search?{path}").get_json()
        assert (found["reports"], found["total"]) == (share["reports"], share["paragraphs"])


def test_lines_that_are_left_out_are_said(
    valued: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MAX_ROWS", 3)
    *rows, last = csv_rows(get(valued, "csv", **LINES))
    assert (len(rows), last["备注"][:6]) == (3, "还有更多，文")
    assert "note" in json_rows(get(valued, "jsonl", **LINES))[3]


@pytest.mark.parametrize("view", ["lines", "trend", "values"])
def test_each_view_links_its_files(valued: FlaskClient, view: str) -> None:
    page = dom.fromstring(valued.get(f"/{view}?q=参保率&region=甲省").text)
    links = page.xpath("//p[contains(@class, 'export')]/a/@href")
    assert [link.partition("?")[0] for link in links] == [
        f"/export.{each}" for each in READERS if each not in REFERENCE_FILES
    ]
    for link in links:
        assert valued.get(link).status_code == 200


@pytest.mark.parametrize("view", ["lines", "trend", "values"])
def test_command_writes_a_view(
    valued_location: str, valued: FlaskClient, view: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert exit_status(["export", "参保率", "--view", view, "--index", valued_location]) == 0
    written = csv_rows(capfdbinary.readouterr().out)
    expected = csv_rows(get(valued, "csv", q="参保率", view=view))
    assert len(written) == len(expected) > 0
    for row, wanted in zip(written, expected, strict=True):
        assert row.pop("链接").partition("//")[2].partition("/")[2] == wanted.pop("链接")[17:]
        assert row == wanted


@pytest.mark.parametrize("suffix", READERS)
def test_files_download_under_their_query(client: FlaskClient, suffix: str) -> None:
    answer = client.get(f"/export.{suffix}", query_string={"q": "基金"})
    disposition = answer.headers["Content-Disposition"]
    assert re.search(rf'filename="yinju-export-[\d-]+\.{suffix}"; ', disposition)
    assert "filename*=UTF-8''%E5%9F%BA%E9%87%91-20" in disposition
    assert answer.content_type == export_page._MEDIA_TYPES[suffix]


FAULTS = [
    {"q": "(基金"},
    {"region": "火星省"},
    {"q": "基金", "page": "2"},
    {"view": "facets"},
    {"view": "lines", "vs": "基金"},
    {"view": "trend"},
]


@pytest.mark.parametrize("parameters", FAULTS, ids=str)
def test_a_faulty_search_gives_no_file(client: FlaskClient, parameters: dict[str, str]) -> None:
    answer = client.get("/export.csv", query_string=parameters)
    assert answer.status_code == 400
    assert "Content-Disposition" not in answer.headers


@pytest.mark.parametrize("view", ["lines", "trend", "values"])
@pytest.mark.parametrize("suffix", REFERENCE_FILES)
def test_a_view_has_no_references(valued: FlaskClient, view: str, suffix: str) -> None:
    answer = valued.get(f"/export.{suffix}", query_string={"q": "参保率", "view": view})
    assert answer.status_code == 400
    assert "只能从段落导出" in answer.text
    assert f"/export.{suffix}" not in valued.get(f"/{view}?q=参保率").text


def test_the_description_is_that_of_the_routes() -> None:
    suffix = SPEC["paths"]["/export.{format}"]["get"]["parameters"][0]
    assert suffix["schema"]["enum"] == list(formats.FORMATS) == list(READERS)


@pytest.mark.parametrize("suffix", READERS)
def test_the_results_page_links_each_file(client: FlaskClient, suffix: str) -> None:
    address = urlencode({"q": "基金监管", "year": "2024", "fold": "1"})
    page = client.get(f"/?{address}").text
    assert f'href="/export.{suffix}?{address.replace("&", "&amp;")}"' in page
    assert "/export." not in client.get("/?q=海洋牧场&exact=1").text


def test_the_results_page_says_how_many(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    total = client.get("/api/search", query_string={"q": "基金监管"}).get_json()["total"]
    assert f"导出全部 {total} 段：" in client.get("/?q=基金监管").text
    monkeypatch.setitem(client.application.jinja_env.globals, "MAX_EXPORTED", 5)
    assert "导出前 5 段：" in client.get("/?q=基金监管").text


# --- what is sent while it is read


class Watched(Engine):
    """An engine that knows how many of its searchers are pinned."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.pinned = 0

    @contextmanager
    def searcher(self) -> Iterator[Searcher]:
        with self.engine.searcher() as searcher:
            self.pinned += 1
            try:
                yield searcher
            finally:
                self.pinned -= 1

    def close(self) -> None:
        self.engine.close()


@pytest.fixture
def watched(make_index: MakeIndex) -> Watched:
    """An index of 20 reports, whose export is sent in several pieces."""
    chance = random.Random(1)  # for texts that a zip archive cannot make small
    texts = [
        "基金监管。" + "".join(map(chr, chance.choices(range(0x4E00, 0x9FA5), k=300)))
        for _ in range(400)
    ]
    parts = [texts[at : at + 20] for at in range(0, 400, 20)]
    return Watched(make_index(*((part, ("湖南省",), 2000, ()) for part in parts)))


@pytest.mark.parametrize("suffix", READERS)
def test_a_commit_while_a_file_is_sent_changes_nothing(
    watched: Watched, tmp_path: Path, suffix: str
) -> None:
    client = create_app(watched).test_client()
    expected = [hit.paragraph.id for hit in watched.search(Query("基金", limit=0)).hits]
    answer = client.get(f"/export.{suffix}?q=基金", buffered=False)
    assert answer.is_streamed
    pieces = answer.iter_encoded()
    first = next(pieces)
    with open_writer(str(tmp_path / "index"), Lexicon()) as writer:
        for number in range(19):
            writer.remove(f"r{number}")
        writer.commit({})
    assert watched.search(Query("基金")).total == 20  # the other reports are gone
    rest = [*pieces]
    assert rest
    assert READERS[suffix](b"".join([first, *rest])) == expected
    answer.close()
    assert watched.pinned == 0


@pytest.mark.parametrize("suffix", READERS)
def test_a_reader_who_goes_away_leaves_nothing(
    watched: Watched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    answer = create_app(watched).test_client().get(f"/export.{suffix}?q=基金", buffered=False)
    assert watched.pinned == 1
    assert bool([*folder.iterdir()]) is (suffix == "xlsx")
    answer.close()
    assert watched.pinned == 0
    assert not [*folder.iterdir()]


def test_a_faulty_search_keeps_no_searcher(watched: Watched) -> None:
    assert create_app(watched).test_client().get("/export.csv?q=(").status_code == 400
    assert watched.pinned == 0


# --- on the command line


@pytest.mark.parametrize("suffix", READERS)
def test_command_writes_what_the_page_gives(
    location: str, client: FlaskClient, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"found.{suffix}"
    words = ["基金监管", "--region", "湖南省", "--index", location, "--output", str(path)]
    assert exit_status(["export", *words]) == 0
    expected = READERS[suffix](get(client, suffix, q="基金监管", region="湖南省"))
    assert READERS[suffix](path.read_bytes()) == expected != []


def test_command_prints_csv_unless_told(
    location: str, client: FlaskClient, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert exit_status(["export", "基金监管", "-公式", "--index", location]) == 0
    expected = READERS["csv"](get(client, "csv", q="基金监管 -公式"))
    assert READERS["csv"](capfdbinary.readouterr().out) == expected


def test_command_leaves_an_old_file_where_it_fails(location: str, tmp_path: Path) -> None:
    path = tmp_path / "found.csv"
    path.write_text("old", encoding="utf-8")
    words = ["export", "(基金", "--index", location, "--output", str(path)]
    assert exit_status(words) == cli.USAGE
    assert path.read_text(encoding="utf-8") == "old"
    assert [*tmp_path.iterdir()] == [path]
    words = ["export", "基金", "--view", "lines", "--format", "ris", "--index", location]
    assert exit_status([*words, "--output", str(path)]) == cli.USAGE
    assert path.read_text(encoding="utf-8") == "old"
    assert [*tmp_path.iterdir()] == [path]


def exit_status(arguments: list[str]) -> int:
    try:
        main(arguments)
    except SystemExit as end:
        return int(end.code or 0)
    return 0
