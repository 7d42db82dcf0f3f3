"""The contract of every engine: commits become visible or are dropped, and one writer at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from asking import asking
from conftest import NewLocation

from engine.engine import known_files, open_engine, open_writer
from engine.errors import EngineUnavailable, IndexMissing, QueryError
from engine.model import FileRecord, Lexicon, Paragraph, Query, Region, Report

LEXICON = Lexicon({"打击欺诈骗保": "医疗保障/基金监管"}, synonyms=(("医保", "医疗保障"),))
FILES = {"/corpus/r0.txt": FileRecord("corpus/r0.txt", 1, 2, "ab", reports=("r0",))}

STALE = [  # what a manifest says, and what is said of it
    ("tokenizer", "jieba 0.1", "用 jieba 0.1 分词，现在装的是"),
    ("dictionary", "0" * 64, "词典与登记的不符"),
    ("schema", 999, "另一版引据建的（格式 999）"),
]


def write(
    location: str,
    *numbers: int,
    rebuild: bool = False,
    gone: tuple[int, ...] = (),
    files: Mapping[str, FileRecord] | None = None,
) -> None:
    """Commit reports ``r<n>`` of two paragraphs each, and remove the reports in ``gone``."""
    with open_writer(location, LEXICON, rebuild) as writer:
        for number in gone:
            writer.remove(f"r{number}")
        for number in numbers:
            writer.add(*report(number))
        writer.commit(files or {})


def report(number: int, text: str = "医保第{at}段") -> tuple[Report, list[Paragraph]]:
    key = f"r{number}"
    texts = [text.format(at=at) for at in range(2)]
    paragraphs = [Paragraph(f"{key}-{at}", key, at + 1, one, "") for at, one in enumerate(texts)]
    return Report(key, "报告", f"{key}.txt", paragraphs=2), paragraphs


@pytest.fixture
def location(new_location: NewLocation) -> str:
    """An index of the reports r0 and r1."""
    place = new_location()
    write(place, 0, 1, files=FILES)
    return place


def total(location: str) -> int:
    return open_engine(location).search(Query("医保")).total


def test_no_index(new_location: NewLocation) -> None:
    place = new_location()
    with pytest.raises(IndexMissing) as caught:
        open_engine(place)
    assert f"请先运行：yinju index --index {place}" in str(caught.value)
    assert known_files(place) == {}


def test_a_report_changed_under_its_id(location: str) -> None:
    """One change removes and adds a report with the same ids of paragraphs."""
    engine = open_engine(location)
    changed = report(0, "基金第{at}段")
    with open_writer(location, LEXICON) as writer:
        writer.remove("r0")
        writer.add(*changed)
        assert engine.search(Query("基金")).total == 0
        writer.commit(FILES)
    assert [engine.search(Query(text)).total for text in ("医保", "基金")] == [2, 2]
    assert list(engine.paragraphs("r0")) == changed[1]
    write(location, 2, files=FILES)
    assert [engine.search(Query(text)).total for text in ("医保", "基金")] == [4, 2]
    assert (engine.overview().reports, engine.overview().paragraphs) == (3, 6)
    assert list(engine.check()) == []


def test_other_synonyms_need_no_other_index(location: str) -> None:
    engine = open_engine(location)
    assert engine.search(Query("讨回")).total == 0
    with open_writer(location, replace(LEXICON, synonyms=(("医保", "讨回"),))) as writer:
        writer.commit(FILES)
    assert engine.search(Query("讨回")).total == 4


def test_an_open_engine_sees_the_next_commit(location: str) -> None:
    engine = open_engine(location)
    assert engine.search(Query("医保")).total == 4
    write(location, 2, gone=(0,))
    assert engine.search(Query("医保")).total == 4
    assert [engine.report(key) is None for key in ("r0", "r1", "r2")] == [True, False, False]
    assert (engine.hit("r0-0"), engine.paragraphs("r0")) == (None, ())
    assert engine.overview().paragraphs == 4
    assert list(engine.check()) == []


def test_a_change_without_commit_never_was(location: str) -> None:
    with open_writer(location, LEXICON) as writer:
        writer.remove("r0")
        writer.add(*report(2))
        assert total(location) == 4
    assert total(location) == 4
    with pytest.raises(KeyboardInterrupt):
        interrupted(location)
    engine = open_engine(location)
    assert engine.search(Query("医保")).total == 4
    assert list(engine.check()) == []
    write(location, 2)
    assert total(location) == 6


def test_rebuild_starts_from_nothing(location: str) -> None:
    write(location, 5, rebuild=True)
    assert [hit.report.id for hit in open_engine(location).search(Query()).hits] == ["r5"] * 2


def test_an_empty_index_answers(new_location: NewLocation) -> None:
    place = new_location()
    write(place)
    engine = open_engine(place)
    for query in (Query(), Query("医保 基金"), Query("-医保"), Query("标题:报告"), Query("医*")):
        page = engine.search(query)
        assert (page.total, page.hits, page.understood.relaxed) == (0, (), None)
        assert page.facets == {"region": (), "year": (), "theme": (), "kind": (), "wording": ()}
    assert engine.hit("r0-0") is None
    assert engine.overview().reports == 0
    assert list(engine.check()) == []


PLACES = [  # the region, year and day of each report
    (("湖南省",), 2023, ""),
    (("湖南省", "怀化市"), 2023, "2023-01-05"),
    (("湖南省", "怀化市"), 2024, ""),
    (("湖南省", "怀化市"), 2023, "2023-02-05"),
    (("湖南省", "怀化市", "辰溪县"), 2024, "2024-03-01"),
    ((), 2024, ""),
]


def test_reports_of_a_place(new_location: NewLocation) -> None:
    place = new_location()
    with open_writer(place, LEXICON) as writer:
        for number, (names, year, day) in enumerate(PLACES):
            made, paragraphs = report(number)
            region = Region(names, tuple("0" for _ in names))
            writer.add(replace(made, region=region, year=year, published=day), paragraphs)
        writer.commit({})
    engine = open_engine(place)
    for names, ids in (
        (("湖南省",), ["r0"]),
        (("湖南省", "怀化市"), ["r2", "r3", "r1"]),
        (("湖南省", "怀化市", "辰溪县"), ["r4"]),
        ((), ["r5"]),
        (("怀化市",), []),
        (("湖南",), []),
    ):
        assert [each.id for each in engine.reports_of(names)] == ids
    with open_writer(place, LEXICON) as writer:
        writer.remove("r2")
        writer.commit({})
    assert [each.id for each in engine.reports_of(["湖南省", "怀化市"])] == ["r3", "r1"]


@pytest.mark.parametrize("query", [Query("医保 第"), Query('"第1段"'), Query("医疗保障"), Query()])
def test_spans_are_those_of_hits(location: str, query: Query) -> None:
    engine = open_engine(location)
    hits = engine.search(query).hits
    assert hits
    assert engine.spans([hit.paragraph.text for hit in hits], query) == tuple(h.spans for h in hits)
    with pytest.raises(QueryError):
        engine.spans(["医保"], Query("(医保"))


def test_a_report_without_paragraphs(new_location: NewLocation) -> None:
    place = new_location()
    with open_writer(place, LEXICON) as writer:
        writer.add(Report("r0", "报告", "r0.txt"), [])
        writer.commit({})
    engine = open_engine(place)
    assert (engine.search(Query()).total, engine.overview().reports) == (0, 1)
    assert list(engine.check()) == []


def test_the_manifest_keeps_files_and_lexicon(location: str) -> None:
    engine = open_engine(location)
    assert engine.files() == FILES == known_files(location)
    assert engine.lexicon() == LEXICON


def test_a_second_writer_is_told_to_wait(location: str) -> None:
    with (
        open_writer(location, LEXICON),
        pytest.raises(EngineUnavailable, match="正由另一个进程更新，请等它结束后再运行"),
    ):
        open_writer(location, LEXICON)
    write(location, 2)
    assert total(location) == 6


def test_check_counts(new_location: NewLocation) -> None:
    place = new_location()
    report_, paragraphs = report(0)
    with open_writer(place, LEXICON) as writer:
        writer.add(report_, paragraphs[:1])
        writer.commit({"/a": FileRecord("a", 1, 2, "ab", reports=("r0", "r9"))})
    assert list(open_engine(place).check()) == [
        "报告 r9 登记在册，索引里却没有",
        "报告 r0 应有2段，实有1段",
    ]


def test_hits_can_be_read_without_their_phrases(new_location: NewLocation) -> None:
    place = new_location()
    with open_writer(place, LEXICON) as writer:
        writer.add(*report(0, "医保打击欺诈骗保第{at}段"))
        writer.commit({})
    with open_engine(place).searcher() as searcher:
        query = Query("欺诈骗保")
        hits = searcher.search(query).hits
        assert tuple(searcher.hits(query)) == hits
        assert {span.kind for hit in hits for span in hit.spans} == {"query", "phrase"}
        assert tuple(searcher.hits(replace(query, highlight="query"))) == tuple(
            replace(hit, spans=tuple(span for span in hit.spans if span.kind == "query"))
            for hit in hits
        )


def test_readers_see_whole_commits_only(location: str) -> None:
    """Four threads ask while six commits each swap one report for the next."""
    engine = open_engine(location)

    def ask() -> None:
        page = engine.search(Query("医保", limit=0))
        assert (page.total, page.reports, len(page.hits)) == (4, 2, 4)
        engine.paragraphs(page.hits[0].report.id)

    with asking(ask, threads=4) as errors:
        for number in range(2, 8):
            write(location, number, gone=(number - 1,))
    assert errors == []
    assert {hit.report.id for hit in engine.search(Query()).hits} == {"r0", "r7"}


def interrupted(location: str) -> None:
    with open_writer(location, LEXICON, rebuild=True) as writer:
        writer.add(*report(3))
        raise KeyboardInterrupt


def test_hits_can_be_had_without_highlights(location: str) -> None:
    engine = open_engine(location)
    highlighted = engine.search(Query("医保", limit=0))
    plain = engine.search(Query("医保", limit=0, highlight="none"))
    assert all(hit.spans for hit in highlighted.hits)
    assert plain.hits == tuple(replace(hit, spans=()) for hit in highlighted.hits)
    assert plain.total == highlighted.total
