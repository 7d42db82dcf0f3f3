"""Feeds: an Atom feed that every reader can read, dated by when reports came in; and the
description by which browsers search here."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from lxml import html as dom
from openapi import SPEC

from engine import arrivals
from engine.engine import open_engine, open_writer
from engine.model import DuplicateGroup, Hit, Lexicon, Page, Paragraph, Query, Region, Report, Theme
from search_app import create_app
from search_app.feed.page import MAX_ENTRIES, atom
from search_app.params import address, feed_address

ATOM = "{http://www.w3.org/2005/Atom}"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
T = 1_700_000_000  # 2023-11-14T22:13:20Z


def read(text: str | bytes) -> etree._Element:
    """Parse a feed, and hold it to the rules of RFC 4287 on what must be there, and once."""
    feed = etree.fromstring(text.encode() if isinstance(text, str) else text)
    assert feed.tag == f"{ATOM}feed"
    assert links(feed, "self")
    entries = feed.findall(f"{ATOM}entry")
    for element in (feed, *entries):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1, name
        assert element.findtext(f"{ATOM}id").startswith("urn:uuid:")
        assert element.findtext(f"{ATOM}title")
        assert TIME.fullmatch(element.findtext(f"{ATOM}updated"))
        assert len(links(element, "alternate")) == 1
        for author in element.findall(f"{ATOM}author"):
            assert author.findtext(f"{ATOM}name").strip()
    assert feed.find(f"{ATOM}author") is not None  # of entries that have none
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == len(ids)
    if entries:
        assert updated(feed) == max(map(updated, entries))
    return feed


def updated(element: etree._Element) -> str:
    return str(element.findtext(f"{ATOM}updated"))


def links(element: etree._Element, rel: str) -> list[str]:
    return [link.get("href") for link in element.findall(f"{ATOM}link[@rel='{rel}']")]


def content(entry: etree._Element) -> etree._Element:
    assert entry.find(f"{ATOM}content").get("type") == "html"
    return dom.fragment_fromstring(entry.findtext(f"{ATOM}content"), create_parent=True)


CASES = [
    ("a word", "q=基金监管"),
    ("everything", ""),
    ("nothing", "q=海洋牧场养殖&exact=1"),
    ("filters", "q=基金监管&region=湖南省&year=2019..2024&theme=医疗保障&level=county&fold=1"),
    ("what came in since", "since=2020-01-01"),
    ("what came in since, and nothing did", "since=2999-01-01T00:00:00Z"),
    ("earlier queries", "q=飞行检查&in=基金监管&within=sentence&synonyms=0"),
    ("an order of its own", "q=基金监管&sort=oldest"),
]


@pytest.mark.parametrize(("why", "parameters"), CASES, ids=[case[0] for case in CASES])
def test_a_feed_holds_what_its_search_holds(client: FlaskClient, why: str, parameters: str) -> None:
    answer = client.get(f"/feed?{parameters}")
    assert answer.status_code == 200
    assert answer.mimetype == "application/atom+xml"
    feed = read(answer.data)
    found = client.get(f"/api/search?{re.sub('&sort=.*', '', parameters)}&sort=arrived&limit=100")
    hits = found.json["hits"]
    entries = feed.findall(f"{ATOM}entry")
    assert [link for entry in entries for link in links(entry, "alternate")] == [
        f"http://localhost{hit['url']}" for hit in hits
    ]
    assert [updated(entry) for entry in entries] == [hit["report"]["arrived"] for hit in hits]
    assert f"{found.json['total']:,} 段" in feed.findtext(f"{ATOM}subtitle")
    for entry, hit in zip(entries, hits, strict=True):
        shown = content(entry)
        assert shown.findtext("p") is not None
        assert shown.xpath("string(p[1])") == hit["text"]
        marked = [mark.text for mark in shown.iterfind(".//mark")]
        spans = [span for span in hit["spans"] if span["kind"] == "query"]
        assert "".join(marked) == "".join(hit["text"][s["start"] : s["end"]] for s in spans)
        terms = [one.get("term") for one in entry.findall(f"{ATOM}category")]
        assert terms == hit["themes"]
    (results,) = links(feed, "alternate")
    page = client.get(results.removeprefix("http://localhost"))
    assert page.status_code == 200
    assert dom.fromstring(page.text).xpath("//*[@id='total']")
    (itself,) = links(feed, "self")
    assert client.get(itself.removeprefix("http://localhost")).data == answer.data


TITLES = [
    ("q=医保", "医保"),
    ("", "浏览"),
    ("q=医保&exact=1&region=湖南省&year=2024", "医保 · 精确 · 湖南省、2024"),
    ("q=医保&level=county&kind=unknown", "医保 · 未标明、县级"),
    ("since=2026-11-30", "浏览 · 2026-11-30 以后收录"),
    ("since=2026-11-30T04:31:07Z", "浏览 · 2026-11-30 12:31 以后收录"),
]


@pytest.mark.parametrize(("parameters", "said"), TITLES)
def test_a_title_says_what_the_feed_holds(client: FlaskClient, parameters: str, said: str) -> None:
    feed = read(client.get(f"/feed?{parameters}").data)
    assert feed.findtext(f"{ATOM}title") == f"引据新收录：{said}"


FAULTS = [
    ("/feed?q=(基金", 400, "括号没有配对"),
    ("/feed?q=基金&page=2", 400, "page"),
    ("/feed?since=昨天", 400, "昨天"),
    ("/feed?since=1969-12-31", 400, "1969-12-31"),
    ("/feed?since=2024-13-01", 400, "2024-13-01"),
    ("/feed?region=无此地", 400, "无此地"),
]


@pytest.mark.parametrize(("path", "status", "said"), FAULTS)
def test_faults_are_pages_that_say_what_is_wrong(
    client: FlaskClient, path: str, status: int, said: str
) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert said in answer.text


def test_without_an_index(tmp_path: Path) -> None:
    client = create_app(location=str(tmp_path / "nowhere")).test_client()
    assert client.get("/feed").status_code == 503
    assert client.get("/opensearch.xml").status_code == 200


# --- dates --------------------------------------------------------------------------------------


def commit(location: str, *keys: str, rebuild: bool = False, paragraphs: int = 2) -> None:
    with open_writer(location, Lexicon(), rebuild) as writer:
        for key in keys:
            texts = [f"医保{key}第{number}段" for number in range(paragraphs)]
            writer.add(
                Report(key, f"报告{key}", f"{key}.txt", paragraphs=paragraphs),
                [Paragraph(f"{key}-{n}", key, n + 1, text, text) for n, text in enumerate(texts)],
            )
        writer.commit({})


@pytest.fixture
def location(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An index that began at T with r0, to which r1 came 100 seconds later."""
    place = str(tmp_path / "index")
    for seconds, key in ((0, "r0"), (100, "r1")):
        monkeypatch.setattr(arrivals, "now", lambda seconds=seconds: T + seconds)
        commit(place, key)
    return place


