"""What is asked of an index for each kind of leaf, and what weighs how much."""

from __future__ import annotations

from dataclasses import replace
from math import log
from pathlib import Path

import pytest
from whoosh import query as wq

from engine.analyze import Analyzer
from engine.engine import open_writer
from engine.errors import QueryError
from engine.local.execution import SnapshotIndex
from engine.local.snapshot import open_snapshot
from engine.model import Lexicon, Paragraph, Query, Report
from engine.query.attempt_query import attempt_query
from engine.query.index_query import ceiling, idf, to_index_query
from engine.query.plan import planner
from engine.query.synonyms import Synonyms
from engine.whoosh_queries import Implied

ANALYZER = Analyzer()
SYNONYMS = Synonyms([("国企", "国有企业", "央企国企")])
TEXTS = ["医保基金，参保率，国企改革", "国有企业，dip，医保", "医保局 县，国有资产", "国有"]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> SnapshotIndex:
    folder = tmp_path_factory.mktemp("index_query")
    report = Report("r", "报告", "r.txt")
    with open_writer(str(folder), Lexicon(), rebuild=True) as writer:
        paragraphs = [Paragraph(f"r-{at}", "r", at, text, text) for at, text in enumerate(TEXTS)]
        writer.add(replace(report, paragraphs=len(paragraphs)), paragraphs)
        writer.commit({})
    return SnapshotIndex(open_snapshot(folder))


def asked(text: str, index: SnapshotIndex) -> wq.Query:
    return to_index_query(planner(ANALYZER, SYNONYMS)(Query(text)).node, index)


def show(query: wq.Query) -> str:
    """A query on one line; ``^`` is its boost, ``by`` the word that implies a phrase."""
    match query:
        case Implied():
            shown = f"{query.fieldname}:“{''.join(query.words)}” by {query.by.text}"
        case wq.Phrase():
            shown = f"{query.fieldname}:“{''.join(query.words)}”"
        case wq.Prefix():
            shown = f"{query.fieldname}:{query.text}*"
        case wq.Term():
            shown = f"{query.fieldname}:{query.text}"
        case wq.Every():
            shown = "every"
        case wq.AndNot() | wq.AndMaybe():
            shown = f"{type(query).__name__.lower()}({show(query.a)}, {show(query.b)})"
        case _:
            parts = ", ".join(map(show, query.subqueries))
            shown = f"{type(query).__name__.lower()}({parts})"
    return shown if query.boost == 1 else f"{shown}^{query.boost:.3g}"


MEDICAL = "or(words:医保, exact:“医保” by 医保^0)"
FUND = "or(words:基金, exact:“基金” by 基金^0)"

ASKED = [
    ("", "every^0", "all, without a score"),
    ("医保", MEDICAL, "a word scores; its characters are found as well"),
    ("基金会", "exact:“基金会”", "a word that stands nowhere: its characters score"),
    ("县", "exact:县", "a character"),
    ("dip", "words:dip", "letters are cut alike in both fields"),
    ("“医保”", "exact:“医保” by 医保", "a phrase that is a word"),
    ("“保基”", "exact:“保基”", "one that is none"),
    ("“dip”", "exact:dip", "letters between quotation marks"),
    ("标题:商洛", "title:“商洛”", "a title"),
    ("标题:商", "title:商", "a character of a title"),
    ("医保 OR 基金", f"or({MEDICAL}, {FUND})", "either"),
    ("-医保", f"andnot(every^0, or({MEDICAL}))", "all but a word"),
    ("基金 -医保", f"andnot(and({FUND}), or({MEDICAL}))", "one without the other"),
    ("医*", "or(words:医*, exact:医^0)", "a beginning; its characters are found as well"),
    ("市*", "exact:市", "no word begins so"),
    ("d*", "words:d*", "letters"),
    ("5*", "words:5*", "a figure that no word begins with"),
    (
        "国企",
        "or(words:国企, exact:“国企” by 国企^0, words:国有企业^0.8, exact:“央企国企”^0.236)",
        "synonyms as words; one that stands nowhere by its characters",
    ),
]


