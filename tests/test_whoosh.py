"""Whoosh's own features over columns, one by one, against an index of Whoosh's own.

Whatever a stock searcher or reader answers for the same documents, over one segment or two,
with deleted documents or without, it answers over columns. Where Whoosh itself fails over its
own files, nothing is asked.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from columns import Doc, new_index, put
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import query as wq
from whoosh import scoring, sorting
from whoosh.index import open_dir
from whoosh.query import spans
from whoosh.searching import Searcher
from whoosh.writing import NO_MERGE

from engine.columns.write.writer import ColumnWriter
from engine.local.store import NAME

FIRST = [
    Doc("a", ["医保", "医保", "基金"], ["医", "保", "基", "金"], ["年", "报"], id="a-1"),
    Doc("a", ["基金", "apple"], ["保", "医"] * 20, ["年", "报"], id="a-2"),
    Doc("b", ["医疗", "apply"], ["医", "疗", "医", "保"], ["总", "结"], id="b-1"),
    Doc("b", ["年"], ["年"], ["总", "结"], id="b-2"),
]
SECOND = [
    Doc("c", ["医疗", "banana", "apple"], ["医", "x"], ["年"], id="c-1"),
    Doc("d", ["基金"], ["基", "金", "医", "保"], ["年"], id="d-1"),
    Doc("e", ["zeta"], ["z"], ["z"], id="e-1", label="heading"),
]
FIELDS = ("id", "report", "words", "exact", "title", "label", "data")
TERMS = [
    *(("words", text) for text in ("医保", "基金", "apple", "zeta", "无")),
    *(("exact", text) for text in ("医", "保", "z")),
    *(("title", text) for text in ("年", "结")),
    *(("id", text) for text in ("a-1", "a-2", "e-1", "无")),
    *(("report", text) for text in ("a", "d")),
]
MEDICAL, FUND = wq.Term("exact", "医"), wq.Term("words", "基金")
QUERIES: dict[str, wq.Query] = {
    "term": MEDICAL,
    "and": wq.And([MEDICAL, FUND]),
    "or": wq.Or([MEDICAL, FUND, wq.Term("report", "d")]),
    "not": wq.Not(MEDICAL),
    "and not": wq.AndNot(MEDICAL, FUND),
    "and maybe": wq.AndMaybe(MEDICAL, FUND),
    "require": wq.And([MEDICAL, wq.Require(wq.Term("exact", "保"), FUND)]),
    "otherwise": wq.Otherwise(wq.Term("words", "无"), FUND),
    "disjunction max": wq.DisjunctionMax([MEDICAL, FUND]),
    "constant": wq.ConstantScoreQuery(MEDICAL, 2.0),
    "phrase": wq.Phrase("exact", ["医", "保"]),
    "loose phrase": wq.Phrase("exact", ["医", "保"], slop=3),
    "title": wq.Phrase("title", ["年", "报"]),
    "near": spans.SpanNear(MEDICAL, wq.Term("exact", "保"), slop=2),
    "first": spans.SpanFirst(wq.Term("exact", "保"), limit=1),
    "span or": spans.SpanOr([MEDICAL, wq.Term("exact", "保")]),
    "span not": spans.SpanNot(MEDICAL, wq.Term("exact", "保")),
    "span contains": spans.SpanContains(MEDICAL, MEDICAL),
    "span before": spans.SpanBefore(MEDICAL, wq.Term("exact", "保")),
    "ordered": wq.Ordered([MEDICAL, wq.Term("exact", "保")]),
    "parent": wq.NestedParent(wq.Term("id", "a-1"), wq.Term("exact", "保")),
    "every": wq.Every(),
    "every of a field": wq.Every("id"),
    "keys": wq.Or([wq.Term("id", key) for key in ("a-1", "e-1", "无")]),
    "prefix": wq.Prefix("words", "a"),
    "scored prefix": wq.Prefix("words", "a", constantscore=False),
    "wildcard": wq.Wildcard("words", "?p*"),
    "wildcard of keys": wq.Wildcard("id", "*-1"),
    "regular expression": wq.Regex("words", "a.*e"),
    "similar": wq.FuzzyTerm("words", "appl", maxdist=1),
    "very similar": wq.FuzzyTerm("words", "aply", 2.0, 2, 1, constantscore=False),
    "similar character": wq.FuzzyTerm("words", "医药", maxdist=1),
    "variations": wq.Variations("words", "apples"),
    "range": wq.TermRange("words", "a", "b"),
    "scored range": wq.TermRange("exact", "x", None, startexcl=True, constantscore=False),
    "range of keys": wq.TermRange("report", "b", "d"),
    "number": wq.NumericRange("words", 1, 5),
}


class Pair(NamedTuple):
    """The same documents in Whoosh's own codec and in columns."""

    stock: Searcher
    columns: Searcher


