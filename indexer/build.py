"""From files to an index: the steps composed, reading only what changed.

The files of the corpus are the truth. Each run compares them with the manifest
of the index, reads what is new or changed, takes out what is gone, and commits
once; whatever stops it before that leaves the index as it was.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from engine.engine import Writer, known_files, open_engine, open_writer, warm_up
from engine.errors import EngineUnavailable, IndexCorrupt, IndexMissing, IndexStale, ReadError
from engine.local.files import digest
from engine.model import FileRecord, Lexicon
from indexer import lexicon
from indexer.ahead import Assembled, Outcome, read_ahead, read_and_assemble
from indexer.limits import MAX_ARCHIVE_BYTES
from indexer.metadata import read_metadata
from indexer.read import find_files

Progress = Callable[[int, int, str], None]


@dataclass(slots=True)
class Summary:
    """What a run did: sources of the files by what became of them, and counts.

    ``copies`` are files with the bytes of another one, ``rebuilt`` says why the
    whole index was made anew, where it was; ``synonyms`` that it took in other ones.
    """

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: int = 0
    copies: list[tuple[str, str]] = field(default_factory=list)
    failures: list[ReadError] = field(default_factory=list)
    reports: int = 0
    paragraphs: int = 0
    rebuilt: str = ""
    synonyms: bool = False

    def lines(self, location: str) -> Iterator[str]:
        """What the run did to the index at ``location``, for a person."""
        if self.rebuilt:
            yield f"全部重建：{self.rebuilt}"
        if self.synonyms:
            yield "同义词有变，已更新"
        for verb, sources in (("移除", self.removed), ("更新", self.changed)):
            for source in sources:
                yield f"{verb}  {source}"
        for copy, original in self.copies:
            yield f"重复  {copy}（与 {original} 完全相同，不另收）"
        for failure in self.failures:
            yield f"未读  {failure}"
        yield (
            f"新收{len(self.added)}个文件，更新{len(self.changed)}个，移除{len(self.removed)}个，"
            f"未变{self.unchanged}个，读不了的{len(self.failures)}处；"
            f"本次写入{self.reports:,}篇报告、{self.paragraphs:,}段 → {location}"
        )


@dataclass(frozen=True, slots=True)
class _File:
    """A file of the corpus; ``stated`` is what ``metadata.csv`` says of it, as JSON."""

    path: Path
    source: str
    stated: str = ""


def build(
    corpus: Sequence[Path],
    location: str,
    rebuild: bool = False,
    progress: Progress = lambda done, total, source: None,
) -> Summary:
    """Bring the index at ``location`` up to date with the files of ``corpus``.

    Files elsewhere that went in before stay in, unless they are gone from the
    disk or ``rebuild`` is set. An index made by other words or by another version
    is made anew; other synonyms are taken in without reading a file. ``progress``
    is told of each file about to be read. Raises ``ReadError`` for a corpus that is
    not there and ``EngineUnavailable`` while somebody else writes, or where somebody
    has since the files were compared; what cannot be read is in the summary's ``failures``.
    """
    before, reason, renewed = ({}, "按要求", False) if rebuild else _before(location)
    summary = Summary(rebuilt=reason, synonyms=renewed)
    files = {str(file.path): file for root in corpus for file in _find(root, summary)}
    for path, record in before.items():
        if path not in files and not _inside(path, corpus) and Path(path).exists():
            files[path] = _File(Path(path), record.source, record.stated)
    run = _Run(summary, {} if reason else before, files)
    if run.pending or run.gone or reason or renewed or not before:
        committed = False
        with open_writer(location, _lexicon(), bool(reason)) as writer:
            if not rebuild and _before(location) != (before, reason, renewed):
                raise EngineUnavailable("索引刚由另一个进程更新；请再运行一次")
            run.apply(writer, progress)
            if reason or renewed or run.records != before or not before:
                writer.commit(run.records)
                committed = True
        if committed:
            warm_up(open_engine(location))
    return summary


def _before(location: str) -> tuple[Mapping[str, FileRecord], str, bool]:
    """The files that went in before; why all of them must be read again, if so; and
    whether there are other synonyms."""
    try:
        engine = open_engine(location)
    except IndexMissing:
        return {}, "", False
    except (IndexStale, IndexCorrupt) as error:
        return known_files(location), str(error).partition("。")[0], False
    held, new = engine.lexicon(), _lexicon()
    if replace(held, synonyms=new.synonyms) != new:
        return engine.files(), "词典或标注规则有变", False
    return engine.files(), "", held != new


@lru_cache(maxsize=1)
def _lexicon() -> Lexicon:
    """The words that go with an index; their version is a checksum of all that makes
    paragraphs and labels, which synonyms do not."""
    hasher = sha256()
    words = lexicon.policy_phrases()
    rules = (p for p in Path(__file__).parent.rglob("*") if p.suffix in (".py", ".tsv"))
    for path in (*sorted(rules), *lexicon.pack_files()):
        hasher.update(path.read_bytes())
    return replace(words, synonyms=lexicon.synonyms(), version=hasher.hexdigest())


def _find(root: Path, summary: Summary) -> Iterator[_File]:
    """The files of one corpus folder (or one file), with what their tables state."""
    root = root.resolve()
    base = root if root.is_dir() else root.parent
    stated: dict[Path, Mapping[str, Mapping[str, str]]] = {}
    for path in find_files(root):
        if not _is_utf8(path):
            name = os.fsencode(path.name).decode("gb18030", "replace")
            summary.failures.append(ReadError(name, "路径不是 UTF-8 编码；请改名后再试"))
            continue
        for folder in path.parents:
            if folder not in stated and base in (folder, *folder.parents):
                stated[folder] = _table(folder, summary)
        values: dict[str, str] = {}
        for folder in reversed(path.parents):  # the table nearest to the file has the last word
            name = path.relative_to(folder).as_posix()
            values |= stated.get(folder, {}).get(name, {})
        source = f"{root.name}/{path.relative_to(root).as_posix()}" if path != root else root.name
        yield _File(path, source, json.dumps(values, ensure_ascii=False) if values else "")


def _is_utf8(path: Path) -> bool:
    """Whether a path can be written down; those from an old Windows archive may not."""
    try:
        return bool(str(path).encode())
    except UnicodeEncodeError:
        return False


def _table(folder: Path, summary: Summary) -> Mapping[str, Mapping[str, str]]:
    try:
        return read_metadata(folder)
    except ReadError as error:
        summary.failures.append(error)
        return {}


def _inside(path: str, corpus: Sequence[Path]) -> bool:
    return any(root.resolve() in (Path(path), *Path(path).parents) for root in corpus)


class _Run:
    """One comparison of files with the manifest, and what follows from it."""

    def __init__(
        self, summary: Summary, before: Mapping[str, FileRecord], files: Mapping[str, _File]
    ) -> None:
        self.summary = summary
        self.before = before
        self.gone = [path for path in before if path not in files]
        self.records = {
            path: before[path]
            for path, file in files.items()
            if path in before and _unchanged(before[path], file)
        }
        self.pending = [file for path, file in files.items() if path not in self.records]
        self.taken = {report for record in self.records.values() for report in record.reports}
        self.sources: dict[str, str] = {}  # of the files that gave reports, by their checksums
        summary.unchanged = len(self.records)
        summary.removed = [before[path].source for path in self.gone]
        for record in self.records.values():
            self._remember(record)
            summary.failures += [ReadError(*problem.split("：", 1)) for problem in record.problems]

    def apply(self, writer: Writer, progress: Progress) -> None:
        """Take out what is gone or changed, put in what is new or changed."""
        for path in (*self.gone, *(str(file.path) for file in self.pending)):
            for report in self.before[path].reports if path in self.before else ():
                writer.remove(report)
        ahead = read_ahead([(file.path, file.source, file.stated) for file in self.pending])
        for done, file in enumerate(self.pending):
            progress(done, len(self.pending), file.source)
            record = self._take_in(writer, file, next(ahead))
            self.records[str(file.path)] = record
            self._remember(record)

    def _take_in(self, writer: Writer, file: _File, outcomes: Sequence[Outcome]) -> FileRecord:
        record = _record(file)
        if twin := self.sources.get(record.sha256):
            self.summary.copies.append((file.source, twin))
            return record
        if any(isinstance(o, Assembled) and o.report.id in self.taken for o in outcomes):
            outcomes = read_and_assemble(file.path, file.source, file.stated, self.taken)
        reports: list[str] = []
        failures: list[ReadError] = []
        for outcome in outcomes:
            if isinstance(outcome, ReadError):
                failures.append(outcome)
                continue
            report, paragraphs, doubts = outcome
            self.taken.add(report.id)
            failures += doubts
            writer.add(report, paragraphs)
            reports.append(report.id)
            self.summary.reports += 1
            self.summary.paragraphs += len(paragraphs)
        self.summary.failures += failures
        if reports:
            known = self.before.get(str(file.path))
            held = known and known.reports  # not what could not be read, nor a copy
            (self.summary.changed if held else self.summary.added).append(file.source)
        problems = tuple(str(failure) for failure in failures)
        return replace(record, reports=tuple(reports), problems=problems)

    def _remember(self, record: FileRecord) -> None:
        """Make a file known to those with the same bytes; the first one counts."""
        if record.reports and record.sha256:
            self.sources.setdefault(record.sha256, record.source)


def _unchanged(record: FileRecord, file: _File) -> bool:
    """Whether a file is as it went in; one that gave nothing is tried again."""
    if record.stated != file.stated or record.source != file.source or not record.reports:
        return False
    try:
        about = file.path.stat()
    except OSError:
        return False
    if about.st_size == record.size and about.st_mtime_ns == record.mtime_ns:
        return True
    return about.st_size == record.size and digest(file.path) == record.sha256


def _record(file: _File) -> FileRecord:
    """What is known of a file before it is read; nothing, where it cannot be opened."""
    try:
        about = file.path.stat()
        size, mtime = about.st_size, about.st_mtime_ns
        checksum = digest(file.path) if 0 < size <= MAX_ARCHIVE_BYTES else ""
    except OSError:
        size, mtime, checksum = 0, 0, ""
    return FileRecord(file.source, size, mtime, checksum, file.stated)