@pytest.mark.parametrize(("text", "expected", "why"), ASKED, ids=[case[2] for case in ASKED])
def test_what_is_asked(text: str, expected: str, why: str, index: SnapshotIndex) -> None:
    assert show(asked(text, index)) == expected


def test_a_run_as_typed_weighs_more_than_its_words(index: SnapshotIndex) -> None:
    query = asked("医保基金", index)
    most = ceiling(query.a, index)
    assert show(query) == (
        f"andmaybe(and({MEDICAL}, {FUND}), and(exact:“医保基金”^0, every^{most:.3g}))"
    )
    # BM25 gives at most 2.2 times the idf; a heading gets a quarter. 医保 stands three times.
    assert most == pytest.approx(2.2 / 0.25 * ((log(4 / 4) + 1) + (log(4 / 2) + 1)))


def asked_loosely(text: str, index: SnapshotIndex) -> wq.Query:
    """The query of the last attempt, which asks for most of the words."""
    (*_, attempt) = planner(ANALYZER, SYNONYMS)(Query(text)).attempts(index)
    return attempt_query(attempt, attempt.least, text, index)


LOOSELY = [
    (
        "医保 基金会",
        f"or({MEDICAL}, exact:“基金会”)",
        "exact:医^0.3, exact:保^0.3, exact:基^0.3, exact:金^0.3, exact:会^0.3, "
        "exact:“医保”^0.6, exact:“保基”^0.6, exact:“基金”^0.6, exact:“金会”^0.6",
        "characters and pairs score",
    ),
    (
        "县 医保 基金",
        f"or({MEDICAL}, {FUND})",
        "exact:县, exact:医^0.3, exact:保^0.3, exact:基^0.3, exact:金^0.3, "
        "exact:“县医”^0.6, exact:“医保”^0.6, exact:“保基”^0.6, exact:“基金”^0.6",
        "a character that is a word scores in full, and need not be there",
    ),
]


@pytest.mark.parametrize(
    ("text", "words", "near", "why"), LOOSELY, ids=[case[3] for case in LOOSELY]
)
def test_what_is_asked_where_not_all_words_are_found(
    text: str, words: str, near: str, why: str, index: SnapshotIndex
) -> None:
    assert show(asked_loosely(text, index)) == f"andmaybe(and(every^0, {words}), or({near}))"


@pytest.mark.parametrize(("count", "close"), [(12, True), (13, False)])
def test_of_many_words_no_characters_score(count: int, close: bool, index: SnapshotIndex) -> None:
    text = "、".join(map(str, range(100, 100 + count)))
    assert show(asked_loosely(text, index)).startswith("andmaybe(") is close


@pytest.mark.parametrize(
    ("documents", "count", "expected"),
    [(0, 0, 1), (1, 0, 1), (4, 1, log(2) + 1), (4, 3, 1), (4, 4, log(4 / 5) + 1)],
)
def test_idf(documents: int, count: int, expected: float) -> None:
    assert idf(documents, count) == pytest.approx(expected)


@pytest.mark.parametrize(("limit", "refused"), [(2, True), (3, False)])
def test_the_words_of_a_beginning_are_limited(
    limit: int, refused: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_writer(str(tmp_path), Lexicon(), rebuild=True) as writer:
        text = "100，101，102，国有，国企，国家"
        writer.add(Report("r", "报告", "r.txt", paragraphs=1), [Paragraph("r-1", "r", 1, text, "")])
        writer.commit({})
    index = SnapshotIndex(open_snapshot(tmp_path))
    monkeypatch.setattr("engine.query.index_query.MAX_EXPANSION", limit)
    if refused:
        assert show(asked("国*", index)) == "exact:国"
        with pytest.raises(QueryError, match="太多"):
            asked("1*", index)
    else:
        assert show(asked("国*", index)) == "or(words:国*, exact:国^0)"
        assert show(asked("1*", index)) == "words:1*"
