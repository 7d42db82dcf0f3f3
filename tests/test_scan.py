"""The whole engine over 20,000 real paragraphs, against a plain scan of their texts.

What is quoted, and what begins with some characters, is where a substring scan finds it; every
such place is marked; facets count what is found; and pages put together are all of it. Part of
``make test-oracle``.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import pytest
from conftest import SHARED

from engine.analyze import is_han, normalise
from engine.engine import Engine, open_engine
from engine.facets import prefixes
from engine.folding import unify
from engine.model import UNKNOWN, FacetCount, Hit, Page, Query
from indexer.build import build

pytestmark = [pytest.mark.shared, pytest.mark.oracle]

FILES, MIN_PARAGRAPHS = 260, 20_000
QUOTED, BEGINNINGS, PAGED = 300, 200, 40


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    location = str(tmp_path_factory.mktemp("scan") / "index")
    paths = sorted((SHARED / "reports").glob("*.md"))
    build(random.Random(20).sample(paths, FILES), location)
    return open_engine(location)


@pytest.fixture(scope="module")
def everything(engine: Engine) -> dict[str, tuple[Hit, str]]:
    """All paragraphs by id, each with its text as it is compared."""
    hits = engine.search(Query(limit=0)).hits
    assert len(hits) >= MIN_PARAGRAPHS
    return {hit.paragraph.id: (hit, plain(hit.paragraph.text)) for hit in hits}


def plain(text: str) -> str:
    return unify(normalise(text))


def stretches(texts: list[str], count: int, longest: int) -> Iterator[str]:
    """Stretches of Han characters from the texts."""
    choice = random.Random(longest)
    while count:
        text = choice.choice(texts)
        at = choice.randrange(len(text))
        stretch = text[at : at + choice.randint(2, longest)]
        if len(stretch) > 1 and is_han(stretch):
            count -= 1
            yield stretch


def places(text: str, searched: str) -> set[int]:
    """The offsets that occurrences of a text cover."""
    covered: set[int] = set()
    at = text.find(searched)
    while at >= 0:
        covered.update(range(at, at + len(searched)))
        at = text.find(searched, at + 1)
    return covered


def marked(hit: Hit) -> set[int]:
    spans = (span for span in hit.spans if span.kind == "query")
    return {offset for span in spans for offset in range(span.start, span.end)}


def check(page: Page, expected: list[str], everything: dict[str, tuple[Hit, str]]) -> None:
    """The ids, the totals, and every count of every facet."""
    assert sorted(hit.paragraph.id for hit in page.hits) == sorted(expected)
    reports = [everything[key][0].report for key in expected]
    assert (page.total, page.reports) == (len(expected), len({report.id for report in reports}))
    regions = Counter(path for r in reports for path in prefixes(r.region.names))
    assert counted(page.facets["region"]) == regions
    assert counted(page.facets["year"]) == Counter(str(r.year or UNKNOWN) for r in reports)
    assert counted(page.facets["kind"]) == Counter(r.kind or UNKNOWN for r in reports)


def counted(facet: tuple[FacetCount, ...]) -> Counter[str]:
    counts = Counter({value.path: value.count for value in facet})
    for value in facet:
        counts += counted(value.children)
    return counts


def test_what_is_quoted_is_where_a_scan_finds_it(
    engine: Engine, everything: dict[str, tuple[Hit, str]]
) -> None:
    texts = [text for _, text in everything.values()]
    for quoted in stretches(texts, QUOTED, 8):
        page = engine.search(Query(f"“{quoted}”", limit=0))
        check(page, [key for key, (_, text) in everything.items() if quoted in text], everything)
        for hit in page.hits:
            assert marked(hit) == places(everything[hit.paragraph.id][1], quoted), quoted


def test_a_beginning_is_where_a_scan_finds_it(
    engine: Engine, everything: dict[str, tuple[Hit, str]]
) -> None:
    texts = [text for _, text in everything.values()]
    for beginning in stretches(texts, BEGINNINGS, 4):
        page = engine.search(Query(f"{beginning}*", limit=0))
        check(page, [key for key, (_, text) in everything.items() if beginning in text], everything)
        for hit in page.hits:
            assert marked(hit) >= places(everything[hit.paragraph.id][1], beginning), beginning


def test_pages_put_together_are_everything(
    engine: Engine, everything: dict[str, tuple[Hit, str]]
) -> None:
    texts = [text for _, text in everything.values()]
    for number, word in enumerate(stretches(texts, PAGED, 3)):
        query = Query(
            word, sort=("relevance", "newest", "oldest")[number % 3], fold=number % 2 == 1
        )
        whole = engine.search(Query(word, sort=query.sort, fold=query.fold, limit=0)).hits
        paged = [
            hit.paragraph.id
            for offset in range(0, len(whole) + 7, 7)
            for hit in engine.search(
                Query(word, sort=query.sort, fold=query.fold, limit=7, offset=offset)
            ).hits
        ][: len(whole) + 1]
        assert paged == [hit.paragraph.id for hit in whole], word
