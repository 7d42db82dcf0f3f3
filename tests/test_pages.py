"""Pages without JavaScript: their content, their links, and their errors."""

from __future__ import annotations

import html
import re
from importlib.resources import files
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import pytest
import web_index
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as dom

from engine.engine import open_engine, open_writer
from engine.model import Query, Span
from indexer.build import build
from search_app import MAX_ADDRESS_BYTES, create_app, facet_boxes, marks, params

STATIC = Path(str(files("search_app") / "static"))
FIRST, LONG, DAMAGED = "rep001-0003", "rep001-0004", "rep001-0005"
NAMELESS = "rep002-0003"


def ask(**parameters: object) -> str:
    return "/?" + urlencode(parameters, doseq=True)


PAGES = [
    ("start", "/", 200),
    ("results", ask(q="基金监管"), 200),
    ("browsing by facets", ask(region="湖南省/怀化市"), 200),
    ("results narrowed", ask(q="基金监管", region="湖南省", year="2024", theme="医疗保障"), 200),
    ("a long tail of words", ask(q="基金监管 飞行检查 海洋牧场"), 200),
    ("results widened", ask(q="飞检 异地看病|基金"), 200),
    ("results of what was typed alone", ask(q="飞行检查", synonyms="0"), 200),
    ("nothing found", ask(q="海洋牧场", exact="1"), 200),
    ("page beyond the end", ask(q="基金监管", page="99"), 404),
    ("bad query", ask(q="(基金"), 400),
    ("bad year", ask(year="去年"), 400),
    ("unknown region", ask(region="火星省"), 400),
    ("unknown theme", ask(theme="占星"), 400),
    ("bad sort", ask(q="a", sort="best"), 400),
    ("bad page", ask(q="a", page="-1"), 400),
    ("bad exact", ask(q="a", exact="maybe"), 400),
    ("bad synonyms", ask(q="a", synonyms="maybe"), 400),
    ("paragraph", f"/p/{FIRST}", 200),
    ("paragraph with a bad query", f"/p/{FIRST}?q=(", 200),
    ("paragraph gone", "/p/rep001-ffffff", 410),
    ("paragraph unknown", "/p/nothing-here", 404),
    ("paragraph unknown, odd id", "/p/%3Cscript%3Ealert", 404),
    ("report", "/r/rep001", 200),
    ("report unknown", "/r/none", 404),
    ("results of a level", ask(q="基金监管", level="county"), 200),
    ("bad level", ask(q="基金监管", level="town"), 400),
    ("trend, empty", "/trend", 200),
    ("trend", "/trend" + ask(q="基金监管", vs=["飞检", "海洋牧场"])[1:], 200),
    ("trend of too many", "/trend" + ask(q="a", vs=[*"bcdef"])[1:], 400),
    ("trend by nothing", "/trend" + ask(q="a", by="town")[1:], 400),
    ("memo", f"/memo?p={FIRST}&p={LONG}", 200),
    ("memo, empty", "/memo", 200),
    ("help", "/help", 200),
    ("no such page", "/nowhere", 404),
    ("address too long", "/?q=" + "a" * MAX_ADDRESS_BYTES, 414),
]


