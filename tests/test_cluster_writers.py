"""Writers that end too early, readers that a commit overtakes, indexes that cannot be used."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Any

import pytest
import test_contract
import test_duplicates
from asking import asking
from nodes import Cluster
from test_contract import FILES, LEXICON, report, write

from engine import execute
from engine.engine import Searcher, Writer, known_files, open_engine, open_writer
from engine.errors import EngineUnavailable, IndexCorrupt, IndexStale, QueryError, Superseded
from engine.model import DuplicateGroup, Page, Query
from engine.opensearch.bulk import Bulk
from engine.opensearch.client import Connection
from engine.opensearch.execution import ClusterExecution
from engine.opensearch.lock import Lock
from engine.opensearch.searcher import ClusterSearcher
from engine.opensearch.state import Manifest, load_manifest
from engine.opensearch.writer import ClusterWriter
from search_app import create_app

pytestmark = pytest.mark.cluster


@pytest.fixture
def location(address: str) -> str:
    """An index of the reports r0 and r1."""
    write(address, 0, 1, files=FILES)
    return address


# --- runs that end too early, and those that come after ----------------------------------------


def cut_off(location: str, rebuild: bool = False) -> None:
    """A run that is gone before its commit, as after SIGKILL: it lets go of nothing."""
    writer = open_writer(location, LEXICON, rebuild)
    for number in range(5, 9):
        writer.add(*report(number))
    writer._bulk.finish()  # type: ignore[attr-defined]
    writer._lock._ended.set()  # type: ignore[attr-defined]


@pytest.mark.parametrize("rebuild", [False, True])
def test_a_run_that_was_cut_off_is_run_again(
    location: str, monkeypatch: pytest.MonkeyPatch, rebuild: bool
) -> None:
    cut_off(location, rebuild)
    engine = open_engine(location)
    assert (engine.search(Query("医保")).total, list(engine.check())) == (4, [])
    with pytest.raises(EngineUnavailable, match="请过一分钟再试"):
        open_writer(location, LEXICON)
    monkeypatch.setattr("engine.opensearch.lock.EXPIRY", 0.1)
    time.sleep(0.2)
    write(location, 5, files=FILES)
    assert (engine.search(Query("医保")).total, list(engine.check())) == (6, [])
    assert engine.report("r6") is None


def test_a_run_that_ends_just_before_its_commit_changes_no_cluster(
    cluster: Cluster, location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Paragraphs were written again by then; the next run deletes these."""
    before = test_duplicates.clusters(location)
    assert before["r0-0"] == before["r1-0"] == DuplicateGroup("r0-0", 2, 2)
    with monkeypatch.context() as cut:
        cut.setattr(Lock, "confirm", interrupted)
        with pytest.raises(KeyboardInterrupt):
            write(location, 2, files=FILES)
    assert paragraph_documents(cluster, location) == 4 + 2 + 4
    assert test_duplicates.clusters(location) == before
    write(location, files=FILES)
    assert paragraph_documents(cluster, location) == 4
    assert test_duplicates.clusters(location) == before
    write(location, 3, files=FILES)
    assert test_duplicates.clusters(location)["r0-0"] == DuplicateGroup("r0-0", 3, 3)
    assert paragraph_documents(cluster, location) == 4 + 2 + 4
    write(location, files=FILES)
    assert paragraph_documents(cluster, location) == 6
    assert list(open_engine(location).check()) == []


def interrupted(lock: Lock) -> None:
    raise KeyboardInterrupt


def paragraph_documents(cluster: Cluster, location: str) -> int:
    """How many there are, whatever generation they belong to."""
    path = f"/{location.rpartition('/')[2]}/_count?q=type:paragraph"
    told = cluster.ask(cluster.nodes[0], path)
    assert told
    return int(told["count"])


def refuse(late: Writer) -> None:
    with pytest.raises(EngineUnavailable, match="请再运行一次"), late:
        late.commit({})


