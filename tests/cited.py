"""Passages of real reports and documents, to be cited."""

from __future__ import annotations

from pathlib import Path

from conftest import SHARED

from engine.engine import open_engine
from engine.model import Query
from engine.sentences import find_sentences
from indexer.build import build
from search_app.passages import Passage

COUNT = 300


def real_passages(location: Path) -> list[Passage]:
    """Some 300 passages, every third one of a first sentence, in an index made at ``location``."""
    reports, documents = SHARED.glob("reports/*.md"), SHARED.glob("documents/*/*")
    build([*sorted(reports)[::70], *sorted(documents)[::4]], str(location))
    with open_engine(str(location)).searcher() as searcher:
        total = searcher.search(Query(limit=0)).total
        hits = [*searcher.hits(Query(limit=0))][:: total // COUNT]
    return [
        Passage(hit, 1, 1) if at % 3 == 0 and find_sentences(hit.paragraph.text) else Passage(hit)
        for at, hit in enumerate(hits)
    ]
