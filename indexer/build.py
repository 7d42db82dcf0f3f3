"""From files to an index: the steps composed, reading only what changed.

The files of the corpus are the truth. Each run compares them with the manifest
of the index, reads what is new or changed, takes out what is gone, and commits
once; whatever stops it before that leaves the index as it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from engine.engine import (
    index_folder,
    known_files,
    leftovers,
    open_engine,
    open_writer,
    warm_up,
)
from engine.errors import (
    EngineUnavailable,
    IndexCorrupt,
    IndexLocked,
    IndexMissing,
    IndexStale,
    ReadError,
)
from engine.model import FileRecord, Lexicon
from indexer import lexicon
from indexer.corpus_files import CorpusFile, corpus_files, is_inside
from indexer.missing import keep_missing
from indexer.update import Progress, Summary, Update

_UNKNOWN_FILES = (
    "索引 {location} 的清单读不出来，不知道它收过哪些文件；"
    "请列出收过的全部文件夹再运行：yinju index --rebuild 文件夹… --index {location}"
)


def build(
    corpus: Sequence[Path],
    location: str,
    rebuild: bool = False,
    progress: Progress = lambda done, total, source: None,
    remove: bool = False,
    keep_others: bool = False,
) -> Summary:
    """Bring the index at ``location`` up to date with the files of ``corpus``.

    Files elsewhere that went in before stay in, unless they are gone from the disk. With
    ``rebuild``, the index is made anew, and they stay only if ``keep_others`` is set. Where a
    folder misses more than half of its files, these stay in too, unless ``remove`` is set. An
    index made by other words or by another version is made anew; other synonyms are taken in
    without reading a file. ``progress`` is told of each file about to be read.

    What cannot be read is in the summary's ``failures``. Raises ``ReadError`` for a corpus that is
    not there, or that is the folder of the index; ``IndexLocked`` while somebody else writes, or
    where somebody has since the files were compared; ``EngineUnavailable`` where nobody can write
    there, or where files that must be read again are missing; ``IndexCorrupt`` where nobody knows
    any more what went in; and ``Interrupted``.
    """
    drop_others = rebuild and not keep_others
    before, reason, renewed = ({}, "", False) if drop_others else _before(location)
    if rebuild:
        reason, renewed = "按要求", False
    known = known_files(location) if drop_others else before
    summary = Summary(rebuilt=reason, synonyms=renewed)
    files, kept = _files(corpus, before, summary, index_folder(location), remove)
    if reason and kept:
        problem = summary.failures[-1]
        raise EngineUnavailable(f"索引要全部重建（{reason}），但有文件现在读不到——{problem}")
    run = Update(summary, {} if reason else before, files, known, kept)
    if drop_others:
        summary.removed = [record.source for path, record in known.items() if path not in files]
    if run.pending or run.gone or reason or renewed or not before:
        try:
            _write(run, location, drop_others, progress)
        except KeyboardInterrupt as error:
            raise Interrupted(_before(location)[0] == run.records != before) from error
    elif leftovers(location) != (0, 0):
        with suppress(EngineUnavailable), open_writer(location, _lexicon()):
            pass  # which removes them, unless another process writes
    return summary


class Interrupted(KeyboardInterrupt):
    """Ctrl-C; ``committed`` tells whether the index has the change by then."""

    def __init__(self, committed: bool) -> None:
        super().__init__(committed)
        self.committed = committed


def _write(run: Update, location: str, drop_others: bool, progress: Progress) -> None:
    """Write what changed, and commit it."""
    before, summary = run.before, run.summary
    anew = bool(summary.rebuilt)
    with open_writer(location, _lexicon(), anew) as writer:
        # Opening a writer replaces a table of contents that cannot be read, so the reason may be
        # another one by now; what went in may not.
        if not drop_others and _before(location)[0] != run.known:
            raise IndexLocked("索引刚由另一个进程更新；请再运行一次")
        run.apply(writer, progress)
        if not (anew or summary.synonyms or run.records != before or not before):
            return
        writer.commit(run.records)
    _tell_apart(run, location)
    with open_engine(location).searcher() as searcher:
        warm_up(searcher)


def _tell_apart(run: Update, location: str) -> None:
    """Give reports that open alike their ids; where somebody else has written, that run does."""
    if run.confused():
        with open_writer(location, _lexicon()) as writer:
            if _before(location) == (run.records, "", False):
                run.tell_apart(writer)
                writer.commit(run.records)


def _files(
    corpus: Sequence[Path],
    before: Mapping[str, FileRecord],
    summary: Summary,
    index: Path | None,
    remove: bool,
) -> tuple[dict[str, CorpusFile], set[str]]:
    """The files of the corpus and those elsewhere that went in before, by path; and the paths
    of those to keep although they were not found. ``index`` is a folder to pass over."""
    files: dict[str, CorpusFile] = {}
    for root in corpus:
        for file in corpus_files(root, before, index):
            if isinstance(file, ReadError):
                summary.failures.append(file)
            else:
                files[str(file.path)] = file
    for path, record in before.items():
        if path not in files and not is_inside(path, corpus) and Path(path).exists():
            files[path] = CorpusFile(Path(path), record.source, record.stated)
    kept, problems = keep_missing(before, files, remove)
    summary.failures += problems
    return files, kept


def _before(location: str) -> tuple[Mapping[str, FileRecord], str, bool]:
    """The files that went in before; why all of them must be read again, if so; and
    whether there are other synonyms.

    What a manifest lists went in before, even if the rest of the index is lost. Raises
    ``IndexCorrupt`` where there is an index without a manifest.
    """
    try:
        engine = open_engine(location)
    except IndexMissing as error:
        files = known_files(location)
        return files, str(error).partition("，")[0] if files else "", False
    except (IndexStale, IndexCorrupt) as error:
        files = known_files(location)
        if not files and isinstance(error, IndexCorrupt):
            raise IndexCorrupt(_UNKNOWN_FILES.format(location=location)) from error
        return files, str(error).partition("。")[0], False
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
