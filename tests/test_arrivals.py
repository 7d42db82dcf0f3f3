"""When reports came in: nothing but a report that was never there before gets a new time."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from conftest import NewLocation
from hypothesis import given, settings
from hypothesis import strategies as st
from manifests import manifest_path, rewrite_manifest

from engine import arrivals
from engine.arrivals import Arrivals
from engine.engine import Engine, open_engine, open_writer
from engine.errors import IndexStale
from engine.model import Lexicon, Paragraph, Query, Region, Report
from indexer.build import build

T = 1_700_000_000
LEXICON = Lexicon()


class Step(NamedTuple):
    """A commit at a time of the clock: reports taken out, and put in (with ids of their file)."""

    clock: int
    add: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    rebuild: bool = False
    same_file: tuple[str, ...] = ()
    commits: bool = True


CASES = [
    ("two of one commit", [Step(T, ("r0", "r1"))], {"r0": T, "r1": T}),
    ("one later", [Step(T, ("r0",)), Step(T + 9, ("r1",))], {"r0": T, "r1": T + 9}),
    (
        "a rebuild",
        [Step(T, ("r0",)), Step(T + 9, ("r1", "r0"), rebuild=True)],
        {"r0": T, "r1": T + 9},
    ),
    ("changed under its id", [Step(T, ("r0",)), Step(T + 9, ("r0",), gone=("r0",))], {"r0": T}),
    (
        "away and back",
        [Step(T, ("r0", "r1")), Step(T + 5, gone=("r0",)), Step(T + 9, ("r0",))],
        {"r0": T, "r1": T},
    ),
    (
        "left out of a rebuild and back",
        [Step(T, ("r0", "r1")), Step(T + 5, ("r1",), rebuild=True), Step(T + 9, ("r0",))],
        {"r0": T, "r1": T},
    ),
    (
        "all away and back",
        [Step(T, ("r0",)), Step(T + 5, rebuild=True), Step(T + 9, ("r0", "r1"))],
        {"r0": T, "r1": T + 9},
    ),
    (
        "the clock goes back",
        [Step(T, ("r0",)), Step(T - 900, ("r1",)), Step(T - 800, ("r2",))],
        {"r0": T, "r1": T + 1, "r2": T + 2},
    ),
    (
        "the clock goes back past what is gone",
        [Step(T, ("r0",)), Step(T + 5, ("r1",)), Step(T + 9, gone=("r1",)), Step(T, ("r2",))],
        {"r0": T, "r2": T + 6},
    ),
    ("two commits in a second", [Step(T, ("r0",)), Step(T, ("r1",))], {"r0": T, "r1": T + 1}),
    (
        "another id from the same bytes",
        [Step(T, ("r0",)), Step(T + 9, ("r1",), rebuild=True, same_file=("r0",))],
        {"r1": T},
    ),
    (
        "the earliest from the same bytes",
        [
            Step(T, ("r0",)),
            Step(T + 5, ("r1",)),
            Step(T + 9, ("r2",), rebuild=True, same_file=("r1", "r0", "r8")),
        ],
        {"r2": T},
    ),
    (
        "its own id decides",
        [
            Step(T, ("r0",)),
            Step(T + 5, ("r1",)),
            Step(T + 9, ("r1",), rebuild=True, same_file=("r0",)),
        ],
        {"r1": T + 5},
    ),
    ("a file of which nothing is known", [Step(T, ("r0",), same_file=("r8",))], {"r0": T}),
    (
        "a change that was dropped",
        [Step(T, ("r0",)), Step(T + 5, ("r1",), commits=False), Step(T + 9, ("r1",))],
        {"r0": T, "r1": T + 9},
    ),
]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    return monkeypatch


def report(key: str) -> tuple[Report, list[Paragraph]]:
    texts = [f"医保第{at}段" for at in range(2)]
    paragraphs = [
        Paragraph(f"{key}-{at}", key, at + 1, text, text) for at, text in enumerate(texts)
    ]
    return Report(key, "报告", f"{key}.txt", paragraphs=2), paragraphs


def take(location: str, step: Step, clock: pytest.MonkeyPatch) -> None:
    clock.setattr(arrivals, "now", lambda: step.clock)
    with open_writer(location, LEXICON, step.rebuild) as writer:
        for key in step.gone:
            writer.remove(key)
        for key in step.add:
            writer.add(*report(key), step.same_file)
        if step.commits:
            writer.commit({})


@pytest.mark.parametrize(("why", "steps", "expected"), CASES, ids=[case[0] for case in CASES])
def test_times(
    new_location: NewLocation,
    clock: pytest.MonkeyPatch,
    why: str,
    steps: list[Step],
    expected: dict[str, int],
) -> None:
    location = new_location()
    for step in steps:
        take(location, step, clock)
    engine = open_engine(location)
    hits = engine.search(Query(limit=0)).hits
    assert {hit.report.id: hit.report.arrived for hit in hits} == expected, why
    for key, time in expected.items():
        found = engine.report(key)
        assert found
        assert found.arrived == time
    overview = engine.overview()
    assert overview.first_arrival == T
    assert overview.last_arrival >= max(expected.values())
    assert list(engine.check()) == []


def test_an_empty_index_has_no_times(new_location: NewLocation, clock: pytest.MonkeyPatch) -> None:
    location = new_location()
    take(location, Step(T), clock)
    overview = open_engine(location).overview()
    assert (overview.first_arrival, overview.last_arrival) == (0, 0)


# --- asking by time ---------------------------------------------------------------------------

REPORTS = {  # by id: the commit that brings it, its day, its region, the texts of its paragraphs
    "r0": (0, "2023-05-01", ("湖南省",), ["医保基金", "教育"]),
    "r1": (0, "", ("湖南省", "怀化市"), ["医保"]),
    "r2": (1, "2024-01-01", (), ["医保基金", "医保基金监管", "就业"]),
    "r3": (1, "2021-01-01", ("浙江省",), ["医保"]),
    "r4": (2, "2019-01-01", ("浙江省",), ["教育基金", "医保", "医保和教育基金"]),
    "r5": (0, "2023-06-01", ("浙江省",), ["医保基金"]),
}
TIMES = [T, T + 100, T + 200]
ORDER = ["r4", "r2", "r3", "r5", "r0", "r1"]  # what came in last first, then by day


@pytest.fixture(scope="module")
def engine(new_location: NewLocation) -> Engine:
    location = new_location()
    with pytest.MonkeyPatch.context() as patch:
        for commit, time in enumerate(TIMES):
            patch.setattr(arrivals, "now", lambda time=time: time)
            with open_writer(location, LEXICON) as writer:
                for key, (brought, day, region, texts) in REPORTS.items():
                    if brought == commit:
                        place = Region(region, tuple("0" for _ in region))
                        writer.add(
                            Report(
                                key,
                                "报告",
                                key,
                                published=day,
                                region=place,
                                year=2024 if day else None,
                                paragraphs=len(texts),
                            ),
                            [
                                Paragraph(f"{key}-{at}", key, at + 1, text, text)
                                for at, text in enumerate(texts)
                            ],
                        )
                writer.commit({})
    return open_engine(location)


def came_in(since: int) -> list[str]:
    return [key for key in ORDER if TIMES[REPORTS[key][0]] >= since]


@settings(max_examples=60)
@given(
    st.sampled_from(["", "医保", "基金", "-医保", "海洋"]),
    st.sampled_from([0, 1, T, T + 1, T + 100, T + 101, T + 200, T + 201]),
    st.sampled_from([(), ("湖南省",), ("浙江省", "unknown")]),
    st.booleans(),
)
def test_what_came_in_since_in_its_order(
    engine: Engine, text: str, since: int, regions: tuple[str, ...], by_time: bool
) -> None:
    query = Query(text, exact=True, regions=regions, since=since, limit=0)
    query = replace(query, sort="arrived") if by_time else query

    def matches(words: str) -> bool:
        return text[1:] not in words if text.startswith("-") else text in words

    found = {
        f"{key}-{at}": REPORTS[key][2]
        for key in came_in(since)
        for at, words in enumerate(REPORTS[key][3])
        if matches(words)
    }
    kept = [
        id for id, region in found.items() if not regions or (region or ("unknown",))[0] in regions
    ]
    with engine.searcher() as searcher:
        page = searcher.search(query)
        ids = [hit.paragraph.id for hit in page.hits]
        assert ids == kept if by_time else sorted(ids) == sorted(kept)
        assert page.total == searcher.count(query) == len(kept)
        assert page.reports == len({id.partition("-")[0] for id in kept})
        assert sum(one.count for one in page.facets["region"]) == len(found)
        matched = searcher.report_matches(query)
        assert sum(count for _, count in matched) == len(kept)
        assert len(matched) == sum(share.reports for share in page.years.values())


def test_pages_by_time_laid_end_to_end(engine: Engine) -> None:
    whole = engine.search(Query(sort="arrived", limit=0))
    pages = [
        engine.search(Query(sort="arrived", limit=3, offset=at)).hits for at in range(0, 12, 3)
    ]
    assert [hit for page in pages for hit in page] == list(whole.hits)
    assert [hit.report.id for hit in whole.hits] == [k for k in ORDER for _ in REPORTS[k][3]]


def test_what_came_in_earlier_keeps_a_query_from_being_relaxed(engine: Engine) -> None:
    """Words that stand together, if only in what came in before, are all asked for."""
    for since, total in ((T + 100, 1), (T + 101, 0)):
        page = engine.search(Query("医保 基金 监管", since=since))
        assert (page.total, page.understood.relaxed) == (total, None)


def test_of_the_same_the_one_that_came_in_last_is_shown(engine: Engine) -> None:
    shown = engine.search(Query("医保", sort="arrived", fold=True, limit=0))
    assert shown.hits
    assert shown.entries <= shown.total
    order = [ORDER.index(hit.report.id) for hit in shown.hits]
    assert order == sorted(order)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 50),
            st.lists(st.sampled_from("abcdef"), max_size=4),
            st.lists(st.sampled_from("abcdef"), max_size=2),
        ),
        max_size=8,
    )
)
def test_times_rise_and_stay(commits: list[tuple[int, list[str], list[str]]]) -> None:
    known: dict[str, int] = {}
    with pytest.MonkeyPatch.context() as patch:
        for clock, ids, same_file in commits:
            patch.setattr(arrivals, "now", lambda clock=clock: clock)
            change = Arrivals(known)
            for id in ids:
                dated = change.dated(Report(id, "", ""), same_file)
                assert dated.arrived == change.times[id]
            assert change.times.items() >= known.items()
            new = {change.times[id] for id in change.times.keys() - known.keys()}
            news = {time for time in new if time not in known.values()}
            assert len(news) <= 1
            assert all(time > max(known.values(), default=-1) for time in news)
            known = change.times


# --- real files -------------------------------------------------------------------------------

BODY = (
    "{name}全年追回医保基金{amount}万元，参保人数稳中有升，群众满意度不断提高。一年来，全县坚持问题导向，"
    "把群众的急难愁盼当作工作的着力点，逐项列出清单，逐月督促落实，办结率和回访率都比上一年有明显提高。"
)


class Corpus:
    """A folder of reports and an index; each run of ``yinju index`` is an hour after the last."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder, self.index = folder / "corpus", str(folder / "index")
        self.hours = 0
        patch.setattr(arrivals, "now", lambda: T + 3600 * self.hours)

    def put(self, path: str, name: str, more: str = "") -> Path:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        body = BODY.format(name=name, amount=len(name))
        file.write_text(f"{name}2024年工作总结\n\n{body}\n\n{name}概况。\n{more}", "utf-8")
        os.utime(file, ns=(10**18, 10**18))
        return file

    def run(self, rebuild: bool = False) -> dict[str, int]:
        """The hour at which each report came in, by its title's beginning."""
        self.hours += 1
        build([self.folder], self.index, rebuild)
        hits = open_engine(self.index).search(Query(limit=0)).hits
        return {hit.report.title[:2]: (hit.report.arrived - T) // 3600 for hit in hits}


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Corpus:
    """甲县 and 乙县 came in at hour 1."""
    made = Corpus(tmp_path, monkeypatch)
    made.put("甲县.txt", "甲县")
    made.put("sub/乙县.txt", "乙县")
    assert made.run() == {"甲县": 1, "乙县": 1}
    return made


def test_a_new_file_is_new(corpus: Corpus) -> None:
    corpus.put("丙县.txt", "丙县")
    assert corpus.run() == {"甲县": 1, "乙县": 1, "丙县": 2}
    assert corpus.run(rebuild=True) == {"甲县": 1, "乙县": 1, "丙县": 2}


def test_a_renamed_file_is_not_new(corpus: Corpus) -> None:
    (corpus.folder / "甲县.txt").rename(corpus.folder / "甲.md")
    assert corpus.run() == {"甲县": 1, "乙县": 1}


def test_a_corrected_file_is_not_new(corpus: Corpus) -> None:
    corpus.put("甲县.txt", "甲县", more="\n还有一段更正。\n")
    assert corpus.run() == {"甲县": 1, "乙县": 1}
    assert open_engine(corpus.index).search(Query("更正")).total == 1


def test_other_labels_are_not_new(corpus: Corpus) -> None:
    (corpus.folder / "metadata.csv").write_text("file,year\n甲县.txt,2020\n", "utf-8")
    assert corpus.run() == {"甲县": 1, "乙县": 1}
    assert open_engine(corpus.index).search(Query(years=((2020, 2020),))).total


def test_a_folder_that_was_away_is_not_new(corpus: Corpus, tmp_path: Path) -> None:
    shutil.move(corpus.folder / "sub", tmp_path / "away")
    assert corpus.run() == {"甲县": 1}
    assert corpus.run(rebuild=True) == {"甲县": 1}
    shutil.move(tmp_path / "away", corpus.folder / "sub")
    assert corpus.run() == {"甲县": 1, "乙县": 1}


def test_a_report_that_opens_like_an_old_one_is_new(corpus: Corpus) -> None:
    """Its former ids have the id of the old one."""
    corpus.put("甲县之二.txt", "甲县", more="\n另一份报告的另一段。\n")
    corpus.run()
    engine = open_engine(corpus.index)
    hours = {(hit.report.arrived - T) // 3600 for hit in engine.search(Query("另一份")).hits}
    assert hours == {2}
    old = [hit.report for hit in engine.search(Query("甲县概况")).hits]
    assert sorted((report.arrived - T) // 3600 for report in old) == [1, 2]


def test_other_rules_for_ids_are_not_news(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new version may give reports other ids; the bytes of the files are the same."""
    from indexer import assemble

    corpus.put("甲县副本.txt", "甲县")  # a copy, which has no report
    corpus.run()
    before = {hit.report.id for hit in open_engine(corpus.index).search(Query(limit=0)).hits}
    for name in ("opening_id", "whole_id"):
        rule = getattr(assemble, name)
        monkeypatch.setattr(
            assemble, name, lambda title, pieces, rule=rule: rule(f"{title}二", pieces)
        )
    corpus.put("丙县.txt", "丙县")
    assert corpus.run(rebuild=True) == {"甲县": 1, "乙县": 1, "丙县": 3}
    after = {hit.report.id for hit in open_engine(corpus.index).search(Query(limit=0)).hits}
    assert not before & after


def test_an_index_of_another_schema_keeps_its_times(corpus: Corpus) -> None:
    rewrite_manifest(Path(corpus.index), lambda data: data.update(schema=9))
    with pytest.raises(IndexStale):
        open_engine(corpus.index)
    corpus.put("丙县.txt", "丙县")
    assert corpus.run() == {"甲县": 1, "乙县": 1, "丙县": 2}


def test_a_damaged_index_keeps_its_times(corpus: Corpus) -> None:
    (columns,) = Path(corpus.index).glob("*.columns")
    columns.write_bytes(columns.read_bytes()[:-9])
    assert corpus.run() == {"甲县": 1, "乙县": 1}


def test_an_index_from_before_times_were_kept(corpus: Corpus) -> None:
    """The run that builds it anew dates all reports alike."""
    path = manifest_path(Path(corpus.index))
    data = json.loads(path.read_text("utf-8").rpartition("\n")[0])
    del data["arrivals"]
    path.write_text(json.dumps({**data, "schema": 10}), "utf-8")
    corpus.put("丙县.txt", "丙县")
    assert corpus.run() == {"甲县": 2, "乙县": 2, "丙县": 2}
