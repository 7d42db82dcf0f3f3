"""The check of quotations: verdicts and differences, and what no fault may pass as."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import check_index
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.analyze import normalise
from engine.engine import Searcher, open_engine, open_writer
from engine.model import Lexicon, Paragraph, Report
from search_app.check.check import (
    MAX_LETTERS,
    MAX_PARTS,
    MAX_QUOTATIONS,
    CheckedQuotation,
    check_memo,
    check_quotation,
)
from search_app.check.letters import letters
from search_app.check.plain_text import plain_memo
from search_app.check.present import quotation_json

TABLE = Path(__file__).parent / "cases/quotations.tsv"
SAME = ("same", "same_normalised")
TEXTS = [text for _, *texts in check_index.REPORTS.values() for text in texts]


class Case(NamedTuple):
    what: str
    quotation: str
    reference: str
    verdict: str
    kinds: str
    quoted: str
    source: str
    stands: str


with TABLE.open(encoding="utf-8", newline="") as lines:
    CASES = [Case(**row) for row in csv.DictReader(lines, delimiter="\t")]


@pytest.fixture(scope="module")
def location(tmp_path_factory: pytest.TempPathFactory) -> str:
    return check_index.make(tmp_path_factory.mktemp("check"))


@pytest.fixture(scope="module")
def searcher(location: str) -> Iterator[Searcher]:
    with open_engine(location).searcher() as opened:
        yield opened


def id_of(searcher: Searcher, place: str) -> str:
    """The id of ``甲2023:1``; of anything else the text itself."""
    name, colon, number = place.partition(":")
    return check_index.paragraphs(searcher)[name][int(number) - 1].id if colon else place


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_a_verdict(searcher: Searcher, case: Case) -> None:
    checked = check_quotation(searcher, case.quotation, id_of(searcher, case.reference))
    found = checked.match.differences if checked.match else ()
    said = [(each.kind, each.quoted, each.source) for each in found]
    assert checked.verdict == case.verdict, said
    if case.kinds:
        assert found[0].kind == case.kinds, said
    if case.quoted or case.source:
        assert (found[0].quoted, found[0].source) == (case.quoted, case.source), said
    if case.stands:
        assert checked.match
        assert checked.match.id == id_of(searcher, case.stands)


# --- no fault is acquitted --------------------------------------------------------------------

_LETTERS = st.sampled_from("不未无十三万亿县省年人元0123456789亩的了龘")


@st.composite
def stretches(draw: st.DrawFn) -> str:
    """A stretch of a report with enough letters, which cuts no figure and drops no negation."""
    text = draw(st.sampled_from(TEXTS))
    start = draw(st.integers(0, len(text) - 16))
    end = draw(st.integers(start + 16, len(text)))
    around = (text[max(0, start - 1) : start + 1], text[end - 1 : end + 1])
    numbers = "0123456789.,%一二三四五六七八九十百千万亿"
    assume(not any(len(pair) == 2 and set(pair) <= set(numbers) for pair in around))
    assume(not start or text[start - 1] not in "不未无非没勿莫否")
    assume(sum(map(str.isalnum, text[start:end])) >= 12)
    return text[start:end]


def stands(text: str) -> bool:
    """Whether some report has these letters: a scan that knows nothing of the index."""
    joined = letters("\n".join(TEXTS)).text
    return letters(text).text in joined


@given(stretches())
def test_what_stands_in_a_report_is_the_same(searcher: Searcher, text: str) -> None:
    checked = check_quotation(searcher, text)
    assert checked.verdict in SAME
    assert checked.verdict == "same" or checked.match.text != text


@given(stretches(), st.data())
def test_one_letter_for_another_is_never_acquitted(
    searcher: Searcher, text: str, data: st.DataObject
) -> None:
    at = data.draw(st.sampled_from([at for at, char in enumerate(text) if char.isalnum()]))
    new = data.draw(_LETTERS)
    assume(normalise(new) != normalise(text[at]))
    changed = text[:at] + new + text[at + 1 :]
    assume(not stands(changed))
    checked = check_quotation(searcher, changed)
    assert checked.verdict in ("differs", "not_found")
    assert checked.verdict == "not_found" or checked.match.differences


@given(stretches(), st.data())
def test_a_letter_left_out_is_never_acquitted(
    searcher: Searcher, text: str, data: st.DataObject
) -> None:
    inside = [at for at in range(1, len(text) - 1) if text[at].isalnum()]
    at = data.draw(st.sampled_from(inside))
    changed = text[:at] + text[at + 1 :]
    assume(sum(map(str.isalnum, changed)) >= 12 and not stands(changed))
    assert check_quotation(searcher, changed).verdict in ("differs", "not_found")


@given(stretches(), st.lists(st.sampled_from("，、 ；“”（）\u3000—"), max_size=4), st.data())
def test_marks_and_blanks_are_no_difference(
    searcher: Searcher, text: str, marks: list[str], data: st.DataObject
) -> None:
    for mark in marks:
        between = [
            at
            for at in range(1, len(text))
            if not (text[at - 1].isascii() or text[at].isascii())  # a figure keeps its signs
        ]
        at = data.draw(st.sampled_from(between))
        text = text[:at] + mark + text[at:]
    assert check_quotation(searcher, text).verdict in SAME


@given(st.text(st.characters(codec="utf-8"), max_size=80))
def test_any_text_gets_a_verdict(searcher: Searcher, text: str) -> None:
    checked = check_quotation(searcher, text)
    assert quotation_json(checked)["verdict"] in ("not_found", "too_short", *SAME, "differs")


# --- where it stands ---------------------------------------------------------------------------


def test_places_are_slices_of_their_paragraphs(searcher: Searcher) -> None:
    texts = {p.id: p.text for p in chain(*check_index.paragraphs(searcher).values())}
    for case in CASES:
        answer = quotation_json(check_quotation(searcher, case.quotation))
        for place in answer["places"]:
            assert 0 <= place["start"] < place["end"] <= len(texts[place["id"]])
        if answer["places"]:
            assert answer["places"][0] == {key: answer[key] for key in ("id", "start", "end")}
            joined = "\n".join(texts[p["id"]][p["start"] : p["end"]] for p in answer["places"])
            assert joined.strip("\n") == answer["source"].strip("\n")
        if answer["verdict"] == "same" and "…" not in case.quotation and ".." not in case.quotation:
            assert answer["source"] == case.quotation


def test_two_paragraphs_are_two_places(searcher: Searcher) -> None:
    quoted = "群众满意度稳步提升。\n下一步将继续深化医药卫生体制改革"
    checked = check_quotation(searcher, quoted)
    ids = [id_of(searcher, place) for place in ("甲2023:5", "甲2023:6")]
    assert [place.id for place in checked.match.places] == ids
    assert checked.verdict == "same"


def test_two_halves_that_many_reports_have(tmp_path: Path) -> None:
    """Forty reports have each half, one has them side by side."""
    first, second = "扎实做好第五次全国经济普查工作。", "持续加强政府系统能力作风建设。"
    with open_writer(str(tmp_path / "index"), Lexicon()) as writer:
        for number in range(40):
            between = [] if number == 23 else [f"第{number}项工作按照计划推进。"]
            texts = [f"报告{number}", first, *between, second]
            key = f"rep{number:05}"
            writer.add(
                Report(key, texts[0], f"{key}.txt", paragraphs=len(texts)),
                [
                    Paragraph(f"{key}-{at:06}", key, at, text, text)
                    for at, text in enumerate(texts, 1)
                ],
            )
        writer.commit({})
    with open_engine(str(tmp_path / "index")).searcher() as searcher:
        for quoted in (f"{first}\n{second}", first + second):
            checked = check_quotation(searcher, quoted)
            assert checked.verdict in SAME
            assert checked.match.id == "rep00023-000002"


def test_words_of_many_reports_name_the_others(searcher: Searcher) -> None:
    checked = check_quotation(searcher, "推动基本公共服务均等化，城镇新增就业")
    assert checked.verdict == "same"
    ids = {id_of(searcher, place) for place in ("甲2023:7", "甲2022:3", "乙2023:2")}
    assert {checked.match.id, *checked.elsewhere} == ids
    referred = check_quotation(
        searcher, "推动基本公共服务均等化，城镇新增就业", id_of(searcher, "甲2022:3")
    )
    assert referred.match.id == id_of(searcher, "甲2022:3")
    assert set(referred.elsewhere) == ids - {referred.match.id}


# --- references that lead nowhere, or to something else ------------------------------------------


def test_a_paragraph_that_changed_says_what_it_says_now(tmp_path: Path) -> None:
    from indexer.build import build

    location = check_index.make(tmp_path)
    quoted = "空气质量优良天数比例为91.5%"
    with open_engine(location).searcher() as searcher:
        old = id_of(searcher, "乙2023:3")
        assert checked_state(check_quotation(searcher, quoted, old)) == ("same", "same")
    title, *texts = check_index.REPORTS["乙2023"]
    for now, expected in (("92.1%", "differs"), ("91.5%左右", "elsewhere")):
        changed = {"乙2023": (title, *(text.replace("91.5%", now) for text in texts))}
        check_index.write(tmp_path / "reports", changed)
        build([tmp_path / "reports"], location)
        with open_engine(location).searcher() as searcher:
            checked = check_quotation(searcher, quoted, f"http://old.example/p/{old}")
            assert checked_state(checked) == (expected, "gone")
            assert now[:5] in checked.reference.now.text
            assert checked.match.id == id_of(searcher, "乙2023:3") != old


def checked_state(checked: CheckedQuotation) -> tuple[str, str]:
    return checked.verdict, checked.reference.state if checked.reference else ""


def test_an_id_that_nobody_knows(searcher: Searcher) -> None:
    quoted = "新增普惠性幼儿园学位1200个"
    checked = check_quotation(searcher, quoted, "zzzzzzzz-000000")
    assert checked_state(checked) == ("elsewhere", "unknown")
    assert checked.elsewhere == (id_of(searcher, "乙2023:1"),)


def test_some_sentences_of_a_paragraph(searcher: Searcher) -> None:
    passage = id_of(searcher, "乙2023:1") + "~1"
    assert check_quotation(searcher, "新增普惠性幼儿园学位1200个", passage).verdict == "same"


# --- limits --------------------------------------------------------------------------------------


def test_what_is_not_checked_is_named(searcher: Searcher) -> None:
    many = "".join(f"“量子计算产业园第{n}期主体工程封顶”" for n in range(MAX_QUOTATIONS + 3))
    checked = check_memo(searcher, plain_memo(many))
    assert len(checked.quotations) == MAX_QUOTATIONS
    assert any("3 处没有核对" in part for part in checked.unreadable)
    long = "“" + "长" * (MAX_LETTERS + 1) + "”"
    checked = check_memo(searcher, plain_memo(long))
    assert checked.quotations == ()
    assert any("没有核对" in part for part in checked.unreadable)
    checked = check_memo(searcher, plain_memo(f"“{'两字……' * (MAX_PARTS + 1)}”"))
    assert checked.quotations == ()
    assert any("没有核对" in part for part in checked.unreadable)
    unclosed = check_memo(searcher, plain_memo("报告说“推动基本公共服务均等化，城镇新增就业"))
    assert [each.verdict for each in unclosed.quotations] == ["same"]
    assert any("不成对" in part for part in unclosed.unreadable)
