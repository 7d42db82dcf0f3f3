"""From files to an index: the steps composed, reading only what changed.

The files of the corpus are the truth. Each run compares them with the manifest
of the index, reads what is new or changed, takes out what is gone, and commits
once; whatever stops it before that leaves the index as it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from engine.engine import known_files, open_engine, open_writer, warm_up
from engine.errors import EngineUnavailable, IndexCorrupt, IndexMissing, IndexStale, ReadError
from engine.model import FileRecord, Lexicon
from indexer import lexicon
from indexer.corpus_files import CorpusFile, corpus_files, is_inside
from indexer.update import Progress, Summary, Update


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
    known = known_files(location) if rebuild else before
    summary = Summary(rebuilt=reason, synonyms=renewed)
    files = _files(corpus, before, summary)
    run = Update(summary, {} if reason else before, files, known)
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
            _tell_apart(run, location)
            with open_engine(location).searcher() as searcher:
                warm_up(searcher)
    return summary


def _tell_apart(run: Update, location: str) -> None:
    """Give reports that open alike their ids; where somebody else has written, that run does."""
    if run.confused():
        with open_writer(location, _lexicon()) as writer:
            if _before(location) == (run.records, "", False):
                run.tell_apart(writer)
                writer.commit(run.records)


def _files(
    corpus: Sequence[Path], before: Mapping[str, FileRecord], summary: Summary
) -> dict[str, CorpusFile]:
    """The files of the corpus, and those elsewhere that went in before, by path."""
    files: dict[str, CorpusFile] = {}
    for root in corpus:
        for file in corpus_files(root):
            if isinstance(file, ReadError):
                summary.failures.append(file)
            else:
                files[str(file.path)] = file
    for path, record in before.items():
        if path not in files and not is_inside(path, corpus) and Path(path).exists():
            files[path] = CorpusFile(Path(path), record.source, record.stated)
    return files


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
