"""Searching a real index: cases as data, and all answers against an oracle.

The oracle below uses paragraphs, tokens and the query tree, but no index: it
checks each paragraph in turn.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from conftest import NewLocation
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine import facets
from engine.analyze import Analyzer, Token, characters, is_han, normalise
from engine.engine import Engine, open_engine, open_writer
from engine.errors import QueryError
from engine.model import (
    UNKNOWN,
    DuplicateGroup,
    FacetCount,
    Hit,
    Lexicon,
    Page,
    Paragraph,
    Query,
    Region,
    Report,
    Theme,
)
from engine.query.parser import parse
from engine.query.plan import FEW, HANDFUL
from engine.query.questions import asks
from engine.query.synonyms import Synonyms
from engine.query.tree import (
    And,
    Every,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Title,
    Widened,
    Word,
    leaves,
)

LEXICON = Lexicon(
    {"打击欺诈骗保": "医疗保障/基金监管", "DIP": "医疗保障/支付方式改革"},
    synonyms=(("医保", "医疗保障"), ("DIP", "支付方式"), ("保障局", "8.25", "哈哈")),
)
ANALYZER = Analyzer(LEXICON.phrases)
SYNONYMS = Synonyms(LEXICON.synonyms)
DATA = json.loads((Path(__file__).parent / "cases" / "search.json").read_text("utf-8"))

Corpus = list[tuple[Report, list[Paragraph]]]


def open_index(location: str, corpus: Corpus) -> Engine:
    with open_writer(location, LEXICON, rebuild=True) as writer:
        for report, paragraphs in corpus:
            writer.add(replace(report, paragraphs=len(paragraphs)), paragraphs)
        writer.commit({})
    return open_engine(location)


@pytest.fixture(scope="module")
def told(new_location: NewLocation) -> Engine:
    """The reports of ``cases/search.json``."""
    corpus = [
        (
            Report(key, report["title"], key),
            [
                Paragraph(name, key, ordinal, text, text)
                for ordinal, (name, text) in enumerate(report["paragraphs"].items(), 1)
            ],
        )
        for key, report in DATA["reports"].items()
    ]
    return open_index(new_location(), corpus)


def least(page: Page) -> int:
    """The number of terms that each hit of a relaxed query has at least; else 0."""
    return page.understood.relaxed.least if page.understood.relaxed else 0


@pytest.mark.parametrize("case", DATA["cases"], ids=lambda case: case["why"])
def test_case(told: Engine, case: dict[str, Any]) -> None:
    page = told.search(Query(case["query"], case.get("exact", False), limit=0))
    assert sorted(hit.paragraph.id for hit in page.hits) == case["expected"], case["why"]
    assert least(page) == case.get("relaxed", 0)


# --- a generated corpus, one for all examples ------------------------------------------------

REGIONS = [
    *((), ("甲省",), ("乙省",), ("甲省", "一市"), ("甲省", "二市"), ("乙省", "一市")),
    *(("甲省", "一市", "子县"), ("甲省", "一市", "丑县"), ("乙省", "一市", "子县"), ("全国",)),
]
THEMES = ["医疗保障", "医疗保障/基金监管", "医疗保障/支付方式改革", "教育/学前教育", "民政"]
KINDS = ["政府工作报告", "公报"]
LEVELS = {
    **{(): "unknown", ("全国",): "national", ("甲省",): "province", ("乙省",): "province"},
    **{path: "city" for path in REGIONS if len(path) == 2},
    **{path: "county" for path in REGIONS if len(path) == 3},
}
PIECES = [
    *("医保", "醫療", "保障局", "基金", "监管", "参保", "率", "达", "学生", "大", "打击欺诈骗保"),
    *(
        "DIP",
        "ｄｉｐ",
        "98.25%",
        "8.25",
        "23,876",
        "23876",
        "2024年",
        "１２",
        "，",
        "。",
        " ",
        "（三）",
    ),
    *("支付方式", "改革", "哈", "哈哈", "“", "”", "的"),
]


def generated() -> Corpus:
    """Twenty-four reports of up to twelve short paragraphs, the same in every run."""
    choice = random.Random(5)
    return [
        (
            Report(
                f"r{number}",
                "".join(choice.choices(PIECES, k=4)),
                f"r{number}.txt",
                published=choice.choice(["", "", "2021-03-04", "2023-01-01"]),
                region=Region(region := REGIONS[number % len(REGIONS)], ("000000",) * len(region)),
                year=choice.choice([None, 2019, 2020, 2021, 2023]),
                kind=choice.choice(["", *KINDS]),
            ),
            [_paragraph(choice, number, at) for at in range(choice.randint(0, 12))],
        )
        for number in range(24)
    ]


def _paragraph(choice: random.Random, number: int, at: int) -> Paragraph:
    text = "".join(choice.choices(PIECES, k=choice.randint(1, 9)))
    themes = sorted(choice.sample(THEMES, choice.choice([0, 0, 1, 1, 2, 3])))
    return Paragraph(
        f"r{number}-{at}", f"r{number}", at + 1, text, text, themes=tuple(map(Theme, themes))
    )


CORPUS = generated()
ALL = [(report, paragraph) for report, paragraphs in CORPUS for paragraph in paragraphs]


@pytest.fixture(scope="module")
def engine(new_location: NewLocation) -> Engine:
    return open_index(new_location(), CORPUS)


# --- the oracle ------------------------------------------------------------------------------


def holds(node: Node, report: Report, text: str) -> bool:
    """Whether a paragraph matches a query tree."""
    match node:
        case Every():
            return True
        case And(parts):
            return all(holds(part, report, text) for part in parts)
        case Or(parts):
            return any(holds(part, report, text) for part in parts)
        case Not(part):
            return not holds(part, report, text)
        case Word(word):
            return word in spellings(ANALYZER.words(text)) or in_a_row(word, text)
        case Widened(_, words, synonyms):
            typed = And(tuple(map(Word, words)))
            return holds(typed, report, text) or any(names(one, text) for one in synonyms)
        case Phrase(phrase):
            return in_a_row(phrase, text)
        case Title(phrase):
            return in_a_row(phrase, report.title)
        case Prefix(beginning):
            starts = any(word.startswith(beginning) for word in spellings(ANALYZER.words(text)))
            return starts or (is_han(beginning) and in_a_row(beginning, text))


def names(synonym: str, text: str) -> bool:
    """Whether a text has a synonym as a word, or as characters in a row if it is a word nowhere."""
    word = normalise(synonym)
    if any(word in spellings(ANALYZER.words(p.text)) for _, p in ALL):
        return word in spellings(ANALYZER.words(text))
    return in_a_row(synonym, text)


def in_a_row(wanted: str, text: str) -> bool:
    parts, tokens = spellings(characters(wanted)), spellings(characters(text))
    return any(tokens[at : at + len(parts)] == parts for at in range(len(tokens)))


def spellings(tokens: list[Token]) -> list[str]:
    return [token.text for token in tokens]


def matching(query: Query) -> tuple[set[str], int]:
    """The ids of the matching paragraphs, and the number of parts they have at least; 0 for all."""
    reading = parse(query.text, query.exact, ANALYZER.cut, SYNONYMS if query.synonyms else None)
    node = reading.node
    found = {p.id for report, p in ALL if holds(node, report, p.text)}
    parts = node.parts if isinstance(node, And) else (node,)
    wanted = [part for part in parts if not isinstance(part, Not)]
    excluded = [part for part in parts if isinstance(part, Not)]
    question = isinstance(node, And) and asks(query.text)
    if found and not question:
        return found, 0
    for typed, telling, least, enough in attempts(wanted, question):
        counts = {
            p.id: sum(holds(part, report, p.text) for part in telling)
            for report, p in ALL
            if all(holds(part, report, p.text) for part in excluded)
        }
        if not least:  # all of them
            some = {key for key, count in counts.items() if count == len(telling)}
        else:
            least = min(least, max(counts.values(), default=0)) or 1
            some = {key for key, count in counts.items() if count >= least}
        if len(some) >= enough:
            return some, least if 0 < least < len(typed) else 0
    return found, 0


def attempts(
    wanted: list[Node], question: bool
) -> Iterator[tuple[list[Node], list[Node], int, int]]:
    """Yield the ways to relax a query, in turn: the parts as typed, the parts that count, the
    number of these that a paragraph must have (0: all), and the number of paragraphs that is
    enough to stop."""
    if question:
        telling = [part for part in wanted if not minor(part, True)] or wanted
        if len(telling) <= FEW:
            yield wanted, telling, len(telling), HANDFUL + 1
        yield wanted, telling, 1, 1
    yield wanted, wanted, 0, 1
    apart: list[Node] = [
        word
        for part in wanted
        for word in (map(Word, part.pieces) if isinstance(part, Word) and part.pieces else [part])
    ]
    if len(apart) > len(wanted):
        yield wanted, list(dict.fromkeys(apart)), 0, 1
    if len(wanted) > 1:
        telling = [part for part in wanted if not minor(part, False)] or wanted
        yield wanted, telling, len(telling) // 2 + 1, 1


def minor(part: Node, question: bool) -> bool:
    """Whether a part is a single character, or a question word in a question."""
    return isinstance(part, Word) and (len(part.text) == 1 or (question and asks(part.text)))


@lru_cache(maxsize=4)
def clusters(engine: Engine) -> dict[str, DuplicateGroup | None]:
    """The near-duplicates according to the engine; ``test_duplicates`` checks them."""
    hits = [engine.hit(paragraph.id) for _, paragraph in ALL]
    return {hit.paragraph.id: hit.duplicates for hit in hits if hit}


def values(
    report: Report, paragraph: Paragraph, cluster: DuplicateGroup | None
) -> dict[str, set[str]]:
    """The facet values of a paragraph."""
    names = [theme.name.split("/") for theme in paragraph.themes]
    formulaic = cluster is not None and cluster.reports >= 3
    return {
        "region": set(facets.prefixes(report.region.names)),
        "year": {str(report.year or UNKNOWN)},
        "kind": {report.kind or UNKNOWN},
        "theme": {v for name in names for v in facets.prefixes(tuple(name))} or {UNKNOWN},
        "wording": {"formulaic" if formulaic else "particular"},
        "level": {LEVELS[report.region.names]},
    }


def selected(query: Query) -> dict[str, set[str]]:
    years = [
        [UNKNOWN] if span is None else map(str, range(span[0], span[1] + 1)) for span in query.years
    ]
    return {
        "region": set(query.regions),
        "year": {year for some in years for year in some},
        "theme": set(query.themes),
        "kind": set(query.kinds),
        "wording": set(query.wordings),
        "level": set(query.levels),
    }


def expected(engine: Engine, query: Query) -> tuple[set[str], dict[str, dict[str, int]], int]:
    """Expected ids, drill-sideways counts (above 0) by facet and value, and the relaxation."""
    found, relaxed = matching(query)
    alike = clusters(engine)
    if query.same:
        cluster = alike[query.same]
        found &= {key for key, its in alike.items() if its and its == cluster} or {query.same}
    chosen = selected(query)
    ids: set[str] = set()
    counts: dict[str, dict[str, int]] = {name: {} for name in chosen if name != "level"}
    for report, paragraph in ALL:
        if paragraph.id not in found:
            continue
        borne = values(report, paragraph, alike[paragraph.id])
        failed = [name for name in chosen if chosen[name] and not chosen[name] & borne[name]]
        if not failed:
            ids.add(paragraph.id)
        for name in counts:
            if set(failed) <= {name}:
                for value in borne[name]:
                    counts[name][value] = counts[name].get(value, 0) + 1
    return ids, counts, relaxed


def shares(engine: Engine, query: Query) -> list[tuple[str, tuple[int, int]]]:
    """The years of the reports of the regions, levels and kinds selected, the newest first,
    unknown last: how many of them have a paragraph that all but the selected years let pass, and
    how many there are."""
    ids, _, _ = expected(engine, replace(query, years=()))
    regions, kinds, levels = (selected(query)[name] for name in ("region", "kind", "level"))
    years: dict[int | None, list[bool]] = {}
    for report, paragraphs in CORPUS:
        is_in_regions = not regions or regions & {*facets.prefixes(report.region.names)}
        is_at_level = not levels or LEVELS[report.region.names] in levels
        if is_in_regions and is_at_level and (not kinds or (report.kind or UNKNOWN) in kinds):
            is_found = any(paragraph.id in ids for paragraph in paragraphs)
            years.setdefault(report.year, []).append(is_found)
    newest_first = sorted(years, key=lambda year: -(year or 0))
    return [(str(y or UNKNOWN), (sum(years[y]), len(years[y]))) for y in newest_first]


# --- queries to ask --------------------------------------------------------------------------

RUNS = st.one_of(
    st.sampled_from([*PIECES, "监管改革", "医保基金", "保障", "欺诈", "诈骗保", "火箭", "2024"]),
    st.sampled_from(ALL).flatmap(lambda one: _stretch(one[1].text)),
)
TERMS = st.one_of(
    RUNS,
    RUNS.map(lambda run: f'"{run}"'),
    st.sampled_from(["参*", "医*", "保障*", "di*", "9*", "标题:医保", "标题:的", "标题:8.25"]),
)


def _stretch(text: str) -> st.SearchStrategy[str]:
    ends = st.tuples(st.integers(0, len(text) - 1), st.integers(1, 6))
    return ends.map(lambda at: text[at[0] : at[0] + at[1]])


def _joined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    glue = st.sampled_from([" ", " OR ", "|", " -", " AND "])
    return st.tuples(inner, glue, inner).map(lambda p: f"({p[0]}{p[1]}{p[2]})")


TEXTS = st.one_of(st.just(""), TERMS, st.recursive(TERMS, _joined, max_leaves=5))
YEARS = st.sampled_from([None, (2019, 2019), (2019, 2021), (2022, 2030), (2023, 2023)])
QUERIES = st.builds(
    Query,
    text=TEXTS,
    exact=st.booleans(),
    synonyms=st.booleans(),
    regions=st.lists(
        st.sampled_from([UNKNOWN, *("/".join(path) for path in REGIONS if path)]), max_size=3
    ).map(tuple),
    years=st.lists(YEARS, max_size=2).map(tuple),
    themes=st.lists(st.sampled_from([UNKNOWN, "教育", *THEMES]), max_size=2).map(tuple),
    kinds=st.lists(st.sampled_from([UNKNOWN, *KINDS]), max_size=2).map(tuple),
    wordings=st.sampled_from(
        [(), (), ("formulaic",), ("particular",), ("formulaic", "particular")]
    ),
    levels=st.sampled_from(
        [(), (), ("county",), ("province", "city"), ("unknown",), ("national", "county")]
    ),
    same=st.just("") | st.just("") | st.sampled_from([paragraph.id for _, paragraph in ALL]),
    sort=st.sampled_from(["relevance", "newest", "oldest"]),
    limit=st.just(0),
)


def ask(engine: Engine, query: Query) -> Page | None:
    """The answer; None for a text that is no query, which the engine must refuse too."""
    try:
        parse(query.text, query.exact, ANALYZER.cut)
    except QueryError:
        with pytest.raises(QueryError):
            engine.search(query)
        return None
    return engine.search(query)


def flat(tree: tuple[FacetCount, ...]) -> Iterator[FacetCount]:
    for one in tree:
        yield one
        yield from flat(one.children)


@settings(max_examples=400, deadline=None)
@given(QUERIES)
@example(Query("哈哈", exact=True, limit=0))
@example(Query('"哈哈哈" OR -医保', limit=0))
@example(Query("医保 火箭 -基金", limit=0, regions=("甲省/一市", "乙省"), themes=("医疗保障",)))
def test_answers_equal_the_oracles(engine: Engine, query: Query) -> None:
    page = ask(engine, query)
    if page is None:
        return
    ids, counts, relaxed = expected(engine, query)
    assert list(page.years.items()) == shares(engine, query)
    assert {hit.paragraph.id for hit in page.hits} == ids
    assert page.total == page.entries == len(page.hits) == len(ids)
    assert page.reports == len({key.partition("-")[0] for key in ids})
    assert least(page) == relaxed
    chosen = selected(query)
    for name, tree in page.facets.items():
        nodes = list(flat(tree))
        assert {one.path: one.count for one in nodes if one.count} == counts[name], name
        assert all(one.count or one.children or one.path in chosen[name] for one in nodes)
        assert {one.path for one in nodes if one.selected} == {
            value for value in chosen[name] if name != "year" or value in _shown(page, name)
        }


def _shown(page: Page, name: str) -> set[str]:
    return {one.path for one in flat(page.facets[name])}


@settings(max_examples=100, deadline=None)
@given(QUERIES, st.booleans(), st.sampled_from([1, 3, 10]))
def test_pages_laid_end_to_end_are_the_whole_answer(
    engine: Engine, query: Query, fold: bool, limit: int
) -> None:
    query = replace(query, fold=fold)
    whole = ask(engine, query)
    if whole is None:
        return
    pages = []
    for offset in range(0, min(whole.entries, 40) + limit, limit):
        page = engine.search(replace(query, limit=limit, offset=offset))
        counted = (page.total, page.entries, page.facets)
        assert counted == (whole.total, whole.entries, whole.facets)
        pages += page.hits
    assert tuple(pages) == whole.hits[: len(pages)]
    assert engine.search(replace(query, limit=10, offset=whole.entries)).hits == ()


@settings(max_examples=200, deadline=None)
@given(QUERIES)
@example(Query(limit=0, sort="newest"))
def test_folding_leaves_the_first_of_each_cluster(engine: Engine, query: Query) -> None:
    page, folded = ask(engine, query), ask(engine, replace(query, fold=True))
    if page is None or folded is None:
        return
    first = {hit.duplicates or hit.paragraph.id: hit for hit in reversed(page.hits)}
    assert folded.hits == tuple(hit for hit in page.hits if hit in first.values())
    assert (folded.entries, folded.total) == (len(first), page.total)
    assert (folded.facets, folded.reports) == (page.facets, page.reports)


def test_a_paragraph_that_is_not_there_is_like_none(engine: Engine) -> None:
    with pytest.raises(QueryError, match="nowhere-1"):
        engine.search(Query("医保", same="nowhere-1"))


@settings(max_examples=100, deadline=None)
@given(QUERIES)
def test_order(engine: Engine, query: Query) -> None:
    """Hits are sorted by score or date, undated last; equal hits in the order of the corpus."""
    page = ask(engine, query)
    if page is None:
        return
    place = {paragraph.id: at for at, (_, paragraph) in enumerate(ALL)}
    sign = {"relevance": 0, "newest": -1, "oldest": 1}[query.sort]
    keys = [
        (
            (day == 0, sign * day) if sign else (False, -hit.score),
            place[hit.paragraph.id],
        )
        for hit in page.hits
        for day in [facets.day(hit.report)]
    ]
    assert keys == sorted(keys)


@settings(max_examples=100, deadline=None)
@given(TERMS)
def test_words_mode_finds_what_exact_mode_finds(engine: Engine, text: str) -> None:
    words, exact = (ask(engine, Query(text, exact=mode, limit=0)) for mode in (False, True))
    if words and exact and not least(exact):
        found = {hit.paragraph.id for hit in words.hits}
        assert {hit.paragraph.id for hit in exact.hits} <= found


@settings(max_examples=100, deadline=None)
@given(st.lists(RUNS, min_size=1, max_size=8), st.sampled_from(["怎么", "有哪些措施？", "吗", ""]))
def test_a_sentence_never_ends_in_an_empty_page(engine: Engine, runs: list[str], tail: str) -> None:
    """A sentence has hits if any of its words occurs.

    It is relaxed only if no paragraph matches all of it, or if it is a question.
    """
    text = "，".join([*runs, tail]).replace('"', "").replace("“", "").replace("”", "")
    page = ask(engine, Query(text, limit=1))
    if page is None:
        return
    node = parse(text, False, ANALYZER.cut, SYNONYMS).node
    telling = [leaf for leaf in leaves(node) if len(leaf.text) > 1]
    if any(holds(leaf, report, p.text) for leaf in telling for report, p in ALL):
        assert page.hits
    whole = any(holds(node, report, p.text) for report, p in ALL)
    assert not least(page) or not whole or asks(text)


@settings(max_examples=200, deadline=None)
@given(QUERIES)
@example(Query("医疗保障 基金", limit=0))
@example(Query("(DIP OR 监)", limit=0))
def test_synonyms_only_add(engine: Engine, query: Query) -> None:
    """Hits without synonyms are hits with synonyms too, and keep their marks."""
    narrow = ask(engine, replace(query, synonyms=False))
    if (
        narrow is None or least(narrow) or narrow.understood.pieces
    ):  # most of the words do where not all are there
        return
    assert narrow.understood.synonyms == {}
    wide = {hit.paragraph.id: hit for hit in engine.search(replace(query, synonyms=True)).hits}
    for hit in narrow.hits:
        assert _marked(hit) <= _marked(wide[hit.paragraph.id])


def _marked(hit: Hit) -> set[int]:
    return {at for s in hit.spans if s.kind == "query" for at in range(s.start, s.end)}


def test_labels_play_no_part_in_the_score(engine: Engine) -> None:
    free = {hit.paragraph.id: hit.score for hit in engine.search(Query("医保", limit=0)).hits}
    narrow = engine.search(Query("医保", limit=0, regions=("甲省",), themes=("医疗保障",)))
    assert narrow.hits
    assert all(free[hit.paragraph.id] == hit.score for hit in narrow.hits)


def test_relevance_prefers_more_and_denser(new_location: NewLocation) -> None:
    texts = ["基金监管", "基金监管" + "其他内容" * 20, "其他内容" * 20, "基金"]
    report = Report("r", "报告", "r.txt")
    paragraphs = [Paragraph(f"r-{n}", "r", n + 1, text, text) for n, text in enumerate(texts)]
    engine = open_index(new_location(), [(report, paragraphs)])
    hits = engine.search(Query("基金 OR 监管")).hits
    assert [hit.paragraph.id for hit in hits] == ["r-0", "r-3", "r-1"]
    assert all(a.score > b.score > 0 for a, b in pairwise(hits))


def test_hit_report_and_paragraphs_by_id(engine: Engine) -> None:
    report, paragraphs = next(one for one in CORPUS if len(one[1]) > 3)
    assert list(engine.paragraphs(report.id)) == paragraphs
    assert engine.report(report.id) == replace(report, paragraphs=len(paragraphs))
    hit = engine.hit(paragraphs[2].id)
    assert hit is not None
    assert hit.paragraph == paragraphs[2]
    assert [s for s in hit.spans if s.kind == "query"] == []
    assert (engine.hit("r0-none"), engine.hit(""), engine.report("none")) == (None, None, None)
    assert engine.paragraphs("none") == ()


def test_a_hit_is_marked_for_the_query_it_was_found_by(told: Engine) -> None:
    hit = told.hit("m2", Query("医保 -学生"))
    assert hit is not None
    text = hit.paragraph.text
    assert [(s.kind, text[s.start : s.end]) for s in hit.spans] == [
        ("phrase", "打击欺诈骗保"),
        ("query", "医保"),
    ]
    with pytest.raises(QueryError):
        told.hit("m2", Query("("))


def test_every_hit_is_marked(engine: Engine) -> None:
    for hit in engine.search(Query("医保|基金 -学生", limit=0)).hits:
        assert any(span.kind == "query" for span in hit.spans), hit.paragraph.text


def test_overview_counts_reports_by_region_of_every_level_and_year(engine: Engine) -> None:
    overview = engine.overview()
    assert (overview.reports, overview.paragraphs) == (len(CORPUS), len(ALL))
    assert overview.grid == Counter(
        (region, report.year)
        for report, _ in CORPUS
        for region in facets.prefixes(report.region.names)
    )


def test_vocabulary_counts_paragraphs_by_year(engine: Engine) -> None:
    years = Counter(report.year for report, paragraphs in CORPUS for _ in paragraphs)
    del years[None]
    assert engine.vocabulary().years == years


@pytest.mark.parametrize(
    "query", [Query(regions=("丙省",)), Query(themes=("交通",)), Query("(医保"), Query("医" * 2001)]
)
def test_what_cannot_be_asked_is_refused(engine: Engine, query: Query) -> None:
    with pytest.raises(QueryError):
        engine.search(query)


def test_a_prefix_may_not_stand_for_too_many_words(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.query.index_query.MAX_EXPANSION", 1)
    with pytest.raises(QueryError, match=r"“2\*”代表的词语太多。请把开头写得长一些"):
        engine.search(Query("2* OR 参*"))
    whole = {hit.paragraph.id for hit in engine.search(Query("医", limit=0)).hits}
    assert {hit.paragraph.id for hit in engine.search(Query("医*", limit=0)).hits} == whole
