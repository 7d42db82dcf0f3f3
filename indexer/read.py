"""Finds the files of a corpus and reads them into drafts.

No file is left out silently. Every file of a corpus is either read or named
with the reason why it is not, and one bad file never stops the others.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from engine.errors import ReadError
from indexer.draft import Draft
from indexer.limits import MAX_ARCHIVE_BYTES, MAX_CHARACTERS, MAX_FILE_BYTES, MEGABYTE
from indexer.readers import archive, docx, html, odt, office, pdf, text, word2003

METADATA_FILE = "metadata.csv"  # describes the reports beside it; it is no report itself

_READERS: Mapping[str, Callable[[Path, str], Draft]] = {
    ".txt": text.read,
    ".md": text.read,
    ".html": html.read,
    ".htm": html.read,
    ".docx": docx.read,
    ".pdf": pdf.read,
    ".doc": office.read,
    ".wps": office.read,
    ".rtf": office.read,
    ".docm": docx.read,
    ".dotx": docx.read,
    ".dotm": docx.read,
    ".odt": odt.read,
    ".ott": odt.read,
    ".fodt": odt.read,
    ".xml": word2003.read,
}
_ARCHIVE = ".zip"
SUFFIXES = (*_READERS, _ARCHIVE)  # of the files that are read, in lower case


def corpora(named: Sequence[Path]) -> Sequence[Path]:
    """The paths that a command reads: ``named``, else ``YINJU_CORPUS``, else ``corpus``."""
    return named or (Path(os.environ.get("YINJU_CORPUS", "corpus")),)


def find_files(corpus: Path) -> Iterator[Path]:
    """Yield every file of a corpus (a file or a folder), in the order of their names.

    ``metadata.csv``, hidden files and leftovers of editors and systems are left out.
    Files of unknown types are yielded, so that ``read_file`` can say what is wrong with
    them; so is a folder that cannot be listed. Links are followed, but no folder is
    entered twice. Raises ``ReadError`` where the corpus does not exist.
    """
    try:
        corpus.stat()
    except OSError as error:
        raise ReadError(str(corpus), "没有这个文件或文件夹，或没有权限；请检查路径") from error
    pending, entered = [corpus], set()
    while pending:
        path = pending.pop()
        try:
            about = path.stat()
            if not stat.S_ISDIR(about.st_mode):
                yield path
            elif (about.st_dev, about.st_ino) not in entered:
                entered.add((about.st_dev, about.st_ino))
                inside = sorted(path.iterdir(), reverse=True)
                pending += [entry for entry in inside if not _is_left_out(entry.name)]
        except OSError:
            yield path


def _is_left_out(name: str) -> bool:
    """Whether a file of this name does not belong to the corpus."""
    return archive.is_noise(name) or name.lower() == METADATA_FILE


def read_file(path: Path, source: str) -> Iterator[Draft | ReadError]:
    """Yield the reports in a file, and a ``ReadError`` for all that cannot be read.

    A plain file yields its report, then an error for each part that is missing; or one error.
    An archive yields the same for each of its files, under sources like
    ``pack.zip/inner/a.txt``. Nothing is raised.
    """
    try:
        _check(path, source)
        if path.suffix.lower() != _ARCHIVE:
            draft = _read_plain(path, source)
            yield draft
            yield from (ReadError(source, problem) for problem in draft.problems)
            return
        for member in archive.unpack(path, source, _refuse):
            if isinstance(member, ReadError):
                yield member
            else:
                yield from read_file(*member)
    except ReadError as error:
        yield error
    except PermissionError as error:
        yield _caused(ReadError(source, "没有读取权限；请检查文件的权限"), error)
    except FileNotFoundError as error:
        yield _caused(ReadError(source, "文件不存在（可能刚被移走，或是失效的链接）"), error)
    except Exception as error:  # of any parser; the rest of the corpus is still read
        yield failure(source, "读取时出错", error)


def failure(source: str, during: str, cause: Exception) -> ReadError:
    """The ``ReadError`` for an exception that nobody foresaw."""
    reason = f"{during}（{type(cause).__name__}），文件可能已损坏；请打开后另存再试"
    return _caused(ReadError(source, reason), cause)


def _caused(error: ReadError, cause: Exception) -> ReadError:
    """The error with its cause, to be yielded rather than raised."""
    error.__cause__ = cause
    return error


def _check(path: Path, source: str) -> None:
    """Raise ``ReadError`` for a file that is no report, as far as its name and size tell."""
    about = path.stat()
    if stat.S_ISDIR(about.st_mode):
        list(path.iterdir())  # raises the reason why it could not be listed
    if not stat.S_ISREG(about.st_mode):
        raise ReadError(source, "不是普通文件")
    reason = _refuse(path.name)
    if reason:
        raise ReadError(source, reason)
    if about.st_size == 0:
        raise ReadError(source, "空文件")
    max_bytes = MAX_ARCHIVE_BYTES if path.suffix.lower() == _ARCHIVE else MAX_FILE_BYTES
    if about.st_size > max_bytes:
        raise ReadError(source, f"超过 {max_bytes // MEGABYTE} MB；请拆分，或只留下报告部分")


def _refuse(name: str) -> str:
    """The reason why a file of this name cannot be read, or ""."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in SUFFIXES:
        return ""
    readable = " ".join(SUFFIXES)
    return f"不能读 {suffix or '没有扩展名的文件'}；请另存为能读的格式（{readable}）"


def _read_plain(path: Path, source: str) -> Draft:
    """Read the one report of a file that is no archive; raises ``ReadError``."""
    draft = _READERS[path.suffix.lower()](path, source)
    characters = sum(len(block.text) for block in draft.blocks)
    if characters > MAX_CHARACTERS:
        raise ReadError(source, f"超过 {MAX_CHARACTERS // 10_000} 万字，请拆分成几个文件")
    if not any(block.text.strip() for block in draft.blocks):
        raise ReadError(source, "里面没有文字")
    return draft
