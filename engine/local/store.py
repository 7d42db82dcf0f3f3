"""The index on disk: a Whoosh index, with a manifest for each generation.

A commit is atomic because Whoosh writes the table of contents under another name and renames it.
Two things are added here. Every file is synced before that rename, so that a power cut cannot
leave a table of contents that refers to empty files. And the *manifest* of the generation is
written before the rename: it lists the source files, and names the tokenizer, dictionary and
schema that made the tokens. A reader of generation ``n`` reads manifest ``n``. The clusters of
near-duplicates of the generation are written with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from whoosh import fields, formats, writing
from whoosh.analysis import Analyzer as WhooshAnalyzer
from whoosh.analysis import Token as WhooshToken
from whoosh.index import TOC, EmptyIndexError, FileIndex

from engine.analyze import Analyzer, character_texts
from engine.columns.read.segment_reader import SegmentReader
from engine.columns.write.document_writer import Group
from engine.columns.write.writer import (
    MAX_DOCUMENTS_PER_SEGMENT,
    ColumnWriter,
    join_tokens,
    merge_similar,
)
from engine.compatibility import remedy
from engine.errors import EngineUnavailable, IndexCorrupt
from engine.local import duplicates
from engine.local.files import checksum, sync
from engine.local.manifest import MANIFEST_NAME, Manifest
from engine.local.storage import Storage
from engine.model import FileRecord, Lexicon, Paragraph, Report
from engine.packing import pack_label, pack_paragraph, pack_report

NAME = "MAIN"
_OF_GENERATION = re.compile(r"(?:manifest|clusters)_([0-9]+)\.[a-z]+")


class ReadyTokens(WhooshAnalyzer):  # type: ignore[misc]
    """Takes a list of the texts of tokens and returns the tokens."""

    def __call__(self, value: Iterable[str], **_: Any) -> Iterator[WhooshToken]:
        token = WhooshToken()
        for token.pos, token.text in enumerate(value):
            yield token


def schema() -> fields.Schema:
    """Return the schema of an index, in which a document is a paragraph.

    ``words``, ``exact`` and ``title`` are the searched fields (see ``fields``). ``id`` is the key
    of the paragraph and ``report`` that of its group. ``label`` is its kind and its themes,
    ``data`` its other stored data.
    """
    return fields.Schema(
        id=fields.ID(stored=True),
        report=fields.ID(stored=True),
        label=fields.STORED(),
        words=fields.FieldType(formats.Frequency(), ReadyTokens(), scorable=True),
        exact=fields.FieldType(formats.Positions(), ReadyTokens(), scorable=True),
        title=fields.FieldType(formats.Positions(), ReadyTokens(), scorable=True),
        data=fields.STORED(),
    )


def clusters_path(folder: Path, generation: int) -> Path:
    """Return the file with the clusters of a generation (see ``duplicates``)."""
    return folder / f"clusters_{generation}.npy"


class _SegmentWriter(ColumnWriter):
    """Remembers the segments of the table of contents that it writes."""

    committed: Sequence[Any] = ()

    def _commit_toc(self, segments: Sequence[Any]) -> None:
        self.committed = segments
        super()._commit_toc(segments)


def open_index(folder: Path) -> FileIndex:
    """Open the index in a folder.

    Raises ``EmptyIndexError`` where there is none, ``IndexCorrupt`` where its table of contents
    cannot be read, ``OSError`` where a file is missing.
    """
    try:
        return FileIndex(Storage(str(folder)), schema(), NAME)
    except (OSError, EmptyIndexError):
        raise
    except Exception as error:  # a damaged table of contents fails in a dozen ways
        raise IndexCorrupt(f"索引 {folder} 的内容读不出来。{remedy(folder)}") from error


class LocalWriter:
    """One change of an index in a folder; see ``engine.engine.Writer``."""

    def __init__(self, location: str, lexicon: Lexicon, rebuild: bool = False) -> None:
        self._folder = Path(location)
        self._lexicon = lexicon
        self._analyzer = Analyzer(lexicon.phrases)
        self._rebuild = rebuild
        self._files: Mapping[str, FileRecord] = {}
        try:
            index = self._index()
            self._writer = _SegmentWriter(index)
        except writing.LockError as error:
            raise EngineUnavailable(
                f"索引 {location} 正由另一个进程更新，请等它结束后再运行"
            ) from error
        except OSError as error:
            raise EngineUnavailable(
                f"索引不能建在 {location}：那里没有写的权限，或是一个文件；请换一个文件夹"
            ) from error
        old = None if rebuild else self._manifest(index.latest_generation())
        self._old_files = dict(old.index_files) if old else {}
        self._reports = old.reports if old else 0
        self._paragraphs = old.paragraphs if old else 0

    def _index(self) -> FileIndex:
        """Open the index to change; create an empty one where there is none, or to rebuild it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            return open_index(self._folder)
        except EmptyIndexError:
            pass
        except IndexCorrupt:
            if not self._rebuild:
                raise
        return FileIndex.create(Storage(str(self._folder)), schema(), NAME)

    def _manifest(self, generation: int) -> Manifest | None:
        """Load the manifest of the index to change; an empty index has none."""
        try:
            return Manifest.load(self._folder, generation) if generation else None
        except (FileNotFoundError, ValueError) as error:
            self._writer.cancel()
            raise IndexCorrupt(
                f"索引 {self._folder} 的清单读不出来。{remedy(self._folder)}"
            ) from error

    def __enter__(self) -> LocalWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._writer.is_closed:
            self._writer.cancel()

    def add(self, report: Report, paragraphs: Sequence[Paragraph]) -> None:
        """Add a report with all of its paragraphs; raises ``EngineUnavailable`` for too many."""
        texts = [paragraph.text for paragraph in paragraphs]
        group = Group(
            key=report.id.encode(),
            about=pack_report(report),
            title=join_tokens(character_texts(report.title)),
            keys=[paragraph.id.encode() for paragraph in paragraphs],
            labels=[pack_label(paragraph) for paragraph in paragraphs],
            words="".join(join_tokens(self._analyzer.word_texts(text)) for text in texts),
            exact="".join(join_tokens(character_texts(text)) for text in texts),
            stored=[pack_paragraph(paragraph) for paragraph in paragraphs],
        )
        with _refusing_overflow():
            self._writer.add_group(group)
        self._reports += 1
        self._paragraphs += len(paragraphs)

    def remove(self, report_id: str) -> None:
        """Remove a report with all of its paragraphs."""
        for paragraphs in self._writer.delete_group(report_id.encode()):
            self._reports -= 1
            self._paragraphs -= paragraphs

    def commit(self, files: Mapping[str, FileRecord]) -> None:
        """Make the change visible and durable; ``files`` are those of the new manifest."""
        self._files = files
        storage: Storage = self._writer.storage
        storage.before_contents = self._save_manifest
        try:
            with _refusing_overflow():
                self._writer.commit(mergetype=writing.CLEAR if self._rebuild else merge_similar)
        finally:
            del storage.before_contents  # a cycle would keep all columns that were read mapped
        for path in self._folder.iterdir():
            match = _OF_GENERATION.fullmatch(path.name)
            if match and int(match[1]) != self._writer.generation:
                with suppress(OSError):  # as Whoosh does with old segments
                    path.unlink()

    def _save_manifest(self, contents: Path, name: str) -> None:
        """Write the manifest just before the table of contents is renamed to ``name``."""
        ids = {segment.segment_id() for segment in self._writer.committed}
        index_files = {name: (contents.stat().st_size, checksum(contents))}
        for path in sorted(self._folder.iterdir()):
            match = TOC._segment_pattern(NAME).match(path.name)
            if match and match.group(1) in ids:
                sync(path)
                known = self._old_files.get(path.name)
                checksum_ = known[1] if known else checksum(path)
                index_files[path.name] = path.stat().st_size, checksum_
        clusters = self._save_clusters()
        index_files[clusters.name] = (clusters.stat().st_size, checksum(clusters))
        manifest = Manifest(
            self._analyzer.name,
            self._analyzer.dictionary,
            reports=self._reports,
            paragraphs=self._paragraphs,
            lexicon=self._lexicon,
            files=self._files,
            index_files=index_files,
        )
        manifest.save(self._folder, self._writer.generation)

    def _save_clusters(self) -> Path:
        segments = [SegmentReader(self._folder, segment) for segment in self._writer.committed]
        path = clusters_path(self._folder, self._writer.generation)
        duplicates.save(path, duplicates.leaders(segments))
        sync(path)
        return path


@contextmanager
def _refusing_overflow() -> Iterator[None]:
    try:
        yield
    except OverflowError as error:
        raise EngineUnavailable(
            f"一次收不下这么多，最多{MAX_DOCUMENTS_PER_SEGMENT:,}段；"
            "请把文件分成几个文件夹，一个一个地运行 yinju index"
        ) from error


def _manifest_or_none(folder: Path, generation: int) -> Manifest | None:
    try:
        return Manifest.load(folder, generation)
    except (FileNotFoundError, ValueError):
        return None


def last_files(location: str) -> Mapping[str, FileRecord]:
    """See ``engine.engine.known_files``."""
    folder = Path(location)
    newest = max(
        (int(m[1]) for p in folder.glob("*") if (m := MANIFEST_NAME.fullmatch(p.name))), default=0
    )
    manifest = _manifest_or_none(folder, newest)
    return manifest.files if manifest else {}
