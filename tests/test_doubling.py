"""Inputs that once took quadratic time or longer; with such a rule they would take minutes.

``tests/faults/doubling.py`` searches for more of them. Where a rule became code to be linear, the
old pattern is the oracle for short texts.
"""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from drafts import drafted
from faults import doubling
from faults.doubled import growth as growths
from faults.doubled import layouts, pages, tables, word
from faults.doubled.shapes import Shape
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ReadError
from indexer import lists, years
from indexer.ahead import read_and_assemble
from indexer.draft import Draft
from indexer.publication import DAY_BEFORE_SOURCE
from indexer.readers import text
from indexer.readers.word.lines import join_lines
from indexer.title_trimming import MAX_LENGTH
from search_app.check.plain_text import plain_memo
from search_app.check.quotations import find_quotations

N = 100_000

LINES = {
    "blanks in a heading": "# 甲" + " " * N + "!",
    "a list in front matter": "---\nauthors:\n" + "- 甲\n" * N + "---\n正文。",
    "breaks before text": "\x0c" * N + "甲",
    "addresses without an end": "http:-" * 60 + "x",
    "dots in a table of contents": "目录\n甲\n" + "…" * N + "x",
    "brackets in a table of contents": "目录\n甲\n" + "(" * N + "x",
    "a long line, then short ones": "甲乙" * N + "\n" + "甲\n" * 20_000,
    "a title that is none": f"---\ntitle: {'关于甲的通知' * 20_000}\n---\n正文。",
    "a field of a catalogue": f"标题：{'某县11 通报' * 20_000}\n正文。",
}


