"""One generation of the embedded index, opened: its columns, and what facets need to know of
reports and of labels. A snapshot never changes."""

from __future__ import annotations

import stat
import time
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
from whoosh.index import TOC

from engine import facets
from engine.analyze import Analyzer
from engine.arrays import Array
from engine.columns.read.segment_reader import DOCUMENT_KEY
from engine.columns.run.searcher import ColumnSearcher, segment_readers
from engine.columns.run.tally import Tally
from engine.compatibility import check_maker, no_index_message, remedy, unknown_schema_message
from engine.duplicates.marks import FORMULAIC, REPEATED, UNIQUE
from engine.errors import EngineUnavailable, IndexCorrupt, IndexMissing, IndexStale
from engine.facets import FacetTree, YearList
from engine.local import clusters as stored_clusters
from engine.local.clusters import Clusters
from engine.local.manifest import SCHEMA_VERSION, Manifest
from engine.local.opened_files import OpenedFiles
from engine.local.storage import Storage
from engine.local.store import NAME, clusters_path, open_index
from engine.model import UNKNOWN, DuplicateGroup, Paragraph, Report, Wording
from engine.packing import unpack_label, unpack_paragraph, unpack_report
from engine.phrases import Phrases
from engine.query.synonyms import Synonyms
from engine.ranking import HEADING_WEIGHT

_WORDINGS: Mapping[int, Wording] = {
    UNIQUE: "particular",
    REPEATED: "particular",
    FORMULAIC: "formulaic",
}
_KEPT = 1024  # paragraphs in memory, some two kilobytes each
_RACES = 5  # a commit may replace the files between two looks; look again so often


Identity = tuple[int, int, int]  # of a file: its two times of change in nanoseconds, its inode
_NO_FILE = (0, 0, 0)


class Commit(NamedTuple):
    """A generation (0 before the first, -1 where there is no index) and its table of contents.

    ``contents`` identifies the file, so that an index which was deleted and built again, or
    replaced by another one, is another commit even where the generations are equal.
    """

    generation: int
    contents: Identity


@dataclass(frozen=True, slots=True)
class Snapshot:
    """``commit`` tells generations apart.

    Groups of the index are reports, its documents are paragraphs. ``reports[g]`` is None
    for a report that was taken out; ``numbers`` maps the ids of the others to their groups.
    ``paragraph`` reads the paragraph of a document number, with its report. ``days[g]`` is the
    report's place in time, see ``facets.day``, ``arrived[g]`` when it came in. ``region``,
    ``year``, ``kind`` and ``level`` have the values of groups, ``theme`` and ``wording`` those of
    labels; those of facets are numbered as ``region_tree`` and the like lay them out.
    ``repeated`` (bool[labels]) marks the labels whose documents have near-duplicates.
    """

    commit: Commit
    manifest: Manifest
    files: OpenedFiles
    index: ColumnSearcher
    analyzer: Analyzer
    phrases: Phrases
    synonyms: Synonyms
    paragraph: Callable[[int], tuple[Paragraph, Report]]
    reports: Sequence[Report | None]
    numbers: Mapping[str, int]
    days: Array
    arrived: Array
    region: Tally
    year: Tally
    kind: Tally
    level: Tally
    theme: Tally
    wording: Tally
    region_tree: FacetTree
    year_list: YearList
    kind_tree: FacetTree
    theme_tree: FacetTree
    wording_tree: FacetTree
    repeated: Array
    clusters: Clusters

    def _key(self, number: int) -> str:
        segment, document = self.index.segment_of(number)
        return segment.reader.keys[DOCUMENT_KEY].get(document).decode()

    def cluster(self, number: int) -> DuplicateGroup | None:
        """The cluster of a document, None where nothing says nearly the same."""
        leader = int(self.clusters.leader[number])
        if leader < 0:
            return None
        paragraphs, reports = self.clusters.paragraphs[leader], self.clusters.reports[leader]
        return DuplicateGroup(self._key(leader), int(paragraphs), int(reports))

    def document(self, paragraph_id: str) -> int | None:
        """The document number of a paragraph."""
        for segment in self.index.segments:
            for document in segment.reader.find_key(DOCUMENT_KEY, paragraph_id.encode()):
                return segment.first_document + document
        return None

    def members(self, group: int) -> range:
        """The document numbers of a report's paragraphs."""
        segments = self.index.segments
        segment = segments[
            bisect_right(segments, group, key=lambda segment: segment.first_group) - 1
        ]
        inside = segment.reader.members(group - segment.first_group)
        return range(segment.first_document + inside.start, segment.first_document + inside.stop)


