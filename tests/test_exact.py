"""Exact mode against a plain substring scan: the same paragraphs, every one."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest
from conftest import SHARED

from engine.analyze import normalise
from engine.engine import Engine, open_engine
from engine.model import Query
from indexer.build import build

FILES, SUBSTRINGS, LONGEST = 60, 1000, 12
SHOWN = 50  # hits looked at one by one; of more, as many must be found as the scan counts
_INSIDE = re.compile(r"[0-9]+(?:[.,][0-9]+)+|[0-9]+|[a-z]+")


def scan(texts: dict[str, str], wanted: str) -> set[str]:
    """Ids of the texts that hold ``wanted``, both normalised, not cutting a number or a word.

    A number's thousands separators do not count: 23,876 and 23876 are the same.
    """
    needle = plain(wanted)
    return {key for key, text in texts.items() if _holds(text, needle)}


def plain(text: str) -> str:
    text = re.sub(r"\s+", " ", normalise(text).strip())
    text = re.sub(
        r"(?<![0-9.,])[0-9]{1,3}(?:,[0-9]{3})+(?![0-9]|[,.][0-9]+[,.])",
        lambda m: m.group().replace(",", ""),
        text,
    )
    return text.replace("，", ",")


def _holds(text: str, needle: str) -> bool:
    cut = {at for m in _INSIDE.finditer(text) for at in range(m.start() + 1, m.end())}
    at = text.find(needle)
    while at >= 0:
        if at not in cut and at + len(needle) not in cut:
            return True
        at = text.find(needle, at + 1)
    return False


def whole(text: str, start: int, end: int) -> bool:
    """Whether a substring cuts no number and no word, so that exact mode must find it."""
    runs = list(_INSIDE.finditer(normalise(text)))
    return not any(m.start() < edge < m.end() for m in runs for edge in (start, end))


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    files = sorted((SHARED / "reports").glob("*.md"))
    location = str(tmp_path_factory.mktemp("exact") / "index")
    build(random.Random(7).sample(files, FILES), location)
    return open_engine(location)


@pytest.mark.shared
def test_finds_what_a_scan_finds_in_real_reports(real: Engine) -> None:
    hits = real.search(Query(limit=0)).hits
    texts = {hit.paragraph.id: hit.paragraph.text for hit in hits}
    scanned = {key: plain(text) for key, text in texts.items()}
    for wanted in _substrings(list(texts.values())):
        page = real.search(Query('"' + wanted + '"', limit=SHOWN))
        expected = scan(scanned, wanted)
        found = {hit.paragraph.id for hit in page.hits}
        assert page.total == len(expected), wanted
        assert found <= expected and len(found) == min(SHOWN, page.total), wanted


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