@pytest.mark.parametrize("name", LINES)
def test_lines(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(LINES[name], encoding="utf-8", newline="")
    (outcome,) = read_and_assemble(path, "a.txt", "").outcomes
    assert not isinstance(outcome, ReadError), outcome


FILES = {maker.name: maker for kind in (word, pages, layouts, tables) for maker in kind.makers()}
SIZES = {
    "docx: alternatives": 20_000,
    "docx: a code in pieces": 2_000,
    "docx: line breaks": 20_000,
    "html: hiding rules": 5_000,
    "html: names": 5_000,
    "html: paragraphs in deep boxes": 4_000,
    "html: boxes with names": 4_000,
    "html: spans": 2_000,
    "mht: parameters": 50_000,
    "xlsx: rows": 20_000,
}


@pytest.mark.parametrize("name", SIZES)
def test_files(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"a{FILES[name].suffix}"
    path.write_bytes(FILES[name].make(SIZES[name]))
    drafted(path)


def test_a_cell_far_from_the_others_is_refused(tmp_path: Path) -> None:
    """calamine would give it billions of places, and end the process that it runs in."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(FILES["xlsx: a far cell"].make(1_048_576))
    (outcome,) = read_and_assemble(path, "a.xlsx", "").outcomes
    assert isinstance(outcome, ReadError)
    assert "另存为 .xlsx" in outcome.reason


MEMOS = {
    "marks": "“" * 50_000,
    "strong": "**甲 " * 40_000,
    "blanks": " " * N + "甲",
    "addresses": "https://" * 10_000,
    "block quotations": "> 甲\n\n" * 20_000,
    "references": "> " + "/p/abcdefgh-abcd 甲 " * 8_000,
    "numbers of one source": "[1] " + "/p/abcdefgh-abcd " * 4_000 + "\n" + "[1]" * 40_000,
}


@pytest.mark.parametrize("name", MEMOS)
def test_memos(name: str) -> None:
    quotations, _ = find_quotations(plain_memo(MEMOS[name]))
    assert all(len(each.references) <= 8_000 for each in quotations)


def test_the_opening_of_a_lead() -> None:
    assert years._of_meeting(["。-" * N]) is None


@pytest.mark.parametrize(
    ("line", "begins"),
    [
        ("https://a.cn/b 2024-01-08 09:30 来源：某社", True),
        ("——2024年1月8日 来源", True),
        ("http:甲 乙 2024-01-08 来源", False),
    ],
)
def test_a_day_behind_an_address(line: str, begins: bool) -> None:
    assert (DAY_BEFORE_SOURCE.match(line) is not None) is begins


def test_the_longest_title_that_a_file_may_state() -> None:
    def titled(length: int) -> str:
        return text.parse(f"---\ntitle: {'甲' * length}\n---\n正文。", "a").metadata["title"]

    assert MAX_LENGTH == 500
    assert len(titled(MAX_LENGTH + 1)) == MAX_LENGTH + 1


OLD_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*")


@given(st.text("# \t甲", max_size=10).map("#".__add__))
def test_headings_as_the_pattern_had_them(line: str) -> None:
    match = OLD_HEADING.fullmatch(line)
    (block,) = text.parse(f"x\n{line}", "a").blocks[1:]
    assert (block.level, block.text) == ((len(match[1]), match[2]) if match else (0, line))


BREAKS = "\x0b\x0c\x85\u2028"


@given(st.text(f"{BREAKS}甲。\n", max_size=10))
def test_breaks_as_the_patterns_had_them(lines: str) -> None:
    ended = re.sub(rf"(?<=[。])[{BREAKS}]+|[{BREAKS}]+(?=\n|\r|\Z)", "\n", lines)
    old = re.sub(f"[{BREAKS}]+", "", ended) if any(mark in lines for mark in BREAKS) else lines
    draft: Draft = text.parse(lines, "a")
    assert [block.text for block in draft.blocks] == old.splitlines()


@given(st.text("…(1) 甲", max_size=10))
def test_entries_of_contents_as_the_pattern_had_them(line: str) -> None:
    old = re.compile(r"^[•·*-]+|[.·…]{2,}[0-9]*$|[\s(]*[0-9]{1,3}\)?$|\s")
    assert lists._CONTENTS_MARKS.sub("", line) == old.sub("", line)


def test_lines_of_one_paragraph() -> None:
    assert join_lines(["Latin words,", "  more,", "甲，", "乙。"]) == ["Latin words, more,甲，乙。"]


# The search itself


@pytest.mark.parametrize(("power", "expected"), [(1, False), (1.3, False), (1.7, True), (2, True)])
def test_growth_is_told_from_ratios(
    monkeypatch: pytest.MonkeyPatch, power: float, expected: bool
) -> None:
    monkeypatch.setattr(growths, "seconds", lambda call: call())
    found = growths.growth(lambda size: lambda: 0.6 * (size / 64_000) ** power, 1_000, 64_000)
    assert found.is_superlinear is expected
    assert round(found.exponent, 1) == power


def test_what_takes_no_time_grows_by_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growths, "seconds", lambda call: call())
    assert growths.growth(lambda size: lambda: 1e-12 * size**2, 10, 10_000).exponent == 0


def test_a_shape_is_as_long_as_asked_for() -> None:
    assert Shape("a", "bc", "d").text(7) == "abcbcbcd"


@pytest.mark.parametrize("name", FILES)
def test_makers_make_files_that_readers_know(tmp_path: Path, name: str) -> None:
    """A file that is taken for broken would show no superlinear time."""
    path = tmp_path / f"a{FILES[name].suffix}"
    path.write_bytes(FILES[name].make(3))
    reasons = [str(it) for it in read_and_assemble(path, path.name, "").outcomes]
    assert not any("损坏" in reason for reason in reasons), reasons


def test_a_run_gives_figures_and_names_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    monkeypatch.setattr(growths, "seconds", lambda call: math.inf)
    monkeypatch.setattr(doubling, "_reading", lambda maker, folder: sizes.append)
    figures = doubling.run(1, seed=1)
    kinds = figures["kinds"].values()
    assert figures["tried"] == sum(kind["tried"] for kind in kinds) == len(figures["faults"])
    assert set(sizes) == {doubling._SMALLEST_FILE}


def test_a_page_of_an_ofd_named_many_times_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.ofd"
    path.write_bytes(FILES["ofd: one page many times"].make(1_000))
    (outcome,) = read_and_assemble(path, "a.ofd", "").outcomes
    assert isinstance(outcome, ReadError)
    assert "万字" in outcome.reason
