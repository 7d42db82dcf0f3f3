"""Paragraphs to measure with: real reports, read and cut once, kept as JSON lines.

A record is a paragraph as every engine gets it. The tokens of both fields are ready
made and joined by blanks, so that no tokenizer is measured. ``load`` reads a folder
with the project's own reader and splitter. Where more paragraphs are needed,
``multiply`` repeats them. Each time it replaces the rarer words by others of the same
length and about the same frequency, so that a term keeps its share of the paragraphs.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import count as counting
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TypedDict

from engine.analyze import Analyzer, characters
from engine.errors import ReadError
from indexer import lexicon
from indexer.assemble import assemble
from indexer.read import find_files, read_file

BLANK = "␣"  # the exact field's token for a blank, which joins tokens here
_RARE = 0.01  # words in fewer paragraphs than this share are replaced by ``multiply``
_NEIGHBOURS = 32  # words next to each other in frequency, which replace one another
_HAN = re.compile("[\u4e00-\u9fff]{2,}")


class Record(NamedTuple):
    """``report`` numbers the report; ``words`` and ``exact`` are tokens joined by blanks.

    ``region`` is a path like ``湖南省/怀化市`` or empty, ``year`` 0 where unknown.
    """

    report: int
    words: str
    exact: str
    region: str
    year: int
    themes: tuple[str, ...]
    text: str


def analyzer() -> Analyzer:
    """The product's tokenizer with its dictionary."""
    return Analyzer(lexicon.policy_phrases().phrases)


class Cut(TypedDict):
    """The fields of a record that follow from its text."""

    words: str
    exact: str
    text: str


def tokens(text: str, cutter: Analyzer) -> Cut:
    """The text with its tokens."""
    words = (token.text for token in cutter.words(text))
    exact = (BLANK if token.text == " " else token.text for token in characters(text))
    return Cut(words=" ".join(words), exact=" ".join(exact), text=text)


def load(folder: Path) -> Iterator[Record]:
    """Every paragraph of a folder of reports, in the order of the file names."""
    cutter, numbers = analyzer(), counting()
    for path in find_files(folder):
        for draft in read_file(path, path.name):
            if isinstance(draft, ReadError):
                continue
            report, paragraphs, *_ = assemble(draft)
            number = next(numbers)
            for paragraph in paragraphs:
                yield Record(
                    report=number,
                    region="/".join(report.region.names),
                    year=report.year or 0,
                    themes=tuple(theme.name for theme in paragraph.themes),
                    **tokens(paragraph.text, cutter),
                )


def multiply(source: Path, size: int) -> Iterator[Record]:
    """The records of a file, followed by changed copies of them; ``size`` in all."""
    cutter = analyzer()
    bands, last = _bands(read(source))
    made = 0
    for turn in counting():
        swap = _swap(bands, turn)
        for record in islice(read(source), size - made):
            made += 1
            if turn:
                changed = tokens(_exchange(record.text, swap, cutter), cutter)
                record = record._replace(report=record.report + turn * (last + 1), **changed)
            yield record
        if made >= size:
            return


def _bands(records: Iterable[Record]) -> tuple[list[list[str]], int]:
    """Lists of rarer words with the same length and about the same frequency; the last report."""
    frequency: Counter[str] = Counter()
    total = last = 0
    for record in records:
        frequency.update(set(record.words.split()))
        total, last = total + 1, record.report
    rare = [word for word, df in frequency.items() if df < _RARE * total and _HAN.fullmatch(word)]
    rare.sort(key=lambda word: (len(word), frequency[word], word))
    return [rare[at : at + _NEIGHBOURS] for at in range(0, len(rare), _NEIGHBOURS)], last


def _swap(bands: Iterable[list[str]], turn: int) -> Mapping[str, str]:
    """The words of the ``turn``-th copy, by the words that they replace; lengths are kept."""
    luck = random.Random(turn)
    swap: dict[str, str] = {}
    for band in bands:
        for length in {len(word) for word in band}:
            same = [word for word in band if len(word) == length]
            swap |= zip(same, luck.sample(same, len(same)), strict=True)
    return swap


def _exchange(text: str, swap: Mapping[str, str], cutter: Analyzer) -> str:
    """``text`` with words replaced, left to right, the longest first."""
    parts: list[str] = []
    end = 0
    for token in sorted(cutter.words(text), key=lambda token: (token.start, -token.end)):
        if token.start >= end and token.text in swap:
            parts += [text[end : token.start], swap[token.text]]
            end = token.end
    return "".join([*parts, text[end:]])


def read(path: Path) -> Iterator[Record]:
    """The records of a JSON lines file that ``prepare`` wrote."""
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            report, words, exact, region, year, themes, text = json.loads(line)
            yield Record(report, words, exact, region, year, tuple(themes), text)


def write(records: Iterable[Record], path: Path) -> int:
    """Write records as JSON lines, complete or not at all; returns their number."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    written = 0
    with part.open("w", encoding="utf-8") as stream:
        for record in records:
            stream.write(json.dumps(record, ensure_ascii=False) + "\n")
            written += 1
    part.replace(path)
    return written


def count(folder: Path, cache: Path) -> int:
    """The number of paragraphs of a folder."""
    return sum(1 for _ in read(_whole(folder, cache)))


def _whole(folder: Path, cache: Path) -> Path:
    """A file of all records of a folder, made once and kept in ``cache``."""
    whole = cache / f"{_key(folder)}-all.jsonl"
    if not whole.exists():
        write(load(folder), whole)
    return whole


def prepare(folder: Path, size: int, cache: Path) -> Path:
    """A file of ``size`` records of a folder, made once and kept in ``cache``."""
    made = cache / f"{_key(folder)}-{size}.jsonl"
    if not made.exists():
        write(multiply(_whole(folder, cache), size), made)
    return made


def _key(folder: Path) -> str:
    """A hash of the folder's files, their sizes and dates, and the tokenizer."""
    cutter = analyzer()
    digest = sha256(f"{cutter.name} {cutter.dictionary}".encode())
    for path in find_files(folder):
        digest.update(f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}\n".encode())
    return digest.hexdigest()[:12]
