"""Synonyms: which names of a query are recognised, hits and scores, and the data itself."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.analyze import Analyzer, normalise
from engine.engine import Engine, open_engine, open_writer
from engine.errors import ReadError
from engine.model import Lexicon, Paragraph, Query, Report
from engine.query.parser import parse
from engine.query.synonyms import Stretch, Synonyms
from engine.query.tree import Widened, leaves
from indexer import lexicon

GROUPS = (
    ("医保", "医疗保障", "医疗保险"),
    ("集采", "集中带量采购", "带量采购"),
    ("DIP", "按病种分值付费"),
    ("PM2.5", "细颗粒物"),
)
SYNONYMS = Synonyms(GROUPS)
ANALYZER = Analyzer()


def widened(text: str, exact: bool = False) -> dict[str, tuple[str, ...]]:
    """The names recognised, with the words each was cut into."""
    tree = parse(text, exact, ANALYZER.cut, SYNONYMS).node
    return {leaf.text: leaf.words for leaf in leaves(tree) if isinstance(leaf, Widened)}


# As typed, the names that are widened, and why.
RECOGNISED = [
    ("医保", ["医保"], "a word"),
    ("醫療保險 基金", ["医疗保险"], "in any script"),
    ("ｄｉｐ", ["DIP"], "in any width and case"),
    ("全面推进集中带量采购", ["集中带量采购"], "in a run, the longest name, though it is cut"),
    ("医保|集采 (DIP OR 基金)", ["医保", "集采", "DIP"], "wherever operators stand"),
    ("PM2.5达标", ["PM2.5"], "letters and a number"),
    ("带量", [], "a part of a name is none"),
    ("dipole", [], "nor is a part of a word"),
    ("集中 带量 采购", [], "a name is typed in one piece"),
    ('"医保"', [], "quoted"),
    ("医保*", [], "a beginning"),
    ("标题:医保", [], "a title"),
    ("-医保", [], "excluded"),
    ("基金 NOT (医保 OR -集采)", [], "anywhere inside what is excluded"),
    ("基金 -医保 集采", ["集采"], "but not behind it"),
]


@pytest.mark.parametrize(("text", "names", "why"), RECOGNISED)
def test_what_is_widened(text: str, names: list[str], why: str) -> None:
    assert list(widened(text)) == names, why
    assert widened(text, exact=True) == {}


STRETCHES = [
    ("医保基金监管", [("医保", "医保"), ("基金", ""), ("监管", "")]),
    ("基金医保", [("基金", ""), ("医保", "医保")]),
    ("医保集采", [("医保", "医保"), ("集采", "集采")]),
    (
        "加强集中带量采购医保工作",
        [("加强", ""), ("集中 带量 采购", "集中带量采购"), ("医保", "医保"), ("工作", "")],
    ),
]


@pytest.mark.parametrize(("run", "expected"), STRETCHES)
def test_a_name_takes_its_own_words_only(run: str, expected: list[tuple[str, str]]) -> None:
    cut = SYNONYMS.stretches(run, ANALYZER.cut(run))
    assert [(" ".join(word.text for word in one.words), one.name) for one in cut] == expected


def test_a_name_counts_where_the_cut_agrees() -> None:
    """``医保局`` is a word of its own where the tokenizer knows it."""
    words = Analyzer(["医保局"]).cut("医保局工作")
    assert list(SYNONYMS.stretches("医保局工作", words)) == [
        Stretch((words[0],)),
        Stretch((words[1],)),
    ]


@given(st.lists(st.sampled_from([*"医保障险集中带量采购", "DIP", "，", "2.5", "pm"])).map("".join))
def test_stretches_are_the_words_in_their_order(run: str) -> None:
    words = ANALYZER.cut(run)
    cut = list(SYNONYMS.stretches(run, words))
    assert [word for stretch in cut for word in stretch.words] == words
    names = {normalise(name) for group in GROUPS for name in group}
    assert all((normalise(one.name) in names) == bool(one.synonyms) for one in cut)


# --- searching -------------------------------------------------------------------------------

TEXTS = [
    "推进医保改革，完善医保制度。",
    "推进医疗保障改革，完善医疗保障制度。",
    "醫療保險改革。",
    "按病种分值付费覆盖全部医院。",
    "DIP付费覆盖全部医院。",
    "集中力量，分批带量，统一采购。",
    "集采药品落地。",
    "其他工作。",
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    location = str(tmp_path_factory.mktemp("synonyms"))
    with open_writer(location, Lexicon(synonyms=GROUPS), rebuild=True) as writer:
        paragraphs = [Paragraph(f"r-{n}", "r", n + 1, text, text) for n, text in enumerate(TEXTS)]
        writer.add(Report("r", "报告", "r.txt", paragraphs=len(TEXTS)), paragraphs)
        writer.commit({})
    return open_engine(location)


FOUND = [
    ("医保", [0, 1, 2], [0]),
    ("医保 改革", [0, 1, 2], [0]),
    ("医疗保险 -制度", [2], [2]),
    ("dip", [3, 4], [4]),
    ("按病种分值付费", [3, 4], [3]),
    ("集中带量采购", [5, 6], [5]),  # the words of the one, the other name
    ("集采", [6], [6]),  # no paragraph has the other names in a row
    ('"医保"', [0], [0]),
    ("基金 OR -医保", [1, 2, 3, 4, 5, 6, 7], [1, 2, 3, 4, 5, 6, 7]),
]


@pytest.mark.parametrize(("text", "wide", "narrow"), FOUND)
def test_what_is_found(engine: Engine, text: str, wide: list[int], narrow: list[int]) -> None:
    for synonyms, expected in ((True, wide), (False, narrow)):
        page = engine.search(Query(text, synonyms=synonyms, limit=0))
        assert sorted(int(hit.paragraph.id[2:]) for hit in page.hits) == expected
        assert page.total == len(expected)


def test_the_page_says_what_was_added(engine: Engine) -> None:
    page = engine.search(Query("全面医保 DIP"))
    assert page.understood.synonyms == {
        "医保": ("医疗保障", "医疗保险"),
        "DIP": ("按病种分值付费",),
    }
    assert [term.text for term in page.understood.terms] == ["全面", "医保", "DIP"]
    assert engine.search(Query("全面医保", synonyms=False)).understood.synonyms == {}
    assert engine.search(Query("全面医保", exact=True)).understood.synonyms == {}


def test_synonyms_are_marked(engine: Engine) -> None:
    marks = {
        hit.paragraph.text[span.start : span.end]
        for hit in engine.search(Query("医保 改革")).hits
        for span in hit.spans
    }
    assert marks == {"医保改革", "医保", "医疗保障改革", "医疗保障", "醫療保險改革"}
    hit = engine.hit("r-1", Query("医保", synonyms=False))
    assert hit is not None
    assert hit.spans == ()


@pytest.mark.parametrize("around", ["{}", "空气中{}年均", "十四个市州{}下降", "全{}业、{}。"])
def test_every_hit_of_a_name_is_marked(tmp_path: Path, around: str) -> None:
    """Also where the tokenizer cuts a synonym with its neighbours: 中细 and 颗粒物."""
    pack = lexicon.synonyms()
    names = [name for group in pack for name in group]
    paragraphs = [
        Paragraph(f"r-{n}", "r", n + 1, text, text)
        for n, text in enumerate(around.format(name, name) for name in names)
    ]
    phrases = lexicon.policy_phrases().phrases
    with open_writer(str(tmp_path), Lexicon(phrases, synonyms=pack), rebuild=True) as writer:
        writer.add(Report("r", "报告", "r.txt", paragraphs=len(names)), paragraphs)
        writer.commit({})
    searcher = open_engine(str(tmp_path))
    for name in names:
        for hit in searcher.search(Query(name, limit=0)).hits:
            marked = [span for span in hit.spans if span.kind == "query"]
            assert marked, (name, hit.paragraph.text)


def test_what_was_typed_comes_before_its_synonyms(tmp_path: Path) -> None:
    """A typed word outranks its synonyms, even rare ones and ones that are no words."""
    texts = ["推进DIP工作。", "推进按病种分值付费工作。", *(f"DIP第{n}项。" for n in range(30))]
    report = Report("r", "报告", "r.txt", paragraphs=len(texts))
    paragraphs = [Paragraph(f"r-{n}", "r", n + 1, text, text) for n, text in enumerate(texts)]
    with open_writer(str(tmp_path), Lexicon(synonyms=GROUPS), rebuild=True) as writer:
        writer.add(report, paragraphs)
        writer.commit({})
    engine = open_engine(str(tmp_path))
    hits = engine.search(Query("DIP 推进", limit=0)).hits
    assert [hit.paragraph.id for hit in hits] == ["r-0", "r-1"]
    typed = {hit.paragraph.id: hit.score for hit in engine.search(Query("DIP", limit=0)).hits}
    plain = engine.search(Query("DIP", synonyms=False, limit=0)).hits
    assert {hit.paragraph.id: hit.score for hit in plain}.items() <= typed.items()
    assert 0 < typed["r-1"] < typed["r-0"]
    assert all(a.score >= b.score for a, b in pairwise(hits))


def test_an_empty_index_answers(tmp_path: Path) -> None:
    with open_writer(str(tmp_path), Lexicon(synonyms=GROUPS), rebuild=True) as writer:
        writer.commit({})
    assert open_engine(str(tmp_path)).search(Query("医保 集采")).total == 0


# --- the data --------------------------------------------------------------------------------


def test_there_are_groups_enough() -> None:
    groups = lexicon.synonyms()
    assert len(groups) >= 60
    assert all(len(group) >= 2 for group in groups)


def test_every_name_is_recognised() -> None:
    """Each name, typed alone, is widened by the other names of its group."""
    analyzer = Analyzer(lexicon.policy_phrases().phrases)
    groups = lexicon.synonyms()
    known = Synonyms(groups)
    for group in groups:
        for name in group:
            (leaf,) = leaves(parse(name, False, analyzer.cut, known).node)
            assert isinstance(leaf, Widened), name
            assert {leaf.text, *leaf.synonyms} == set(group)


SLIPS = [
    ("不是 TOML", '"医保" = [', "TOML"),
    ("说法写了两次", '"医保" = ["医疗保障"]\n"医保" = ["医疗保险"]\n', "TOML"),
    ("不是列表", '"医保" = "医疗保障"\n', "医保：应为带引号的词的列表"),
    ("空的列表", '"医保" = []\n', "医保：应为带引号的词的列表，至少一个词"),
    ("是一张表", '[医保]\n"a" = 1\n'.replace("医保", '"医保"'), "医保：应为带引号的词的列表"),
    ("不是词", '"医保" = [1]\n', "医保：“1”不能用"),
    ("有空格", '"医保" = ["医疗 保障"]\n', "医保：“医疗 保障”不能用"),
    ("只有一个字", '"医" = ["医保"]\n', "医：“医”不能用"),
    (
        "分属两组",
        '"医保" = ["医疗保障"]\n"医保制度" = ["醫療保障"]\n',
        "医保制度：“醫療保障”已在“医保”",
    ),
]


@pytest.mark.parametrize(
    ("text", "message"), [case[1:] for case in SLIPS], ids=[s[0] for s in SLIPS]
)
def test_a_slip_is_named_with_its_file(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / lexicon.SYNONYMS).write_text(text, encoding="utf-8")
    with pytest.raises(ReadError, match=message) as caught:
        lexicon.synonyms(tmp_path)
    assert lexicon.SYNONYMS in caught.value.source


def test_synonyms_are_no_theme_pack(tmp_path: Path) -> None:
    (tmp_path / lexicon.SYNONYMS).write_text('"医保" = ["医疗保障"]\n', encoding="utf-8")
    (tmp_path / "own.toml").write_text('[[theme]]\nname = "甲"\n', encoding="utf-8")
    assert lexicon.load(tmp_path).themes == ["甲"]
    assert lexicon.synonyms(tmp_path) == (("医保", "医疗保障"),)


def test_a_folder_of_ones_own_adds_groups(tmp_path: Path) -> None:
    package, own, none = (tmp_path / name for name in ("package", "own", "none"))
    for folder, text in ((package, '"医保" = ["医疗保障"]'), (own, '"长护险" = ["长期护理保险"]')):
        folder.mkdir()
        (folder / lexicon.SYNONYMS).write_text(text, "utf-8")
    none.mkdir()
    assert lexicon.synonyms(package, own, none) == (
        ("医保", "医疗保障"),
        ("长护险", "长期护理保险"),
    )
    (own / lexicon.SYNONYMS).write_text('"社会医疗保险" = ["医保"]', "utf-8")
    with pytest.raises(ReadError, match="“医保”已在“医保”一组里"):
        lexicon.synonyms(package, own)