@pytest.fixture(scope="module", params=itertools.product([False, True], repeat=2))
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """In one segment or two, with all documents or with some deleted."""
    several, deleted = request.param
    commits = [FIRST, SECOND] if several else [[*FIRST, *SECOND]]
    return make_pair(tmp_path_factory.mktemp("whoosh"), commits, deleted)


def make_pair(place: Path, commits: Iterable[list[Doc]], deleted: bool = False) -> Pair:
    stock, columns = (new_index(place / name) for name in ("stock", "columns"))
    for index, new_writer in ((stock, stock.writer), (columns, lambda: ColumnWriter(columns))):
        for docs in commits:
            writer = new_writer()
            put(writer, docs)
            writer.commit(mergetype=NO_MERGE)
        if deleted:
            writer = new_writer()
            for field, text in (("id", "a-2"), ("report", "d"), ("id", "e-1")):
                assert writer.delete_by_term(field, text) == 1
            writer.commit(mergetype=NO_MERGE)
        assert len(index._segments()) == len(list(commits))
    return Pair(*(open_dir(str(place / name), NAME).searcher() for name in ("stock", "columns")))


Feature = Callable[..., Any]


def plain(value: Any) -> Any:
    """A value that can be compared: generators as lists, scores rounded."""
    if isinstance(value, float):
        return round(value, 5)
    if isinstance(value, str | bytes):
        return value
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, Iterable) else value


def assert_same(pair: Pair, feature: Feature, *arguments: Any) -> None:
    try:
        expected = plain(feature(pair.stock, *arguments))
    except Exception:  # Whoosh cannot do that, or not for this field
        return
    assert plain(feature(pair.columns, *arguments)) == expected, arguments


def walk(matcher: Any) -> Iterator[Any]:
    while matcher.is_active():
        yield matcher
        matcher.next()


def ids(results: Any) -> list[str]:
    return [hit["id"] for hit in results]


def scored(results: Any) -> list[tuple[str, float]]:
    return [(hit["id"], hit.score) for hit in results]


def numbers(info: Any) -> tuple[Any, ...]:
    """What a ``TermInfo`` says."""
    lengths = info.min_length(), info.max_length()
    return (info.weight(), info.doc_frequency(), *lengths, info.min_id(), info.max_id())


