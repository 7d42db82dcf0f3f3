"""Measures the pairs of sentences on real reports: right partners, chance partners, plants.

``cases/compare.tsv`` has 100 sentences of ten pairs of reports of consecutive years, ten a pair,
with the partner that a reader chose: ``paragraph.sentence``, ``-`` for none, ``?`` where either
would do. A sentence has a partner where another says the same of the same thing in mostly the
same words. Half of the pairs served to tune the measure.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from conftest import SHARED
from test_compare import planted

from engine.engine import Searcher, open_engine
from engine.model import Query, Report
from indexer.build import build
from search_app.compare.alignment import MIN_LIKENESS, align, sentences_of
from search_app.compare.comparison import compare

pytestmark = pytest.mark.shared

with (Path(__file__).parent / "cases/compare.tsv").open(encoding="utf-8", newline="") as lines:
    CASES = list(csv.DictReader(lines, delimiter="\t"))
PAIRS = list(dict.fromkeys((case["a"], case["b"]) for case in CASES))


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    files = [SHARED / "reports" / name for pair in PAIRS for name in pair]
    location = str(tmp_path_factory.mktemp("compare") / "index")
    assert build(files, location).failures == []
    with open_engine(location).searcher() as opened:
        yield opened


@pytest.fixture(scope="module")
def reports(searcher: Searcher) -> dict[str, Report]:
    found = (match.report for match in searcher.report_matches(Query(limit=0)))
    return {Path(report.source).name: report for report in found}


@pytest.mark.parametrize(("part", "least"), [("tune", 0.88), ("measure", 0.83)])
def test_partners_are_those_that_a_reader_chose(
    searcher: Searcher, reports: dict[str, Report], part: str, least: float
) -> None:
    right = wrong = missed = 0
    for a, b in PAIRS:
        found = {
            f"{pair.b.paragraph.ordinal}.{pair.b.number}": (
                f"{pair.a.paragraph.ordinal}.{pair.a.number}"
            )
            for pair in compare(searcher, reports[a], reports[b]).sentences.pairs
        }
        for case in CASES:
            if (case["a"], case["b"], case["set"]) != (a, b, part) or case["partner"] == "?":
                continue
            partner, chosen = found.get(case["sentence"]), case["partner"].split("|")
            right += partner in chosen
            wrong += bool(partner) and partner not in chosen
            missed += chosen != ["-"] and partner not in chosen
    assert right >= 5
    assert 2 * right / (2 * right + wrong + missed) >= least


def test_hardly_a_sentence_has_a_partner_in_another_province(
    searcher: Searcher, reports: dict[str, Report]
) -> None:
    provinces = {name: report.region.names[0] for name, report in reports.items()}
    apart = [(a, b) for a, b in combinations(sorted(provinces), 2) if provinces[a] != provinces[b]]
    paired = sentences = 0
    for a, b in random.Random(1).sample(apart, 10):
        found = compare(searcher, reports[a], reports[b]).sentences
        paired += len(found.pairs)
        sentences += len(found.pairs) + len(found.new)
    assert sentences > 3_000
    assert paired / sentences <= 0.01


@pytest.mark.parametrize("name", [pair[1] for pair in PAIRS])
def test_planted_changes_are_marked(
    searcher: Searcher, reports: dict[str, Report], name: str
) -> None:
    """Ten changes in a copy of a report, one at a time."""
    rng = random.Random(name)
    paragraphs = searcher.paragraphs(reports[name].id)
    a = sentences_of(paragraphs)
    for _ in range(10):
        sentence, kind, changed = planted(rng, a)
        text = sentence.paragraph.text
        text = text[: sentence.start] + changed + text[sentence.end :]
        b = sentences_of(
            [replace(p, text=text) if p == sentence.paragraph else p for p in paragraphs]
        )
        (pair,) = (pair for pair in align(a, b, MIN_LIKENESS).pairs if pair.spans)
        assert (pair.a, pair.b.text, pair.spans[0].kind) == (sentence, changed.strip(), kind)
