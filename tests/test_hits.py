"""Hits that are read one by one: those of the pages of a search, in one state of the index."""

from __future__ import annotations

from dataclasses import replace

import pytest
from conftest import NewLocation, making_indexes

from engine.engine import Engine, open_engine, open_writer
from engine.errors import QueryError
from engine.model import Lexicon, Paragraph, Query, Report

TEXTS = [[f"医保基金监管第{n}号，{'医保' * (n % 7)}。" for n in range(60)] for _ in range(4)]
QUERIES = [
    ("more hits than are scored again", Query("医保 基金", limit=0)),
    ("every paragraph", Query(limit=0)),
    ("the newest first", Query("医保", sort="newest", limit=0)),
    ("near-duplicates folded", Query("医保 基金", fold=True, limit=0)),
    ("a slice", Query("医保", limit=70, offset=100)),
    ("within earlier results", Query("基金", inside=("医保",), limit=0)),
    ("nothing", Query("海洋", exact=True)),
]


@pytest.fixture(scope="module")
def engine(new_location: NewLocation) -> Engine:
    reports = [(texts, ("湖南省",), 2020 + number, ()) for number, texts in enumerate(TEXTS)]
    return making_indexes(new_location)(*reports)


@pytest.mark.parametrize(("why", "query"), QUERIES, ids=[case[0] for case in QUERIES])
def test_hits_are_those_of_the_pages(engine: Engine, why: str, query: Query) -> None:
    with engine.searcher() as searcher:
        hits = tuple(searcher.hits(query))
        assert hits == searcher.search(query).hits, why
        first, after = query.offset, query.offset + len(hits)
        slices = [replace(query, limit=70, offset=at) for at in range(first, after, 70)]
        assert hits == tuple(hit for part in slices for hit in searcher.search(part).hits)


def test_a_faulty_query_fails_before_the_first_hit(engine: Engine) -> None:
    with engine.searcher() as searcher, pytest.raises(QueryError):
        searcher.hits(Query("(医保"))


def test_a_commit_between_two_hits_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    location = str(tmp_path_factory.mktemp("hits") / "index")
    _commit(location, *range(30))
    with open_engine(location).searcher() as searcher:
        expected = searcher.search(Query("医保", limit=0)).hits
        hits = searcher.hits(Query("医保", limit=0))
        read = [next(hits)]
        with open_writer(location, Lexicon()) as writer:
            for number in range(25):
                writer.remove(f"r{number}")
            writer.commit({})
        assert (*read, *hits) == expected
    assert open_engine(location).search(Query("医保")).total == 5


def _commit(location: str, *numbers: int) -> None:
    """Put in reports ``r<number>`` of a paragraph each."""
    with open_writer(location, Lexicon()) as writer:
        for number in numbers:
            key, text = f"r{number}", f"医保第{number}号"
            paragraph = Paragraph(f"{key}-0", key, 1, text, text)
            writer.add(Report(key, "报告", key, paragraphs=1), [paragraph])
        writer.commit({})