@pytest.mark.parametrize(("what", "path", "status"), PAGES, ids=[page[0] for page in PAGES])
def test_every_page_is_whole(client: FlaskClient, what: str, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    tree = dom.fromstring(answer.text)
    assert tree.get("lang") == "zh-CN"
    for needed in ("//head/title", "//main[@id='main']", "//h1", "//form[@role='search']"):
        assert len(tree.xpath(needed)) == 1, needed
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert not tree.xpath("//*[@style or starts-with(@href, 'javascript:')] | //style")
    assert not tree.xpath("//@*[starts-with(name(), 'on')]")
    assert all(script.get("src") and not script.text for script in tree.xpath("//script"))
    assert all(
        re.match("[/#?]", link)
        for link in tree.xpath("//link[@rel!='canonical']/@href | //a/@href")
    )
    sheets = [STATIC / Path(href).name for href in tree.xpath("//link[@rel='stylesheet']/@href")]
    assert len(answer.data) + sum(sheet.stat().st_size for sheet in sheets) < 65_000
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(("what", "path", "status"), PAGES, ids=[page[0] for page in PAGES])
def test_every_answer_is_locked_down(
    client: FlaskClient, what: str, path: str, status: int
) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_every_link_leads_somewhere(client: FlaskClient) -> None:
    """Starting at the start page, every link leads to an existing page."""
    seen: dict[str, int] = {}
    waiting = [
        "/",
        ask(q="基金监管 异地就医"),
        ask(q="基金监管"),
        f"/p/{LONG}?q=基金监管",
        "/r/rep002",
    ]
    while waiting and len(seen) < 150:
        path = waiting.pop(0)
        if path not in seen:
            with client.get(path) as answer:
                seen[path] = answer.status_code
                if answer.mimetype == "text/html":
                    links = dom.fromstring(answer.text).xpath("//a/@href")
                    waiting += [link.split("#")[0] for link in links if link.startswith("/")]
    assert {path: status for path, status in seen.items() if status != 200} == {}


def test_start_page_shows_what_the_index_holds(client: FlaskClient) -> None:
    tree = dom.fromstring(client.get("/").text)
    every, *rows = tree.xpath("//table//tbody/tr")
    names = [row.xpath("string(th)") for row in rows]
    assert len(rows) == len(web_index.PROVINCES) + 1
    assert names[0] == "湖南省"  # it has two reports, the others one
    assert names[-1] == "未标明"
    years = ["2024", "2023", "2022", "2021", "2020", "2019", "未标明"]
    heads = [head.text_content() for head in tree.xpath("//thead//th")]
    assert heads == ["地区", "合计", *years]
    assert every.xpath("string(td[1])") == "14"
    assert sum(int(row.xpath("string(td[1])")) for row in rows) == 14


def test_highlights_escape_what_looks_like_html(client: FlaskClient) -> None:
    page = client.get(f"/p/{FIRST}?q=基金监管").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    text = dom.fromstring(page).xpath("string(//p[@id='text'])")
    assert text == web_index.TRICKY


def test_query_and_phrase_are_marked_apart(client: FlaskClient) -> None:
    tree = dom.fromstring(client.get(ask(q="基金监管 飞行检查", exact=1)).text)
    assert set(tree.xpath("//article//mark/text()")) == {"基金监管", "飞行检查"}
    titles = tree.xpath("//article//span[contains(@class, 'phrase')]/@title")
    assert "政策用语：飞行检查" in titles
    quiet = dom.fromstring(client.get(ask(q="开通")).text)
    assert quiet.xpath("//span[@class='phrase']/text()") == ["异地就医直接结算"]


@st.composite
def marked_texts(draw: st.DrawFn) -> tuple[str, list[Span]]:
    text = draw(st.text(st.sampled_from("医保基金<b>&\"'；。a") | st.characters(), max_size=400))
    edge = st.integers(0, len(text))
    pairs = draw(st.lists(st.tuples(edge, edge, st.sampled_from(["query", "phrase"])), max_size=8))
    return text, [Span(min(a, b), max(a, b), kind) for a, b, kind in pairs]  # type: ignore[arg-type]


@given(marked_texts())
def test_marking_loses_nothing(app: Flask, given_text: tuple[str, list[Span]]) -> None:
    text, spans = given_text
    macro = app.jinja_env.get_template("parts.html").module.marked  # type: ignore[attr-defined]
    made = str(macro(marks.runs(text, spans)))
    assert html.unescape(re.sub(r"<[^>]*>", "", made)) == text
    marked = "".join(
        piece for run in marks.runs(text, spans) for piece, asked in run.parts if asked
    )
    wanted = {at for s in spans if s.kind == "query" for at in range(s.start, s.end)}
    assert marked == "".join(text[at] for at in sorted(wanted))


@given(marked_texts())
def test_a_snippet_is_a_short_stretch_and_tells_of_the_rest(
    given_text: tuple[str, list[Span]],
) -> None:
    text, spans = given_text
    cut = marks.snippet(text, spans)
    shown = "".join(piece for run in cut.shown for piece, _ in run.parts)
    assert shown in text
    assert len(shown) <= marks.SNIPPET_WIDTH + 48
    assert cut.before or text.startswith(shown)
    assert cut.after or text.endswith(shown)
    assert (cut.before or cut.after) == (shown != text)


def test_a_snippet_shows_where_most_words_stand_together(client: FlaskClient) -> None:
    tree = dom.fromstring(client.get(ask(q="基金监管 飞行检查")).text)
    text = tree.xpath(f"//article[@data-id='{LONG}']//p[contains(@class, 'text')]")[0]
    shown = "".join(text.xpath(".//text()[not(parent::a or parent::*[@class='cut'])]")).strip()
    assert "两项同在一处" in shown
    assert shown in web_index.LONG
    assert text.xpath("count(.//span[@class='cut'])") == 2
    assert all(f"/p/{LONG}" in link for link in text.xpath(".//a/@href"))


def test_facets_are_a_form_of_check_boxes(client: FlaskClient) -> None:
    tree = dom.fromstring(client.get(ask(q="基金监管", region="湖南省", year="2024")).text)
    boxes = tree.xpath("//input[@type='checkbox' and @form='ask']")
    assert {box.get("name") for box in boxes} == {*params.FACETS, "fold"}
    assert [b.get("value") for b in boxes if b.get("checked") is not None] == ["湖南省", "2024"]
    assert "湖南省/怀化市" in [box.get("value") for box in boxes]  # open below what is selected
    assert tree.xpath("//button[@form='ask']/text()") == ["确定", "应用筛选"]


def test_facets_fold_beyond_eight_and_end_in_unmarked(client: FlaskClient) -> None:
    tree = dom.fromstring(client.get(ask(q="基金监管")).text)
    regions = tree.xpath("//fieldset[@class='regions']")[0]
    assert len(regions.xpath("./ul/li")) == facet_boxes.MAX_SHOWN_VALUES
    assert regions.xpath("string(details/summary)") == "其余 5 个地区"
    assert regions.xpath(".//input/@value")[-1] == "unknown"
    assert regions.xpath("(.//label)[last()]/span/text()")[0] == "未标明"


def test_chips_take_one_away_or_all(client: FlaskClient) -> None:
    path = ask(q="基金监管", region=["湖南省", "浙江省"], year="2019..2024", sort="newest")
    chips = dom.fromstring(client.get(path).text).xpath("//ul[@class='chips']//a/@href")
    left = [parse_qs(urlsplit(chip).query) for chip in chips]
    asked = {"q": ["基金监管"], "sort": ["newest"]}
    assert left == [
        asked | {"region": ["浙江省"], "year": ["2019..2024"]},
        asked | {"region": ["湖南省"], "year": ["2019..2024"]},
        asked | {"region": ["湖南省", "浙江省"]},
        asked,
    ]


def test_the_narrower_of_two_values_counts(client: FlaskClient) -> None:
    answer = client.get(ask(q="基金监管", region=["湖南省", "湖南省/怀化市", "浙江省"]))
    assert answer.status_code == 302
    assert answer.location == ask(q="基金监管", region=["湖南省/怀化市", "浙江省"]).replace(
        "%2F", "/"
    )


def test_pages_turn(client: FlaskClient) -> None:
    tree = dom.fromstring(client.get(ask(q="基金监管", page="2")).text)
    nav = tree.xpath("//nav[@class='pages num']")[0]
    words = [word.strip() for word in nav.xpath(".//text()") if word.strip()]
    assert words == ["上一页", "1", "2", "3", "4", "下一页"]
    first = dom.fromstring(client.get(ask(q="基金监管")).text).xpath("//article/@data-id")
    assert not set(first) & set(tree.xpath("//article/@data-id"))


def test_beyond_the_end_leads_to_the_last_page(client: FlaskClient) -> None:
    tree = dom.fromstring(client.get(ask(q="基金监管", page="99")).text)
    (link,) = tree.xpath("//a[text()='到最后一页']/@href")
    assert dom.fromstring(client.get(link).text).xpath("//article")


def test_relaxed_results_say_so(client: FlaskClient) -> None:
    page = client.get(ask(q="基金监管 飞行检查 海洋牧场")).text
    assert "没有一段同时含有全部" in page
    assert "<article" in page


def test_another_spelling_is_offered_and_keeps_the_filters(client: FlaskClient) -> None:
    tree = dom.fromstring(client.get(ask(q="飞型检查", region="湖南省")).text)
    (note,) = tree.xpath("//div[@class='note']")
    (link,) = note.xpath(".//a")
    assert "是不是要查：飞行检查" in note.text_content()
    page = client.get(link.get("href")).text
    assert "1 段，出自 1 篇报告" in page
    assert "移除条件：地区 湖南省" in page
    assert "是不是要查" not in page


def test_widened_results_say_by_what_and_one_link_undoes_it(client: FlaskClient) -> None:
    tree = dom.fromstring(client.get(ask(q="飞检", region="湖南省")).text)
    (note,) = tree.xpath("//p[contains(@class, 'widened')]")
    assert note.text_content() == "已同时查找：飞检 → 飞行检查 只查原词"
    assert "飞行检查" in tree.xpath("//article//mark/text()")
    (off,) = note.xpath("a/@href")
    assert parse_qs(urlsplit(off).query) == {"q": ["飞检"], "region": ["湖南省"], "synonyms": ["0"]}
    tree = dom.fromstring(client.get(off).text)
    assert not tree.xpath("//article")
    (on,) = tree.xpath("//p[contains(@class, 'widened')]/a/@href")
    assert on == params.address(Query("飞检", regions=("湖南省",)))
    for path in (ask(q="基金监管"), ask(q="飞检", exact=1), ask(q="飞检", exact=1, synonyms=0)):
        assert "同义词" not in client.get(path).text


def test_near_duplicates_lead_to_each_other(client: FlaskClient) -> None:
    tree = dom.fromstring(client.get(ask(q="表1")).text)
    link = tree.xpath("//article//a[starts-with(., '同文')]/@href")[0]
    assert tree.xpath("string(//article//a[starts-with(., '同文')])") == "同文 14 处"
    same = dom.fromstring(client.get(link).text)
    assert same.xpath("string(//h1)") == "14 段，出自 14 篇报告"
    assert not same.xpath("//article//a[starts-with(., '同文')]")  # the same link led to this page
    chip = same.xpath("//ul[@class='chips']//a")[0]
    assert (chip.text_content(), chip.get("href")) == ("同文 表1 收支情况 ×", "/?sort=oldest")
    folded = dom.fromstring(client.get(ask(q="表1", fold=1)).text)
    assert folded.xpath("string(//h1)") == "14 段，出自 14 篇报告"
    assert "合并同文后 1 条" in folded.xpath("string(//div[@class='found'])")
    assert len(folded.xpath("//article")) == 1
    assert folded.xpath("//input[@name='fold']/@checked")
    assert not folded.xpath("//nav[@aria-label='分页']")


def test_every_way_on_keeps_synonyms_out(client: FlaskClient) -> None:
    """Every link and form of the results keeps the parameter ``synonyms=0``."""
    path = ask(q="基金监管|飞行检查", synonyms=0, region=["湖南省", "浙江省"], year="2019..2024")
    tree = dom.fromstring(client.get(path).text)
    (switch,) = tree.xpath("//p[contains(@class, 'widened')]/a/@href")
    same = set(tree.xpath("//main//a[starts-with(., '同文')]/@href"))
    links = set(tree.xpath("//main//a[starts-with(@href, '/?')]/@href")) - {switch} - same
    assert len(links) >= 5
    hits = tree.xpath("//article//h2/a/@href")
    assert all("synonyms=0" in link for link in (*links, *hits))
    assert tree.xpath("//form[@id='ask']//input[@name='synonyms']/@value") == ["0"]
    tree = dom.fromstring(client.get(hits[0]).text)
    assert "synonyms=0" in tree.xpath("//main/p[1]/a/@href")[0]
    assert tree.xpath("//form[@id='ask']//input[@name='synonyms']/@value") == ["0"]


def test_a_paragraph_is_marked_as_it_was_found(client: FlaskClient) -> None:
    marked = {
        more: "飞行检查"
        in dom.fromstring(client.get(f"/p/{LONG}?q=飞检{more}").text).xpath("//mark/text()")
        for more in ("", "&synonyms=0", "&exact=1")
    }
    assert marked == {"": True, "&synonyms=0": False, "&exact=1": False}


def test_nothing_found_says_what_to_drop(client: FlaskClient) -> None:
    page = client.get(ask(q="飞行检察", exact=1, region="湖南省")).text
    for words in ("没有找到", "去掉地区“湖南省”", "改用模糊匹配", "飞行检查"):
        assert words in page


def test_a_bad_query_shows_the_part_at_fault(client: FlaskClient) -> None:
    tree = dom.fromstring(client.get(ask(q="医保 (基金")).text)
    assert tree.xpath("string(//p[contains(@class, 'typed')]/code)") == "医保 (基金"
    assert tree.xpath("string(//p[contains(@class, 'typed')]//mark)").startswith("(")
    assert tree.xpath("//input[@name='q']/@value") == ["医保 (基金"]


def test_paragraph_stands_in_its_place(client: FlaskClient) -> None:
    tree = dom.fromstring(client.get(f"/p/{LONG}?q=基金监管").text)
    around = tree.xpath("//p[contains(@class, 'around')]/text()")
    assert around == [
        "甲县医疗保障局2024年工作总结",
        "一、主要工作",
        web_index.TRICKY,
        web_index.DAMAGED,
        web_index.FORMULA,
        "异地就医直接结算开通一百家。",
    ]
    facts = tree.xpath("string(//dl[@class='facts'])")
    for words in ("湖南省 › 怀化市 › 甲县", "据落款“甲县医疗保障局”", "第 4 段，共 9 段"):
        assert words in facts
    assert tree.xpath("string(//details[@class='raw']/pre)") == web_index.LONG.replace(
        "基金", "基 金"
    )
    assert f"http://localhost/p/{LONG}." in tree.xpath("string(//section[@id='cite']//code)")


def test_what_is_not_known_is_said_to_be_unmarked(client: FlaskClient) -> None:
    facts = dom.fromstring(client.get(f"/p/{NAMELESS}").text).xpath("//dl[@class='facts']/dd")
    assert [dd.text_content() for dd in facts][:4] == ["未标明"] * 4


@pytest.mark.parametrize("path", ["/p/rep001-ffffff", "/p/rep001-0003~900", "/r/none", "/p/x.html"])
def test_a_page_of_an_error_leads_back_to_the_results(client: FlaskClient, path: str) -> None:
    asked = "?q=基金监管&region=湖南省&sort=newest"
    tree = dom.fromstring(client.get(path + asked).text)
    (back,) = tree.xpath("//p[contains(@class, 'back')]/a/@href")
    assert unquote(back) == "/" + asked
    for link in tree.xpath(
        "//main//a[starts-with(@href, '/r/') or starts-with(@href, '/p/')]/@href"
    ):
        assert unquote(link).endswith(asked)
    assert not dom.fromstring(client.get(path).text).xpath("//p[contains(@class, 'back')]")


def test_a_paragraph_that_is_gone_names_its_report_and_no_look_alike(client: FlaskClient) -> None:
    tree = dom.fromstring(client.get("/p/rep001-ffffff").text)
    assert tree.xpath("//main//a/@href") == ["/r/rep001", "/"]
    assert not tree.xpath("//main//article")


def test_report_is_whole(client: FlaskClient) -> None:
    tree = dom.fromstring(client.get("/r/rep001").text)
    anchors = tree.xpath("//main//div[@id]/@id")
    assert anchors == [f"rep001-{n:04}" for n in range(1, 10)]
    assert tree.xpath("string(//h2[parent::div])") == "一、主要工作"
    assert tree.xpath("string(//div[contains(@class, 'caption')]//p)") == "表1 收支情况"
    assert tree.xpath("string(//div[contains(@class, 'dateline')]//p)") == "2024年12月23日"
    damaged = tree.xpath(f"//div[@id='{DAMAGED}']")[0].text_content()
    assert "原文此处乱码" in damaged


def test_index_missing_says_what_to_run_and_recovers(tmp_path: Path) -> None:
    place = tmp_path / "index"
    client = create_app(location=str(place)).test_client()
    for path in ("/", ask(q="基金"), f"/p/{FIRST}", "/r/rep001", f"/memo?p={FIRST}"):
        answer = client.get(path)
        assert answer.status_code == 503
        assert "yinju index" in answer.text
    assert client.get("/help").status_code == 200
    web_index.build(str(place))
    assert client.get(ask(q="基金监管")).status_code == 200


def test_an_engine_already_open_is_taken_as_it_is(tmp_path: Path) -> None:
    engine = open_engine(web_index.build(str(tmp_path / "index")))
    assert create_app(engine).test_client().get(ask(q="基金监管")).status_code == 200


def test_an_empty_index_says_how_to_fill_it(tmp_path: Path) -> None:
    with open_writer(str(tmp_path / "index"), web_index.LEXICON, rebuild=True) as writer:
        writer.commit({})
    page = create_app(location=str(tmp_path / "index")).test_client().get("/")
    assert page.status_code == 200
    assert "索引是空的" in page.text


QUERIES = [
    Query(),
    Query("医保", synonyms=False, limit=10),
    Query("医保 & 基金=1", exact=True, sort="oldest", limit=10),
    Query(regions=("湖南省/怀化市", "unknown"), years=((2019, 2022), (2024, 2024), None)),
    Query("a", themes=("医疗保障/基金监管",), offset=30),
    Query("a", levels=("national", "unknown"), offset=10),
    Query("a", since=1_700_000_000, sort="arrived", limit=10),
    Query("a", wordings=("formulaic", "particular"), same="rep001-0001", fold=True),
]


@pytest.mark.parametrize("query", QUERIES)
def test_an_address_says_all_there_is_to_say(app: Flask, query: Query) -> None:
    page = query.offset // params.PAGE_SIZE + 1
    with app.test_request_context(params.address(query, page)) as context:
        assert params.page_query(context.request.args) == query


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The app on the sample corpus, indexed as ``yinju index`` does it."""
    location = str(tmp_path_factory.mktemp("corpus") / "index")
    build([Path(__file__).parents[1] / "corpus"], location)
    return create_app(location=location)


def test_every_report_of_the_corpus_is_shown_whole(corpus: Flask) -> None:
    client, engine = corpus.test_client(), corpus.extensions["yinju"].engine()
    found = client.get("/api/search?limit=0").json["hits"]
    for report_id in {hit["report"]["id"] for hit in found}:
        tree = dom.fromstring(client.get(f"/r/{report_id}").text)
        shown = {each.get("id"): each.text_content() for each in tree.xpath("//main//div[@id]")}
        for paragraph in engine.paragraphs(report_id):
            assert paragraph.text in shown[paragraph.id]


def test_every_paragraph_of_the_corpus_can_be_cited(corpus: Flask) -> None:
    client = corpus.test_client()
    for hit in client.get("/api/search?limit=0").json["hits"][::20]:
        tree = dom.fromstring(client.get(hit["url"]).text)
        assert tree.xpath("string(//p[@id='text'])") == hit["text"]
        first, *others = tree.xpath("//section[@id='cite']//code")
        assert hit["report"]["title"] in first.text_content()
        assert len(others) == 3


def test_the_examples_of_the_start_page_find_something(corpus: Flask) -> None:
    client = corpus.test_client()
    examples = dom.fromstring(client.get("/").text).xpath("//p[@class='tries']/a")
    assert len(examples) == 5
    for example in examples:
        page = dom.fromstring(client.get(example.get("href")).text)
        assert page.xpath("//article"), example.text
        assert "没有一段" not in page.xpath("string(//div[@class='note'])"), example.text
