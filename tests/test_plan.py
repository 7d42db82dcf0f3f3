"""How a query is read and what is found first: cases by kind of fault, on a small real index."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.analyze import Analyzer
from engine.engine import Engine, open_engine, open_writer
from engine.errors import QueryError
from engine.local.execution import SnapshotIndex
from engine.local.snapshot import open_snapshot
from engine.model import Lexicon, Page, Paragraph, Query, Region, Report
from engine.query.parser import MAX_LENGTH, parse
from engine.query.plan import (
    HANDFUL,
    PASSAGE,
    Attempt,
    ByAnswer,
    ByNearness,
    ByOverlap,
    planner,
)
from engine.query.questions import asks, asks_figure, singles_and_pairs
from engine.query.synonyms import Synonyms
from engine.query.tree import leaves
from engine.query.wider import looser_texts
from engine.understanding import Note, Relaxed

ANALYZER = Analyzer()
GROUPS = (("国企", "国有企业"), ("创建文明城市", "创文"), ("长护险", "长期护理保险"))


def make(folder: Path, *reports: tuple[tuple[str, ...], int | None, Sequence[str]]) -> Engine:
    """An index of reports (region path, year, texts); report ``n`` has paragraphs ``rn-0`` …"""
    with open_writer(str(folder), Lexicon(synonyms=GROUPS), rebuild=True) as writer:
        for number, (region, year, texts) in enumerate(reports):
            key = f"r{number}"
            path = Region(region, ("000000",) * len(region))
            report = Report(key, "报告", key, region=path, year=year, paragraphs=len(texts))
            paragraphs = [
                Paragraph(f"{key}-{at}", key, at + 1, text, text) for at, text in enumerate(texts)
            ]
            writer.add(report, paragraphs)
        writer.commit({})
    return open_engine(str(folder))


def of_texts(folder: Path, *texts: str) -> Engine:
    return make(folder, ((), None, texts))


def order(page: Page) -> list[int]:
    """The numbers of the paragraphs of the only report, as they come."""
    return [int(hit.paragraph.id.partition("-")[2]) for hit in page.hits]


# --- reading ---------------------------------------------------------------------------------

# As typed, the leaves in order, the notes (kind and text), and why.
READ = [
    ("“十三五”、“十四五”", ["十三五", "十四五"], [], "a pause between two phrases"),
    ("（一）、（二）", ["一", "二"], [], "a pause between two groups"),
    ("医保 、 养老", ["医保", "养老"], [], "a pause by itself"),
    ("医保 ；养老。", ["医保", "养老"], [], "pauses at either end"),
    ("• 医保", ["医保"], [("sign", "•")], "a bullet is named"),
    ("◆医保", ["医保"], [("sign", "◆")], "glued to a word too"),
    ("DIP –DRG", ["dip"], [], "the dash that word processors make of a minus sign"),
    ("DIP −DRG", ["dip"], [], "the minus sign of mathematics"),
    ("DIP -DRG", ["dip"], [], "and the one of the keyboard"),
    ("2016—2020年", ["2016", "2020", "年"], [], "a dash inside a run is no minus"),
    ("（焦化）-材料", ["焦化", "材料"], [], "nor is one that text touches"),
    ("医保 not 农村", ["医保", "not", "农村"], [("lowercase", "not")], "small letters"),
    ("医保 or 农村", ["医保", "or", "农村"], [("lowercase", "or")], "small letters"),
    ("not", ["not"], [], "a word by itself is a word"),
    ("not 农村", ["not", "农村"], [], "so is one with nothing before it"),
    ("医保 and", ["医保", "and"], [], "or behind it"),
    ("医保的", ["医保", "的"], [], "a particle does not make a longer word"),
    ("率", ["率"], [], "a character by itself"),
    ("医*保", ["医", "保"], [("star", "*")], "a star inside a word"),
    ("*医保", ["医保"], [("star", "*")], "a star before one"),
    ("医保~", ["医保"], [("slop", "~")], "a tilde"),
    ("“医保 基金”~10", ["医保 基金"], [("slop", "~10")], "a distance behind a phrase"),
    ("医保~2 基金", ["医保", "基金"], [("slop", "~2")], "a distance behind a word"),
    ("“医保 2019”~10", ["医保 2019"], [("slop", "~10")], "a distance behind a number in quotes"),
    ("2019~2022", ["2019", "2022"], [("sign", "~")], "a range of numbers is no distance"),
    ("10～20 医保", ["10", "20", "医保"], [("sign", "～")], "nor is one with a wide tilde"),
    ("推进“放管服", ["推进", "放管服"], [("unpaired", "“")], "a mark without a half"),
    ("放管服”改革", ["放管服", "改革"], [("unpaired", "”")], "the other half"),
    ("1）医保", ["1", "医保"], [("unpaired", "）")], "a list number"),
    ("保\u200b障", ["保障"], [], "what nobody sees splits no word"),
    ("\ufeff保\u00ad障\u200e", ["保障"], [], "nor at its ends"),
    ("基\n金 监管", ["基金", "监管"], [], "a line end of a copy, inside a word"),
    ("基\t金", ["基金"], [], "a tab of a copy"),
    ("GDP\n基金", ["gdp", "基金"], [], "a line end beside letters separates"),
    ("医，保*", ["医，保"], [("prefix", "医，保*")], "no beginning of a word"),
]


@pytest.mark.parametrize(("text", "words", "notes", "why"), READ, ids=[case[3] for case in READ])
def test_reading(text: str, words: list[str], notes: list[tuple[str, str]], why: str) -> None:
    reading = parse(text, False, ANALYZER.cut)
    assert [leaf.text for leaf in leaves(reading.node)] == words
    assert reading.notes == tuple(Note(kind, sign) for kind, sign in notes)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", [case[0] for case in READ])
def test_each_leaf_knows_its_place(text: str) -> None:
    for leaf in leaves(parse(text, False, ANALYZER.cut).node):
        start, end = leaf.place
        typed = "".join(char for char in text[start:end] if char.isalnum()).lower()
        assert typed == "".join(char for char in leaf.text if char.isalnum())


@given(st.text("医保基金监管 OR|-“”（）()*~，、\u200b\n5%", max_size=60))
def test_places_lie_in_the_query_and_in_order(text: str) -> None:
    try:
        found = list(leaves(parse(text, False, ANALYZER.cut).node))
    except QueryError:
        return
    assert all(0 <= leaf.place[0] < leaf.place[1] <= len(text) for leaf in found)


# --- questions -------------------------------------------------------------------------------

QUESTIONS = [
    *("农民工能不能异地就医", "要不要缴费", "有没有补贴", "何时实施", "哪年建成", "哪位负责"),
    *("几次提到", "多高的比例", "百分之几", "咋办理", "为啥上涨", "是否合规", "第几名", "谁负责"),
    *("谁来推进基金监管工作谁", "医保？基金？"),  # ten apart; a sign twice is no slogan
    *("参保率是多少", "医保？", "什么是门诊共济", "可不可以代办", "几个部门负责"),
]
SLOGANS = [
    *("缺什么补什么", "谁执法谁普法", "干什么学什么", "哪里有需要哪里就有服务", "有多少报多少"),
    *("谁推进基金监管工作谁", "什么什么"),  # nine apart, and two
    *("近几年", "十几个", "几十万", "吗啡", "几年来", "哪怕", "前几次", "医保基金监管"),
]


@pytest.mark.parametrize("text", QUESTIONS)
def test_what_asks(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize("text", SLOGANS)
def test_what_asks_nothing(text: str) -> None:
    assert not asks(text)


@pytest.mark.parametrize(
    ("text", "figure"),
    [("参保率是多少", True), ("百分之几", True), ("几个部门负责", True), ("怎么办理", False)],
)
def test_what_asks_for_a_figure(text: str, figure: bool) -> None:
    assert asks_figure(text) is figure


SINGLES_AND_PAIRS = [
    ("医保怎么报销？", "医 保 报 销", "医保 报销"),
    ("医保，医保", "医 保 医 保", "医保 医保"),
    ("谁执法谁普法", "谁 执 法 谁 普 法", "谁执 执法 法谁 谁普 普法"),
    ("5%", "5", ""),
    ("多少？", "", ""),
]


@pytest.mark.parametrize(("text", "singles", "pairs"), SINGLES_AND_PAIRS)
def test_characters_and_those_side_by_side(text: str, singles: str, pairs: str) -> None:
    assert singles_and_pairs(text) == (singles.split(), [tuple(pair) for pair in pairs.split()])


def test_a_question_of_two_words_is_answered_where_hardly_any_paragraph_has_both(
    tmp_path: Path,
) -> None:
    topic = [f"推进长期护理保险制度建设，受益群众第{n}批。" for n in range(9)]
    other = [f"行政审批申请材料第{n}次精简。" for n in range(9)]
    engine = of_texts(tmp_path, *topic, *other, "长护险落地。政务申请材料精简。")
    page = engine.search(Query("长护险怎么申请？", limit=0))
    assert page.understood.question
    assert page.understood.relaxed == Relaxed(1, 2)
    assert set(order(page)[: len(topic)]) <= {*range(len(topic)), 18}


def test_a_question_for_a_figure_of_a_place_and_year_is_answered_there(tmp_path: Path) -> None:
    text = "全年新增就业{n}万人，湖南2023年、湖北2022年都在增长。"
    places = [(("湖南省",), 2023), (("湖南省",), 2022), (("湖北省",), 2023), ((), None)]
    reports = [
        (region, year, [text.format(n=n) for n in range(12)]) for region, year in reversed(places)
    ]
    page = make(tmp_path, *reports).search(Query("湖南2023年新增就业多少人？"))
    assert len(page.hits) == 10
    assert {(hit.report.region.names, hit.report.year) for hit in page.hits} == {places[0]}


def test_a_question_of_nothing_but_a_place_and_year_asks_for_these(tmp_path: Path) -> None:
    engine = make(tmp_path, (("湖南省",), 2023, ["湖南2023年增长", "其他"]))
    page = engine.search(Query("湖南2023年是多少？"))
    assert page.understood.question
    assert order(page) == [0]


# --- what comes first ------------------------------------------------------------------------

RUNS = [
    ("三大改造", "三大改造", "三大攻坚战，技术改造"),
    ("1.5亿元", "1.5亿元", "1050亿元，是上年的1.5倍，2亿元"),
    ("7·20", "7·20", "7月20日"),
    ("211工程", "211工程", "工程211项"),
    ("2023年12月20日", "2023年12月20日", "2023年1月，12月，20日"),
    ("中欧班列开行列数", "中欧班列开行列数", "中欧班列，开，数，行列"),
]


@pytest.mark.parametrize(("query", "typed", "scattered"), RUNS, ids=[case[0] for case in RUNS])
def test_what_stands_as_typed_comes_first(
    query: str, typed: str, scattered: str, tmp_path: Path
) -> None:
    """However often its pieces stand elsewhere, in a short text, and in a heading too."""
    long = f"围绕重点任务，{typed}" + "，统筹推进各项工作落实落地见到成效" * 8
    engine = of_texts(tmp_path, *[f"{scattered}。{scattered}"] * 12, long, f"{scattered}；{typed}")
    plain = engine.search(Query(query, limit=0))
    assert set(order(plain)[:2]) == {12, 13}
    assert plain.total == 14  # no hit is lost


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_runs_first_for_any_texts(
    tmp_path_factory: pytest.TempPathFactory, kinds: list[int], luck: random.Random
) -> None:
    fill = ["统筹推进", "落实落地", "农村", "城镇", "改造，", "三个，", "大力。"]

    def text(kind: int) -> str:
        pieces = luck.choices(fill, k=luck.randint(0, 12))
        pieces += ["三大改造"] if kind == 3 else ["三", "大", "改造"] if kind else []
        luck.shuffle(pieces)
        return "".join(pieces) or "其他"

    texts = [text(kind) for kind in kinds]
    engine = of_texts(tmp_path_factory.mktemp("runs"), *texts)
    holds = [
        "三大改造" in texts[number] for number in order(engine.search(Query("三大改造", limit=0)))
    ]
    assert holds == sorted(holds, reverse=True)
    assert sum(holds) == sum("三大改造" in one for one in texts)


def test_near_comes_before_far_and_one_sentence_before_two(tmp_path: Path) -> None:
    gap = "统筹推进各项工作"
    texts = [
        f"医保{gap}{gap}。农村{gap}。",  # two sentences
        f"医保{gap}{gap}，农村{gap}。",  # one sentence, far
        f"医保农村{gap}{gap}，{gap}。",  # side by side
        f"医保{gap}，农村{gap}，{gap}。",  # one sentence, nearer
    ]
    page = of_texts(tmp_path, *texts).search(Query("医保 农村"))
    assert order(page) == [2, 3, 1, 0]


# --- pasted passages -------------------------------------------------------------------------


def passages(luck: random.Random, count: int) -> list[str]:
    """Texts that share their words, as paragraphs of one kind of report do."""
    words = [
        f"{a}{b}" for a in "推进加强完善深化落实保障" for b in "基金农村城镇就业医疗教育生态环境"
    ]
    return ["，".join(luck.choices(words, k=luck.randint(150, 420))) for _ in range(count)]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_a_pasted_passage_finds_its_source_first(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    """Of 120 characters up to the limit, whole or cut, with characters that are wrong.

    The texts share all their words, so a shorter passage may stand in two of them alike.
    """
    luck = random.Random(seed)
    texts = passages(luck, 12)
    engine = of_texts(tmp_path_factory.mktemp("passages"), *texts)
    for number, text in enumerate(texts):
        begin = luck.randrange(0, max(1, len(text) - 60))
        pasted = list(text[begin : begin + luck.randint(120, MAX_LENGTH)])
        for at in luck.sample(range(len(pasted)), len(pasted) // 60):
            pasted[at] = "错"
        page = engine.search(Query("".join(pasted)))
        assert order(page)[0] == number


@pytest.mark.parametrize("words", [PASSAGE - 1, PASSAGE, PASSAGE + 1, 127, 128, 129, 300])
def test_no_number_of_words_loses_the_paragraph(words: int, tmp_path: Path) -> None:
    text = "、".join(f"第{n}" for n in range(words))
    page = of_texts(tmp_path, "其他", text, "第1、第2").search(
        Query(text.replace("第3、", "第x、"))
    )
    assert order(page)[0] == 1


# --- looser readings -------------------------------------------------------------------------

PIECES = [
    ("清欠薪", ("清", "欠薪"), "清理拖欠，欠薪清零"),
    ("种水稻", ("种", "水稻"), "水稻制种基地，种粮大户"),
    ("降药价", ("降", "药价"), "药价明显下降"),
]


@pytest.mark.parametrize(("query", "pieces", "text"), PIECES, ids=[case[0] for case in PIECES])
def test_a_short_word_that_stands_nowhere_is_taken_apart(
    query: str, pieces: tuple[str, ...], text: str, tmp_path: Path
) -> None:
    page = of_texts(tmp_path, "其他工作", text).search(Query(query))
    assert (page.total, order(page)) == (1, [1])
    assert page.understood.pieces == {query: pieces}


def test_a_short_word_that_stands_somewhere_is_left_whole(tmp_path: Path) -> None:
    page = of_texts(tmp_path, "参保，缴费率", "参保率达标").search(Query("参保率"))
    assert (order(page), page.understood.pieces) == ([1], {})


THREE = ["基金 监管", "医保 监管", "医保 基金"]  # of 医保基金监管, each time one left out
EIGHT = ["医保", "基金", "监管", "农村", "学生", "就业", "教育", "医疗"]


def one_left_out(words: list[str]) -> list[str]:
    return [" ".join(words[:at] + words[at + 1 :]) for at in range(len(words))]


# As typed, the texts that the index holds, the looser queries, and why.
LOOSER = [
    ("医保基金监管", ["其他"], THREE, "of three words each is left out once"),
    ("医保基金", ["其他"], [], "of two none"),
    ("医保基金", ["基金"], ["医保 基金"], "but they may stand apart"),
    ("医保", ["医保"], [], "one word is as loose as can be"),
    ("医保 基金 监管", ["基金"], [], "words typed apart too"),
    ("医保（基金）监管", ["基金"], [], "or apart for the reader"),
    (
        "改革开放",
        ["开放，改革，放改"],
        [],
        "a word that the tokenizer knows",
    ),
    (
        "中欧班列开行列数",
        ["行列，行列，开行，开"],
        ["中欧 行列", "中欧 开行", *one_left_out(["中欧", "班列", "开", "行列", "数"])],
        "cut anew: known words of two characters or more, the most frequent first",
    ),
    (
        "123456工程9876",
        ["工程9876"],
        ["123456 工程", "123456 9876", "工程 9876"],
        "words of four characters",
    ),
    (
        "123456工程98765",
        ["工程98765"],
        ["123456 工程", "工程 98765", "123456 98765"],
        "but of no more",
    ),
    ("醫保基金監管", ["基金"], THREE, "what is typed in another script is not cut anew"),
    (
        "".join(EIGHT),
        ["监管"],
        ["医保 监管", *one_left_out(EIGHT)],
        "a run of 16 characters is cut anew",
    ),
    ("".join([*EIGHT, "县"]), ["监管"], one_left_out([*EIGHT, "县"]), "a longer one is not"),
    (
        "".join(EIGHT),
        ["，".join(EIGHT)],
        [*(f"医保 {word}" for word in sorted(EIGHT[1:], reverse=True)), *one_left_out(EIGHT)[:5]],
        "twelve at most",
    ),
    ("清欠薪", ["欠薪"], ["清 欠薪"], "a short word that was left whole"),
    ("清欠薪 种水稻", ["其他"], ["清 欠薪 种水稻", "清欠薪 种 水稻"], "of two, one at a time"),
    (
        "农村 医保基金监管 学生",
        ["其他"],
        [f"农村 {words} 学生" for words in THREE],
        "what stands beside the run stays",
    ),
    (
        "标题:商洛 医保基金监管",
        ["其他"],
        [f"标题:商洛 {words}" for words in THREE],
        "a title stays",
    ),
    (
        "标题:商洛“医保”基金",
        ["其他"],
        [],
        "a title is no part of a run",
    ),
    ("医保 -基金监管农村", ["基金"], [], "what is excluded is not looked at"),
    (
        f"医保基金 {' '.join(map(str, range(100, 110)))}",
        ["基金"],
        [f"医保 基金 {' '.join(map(str, range(100, 110)))}"],
        "twelve words",
    ),
    (f"医保基金 {' '.join(map(str, range(100, 111)))}", ["基金"], [], "more make a sentence"),
]


@pytest.mark.parametrize(
    ("text", "texts", "expected", "why"), LOOSER, ids=[case[3] for case in LOOSER]
)
def test_looser_queries(
    text: str, texts: list[str], expected: list[str], why: str, tmp_path: Path
) -> None:
    of_texts(tmp_path, *texts)
    index = SnapshotIndex(open_snapshot(tmp_path))
    assert looser_texts(planner(ANALYZER, Synonyms(GROUPS))(Query(text)), index) == expected


def test_a_looser_query_is_offered_where_a_handful_is_found(tmp_path: Path) -> None:
    texts = [f"中欧班列开行第{n}列" for n in range(60)]
    engine = of_texts(tmp_path, *texts, "中欧班列开行列数，行列")
    page = engine.search(Query("中欧班列开行列数"))
    assert page.total <= HANDFUL
    assert page.understood.wider is not None
    assert page.understood.wider.total >= 10 * page.total
    offered = engine.search(Query(page.understood.wider.text))
    assert offered.total == page.understood.wider.total


def test_nothing_looser_is_offered_where_enough_is_found(tmp_path: Path) -> None:
    engine = of_texts(tmp_path, *["医保基金监管"] * (HANDFUL + 1), *["医保"] * 90)
    assert engine.search(Query("医保基金监管")).understood.wider is None


# --- beginnings, synonyms, marks -------------------------------------------------------------


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.text("参保率县域医共体5Gg达，98.25% ", min_size=1, max_size=14), min_size=1, max_size=8
    ),
    st.text("参保率县域医共体5G", min_size=1, max_size=4),
)
def test_a_beginning_finds_all_that_the_word_finds(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], beginning: str
) -> None:
    engine = of_texts(tmp_path_factory.mktemp("prefix"), *texts)
    plain, starred = (
        engine.search(Query(text, exact=True, limit=0)) for text in (beginning, f"{beginning}*")
    )
    assert set(order(plain)) <= set(order(starred))


def test_a_synonym_counts_as_a_word(tmp_path: Path) -> None:
    texts = [
        "服务全国企业发展",
        "深化国企改革",
        "国有企业混改",
        "科创文化中心",
        "创文工作",
        "全国企业家",
    ]
    engine = of_texts(tmp_path, *texts)
    assert sorted(order(engine.search(Query("国有企业", limit=0)))) == [1, 2]
    page = engine.search(Query("国企 OR 国有企业", limit=0))
    marked = {
        hit.paragraph.text[span.start : span.end]
        for hit in page.hits
        for span in hit.spans
        if span.kind == "query" and "全国企业" not in hit.paragraph.text
    }
    assert marked == {"国企", "国有企业"}


@pytest.mark.parametrize(
    "text", ["明厨亮灶", "三大改造", "7·20", "两不愁三保障", "1.5亿元", "三公经费"]
)
def test_all_characters_of_what_matched_are_marked(text: str, tmp_path: Path) -> None:
    (hit,) = of_texts(tmp_path, f"推进{text}工作").search(Query(text)).hits
    query = [span for span in hit.spans if span.kind == "query"]
    assert [hit.paragraph.text[span.start : span.end] for span in query] == [text]


# --- attempts: what is asked, one after the other ----------------------------------------------


def attempts(folder: Path, text: str, *texts: str) -> list[Attempt]:
    """The attempts of a query at an index of these texts."""
    of_texts(folder, *texts or ["医保基金监管"])
    index = SnapshotIndex(open_snapshot(folder))
    return list(planner(ANALYZER, Synonyms(GROUPS))(Query(text)).attempts(index))


Outline = tuple[int, int, type | None]  # number of parts, the least of them, what ranks again


def outline(attempt: Attempt) -> Outline:
    return len(attempt.parts), attempt.least, attempt.rescoring and type(attempt.rescoring)


OF_WORDS: list[tuple[int, list[Outline]]] = [
    (1, [(1, 0, None)]),
    (2, [(2, 0, ByNearness), (2, 2, None)]),
    (3, [(3, 0, ByNearness), (3, 2, None)]),
    (4, [(4, 0, ByNearness), (4, 3, None)]),
    (5, [(5, 0, ByNearness), (5, 3, None)]),
    (12, [(12, 0, ByNearness), (12, 7, None)]),
    (13, [(13, 0, None), (13, 7, ByOverlap)]),
    (32, [(32, 0, None), (32, 17, ByOverlap)]),
    (33, [(33, 0, None), (32, 17, ByOverlap)]),
    (100, [(100, 0, None), (32, 17, ByOverlap)]),
    (101, [(32, 17, ByOverlap)]),
]


@pytest.mark.parametrize(("words", "expected"), OF_WORDS, ids=[str(case[0]) for case in OF_WORDS])
def test_attempts_by_the_number_of_words(
    words: int, expected: list[Outline], tmp_path: Path
) -> None:
    made = attempts(tmp_path, "、".join(map(str, range(100, 100 + words))))
    assert [outline(attempt) for attempt in made] == expected
    assert [attempt.is_selection for attempt in made] == [
        len(attempt.parts) < words for attempt in made
    ]
    assert not any(attempt.is_question for attempt in made)


# As typed, the parts asked for, the least of them, the paragraphs that are enough.
OF_QUESTIONS = [
    ("医保怎么缴费", [(["医保", "缴费"], 2, 6), (["医保", "缴费"], 1, 1)], "two words"),
    ("医保怎么样？", [(["医保"], 1, 6), (["医保"], 1, 1)], "one"),
    ("医保基金怎么监管", [(["医保", "基金", "监管"], 1, 1)], "three"),
]


@pytest.mark.parametrize(
    ("text", "expected", "why"), OF_QUESTIONS, ids=[case[2] for case in OF_QUESTIONS]
)
def test_attempts_of_a_question(
    text: str, expected: list[tuple[list[str], int, int]], why: str, tmp_path: Path
) -> None:
    made = [attempt for attempt in attempts(tmp_path, text) if attempt.is_question]
    assert [
        ([getattr(part, "text", "") for part in attempt.parts], attempt.least, attempt.enough)
        for attempt in made
    ] == expected, why
    assert {type(attempt.rescoring) for attempt in made} == {ByAnswer}


def test_of_many_words_the_rarest_are_asked_for(tmp_path: Path) -> None:
    """Words that stand nowhere come last, of equals the longest first."""
    missing = ["9000", "900000"]
    frequent = ["100", "101", "1020", "103"]
    rare = list(map(str, range(200, 231)))
    texts = [" ".join(frequent), " ".join([*frequent, *rare])]
    asked = attempts(tmp_path, " ".join([*missing, *frequent, *rare]), *texts)[-1].parts
    assert [getattr(part, "text", "") for part in asked] == ["1020", *rare]