def contents_paths(folder: Path, generation: int) -> tuple[Path, Path]:
    """The tables of contents of a generation and of the one that follows it."""
    here, following = (TOC._filename(NAME, number) for number in (generation, generation + 1))
    return folder / here, folder / following


def identity(path: Path) -> Identity:
    """What tells a file from every other one that may take its place."""
    about = path.stat()
    return about.st_mtime_ns, about.st_ctime_ns, about.st_ino


def newest_commit(folder: Path) -> Commit:
    """The newest commit of a folder."""
    generation = int(TOC._latest_generation(Storage(str(folder)), NAME))
    try:
        return Commit(generation, identity(folder / TOC._filename(NAME, generation)))
    except FileNotFoundError:  # none, or replaced just now
        return Commit(generation, _NO_FILE)


def open_snapshot(folder: Path, last: Snapshot | None = None) -> Snapshot:
    """Open the newest generation; raises ``IndexMissing``, ``IndexStale``, ``IndexCorrupt``.

    Raises ``EngineUnavailable`` where the system does not let it be read.

    Files that the ``last`` snapshot has checked are not checked again: they never change.
    """
    checked = last.manifest.index_files if last else {}
    for attempt in range(_RACES):
        try:
            return _open_once(folder, checked)
        except FileNotFoundError as error:
            if attempt == _RACES - 1:
                raise IndexCorrupt(f"缺少索引文件 {error.filename}。{remedy(folder)}") from error
            time.sleep(0.02)
        except ValueError as error:
            raise IndexCorrupt(f"索引 {folder} 的内容读不出来。{remedy(folder)}") from error
        except OSError as error:
            raise EngineUnavailable(
                f"索引 {folder} 现在读不了（{error.strerror}：{error.filename}）；"
                "请检查文件夹和里面文件的读取权限"
            ) from error
    raise AssertionError("unreachable")


def _is_folder(path: Path) -> bool:
    """Whether a path leads to a folder; raises ``OSError`` where the system does not say."""
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False


def _open_once(folder: Path, checked: Mapping[str, tuple[int, str]]) -> Snapshot:
    commit = newest_commit(folder) if _is_folder(folder) else Commit(-1, _NO_FILE)
    if commit.generation <= 0:
        raise IndexMissing(no_index_message(folder))
    try:
        manifest = Manifest.load(folder, commit.generation)
    except ValueError as error:
        raise IndexCorrupt(f"索引 {folder} 的清单读不出来。{remedy(folder)}") from error
    analyzer = Analyzer(manifest.lexicon.phrases)
    if manifest.schema != SCHEMA_VERSION:
        raise IndexStale(unknown_schema_message(manifest.schema, folder))
    check_maker(manifest.tokenizer, manifest.dictionary, analyzer, folder)
    # Before anything is read: what columns say of each other is taken for true.
    files = OpenedFiles.compare(folder, manifest.index_files, checked)
    searcher = open_index(folder).searcher()
    if newest_commit(folder) != commit:  # one came in between; its files are not this manifest's
        raise FileNotFoundError(2, "replaced", Manifest.path(folder, commit.generation).name)
    leader = stored_clusters.load(clusters_path(folder, commit.generation))
    clusters = Clusters.of(leader, segment_readers(searcher))
    index = ColumnSearcher(searcher, _worth, clusters.marks)
    return _read(commit, manifest, files, index, clusters, analyzer)


