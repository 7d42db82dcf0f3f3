"""Near-duplicates: which paragraphs share a cluster, against a comparison of all pairs."""

from __future__ import annotations

import itertools
import random
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from conftest import SHARED, MakeIndex, NewLocation, making_indexes
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.analyze import character_texts
from engine.duplicates import sketches
from engine.duplicates.clustering import chains
from engine.duplicates.marks import MIN_FORMULAIC_REPORTS
from engine.duplicates.shingles import LENGTH
from engine.duplicates.sketches import MIN_SIMILARITY
from engine.engine import Engine, open_engine, open_writer
from engine.model import DuplicateGroup, Lexicon, Paragraph, Query, Report
from engine.opensearch.address import is_address
from indexer.build import build

TERM = (
    "“双随机、一公开”：指在监管过程中随机抽取检查对象，随机选派执法检查人员，"
    "抽查情况及查处结果及时向社会公开。"
)
DUTY = "全面推进基本医疗保险省级统筹，持续深化支付方式改革，常态化开展打击欺诈骗保专项整治行动。"


@pytest.fixture
def make_index(new_location: NewLocation) -> MakeIndex:
    return making_indexes(new_location)


@pytest.mark.parametrize(
    ("one", "other", "alike", "why"),
    [
        (TERM, TERM, True, "the same"),
        (TERM, "28." + TERM, True, "numbered"),
        (TERM, TERM.replace("，", ",").replace("“", "‘"), True, "signs do not count"),
        (TERM, TERM.replace("指在监管过程中", "是指在监管过程中"), True, "a word more"),
        (DUTY, DUTY.replace("省级", "市级"), True, "a word changed in a long paragraph"),
        (TERM, TERM.replace("随机抽", "隨機抽"), True, "traditional script"),
        (TERM, DUTY, False, "another text"),
        (DUTY, DUTY[:21], False, "half of it"),
        ("增长8.2%。", "增长7.5%。", False, "another figure in a short one"),
        ("一、2023年工作回顾", "一、2024年工作回顾", False, "another year in a heading"),
        (DUTY + "增长8.2%。", DUTY + "增长8.3%。", False, "another figure in a long one"),
        (DUTY + "增长8.2%。", DUTY + "增长8.20%。", False, "a figure written more exactly"),
        (DUTY + "追回300万元。", DUTY + "追回300亿元。", False, "another unit"),
        (DUTY + "增长百分之五。", DUTY + "增长百分之六。", False, "another numeral"),
        (DUTY + "建成五个。", DUTY + "建成六个。", False, "another numeral before a unit"),
        (DUTY + "三百户。", DUTY + "四百户。", False, "another run of numerals"),
        ("2024年" + DUTY, "2023年" + DUTY, False, "another year"),
        ("到“十三五”末，" + DUTY, "到“十四五”末，" + DUTY, False, "another plan"),
        ("3." + DUTY, "12．" + DUTY, True, "numbered otherwise"),
        ("（三）" + DUTY, "（十二）" + DUTY, True, "numbered in numerals"),
        ("十一、" + DUTY, "九、" + DUTY, True, "numbered as a heading"),
        ("第十二条　" + DUTY, "第九条　" + DUTY, True, "another article"),
        ("23,876人" + DUTY, "２３８７６人" + DUTY, True, "one number in two spellings"),
        ("一是" + DUTY, "二是" + DUTY, True, "counted off"),
        ("请予审议", "请予审议！", True, "short"),
        ("好", "好", True, "shorter than a shingle"),
        ("————", "————", False, "nothing but signs"),
    ],
)
def test_what_is_nearly_the_same(
    make_index: MakeIndex, one: str, other: str, alike: bool, why: str
) -> None:
    engine = make_index(([one], (), None, ()), ([other], (), None, ()))
    found = [_cluster(engine, key) for key in ("r0-0", "r1-0")]
    assert found == ([DuplicateGroup("r0-0", 2, 2)] * 2 if alike else [None, None]), why


def _cluster(engine: Engine, key: str) -> DuplicateGroup | None:
    hit = engine.hit(key)
    assert hit
    return hit.duplicates


def test_a_cluster_is_called_by_its_least_id_and_counts_what_is_left(
    new_location: NewLocation,
) -> None:
    place = new_location()
    for key in ("b", "c", "a"):
        put(place, [report(key, [TERM, DUTY + key, TERM])])
    assert clusters(place)["c-2"] == DuplicateGroup("a-0", 6, 3)
    put(place, [], removed=["a"])
    assert clusters(place)["c-2"] == DuplicateGroup("b-0", 4, 2)


