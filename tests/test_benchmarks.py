"""The benchmark's engines compared with counting by hand, on paragraphs made up by rule."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from benchmarks import corpus, java
from benchmarks.building import build
from benchmarks.corpus import Record, analyzer, multiply, tokens
from benchmarks.measuring import Timing, difference, figures, measure
from benchmarks.peers import NAMES, peer
from benchmarks.peers.coding import FACETS, values
from benchmarks.queries import And, Answer, Node, Or, Phrase, Prefix, Query, Term, as_typed, choose
from benchmarks.report import Run, by_kind, marks, page

_VOCABULARY = (  # the first are the most frequent
    "医疗 保障 医疗保障 基金 监管 参保 参保率 支付 改革 经济 发展 社会 城市 农村 教育 学生 工作"
    " 报告 全面 推进 落实 项目 投资 增长 居民 收入 环境 治理 安全 生产 乡村 振兴 药品 采购"
)
_WORDS = _VOCABULARY.split()
_REGIONS = ("湖南省", "湖南省/怀化市", "湖南省/怀化市/辰溪县", "浙江省/绍兴市", "")
_THEMES = ((), ("医疗保障",), ("医疗保障/基金监管", "医疗保障/参保"), ("教育", "医疗保障/参保"))


def _records(size: int = 200) -> list[Record]:
    luck, cutter = random.Random(3), analyzer()
    weights = [1 / rank for rank in range(1, len(_WORDS) + 1)]
    made = []
    for number in range(size):
        words = luck.choices(_WORDS, weights, k=luck.randint(3, 30))
        text = "".join(w + luck.choice(("", "", "", "，", "98.25%", " ")) for w in words)
        report = number // 8
        made.append(
            Record(
                report=report,
                region=_REGIONS[report % len(_REGIONS)],
                year=(2019, 2020, 2021, 0)[report % 4],
                themes=luck.choice(_THEMES),
                **tokens(text, cutter),
            )
        )
    return made


def _holds(node: Node, record: Record) -> bool:
    match node:
        case Term(text):
            return text in record.words.split(" ")
        case Prefix(text):
            return any(word.startswith(text) for word in record.words.split(" "))
        case Phrase(parts):
            return f" {' '.join(parts)} " in f" {record.exact} "
        case And(parts):
            return all(_holds(part, record) for part in parts)
        case Or(parts):
            return any(_holds(part, record) for part in parts)
    return _holds(node.keep, record) and not _holds(node.drop, record)


def _counted(query: Query, records: list[Record]) -> tuple[set[int], dict[str, dict[str, int]]]:
    """The numbers of the paragraphs found, and the facets."""
    found: set[int] = set()
    facets = {facet: Counter[str]() for facet in FACETS}
    for number, record in enumerate(records):
        if not _holds(query.node, record):
            continue
        kept = {
            "region": not query.region or query.region in values(record)[0],
            "year": not query.year or query.year == record.year,
            "theme": True,
        }
        if all(kept.values()):
            found.add(number)
        for facet, listed in zip(FACETS, values(record), strict=True):
            if all(ok for name, ok in kept.items() if name != facet):
                facets[facet].update(listed)
    return found, {facet: dict(counts) for facet, counts in facets.items()}


@pytest.fixture(scope="module")
def records() -> list[Record]:
    return _records()


SLOW = ("lucene",)  # starts a JVM


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.oracle] * (name in SLOW)) for name in NAMES]
)
def test_every_answer_is_what_counting_gives(
    name: str, records: list[Record], tmp_path: Path
) -> None:
    if why := peer(name).missing():
        pytest.skip(f"{name}: {why}")
    peer(name).build(records, tmp_path)
    ask = peer(name).connect(tmp_path)
    queries = choose(records)
    assert len(queries) >= 4 * 30
    for query in queries:
        node = query.node if peer(name).READING == "tokens" else as_typed(query.node)
        found, facets = _counted(Query(query.kind, node, query.region, query.year), records)
        answer = ask(query)
        right = Answer(len(found), answer.top, facets)
        assert not difference(answer, right), query
        assert set(answer.top) <= found


@pytest.mark.oracle
def test_lucene_and_tantivy_rank_alike(records: list[Record], tmp_path: Path) -> None:
    """Both implement the same BM25 with the same rounded lengths."""
    answers = []
    for name in ("lucene", "tantivy"):
        if why := peer(name).missing():
            pytest.skip(f"{name}: {why}")
        folder = tmp_path / name
        folder.mkdir()
        peer(name).build(records, folder)
        answers.append(list(map(peer(name).connect(folder), choose(records))))
    for query, lucene, tantivy in zip(choose(records), *answers, strict=True):
        assert lucene.top == tantivy.top, query
        assert lucene.seconds > 0  # measured in its own process


def test_queries_are_the_same_every_time(records: list[Record]) -> None:
    assert choose(records) == choose(list(records))


def test_multiplied_reports_keep_how_frequent_words_are(
    records: list[Record], tmp_path: Path
) -> None:
    path = tmp_path / "records.jsonl"
    corpus.write(records, path)
    assert list(corpus.read(path)) == records
    more = list(multiply(path, 500))
    assert more[:200] == records
    assert len(more) == 500
    assert [len(one.text) for one in more[200:400]] == [len(one.text) for one in records]
    assert more[200].report > records[-1].report


def test_a_folder_without_a_compiler_is_no_jdk(tmp_path: Path) -> None:
    assert java.release(tmp_path) == 0


def test_ratios_by_kind_count_what_both_answered_right() -> None:
    words = [Query("common", Term("发展")), Query("common", Term("改革"))]
    prefix = Query("prefix", Prefix("发"), year=2021)
    timings = [
        Timing("tantivy", words[0], "tokens", 0.004),
        Timing("tantivy", words[1], "tokens", 0.004, "total 1, not 2"),
        Timing("tantivy", prefix, "tokens", 0.001),
        Timing("columns", words[0], "tokens", 0.001),
        Timing("columns", words[1], "tokens", 0.001),
        Timing("columns", prefix, "tokens", 0.003),
    ]
    title, ratios, _, medians = by_kind(Run(50, 10_000, "tantivy", {}, timings, {}))
    assert title.startswith("`columns` against each peer")
    assert ratios.splitlines()[2:] == [
        "| tantivy | plain | 0.25 | – | 0.25 |",
        "| tantivy | filtered | – | 3.00 | 3.00 |",
    ]
    assert "| columns | plain | 1.00 | – |" in medians
    assert "| tantivy | filtered | – | 1.00 |" in medians


@pytest.mark.oracle
def test_a_run_is_written_down(records: list[Record], tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    corpus.write(records[:50], path)
    built = build("sqlite", path, tmp_path / "sqlite")
    assert (built.paragraphs, built.disk > 0, built.memory > 0) == (50, True, True)
    queries = choose(records[:50])[:8]
    timings = list(
        measure({"sqlite": peer("sqlite").connect(tmp_path / "sqlite")}, queries, "sqlite", 1)
    )
    counted = figures(timings, "sqlite", "sqlite")
    assert counted is not None
    assert (counted.counted, counted.ratio, counted.worst) == (8, 1, 1)
    run = Run(50, 10_000, "sqlite", {"sqlite": built}, timings, {"xapian": "not here"})
    begin, end = marks("cluster")
    written = page(f"before\n{begin}\nold\n{end}\nafter\n", [run], "cluster")
    assert written.startswith(f"before\n{begin}\n")
    assert written.endswith(f"{end}\nafter\n")
    assert "| sqlite | 8/8 |" in written
    assert "old" not in written