def _paragraph_reader(
    index: ColumnSearcher, reports: Sequence[Report | None], groups: Array
) -> Callable[[int], tuple[Paragraph, Report]]:
    """A function that reads the paragraph of a document number, with its report.

    It keeps the last ones: a query that is narrowed, sorted or leafed through, and the page of
    a paragraph that it found, need the same paragraphs again.
    """

    @lru_cache(maxsize=_KEPT)
    def paragraph(number: int) -> tuple[Paragraph, Report]:
        segment, document = index.segment_of(number)
        report = reports[groups[number]]
        assert report
        key = segment.reader.keys[DOCUMENT_KEY].get(document).decode()
        return unpack_paragraph(key, report.id, segment.reader.stored(document)), report

    return paragraph


def _worth(label: str) -> float:
    return 1.0 if unpack_label(label)[0] == "body" else HEADING_WEIGHT


def _read(
    commit: Commit,
    manifest: Manifest,
    files: OpenedFiles,
    index: ColumnSearcher,
    clusters: Clusters,
    analyzer: Analyzer,
) -> Snapshot:
    reports, lexicon = _reports(index), manifest.lexicon
    labels = [label for segment in index.segments for label in segment.labels]
    marks = np.array([label.mark for label in labels], np.uint8)
    region_values = _of_each(reports, lambda report: facets.prefixes(report.region.names))
    year_values = _of_each(reports, lambda report: [str(report.year or UNKNOWN)])
    kind_values = _of_each(reports, lambda report: [report.kind or UNKNOWN])
    theme_values = [facets.theme_values(unpack_label(label.name)[1]) for label in labels]
    region_tree, kind_tree = FacetTree(chain(*region_values)), FacetTree(chain(*kind_values))
    theme_tree = FacetTree(
        chain(*theme_values, facets.theme_values(list(lexicon.phrases.values())))
    )
    wording_tree, year_list = FacetTree(_WORDINGS.values()), YearList(chain(*year_values))
    return Snapshot(
        *(commit, manifest, files, index, analyzer),
        phrases=Phrases(lexicon.phrases),
        synonyms=Synonyms(lexicon.synonyms),
        paragraph=_paragraph_reader(index, reports, clusters.groups),
        reports=reports,
        numbers={report.id: group for group, report in enumerate(reports) if report},
        days=_numbers(reports, facets.day),
        arrived=_numbers(reports, lambda report: report.arrived),
        region=Tally(region_values, region_tree.values),
        year=Tally(year_values, year_list.values),
        kind=Tally(kind_values, kind_tree.values),
        level=Tally(_of_each(reports, lambda report: [report.region.level])),
        theme=Tally(theme_values, theme_tree.values),
        wording=Tally([(_WORDINGS[mark],) for mark in marks.tolist()], wording_tree.values),
        region_tree=region_tree,
        year_list=year_list,
        kind_tree=kind_tree,
        theme_tree=theme_tree,
        wording_tree=wording_tree,
        repeated=marks != UNIQUE,
        clusters=clusters,
    )


def _numbers(reports: Sequence[Report | None], number: Callable[[Report], int]) -> Array:
    return np.array([number(report) if report else 0 for report in reports], np.int64)


def _of_each(
    reports: Sequence[Report | None], values: Callable[[Report], Sequence[str]]
) -> list[Sequence[str]]:
    """The facet values of each report, none for one that was taken out."""
    return [values(report) if report else () for report in reports]


def _reports(index: ColumnSearcher) -> list[Report | None]:
    """The report of each group, None for one that was taken out."""
    return [
        None
        if group in segment.reader.segment.gone
        else unpack_report(segment.reader.about.get(group))
        for segment in index.segments
        for group in range(segment.reader.groups)
    ]
