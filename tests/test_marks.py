"""Which stretch of a long text a page shows, and where a text is cut for marks: boundaries."""

from __future__ import annotations

from itertools import pairwise

import pytest
from conftest import SHARED
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.engine import open_engine
from engine.model import Query, Span
from indexer.build import build
from search_app import terminal
from search_app.marks import runs, snippet, window

FILL = "字"


def text_of(length: int, **signs: int) -> str:
    """A text of one character, with a sign at each of the given places."""
    chars = [FILL] * length
    for sign, place in signs.items():
        chars[place] = sign
    return "".join(chars)


def spans(*places: tuple[int, int]) -> list[Span]:
    return [Span(start, end, "query") for start, end in places]


# A text, where the query matches, the stretch shown, and why.
WINDOWS = [
    (text_of(200), [], (0, 200), "cutting would save no line"),
    (text_of(201), [], (0, 160), "it would save one: the beginning"),
    (text_of(300), [(48, 50)], (0, 160), "a match near the beginning needs no cut before it"),
    (text_of(300, **{"。": 10}), [(48, 50)], (0, 160), "nor does a pause call for one"),
    (text_of(300), [(49, 51)], (1, 161), "48 characters lead up to a match"),
    (text_of(300), [(187, 189)], (139, 299), "160 characters, if there are more"),
    (text_of(300), [(188, 190)], (92, 300), "at the end as many, and a lead of 48"),
    (text_of(300, **{"，": 60}), [(100, 102)], (61, 221), "after a pause that is near"),
    (text_of(300, **{"，": 51}), [(100, 102)], (52, 212), "a lead without its pause"),
    (text_of(300, **{"。": 60, "，": 70}), [(100, 102)], (61, 221), "a sentence before a clause"),
    (text_of(300, **{"，": 60, "：": 70}), [(100, 102)], (71, 231), "the last clause"),
    (text_of(300, **{"。": 60, "；": 70}), [(100, 102)], (71, 231), "the last sentence"),
    (text_of(300, **{"\n": 60, "、": 70}), [(100, 102)], (61, 221), "a line is a sentence"),
    (text_of(300, **{"。": 99}), [(100, 102)], (100, 260), "a match that begins a sentence"),
    (text_of(300, **{"，": 99}), [(100, 102)], (52, 212), "one that begins a clause has a lead"),
    (text_of(300, **{"。": 100}), [(100, 101)], (52, 212), "no pause behind its beginning"),
    (text_of(300, **{"。": 95}), [(290, 292)], (96, 300), "a pause near the beginning of the end"),
    (text_of(300, **{"。": 140}), [(290, 292)], (92, 300), "but no pause inside the last lines"),
]


@pytest.mark.parametrize(("text", "query", "shown", "why"), WINDOWS, ids=[w[3] for w in WINDOWS])
def test_the_stretch_shown(
    text: str, query: list[tuple[int, int]], shown: tuple[int, int], why: str
) -> None:
    assert window(text, spans(*query)) == shown


def words_at(*words: tuple[str, int]) -> tuple[str, list[Span]]:
    """A text of 600 characters with words at the given places, all of them matches."""
    chars = [FILL] * 600
    for word, place in words:
        chars[place : place + len(word)] = word
    return "".join(chars), spans(*((place, place + len(word)) for word, place in words))


# Words with their places, the match that the snippet is made for, and why.
DENSEST = [
    ([("医保", 60), ("医保", 300), ("基金", 310)], 300, "two words before one"),
    (
        [("医保", 60), ("医保", 70), ("医保", 300), ("基金", 399)],
        300,
        "two words before two places",
    ),
    ([("医保", 60), ("医保", 300), ("医保", 310)], 300, "of one word two places before one"),
    ([("医保", 60), ("医保", 300)], 60, "the first of equals"),
    ([("医保", 60), ("医保", 300), ("基金", 410)], 300, "both are seen: they end 112 on"),
    ([("医保", 60), ("医保", 300), ("基金", 411)], 60, "one would be cut off"),
    ([("DIP", 60), ("dip", 70), ("医保", 300), ("基金", 310)], 300, "capitals make no other word"),
    (
        [("医保", 60), ("基金", 70), ("医保", 300), ("基金", 310), ("监管", 320)],
        300,
        "words that stood earlier are counted anew",
    ),
]


@pytest.mark.parametrize(("words", "best", "why"), DENSEST, ids=[case[2] for case in DENSEST])
def test_the_match_shown(words: list[tuple[str, int]], best: int, why: str) -> None:
    text, query = words_at(*words)
    assert window(text, query) == (best - 48, best + 112)