def infos(pairs: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    return [(term, numbers(info)) for term, info in pairs]


OF_A_TERM: dict[str, Feature] = {
    "postings": lambda s, f, t: [(m.id(), m.weight(), m.score()) for m in walk(s.postings(f, t))],
    "ids": lambda s, f, t: s.postings(f, t).all_ids(),
    "value": lambda s, f, t: [m.value() or b"" for m in walk(s.postings(f, t))],
    "weight": lambda s, f, t: [m.value_as("weight") for m in walk(s.postings(f, t))],
    "frequency": lambda s, f, t: [m.value_as("frequency") for m in walk(s.postings(f, t))],
    "positions": lambda s, f, t: [m.value_as("positions") for m in walk(s.postings(f, t))],
    "boosts": lambda s, f, t: [m.value_as("position_boosts") for m in walk(s.postings(f, t))],
    "items": lambda s, f, t: s.postings(f, t).items_as("frequency"),
    "supports": lambda s, f, t: [
        s.postings(f, t).supports(name)
        for name in ("weight", "frequency", "positions", "position_boosts", "characters")
    ],
    "spans": lambda s, f, t: [[x.start for x in m.spans()] for m in walk(s.postings(f, t))],
    "skipping": lambda s, f, t: [skipped(s.postings(f, t), at) for at in range(7)],
    "information": lambda s, f, t: numbers(s.term_info(f, t)),
    "counts": lambda s, f, t: (s.frequency(f, t), s.doc_frequency(f, t), (f, t) in s.reader()),
    "first": lambda s, f, t: s.reader().first_id(f, t),
    "idf": lambda s, f, t: s.idf(f, t),
    "documents": lambda s, f, t: s.documents(**{f: t}),
    "best": lambda s, f, t: len(s.search(wq.Term(f, t), limit=1)),
    **{
        weighting.__name__: lambda s, f, t, weighting=weighting: scored(
            Searcher(s.reader(), weighting=weighting()).search(wq.Term(f, t))
        )
        for weighting in (scoring.TF_IDF, scoring.Frequency, scoring.PL2, scoring.BM25F)
    },
}


def skipped(matcher: Any, to: int) -> int | None:
    matcher.skip_to(to)
    return matcher.id() if matcher.is_active() else None


@pytest.mark.parametrize("name", OF_A_TERM)
def test_terms(pair: Pair, name: str) -> None:
    for field, text in TERMS:
        assert_same(pair, OF_A_TERM[name], field, text)


def groups(results: Any) -> dict[str, Any]:
    return {str(name): found for name, found in results.groups().items()}


OF_A_FIELD: dict[str, Feature] = {
    "sorted": lambda s, f: ids(s.search(wq.Every(), sortedby=f)),
    "reversed": lambda s, f: ids(s.search(wq.Every(), sortedby=f, reverse=True)),
    "reverse facet": lambda s, f: ids(
        s.search(wq.Every(), sortedby=sorting.FieldFacet(f, reverse=True))
    ),
    "sorted by two": lambda s, f: ids(
        s.search(wq.Every(), sortedby=[sorting.FieldFacet(f), sorting.ScoreFacet()])
    ),
    "sorted by what is stored": lambda s, f: ids(
        s.search(wq.Every(), sortedby=sorting.StoredFieldFacet(f))
    ),
    "grouped": lambda s, f: groups(s.search(wq.Every(), groupedby=f)),
    "grouped with overlap": lambda s, f: groups(
        s.search(wq.Every(), groupedby=sorting.FieldFacet(f, allow_overlap=True))
    ),
    "grouped by what is stored": lambda s, f: groups(
        s.search(wq.Every(), groupedby=sorting.StoredFieldFacet(f))
    ),
    "collapsed": lambda s, f: scored(s.search(MEDICAL, collapse=f)),
    "lexicon": lambda s, f: s.lexicon(f),
    "terms": lambda s, f: s.field_terms(f),
    "terms from": lambda s, f: s.reader().terms_from(f, "b"),
    "prefix": lambda s, f: s.reader().expand_prefix(f, "a"),
    "information": lambda s, f: infos(s.reader().iter_field(f)),
    "information of a prefix": lambda s, f: infos(s.reader().iter_prefix(f, "a")),
    "information from": lambda s, f: infos(s.reader().iter_from(f, "b")),
    "frequent": lambda s, f: s.reader().most_frequent_terms(f, 3),
    "distinctive": lambda s, f: s.reader().most_distinctive_terms(f, 3),
    "lengths": lambda s, f: [s.doc_field_length(n, f) for n in range(s.doc_count_all())],
    "total length": lambda s, f: (s.field_length(f), s.avg_field_length(f), s.max_field_length(f)),
    "similar": lambda s, f: sorted(s.reader().terms_within(f, "appl", 2)),
    "similar with a prefix": lambda s, f: sorted(s.reader().terms_within(f, "appl", 1, prefix=1)),
    "suggestions": lambda s, f: s.suggest(f, "appl"),
    "corrector": lambda s, f: s.corrector(f).suggest("aple", limit=3, maxdist=2),
    "cursor": lambda s, f: moves(s.reader().cursor(f)),
    "vectors": lambda s, f: s.has_vector(0, f),
    "vector": lambda s, f: s.vector(0, f),
    "columns": lambda s, f: bool(s.reader().has_column(f)),
    "key terms": lambda s, f: s.key_terms([0, 2], f),
    "key terms of a text": lambda s, f: s.key_terms_from_text(f, ["医保", "基金"]),
    "more like this": lambda s, f: scored(s.more_like(0, f, text=["医", "保"])),
    "missing": lambda s, f: (s.frequency(f, "无"), s.reader().doc_frequency(f, "无")),
    "range": lambda s, f: scored(s.search(wq.TermRange(f, "a", "b"))),
    "wildcard": lambda s, f: scored(s.search(wq.Wildcard(f, "*a*"))),
    "similar term": lambda s, f: scored(s.search(wq.FuzzyTerm(f, "a-3"))),
    "every": lambda s, f: scored(s.search(wq.Every(f))),
}


def moves(cursor: Any) -> Iterator[Any]:
    yield cursor.text()
    while cursor.is_valid():
        yield numbers(cursor.term_info())
        yield cursor.next()
    yield cursor.term_info()
    yield from (cursor.first(), cursor.find("b"), cursor.find("保".encode()), cursor.text())
    yield from (cursor.find("\U0010ffff"), cursor.next(), cursor.is_valid())


@pytest.mark.parametrize("name", OF_A_FIELD)
def test_fields(pair: Pair, name: str) -> None:
    for field in FIELDS:
        assert_same(pair, OF_A_FIELD[name], field)


OF_A_QUERY: dict[str, Feature] = {
    "all": lambda s, q: scored(s.search(q, limit=None)),
    "best": lambda s, q: scored(s.search(q, limit=2, optimize=False)),
    "terms": lambda s, q: [sorted(hit.matched_terms()) for hit in s.search(q, terms=True)],
    "filter": lambda s, q: scored(s.search(q, filter=wq.Term("report", "a"))),
    "mask": lambda s, q: scored(s.search(q, mask=wq.Term("report", "a"))),
    "documents": lambda s, q: sorted(s.docs_for_query(q)),
    "page": lambda s, q: ids(s.search_page(q, 2, pagelen=2, optimize=False)),
    "existing terms": lambda s, q: sorted(map(str, q.existing_terms(s.reader()))),
    "simplified": lambda s, q: str(q.simplify(s.reader())),
    "key terms": lambda s, q: s.search(q).key_terms("exact", numterms=3),
    "highlights": lambda s, q: [hit.highlights("data", text="医 保 基金") for hit in s.search(q)],
    "more like this": lambda s, q: [
        scored(hit.more_like_this("exact", text=["医"])) for hit in s.search(q)
    ],
    "grouped": lambda s, q: groups(
        s.search(q, groupedby=sorting.QueryFacet({"医": MEDICAL, "基金": FUND}))
    ),
    "sorted": lambda s, q: ids(s.search(q, sortedby=sorting.FieldFacet("report", reverse=True))),
    "spans": lambda s, q: [
        (matcher.id() + base, [x.start for x in matcher.spans()])
        for leaf, base in s.leaf_searchers()
        for matcher in walk(q.matcher(leaf, leaf.context()))
    ],
}


@pytest.mark.parametrize("name", OF_A_QUERY)
def test_queries(pair: Pair, name: str) -> None:
    for query in QUERIES.values():
        assert_same(pair, OF_A_QUERY[name], query)


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_every_query_can_be_run(pair: Pair, query: wq.Query) -> None:
    """``assert_same`` passes over what Whoosh cannot do with files of its own."""
    if not isinstance(query, wq.NumericRange):  # of fields of numbers
        pair.columns.search(query, limit=None)


OF_AN_INDEX: dict[str, Feature] = {
    "terms": lambda s: s.reader().all_terms(),
    "information": lambda s: infos(s.reader()),
    "fields": lambda s: sorted(s.reader().indexed_field_names()),
    "documents": lambda s: s.iter_docs(),
    "stored": lambda s: s.reader().all_stored_fields(),
    "numbers": lambda s: s.reader().all_doc_ids(),
    "counts": lambda s: (s.doc_count(), s.doc_count_all(), s.reader().has_deletions()),
    "deleted": lambda s: map(s.reader().is_deleted, range(s.doc_count_all())),
    "postings": lambda s: [
        (*posting[:4], posting[4] or b"")
        for reader, _ in s.reader().leaf_readers()
        for posting in reader.iter_postings()
    ],
    "correction": lambda s: str(s.correct_query(wq.Term("words", "appel"), "appel").query),
    "freshness": lambda s: (s.up_to_date(), s.refresh() is s),
}


@pytest.mark.parametrize("name", OF_AN_INDEX)
def test_indexes(pair: Pair, name: str) -> None:
    assert_same(pair, OF_AN_INDEX[name])


LETTERS = st.sampled_from("abcd")
TERM = st.builds(wq.Term, st.sampled_from(["words", "exact"]), LETTERS)
PHRASE = st.builds(
    lambda words, slop: wq.Phrase("exact", words, slop=slop),
    st.lists(LETTERS, min_size=2, max_size=2),
    st.integers(1, 2),
)


def _compound(children: st.SearchStrategy[wq.Query]) -> st.SearchStrategy[wq.Query]:
    several = st.lists(children, min_size=1, max_size=3)
    two = (wq.Require, wq.AndNot, wq.AndMaybe, wq.Otherwise)
    return st.one_of(
        *(st.builds(kind, several) for kind in (wq.And, wq.Or, wq.DisjunctionMax)),
        *(st.builds(kind, children, children) for kind in two),
        st.builds(lambda keep, drop: wq.And([keep, wq.Not(drop)]), children, children),
    )


QUERY = st.recursive(TERM | PHRASE, _compound, max_leaves=6)
DOCUMENT = st.builds(
    lambda words, exact: Doc("r", words, exact), st.lists(LETTERS), st.lists(LETTERS)
)
_folders = itertools.count()


@settings(max_examples=60)
@given(
    docs=st.lists(DOCUMENT, min_size=1, max_size=8),
    queries=st.lists(QUERY, min_size=1, max_size=12),
)
def test_nested_queries(
    docs: list[Doc], queries: list[wq.Query], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whoosh's matchers call each other in more ways than anybody would think of."""
    pair = make_pair(tmp_path_factory.getbasetemp() / f"whoosh{next(_folders)}", [docs])
    for query in queries:
        for options in ({}, {"optimize": False}, {"scored": False}):
            assert_same(pair, lambda s, q, o=options: scored(s.search(q, limit=None, **o)), query)
