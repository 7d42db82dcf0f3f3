"""Addresses of the site: ids copied from print, the address others reach it by, its day."""

from __future__ import annotations

import gzip
import re
from datetime import date, datetime, timezone, tzinfo
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from engine.engine import open_engine
from engine.ids import is_paragraph_id, is_report_id, paragraph_ids, read_id, short_hash
from engine.model import Query
from indexer.build import build
from indexer.cli import USAGE
from search_app import create_app, site
from yinju.cli import main

# What may stand beside an id in print: signs, blanks and Han characters.
AROUND = st.text(st.sampled_from("。．.,，、；;）)】]》”’\"'>…—-/ \u3000\n~的"), max_size=4)
REPORT_IDS = st.text(max_size=5).map(lambda text: short_hash(text, 8))
RANGES = st.sampled_from(["", "~2", "~2-4"])


@given(before=AROUND, report=REPORT_IDS, raw=st.text(), range_=RANGES, after=AROUND)
def test_an_id_is_read_whatever_stands_around_it(
    before: str, report: str, raw: str, range_: str, after: str
) -> None:
    (paragraph,) = paragraph_ids(report, [raw])
    assert is_report_id(report)
    assert is_paragraph_id(paragraph)
    for id in (report, paragraph + range_):
        assert read_id(id) == id
        assert read_id(before + id.upper() + after) == id
        assert read_id(quote(before + id + after)) == id


@given(st.text())
def test_reading_an_id_twice_changes_nothing_more(text: str) -> None:
    found = read_id(text)
    assert found == text or read_id(found) == found


OTHER_TEXTS = ["", "。", "a-b-c", "a.html", "a_b", "a b", "a~b", "甲"]


@pytest.mark.parametrize("text", OTHER_TEXTS)
def test_a_text_that_holds_no_id_is_left_alone(text: str) -> None:
    assert read_id(text) == text


ROUTES = {"/p/": "rep001-0003", "/r/": "rep001", "/api/paragraphs/": "rep001-0003"}
AFTER = [
    "。",
    "．",
    ".",
    ",",
    "，",
    "、",
    "；",
    "）",
    "]",
    "》",
    "”",
    "/",
    "。/",
    "%20",
    "%E3%80%82",
]


@pytest.mark.parametrize("start", ROUTES)
@pytest.mark.parametrize("after", AFTER)
def test_a_link_with_its_sentence_s_stop_leads_to_the_paragraph(
    client: FlaskClient, start: str, after: str
) -> None:
    right = start + ROUTES[start]
    answer = client.get(f"{right}{after}?q=%E5%9F%BA%E9%87%91&exact=1")
    assert (answer.status_code, answer.location) == (308, f"{right}?q=%E5%9F%BA%E9%87%91&exact=1")
    assert client.get(answer.location if start != "/r/" else right).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/p/rep001–0003~2–4", "/p/REP001—0003～2—4。", "/p/rep001‑0003~2−4", "/p/rep001－0003～2－4"],
)
def test_dashes_of_a_word_processor_lead_to_the_paragraph(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.location) == (308, "/p/rep001-0003~2-4")


@pytest.mark.parametrize(
    ("path", "right"),
    [
        ("/p/0aw028yh。?q=x", "/r/0aw028yh?q=x"),
        ("/r/0aw028yh-shh7sq", "/p/0aw028yh-shh7sq"),
        ("/r/0AW028YH-shh7sq~2-4,", "/p/0aw028yh-shh7sq~2-4"),
    ],
)
def test_an_id_leads_to_what_it_names(client: FlaskClient, path: str, right: str) -> None:
    """A report's id behind /p/, or a paragraph's behind /r/, is not wrong."""
    answer = client.get(path)
    assert (answer.status_code, answer.location) == (308, right)


def test_capitals_and_blanks_lead_to_the_paragraph(client: FlaskClient) -> None:
    answer = client.get("/p/%20REP001-0003%E3%80%80")
    assert (answer.status_code, answer.location) == (308, "/p/rep001-0003")
    assert client.get("/p/rep001-0003~2-4。").location == "/p/rep001-0003~2-4"


WRONG = [
    ("/p/rep001-zzzzzz", 410, "这一段已不在报告中"),
    ("/p/rep001-zzz", 404, "编号写得不对"),
    ("/p/rep001", 404, "编号写得不对"),
    ("/p/a-b-c", 404, "编号写得不对"),
    ("/p/zzzzzzzz-zzzzzz", 404, "没有这一段"),
    ("/r/zzzzzzzz", 404, "没有这篇报告"),
    ("/r/zzz", 404, "编号写得不对"),
]


