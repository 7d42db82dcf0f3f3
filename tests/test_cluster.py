"""The cluster answers what the embedded engine answers: hits, order, counts, scores, marks.

Order may differ between equal scores only.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
import test_duplicates
import test_search
from conftest import ROOT
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nodes import Cluster
from test_contract import LEXICON

from engine.engine import Engine, known_files, open_engine, open_writer
from engine.errors import QueryError
from engine.model import DuplicateGroup, Page, Paragraph, Query, Report
from engine.opensearch import new_documents
from engine.opensearch.address import parse
from engine.opensearch.client import Connection
from engine.opensearch.state import open_state
from engine.query.parser import MAX_LENGTH
from engine.ranking import RESCORED
from indexer.build import build

pytestmark = pytest.mark.cluster

Both = tuple[Engine, Engine]  # on the cluster, and in a folder


@pytest.fixture(scope="module")
def both(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """The generated reports of ``test_search`` in both engines."""
    yield opened(cluster, tmp_path_factory, "oracle", test_search.CORPUS)
    cluster.delete("oracle")


def opened(
    cluster: Cluster, folders: pytest.TempPathFactory, name: str, corpus: test_search.Corpus
) -> Both:
    places = cluster.location(name), str(folders.mktemp(name))
    ours, theirs = (test_search.open_index(address, corpus) for address in places)
    return ours, theirs


def hold_equal(both: Both, query: Query) -> None:
    """Ask both engines, and compare whatever a page shows."""
    ours, theirs = (test_search.ask(engine, query) for engine in both)
    if ours is None or theirs is None:
        return
    for name in ("total", "entries", "reports", "understood", "facets"):
        assert getattr(ours, name) == getattr(theirs, name), name
    assert both[0].count(query) == ours.total
    assert shown(ours) == shown(theirs)
    scores = {hit.paragraph.id: hit.score for hit in theirs.hits}
    for mine, other in zip(ours.hits, theirs.hits, strict=True):
        assert mine.score == pytest.approx(scores[mine.paragraph.id], rel=1e-5, abs=1e-5)
        assert mine.score == pytest.approx(other.score, rel=1e-5, abs=1e-5)
        assert (mine.paragraph.id == other.paragraph.id) or query.sort == "relevance"


def shown(page: Page) -> dict[str, object]:
    """What is shown of each hit, by id: all but its score."""
    return {hit.paragraph.id: replace(hit, score=0.0) for hit in page.hits}


@settings(max_examples=150)
@given(test_search.QUERIES)
@example(Query("医* OR 参*", limit=0))
@example(Query('标题:医保 "哈哈" 保障局', limit=0))
@example(Query("打击欺* 基金", limit=0))
@example(Query("醫* -哈*", limit=0))
@example(Query("参保监管 基金改革", limit=0))
def test_the_same_hits_counts_and_scores(both: Both, query: Query) -> None:
    hold_equal(both, query)


# --- queries that ask for less than every word ------------------------------------------------

NAMES = st.sampled_from(["甲省", "乙省一市", "子县", "2019年", "2021年的", "甲省2020年", "丙省"])
TAILS = st.sampled_from(["怎么监管？", "有哪些措施", "是多少？", "谁来出", "吗", "？", ""])
SENTENCES = st.builds(
    "{}{}{}".format,
    NAMES | st.just(""),
    st.lists(test_search.RUNS, min_size=1, max_size=6).map("".join),
    TAILS,
)
NOWHERE = ["火箭升空", "垃圾分类", "鼓励生育"]  # in none of the paragraphs
PASSAGES = st.lists(
    st.sampled_from([*(paragraph.text for _, paragraph in test_search.ALL), *NOWHERE]),
    min_size=1,
    max_size=90,
).map("。".join)


@settings(max_examples=100)
@given(SENTENCES, st.builds(Query, limit=st.just(0), synonyms=st.booleans()))
@example("怎么监管医保基金，支付方式改革有哪些？", Query(limit=0))
@example("甲省2019年参保率是多少？", Query(limit=0))
@example("2021年乙省医保基金监管有几个？", Query(limit=0))
@example("火箭基金医保参保率", Query(limit=0))
def test_the_same_for_sentences_and_questions(both: Both, text: str, query: Query) -> None:
    hold_equal(both, replace(query, text=text))


@settings(max_examples=30)
@given(PASSAGES)
@example(test_search.ALL[0][1].text * 400)
@example("，".join(NOWHERE + [paragraph.text for _, paragraph in test_search.ALL[:40]]))
def test_the_same_for_passages(both: Both, text: str) -> None:
    """Up to the longest query there is; of most only the rarest words are asked for."""
    hold_equal(both, Query(text[:MAX_LENGTH], limit=0))


@settings(max_examples=60)
@given(
    st.lists(test_search.RUNS, min_size=2, max_size=3).map("".join),
    st.sampled_from([(), (), ("甲省",), ("乙省/一市", "甲省/二市")]),
)
@example("医保支付方式改革", ())
@example("医保8.25改革", ("甲省",))
@example("医保大", ())
def test_the_same_for_runs_that_few_paragraphs_hold(
    both: Both, text: str, regions: tuple[str, ...]
) -> None:
    """Where a looser query is offered, or a word is taken apart."""
    hold_equal(both, Query(text, limit=0, regions=regions))


def test_a_looser_query_and_pieces_are_among_these(both: Both) -> None:
    assert both[0].search(Query("医保支付方式改革")).understood.wider is not None
    assert both[0].search(Query("医保大")).understood.pieces == {"医保大": ("医保", "大")}


# --- the first hits, scored again -------------------------------------------------------------

WORDS = ["医保", "基金", "监管", "参保", "率", "学生", "支付方式", "改革", "，", "。", "的"]


def rescored_corpus() -> test_search.Corpus:
    """Reports of 2 to 30 longer paragraphs, more than ``RESCORED`` with any of the words."""
    choice = random.Random(9)
    corpus = []
    for number in range(40):
        texts = [
            "".join(choice.choices(WORDS, k=choice.randint(3, 40))) for _ in range(number % 29 + 2)
        ]
        paragraphs = [
            Paragraph(f"r{number}-{at}", f"r{number}", at + 1, text, text)
            for at, text in enumerate(texts)
        ]
        title = "".join(choice.choices(WORDS, k=3))
        corpus.append((Report(f"r{number}", title, f"r{number}.txt"), paragraphs))
    return corpus


@pytest.fixture(scope="module")
def many(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """Both engines with the ``rescored_corpus``."""
    yield opened(cluster, tmp_path_factory, "rescored", rescored_corpus())
    cluster.delete("rescored")


RESCORED_QUERIES = [
    ("医保 基金", "by nearness"),
    ("医保 支付方式 改革", "by nearness, a name of several words"),
    ("基金监管怎么改革？", "by answer"),
    ("学生", "by nothing"),
    ("，".join(["医保基金监管", "参保率改革", "学生支付方式"] * 40), "by overlap"),
]


@pytest.mark.parametrize("fold", [False, True])
@pytest.mark.parametrize("text", [text for text, _ in RESCORED_QUERIES])
def test_the_first_hits_are_scored_again(many: Both, text: str, fold: bool) -> None:
    """All of them, and pages before, across and behind the last one that is."""
    query = Query(text, fold=fold, limit=0)
    hold_equal(many, query)
    whole = many[0].search(query).hits
    assert fold or len(whole) > RESCORED + 20
    for offset in (0, 7, RESCORED - 5, RESCORED, RESCORED + 10):
        page = many[0].search(replace(query, offset=offset, limit=10))
        assert page.hits == whole[offset : offset + 10], offset


# --- folding, near-duplicates, other answers --------------------------------------------------


@settings(max_examples=60)
@given(test_search.QUERIES)
@example(Query("怎么监管医保基金，支付方式改革有哪些？", limit=0))
def test_folding_leaves_as_many_as_in_the_embedded_engine(both: Both, query: Query) -> None:
    """Which one is left of those with equal scores may differ."""
    ours, theirs = (test_search.ask(engine, replace(query, fold=True)) for engine in both)
    if ours is None or theirs is None:
        return
    left = [
        Counter(hit.duplicates or hit.paragraph.id for hit in page.hits) for page in (ours, theirs)
    ]
    assert left[0] == left[1]
    assert (ours.entries, ours.total) == (theirs.entries, theirs.total)
    assert len(ours.hits) == theirs.entries


def test_changes_leave_the_duplicate_groups_of_the_embedded_engine(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reports come, go and change under their ids; after each commit both have the same.

    Lists of what is outdated are short here, so that there are several.
    """
    monkeypatch.setattr(new_documents, "_VALUES_PER_LIST", 2)
    places = (address, str(tmp_path / "index"))

    @settings(max_examples=6)
    @given(st.lists(test_duplicates.corpora(), min_size=2, max_size=4))
    def hold(changes: list[test_duplicates.Corpus]) -> None:
        for where in places:
            test_duplicates.put(where, [], rebuild=True)
        present: set[str] = set()
        for number, reports in enumerate(changes):
            coming = {report.id for report, _ in reports}
            gone = {key for key in present if key in coming or number % 2}
            for where in places:
                test_duplicates.put(where, reports, removed=sorted(gone))
            present = present - gone | coming
            ours, theirs = (test_duplicates.clusters(where) for where in places)
            assert ours == theirs
            for query in (Query(fold=True), Query(same=next(iter(ours))), Query("医保")):
                pages = [open_engine(where).search(query) for where in places]
                assert pages[0].facets == pages[1].facets
                assert pages[0].entries == pages[1].entries
            assert list(open_engine(address).check()) == []

    hold()


