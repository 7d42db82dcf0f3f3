"""Exact mode must find the same paragraphs as a plain substring scan."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import SHARED

from engine.analyze import normalise
from engine.columns.run.collector import run_query
from engine.engine import open_engine
from engine.local.execution import SnapshotIndex
from engine.local.snapshot import open_snapshot
from engine.model import Query
from engine.query.index_query import to_index_query
from engine.query.parser import parse
from indexer.build import build

FILES, SUBSTRINGS, LONGEST = 60, 1000, 12
_INSIDE = re.compile(r"[0-9]+(?:[.,][0-9]+)+|[0-9]+|[a-z]+")


@dataclass(frozen=True)
class Scanned:
    """A normalised text, with the offsets inside its numbers and words, where no match may end."""

    text: str
    inside: frozenset[int]

    @classmethod
    def of(cls, text: str) -> Scanned:
        text = plain(text)
        runs = _INSIDE.finditer(text)
        return cls(text, frozenset(at for m in runs for at in range(m.start() + 1, m.end())))

    def holds(self, needle: str) -> bool:
        """Whether ``needle`` occurs without cutting a number or a word."""
        at = self.text.find(needle)
        while at >= 0:
            if not {at, at + len(needle)} & self.inside:
                return True
            at = self.text.find(needle, at + 1)
        return False


def plain(text: str) -> str:
    """The form that is compared: normalised, with 23,876 as 23876."""
    text = re.sub(r"\s+", " ", normalise(text).strip())
    text = re.sub(
        r"(?<![0-9.,])[0-9]{1,3}(?:,[0-9]{3})+(?![0-9]|[,.][0-9]+[,.])",
        lambda m: m.group().replace(",", ""),
        text,
    )
    return text.replace("，", ",")


def whole(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` cuts no number and no word, so that exact mode must find it."""
    runs = list(_INSIDE.finditer(normalise(text)))
    return not any(m.start() < edge < m.end() for m in runs for edge in (start, end))


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The location of an index of some real reports."""
    files = sorted((SHARED / "reports").glob("*.md"))
    location = str(tmp_path_factory.mktemp("exact") / "index")
    build(random.Random(7).sample(files, FILES), location)
    return location


@pytest.mark.shared
def test_finds_what_a_scan_finds_in_real_reports(real: str) -> None:
    """All matching paragraphs are compared; columns are searched directly, to skip making hits."""
    engine, snapshot = open_engine(real), open_snapshot(Path(real))
    texts = [hit.paragraph.text for hit in engine.search(Query(limit=0)).hits]
    scanned = [Scanned.of(text) for text in texts]
    for wanted in _substrings(texts):
        node = parse('"' + wanted + '"', False, snapshot.analyzer.cut).node
        query = to_index_query(node, SnapshotIndex(snapshot))
        found = run_query(snapshot.index, query, snapshot.index.documents)
        needle = plain(wanted)
        expected = {number for number, text in enumerate(scanned) if text.holds(needle)}
        assert {number for _, number in found.items} == expected, wanted
        assert engine.search(Query('"' + wanted + '"', limit=1)).total == len(expected), wanted


def _substrings(texts: list[str]) -> Iterator[str]:
    """Substrings of real texts; half of them are chosen to have digits or percent signs."""
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
