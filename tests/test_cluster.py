"""The cluster engine: it gives the answers of the embedded engine, goes on when nodes are lost,
recovers when they return, and survives runs that end too early."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import count, product
from pathlib import Path
from typing import Any

import pytest
import test_contract
import test_duplicates
import test_search
from conftest import ROOT
from engine.opensearch.search import search
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nodes import Cluster
from test_contract import FILES, LEXICON, report, write

from engine import model
from engine.engine import Engine, Writer, known_files, open_engine, open_writer
from engine.errors import EngineUnavailable, IndexCorrupt, IndexStale, QueryError
from engine.model import Paragraph, Query, Report
from engine.opensearch import documents
from engine.opensearch.address import parse
from engine.opensearch.bulk import Bulk
from engine.opensearch.client import Connection as Client
from engine.opensearch.lock import Lock
from engine.opensearch.state import Manifest, State, load_manifest, open_state
from engine.opensearch.writer import ClusterWriter
from indexer.build import build
from search_app import create_app

pytestmark = pytest.mark.cluster

_numbers = count()


@pytest.fixture
def place(cluster: Cluster) -> Iterator[str]:
    """A location without an index; all nodes run before the test and after it."""
    name = f"alone{next(_numbers)}"
    yield cluster.location(name)
    cluster.start("yellow")
    cluster.delete(name)
    cluster.start()


@pytest.fixture
def location(place: str) -> str:
    """An index of the reports r0 and r1."""
    write(place, 0, 1, files=FILES)
    return place


# --- the embedded engine is the oracle ---------------------------------------------------------


@pytest.fixture(scope="module")
def both(
    cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Engine, Engine]]:
    """The same reports in both engines."""
    folder = str(tmp_path_factory.mktemp("oracle"))
    yield (
        test_search.open_index(cluster.location("oracle"), test_search.CORPUS),
        test_search.open_index(folder, test_search.CORPUS),
    )
    cluster.delete("oracle")


@settings(max_examples=150)
@given(test_search.QUERIES)
@example(Query("怎么监管医保基金，支付方式改革有哪些？", limit=0))
@example(Query("医* OR 参*", limit=0))
@example(Query('标题:医保 "哈哈" 保障局', limit=0))
def test_scores_and_order_are_the_embedded_engines(
    both: tuple[Engine, Engine], query: Query
) -> None:
    """Order may differ between equal scores only."""
    ours, theirs = (test_search.ask(engine, query) for engine in both)
    if ours is None or theirs is None:
        return
    for name in ("total", "entries", "reports", "understood", "facets"):
        assert getattr(ours, name) == getattr(theirs, name), name
    alike = {hit.paragraph.id: hit.duplicates for hit in theirs.hits}
    assert {hit.paragraph.id: hit.duplicates for hit in ours.hits} == alike
    scores = {hit.paragraph.id: hit.score for hit in theirs.hits}
    for mine, other in zip(ours.hits, theirs.hits, strict=True):
        assert mine.score == pytest.approx(scores[mine.paragraph.id], rel=1e-4)
        assert mine.score == pytest.approx(other.score, rel=1e-4)
        assert (mine.paragraph.id == other.paragraph.id) or query.sort == "relevance"


@settings(max_examples=60)
@given(test_search.QUERIES)
@example(Query("怎么监管医保基金，支付方式改革有哪些？", limit=0))
def test_folding_leaves_as_many_as_in_the_embedded_engine(
    both: tuple[Engine, Engine], query: Query
) -> None:
    """Of near-duplicates with equal scores, the engines may show different ones."""
    ours, theirs = (test_search.ask(engine, replace(query, fold=True)) for engine in both)
    if ours is None or theirs is None:
        return
    left = [
        Counter(hit.duplicates or hit.paragraph.id for hit in one.hits) for one in (ours, theirs)
    ]
    assert left[0] == left[1]
    assert (ours.entries, ours.total, len(ours.hits)) == (
        theirs.entries,
        theirs.total,
        theirs.entries,
    )


def test_changes_leave_the_clusters_of_the_embedded_engine(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reports are added, removed and changed; after each commit both engines have the same groups.

    The lists of outdated documents are limited to two here, so that several are needed.
    """
    monkeypatch.setattr(documents, "_LISTED", 2)
    places = (place, str(tmp_path / "index"))

    @settings(max_examples=6)
    @given(st.lists(test_duplicates.corpora(), min_size=2, max_size=4))
    def hold(changes: list[test_duplicates.Corpus]) -> None:
        for where in places:
            test_duplicates.put(where, [], rebuild=True)
        held: set[str] = set()
        for number, reports in enumerate(changes):
            coming = {report.id for report, _ in reports}
            gone = {key for key in held if key in coming or number % 2}
            for where in places:
                test_duplicates.put(where, reports, gone=sorted(gone))
            held = held - gone | coming
            ours, theirs = (test_duplicates.clusters(where) for where in places)
            assert ours == theirs
            for query in (Query(fold=True), Query(same=next(iter(ours))), Query("医保")):
                pages = [open_engine(where).search(query) for where in places]
                assert pages[0].facets == pages[1].facets
                assert pages[0].entries == pages[1].entries
            assert list(open_engine(place).check()) == []

    hold()