def test_what_several_reports_say_is_formulaic(make_index: MakeIndex) -> None:
    """Nearly the same in as many reports, not as often in one; a copy of a report is no formula."""
    reports = [
        ([TERM, DUTY] if n < 2 else [TERM], (), None, ()) for n in range(MIN_FORMULAIC_REPORTS)
    ]
    engine = make_index(*reports, ([f"各位代表{n}：" for n in "甲甲甲甲"], (), None, ()))
    (formulaic,) = engine.search(Query(wordings=("formulaic",), fold=True)).hits
    assert formulaic.duplicates == DuplicateGroup(
        "r0-0", MIN_FORMULAIC_REPORTS, MIN_FORMULAIC_REPORTS
    )
    counts = {value.value: value.count for value in engine.search(Query()).facets["wording"]}
    assert counts == {"formulaic": MIN_FORMULAIC_REPORTS, "particular": 2 + 4}


def test_the_oldest_of_the_same_tells_where_it_comes_from(make_index: MakeIndex) -> None:
    years = (2022, 2019, 2021)
    engine = make_index(*([([TERM], ("湖南省",), year, ()) for year in years]))
    page = engine.search(Query(same="r0-0", sort="oldest"))
    assert [hit.report.year for hit in page.hits] == sorted(years)
    assert [h.report.year for h in engine.search(Query(sort="oldest", fold=True)).hits] == [2019]
    assert [h.report.year for h in engine.search(Query(sort="newest", fold=True)).hits] == [2022]


# --- against all pairs -----------------------------------------------------------------------


Corpus = list[tuple[Report, list[Paragraph]]]
WORDS = ["医保", "基金", "监管", "支付", "改革", "2024", "年", "的", "，", "。"]
TEXT = st.lists(st.sampled_from(WORDS), max_size=12).map("".join)


@st.composite
def corpora(draw: st.DrawFn) -> Corpus:
    """Reports of which some paragraphs are others with a few characters changed."""
    texts = draw(st.lists(TEXT, min_size=1, max_size=6))
    for _ in range(draw(st.integers(0, 6))):
        text, at = draw(st.sampled_from(texts)), draw(st.integers(0, 20))
        texts.append(text[:at] + draw(st.sampled_from(["", "保", "，"])) + text[at + 1 :])
    cuts = sorted(draw(st.sets(st.integers(1, len(texts)), max_size=3)) | {0, len(texts)})
    return [
        report(f"r{number}", texts[low:high])
        for number, (low, high) in enumerate(itertools.pairwise(cuts))
    ]


def test_clusters_do_not_depend_on_the_way_in(new_location: NewLocation) -> None:
    """One commit or several, in any order, with reports removed meanwhile, compared all at once
    or chain by chain: the same clusters.

    There are none beyond what comparing all pairs gives.
    """
    whole, pieces = new_location(), new_location()

    @settings(max_examples=8 if is_address(whole) else 60)
    @given(reports=corpora(), choice=st.randoms(use_true_random=False))
    def check(reports: Corpus, choice: random.Random) -> None:
        put(whole, reports, rebuild=True)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sketches, "_BATCH", 1)
            put(pieces, [report("gone", ["医保基金监管，此后就没有了", TERM])], rebuild=True)
            for number, one in enumerate(choice.sample(reports, len(reports))):
                put(pieces, [one], removed=[] if number else ["gone"])
        found = clusters(whole)
        assert found == clusters(pieces)
        _no_more_than_all_pairs_give(reports, found)

    check()


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(10, 19)), max_size=12), st.integers(1, 13))
def test_chains_are_whole(bands: list[tuple[int, int]], together: int) -> None:
    """Each set with a candidate is in one batch, together with all sets of its chain."""
    batches = [set(batch.tolist()) for batch in chains(np.array(bands).reshape(-1, 2), together)]
    placed = [number for batch in batches for number in batch]
    linked = [
        {one, other}
        for one, other in itertools.combinations(range(len(bands)), 2)
        if set(bands[one]) & set(bands[other])
    ]
    assert sorted(placed) == sorted(set().union(*linked))
    assert all(any(pair <= batch for batch in batches) for pair in linked)
    if together == 1:
        assert len(batches) == len(merged(linked))


def merged(pairs: Sequence[set[int]]) -> list[set[int]]:
    """Return the connected components of linked pairs."""
    groups: list[set[int]] = []
    for pair in pairs:
        touched = [group for group in groups if group & pair]
        groups = [group for group in groups if not group & pair] + [pair.union(*touched)]
    return groups


def _no_more_than_all_pairs_give(reports: Corpus, found: dict[str, DuplicateGroup | None]) -> None:
    texts = {p.id: p.text for _, paragraphs in reports for p in paragraphs}
    expected = components(texts)
    for key, cluster in found.items():
        mine = {other for other, its in found.items() if its and its == cluster} or {key}
        assert mine <= expected[key]
        assert {o for o in texts if alike(texts[o], texts[key]) == 1} <= mine


