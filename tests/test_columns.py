"""Columns against stock Whoosh: the same documents and queries, hits, counts and scores."""

from __future__ import annotations

import itertools
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from columns import Doc, columns, new_index, put, run, scores, stock, stock_scores
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import query as wq
from whoosh.index import open_dir
from whoosh.writing import NO_MERGE, OPTIMIZE

from engine.columns.run.ops import SegmentFilter
from engine.columns.run.queries import UnsupportedQuery
from engine.columns.run.searcher import ColumnSearcher
from engine.columns.write.document_writer import Group
from engine.columns.write.numbering import END_DOCUMENT
from engine.columns.write.writer import ColumnWriter, merge_similar
from engine.local.store import NAME
from engine.whoosh_queries import Implied

VOCABULARY = ["医", "保", "医保", "基", "基金", "金", "98.25", "%", "dip"]
TOKENS = st.lists(st.sampled_from(VOCABULARY), max_size=12)
CLOSE = 1e-5
_folders = itertools.count()


@st.composite
def reports(draw: st.DrawFn) -> list[Doc]:
    """Up to five reports of up to five documents."""
    docs = []
    for report in range(draw(st.integers(1, 5))):
        title = draw(st.lists(st.sampled_from(VOCABULARY), max_size=4))
        for _ in range(draw(st.integers(1, 5))):
            label = draw(st.sampled_from(["body", "heading", "body|医疗"]))
            docs.append(Doc(f"r{report}", draw(TOKENS), draw(TOKENS), title, label))
    return docs


BOOST = st.sampled_from([1.0, 1.0, 0.5, 3.0])
WORD = st.sampled_from([*VOCABULARY, "无"])
TERM = st.builds(wq.Term, st.sampled_from(["words", "exact", "title"]), WORD, BOOST)
PHRASE = st.builds(
    lambda field, words, boost: wq.Phrase(field, words, boost=boost),
    st.sampled_from(["exact", "title"]),
    st.lists(st.sampled_from(VOCABULARY), min_size=2, max_size=4),
    BOOST,
)
PREFIX = st.builds(
    lambda text: wq.Prefix("words", text, constantscore=False), st.sampled_from(["医", "9", "无"])
)
LEAF = TERM | PHRASE | PREFIX | st.just(wq.Every())


def _compound(children: st.SearchStrategy[wq.Query]) -> st.SearchStrategy[wq.Query]:
    several = st.lists(children, min_size=2, max_size=4)
    return st.one_of(
        st.builds(wq.And, several, BOOST),
        st.builds(wq.Or, several, BOOST),
        st.builds(lambda keep, drop: wq.And([keep, wq.Not(drop)]), children, children),
    )


PART = st.recursive(LEAF, _compound, max_leaves=8)
# Not inside other queries: Whoosh's AndMaybe loses the second score when it has to skip.
QUERY = PART | st.builds(wq.AndMaybe, PART, PART)