def test_a_cluster_keeps_its_number(place: str) -> None:
    """A further copy of a paragraph adds one document; the documents of the others stay."""
    copies = [(f"r{number}", [test_duplicates.TERM] * 4) for number in range(4)]
    for key, texts in copies:
        test_duplicates.put(place, [test_duplicates.report(key, texts)])
    state = open_state(Client(parse(place)))
    assert state.manifest.replaced == []
    assert set(test_duplicates.clusters(place).values()) == {model.DuplicateGroup("r0-0", 16, 4)}


def test_vocabularies_are_alike(both: tuple[Engine, Engine]) -> None:
    ours, theirs = (engine.vocabulary() for engine in both)
    for name in ("words", "phrases", "regions", "themes", "titles"):
        assert getattr(ours, name) == getattr(theirs, name), name
    assert both[0].vocabulary() is ours


def test_the_sample_reports_give_the_same(place: str, tmp_path: Path) -> None:
    """Both engines are built by the indexer, and again after a change of one file."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for path in sorted((ROOT / "corpus").glob("*.txt"))[:4]:
        (corpus / path.name).write_bytes(path.read_bytes())
    engines = []
    for where in (place, str(tmp_path / "index")):
        assert build([corpus], where).failures == []
        engines.append(open_engine(where))
    changed = next(corpus.iterdir())
    changed.write_text(changed.read_text("utf-8") + "\n\n全年追回医保基金三百万元。\n", "utf-8")
    for where in (place, str(tmp_path / "index")):
        assert len(build([corpus], where).changed) == 1
    for text in ("", "医保基金", "追回 基金", "推进改革有哪些主要的措施和成效？"):
        pages = [engine.search(Query(text, limit=0)) for engine in engines]
        assert {hit.paragraph.id for hit in pages[0].hits} == {
            hit.paragraph.id for hit in pages[1].hits
        }
        assert pages[0].facets == pages[1].facets
    assert engines[0].files() == engines[1].files() == known_files(place)
    assert list(engines[0].check()) == []


def test_deep_pages(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages beyond the number of hits that OpenSearch pages through by offset; folded too."""
    monkeypatch.setattr("engine.opensearch.pages.WINDOW", 20)
    monkeypatch.setattr("engine.opensearch.pages.PAGE", 7)
    texts = [f"医保{n % 40}" * (n % 5 + 1) for n in range(60)]
    paragraphs = [Paragraph(f"r-{n}", "r", n + 1, text, "") for n, text in enumerate(texts)]
    with open_writer(place, LEXICON) as writer:
        writer.add(Report("r", "报告", "r.txt", paragraphs=60), paragraphs)
        writer.commit({})
    engine = open_engine(place)
    for sort, fold in product(("relevance", "oldest"), (False, True)):
        query = Query("医保", sort=sort, fold=fold, limit=0)
        whole = engine.search(query).hits
        assert len(whole) == (40 if fold else 60)
        for offset, limit in ((0, 5), (3, 30), (14, 7), (19, 3), (35, 0), (37, 10), (60, 5)):
            page = engine.search(replace(query, offset=offset, limit=limit))
            assert page.hits == whole[offset : offset + limit if limit else None], (offset, limit)


# --- nodes that are lost -----------------------------------------------------------------------


