"""Writes an index on disk, one generation at a time.

A commit is atomic because Whoosh writes the table of contents under another name and renames it.
Two things are added here. Every file is synced before that rename, so that a power cut cannot
leave a table of contents that refers to empty files. And the *manifest* of the generation is
written before the rename: it lists the source files, and names the tokenizer, dictionary and
schema that made the tokens. The clusters of near-duplicates of the generation are written with
it.
"""

from __future__ import annotations

import errno
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from whoosh import writing
from whoosh.index import TOC, EmptyIndexError, FileIndex

from engine.analyze import Analyzer, character_texts
from engine.arrivals import Arrivals
from engine.columns.read.segment_reader import SegmentReader
from engine.columns.write.document_writer import Group
from engine.columns.write.writer import (
    MAX_DOCUMENTS_PER_SEGMENT,
    ColumnWriter,
    join_sentences,
    join_tokens,
    merge_similar,
)
from engine.compatibility import remedy
from engine.errors import EngineUnavailable, IndexCorrupt, IndexLocked
from engine.local import clusters, duplicates
from engine.local.files import checksum, sync
from engine.local.leftovers import remove_leftovers
from engine.local.manifest import Manifest
from engine.local.storage import Storage
from engine.local.store import NAME, clusters_path, last_manifest, open_index, schema
from engine.model import FileRecord, Lexicon, Paragraph, Report
from engine.packing import pack_label, pack_paragraph, pack_report
from engine.sentences import sentence_tokens

_LOCK = f"{NAME}_WRITELOCK"  # Whoosh's own
_NO_PLACE = (
    *(errno.EACCES, errno.EPERM, errno.EROFS, errno.ELOOP, errno.ENOENT),
    *(errno.ENOTDIR, errno.EEXIST, errno.EISDIR),
)


class _SegmentWriter(ColumnWriter):
    """Holds a lock that was acquired before the index was opened.

    It remembers the segments of the table of contents that it writes. However it ends, it removes
    what the index does not need; Whoosh would do so only after a commit, by vaguer names.
    """

    committed: Sequence[Any] = ()

    def __init__(self, index: FileIndex, lock: Any) -> None:
        super().__init__(index, _lk=False)
        self.writelock = lock

    def _commit_toc(self, segments: Sequence[Any]) -> None:
        self.committed = segments
        TOC(self.schema, segments, self.generation).write(self.storage, self.indexname)

    def cancel(self) -> None:
        try:
            self._close_segment()
        finally:
            self._finish()

    def _finish(self) -> None:
        remove_leftovers(Path(self.storage.folder))
        super()._finish()


class LocalWriter:
    """One change of an index in a folder; see ``engine.engine.Writer``."""

    def __init__(self, location: str, lexicon: Lexicon, rebuild: bool = False) -> None:
        self._folder = Path(location)
        self._lexicon = lexicon
        self._analyzer = Analyzer(lexicon.phrases)
        self._rebuild = rebuild
        self._files: Mapping[str, FileRecord] = {}
        with _saying_where(self._folder):
            lock = self._lock()
            try:
                index = self._index()
                self._writer = _SegmentWriter(index, lock)
            except BaseException:
                lock.release()
                raise
        old = None if rebuild else self._manifest(index.latest_generation())
        before = old or last_manifest(self._folder)
        self._arrivals = Arrivals(before.arrivals if before else {})
        self._old_files = dict(old.index_files) if old else {}
        self._reports = old.reports if old else 0
        self._paragraphs = old.paragraphs if old else 0

    def _lock(self) -> Any:
        """Return the lock of the index, acquired; creates the folder where there is none."""
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = Storage(str(self._folder)).lock(_LOCK)
        if not lock.acquire():
            raise IndexLocked(f"索引 {self._folder} 正由另一个进程更新，请等它结束后再运行")
        return lock

    def _index(self) -> FileIndex:
        """Open the index to change; create an empty one where there is none, or to rebuild it."""
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

    def add(
        self, report: Report, paragraphs: Sequence[Paragraph], same_file: Collection[str] = ()
    ) -> None:
        """Add a report with all of its paragraphs; raises ``EngineUnavailable`` for too many."""
        report = self._arrivals.dated(report, same_file)
        texts = [paragraph.text for paragraph in paragraphs]
        group = Group(
            key=report.id.encode(),
            about=pack_report(report),
            title=join_tokens(character_texts(report.title)),
            keys=[paragraph.id.encode() for paragraph in paragraphs],
            labels=[pack_label(paragraph) for paragraph in paragraphs],
            words="".join(join_tokens(self._analyzer.word_texts(text)) for text in texts),
            exact="".join(join_sentences(sentence_tokens(text)) for text in texts),
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
        path = self._save_clusters()
        index_files[path.name] = (path.stat().st_size, checksum(path))
        manifest = Manifest(
            self._analyzer.name,
            self._analyzer.dictionary,
            reports=self._reports,
            paragraphs=self._paragraphs,
            lexicon=self._lexicon,
            files=self._files,
            index_files=index_files,
            arrivals=self._arrivals.times,
        )
        manifest.save(self._folder, self._writer.generation)

    def _save_clusters(self) -> Path:
        segments = [SegmentReader(self._folder, segment) for segment in self._writer.committed]
        path = clusters_path(self._folder, self._writer.generation)
        clusters.save(path, duplicates.leaders(segments))
        sync(path)
        return path


@contextmanager
def _saying_where(folder: Path) -> Iterator[None]:
    """Turn an error about the folder into ``EngineUnavailable``; a full disk is none."""
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_PLACE:
            raise
        raise EngineUnavailable(
            f"索引不能建在 {folder}：那里没有写的权限，或是一个文件；请换一个文件夹"
        ) from error


@contextmanager
def _refusing_overflow() -> Iterator[None]:
    try:
        yield
    except OverflowError as error:
        raise EngineUnavailable(
            f"一次收不下这么多，最多{MAX_DOCUMENTS_PER_SEGMENT:,}段；"
            "请把文件分成几个文件夹，一个一个地运行 yinju index"
        ) from error