@settings(max_examples=150)
@given(docs=reports(), query=QUERY)
def test_hits_and_scores_are_those_of_stock_whoosh(
    docs: list[Doc], query: wq.Query, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = tmp_path_factory.getbasetemp() / f"oracle{next(_folders)}"
    expected = stock_scores(stock(place / "stock", docs), query)
    result = run(ColumnSearcher(columns(place / "columns", docs).searcher()), query)
    assert result.total == result.matched == len(expected)
    assert scores(result) == pytest.approx(expected, rel=CLOSE, abs=CLOSE)
    order = [(-score, document) for score, document in result.items]
    assert order == sorted(order)
    counted = Counter(docs[document].report for document in expected)
    assert result.group_counts[0].tolist() == [counted[name] for name in _reports(docs)]


def _reports(docs: list[Doc]) -> list[str]:
    return list(dict.fromkeys(doc.report for doc in docs))


@settings(max_examples=75)
@given(docs=reports(), query=QUERY, data=st.data())
def test_counts_are_drill_sideways(
    docs: list[Doc], query: wq.Query, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A count ignores its own filter: of groups here the label's, of labels the group's."""
    place = tmp_path_factory.getbasetemp() / f"oracle{next(_folders)}"
    opened = ColumnSearcher(columns(place, docs).searcher())
    names, labels = _reports(docs), opened.segments[0].reader.label_names
    fails = data.draw(st.lists(st.integers(0, 2), min_size=len(names), max_size=len(names)))
    kept = data.draw(st.lists(st.booleans(), min_size=len(labels), max_size=len(labels)))
    every = set(scores(run(opened, query)))
    failing = {d: fails[names.index(docs[d].report)] for d in every}
    labelled = {d: kept[labels.index(docs[d].label)] for d in every}
    filter_ = SegmentFilter(True, np.array(fails, np.uint8), True, np.array(kept, np.bool_))
    result = run(opened, query, filters=[filter_])
    assert set(scores(result)) == {d for d in every if failing[d] == 0 and labelled[d]}
    assert result.total == len(result.items)
    assert result.matched == sum(failing[d] < 2 for d in every)
    by_report = Counter(docs[d].report for d in every if labelled[d] and failing[d] < 2)
    assert result.group_counts[0].tolist() == [by_report[name] for name in names]
    by_label = Counter(docs[d].label for d in every if failing[d] == 0)
    assert result.label_counts[0].tolist() == [by_label[name] for name in labels]


@settings(max_examples=40)
@given(commits=st.lists(reports(), min_size=2, max_size=4), query=QUERY, merge=st.booleans())
def test_several_segments_are_one_index(
    commits: list[list[Doc]],
    query: wq.Query,
    merge: bool,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Merged or not, answers are those of the same documents written at once."""
    place = tmp_path_factory.getbasetemp() / f"oracle{next(_folders)}"
    named = [
        [Doc(f"{doc.report}-{at}", doc.words, doc.exact, doc.title, doc.label) for doc in docs]
        for at, docs in enumerate(commits)
    ]
    whole = [doc for docs in named for doc in docs]
    index = columns(place / "many", *named, mergetype=NO_MERGE)
    if merge:
        ColumnWriter(index).commit(mergetype=OPTIMIZE)
    opened = ColumnSearcher(index.searcher())
    assert len(opened.segments) == (1 if merge else len(commits))
    expected = run(ColumnSearcher(columns(place / "one", whole).searcher()), query)
    result = run(opened, query)
    assert scores(result) == pytest.approx(scores(expected), rel=CLOSE, abs=CLOSE)
    assert (result.total, result.matched) == (expected.total, expected.matched)


def test_open_dir_and_whoosh_itself_read_it(tmp_path: Path) -> None:
    """Whoosh's own index, searcher and queries, on an index that columns wrote."""
    docs = [
        Doc("a", ["医保", "医保", "基金"], ["医", "保", "基", "金"], ["年", "报"], id="a-1"),
        Doc("a", ["基金"], ["保", "医"] * 300, ["年", "报"], id="a-2"),
        Doc("b", ["医疗"], ["医", "疗", "医", "保"], ["总", "结"], id="b-1"),
    ]
    columns(tmp_path / "columns", docs)
    expected = stock(tmp_path / "stock", docs)
    searcher = open_dir(str(tmp_path / "columns"), NAME).searcher()
    for query in (
        wq.Term("words", "医保"),
        wq.Phrase("exact", ["医", "保"]),
        wq.Phrase("title", ["年", "报"]),
        wq.Prefix("words", "医"),
        wq.Or([wq.Term("words", "基金"), wq.Term("report", "b")]),
        wq.Every(),
    ):
        assert stock_scores(searcher, query) == pytest.approx(stock_scores(expected, query)), query
    assert searcher.document_number(id="b-1") == 2
    assert sorted(searcher.document_numbers(report="a")) == [0, 1]
    assert searcher.stored_fields(2) == {
        "id": "b-1",
        "report": "b",
        "label": "body",
        "data": "text 2",
    }
    assert list(searcher.lexicon("words")) == sorted(w.encode() for w in ("医保", "基金", "医疗"))
    reader = searcher.reader()
    assert reader.frequency("exact", "医") == expected.reader().frequency("exact", "医")
    assert reader.term_info("exact", "医").max_weight() == 300
    assert (reader.min_field_length("words"), reader.max_field_length("words")) == (1, 3)
    assert ("words", "无") not in reader


def test_deleting_and_updating(tmp_path: Path) -> None:
    index = columns(
        tmp_path, [Doc("a", ["x"], id="a1"), Doc("a", ["x"], id="a2"), Doc("b", ["x"], id="b1")]
    )
    writer = ColumnWriter(index)
    assert writer.delete_by_term("id", "a2") == 1
    assert writer.delete_group(b"b") == [1]
    put(writer, [Doc("c", ["x"], id="c1")])
    writer.commit(mergetype=NO_MERGE)
    assert _ids(index) == ["a1", "c1"]
    ColumnWriter(index).commit(mergetype=OPTIMIZE)
    assert _ids(index) == ["a1", "c1"]
    opened = ColumnSearcher(index.searcher())
    assert len(opened.segments) == 1
    assert opened.segments[0].reader.find_key("report", b"b") == []
    assert opened.searcher.document_number(id="a2") is None
    writer = ColumnWriter(index)
    writer.delete_by_term("report", "a")
    put(writer, [Doc("a", ["y"], id="a1")])
    writer.commit()
    assert _ids(index) == ["c1"]
    assert set(scores(run(ColumnSearcher(index.searcher()), wq.Term("words", "y"))))


def _ids(index: object) -> list[str]:
    opened = ColumnSearcher(index.searcher())  # type: ignore[attr-defined]
    result = run(opened, wq.Term("words", "x"))
    return sorted(opened.searcher.stored_fields(document)["id"] for document in scores(result))


def test_a_change_that_is_cancelled_leaves_nothing(tmp_path: Path) -> None:
    index = columns(tmp_path, [Doc("a", ["x"], id="a1")])
    writer = ColumnWriter(index)
    put(writer, [Doc("b", ["x"], id="b1")])
    writer.cancel()
    assert _ids(index) == ["a1"]
    ColumnWriter(index).commit()
    assert _ids(index) == ["a1"]


@pytest.mark.parametrize(
    ("sizes", "new", "kept"),
    [
        ([100], 1, [100]),
        ([1, 1, 1], 1, []),
        ([100, 3, 1], 1, [100]),
        ([100, 40, 3, 1], 30, []),
        ([300, 100, 10], 1, [300, 100, 10]),
    ],
)
def test_segments_of_like_size_are_merged(
    tmp_path: Path, sizes: list[int], new: int, kept: list[int]
) -> None:
    lists = [[Doc(f"{at}", ["x"]) for _ in range(size)] for at, size in enumerate(sizes)]
    index = columns(tmp_path, *lists, mergetype=NO_MERGE)
    writer = ColumnWriter(index)
    put(writer, [Doc("new", ["x"]) for _ in range(new)])
    writer.commit(mergetype=merge_similar)
    counts = [segment.doc_count() for segment in index._segments()]
    assert counts == [*kept, sum(sizes) + new - sum(kept)]


def test_no_merge_makes_a_segment_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even of a segment half of which is deleted, which is merged whatever its size."""
    reports = [[Doc(name, ["x"])] * 4 for name in "ab"]
    index = columns(tmp_path, [doc for docs in reports for doc in docs])
    monkeypatch.setattr("engine.columns.write.writer.MAX_DOCUMENTS_PER_SEGMENT", 7)
    for new, expected in ((4, [4, 4]), (3, [4, 7])):
        writer = ColumnWriter(index)
        writer.delete_group(b"a")
        put(writer, [Doc("new", ["x"])] * new)
        writer.commit(mergetype=merge_similar)
        assert sorted(segment.doc_count() for segment in index._segments()) == expected
    writer = ColumnWriter(index)
    with pytest.raises(OverflowError, match="11 documents in 3 groups"):
        writer.commit(mergetype=OPTIMIZE)
    writer.cancel()
    assert len(index._segments()) == 2


@pytest.mark.parametrize(("documents", "groups"), [(8, 1), (7, 8)])
def test_a_segment_can_be_full(
    tmp_path: Path, documents: int, groups: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.columns.write.writer.MAX_DOCUMENTS_PER_SEGMENT", 7)
    writer = ColumnWriter(new_index(tmp_path))
    docs = [Doc(str(min(number, groups - 1)), ["x"]) for number in range(documents)]
    for number in range(documents, groups):  # groups without documents
        writer.add_group(Group(str(number).encode(), b"", END_DOCUMENT, [], [], "", "", []))
    put(writer, docs)
    with pytest.raises(OverflowError, match="than a segment can hold"):
        writer.commit()  # puts in the last group
    writer.cancel()


def test_least_of_several_parts(tmp_path: Path) -> None:
    """``minmatch``, which Whoosh has a name for and does not implement."""
    words = [["a", "b", "c"], ["a", "b"], ["c"], ["d"], ["a", "c", "d"]]
    opened = ColumnSearcher(columns(tmp_path, [Doc("r", tokens) for tokens in words]).searcher())
    parts = [wq.Term("words", word) for word in "abcd"]
    for least, expected in ((1, {0, 1, 2, 3, 4}), (2, {0, 1, 4}), (3, {0, 4}), (4, set())):
        result = run(opened, wq.Or(parts, minmatch=least))
        assert set(scores(result)) == expected
        assert result.most_parts == 3
    without = wq.AndNot(wq.Every(boost=0.0), wq.Term("words", "d"))
    result = run(opened, wq.And([without, wq.Or([*parts, wq.Term("words", "x")], minmatch=2)]))
    assert set(scores(result)) == {0, 1}
    assert result.most_parts == 3


@pytest.mark.parametrize("parts", [1, 3, 127, 128, 129, 300])
def test_parts_are_counted_however_many_there_are(tmp_path: Path, parts: int) -> None:
    """Documents with all parts, with all but one and so on, against counting by hand."""
    names = [f"t{number}" for number in range(parts)]
    counts = [*{0, 1, parts // 2, max(parts - 1, 0), parts}]
    docs = [Doc("r", names[len(names) - count :]) for count in counts]
    opened = ColumnSearcher(columns(tmp_path, docs).searcher())
    query = [wq.Term("words", name) for name in names]
    for least in {1, 2, parts // 2, parts - 1, parts, parts + 1, 2 * parts, 1024} - {0}:
        result = run(opened, wq.Or(query, minmatch=least))
        expected = {number for number, count in enumerate(counts) if count >= least}
        assert set(scores(result)) == expected, least
        assert result.most_parts == parts


def test_an_implied_phrase_matches_and_scores_as_the_phrase(tmp_path: Path) -> None:
    docs = [
        Doc("r", ["基金会"], ["基", "金", "会"]),
        Doc("r", ["基金", "会议"], ["基", "金", "会", "议"]),
        Doc("r", [], ["会", "基", "金"]),
    ]
    opened = ColumnSearcher(columns(tmp_path, docs).searcher())
    phrase = wq.Phrase("exact", ["基", "金", "会"])
    implied = Implied(wq.Term("words", "基金会"), "exact", phrase.words)
    assert scores(run(opened, implied)) == scores(run(opened, phrase))
    assert set(scores(run(opened, implied))) == {0, 1}


def test_what_does_not_score_is_found_all_the_same(tmp_path: Path) -> None:
    docs = [Doc("r", ["a"], ["x", "y"]), Doc("r", ["b"], ["x", "y"]), Doc("r", ["b"], ["y", "x"])]
    opened = ColumnSearcher(columns(tmp_path, docs).searcher())
    silent = wq.Phrase("exact", ["x", "y"], boost=0.0)
    result = run(opened, wq.Or([wq.Term("words", "a"), silent]))
    alone = run(opened, wq.Term("words", "a"))
    assert scores(result) == {**scores(alone), 1: 0.0}


@pytest.mark.parametrize(
    "query",
    [
        wq.Wildcard("words", "a*b"),
        wq.Phrase("exact", ["a", "b"], slop=3),
        wq.Phrase("words", ["a", "b"]),
        wq.Term("id", "a"),
        wq.Term("label", "body"),
        wq.And([wq.Term("words", "a"), wq.Term("report", "r")]),
        wq.Phrase("id", ["a", "b"]),
        wq.Prefix("title", "a"),
        wq.Every("words"),
    ],
)
def test_what_columns_do_not_run_is_said(tmp_path: Path, query: wq.Query) -> None:
    opened = ColumnSearcher(columns(tmp_path, [Doc("r", ["a"])]).searcher())
    with pytest.raises(UnsupportedQuery):
        run(opened, query)


@pytest.mark.parametrize("limit", [0, 1, 3, 7, 100])
def test_the_best_are_the_best(tmp_path: Path, limit: int) -> None:
    docs = [Doc("r", ["a"] * (1 + number % 4)) for number in range(20)]
    opened = ColumnSearcher(columns(tmp_path, docs).searcher())
    every = run(opened, wq.Term("words", "a"))
    result = run(opened, wq.Term("words", "a"), limit)
    assert result.items == every.items[:limit]
    assert result.total == 20