def test_a_node_is_killed_while_others_search(cluster: Cluster, place: str) -> None:
    write(place, *range(20))
    engine = open_engine(place)
    done, wrong, answered = threading.Event(), list[object](), count()

    def ask() -> None:
        while not done.is_set():
            try:
                page = engine.search(Query("医保", limit=0))
                if (page.total, len(page.hits)) != (40, 40):
                    wrong.append(page.total)
                next(answered)
            except EngineUnavailable as error:  # until the others have noticed
                wrong.append(error)
                time.sleep(0.5)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    time.sleep(2)
    cluster.nodes[1].kill()
    cluster.wait_for("yellow", 2)
    before, faults = next(answered), len(wrong)
    time.sleep(5)
    done.set()
    for thread in threads:
        thread.join()
    assert next(answered) > before + 3
    assert wrong[faults:] == [], "searches failed after the cluster had found itself"
    assert all(isinstance(one, EngineUnavailable) for one in wrong), wrong


def test_a_node_is_killed_while_one_indexes(cluster: Cluster, place: str) -> None:
    """All reports are in the index, also after the node has returned."""
    killed = threading.Timer(1.0, cluster.nodes[2].kill)
    with open_writer(place, LEXICON) as writer:
        cluster.wait_for("green", 3)  # so every document is written to two nodes
        killed.start()
        for number in range(300):
            writer.add(*report(number))
            time.sleep(0.02)
        writer.commit({})
    killed.join()
    assert not cluster.nodes[2].is_running
    engine = open_engine(place)
    assert (engine.search(Query("医保")).total, list(engine.check())) == (600, [])
    cluster.start()
    assert (engine.search(Query("医保")).total, list(engine.check())) == (600, [])


