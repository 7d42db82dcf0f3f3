"""What an answer may cost: where it ends, and that it costs nobody else anything."""

from __future__ import annotations

from time import thread_time

import pytest
import web_index
from flask.testing import FlaskClient

from engine.budget import check_budget, limited, unlimited
from engine.engine import Engine, open_engine
from engine.errors import TooMuchWork
from engine.model import Query
from search_app import params, work
from search_app.values import page as values_page

UNWANTED = {work.IS_WANTED: lambda: False}
WANTED = {work.IS_WANTED: lambda: True}


def spend(seconds: float) -> None:
    end = thread_time() + seconds
    while thread_time() < end:
        pass


def test_without_a_limit_there_is_none() -> None:
    spend(0.01)
    check_budget()


def test_work_ends_at_its_limit() -> None:
    with limited(0.01):
        check_budget()
        spend(0.02)
        with pytest.raises(TooMuchWork):
            check_budget()
    check_budget()


def test_work_ends_when_nobody_wants_it() -> None:
    wanted = iter((True, False))
    with limited(1000, lambda: next(wanted)):
        check_budget()
        with pytest.raises(TooMuchWork):
            check_budget()


def test_what_later_answers_need_does_not_count() -> None:
    with limited(0.01):
        with unlimited():
            spend(0.02)
        check_budget()


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return open_engine(web_index.build(str(tmp_path_factory.mktemp("budget") / "index")))


@pytest.mark.parametrize(
    "query", [Query("医保"), Query("医保", inside=("基金",)), Query("", limit=0), Query("医*")]
)
def test_a_search_heeds_its_limit(engine: Engine, query: Query) -> None:
    with engine.searcher() as searcher, limited(0):
        with pytest.raises(TooMuchWork):
            searcher.search(query)
        with pytest.raises(TooMuchWork):
            list(searcher.hits(query))
        with pytest.raises(TooMuchWork):
            searcher.report_matches(query)


SEARCHES = (
    *("/?q=医保", "/api/search?q=医保", "/lines?q=医保", "/api/lines?q=医保", "/trend?q=医保"),
    *("/api/trend?q=医保", "/values?q=医保", "/api/values?q=医保", "/feed?q=医保"),
)


@pytest.mark.parametrize("address", SEARCHES)
def test_an_answer_ends_with_a_plain_error(client: FlaskClient, address: str) -> None:
    assert client.get(address, environ_overrides=WANTED).status_code == 200
    values_page._answer.cache_clear()  # what is kept takes no time
    answer = client.get(address, environ_overrides=UNWANTED)
    assert answer.status_code == 503
    assert str(TooMuchWork()) in answer.get_data(as_text=True)
    if address.startswith("/api/"):
        assert answer.json is not None
        assert answer.json["error"]["code"] == "too_much_work"
    assert client.get(address, environ_overrides=WANTED).status_code == 200


def test_an_export_takes_what_it_needs() -> None:
    assert work.seconds("/export.csv") == float("inf")
    assert work.seconds("/values") > work.seconds("/api/search") == work.seconds("/")


@pytest.mark.parametrize("path", ["/values", "/api/values", "/export.csl.json", "/memo.docx"])
def test_what_reads_much_has_threads_of_its_own(path: str) -> None:
    assert work.is_long(path)


@pytest.mark.parametrize("path", ["/", "/memo", "/api/search", "/p/a-b", "/static/yinju.css"])
def test_pages_do_not_wait_for_it(path: str) -> None:
    assert not work.is_long(path)


@pytest.mark.parametrize("name", ["region", "year", "theme", "kind", "in"])
def test_a_parameter_has_so_many_values_at_most(client: FlaskClient, name: str) -> None:
    values = [("q", "医保"), *((name, str(1000 + n)) for n in range(params.MAX_VALUES + 1))]
    answer = client.get("/api/search", query_string=values)
    assert answer.status_code == 400
    assert answer.json is not None
    assert name in answer.json["error"]["message"]
    page = client.get("/", query_string=values)
    assert page.status_code == 400
    assert len(page.data) < 1_000_000