@pytest.mark.parametrize(("path", "status", "message"), WRONG)
def test_what_is_wrong_with_an_id_is_said(
    client: FlaskClient, path: str, status: int, message: str
) -> None:
    answer = client.get(path)
    assert (answer.status_code, message in answer.text) == (status, True)


def app_at(monkeypatch: pytest.MonkeyPatch, app: Flask, url: str) -> FlaskClient:
    """The pages of ``app``, as a server shows them that is started with this ``YINJU_URL``."""
    monkeypatch.setenv("YINJU_URL", url)
    engine = app.extensions["yinju"].engine()
    return create_app(engine, address="http://127.0.0.1:8123").test_client()


HOSTS = [  # YINJU_URL, the host asked, the beginning of permalinks
    ("", "localhost:8000", "http://localhost:8000"),
    ("", "127.0.0.9", "http://127.0.0.9"),
    ("", "[::1]:80", "http://[::1]"),
    ("", "evil.example", "http://127.0.0.1:8123"),
    ("", "localhost.evil.example", "http://127.0.0.1:8123"),
    ("", "10.0.0.8", "http://127.0.0.1:8123"),
    ("https://example.org/", "evil.example", "https://example.org"),
    ("https://example.org/yinju", "localhost", "https://example.org/yinju"),
]
QUOTING = ["/p/rep001-0003", "/?q=基金监管", "/memo?p=rep001-0003", "/memo.md?p=rep001-0003"]
QUOTING += ["/memo.csv?p=rep001-0003"]


@pytest.mark.parametrize(("url", "host", "start"), HOSTS)
def test_permalinks_begin_with_an_address_that_is_believed(
    monkeypatch: pytest.MonkeyPatch, app: Flask, url: str, host: str, start: str
) -> None:
    client = app_at(monkeypatch, app, url)
    headers = {"Host": host, "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    for path in QUOTING:
        text = client.get(path, headers=headers).get_data(as_text=True)
        assert f"{start}/p/rep001-000" in text
        assert "evil" not in text
    described = client.get("/openapi.json", headers=headers).json
    assert described
    assert described["servers"] == [{"url": start}]
    page = client.get("/p/rep001-0003", headers=headers).text
    assert ("YINJU_URL" in page) == (start == "http://127.0.0.1:8123")


REFUSED = ["example.org", "ftp://a.org", "http://", "http://a:x", "http://a.org/?q=1", "http://a b"]
REFUSED += ["http://a.org/#x", "http://u:p@a.org", 'http://a.org/"', "https://例子.org"]


@pytest.mark.parametrize("url", REFUSED)
def test_a_wrong_address_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], url: str
) -> None:
    monkeypatch.setenv("YINJU_URL", url)
    with pytest.raises(SystemExit) as caught:
        main(["serve", "--index", "nowhere"])
    assert caught.value.code == USAGE
    assert f"YINJU_URL 的值“{url}”不能用" in capsys.readouterr().err


