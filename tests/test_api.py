"""The JSON routes: answers have the form of ``openapi.json``, and all errors have one form."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

import openapi
import pytest
import web_index
from flask import Flask
from flask.testing import FlaskClient
from openapi import SPEC, fits

from engine.model import DuplicateGroup, Hit, Page, Paragraph, Query, Report
from engine.understanding import Note, Relaxed, Understanding, Wider
from search_app import MAX_ADDRESS_BYTES, MAX_BODY_BYTES, create_app, params
from search_app.params import MAX_NAME_PART
from search_app.present import page_json

FIRST, LONG = "rep001-0003", "rep001-0004"


ANSWERS = [
    ("/api/search", "/api/search?q=基金监管&limit=50"),
    ("/api/search", "/api/search"),
    ("/api/search", "/api/search?q=海洋牧场&exact=1"),
    ("/api/search", "/api/search?q=飞检"),
    ("/api/search", "/api/search?q=基金监管 飞行检查 海洋牧场"),
    ("/api/search", "/api/search?q=飞型检查"),
    ("/api/search", "/api/search?region=湖南省/怀化市&year=2019..2024&year=unknown&theme=医疗保障"),
    ("/api/facets", "/api/facets?facet=region&contains=怀化&q=基金监管&year=2024"),
    ("/api/facets", "/api/facets?facet=year"),
    ("/api/facets", "/api/facets?facet=theme&contains=占星"),
    ("/api/paragraphs/{paragraph_id}", f"/api/paragraphs/{FIRST}?q=基金"),
    ("/api/paragraphs/{paragraph_id}", f"/api/paragraphs/{LONG}~2-4"),
    ("/api/values", "/api/values?q=直接结算"),
    ("/api/values", "/api/values"),
    ("/api/search", "/api/search?q=基金监管&level=county&level=unknown"),
    ("/api/trend", "/api/trend?q=基金监管&vs=飞行检查"),
    ("/api/trend", "/api/trend?q=海洋牧场&exact=1&by=county"),
    ("/api/suggest", "/api/suggest?q=基金"),
    ("/api/suggest", "/api/suggest?q=gz"),
    ("/api/suggest", "/api/suggest"),
    ("/healthz", "/healthz"),
    ("/readyz", "/readyz"),
]


@pytest.mark.parametrize(("route", "path"), ANSWERS)
def test_answers_are_as_described(client: FlaskClient, route: str, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    described = SPEC["paths"][route]["get"]["responses"]["200"]["content"]["application/json"]
    fits(answer.json, described["schema"])


def test_every_route_is_described_and_every_description_a_route(app: Flask) -> None:
    routes = {
        str(rule).replace("<", "{").replace(">", "}"): rule.endpoint.rpartition(".")[2]
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.") or str(rule).startswith("/api/")
    }
    described = {
        path: operation["operationId"]
        for path, spec in SPEC["paths"].items()
        for operation in spec.values()
    }
    del described["/export.{format}"]  # tests/test_export.py holds it to its routes
    del described["/feed"]  # tests/test_feed.py holds it to its route
    assert routes == described


def test_the_description_is_served(client: FlaskClient) -> None:
    answer = client.get("/openapi.json")
    assert answer.mimetype == "application/json"
    info = {**SPEC["info"], "version": version("yinju")}
    assert answer.json == {**SPEC, "info": info, "servers": [{"url": "http://localhost"}]}
    answer.close()


def test_chinese_is_not_escaped(client: FlaskClient) -> None:
    assert "基金监管" in client.get("/api/search?q=基金监管").text


def test_offsets_count_code_points(client: FlaskClient) -> None:
    found = client.get("/api/search?q=基金监管&exact=1&limit=50").json
    for hit in found["hits"]:
        asked = [s for s in hit["spans"] if s["kind"] == "query"]
        assert asked
        assert {hit["text"][s["start"] : s["end"]] for s in asked} == {"基金监管"}


UNKNOWN_PARAMETERS = [
    ("/api/search?query=医保", "query", "是不是 q？"),
    ("/api/search?q=医保&regions=湖南省", "regions", "是不是 region？"),
    ("/api/search?q=医保&years=2024", "years", "是不是 year？"),
    ("/api/search?q=医保&page=2", "page", "这里可用 q、exact、synonyms"),
    ("/api/facets?facet=region&contain=怀", "contain", "是不是 contains？"),
    ("/api/facets?facet=region&limit=9", "limit", "这里可用 facet、contains、q"),
    ("/api/suggest?query=医", "query", "是不是 q？"),
    ("/api/trend?q=医保&with=基金", "with", "是不是 within？"),
    (f"/api/paragraphs/{LONG}?region=湖南省", "region", "这里可用 q、exact、synonyms"),
]


@pytest.mark.parametrize(("path", "name", "hint"), UNKNOWN_PARAMETERS)
def test_a_parameter_that_means_nothing_is_refused(
    client: FlaskClient, path: str, name: str, hint: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == 400
    assert answer.json["error"]["code"] == "bad_query"
    assert name in answer.json["error"]["message"]
    assert hint in answer.json["error"]["hint"]


def test_the_query_comes_back_as_understood(client: FlaskClient) -> None:
    path = "/api/search?q=基金&exact=1&region=湖南省&year=2019..2024&sort=newest&limit=5&offset=1"
    query = client.get(path).json["query"]
    assert query == {
        "q": "基金",
        "exact": True,
        "synonyms": True,
        "within": "paragraph",
        "in": [],
        "region": ["湖南省"],
        "year": ["2019..2024"],
        "theme": [],
        "kind": [],
        "wording": [],
        "level": [],
        "since": "",
        "same": "",
        "sort": "newest",
        "fold": False,
        "limit": 5,
        "offset": 1,
        "terms": query["terms"],
        "widened": {},
        "relaxed": 0,
        "question": False,
        "pieces": {},
        "wider": None,
        "notes": [],
        "did_you_mean": [],
        "offers": [],
    }


def test_what_a_page_says_of_its_query_and_numbers() -> None:
    paragraph, report = Paragraph("r-1", "r", 1, "医保", "医保"), Report("r", "报告", "r.txt")
    understood = Understanding(
        relaxed=Relaxed(2, 3),
        question=True,
        pieces={"清欠薪": ("清", "欠薪")},
        wider=Wider("清 欠薪", 7),
        notes=(Note("sign", "◆"),),
    )
    hits = (Hit(paragraph, report, 1.234567, (), DuplicateGroup("r-1", 2, 3)),)
    made = page_json(Page(Query("清欠薪"), 3, 2, 1, hits, {}, understood, 1.23456), ["清薪"], [])
    assert (made["total"], made["entries"], made["reports"]) == (3, 2, 1)
    assert (made["took_ms"], made["hits"][0]["score"]) == (1.23, 1.2346)
    query = made["query"]
    assert (query["relaxed"], query["question"]) == (2, True)
    assert query["pieces"] == {"清欠薪": ["清", "欠薪"]}
    assert query["wider"] == {"q": "清 欠薪", "total": 7}
    assert query["notes"] == [{"kind": "sign", "text": "◆"}]
    assert query["did_you_mean"] == ["清薪"]


def test_the_answer_says_what_was_widened(client: FlaskClient) -> None:
    wide = client.get("/api/search?q=飞检").json
    assert (wide["query"]["synonyms"], wide["query"]["widened"]) == (True, {"飞检": ["飞行检查"]})
    narrow = client.get("/api/search?q=飞检&synonyms=0").json
    assert (narrow["query"]["synonyms"], narrow["query"]["widened"]) == (False, {})
    assert (wide["total"], narrow["total"]) == (1, 0)
    paragraph = f"/api/paragraphs/{LONG}?q=飞检"
    spans = [len(client.get(paragraph + more).json["spans"]) for more in ("", "&synonyms=0")]
    assert spans[0] == spans[1] + 1


def test_limit_nought_gives_all(client: FlaskClient) -> None:
    found = client.get("/api/search?q=基金监管&limit=0").json
    assert len(found["hits"]) == found["total"] > 30


def test_beyond_the_end_the_total_still_stands(client: FlaskClient) -> None:
    found = client.get("/api/search?q=基金监管&offset=5000").json
    assert found["hits"] == []
    assert found["total"] > 30


def test_a_facet_ignores_its_own_selection(client: FlaskClient) -> None:
    free = client.get("/api/search?q=基金监管").json
    bound = client.get("/api/search?q=基金监管&region=湖南省").json
    count = {value["path"]: value["count"] for value in free["facets"]["region"]}
    assert {v["path"]: v["count"] for v in bound["facets"]["region"]} == count
    assert bound["total"] == count["湖南省"]
    assert [v["path"] for v in bound["facets"]["region"] if v["selected"]] == ["湖南省"]


ERRORS = [
    ("unbalanced bracket", "GET", "/api/search?q=(基金", 400, "bad_query"),
    ("year that is no year", "GET", "/api/search?year=去年", 400, "bad_query"),
    ("range upside down", "GET", "/api/search?year=2022..2019", 400, "bad_query"),
    ("unknown region", "GET", "/api/search?region=火星省", 400, "bad_query"),
    ("unknown theme", "GET", "/api/search?theme=占星", 400, "bad_query"),
    ("unknown facet", "GET", "/api/facets?facet=colour", 400, "bad_query"),
    (
        "name too long",
        "GET",
        "/api/facets?facet=region&contains=" + "a" * (MAX_NAME_PART + 1),
        400,
        "bad_query",
    ),
    ("no facet", "GET", "/api/facets?q=医保", 400, "bad_query"),
    ("unknown sort", "GET", "/api/search?sort=best", 400, "bad_query"),
    ("exact neither 0 nor 1", "GET", "/api/search?exact=2", 400, "bad_query"),
    ("synonyms neither 0 nor 1", "GET", "/api/search?synonyms=no", 400, "bad_query"),
    ("limit too large", "GET", "/api/search?limit=1001", 400, "bad_query"),
    ("limit negative", "GET", "/api/search?limit=-1", 400, "bad_query"),
    ("limit no number", "GET", "/api/search?limit=ten", 400, "bad_query"),
    ("limit of other digits", "GET", "/api/search?limit=" + quote("१"), 400, "bad_query"),
    ("offset absurd", "GET", "/api/search?offset=" + "9" * 5000, 400, "bad_query"),
    ("query too long", "GET", "/api/search?q=" + "a" * 10_000, 400, "bad_query"),
    (
        "address too long",
        "GET",
        "/api/search?q=" + "a" * MAX_ADDRESS_BYTES,
        414,
        "address_too_long",
    ),
    ("no such paragraph", "GET", "/api/paragraphs/none-here", 404, "not_found"),
    ("paragraph gone", "GET", "/api/paragraphs/rep001-ffffff", 410, "gone"),
    ("no such route", "GET", "/api/nothing", 404, "not_found"),
    ("wrong method", "POST", "/api/search", 405, "method_not_allowed"),
    ("wrong method, health", "DELETE", "/healthz", 405, "method_not_allowed"),
]


@pytest.mark.parametrize(
    ("what", "method", "path", "status", "code"), ERRORS, ids=[case[0] for case in ERRORS]
)
def test_errors_have_one_shape(
    client: FlaskClient, what: str, method: str, path: str, status: int, code: str
) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code == status
    assert answer.json["error"]["code"] == code
    fits(answer.json, {"$ref": "#/components/schemas/Error"})
    assert len(answer.text) < 1000


def test_a_large_body_is_refused(client: FlaskClient) -> None:
    answer = client.post("/api/search", data=b"x" * (MAX_BODY_BYTES + 1))
    assert (answer.status_code, answer.json["error"]["code"]) == (413, "too_large")


def test_405_says_what_is_allowed(client: FlaskClient) -> None:
    assert "GET" in client.post("/api/search").headers["Allow"]


def test_no_index_is_503_everywhere_and_heals(tmp_path: Path) -> None:
    client = create_app(location=str(tmp_path / "index")).test_client()
    for path in (
        "/api/search?q=a",
        f"/api/paragraphs/{FIRST}",
        "/api/suggest?q=a",
        "/api/facets?facet=year",
        "/readyz",
    ):
        answer = client.get(path)
        assert (answer.status_code, answer.json["error"]["code"]) == (503, "index_missing")
        assert "yinju index" in answer.json["error"]["message"]
    assert client.get("/healthz").json == {"status": "ok"}  # the process lives all the same
    web_index.build(str(tmp_path / "index"))
    assert client.get("/readyz").json["status"] == "ok"


def test_a_fault_of_the_program_shows_no_traceback(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("search_app.present.page_json", fail)
    answer = app.test_client().get("/api/search?q=基金")
    assert (answer.status_code, answer.json["error"]["code"]) == (500, "internal")
    assert "secret" not in answer.text


SEARCH = {*params.SEARCH_PARAMETERS, *params.FILTER_PARAMETERS}
PARAMETERS = [
    ("/api/search", {"limit", "offset"}),
    ("/api/facets", {"facet", "contains"}),
    ("/api/lines", {"limit", "offset"}),
    ("/api/trend", {"vs", "by"}),
    ("/api/values", set()),
    ("/export.{format}", {"format", "view"}),
    ("/feed", set()),
]


@pytest.mark.parametrize(("path", "others"), PARAMETERS)
def test_every_view_takes_the_parameters_of_a_search(path: str, others: set[str]) -> None:
    assert set(openapi.parameters(path)) == SEARCH | others
