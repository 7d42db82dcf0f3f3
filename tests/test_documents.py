"""Labels of documents of many kinds, written for this test, against what a reader takes them for.

``cases/documents.txt`` has the beginnings and ends of notices, bulletins, laws, reports, news
and scraped pages, each below what a reader expects. Some were written before the rules that
they are read with, some after, so the shares here say no more than that none is lost.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from indexer.evaluate import Score, evaluate

CASES = Path(__file__).parent / "cases" / "documents.txt"
LABELS = ("region", "year", "issuer", "published", "title")
FLOORS = {  # the least share of right labels, the largest of wrong ones
    "region": (0.97, 0.0),
    "year": (0.98, 0.0),
    "issuer": (0.95, 0.02),
    "published": (0.97, 0.0),
    "title": (0.98, 0.02),
}


@pytest.fixture(scope="module")
def scores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Score]:
    folder = tmp_path_factory.mktemp("documents")
    rows = ["\t".join(("file", *LABELS))]
    for at, case in enumerate(re.split(r"^=== .*\n", CASES.read_text("utf-8"), flags=re.M)[1:]):
        header, _, text = case.partition("\n---\n")
        expected = dict(line.split(": ", 1) for line in header.splitlines())
        (folder / f"{at}.txt").write_text(text, "utf-8")
        rows.append("\t".join((f"{at}.txt", *(expected.get(name, "") for name in LABELS))))
    table = folder / "labels.tsv"
    table.write_text("\n".join(rows), "utf-8")
    scores, failures = evaluate(folder, table)
    assert not failures
    return scores


@pytest.mark.parametrize("name", FLOORS)
def test_labels_are_what_a_reader_expects(scores: dict[str, Score], name: str) -> None:
    right, wrong = FLOORS[name]
    score = scores[name]
    assert score.right >= right * score.total, score.confusions
    assert score.wrong <= wrong * score.total, score.confusions