def test_the_day_is_that_of_china(monkeypatch: pytest.MonkeyPatch) -> None:
    class Evening(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime(2026, 11, 21, 23, 0, tzinfo=timezone.utc).astimezone(tz)

    monkeypatch.setattr(site, "datetime", Evening)
    assert site.today() == date(2026, 11, 22)


def test_where_a_report_was_published_is_shown_and_cited(tmp_path: Path) -> None:
    corpus, location = tmp_path / "corpus", str(tmp_path / "index")
    corpus.mkdir()
    for name in ("a.txt", "b.txt"):
        (corpus / name).write_text(
            f"某县2023年工作总结{name}\n\n全年追回医保基金三百万元。", "utf-8"
        )
    table = "file,url\na.txt,https://example.org/a.html\nb.txt,javascript:alert(1)\n"
    (corpus / "metadata.csv").write_text(table, "utf-8")
    (failure,) = build([corpus], location).failures
    assert "“javascript:alert(1)”不是网址" in str(failure)
    engine = open_engine(location)
    pages = create_app(engine).test_client()
    for hit in engine.search(Query(limit=0)).hits:
        named = hit.report.source.endswith("a.txt")
        assert hit.report.url == ("https://example.org/a.html" if named else "")
        link = '<a href="https://example.org/a.html" rel="noopener noreferrer">'
        paragraph = hit.paragraph.id
        for path in (f"/p/{paragraph}", f"/r/{hit.report.id}", f"/memo?p={paragraph}"):
            assert (link in pages.get(path).text) == named
        answer = pages.get(f"/api/paragraphs/{hit.paragraph.id}").json
        assert answer
        assert answer["report"]["url"] == hit.report.url
        memo = pages.get(f"/memo.md?p={hit.paragraph.id}").text
        assert ("https://example.org/a.html" in memo) == named


ENCODINGS = [
    ("gzip", True),
    ("br, gzip;q=0.5", True),
    ("*", True),
    ("gzip;q=0", False),
    ("gzip;q=0, *", False),
    ("br", False),
    ("", False),
]
TEXTS = ["/", "/p/rep001-0003", "/?q=基金监管", "/api/search", "/static/yinju.css", "/openapi.json"]


@pytest.mark.parametrize("path", TEXTS)
@pytest.mark.parametrize(("accepted", "compressed"), ENCODINGS)
def test_texts_travel_compressed(
    client: FlaskClient, path: str, accepted: str, compressed: bool
) -> None:
    answer = client.get(path, headers={"Accept-Encoding": accepted})
    assert (answer.content_encoding == "gzip") == compressed
    assert "Accept-Encoding" in answer.vary
    assert len(answer.data) == answer.content_length
    content = gzip.decompress(answer.data) if compressed else answer.data
    if path not in ("/?q=基金监管", "/api/search"):  # which say how long the search took
        assert content == client.get(path).data
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/healthz", "/memo.docx?p=rep001-0003"])
def test_what_is_small_or_packed_does_not(client: FlaskClient, path: str) -> None:
    assert not client.get(path, headers={"Accept-Encoding": "gzip"}).content_encoding


@pytest.mark.parametrize("path", ["/", "/p/rep001-0003", "/r/rep001", "/help", "/static/yinju.css"])
@pytest.mark.parametrize("accepted", ["gzip", ""])
def test_what_the_browser_has_is_not_sent_again(
    client: FlaskClient, path: str, accepted: str
) -> None:
    headers = {"Accept-Encoding": accepted}
    tag = client.get(path, headers=headers).headers["ETag"]
    again = client.get(path, headers={**headers, "If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert "Content-Security-Policy" in again.headers
    assert client.get(path, headers={**headers, "If-None-Match": '"other"'}).status_code == 200


def test_a_permalink_says_what_it_is(monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
    client = app_at(monkeypatch, app, "https://example.org/yinju")
    page = client.get("/p/rep001-0003").text
    assert '<link rel="canonical" href="https://example.org/yinju/p/rep001-0003">' in page
    assert '<meta property="og:type" content="article">' in page
    (title,) = re.findall('<meta property="og:title" content="(.+)">', page)
    assert "甲县" in title
    assert "2024" in title
    assert '<meta property="og:description" content="基金监管用到&lt;script&gt;' in page
    report = client.get("/r/rep001").text
    assert '<link rel="canonical" href="https://example.org/yinju/r/rep001">' in report
    assert '<meta property="og:url" content="https://example.org/yinju/r/rep001">' in report


DESCRIBED = {
    "/": "逐段检索政府工作报告，每一段都查得到、引得出。",
    "/memo": "逐段检索政府工作报告，每一段都查得到、引得出。",
    "/?q=海洋牧场&year=2024": "海洋牧场 · 2024：0 段，出自 0 篇报告",
    "/memo?t=甲&p=rep001-0003&p=zz": "甲：摘自报告的 2 段引文",
    "/r/rep001": "湖南省怀化市甲县 · 2024 甲县医疗保障局2024年工作总结，共 9 段",
}


TITLED = {
    "/r/rep002/labels": "更正标注：工作总结 &lt;无署名&gt;",
    "/r/rep001/labels": "更正标注：甲县医疗保障局2024年工作总结",
    "/facet/region?q=基金&year=2024": "全部地区 · 基金 · 2024",
    "/values?q=参保率&region=湖南省": "数值 · 参保率 · 湖南省",
    "/values": "数值",
    "/lines?q=基金&year=2024": "逐行 · 基金 · 2024",
    "/lines": "逐行",
    "/trend?q=基金": "趋势 · 基金",
    "/trend": "趋势",
    "/compare?a=rep001": "对照：甲县医疗保障局2024年工作总结",
    "/compare": "对照",
}


@pytest.mark.parametrize(("path", "title"), TITLED.items(), ids=TITLED)
def test_a_tab_says_what_it_shows(client: FlaskClient, path: str, title: str) -> None:
    assert f"<title>{title} - 引据</title>" in client.get(path).text


@pytest.mark.parametrize(("path", "words"), DESCRIBED.items(), ids=DESCRIBED)
def test_a_page_says_what_it_is_about(client: FlaskClient, path: str, words: str) -> None:
    assert f'<meta name="description" content="{words}">' in client.get(path).text