def test_a_duplicate_group_keeps_its_number(address: str) -> None:
    """One more of many copies is one new document: none of the others is written again."""
    copies = [(f"r{number}", [test_duplicates.TERM] * 4) for number in range(4)]
    for key, texts in copies:
        test_duplicates.put(address, [test_duplicates.report(key, texts)])
    state = open_state(Connection(parse(address)))
    assert state.manifest.replaced == []
    assert set(test_duplicates.clusters(address).values()) == {DuplicateGroup("r0-0", 16, 4)}


def test_vocabularies_are_alike(both: Both) -> None:
    ours, theirs = (engine.vocabulary() for engine in both)
    for name in ("words", "phrases", "regions", "themes", "titles"):
        assert getattr(ours, name) == getattr(theirs, name), name
    assert both[0].vocabulary() is ours


def test_the_sample_reports_give_the_same(address: str, tmp_path: Path) -> None:
    """Through the indexer, and again after a change of one file."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for path in sorted((ROOT / "corpus").glob("*.txt"))[:4]:
        copy = corpus / path.name
        copy.write_bytes(path.read_bytes())
        os.utime(copy, ns=(10**18, 10**18))  # the time of a file just written is not recorded
    engines = []
    for where in (address, str(tmp_path / "index")):
        assert build([corpus], where).failures == []
        engines.append(open_engine(where))
    changed = next(corpus.iterdir())
    changed.write_text(changed.read_text("utf-8") + "\n\n全年追回医保基金三百万元。\n", "utf-8")
    os.utime(changed, ns=(10**18, 10**18 + 1))
    for where in (address, str(tmp_path / "index")):
        assert len(build([corpus], where).changed) == 1
    for text in ("", "医保基金", "追回 基金", "推进改革有哪些主要的措施和成效？"):
        pages = [engine.search(Query(text, limit=0)) for engine in engines]
        assert {hit.paragraph.id for hit in pages[0].hits} == {
            hit.paragraph.id for hit in pages[1].hits
        }
        assert pages[0].facets == pages[1].facets
    assert engines[0].files() == engines[1].files() == known_files(address)
    assert list(engines[0].check()) == []


def test_deep_pages(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Past what OpenSearch gives by number; folded as well."""
    monkeypatch.setattr("engine.opensearch.pages.MAX_RESULT_WINDOW", 20)
    monkeypatch.setattr("engine.opensearch.pages.PAGE_SIZE", 7)
    texts = [f"医保{n % 40}" * (n % 5 + 1) for n in range(60)]
    paragraphs = [Paragraph(f"r-{n}", "r", n + 1, text, "") for n, text in enumerate(texts)]
    with open_writer(address, LEXICON) as writer:
        writer.add(Report("r", "报告", "r.txt", paragraphs=60), paragraphs)
        writer.commit({})
    engine = open_engine(address)
    for sort, fold in product(("relevance", "oldest"), (False, True)):
        query = Query("医保", sort=sort, fold=fold, limit=0)
        whole = engine.search(query).hits
        assert len(whole) == (40 if fold else 60)
        for offset, limit in ((0, 5), (3, 30), (14, 7), (19, 3), (35, 0), (37, 10), (60, 5)):
            page = engine.search(replace(query, offset=offset, limit=limit))
            assert page.hits == whole[offset : offset + limit if limit else None], (offset, limit)


def test_more_clauses_than_the_cluster_takes(address: str) -> None:
    names = tuple(f"医保{chr(0x4E00 + n)}{chr(0x5E00 + n)}" for n in range(300))
    with open_writer(address, replace(LEXICON, synonyms=(("医保", *names),))) as writer:
        report = Report("r0", "报告", "r0.txt", paragraphs=1)
        writer.add(report, [Paragraph("r0-0", "r0", 1, "医保第一段", "")])
        writer.commit({})
    engine = open_engine(address)
    with pytest.raises(QueryError, match="词语太多"):
        engine.search(Query("医保"))
    assert engine.search(Query("医保", synonyms=False)).total == 1
