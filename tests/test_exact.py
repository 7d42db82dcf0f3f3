"""Exact mode against a plain substring scan: the same paragraphs, every one."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import SHARED, MakeIndex

from engine.analyze import characters, normalise
from engine.columns.run.collector import run_query
from engine.engine import open_engine
from engine.folding import BREAK, expand, unify
from engine.local.snapshot import open_snapshot
from engine.model import Query
from engine.query.parser import parse
from engine.query.plan import asked
from indexer.build import build

FILES, SUBSTRINGS, LONGEST = 60, 1000, 12
_LETTERS = "a-z\u00df-\u00f6\u00f8-\u04ff"
_INSIDE = re.compile(rf"[0-9]+(?:[.,][0-9]+)*|[{_LETTERS}]+")
_RUNS = re.compile(rf"{_INSIDE.pattern}|\s+|.", re.DOTALL)
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_ONE = re.compile(rf"[0-9]+(?:\.[0-9]+)?|[{_LETTERS}]+")
_NUMBERED_YEAR = re.compile(r"(?<![0-9.,])([0-9]{1,2}\.)(?=(?:19|20)[0-9]{2}年)")  # two numbers


@dataclass(frozen=True)
class Scanned:
    """A text to scan: folded and written out, with the places inside its numbers and words."""

    text: str
    inside: frozenset[int]

    @classmethod
    def of(cls, text: str) -> Scanned:
        folded = normalise(text)
        longer = expand(folded)
        pieces: list[str] = []
        inside: set[int] = set()
        at = 0
        source = unify(longer.text if longer else folded).strip()
        for run in _RUNS.findall(_NUMBERED_YEAR.sub(rf"\1{BREAK}", source)):
            one = run.replace(",", "") if _GROUPED.fullmatch(run) else run
            one = " " if one.isspace() else one.replace(BREAK, "")
            for piece in (one,) if _ONE.fullmatch(one) else re.findall("[0-9]+|.", one):
                inside.update(range(at + 1, at + len(piece)))
                pieces.append(piece)
                at += len(piece)
        return cls("".join(pieces).replace("，", ","), frozenset(inside))

    def holds(self, needle: Scanned) -> bool:
        """Whether ``needle`` stands somewhere with the same numbers and words, none cut."""
        at = self.text.find(needle.text)
        while at >= 0:
            end = at + len(needle.text)
            if {place - at for place in self.inside if at <= place <= end} == needle.inside:
                return True
            at = self.text.find(needle.text, at + 1)
        return False


def whole(text: str, start: int, end: int) -> bool:
    """Whether a substring cuts no number and no word, so that exact mode must find it."""
    runs = list(_INSIDE.finditer(normalise(text)))
    return not any(m.start() < edge < m.end() for m in runs for edge in (start, end))


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The place of an index of some real reports."""
    files = sorted((SHARED / "reports").glob("*.md"))
    location = str(tmp_path_factory.mktemp("exact") / "index")
    build(random.Random(7).sample(files, FILES), location)
    return location


@pytest.mark.shared
def test_finds_what_a_scan_finds_in_real_reports(real: str) -> None:
    """Every paragraph of every answer: asked of the columns, which need not show them all."""
    engine, snapshot = open_engine(real), open_snapshot(Path(real))
    texts = [hit.paragraph.text for hit in engine.search(Query(limit=0)).hits]
    scanned = [Scanned.of(text) for text in texts]
    for wanted in _substrings(texts):
        node = parse('"' + wanted + '"', False, snapshot.analyzer.cut)
        query = asked(node, snapshot.index)
        found = run_query(snapshot.index, query, snapshot.index.documents)
        needle = Scanned.of(wanted)
        expected = {number for number, text in enumerate(scanned) if text.holds(needle)}
        assert {number for _, number in found.items} == expected, wanted
        assert engine.search(Query('"' + wanted + '"', limit=1)).total == len(expected), wanted


def _substrings(texts: list[str]) -> Iterator[str]:
    """Substrings of real texts, as many with digits and percent signs as without."""
    choice = random.Random(11)
    numeric = [text for text in texts if re.search(r"[0-9]%", text)]
    made = 0
    while made < SUBSTRINGS:
        text = choice.choice(numeric if made % 2 else texts)
        start = choice.randrange(len(text))
        if made % 2:
            start = max(0, choice.choice([m.start() for m in re.finditer("[0-9%]", text)]) - 5)
        end = min(len(text), start + choice.randint(1, LONGEST))
        wanted = text[start:end]
        if wanted.strip() and whole(text, start, end) and not set(wanted) & set('"“”'):
            made += 1
            yield wanted


# Words and signs of every kind that folding knows, each in some of its spellings.
FRAGMENTS = (
    *(
        "医保基金",
        "醫保基金",
        "⼯业",
        "工业",
        "⻓期",
        "长期",
        "衞生",
        "卫生",
        "显著",
        "显着",
        "著力",
    ),
    *("二○一五年", "二〇一五年", "二O一五年", "2015年", "Ⅲ类", "III类", "ⅲ类", "Ⅱ", "ii", "i"),
    *("5㎡", "5m2", "5 m²", "m", "2", "CO₂", "co2", "PM₂.₅", "pm2.5", "10⁸", "108", "10", "8"),
    *("5%", "5 ％", "5﹪", "37℃", "37 °C", "⑴", "(1)", "（1）", "㈠", "①", "1.", "3.", "½", "1/2"),
    *("café", "cafe\u0301", "ﬁn", "fin", "医\u200b保", "A\u00adB", "AB", "23,876", "２３８７６"),
    *(
        "C++",
        "c＋＋",
        "互联网+",
        "±0.5",
        "、",
        "，",
        "。",
        ",",
        "（",
        ")",
        " ",
        "\u3000",
        "★",
        "の",
    ),
)


def test_finds_what_a_scan_finds_in_made_up_texts(make_index: MakeIndex) -> None:
    """Substrings of texts made of all that is folded, spelled in other ways than they stand."""
    choice = random.Random(5)
    texts = ["".join(choice.choices(FRAGMENTS, k=choice.randint(1, 7))) for _ in range(300)]
    texts = [text for text in dict.fromkeys(texts) if text.strip()]
    engine = make_index((tuple(texts), (), None, ()))
    scanned = [(text, Scanned.of(text)) for text in texts]
    found_some = 0
    for _ in range(SUBSTRINGS):
        wanted = "".join(choice.choices(FRAGMENTS, k=choice.randint(1, 2)))
        if choice.random() < 0.5:
            text = choice.choice(texts)
            start = choice.randrange(len(text))
            wanted = text[start : start + choice.randint(1, 8)]
        if not characters(wanted.strip()):
            continue
        needle = Scanned.of(wanted)
        expected = {text for text, one in scanned if one.holds(needle)}
        hits = engine.search(Query('"' + wanted + '"', limit=0)).hits if wanted.strip() else ()
        assert {hit.paragraph.text for hit in hits} == expected, wanted
        found_some += bool(expected)
    assert found_some > SUBSTRINGS / 2
