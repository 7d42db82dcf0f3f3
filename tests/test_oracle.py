"""Real paragraphs, 20,000 of them, in stock Whoosh and in columns: the queries of the
benchmark must give the same hits, the same scores and the same counts. Stock Whoosh takes
some minutes for that, so ``make test`` leaves it to ``make test-oracle``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import pytest
from columns import Doc, columns, new_index, put, run, scores, stock_scores
from conftest import SHARED
from whoosh import query as wq
from whoosh.index import open_dir

from benchmarks import corpus
from benchmarks.corpus import Record
from benchmarks.peers.whoosh import tree
from benchmarks.queries import choose
from engine.columns.run.searcher import ColumnSearcher
from engine.local.store import NAME

pytestmark = [pytest.mark.shared, pytest.mark.oracle]

SIZE = 20_000


def docs(records: Sequence[Record]) -> Iterator[Doc]:
    for record in records:
        label = "|".join(("body", *record.themes))
        yield Doc(str(record.report), record.words.split(), record.exact.split(), (), label)


def test_real_paragraphs_and_queries(tmp_path: Path) -> None:
    records = list(islice(corpus.load(SHARED / "reports"), SIZE))
    assert len(records) == SIZE
    writer = new_index(tmp_path / "stock").writer(limitmb=1024)
    put(writer, docs(records))
    writer.commit()
    expected = open_dir(str(tmp_path / "stock"), NAME).searcher()
    opened = ColumnSearcher(columns(tmp_path / "columns", list(docs(records))).searcher())
    labels = opened.segments[0].reader.label_names
    reports = list(dict.fromkeys(str(record.report) for record in records))
    made = list(docs(records))
    nodes = list(dict.fromkeys(query.node for query in choose(records)))
    assert len(nodes) >= 40
    for node in nodes:
        query = scored(tree(node))
        right = stock_scores(expected, query)
        found = run(opened, query, SIZE)
        assert scores(found) == pytest.approx(right, rel=1e-5), node
        by_report = Counter(made[number].report for number in right)
        by_label = Counter(made[number].label for number in right)
        assert found.group_counts[0].tolist() == [by_report[name] for name in reports], node
        assert found.label_counts[0].tolist() == [by_label[name] for name in labels], node


def scored(query: wq.Query) -> wq.Query:
    """The query with prefixes that score; in Whoosh this would depend on the size of the index."""
    if isinstance(query, wq.Prefix):
        return wq.Prefix(query.fieldname, query.text, constantscore=False)
    return query
