"""``yinju lexicon suggest``: scores computed by hand, and all results against plain counting."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path

import pytest
from conftest import SHARED
from hypothesis import event, given
from hypothesis import strategies as st

from engine.analyze import normalise
from indexer import mining
from indexer.lexicon import load
from indexer.lexicon_commands import _reports
from indexer.mining import LONGEST_PHRASE, SHORTEST_PHRASE, mine
from yinju.cli import main

Reports = Sequence[tuple[str, Sequence[str]]]

# Different characters that make no phrase: nearly all of the first thousand of their block.
MANY = [chr(code) for code in range(0x4E00, 0x5200) if chr(code) == normalise(chr(code))]
WORDS = [char for char in MANY if char not in "甲乙丙丁"]


def told(*texts: str, total: int = 1024) -> Reports:
    """The texts in four reports, and further single characters up to ``total`` characters."""
    reports = [(f"{at}.txt", list(texts[at::4])) for at in range(4)]
    missing = total - sum(char.isalpha() for text in texts for char in text)
    spare = [chr(code) for code in range(0x6000, 0x9000) if chr(code) == normalise(chr(code))]
    return [*reports, ("rest.txt", ["，".join(spare[:missing])])]


def phrases(reports: Reports, known: Collection[str] = ()) -> set[str]:
    return {one.phrase for one in mine(reports, known)}


FREE = [f"{WORDS[at]}甲乙丙{WORDS[at + 50]}" for at in range(8)]


def test_the_scores_worked_out_by_hand() -> None:
    """1,024 characters, each part of 甲乙丙 8 times: log2(8/1024 / (8/1024)²) = 7 bits."""
    (one,) = mine(told(*FREE), ())
    assert (one.phrase, one.occurrences, one.reports) == ("甲乙丙", 8, 4)
    assert one.cohesion == pytest.approx(7)
    assert one.freedom == pytest.approx(3)  # 8 neighbours, each as often
    assert (one.example, one.source) == (FREE[0], "0.txt")
    assert one.score == pytest.approx(4**0.5 * 7 * 3)


def test_the_worst_cut_tells() -> None:
    """With 甲 eight times as often, 甲|乙丙 gives 4 bits: too few."""
    assert phrases(told(*FREE, *["甲，"] * 56)) == set()
    assert phrases(told(*FREE, *["甲，"] * 8)) == {"甲乙丙"}  # 6 bits


NEIGHBOURS = [
    ("it always opens a clause", "，甲乙丙{}", set()),
    ("it always follows a number", "{:d}甲乙丙{}", set()),
    ("a quotation mark is a neighbour of its own", "“甲乙丙”", {"甲乙丙"}),
    ("of two sides the lesser counts", "丁甲乙丙{}", set()),
    ("a sign ends a phrase", "{}甲乙，丙{}", set()),
    ("traditional script is the same", "{}甲乙丙{}", {"甲乙丙"}),
]


@pytest.mark.parametrize(
    ("form", "found"), [c[1:] for c in NEIGHBOURS], ids=[c[0] for c in NEIGHBOURS]
)
def test_what_stands_around_tells(form: str, found: set[str]) -> None:
    texts = []
    for at in range(8):
        sides = iter((WORDS[at], WORDS[at + 50]))
        texts.append(
            re.sub(r"\{\}", lambda _, sides=sides: next(sides), form.replace("{:d}", str(at + 3)))
        )
    assert phrases(told(*texts)) == found


def test_traditional_and_simplified_count_together() -> None:
    forms = ["醫療隊" if at % 2 else "医疗队" for at in range(8)]
    texts = [f"{WORDS[at]}{form}{WORDS[at + 50]}" for at, form in enumerate(forms)]
    (one,) = mine(told(*texts), ())
    assert (one.phrase, one.occurrences) == ("医疗队", 8)
    assert one.example == texts[0]


def test_too_few_are_none() -> None:
    assert phrases(told(*FREE[:4])) == set()
    assert phrases([("one.txt", [text for _, texts in told(*FREE) for text in texts])]) == set()


def test_what_is_known_is_left_out_with_its_parts() -> None:
    assert phrases(told(*FREE), {"甲乙丙"}) == set()
    longer = [text.replace("甲乙丙", "甲乙丙丁") for text in FREE]
    assert phrases(told(*longer)) == {"甲乙丙丁"}
    assert phrases(told(*longer), {"甲乙丙丁"}) == set()


def inside(alone: int) -> Reports:
    """Reports with 甲乙丙 eight times in each of four longer phrases, and ``alone`` times alone."""
    texts = [
        f"{WORDS[at]}{WORDS[200 + which]}甲乙丙{WORDS[at + 50]}"
        for which in range(4)
        for at in range(8)
    ]
    texts += [f"{WORDS[at + 100]}甲乙丙{WORDS[at + 150]}" for at in range(alone)]
    return told(*texts, total=4096)


def test_a_part_of_longer_phrases_is_none_by_itself() -> None:
    longer = {f"{WORDS[200 + which]}甲乙丙" for which in range(4)}
    assert phrases(inside(8)) == longer  # 32 of 40: four in five
    assert phrases(inside(9)) == {*longer, "甲乙丙"}


def test_an_example_ends_with_its_paragraph() -> None:
    long = "字，" * 20
    reports = told(*(f"{long}{text}{long}" for text in FREE), total=2048)
    (one,) = mine(reports, ())
    assert one.example == f"…{long[-11:]}{FREE[0]}{long[:11]}…"
    assert mine(told(*FREE), ())[0].example == FREE[0]


@pytest.mark.parametrize("reports", [[], [("a", [])], [("a", ["2024", ""])], [("a", ["甲"])]])
def test_a_corpus_without_phrases(reports: Reports) -> None:
    assert mine(reports, ()) == []


# --- against plain counting ----------------------------------------------------------------------

HAN = re.compile("[甲乙丙丁]+")


def counted(reports: Reports, known: Collection[str]) -> dict[str, tuple[float, ...]]:
    """The results of ``mine``, by a plain implementation that keeps a list of all occurrences."""
    at = [
        (run.group()[low : low + length], paragraph, number, run.start() + low)
        for number, (_, paragraphs) in enumerate(reports)
        for paragraph in paragraphs
        for run in HAN.finditer(paragraph)
        for length in range(1, LONGEST_PHRASE + 1)
        for low in range(len(run.group()) - length + 1)
    ]
    counts = Counter(phrase for phrase, *_ in at)
    total = sum(count for phrase, count in counts.items() if len(phrase) == 1)
    kept: dict[str, tuple[float, ...]] = {}
    for phrase in sorted(counts, key=len, reverse=True):
        if len(phrase) < SHORTEST_PHRASE or counts[phrase] < 2:
            continue
        where = [(text, number, low) for one, text, number, low in at if one == phrase]
        in_reports = len({number for _, number, _ in where})
        covered = sum(_covered(text, low, phrase, kept) for text, _, low in where)
        if phrase not in known and (in_reports < 2 or covered >= 0.8 * counts[phrase]):
            continue
        cohesion = min(
            math.log2(counts[phrase] * total / (counts[phrase[:cut]] * counts[phrase[cut:]]))
            for cut in range(1, len(phrase))
        )
        left = _entropy([text[low - 1] if low else "\n" for text, _, low in where])
        ends = [(text + "\n")[low + len(phrase)] for text, _, low in where]
        kept[phrase] = (counts[phrase], in_reports, cohesion, min(left, _entropy(ends)))
    return {phrase: scores for phrase, scores in kept.items() if phrase not in known}


def _covered(text: str, low: int, phrase: str, longer: Collection[str]) -> bool:
    return any(
        text.startswith(one, start)
        for one in longer
        if len(one) > len(phrase)
        for start in range(max(0, low + len(phrase) - len(one)), low + 1)
    )


def _entropy(neighbours: Sequence[str]) -> float:
    apart = [
        f"{n}{at}" if n == '"' else "0" if n in "17x" else n for at, n in enumerate(neighbours)
    ]
    shares = [count / len(apart) for count in Counter(apart).values()]
    return -sum(share * math.log2(share) for share in shares)


LUMPS = st.sampled_from(["甲乙丙", "丙丁甲乙", *'甲乙丙丁，"17x'])
PARAGRAPHS = st.lists(st.lists(LUMPS, min_size=4, max_size=20).map("".join), min_size=1, max_size=4)


@given(
    st.lists(PARAGRAPHS, min_size=2, max_size=3),
    st.sets(st.text("甲乙丙丁", min_size=3, max_size=4), max_size=2),
)
def test_it_is_what_plain_counting_gives(corpus: list[list[str]], known: set[str]) -> None:
    reports = [(str(at), paragraphs) for at, paragraphs in enumerate(corpus)]
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("_MIN_COHESION", -99), ("_MIN_FREEDOM", -1), ("_MIN_OCCURRENCES", 2)):
            patch.setattr(mining, name, value)
        found = mine(reports, known)
    due = counted(reports, known)
    event(f"{min(len(due), 5)} phrases or more" if due else "none")
    assert {one.phrase for one in found} == set(due)
    for one in found:
        scores = (one.occurrences, one.reports, one.cohesion, one.freedom)
        assert scores == pytest.approx(due[one.phrase], abs=1e-9)
        assert one.phrase in one.example
        assert any(one.example.strip("…") in text for text in dict(reports)[one.source])
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


# --- the command ---------------------------------------------------------------------------------


STARTS = "正在读报告、数短语，两千份约需一两分钟……"


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Exit status, stdout and stderr of ``yinju lexicon suggest``."""
    code: object = 0
    try:
        main(["lexicon", "suggest", *map(str, arguments)])
    except SystemExit as end:
        code = end.code
    assert isinstance(code, int)
    return code, *capsys.readouterr()


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Eight reports that speak of 甲乙丙, and of 医保码, which the lexicon has."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    rest = "，".join(chr(code) for code in range(0x6000, 0x6400))
    for at, text in enumerate(FREE):
        known = text.replace("甲乙丙", "门诊共济")
        (folder / f"{at}.txt").write_text(f"总结\n\n{text}。\n\n{known}。\n\n{rest}。\n", "utf-8")
    return folder


