"""The query language: examples in both modes, every error with its place, and any text."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.analyze import Analyzer
from engine.errors import QueryError
from engine.query.lexer import is_blank
from engine.query.parser import MAX_DEPTH, MAX_LENGTH, MAX_TERMS, parse, parse_year
from engine.query.tree import (
    And,
    Every,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Title,
    Word,
    has_alternatives,
    leaves,
    runs,
)

ANALYZER = Analyzer()


def understood(text: str, exact: bool = False) -> str:
    return show(parse(text, exact, ANALYZER.cut).node)


def show(node: Node) -> str:
    """A tree on one line, such as ``and(医保 not(基金))``; phrases are in quotation marks."""
    match node:
        case Every():
            return "every"
        case And(parts) | Or(parts):
            return f"{type(node).__name__.lower()}({' '.join(map(show, parts))})"
        case Not(part):
            return f"not({show(part)})"
        case Phrase(text):
            return f'"{text}"'
        case Prefix(text):
            return f"{text}*"
        case Title(text):
            return f"title:{text}"
        case Word(text):
            return text


# As typed, in words mode, in exact mode ("" where phrases in place of words are all the
# difference, "!" where there is no such query), and why.
GRAMMAR = [
    ("", "every", "", "an empty query browses"),
    (" \u3000\u00a0\t", "every", "", "and so do blanks of any kind"),
    ("医保 基金", "and(医保 基金)", "", "every word"),
    ("医保　基金", "and(医保 基金)", "", "a Chinese blank"),
    ("医保 AND 基金", "and(医保 基金)", "", "AND may be said"),
    ("医保基金", "and(医保 基金)", '"医保基金"', "a run is cut, or taken as it stands"),
    ("医保 医保", "医保", "", "said twice is said once"),
    ("医保基金 医保", "and(医保 基金)", 'and("医保基金" "医保")', "once cut, too"),
    ("参保率", "参保率", "", "a short term is not torn into 参保 and 率"),
    ("醫保", "医保", '"醫保"', "traditional"),
    ("医保 OR 基金", "or(医保 基金)", "", "either"),
    ("医保 or 基金", "and(医保 or 基金)", "", "only capitals are an operator"),
    ("医保|基金 监管", "and(or(医保 基金) 监管)", "", "a bar without blanks binds tighter"),
    ("医保 | 基金 监管", "or(医保 and(基金 监管))", "", "a bar with blanks is OR"),
    ("医保 OR 基金 监管", "or(医保 and(基金 监管))", "", "AND binds tighter than OR"),
    ("(医保 OR 基金) 监管", "and(or(医保 基金) 监管)", "", "brackets"),
    ("-学生", "not(学生)", "", "everything but"),
    ("医保 -学生", "and(医保 not(学生))", "", "without"),
    ("医保 NOT 学生", "and(医保 not(学生))", "", "without, in a word"),
    ("--学生", "not(not(学生))", "", "twice over"),
    ("-(医保 OR 基金)", "not(or(医保 基金))", "", "a group left out"),
    ("2019-2022", "and(2019 2022)", '"2019-2022"', "a dash inside a word is no minus"),
    ('"支付方式改革"', '"支付方式改革"', "", "quoted: exactly so"),
    ('"医保 OR 基金"', '"医保 OR 基金"', "", "nothing inside quotation marks counts"),
    ('-"医保"', 'not("医保")', "", "without a phrase"),
    ('"OR"', '"OR"', "", "the word OR itself"),
    ("参保*", "参保*", "", "a word's beginning"),
    ("參保＊", "参保*", "", "in any script"),
    ("98.25%", '"98.25%"', '"98.25%"', "a percentage is not any number of that value"),
    ("第1%", 'and(第 "1%")', '"第1%"', "a percentage inside a run, too"),
    ("标题:商洛", "title:商洛", "", "in the title"),
    ("标题: 商洛", "title:商洛", "", "a blank behind the colon"),
    ("TITLE:商洛", "title:商洛", "", "in English"),
    ("標題：商洛", "title:商洛", "", "in traditional script"),
    ('标题:"商洛 市"', "title:商洛 市", "", "a title with a blank"),
    ("-标题:商洛", "not(title:商洛)", "", "titles left out"),
    ("医保（基金）", "and(医保 基金)", '"医保（基金）"', "brackets inside a run"),
    ("（三）加强", "and(三 加强)", '"（三）加强"', "pasted from a report"),
    ("（三 四）", "and(三 四)", "", "brackets that group are no text"),
    ("监管)", "!", '"监管)"', "a bracket with no other half"),
    ("“双”“单”", 'and("双" "单")', '"“双”“单”"', "marks inside a run"),
    ('"医保" 基金', 'and("医保" 基金)', "", "a blank behind a quotation"),
    ('"医保"|基金', 'or("医保" 基金)', "", "a bar behind one"),
    ("(“医保” “基金”)", 'and("医保" "基金")', "", "a bracket behind one"),
    ("医保(基金", "!", '"医保(基金"', "an opening bracket inside a run"),
    ("(医保", "!", '"(医保"', "before a run, with nothing behind it to group"),
    (
        "(医保（一）监管 OR 基金)",
        "or(and(医保 一 监管) 基金)",
        'or("医保（一）监管" "基金")',
        "both",
    ),
    ("((医保)监管) 基金", "and(医保 监管 基金)", 'and("((医保)监管)" "基金")', "one in another"),
    ("5 %", '"5%"', '"5%"', "a blank before the sign of a percentage"),
    ("第5 % 基金", 'and(第 "5%" 基金)', 'and("第5%" "基金")', "in a run, too"),
    ("医 %", "!", 'and("医" "%")', "but not behind a word"),
    ("a\n医保 b", "and(a 医保 b)", 'and("a" "医保" "b")', "a line end behind letters separates"),
    ("医保a\n基金", "and(医保 a 基金)", 'and("医保a" "基金")', "behind the last of a run, too"),
    ("a医\n保", "and(a 医保)", '"a医保"', "but not between two characters"),
    ("，。", "!", '"，。"', "signs are text in exact mode"),
    (" “双", "!", '"“双"', "a quotation mark with no other half"),
]


@pytest.mark.parametrize(("text", "words", "exact", "why"), GRAMMAR)
def test_grammar(text: str, words: str, exact: str, why: str) -> None:
    if words != "!":
        assert understood(text) == words, why
    if exact:
        assert understood(text, exact=True) == exact, why
    else:
        assert understood(text, exact=True).replace('"', "") == words.replace('"', ""), why


TWINS = [
    ('"支付方式改革"', "“支付方式改革”"),
    ('"支付方式改革"', "「支付方式改革」"),
    ('"支付方式改革"', "『支付方式改革』"),
    ('"支付方式改革"', "＂支付方式改革＂"),
    ('"支付方式改革"', '“支付方式改革"'),
    ('"支付方式改革"', "”支付方式改革”"),
    ("(医保 OR 基金) 监管", "（医保 OR 基金） 监管"),
    ("(医保 OR 基金) 监管", "（医保 OR 基金)\u3000监管"),
    ("医保|基金", "医保｜基金"),
    ("标题:商洛", "标题：商洛"),
    ("医保 -学生", "医保\u3000－学生"),
    ("参保*", "参保＊"),
]


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize(("ascii_form", "chinese"), TWINS)
def test_chinese_punctuation_means_the_same(ascii_form: str, chinese: str, exact: bool) -> None:
    assert understood(ascii_form, exact) == understood(chinese, exact)


# As typed, the stretch at fault (from, to), the message, a part of the hint.
LETTERS = "要查这几个字母本身，请加引号"
ERRORS = [
    ("医保 OR", 3, 5, "“OR”后面缺了词语", LETTERS),
    ("OR 医保", 0, 2, "“OR”前面缺了词语", LETTERS),
    ("医保 AND AND 基金", 7, 10, "“AND”前面缺了词语", LETTERS),
    ("NOT", 0, 3, "“NOT”后面缺了词语", LETTERS),
    ("医保||基金", 3, 4, "“|”前面缺了词语", "请补上，或删去它"),
    ("(医保 OR )", 7, 8, "右括号前面缺了词语", "请补上词语，或删去括号"),
    ("( )", 0, 3, "括号里是空的", "请删去括号或填上词语"),
    ("监管 (医保 基金", 3, 9, "括号没有配对", "请补上右括号"),
    ("医保 基金)", 5, 6, "多了一个右括号", "在前面补上左括号"),
    ('医保 "基金', 3, 6, "引号没有配对", "请在“基金”后面补上引号"),
    ('医保" 基金', 2, 6, "引号没有配对", "请在“基金”后面补上引号"),
    ('医保"', 2, 3, "引号没有配对", "请删去它，或在前面补上另一半"),
    ('医保 "', 3, 4, "引号没有配对", "请删去它，或在前面补上另一半"),
    ('医保 ""', 3, 5, "引号里是空的", "填上要逐字查找的文字"),
    ('"\u3000"', 0, 3, "引号里是空的", "填上要逐字查找的文字"),
    ("，。", 0, 2, "“，。”里没有可查的词语", "请加引号逐字查找"),
    ("， 。", 0, 3, "这里没有可查的词语", "请加引号逐字查找"),
    ("*", 0, 1, "“*”前面要有词语的开头", "例如 参保*"),
    ("医保 标题:", 3, 6, "“标题:”后面没有词语", "请紧接着写要找的词"),
    ("标题:商洛*", 3, 6, "“标题:”后面不能用“*”", "去掉 * 即可"),
    ("医保 地区:湖南", 3, 6, "检索词里不能限定“地区”", "请在筛选栏里选"),
    ("YEAR：2024", 0, 5, "检索词里不能限定“YEAR”", "请在筛选栏里选"),
    ("医" * (MAX_LENGTH + 1), 0, 0, "检索词太长（2,001个字）", "请缩短到2,000个字以内"),
    ("(" * 21 + "医保", 20, 21, "括号套得太深", f"请减少到{MAX_DEPTH}层以内"),
    ("医 " * MAX_TERMS + "保", 200, 201, "词语太多", f"请减少到{MAX_TERMS}个以内"),
]


@pytest.mark.parametrize(("text", "start", "end", "message", "hint"), ERRORS)
def test_errors_say_what_to_change(
    text: str, start: int, end: int, message: str, hint: str
) -> None:
    with pytest.raises(QueryError) as caught:
        understood(text)
    error = caught.value
    assert (error.start, error.end) == (start, end)
    assert error.message.startswith(message)
    assert hint in error.hint
    assert str(error) == f"{error.message}。{error.hint}"


TYPED = 30  # code points; what is longer was pasted, and its odd marks are punctuation


@pytest.mark.parametrize(
    ("sign", "message", "notes"),
    [
        ("（", "括号没有配对", ["（"]),
        ("“", "引号没有配对", ["“"]),
        ("地区:", "检索词里不能限定“地区”", []),
    ],
)
def test_what_was_pasted_is_not_corrected(sign: str, message: str, notes: list[str]) -> None:
    text = sign + "医保，" * 10
    with pytest.raises(QueryError, match=message):
        parse(text[:TYPED], False, ANALYZER.cut)
    reading = parse(text[: TYPED + 1], False, ANALYZER.cut)
    assert [note.text for note in reading.notes] == notes


LONG = [
    ("，" * 21, f"“{'，' * 20}”里没有可查的词语", "请加引号"),
    (f"“{'医' * 21}", "引号没有配对", f"请在“{'医' * 20}”后面"),
]


@pytest.mark.parametrize(("text", "message", "hint"), LONG)
def test_messages_quote_twenty_characters(text: str, message: str, hint: str) -> None:
    with pytest.raises(QueryError) as caught:
        understood(text)
    assert caught.value.message == message
    assert hint in caught.value.hint


@pytest.mark.parametrize("exact", [False, True])
def test_what_the_caps_let_through(exact: bool) -> None:
    deepest = "(" * (MAX_DEPTH - 1) + "医 保" + ")" * (MAX_DEPTH - 1)
    assert len(list(leaves(parse(deepest, exact, ANALYZER.cut).node))) == 2
    most = " ".join(f"x{chr(0x4E00 + n)}" if exact else str(n) for n in range(MAX_TERMS))
    assert len(list(leaves(parse(most, exact, ANALYZER.cut).node))) == MAX_TERMS
    assert isinstance(parse('"' + "医" * (MAX_LENGTH - 2) + '"', exact, ANALYZER.cut).node, Node)


def test_a_run_is_one_term_however_many_words_it_has() -> None:
    run = "".join(f"第{n}项医保、" for n in range(MAX_TERMS))
    assert len(list(leaves(parse(run, False, ANALYZER.cut).node))) > MAX_TERMS


def test_leaves_are_what_a_paragraph_may_hold() -> None:
    text = '医保 -学生 (基金 OR "异地") -(NOT 参保) 标题:商洛'
    node = parse(text, False, ANALYZER.cut).node
    assert [leaf.text for leaf in leaves(node)] == ["医保", "基金", "异地", "商洛"]


# As typed, the runs that a paragraph may hold as they stand, whether a leaf may be missing.
RUNS = [
    ("医保", [], False),
    ("医保基金", ["医保基金"], False),
    ("医保基金 农村学生 医保基金", ["医保基金", "农村学生"], False),
    ("医保基金 OR 农村学生", ["医保基金", "农村学生"], True),
    ("(医保基金|农村学生) 就业监管", ["就业监管", "医保基金", "农村学生"], True),
    ("就业 -(医保基金 OR 农村学生)", [], False),
    ('"医保基金" 标题:农村学生', [], False),
]


@pytest.mark.parametrize(("text", "typed", "alternatives"), RUNS)
def test_runs_and_alternatives(text: str, typed: list[str], alternatives: bool) -> None:
    node = parse(text, False, ANALYZER.cut).node
    assert list(runs(node)) == typed
    assert has_alternatives(node) is alternatives


YEARS = [
    ("2024", (2024, 2024)),
    (" 2019..2022 ", (2019, 2022)),
    ("2019 .. 2022", (2019, 2022)),
    ("unknown", None),
]


@pytest.mark.parametrize(("text", "years"), YEARS)
def test_years(text: str, years: tuple[int, int] | None) -> None:
    assert parse_year(text) == years


@pytest.mark.parametrize(
    "text", ["", "24", "2024年", "２０２４", "2019-2022", "2019..", "x" * 9999]
)
def test_a_year_that_is_none(text: str) -> None:
    with pytest.raises(QueryError, match=r"看不懂。请写成 2024、2019\.\.2022 或 unknown") as caught:
        parse_year(text)
    assert len(str(caught.value)) < 100


def test_a_year_is_quoted_in_part() -> None:
    with pytest.raises(QueryError, match=f"“{'x' * 30}”看不懂"):
        parse_year("x" * 31)


def test_years_the_wrong_way_round() -> None:
    with pytest.raises(QueryError, match=r"前后颠倒。请写成 2019\.\.2022"):
        parse_year("2022..2019")


PIECES = st.sampled_from(
    [
        *'()（）"“”「『|｜-－*＊:： \u3000',
        "OR",
        "AND",
        "NOT",
        "标题:",
        "医保",
        "98.25%",
        "dip",
        "，",
    ]
)


@settings(max_examples=300)
@given(st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join)), st.booleans())
@example("(" * 1000, False)
@example("-" * 1000, False)
@example("NOT " * 250, True)
@example("标题:" * 300, False)
@example("“" * 1000, True)
@example("（(" * 500, True)
@example("医保|" * 333, False)
@example("\ud800", False)
def test_any_text_is_understood_or_refused(text: str, exact: bool) -> None:
    outcome = _outcome(text, exact)
    if isinstance(outcome, QueryError):
        assert 0 <= outcome.start <= outcome.end <= len(text)
        assert outcome.message
        assert outcome.hint
    else:
        assert len(list(leaves(outcome))) <= MAX_TERMS
        assert (outcome == Every()) == all(map(is_blank, text))


def _outcome(text: str, exact: bool) -> Node | QueryError:
    try:
        return parse(text, exact, ANALYZER.cut).node
    except QueryError as error:
        return error
