"""One update of an index: the files compared with its manifest, and what follows from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from engine.engine import Writer
from engine.errors import ReadError
from engine.model import FileRecord
from indexer.ahead import FileRead, read_ahead, read_and_assemble
from indexer.assemble import Assembled, with_id
from indexer.corpus_files import CorpusFile
from indexer.given_ids import GivenIds
from indexer.stamps import Stamp, is_unchanged

Progress = Callable[[int, int, str], None]


@dataclass(slots=True)
class Summary:
    """What a run did: sources of the files by what became of them, and counts.

    ``copies`` are files with the bytes or the text of another one, ``rebuilt`` says why the
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
        yield from self.left_out()
        yield self.totals(location)

    def left_out(self) -> Iterator[str]:
        """What of the files is not in the index, and why, for a person."""
        for copy, original in self.copies:
            yield f"重复  {copy}（与 {original} 内容相同，不另收）"
        for failure in self.failures:
            yield f"未读  {failure}"

    @property
    def has_changes(self) -> bool:
        """Whether other reports or synonyms are in the index than before."""
        changes = self.added, self.changed, self.removed, self.rebuilt, self.synonyms
        return any(changes)

    def totals(self, location: str) -> str:
        """What the run did to the index at ``location``, in one line."""
        return (
            f"新收{len(self.added)}个文件，更新{len(self.changed)}个，移除{len(self.removed)}个，"
            f"未变{self.unchanged}个，读不了的{len(self.failures)}处；"
            f"本次写入{self.reports:,}篇报告、{self.paragraphs:,}段 → {location}"
        )


