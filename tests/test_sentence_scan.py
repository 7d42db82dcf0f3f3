"""Words in one sentence, over real paragraphs, against a plain scan; see the benchmark."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from conftest import SHARED

from benchmarks.sentence_scan import compare
from engine.engine import open_engine
from indexer.build import build

FILES, QUERIES = 12, 300


@pytest.mark.shared
def test_found_and_marked_as_by_a_scan(tmp_path: Path) -> None:
    location = str(tmp_path / "index")
    paths = sorted((SHARED / "reports").glob("*.md"))
    build(random.Random(7).sample(paths, FILES), location)
    with open_engine(location).searcher() as searcher:
        found, marked = compare(searcher, QUERIES, seed=7)
    assert found > QUERIES
    assert marked > QUERIES
