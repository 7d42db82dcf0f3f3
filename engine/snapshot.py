"""One generation of the embedded index, opened: Whoosh's searcher and the labels
that facets need, by document number. A snapshot never changes."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from whoosh.index import TOC, FileIndex
from whoosh.searching import Searcher

from engine import facets
from engine.analyze import Analyzer
from engine.errors import IndexCorrupt, IndexMissing, IndexStale
from engine.files import digest
from engine.highlight import phrase_pattern
from engine.model import UNKNOWN, Lexicon, Paragraph, Report
from engine.store import (
    NAME,
    SCHEMA_VERSION,
    Manifest,
    Storage,
    schema,
    unpack_paragraph,
    unpack_report,
)

# A heading or caption is short, which BM25 rewards, but says little: what stands
# under it should come first.
_ASIDE = 0.25
_RACES = 5  # a commit may replace the files between two looks; look again so often


@dataclass(frozen=True, slots=True)
class Snapshot:
    """``commit`` tells which one it is. ``owner[n]`` is the report number of document
    ``n``, or -1 where it is no paragraph, ``labels[n]`` its themes, ``worth[n]`` what
    its score is multiplied by; ``values`` maps such themes to the facet values that
    they count for."""

    commit: tuple[int, int]
    manifest: Manifest
    searcher: Searcher
    analyzer: Analyzer
    phrases: re.Pattern[str] | None
    reports: tuple[Report, ...]
    numbers: Mapping[str, int]
    owner: Sequence[int]
    labels: Sequence[tuple[str, ...]]
    worth: Sequence[float]
    values: Mapping[tuple[str, ...], frozenset[str]]
    regions: frozenset[str]
    themes: frozenset[str]

    def paragraph(self, number: int) -> Paragraph:
        """The paragraph stored under a document number."""
        return unpack_paragraph(self.searcher.stored_fields(number)["data"])


def newest_commit(folder: Path) -> tuple[int, int]:
    """The newest generation (0 before the first, -1 where there is no index) and its time.

    The time, in nanoseconds, tells apart an index that was deleted and built again.
    """
    generation = int(TOC._latest_generation(Storage(str(folder)), NAME))
    try:
        return generation, (folder / TOC._filename(NAME, generation)).stat().st_mtime_ns
    except FileNotFoundError:  # none, or replaced just now
        return generation, 0


def open_snapshot(folder: Path) -> Snapshot:
    """Open the newest generation; raises ``IndexMissing``, ``IndexStale``, ``IndexCorrupt``."""
    for attempt in range(_RACES):
        try:
            return _open_once(folder)
        except FileNotFoundError as error:
            if attempt == _RACES - 1:
                raise IndexCorrupt(f"缺少索引文件 {error.filename}。{remedy(folder)}") from error
            time.sleep(0.02)
    raise AssertionError("unreachable")


def remedy(folder: Path) -> str:
    """What to run where an index cannot be used."""
    return f"请运行：yinju index --rebuild --index {folder}"


def _open_once(folder: Path) -> Snapshot:
    commit = newest_commit(folder) if folder.is_dir() else (-1, 0)
    if commit[0] <= 0:
        raise IndexMissing(f"{folder} 里没有索引，请先运行：yinju index --index {folder}")
    try:
        manifest = Manifest.load(folder, commit[0])
    except ValueError as error:
        raise IndexCorrupt(f"索引 {folder} 的清单读不出来。{remedy(folder)}") from error
    analyzer = Analyzer(manifest.lexicon.phrases)
    _check_maker(manifest, analyzer, remedy(folder))
    # Before Whoosh looks at them: a wrong byte can make it ask for gigabytes.
    for name, (size, checksum) in manifest.parts.items():
        path = folder / name
        if path.stat().st_size != size or digest(path) != checksum:
            raise IndexCorrupt(f"索引文件 {path} 与清单不符。{remedy(folder)}")
    searcher = FileIndex(Storage(str(folder)), schema(), NAME).searcher()
    if newest_commit(folder) != commit:  # one came in between; its files are not this manifest's
        raise FileNotFoundError(2, "replaced", Manifest.path(folder, commit[0]).name)
    return _read(commit, manifest, searcher, analyzer)


def _check_maker(manifest: Manifest, analyzer: Analyzer, command: str) -> None:
    if manifest.schema != SCHEMA_VERSION:
        raise IndexStale(f"索引是另一版引据建的（格式 {manifest.schema}）。{command}")
    if manifest.tokenizer != analyzer.name:
        raise IndexStale(f"索引用 {manifest.tokenizer} 分词，现在装的是 {analyzer.name}。{command}")
    if manifest.dictionary != analyzer.dictionary:
        raise IndexStale(f"索引的词典与登记的不符。{command}")


def _read(
    commit: tuple[int, int], manifest: Manifest, searcher: Searcher, analyzer: Analyzer
) -> Snapshot:
    """Walk the documents once: reports, and for each document its owner and themes."""
    reports = tuple(
        unpack_report(searcher.stored_fields(number)["data"])
        for number in _document_numbers(searcher, "record")
    )
    numbers = {report.id: number for number, report in enumerate(reports)}
    owner: list[int] = []
    labels: list[tuple[str, ...]] = []
    worth: list[float] = []
    for leaf, _ in searcher.leaf_searchers() if reports else ():
        reader = leaf.reader()
        report_of, kind_of, themes_of = map(reader.column_reader, ("report", "kind", "themes"))
        records = set(_document_numbers(leaf, "record"))
        for number in range(reader.doc_count_all()):
            skip = number in records or reader.is_deleted(number)
            owner.append(-1 if skip else numbers[report_of[number]])
            worth.append(1.0 if skip or kind_of[number] == b"body" else _ASIDE)
            names = "" if skip else themes_of[number].decode()
            labels.append(tuple(names.split("|")) if names else ())
    return Snapshot(
        commit,
        manifest,
        searcher,
        analyzer,
        phrase_pattern(tuple(manifest.lexicon.phrases)),
        reports,
        numbers,
        owner,
        labels,
        worth,
        {label: _theme_values(label) for label in set(labels)},
        frozenset(value for r in reports for value in facets.prefixes(r.region.names)),
        _known_themes(labels, manifest.lexicon),
    )


def _document_numbers(searcher: Searcher, field: str) -> list[int]:
    """Live documents that have any value in an identifying field."""
    reader = searcher.reader()
    return sorted(
        number
        for term in reader.lexicon(field)
        for number in reader.postings(field, term).all_ids()
    )


def _theme_values(label: tuple[str, ...]) -> frozenset[str]:
    values = (value for name in label for value in facets.prefixes(tuple(name.split("/"))))
    return frozenset(values) or frozenset([UNKNOWN])


def _known_themes(labels: Sequence[tuple[str, ...]], lexicon: Lexicon) -> frozenset[str]:
    borne = (_theme_values(label) for label in {*labels, tuple(lexicon.phrases.values())})
    return frozenset().union(*borne)