def test_times_are_utc_and_a_rebuild_changes_nothing(
    location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = create_app(location=location).test_client()
    before = client.get("/feed?q=医保")
    times = [updated(entry) for entry in read(before.data).findall(f"{ATOM}entry")]
    assert times == ["2023-11-14T22:15:00Z"] * 2 + ["2023-11-14T22:13:20Z"] * 2
    monkeypatch.setattr(arrivals, "now", lambda: T + 9999)
    commit(location, "r0", "r1", rebuild=True)
    again = client.get("/feed?q=医保", headers={"If-None-Match": before.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    commit(location, "r2")
    newer = client.get("/feed?q=医保", headers={"If-None-Match": before.headers["ETag"]})
    assert newer.status_code == 200
    feed = read(newer.data)
    assert updated(feed) == "2023-11-15T00:59:59Z"
    known = {entry.findtext(f"{ATOM}id") for entry in read(before.data).findall(f"{ATOM}entry")}
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]
    assert set(ids[2:]) == known


def test_an_empty_feed_is_of_the_time_when_the_index_began(location: str) -> None:
    client = create_app(location=location).test_client()
    assert updated(read(client.get("/feed?q=海洋").data)) == "2023-11-14T22:13:20Z"


def test_a_long_feed_is_cut_and_says_so(location: str) -> None:
    commit(location, "r2", paragraphs=MAX_ENTRIES + 1)
    feed = read(create_app(location=location).test_client().get("/feed").data)
    assert len(feed.findall(f"{ATOM}entry")) == MAX_ENTRIES
    said = feed.findtext(f"{ATOM}subtitle")
    assert said == f"105 段，出自 3 篇报告；这里是最近收录的 {MAX_ENTRIES} 段"


def test_ids_stay_where_the_site_moves(location: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def ids() -> list[str]:
        feed = read(create_app(open_engine(location)).test_client().get("/feed?q=医保").data)
        return [str(one.text) for one in feed.iter(f"{ATOM}id")]

    here = ids()
    monkeypatch.setenv("YINJU_URL", "https://example.org/yinju")
    assert ids() == here
    feed = read(create_app(open_engine(location)).test_client().get("/feed?q=医保").data)
    assert all(
        link.get("href").startswith("https://example.org/yinju/")
        for link in feed.iter(f"{ATOM}link")
    )


# --- whatever a text holds ----------------------------------------------------------------------

TEXTS = st.text(max_size=40)


@given(TEXTS, TEXTS, TEXTS, TEXTS, TEXTS)
def test_nothing_breaks_a_feed(
    app: Flask, title: str, issuer: str, text: str, theme: str, asked: str
) -> None:
    report = Report("r0", title or "报告", "r0.txt", issuer.strip(), "2024-01-01", arrived=T)
    paragraph = Paragraph(
        "r0-1", "r0", 1, text, text, (title,), themes=(Theme(theme),), damaged=True
    )
    hits = (Hit(paragraph, report, duplicates=DuplicateGroup("r0-1", 2, 2)),)
    page = Page(Query(asked), 1, 1, 1, hits, {})
    with app.test_request_context("/"):
        feed = read(atom(page, Query(asked), T).encode())
    (entry,) = feed.findall(f"{ATOM}entry")
    html = str(entry.findtext(f"{ATOM}content"))
    assert "<script" not in html
    shown = re.sub("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "\ufffd", text)
    for sign, entity in (
        ("&", "&amp;"),
        ("<", "&lt;"),
        (">", "&gt;"),
        ("'", "&#39;"),
        ('"', "&#34;"),
    ):
        shown = shown.replace(sign, entity)
    assert html.startswith(
        f"\n<p>{shown}</p>".replace("\r\n", "\n").replace("\r", "\n").lstrip("\n")
    )


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=20))
def test_no_query_breaks_a_feed(client: FlaskClient, text: str) -> None:
    answer = client.get(f"/feed?exact=1&q={quote(text)}")
    if answer.status_code == 200:
        read(answer.data)
    else:
        assert answer.status_code == 400


# --- how feeds and the search are found ---------------------------------------------------------


def test_a_page_of_results_links_its_feed(client: FlaskClient) -> None:
    query = Query("基金监管", regions=("湖南省",), sort="newest", fold=True)
    tree = dom.fromstring(client.get(address(query, 1)).text)
    (found,) = tree.xpath("//head/link[@rel='alternate' and @type='application/atom+xml']/@href")
    assert found == feed_address(query) == feed_address(replace(query, sort="arrived", offset=10))
    assert tree.xpath("//main//a[.='订阅']/@href") == [found]
    assert client.get(found).status_code == 200


def test_nothing_found_can_be_subscribed_to(client: FlaskClient) -> None:
    tree = dom.fromstring(client.get("/?q=海洋牧场养殖场&exact=1").text)
    assert len(tree.xpath("//main//a[.='订阅']")) == 1


def test_a_time_is_a_condition_that_can_be_taken_away(client: FlaskClient) -> None:
    tree = dom.fromstring(client.get("/?q=基金监管&since=2020-01-01").text)
    (chip,) = tree.xpath("//a[@class='chip']")
    assert "2020-01-01 以后" in chip.text_content()
    assert chip.get("href") == address(Query("基金监管"))


@pytest.mark.parametrize(
    "path", ["/", "/?q=基金监管", "/help", "/memo", "/nowhere", "/trend?q=基金"]
)
def test_every_page_tells_browsers_how_to_search(client: FlaskClient, path: str) -> None:
    tree = dom.fromstring(client.get(path).text)
    (href,) = tree.xpath("//head/link[@rel='search']/@href")
    described = client.get(href)
    assert described.mimetype == "application/opensearchdescription+xml"


def test_the_description_leads_to_results_feed_and_suggestions(client: FlaskClient) -> None:
    name = "{http://a9.com/-/spec/opensearch/1.1/}"
    root = etree.fromstring(client.get("/opensearch.xml").data)
    assert root.tag == f"{name}OpenSearchDescription"
    assert 0 < len(root.findtext(f"{name}ShortName")) <= 16
    assert 0 < len(root.findtext(f"{name}Description")) <= 1024
    searches = {
        url.get("type"): url.get("template")
        for url in root.findall(f"{name}Url")
        if url.get("rel") != "self"
    }
    assert list(searches) == ["text/html", "application/atom+xml", "application/x-suggestions+json"]
    for kind, template in searches.items():
        path = template.removeprefix("http://localhost").replace("{searchTerms}", quote("基金监管"))
        answer = client.get(path)
        assert (answer.status_code, answer.mimetype) == (200, kind)
    image = root.findtext(f"{name}Image").removeprefix("http://localhost")
    with client.get(image) as picture:
        assert picture.mimetype == root.find(f"{name}Image").get("type")


def test_suggestions_have_the_form_of_browsers(client: FlaskClient) -> None:
    typed, texts = client.get("/suggestions?q=基金").json
    assert typed == "基金"
    known = client.get("/api/suggest?q=基金").json["suggestions"]
    assert texts == [item["text"] for item in known] != []


def test_the_feed_is_described(app: Flask) -> None:
    described = SPEC["paths"]["/feed"]["get"]["responses"]["200"]["content"]
    assert list(described) == ["application/atom+xml"]
    assert "/feed" in {rule.rule for rule in app.url_map.iter_rules()}


def test_a_feed_travels_compressed(client: FlaskClient) -> None:
    sent = client.get("/feed?q=基金监管", headers={"Accept-Encoding": "gzip"})
    assert sent.headers["Content-Encoding"] == "gzip"


def test_a_report_of_no_place_is_titled(location: str) -> None:
    with open_writer(location, Lexicon()) as writer:
        place = Region(("湖南省",), ("430000",))
        writer.add(
            Report("r9", "政府工作报告", "r9", region=place, year=2024, paragraphs=1),
            [Paragraph("r9-1", "r9", 7, "海洋", "海洋")],
        )
        writer.commit({})
    feed = read(create_app(location=location).test_client().get("/feed?q=海洋").data)
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "政府工作报告（湖南省 · 2024） 第 7 段"
