"""Unedited questions of judged sets: does the right document come first?

The floors are what is reached, less a margin; ``docs/relevance.md`` has the figures and
what else was tried.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from engine.engine import open_engine
from engine.model import Query
from indexer.build import build

SHARED = Path(__file__).parents[1].parent / "shared" / "relevance"


class Judged(NamedTuple):
    """A judged set: its name, the number of hits that gives ten documents, and the minimum of the
    mean reciprocal rank and of the share of right documents among the first ten."""

    name: str
    limit: int
    rank: float
    recall: float


SETS = [Judged("policy", 12, 0.875, 0.975), Judged("statute", 60, 0.57, 0.66)]


@pytest.mark.shared
@pytest.mark.parametrize("judged", SETS, ids=lambda judged: judged.name)
def test_the_right_document_comes_first(judged: Judged, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for line in (SHARED / judged.name / "docs.jsonl").read_text("utf-8").splitlines():
        document = json.loads(line)
        (corpus / f"{document['id']}.txt").write_text(document["text"], "utf-8")
    build([corpus], str(tmp_path / "index"))
    engine = open_engine(str(tmp_path / "index"))
    lines = (SHARED / judged.name / "queries.tsv").read_text("utf-8").splitlines()[1:]
    ranks, recalls = [], []
    for question, right in (line.split("\t") for line in lines):
        hits = engine.search(Query(question, limit=judged.limit)).hits
        found = list(dict.fromkeys(Path(hit.report.source).stem for hit in hits))[:10]
        wanted = set(right.split(","))
        places = [place for place, name in enumerate(found, 1) if name in wanted]
        ranks.append(1 / places[0] if places else 0.0)
        recalls.append(len(places) / len(wanted))
    assert sum(ranks) / len(ranks) >= judged.rank
    assert sum(recalls) / len(recalls) >= judged.recall