def test_what_a_person_reads(
    corpus: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, err = run(capsys, corpus)
    header, line = out.splitlines()
    assert (code, err) == (0, f"{STARTS}\n候选1条，列出1条\n")
    assert header.split() == ["短语", "次数", "篇数", "凝固", "自由", "例句（文件）"]
    assert line.split()[:3] == ["甲乙丙", "8", "8"]
    assert line.split()[4] == "3.0"
    assert line.endswith(f"{FREE[0]}。（{corpus / '0.txt'}）")
    monkeypatch.setenv("YINJU_CORPUS", str(corpus))
    assert run(capsys)[1] == out
    (corpus / "坏.xyz").write_text("", "utf-8")
    code, again, err = run(capsys, corpus, "--limit", 1)
    assert (code, again) == (3, out)
    assert "未读" in err
    assert "坏.xyz" in err


def test_what_cannot_be_read_or_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, tmp_path / "nowhere")
    assert (code, out) == (2, "")
    assert err.splitlines()[1:] == [
        f"{tmp_path / 'nowhere'}：没有这个文件或文件夹，或没有权限；请检查路径"
    ]
    code, out, err = run(capsys, tmp_path, "--limit", 0)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert len(run(capsys, tmp_path)[1].splitlines()) == 1  # the header of an empty table


@pytest.mark.shared
def test_real_reports_give_the_phrases_people_chose() -> None:
    """The lexicon's phrases are among the best candidates, unless they are passed as known."""
    paths = sorted((SHARED / "reports").glob("*.md"))[::10]
    reports = list(_reports(paths, []))
    chosen = {normalise(phrase) for phrase in load().phrases}
    found = mine(reports, ())
    by_count = sorted(found, key=lambda one: -one.occurrences)
    hits = sum(one.phrase in chosen for one in found[:200])
    assert hits >= 60  # 76 when this was written, of 213 reports
    assert hits > 1.2 * sum(one.phrase in chosen for one in by_count[:200])
    rest = mine(reports, chosen)
    assert rest
    assert not chosen & {one.phrase for one in rest}
