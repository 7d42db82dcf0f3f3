"""Finds the files of a corpus and reads them into drafts.

No file is left out silently. Every file of a corpus is either read or named
with the reason why it is not, and one bad file never stops the others.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path, PurePosixPath

from engine.errors import ReadError
from engine.folding import HAN
from indexer.deadline import time_limit
from indexer.draft import Draft
from indexer.formats import format_of, has_tags
from indexer.limits import (
    MAX_ARCHIVE_BYTES,
    MAX_CHARACTERS,
    MAX_FILE_BYTES,
    MAX_FILE_SECONDS,
    MEGABYTE,
)
from indexer.metadata import METADATA_FILE, parse_metadata
from indexer.obstacles import obstacle
from indexer.readers import archive, docx, html, mht, odt, ofd, office, pdf, sheets, text, word2003

Reader = Callable[[Path, str], Draft]

_READERS: Mapping[str, Reader] = {  # by the format that the bytes show
    "pdf": pdf.read,
    "docx": docx.read,
    "odt": odt.read,
    "word-2003-xml": word2003.read,
    "flat-opc": word2003.read,
    "doc": office.read,
    "rtf": office.read,
    "sheet": sheets.read,
    "ofd": ofd.read,
    "mht": mht.read,
}
_BY_SUFFIX: Mapping[str, Reader] = {  # where the bytes leave it open
    ".txt": text.read,
    ".text": text.read,
    ".md": text.read,
    ".markdown": text.read,
    ".html": html.read,
    ".htm": html.read,
    ".shtml": html.read,
    ".xhtml": html.read,
    ".mht": mht.read,
    ".mhtml": mht.read,
    **dict.fromkeys((".docx", ".docm", ".dotx", ".dotm"), docx.read),
    **dict.fromkeys((".odt", ".ott", ".fodt"), odt.read),
    ".xml": word2003.read,
    ".pdf": pdf.read,
    ".ofd": ofd.read,
    ".doc": office.read,
    ".wps": office.read,
    ".rtf": office.read,
    ".xlsx": sheets.read,
    ".xls": sheets.read,
    ".et": sheets.read,
}
_WITH_PROCESSES = (pdf.read, office.read, sheets.read)
_HAN = re.compile(f"[{HAN}]")
_WEB = (".html", ".htm", ".shtml", ".xhtml")
_ARCHIVE = ".zip"
SUFFIXES = (*_BY_SUFFIX, _ARCHIVE)  # of the files that are read, in lower case

_UNPACK = "请解压后再放入，或重新压缩为 .zip"
_TO_PDF = "请用 CAJViewer 打开，打印或另存为 PDF，再做文字识别（OCR）"
_NO_TEXT = "不是文字；其中如有报告，请先做文字识别（OCR），另存为 .docx 或文本"
_REASONS: Mapping[str, str] = {  # formats that are not read, and the remedy
    "rar": f"是 RAR 压缩包；{_UNPACK}",
    "7z": f"是 7z 压缩包；{_UNPACK}",
    "gzip": f"是压缩文件；{_UNPACK}",
    "caj": f"是 CAJ 文件；{_TO_PDF}",
    "ceb": "是方正 CEB 文件；请用 Apabi Reader 打开，打印或另存为 PDF",
    "slides": "是演示文稿；请用 WPS 或 PowerPoint 另存为 PDF",
    "encrypted": "已加密；请去掉密码，另存后再放入",
    "excel-2003-xml": "是 Excel 2003 XML 表格；请用 Excel 或 WPS 另存为 .xlsx",
    "picture": f"是图片，{_NO_TEXT}",
    "media": f"是音视频或图片，{_NO_TEXT}",
    "program": "是程序，不是文档",
}
_DATA = "是数据或程序文件，不是报告；如有正文，请另存为文本（.txt）"
_REASONS_BY_SUFFIX: Mapping[str, str] = {
    ".rar": _REASONS["rar"],
    ".7z": _REASONS["7z"],
    **dict.fromkeys((".gz", ".tar", ".tgz", ".bz2", ".xz"), _REASONS["gzip"]),
    **dict.fromkeys((".caj", ".kdh", ".nh"), _REASONS["caj"]),
    ".ceb": _REASONS["ceb"],
    **dict.fromkeys((".ppt", ".pptx", ".dps"), _REASONS["slides"]),
    **dict.fromkeys(
        (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff"), _REASONS["picture"]
    ),
    **dict.fromkeys((".csv", ".tsv"), "是数据表；请用 Excel 或 WPS 另存为 .xlsx"),
    **dict.fromkeys((".json", ".css", ".js", ".py", ".log", ".ini", ".yml", ".yaml"), _DATA),
    **dict.fromkeys((".toml", ".sql", ".sh", ".bat", ".exe", ".dll"), _DATA),
}


def corpora(named: Sequence[Path], or_none: bool = False) -> Sequence[Path]:
    """The paths that a command reads: ``named``, else ``YINJU_CORPUS``, else ``corpus``.

    With ``or_none``, there may be no ``corpus``; then nothing is read.
    """
    if named:
        return named
    if stated := os.environ.get("YINJU_CORPUS"):
        return (Path(stated),)
    default = Path("corpus")
    return () if or_none and not default.exists() else (default,)


def find_files(corpus: Path, index: Path | None = None) -> Iterator[Path]:
    """Yield every file of a corpus (a file or a folder), in the order of their names.

    ``metadata.csv``, hidden files and leftovers of editors and systems are left out, and so is
    the folder ``index``.
    Files of unknown types are yielded, so that ``read_file`` can say what is wrong with
    them; so is a folder that cannot be listed. Links are followed, but no folder is
    entered twice. Raises ``ReadError`` where the corpus does not exist.
    """
    try:
        corpus.stat()
    except OSError as error:
        raise ReadError(str(corpus), "没有这个文件或文件夹，或没有权限；请检查路径") from error
    pending = [corpus]
    entered = {_identity(index.stat())} if index and index.exists() else set()
    while pending:
        path = pending.pop()
        try:
            about = path.stat()
            if not stat.S_ISDIR(about.st_mode):
                yield path
            elif _identity(about) not in entered:
                entered.add(_identity(about))
                inside = sorted(path.iterdir(), reverse=True)
                pending += [entry for entry in inside if not _is_left_out(entry.name)]
        except OSError:
            yield path


def _identity(about: os.stat_result) -> tuple[int, int]:
    """What tells a folder from all others, by whichever path it is found."""
    return about.st_dev, about.st_ino


def _is_left_out(name: str) -> bool:
    """Whether a file of this name does not belong to the corpus."""
    return archive.is_noise(name) or name.lower() == METADATA_FILE


def may_hang(path: Path) -> bool:
    """Whether a parser that may never return reads a file, and has no process of its own."""
    try:
        reader = path.is_file() and _reader(path, "", format_of(path))
    except (OSError, ReadError):  # nothing of it is read
        return False
    if not reader or reader in _WITH_PROCESSES:
        return False
    return reader is not text.read or has_tags(path)


def read_file(path: Path, source: str, packed: bool = False) -> Iterator[Draft | ReadError]:
    """Yield the reports in a file, and a ``ReadError`` for all that cannot be read.

    A plain file yields its report, then an error for each part that is missing; or one error.
    An archive yields the same for each of its files, under sources like
    ``pack.zip/inner/a.txt``. Nothing is raised. ``packed``: the file comes from an archive, so
    that it must be none itself.
    """
    try:
        _check(path, source)
        found, suffix = format_of(path), path.suffix.lower()
        if (found == "zip" and suffix not in _BY_SUFFIX) or (not found and suffix == _ARCHIVE):
            if packed:
                raise ReadError(source, archive.NESTED)
            yield from _read_archive(path, source)
        else:
            yield from _read_plain(path, source, found)
    except ReadError as error:
        yield obstacle(source, error) or error
    except Exception as error:  # of any parser; the rest of the corpus is still read
        yield obstacle(source, error) or failure(source, "读取时出错", error)


def _read_archive(path: Path, source: str) -> Iterator[Draft | ReadError]:
    """Read the members of an archive; a ``metadata.csv`` in it describes those beside it."""
    tables: dict[str, Mapping[str, Mapping[str, str]]] = {}
    names = archive.names(path, source)
    for name, data in archive.tables(path, source, METADATA_FILE):
        folder = name[: -len(METADATA_FILE)]
        tables[folder], faults = parse_metadata(data, f"{source}/{name}", _is_beside(folder, names))
        yield from faults
    for member in archive.unpack(path, source, _refuse, METADATA_FILE):
        if isinstance(member, ReadError):
            yield member
            continue
        stated = {  # the table nearest to the file has the last word
            column: value
            for folder, table in tables.items()
            if member.name.startswith(folder)
            for column, value in table.get(member.name[len(folder) :], {}).items()
        }
        for result in read_file(member.path, member.source, packed=True):
            if isinstance(result, Draft) and stated:
                yield replace(result, stated=stated)
            else:
                yield result


def _is_beside(folder: str, names: Collection[str]) -> Callable[[str], bool]:
    return lambda file: f"{folder}{file}" in names


def failure(source: str, during: str, cause: Exception) -> ReadError:
    """The ``ReadError`` for an exception that nobody foresaw."""
    reason = f"{during}（{type(cause).__name__}），文件可能已损坏；请打开后另存再试"
    error = ReadError(source, reason)
    error.__cause__ = cause
    return error


def _check(path: Path, source: str) -> None:
    """Raise ``ReadError`` for a file that is no report, as far as its name and size tell."""
    about = path.stat()
    if stat.S_ISDIR(about.st_mode):
        list(path.iterdir())  # raises the reason why it could not be listed
    if not stat.S_ISREG(about.st_mode):
        raise ReadError(source, "不是普通文件")
    if about.st_size == 0:
        raise ReadError(source, "空文件")
    max_bytes = MAX_ARCHIVE_BYTES if path.suffix.lower() == _ARCHIVE else MAX_FILE_BYTES
    if about.st_size > max_bytes:
        raise ReadError(source, f"超过 {max_bytes // MEGABYTE} MB；请拆分，或只留下报告部分")


def _refuse(name: str) -> str:
    """The reason not even to unpack a file of this name, or ""."""
    return _REASONS_BY_SUFFIX.get(PurePosixPath(name).suffix.lower(), "")


def _read_plain(path: Path, source: str, found: str) -> Iterator[Draft | ReadError]:
    """Yield the one report of a file that is no archive, and its problems; raises ``ReadError``.

    ``found`` is the format that its bytes show.
    """
    reader = _reader(path, source, found)
    with nullcontext() if reader is pdf.read else time_limit(MAX_FILE_SECONDS, source):
        draft = reader(path, source)  # a PDF has limits of its own, for recognising takes long
    characters = sum(len(block.text) for block in draft.blocks)
    if characters > MAX_CHARACTERS:
        raise ReadError(source, f"超过 {MAX_CHARACTERS // 10_000} 万字，请拆分成几个文件")
    if not any(block.text.strip() for block in draft.blocks):
        raise ReadError(source, "里面没有文字")
    yield draft
    yield from (ReadError(source, problem) for problem in draft.problems)


def _reader(path: Path, source: str, found: str) -> Reader:
    """The reader for a file, by its bytes, else by its suffix; raises ``ReadError``."""
    suffix = path.suffix.lower()
    if found == "encrypted" and suffix == ".docx":
        return docx.read  # whose message is about Word
    if reader := _READERS.get(found):
        return reader
    if reason := _REASONS.get(found) or _REASONS_BY_SUFFIX.get(suffix):
        raise ReadError(source, reason)
    if suffix in _WEB and not has_tags(path):
        return text.read
    return _BY_SUFFIX.get(suffix, _read_unknown)


def _read_unknown(path: Path, source: str) -> Draft:
    """Read a file of an unknown suffix, if it is Chinese text; raises ``ReadError``."""
    readable = " ".join(SUFFIXES)
    kind = path.suffix.lower() or "没有扩展名的文件"
    reason = f"不能读 {kind}；请另存为能读的格式（{readable}）"
    try:
        draft = text.read(path, source)
    except ReadError as error:
        raise ReadError(source, reason) from error
    if not any(_HAN.search(block.text) for block in draft.blocks):
        raise ReadError(source, f"里面没有中文，{reason}")
    return draft