def shingled(text: str) -> set[tuple[str, ...]]:
    """Return the shingles of a text, made by hand."""
    tokens = [token for token in character_texts(text) if any(map(str.isalnum, token))]
    if len(tokens) < LENGTH:
        return {tuple(tokens)} if tokens else set()
    return {tuple(tokens[at : at + LENGTH]) for at in range(len(tokens) - LENGTH + 1)}


NUMERALS = "一二三四五六七八九十百千万亿零两"
FIGURE = re.compile(
    rf"(?<!第)(?<![{NUMERALS}])(?:[0-9.]+|[{NUMERALS}]{{2,}}|(?<=之)[{NUMERALS}]"
    rf"|[{NUMERALS}](?=[元个人年月日次%条]))(?![{NUMERALS}]).?"
)


def figures(text: str) -> list[str]:
    """Return the figures of a text, with what follows each; made by hand."""
    tokens = "".join(character_texts(text))
    found = [match for match in FIGURE.finditer(tokens) if not _numbers_it(tokens, match)]
    return [re.sub(r"[^\w]$", "", match[0]) for match in found]


def _numbers_it(text: str, match: re.Match[str]) -> bool:
    """Whether a figure numbers its paragraph: no word before it, and a sign after it."""
    last = match[0][-1]
    at_end = match.end() == len(text) and last in f"{NUMERALS}0123456789"
    return (at_end or not last.isalnum()) and not any(map(str.isalnum, text[: match.start()]))


def alike(one: str, other: str) -> float:
    """The Jaccard coefficient of two texts, 0 where their figures differ."""
    if figures(one) != figures(other):
        return 0.0
    first, second = shingled(one), shingled(other)
    return len(first & second) / (len(first | second) or 1)


def components(texts: dict[str, str]) -> dict[str, set[str]]:
    """For each text, all that are reached from it by steps of ``MIN_SIMILARITY`` or more."""
    groups = {key: {key} for key in texts}
    for one, other in itertools.combinations(texts, 2):
        if groups[one] is not groups[other] and alike(texts[one], texts[other]) >= MIN_SIMILARITY:
            groups[one] |= groups[other]
            for key in groups[one]:
                groups[key] = groups[one]
    return groups


@pytest.mark.shared
def test_few_near_duplicates_of_real_reports_are_missed(tmp_path: Path) -> None:
    """Pairs alike by counting shared shingles: nearly all have one cluster, and no others do."""
    paths = sorted((SHARED / "reports").glob("*.md"))
    build(random.Random(7).sample(paths, 60), str(tmp_path / "index"))
    engine = open_engine(str(tmp_path / "index"))
    hits = engine.search(Query(limit=0)).hits
    sets = [shingled(hit.paragraph.text) for hit in hits]
    held: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, its in enumerate(sets):
        for shingle in its:
            held[shingle].append(number)
    common: Counter[tuple[int, int]] = Counter()
    for numbers in held.values():
        common.update(itertools.combinations(numbers, 2))
    pairs = {
        (a, b)
        for (a, b), both in common.items()
        if both >= MIN_SIMILARITY * (len(sets[a]) + len(sets[b]) - both)
        and figures(hits[a].paragraph.text) == figures(hits[b].paragraph.text)
    }
    together = [
        (a, b) for a, b in pairs if hits[a].duplicates and hits[a].duplicates == hits[b].duplicates
    ]
    assert len(pairs) > 100
    assert len(together) >= 0.97 * len(pairs)
    near = {number for pair in pairs for number in pair}
    assert {number for number, hit in enumerate(hits) if hit.duplicates} <= near


# --- making indexes --------------------------------------------------------------------------


def report(key: str, texts: Sequence[str]) -> tuple[Report, list[Paragraph]]:
    paragraphs = [
        Paragraph(f"{key}-{at}", key, at + 1, text, text) for at, text in enumerate(texts)
    ]
    return Report(key, f"报告{key}", f"{key}.txt", paragraphs=len(texts)), paragraphs


def put(location: str, reports: Corpus, removed: Sequence[str] = (), rebuild: bool = False) -> None:
    """Add reports and remove others in one commit."""
    with open_writer(location, Lexicon(), rebuild) as writer:
        for key in removed:
            writer.remove(key)
        for one, paragraphs in reports:
            writer.add(one, paragraphs)
        writer.commit({})


def clusters(location: str) -> dict[str, DuplicateGroup | None]:
    """The cluster of each paragraph, by id."""
    hits = open_engine(location).search(Query(limit=0)).hits
    return {hit.paragraph.id: hit.duplicates for hit in hits}
