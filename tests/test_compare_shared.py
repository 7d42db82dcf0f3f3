"""Measures the pairs of sentences on real reports: right partners, chance partners, plants.

What is measured, and how, says ``benchmarks/pairing.py``, which prints the figures.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from conftest import SHARED
from test_compare import planted

from benchmarks import pairing
from engine.engine import Searcher
from engine.model import Report
from search_app.compare.alignment import MIN_LIKENESS, align, sentences_of

pytestmark = pytest.mark.shared

CASES = pairing.cases()
PAIRS = pairing.pairs_of(CASES)


@pytest.fixture(scope="module")
def opened() -> Iterator[tuple[Searcher, Mapping[str, Report]]]:
    with pairing.opened(SHARED / "reports") as found:
        yield found


@pytest.fixture(scope="module")
def searcher(opened: tuple[Searcher, Mapping[str, Report]]) -> Searcher:
    return opened[0]


@pytest.fixture(scope="module")
def reports(opened: tuple[Searcher, Mapping[str, Report]]) -> Mapping[str, Report]:
    return opened[1]


def test_the_labelled_sentences_are_in_the_reports(
    searcher: Searcher, reports: Mapping[str, Report]
) -> None:
    """A sentence that is cut otherwise can no longer be found, and must be labelled again."""
    known = {
        name: {pairing.digest(one.text) for one in sentences_of(searcher.paragraphs(report.id))}
        for name, report in reports.items()
    }
    found = [case.sentence in known[case.b] for case in CASES]
    assert sum(found) >= 0.97 * len(found)


@pytest.mark.parametrize(("part", "least"), [("tune", 0.87), ("measure", 0.79)])
def test_partners_are_those_that_a_reader_chose(
    searcher: Searcher, reports: Mapping[str, Report], part: str, least: float
) -> None:
    found = pairing.score(searcher, reports, part)
    assert found.right >= 40
    assert found.f1 >= least


def test_hardly_a_sentence_has_a_partner_in_another_province(
    searcher: Searcher, reports: Mapping[str, Report]
) -> None:
    paired, sentences = pairing.chance(searcher, reports, 10)
    assert sentences > 3_000
    assert paired / sentences <= 0.01


@pytest.mark.parametrize("name", [pair[1] for pair in PAIRS[::4]])
def test_planted_changes_are_marked(
    searcher: Searcher, reports: Mapping[str, Report], name: str
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
