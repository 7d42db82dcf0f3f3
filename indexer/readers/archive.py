"""Unpacks the files in a .zip, one after another, each under a name of our own.

Every member gets a source of its own, even where two have the same name.

Nothing in an archive is trusted. Members are unpacked to numbered files in a temporary
folder, so that no name can lead out of it, and no member can be larger than the size
that its header states, which is checked against the limits.
"""

from __future__ import annotations

import lzma
import posixpath
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from engine.errors import ReadError
from indexer.limits import (
    MAX_FILE_BYTES,
    MAX_INFLATED_BYTES,
    MAX_MEMBERS,
    MAX_RATIO,
    MEGABYTE,
    UNSUSPECTED_BYTES,
)
from indexer.obstacles import obstacle
from indexer.readers.decode import likelier_utf8_or_gb18030

_UTF8_NAMES = 0x800  # flag bit 11 of a member
_ENCRYPTED = 0x1
NESTED = "是压缩包里的压缩包，没有读取；请先解压"
_TOO_LARGE = "压缩包解开后大得反常（疑似压缩炸弹），没有读取；请解压检查后再放入"
_BROKEN = "压缩包已损坏或不完整；请重新下载或重新压缩"
_LEFTOVERS = ("__macosx", "thumbs.db", "desktop.ini")
_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError)
# What zipfile raises for a damaged member, or for one packed or encrypted in a way it lacks.
UNREADABLE = (*_DAMAGED, NotImplementedError, RuntimeError)


def check_sizes(archive: zipfile.ZipFile, packed_bytes: int, max_bytes: int, source: str) -> None:
    """Raise ``ReadError`` for an archive with too many members, or too large ones.

    ``packed_bytes`` is the size of the archive, ``max_bytes`` the limit for all members
    together. The sizes are those of the headers; they are reliable, because zipfile stops
    at the stated size, and finds a wrong checksum where there was more.
    """
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise ReadError(source, f"里面的文件超过 {MAX_MEMBERS} 个，请分成几个")
    unpacked = sum(member.file_size for member in members)
    if unpacked > max_bytes or unpacked > max(UNSUSPECTED_BYTES, packed_bytes * MAX_RATIO):
        raise ReadError(source, _TOO_LARGE)


class Member(NamedTuple):
    """An unpacked file: where it lies, its source to show, its name within the archive."""

    path: Path
    source: str
    name: str


def unpack(
    path: Path, source: str, refuse: Callable[[str], str], left_out: str = ""
) -> Iterator[Member | ReadError]:
    """Yield each member of a .zip as a temporary file, or as an error.

    The file is deleted when the next member is requested. ``refuse`` gives the reason why
    a file of a name is not read, or ""; files called ``left_out`` are passed over. A member that
    cannot be unpacked yields a ``ReadError`` with its own source; an archive that cannot be
    opened raises one.
    """
    used: Counter[str] = Counter()
    with _open(path, source) as archive, tempfile.TemporaryDirectory() as folder:
        check_sizes(archive, path.stat().st_size, MAX_INFLATED_BYTES, source)
        for number, member in enumerate(archive.infolist()):
            name = _name(member)
            parts = PurePosixPath(name).parts
            noise = not parts or any(map(is_noise, parts)) or parts[-1].lower() == left_out
            if name.endswith("/") or noise:
                continue
            inner_source = f"{source}/{_unused(name, used)}"
            target = Path(folder, f"{number}{PurePosixPath(name).suffix.lower()}")
            reason = (
                _reason_to_skip(member, name) or refuse(name) or _extract(archive, member, target)
            )
            yield ReadError(inner_source, reason) if reason else Member(target, inner_source, name)
            target.unlink(missing_ok=True)


def tables(path: Path, source: str, file_name: str) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of each member that is called ``file_name``, outer ones first.

    Those that cannot be unpacked are left to ``unpack``, which names them.
    """
    with _open(path, source) as archive:
        check_sizes(archive, path.stat().st_size, MAX_INFLATED_BYTES, source)
        found = [(_name(member), member) for member in archive.infolist()]
        for name, member in sorted(found, key=lambda pair: pair[0].count("/")):
            is_table = PurePosixPath(name).name.lower() == file_name
            if is_table and not _reason_to_skip(member, name):
                try:
                    data = archive.read(member)
                except UNREADABLE as error:
                    _raise_obstacle(error)
                    continue
                yield name, data


def names(path: Path, source: str) -> set[str]:
    """The names of all files in a .zip."""
    with _open(path, source) as archive:
        return {_name(member) for member in archive.infolist()}


def _unused(name: str, used: Counter[str]) -> str:
    """``总结.txt``, for a second member of that name ``总结（2）.txt``; counts it in ``used``."""
    stem, suffix = posixpath.splitext(name)
    unused = name
    while used[unused]:
        used[name] += 1
        unused = f"{stem}（{used[name]}）{suffix}"
    used[unused] += 1
    return unused


def _open(path: Path, source: str) -> zipfile.ZipFile:
    """Open the archive; raises ``ReadError`` where the file is none."""
    try:
        return zipfile.ZipFile(path)
    except _DAMAGED as error:
        raise ReadError(source, _BROKEN) from error


def is_noise(name: str) -> bool:
    """Whether a file of this name is a leftover of a system or an editor, to pass over silently."""
    hidden = name.startswith((".", "~$")) and name != ".."
    return hidden or name.lower() in _LEFTOVERS


def _name(member: zipfile.ZipInfo) -> str:
    """The member's name as its author saw it, with ``/`` between folders.

    Where the archive does not declare UTF-8, zipfile decodes code page 437. Such a name is
    really UTF-8 that was not declared, or GB 18030 from a Chinese Windows.
    """
    name = member.filename
    if not member.flag_bits & _UTF8_NAMES:
        try:
            data = member.orig_filename.encode("cp437")
        except UnicodeEncodeError:  # the name came from an extra field, and is decoded already
            return name
        name = likelier_utf8_or_gb18030(data)
    return name.split("\0")[0].replace("\\", "/")


def _reason_to_skip(member: zipfile.ZipInfo, name: str) -> str:
    """The reason for not unpacking a member, or ""."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or path.parts[0][1:2] == ":":
        return "文件名指向压缩包之外，没有读取；请解压检查后再放入"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "是符号链接，没有读取；请放入文件本身"
    if path.suffix.lower() == ".zip":
        return NESTED
    if member.flag_bits & _ENCRYPTED:
        return "已加密；请解压后再放入"
    if member.file_size > MAX_FILE_BYTES:
        return f"超过 {MAX_FILE_BYTES // MEGABYTE} MB；请拆分，或只留下报告部分"
    return ""


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> str:
    """Write a member to ``target``; returns the reason where that fails, else ""."""
    try:
        with archive.open(member) as inside, target.open("wb") as outside:
            shutil.copyfileobj(inside, outside)
    except (NotImplementedError, RuntimeError):
        return "压缩方式不受支持；请解压后再放入，或重新压缩为普通 .zip"
    except _DAMAGED as error:
        _raise_obstacle(error)
        return _BROKEN
    return ""


def _raise_obstacle(error: BaseException) -> None:
    """Raise an error again that says nothing of the archive, such as a full disk."""
    if obstacle("", error):
        raise error