def test_two_nodes_away_and_back(
    cluster: Cluster, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine raises a clear message soon; the page shows it with 503, and recovers later."""
    monkeypatch.setattr("engine.opensearch.client.TIMEOUT", 5.0)
    location = f"{place}?shards=6"  # no node has a copy of each
    write(location, *range(4))
    app = create_app(location=location).test_client()
    assert app.get("/?q=医保").status_code == 200
    for node in cluster.nodes[1:]:
        node.stop()
    with pytest.raises(EngineUnavailable, match=r"有节点离线|连不上|迟迟没有答复"):
        open_engine(location).search(Query("医保"))
    page = app.get("/?q=医保")
    assert (page.status_code, "集群" in page.text, "Traceback" in page.text) == (503, True, False)
    cluster.start("yellow")  # enough for answers; OpenSearch may need many minutes for the replicas
    assert app.get("/?q=医保").status_code == 200


def test_nobody_there(cluster: Cluster) -> None:
    for node in cluster.nodes[:1]:
        node.kill()
    alone = f"opensearch+http://127.0.0.1:{cluster.nodes[0].http}/name"
    with pytest.raises(EngineUnavailable, match=r"连不上集群 .*请检查它是否在运行"):
        open_engine(alone)
    cluster.start()


# --- runs that end too early, and those that come after ----------------------------------------


def cut_off(location: str, rebuild: bool = False) -> None:
    """Leave a run without a commit and without releasing its lock, as SIGKILL would."""
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
    """The cut-off run had written documents already; the next run deletes them."""
    before = test_duplicates.clusters(location)
    assert before["r0-0"] == before["r1-0"] == model.DuplicateGroup("r0-0", 2, 2)
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
    assert test_duplicates.clusters(location)["r0-0"] == model.DuplicateGroup("r0-0", 3, 3)
    assert paragraph_documents(cluster, location) == 4 + 2 + 4
    write(location, files=FILES)
    assert paragraph_documents(cluster, location) == 6
    assert list(open_engine(location).check()) == []


def interrupted(lock: Lock) -> None:
    raise KeyboardInterrupt


def paragraph_documents(cluster: Cluster, location: str) -> int:
    """The number of documents of paragraphs, of all generations."""
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
    """The client repeats a request when its answer was lost on the way."""
    ask, again = Client.ask, []

    def twice(self: Client, method: str, path: str, *about: Any, **more: Any) -> Any:
        if method in ("PUT", "DELETE") or path == "/_aliases":
            again.append((method, path))
            ask(self, method, path, *about, **more)
        return ask(self, method, path, *about, **more)

    monkeypatch.setattr(Client, "ask", twice)
    write(location, 0, 3, rebuild=True, files=FILES)
    write(location, 4, gone=(3,), files=FILES)
    assert {method for method, _ in again} == {"PUT", "DELETE", "POST"}
    assert test_contract.total(location) == 4
    assert list(open_engine(location).check()) == []


def test_an_answer_is_of_the_generation_that_holds_when_it_is_given(
    location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A search is repeated if commits have deleted documents of its generation meanwhile."""
    engine, asked = open_engine(location), []

    def slow(state: State, query: Query) -> model.Page:
        asked.append(state.meta.generation)
        if len(asked) == 1:
            for _ in range(2):
                test_duplicates.put(location, [], gone=["r0"])
        return search(state, query)

    monkeypatch.setattr("engine.opensearch.engine.search", slow)
    assert engine.search(Query("医保")).total == 2
    assert asked == [asked[0], asked[0] + 2]


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


def test_readers_of_a_rebuild_see_the_old_or_the_new(location: str) -> None:
    engine = open_engine(location)
    done, seen = threading.Event(), set[tuple[int, int]]()

    def ask() -> None:
        while not done.is_set():
            page = engine.search(Query("医保", limit=0))
            seen.add((page.total, len(page.hits)))

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for size in (3, 4, 5):
            write(location, *range(size), rebuild=True)
    finally:
        done.set()
    for thread in threads:
        thread.join()
    assert seen <= {(2 * size, 2 * size) for size in (2, 3, 4, 5)}
    assert test_contract.total(location) == 10


def test_a_rebuild_while_an_index_is_opened(location: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*about: Any) -> Manifest:
        monkeypatch.undo()
        write(location, 0, 1, 2, rebuild=True, files=FILES)
        return load_manifest(*about)

    monkeypatch.setattr("engine.opensearch.state.load_manifest", late)
    assert open_engine(location).search(Query("医保")).total == 6


def test_what_is_refused_for_now_is_sent_again(
    location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cluster's answers are real, but some are replaced by refusals."""
    send, answers = Bulk._left, count()

    def refuse(self: Bulk, batch: list[str]) -> tuple[list[str], object]:
        left, reason = send(self, batch)
        return (left, reason) if next(answers) % 3 == 2 else (batch, reason)

    monkeypatch.setattr(Bulk, "_left", refuse)
    write(location, 2, 3, files=FILES)
    assert test_contract.total(location) == 8
    monkeypatch.setattr(Bulk, "_left", lambda self, batch: (batch, send(self, batch)[1]))
    monkeypatch.setattr("engine.opensearch.client.PATIENCE", 0.3)
    with pytest.raises(EngineUnavailable, match="收不下"):
        write(location, 4)
    assert test_contract.total(location) == 8


# --- indexes that cannot be used ---------------------------------------------------------------


@pytest.mark.parametrize(("key", "value", "message"), test_contract.STALE)
def test_stale(cluster: Cluster, location: str, key: str, value: object, message: str) -> None:
    change_meta(cluster, location, key, value)
    with pytest.raises(IndexStale) as caught:
        open_engine(location)
    assert message in str(caught.value)
    assert known_files(location) == FILES
    assert str(caught.value).endswith(f"请运行：yinju index --rebuild --index {location}")
    write(location, 3, rebuild=True)
    assert test_contract.total(location) == 2


def change_meta(cluster: Cluster, location: str, key: str, value: object) -> None:
    name = location.rpartition("/")[2]
    ((index, held),) = (cluster.ask(cluster.nodes[0], f"/{name}/_mapping") or {}).items()
    meta = held["mappings"]["_meta"]
    meta["yinju"][key] = value
    assert cluster.ask(cluster.nodes[0], f"/{index}/_mapping", "PUT", {"_meta": meta})


def test_an_index_of_somebody_elses(cluster: Cluster, place: str) -> None:
    name = place.rpartition("/")[2]
    cluster.ask(cluster.nodes[0], f"/{name}", "PUT", {})
    for use in (
        open_engine,
        lambda where: write(where, 1),
        lambda where: write(where, 1, rebuild=True),
    ):
        with pytest.raises(IndexCorrupt, match="不是引据建的索引；请换一个索引名"):
            use(place)
    cluster.ask(cluster.nodes[0], f"/{name}", "DELETE")


def test_a_manifest_that_is_gone(cluster: Cluster, location: str) -> None:
    change_meta(cluster, location, "generation", 7)
    with pytest.raises(IndexCorrupt, match="清单读不出来。请运行：yinju index --rebuild"):
        open_engine(location)


def test_more_clauses_than_the_cluster_takes(place: str) -> None:
    names = tuple(f"医保{chr(0x4E00 + n)}{chr(0x5E00 + n)}" for n in range(300))
    with open_writer(place, replace(LEXICON, synonyms=(("医保", *names),))) as writer:
        writer.add(*report(0))
        writer.commit({})
    engine = open_engine(place)
    with pytest.raises(QueryError, match="词语太多"):
        engine.search(Query("医保"))
    assert engine.search(Query("医保", synonyms=False)).total == 2