class Update:
    """Takes out what is gone or changed, and puts in what is new or changed.

    ``records`` will be the manifest's files, by path; ``before`` and ``known`` are those that it
    was made with.
    """

    def __init__(
        self,
        summary: Summary,
        before: Mapping[str, FileRecord],
        files: Mapping[str, CorpusFile],
        known: Mapping[str, FileRecord],
        kept: Collection[str] = (),
    ) -> None:
        """``before`` has the files that need not be read again where they are unchanged,
        ``known`` all files that ever gave ids which links may use, both by path. ``kept`` are
        paths of files that were not found, and stay as they are."""
        self.summary = summary
        self.known = known
        self.before = before
        self._given_ids = GivenIds(known)
        self._files = files
        self.gone = [path for path in before if path not in files and path not in kept]
        self.records = {path: before[path] for path in kept}
        self.records |= {
            path: before[path]
            for path, file in files.items()
            if path in before and _is_current(before[path], file)
        }
        self.pending = [file for path, file in files.items() if path not in self.records]
        self._ids: set[str] = set()  # of the reports that are in the index
        self._texts: dict[str, str] = {}  # the sources of reports, by their whole ids
        self._sources: dict[str, str] = {}  # of the files that gave reports, by their checksums
        summary.unchanged = len(self.records)
        summary.removed = [before[path].source for path in self.gone if before[path].reports]
        for record in self.records.values():
            self._remember(record)

    def _remember(self, record: FileRecord) -> None:
        """Count with the reports of a file that stays as it is."""
        self._ids.update(record.reports)
        self._texts |= dict.fromkeys(record.whole_ids, record.source)
        if record.sha256:
            self._sources.setdefault(record.sha256, record.source)
        for problem in record.problems:
            self.summary.failures.append(ReadError(*problem.split("：", 1)))

    def apply(self, writer: Writer, progress: Progress) -> None:
        """Hand all changes over to the writer; ``progress`` gets each file about to be read."""
        for path in self.gone:
            _remove(writer, self.before[path])
        ahead = read_ahead([(file.path, file.source, file.stated) for file in self.pending])
        for done, file in enumerate(self.pending):
            progress(done, len(self.pending), file.source)
            self._take_in(writer, file, next(ahead))

    def _take_in(self, writer: Writer, file: CorpusFile, read: FileRead) -> None:
        """Put in the reports of a new or changed file, unless it is a copy of another one.

        What the index has of a file stays where this machine keeps the file from being read.
        """
        path, stamp = str(file.path), read.stamp
        if known := self.before.get(path):
            if read.is_hindered and known.reports and self._ids.isdisjoint(known.reports):
                self.summary.failures += _problems(read)
                self._remember(known)
                self.records[path] = known
                return
            _remove(writer, known)
        if twin := self._sources.get(stamp.sha256):
            self.summary.copies.append((file.source, twin))
            self.records[path] = FileRecord(file.source, *stamp, file.stated)
            return
        self.summary.failures += _problems(read)
        self.records[path] = self._put_in(writer, file, read)
        if self.records[path].reports:
            had_reports = known and known.reports  # not what could not be read, nor a copy
            (self.summary.changed if had_reports else self.summary.added).append(file.source)
            if stamp.sha256:
                self._sources[stamp.sha256] = file.source

    def _put_in(
        self, writer: Writer, file: CorpusFile, read: FileRead, whole: bool = False
    ) -> FileRecord:
        """Put in the reports of a file and return its record.

        ``whole``: their ids are made from their whole texts. A report with the text of another
        one is a copy, and not put in.
        """
        added: list[Assembled] = []
        for outcome in read.outcomes:
            if isinstance(outcome, ReadError):
                continue
            if twin := self._texts.get(outcome.whole_id):
                self.summary.copies.append((outcome.report.source, twin))
                continue
            report_id = self._given_ids.choose(str(file.path), outcome)
            if report_id in self._ids or whole:
                report_id = outcome.whole_id
            outcome = with_id(outcome, report_id)
            same_file = self._given_ids.of_bytes(read.stamp.sha256)
            writer.add(outcome.report, outcome.paragraphs, same_file)
            self._ids.add(outcome.report.id)
            self._texts[outcome.whole_id] = outcome.report.source
            added.append(outcome)
            if not whole:  # else they were counted when they came in
                self.summary.reports += 1
                self.summary.paragraphs += len(outcome.paragraphs)
        return FileRecord(
            file.source,
            *read.stamp,
            file.stated,
            tuple(one.report.id for one in added),
            tuple(one.opening_id for one in added),
            tuple(one.whole_id for one in added),
            tuple(map(str, _problems(read))),
        )

    def confused(self) -> list[str]:
        """The files with new reports that open alike, one of which has got the opening id.

        Which one came first must not matter, so all of them need ids made from their whole
        texts. A report that had the opening id before keeps it.
        """
        reports = [
            (path, *names)
            for path, record in self.records.items()
            for names in zip(record.reports, record.opening_ids, record.whole_ids, strict=True)
        ]
        counts = Counter(opening for _, _, opening, _ in reports)
        return [
            path
            for path, report, opening, whole in reports
            if report == opening
            and counts[opening] > 1
            and not self._given_ids.has(path, report, opening, whole)
        ]

    def tell_apart(self, writer: Writer) -> None:
        """Put in the confused files once more, with other ids.

        This needs a writer of its own: none can take out again what it has put in.
        """
        for path in dict.fromkeys(self.confused()):
            file, record = self._files[path], self.records[path]
            read = read_and_assemble(file.path, file.source, file.stated)
            if read.stamp.sha256 == record.sha256:  # else the next run reads it anyway
                _remove(writer, record)
                self._ids.difference_update(record.reports)
                for text in record.whole_ids:
                    self._texts.pop(text, None)
                self.records[path] = self._put_in(writer, file, read, whole=True)


def _remove(writer: Writer, record: FileRecord) -> None:
    """Take out what the index had of a file; reports that this writer put in stay."""
    for report in record.reports:
        writer.remove(report)


def _problems(read: FileRead) -> Iterator[ReadError]:
    """What of a file could not be read, and what its metadata states in vain."""
    for outcome in read.outcomes:
        if isinstance(outcome, ReadError):
            yield outcome
        else:
            yield from outcome.rejected_metadata


def _is_current(record: FileRecord, file: CorpusFile) -> bool:
    """Whether a file is as it went in; one that gave nothing is tried again."""
    if record.stated != file.stated or record.source != file.source or not record.reports:
        return False
    return is_unchanged(file.path, Stamp(record.size, record.mtime_ns, record.sha256))