def test_a_long_match_is_shown_whole_or_from_its_beginning() -> None:
    assert window(text_of(600), spans((60, 66), (300, 420), (430, 436))) == (12, 172)
    assert window(text_of(600), spans((300, 412))) == (252, 412)
    assert window(text_of(600), spans((300, 420))) == (260, 420)
    assert window(text_of(600), spans((300, 460))) == (300, 460)
    assert window(text_of(600), spans((300, 461))) == (300, 460)
    assert window(text_of(600, **{"。": 290}), spans((300, 460))) == (300, 460)


@st.composite
def texts_with_matches(draw: st.DrawFn) -> tuple[str, list[Span]]:
    """A text of several lines, and matches in their order, as the engine marks them."""
    text = draw(st.text(st.sampled_from("医保基金。，；\n"), min_size=150, max_size=700))
    places = draw(st.lists(st.integers(0, len(text) - 1), min_size=1, max_size=12, unique=True))
    edges = [*sorted(places), len(text)]
    sizes = st.integers(1, 6) | st.integers(1, 300)
    return text, [Span(a, min(b, a + draw(sizes)), "query") for a, b in pairwise(edges)]


@settings(max_examples=400)
@given(texts_with_matches())
def test_a_snippet_shows_a_whole_match_where_most_are_close(given: tuple[str, list[Span]]) -> None:
    text, query = given
    start, end = window(text, query)
    whole = [span for span in query if start <= span.start and span.end <= end]
    assert whole or any(span.start == start and span.end > end for span in query)
    # As many different matches as in any stretch that leaves room for a lead.
    for first in query:
        close = [s for s in query if s.start >= first.start and s.end <= first.start + 112]
        assert words(text, whole) >= words(text, close)


def words(text: str, query: list[Span]) -> int:
    return len({text[span.start : span.end] for span in query})


@pytest.mark.shared
def test_every_snippet_of_real_reports_shows_a_match(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Also on the command line, which marks the same matches in red."""
    location = str(tmp_path_factory.mktemp("marks") / "index")
    build(sorted((SHARED / "reports").glob("*.md"))[::40], location)
    engine, seen = open_engine(location), 0
    for text in ("新质生产力", "营商环境", "乡村振兴 产业", "基金监管", "“高质量发展”", "投资*"):
        page = engine.search(Query(text, limit=0))
        all_matches = [[s for s in hit.spans if s.kind == "query"] for hit in page.hits]
        for hit, matches in zip(page.hits, all_matches, strict=True):
            start, end = window(hit.paragraph.text, matches)
            whole = [span for span in matches if start <= span.start and span.end <= end]
            assert bool(whole) == bool(matches), hit.paragraph.id
        marked = sum(map(bool, all_matches))
        assert sum("\x1b[31m" in line for line in terminal.results(page, [], None)) == marked
        seen += marked
    assert seen > 500


def test_a_snippet_says_where_it_was_cut() -> None:
    long = text_of(300)
    begun, middle, ended = (snippet(long, spans((at, at + 2))) for at in (0, 100, 290))
    assert [cut.before for cut in (begun, middle, ended)] == [False, True, True]
    assert [cut.after for cut in (begun, middle, ended)] == [True, True, False]


PHRASES = [
    ([(0, 2), (2, 4)], [("甲乙", "甲乙"), ("丙丁", "丙丁"), ("", "戊己")], "side by side"),
    (
        [(0, 3), (2, 5)],
        [("甲乙丙", "甲乙丙"), ("丙丁戊", "丁戊"), ("", "己")],
        "the first one wins",
    ),
    ([(0, 4), (1, 3)], [("甲乙丙丁", "甲乙丙丁"), ("", "戊己")], "one inside another"),
    ([(0, 2), (0, 4)], [("甲乙", "甲乙"), ("甲乙丙丁", "丙丁"), ("", "戊己")], "both begin alike"),
    ([(2, 2), (3, 4)], [("", "甲乙丙"), ("丁", "丁"), ("", "戊己")], "one of no length"),
    ([(4, 6)], [("", "甲乙丙丁"), ("戊己", "戊己")], "at the end"),
]


@pytest.mark.parametrize(("places", "expected", "why"), PHRASES, ids=[case[2] for case in PHRASES])
def test_each_run_names_its_phrase(
    places: list[tuple[int, int]], expected: list[tuple[str, str]], why: str
) -> None:
    found = runs("甲乙丙丁戊己", [Span(start, end, "phrase") for start, end in places])
    assert [(run.phrase, "".join(piece for piece, _ in run.parts)) for run in found] == expected