def test_a_writer_that_wakes_up_late_deletes_nothing_of_its_successors(
    location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clean = ClusterWriter._clean

    def late(self: ClusterWriter, *about: Any) -> None:
        monkeypatch.setattr(ClusterWriter, "_clean", clean)
        self._lock._ended.set()
        time.sleep(0.2)
        write(location, 2, files=FILES)
        clean(self, *about)

    monkeypatch.setattr("engine.opensearch.lock.EXPIRY", 0.1)
    monkeypatch.setattr(ClusterWriter, "_clean", late)
    refuse(open_writer(location, LEXICON))
    assert test_contract.total(location) == 6
    assert list(open_engine(location).check()) == []


def test_what_the_client_asks_for_twice_is_done_once(
    location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the answer to a request was lost on its way."""
    ask, again = Connection.ask, []

    def twice(self: Connection, method: str, path: str, *about: Any, **more: Any) -> Any:
        if method in ("PUT", "DELETE") or path == "/_aliases":
            again.append((method, path))
            ask(self, method, path, *about, **more)
        return ask(self, method, path, *about, **more)

    monkeypatch.setattr(Connection, "ask", twice)
    write(location, 0, 3, rebuild=True, files=FILES)
    write(location, 4, gone=(3,), files=FILES)
    assert {method for method, _ in again} == {"PUT", "DELETE", "POST"}
    assert test_contract.total(location) == 4
    assert list(open_engine(location).check()) == []


@pytest.mark.parametrize("is_released", [False, True])
def test_a_writer_that_was_taken_for_dead_does_not_commit(
    location: str, monkeypatch: pytest.MonkeyPatch, is_released: bool
) -> None:
    late = open_writer(location, LEXICON)
    late.add(*report(2))
    late._lock._ended.set()  # type: ignore[attr-defined]  # it hangs, and renews nothing
    monkeypatch.setattr("engine.opensearch.lock.EXPIRY", 0.1)
    time.sleep(0.2)
    with open_writer(location, LEXICON) as writer:
        late.add(*report(3))
        if not is_released:
            refuse(late)
        writer.add(*report(4))
        writer.commit(FILES)
    if is_released:
        refuse(late)
    engine = open_engine(location)
    assert (engine.search(Query("医保")).total, list(engine.check())) == (6, [])
    write(location, 5, files=FILES)
    assert (engine.search(Query("医保")).total, list(engine.check())) == (8, [])


def test_what_is_refused_for_now_is_sent_again(
    location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cluster's answers are real; in between some are exchanged for refusals."""
    send, answers = Bulk._send_once, count()

    def refuse(self: Bulk, batch: list[str]) -> tuple[list[str], object]:
        left, reason = send(self, batch)
        return (left, reason) if next(answers) % 3 == 2 else (batch, reason)

    monkeypatch.setattr(Bulk, "_send_once", refuse)
    write(location, 2, 3, files=FILES)
    assert test_contract.total(location) == 8
    monkeypatch.setattr(Bulk, "_send_once", lambda self, batch: (batch, send(self, batch)[1]))
    monkeypatch.setattr("engine.opensearch.client.PATIENCE", 0.3)
    with pytest.raises(EngineUnavailable, match="收不下"):
        write(location, 4)
    assert test_contract.total(location) == 8


# --- readers that a commit overtakes -----------------------------------------------------------


def test_an_answer_is_of_the_generation_that_holds_when_it_is_given(
    location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the one before, the next run deletes what is outdated."""
    engine, generations = open_engine(location), list[int]()

    def slow(make: Any, query: Query, execution: ClusterExecution, *more: Any) -> Page:
        generations.append(execution._state.meta.generation)
        if len(generations) == 1:
            for _ in range(2):
                test_duplicates.put(location, [], removed=["r0"])
        return execute.search(make, query, execution, *more)

    monkeypatch.setattr("engine.opensearch.searcher.search", slow)
    assert engine.search(Query("医保")).total == 2
    assert generations == [generations[0], generations[0] + 2]


QUESTIONS: list[Callable[[Searcher], object]] = [
    lambda searcher: searcher.search(Query("医保")),
    lambda searcher: searcher.search(Query(same="r0-0")),
    lambda searcher: searcher.search(Query(regions=("甲省",))),
    lambda searcher: searcher.count(Query("医保")),
    lambda searcher: searcher.hit("r0-0"),
    lambda searcher: searcher.report("r0"),
    lambda searcher: searcher.paragraphs("r0"),
    lambda searcher: searcher.overview(),
    lambda searcher: searcher.vocabulary(),
    lambda searcher: searcher.files(),
    lambda searcher: searcher.check(),
]


@pytest.mark.parametrize("rebuild", [False, True])
def test_a_pinned_searcher_that_is_overtaken_says_so(location: str, rebuild: bool) -> None:
    """Whatever it is asked, a wrong query too; what it has in memory it still knows."""
    engine = open_engine(location)
    with engine.searcher() as pinned:
        assert pinned.search(Query("医保")).total == 4
        for _ in range(2):  # the second one deletes what the first has taken out
            write(location, 5, gone=() if rebuild else (0,), rebuild=rebuild)
        for question in QUESTIONS:
            with pytest.raises(Superseded, match="请再试一次"):
                question(pinned)
        assert pinned.lexicon() == LEXICON
    with pytest.raises(QueryError, match="索引里没有段落 r0-0"):
        engine.search(Query(same="r0-0"))
    with engine.searcher() as pinned:
        assert pinned.report("r5") is not None
        assert pinned.report("r0") is None


def test_a_pinned_searcher_sees_one_state(location: str) -> None:
    """While commits swap one report for the next: answers that fit together, or an error."""
    engine, whole = open_engine(location), count()

    def ask() -> None:
        with suppress(Superseded), engine.searcher() as pinned:
            page = pinned.search(Query("医保", limit=0))
            ids = {hit.report.id for hit in page.hits}
            seen = {key: len(pinned.paragraphs(key)) for key in sorted(ids)}
            again = pinned.search(Query(limit=0))
            next(whole)
            assert set(seen.values()) == {2}, seen
            assert len(ids) == 2
            assert again.hits[0].report.id in ids

    with asking(ask, threads=3) as errors:
        for number in range(2, 8):
            write(location, number, gone=(number - 1,))
    assert errors == []
    assert next(whole) > 3


def test_a_request_that_a_commit_overtakes_is_answered_anew(
    location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page with a paragraph of one state beside neighbours of the next is never shown."""
    client = create_app(location=location).test_client()
    paragraphs, calls = ClusterSearcher.paragraphs, count()

    def overtaken(self: ClusterSearcher, report_id: str) -> Any:
        if next(calls) == 0:  # the page has its paragraph by now
            with open_writer(location, LEXICON) as writer:
                writer.remove("r0")
                writer.add(*report(0, "医保改成第{at}段"))
                writer.commit(FILES)
        return paragraphs(self, report_id)

    monkeypatch.setattr(ClusterSearcher, "paragraphs", overtaken)
    page = client.get("/p/r0-0")
    assert page.status_code == 200
    assert next(calls) == 2
    assert "医保改成第0段" in page.text
    assert "医保改成第1段" in page.text
    assert "医保第" not in page.text


def test_a_request_that_is_overtaken_again_and_again_ends(
    location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = create_app(location=location).test_client()
    overview, calls = ClusterSearcher.overview, count(10)

    def overtaken(self: ClusterSearcher) -> Any:
        write(location, next(calls), files=FILES)
        return overview(self)

    with monkeypatch.context() as overtaking:
        overtaking.setattr(ClusterSearcher, "overview", overtaken)
        health = client.get("/readyz")
    assert health.status_code == 503
    assert health.json is not None
    assert health.json["error"]["code"] == "engine_unavailable"
    assert "索引刚刚更新；请再试一次" in health.json["error"]["message"]
    assert client.get("/readyz").status_code == 200


def test_readers_of_a_rebuild_see_the_old_or_the_new(location: str) -> None:
    engine, seen = open_engine(location), set[tuple[int, int]]()

    def ask() -> None:
        page = engine.search(Query("医保", limit=0))
        seen.add((page.total, len(page.hits)))

    with asking(ask, threads=2) as errors:
        for size in (3, 4, 5):
            write(location, *range(size), rebuild=True)
    assert errors == []
    assert seen <= {(2 * size, 2 * size) for size in (2, 3, 4, 5)}
    assert test_contract.total(location) == 10


def test_a_rebuild_while_an_index_is_opened(location: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*about: Any) -> Manifest:
        monkeypatch.undo()
        write(location, 0, 1, 2, rebuild=True, files=FILES)
        return load_manifest(*about)

    monkeypatch.setattr("engine.opensearch.state.load_manifest", late)
    assert open_engine(location).search(Query("医保")).total == 6


# --- indexes that cannot be used ---------------------------------------------------------------


@pytest.mark.parametrize(("key", "value", "message"), test_contract.STALE)
def test_stale(cluster: Cluster, location: str, key: str, value: object, message: str) -> None:
    change_meta(cluster, location, key, value)
    with pytest.raises(IndexStale) as caught:
        open_engine(location)
    assert message in str(caught.value)
    assert known_files(location) == FILES
    assert str(caught.value).endswith(f"请运行：yinju index --index {location}")
    write(location, 3, rebuild=True)
    assert test_contract.total(location) == 2


def change_meta(cluster: Cluster, location: str, key: str, value: object) -> None:
    name = location.rpartition("/")[2]
    ((index, held),) = (cluster.ask(cluster.nodes[0], f"/{name}/_mapping") or {}).items()
    meta = held["mappings"]["_meta"]
    meta["yinju"][key] = value
    assert cluster.ask(cluster.nodes[0], f"/{index}/_mapping", "PUT", {"_meta": meta})


def test_an_index_of_somebody_elses(cluster: Cluster, address: str) -> None:
    name = address.rpartition("/")[2]
    cluster.ask(cluster.nodes[0], f"/{name}", "PUT", {})
    for use in (
        open_engine,
        lambda where: write(where, 1),
        lambda where: write(where, 1, rebuild=True),
    ):
        with pytest.raises(IndexCorrupt, match="不是引据建的索引；请换一个索引名"):
            use(address)
    cluster.ask(cluster.nodes[0], f"/{name}", "DELETE")


def test_a_manifest_that_is_gone(cluster: Cluster, location: str) -> None:
    change_meta(cluster, location, "generation", 7)
    with pytest.raises(IndexCorrupt, match="清单读不出来。请运行：yinju index --rebuild"):
        open_engine(location)
