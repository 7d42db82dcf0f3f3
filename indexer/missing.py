"""Known files that a run does not find: which of them stay in the index all the same.

A folder that may not be listed, or a disk that is not connected, looks like a folder whose files
were deleted. So a file that is not found is taken out only where its folder shows most of the
others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from engine.errors import ReadError
from engine.model import FileRecord
from indexer.stamps import Stamp, is_unchanged

_Records = Mapping[str, FileRecord]


def keep_missing(
    before: _Records, found: Collection[str], remove: bool
) -> tuple[set[str], list[ReadError]]:
    """Return the paths of files to keep although they were not found, and why, for a person.

    ``before`` has the known files and ``found`` all paths that the run found, also those of
    folders that it could not list. ``remove``: files that a folder does not show are gone.
    """
    missing = [path for path in before if path not in found and before[path].reports]
    unlisted, absent = defaultdict(list), defaultdict(list)
    for path in missing:
        if folder := _unlisted_folder(path, found):
            unlisted[folder].append(path)
        else:
            absent[_root(path, before[path])].append(path)
    kept, problems = set[str](), []
    for folder, paths in unlisted.items():
        kept.update(paths)
        problems.append(
            ReadError(folder, f"打不开；里面原有的{len(paths)}个文件仍按原来的收着，请检查权限")
        )
    if remove or not absent:
        return kept, problems
    held, new = _held(before), _new_files(before, found)
    for root, paths in absent.items():
        if 2 * len(paths) <= held[root]:
            continue
        lost = [path for path in paths if not _moved(before[path], new)]
        if 2 * len(lost) > held[root]:
            kept.update(lost)
            problems.append(ReadError(root, _reason(len(lost), held[root])))
    return kept, problems


def _reason(lost: int, held: int) -> str:
    return (
        f"原有{held}个文件，现在不见了{lost}个，也许是磁盘没有接好；仍按原来的收着。"
        "如果确实删掉了，请加 --remove 再运行一次"
    )


def _root(path: str, record: FileRecord) -> str:
    """The folder that was named when a file went in."""
    inside = record.source.partition("/")[2]
    return path.removesuffix(f"/{inside}") if inside else str(Path(path).parent)


def _held(before: _Records) -> Mapping[str, int]:
    """The number of files that each folder held."""
    held: dict[str, int] = defaultdict(int)
    for path, record in before.items():
        if record.reports:
            held[_root(path, record)] += 1
    return held


def _unlisted_folder(path: str, found: Collection[str]) -> str:
    """The folder above a file that was found but not listed, or ""."""
    above = (str(folder) for folder in Path(path).parents)
    return next((f for f in above if f in found and not _is_file(f)), "")


def _is_file(path: str) -> bool:
    try:
        return Path(path).is_file()
    except OSError:
        return False


def _new_files(before: _Records, found: Iterable[str]) -> Mapping[int, list[Path]]:
    """The files that no run has seen before, by their size in bytes."""
    new: dict[int, list[Path]] = defaultdict(list)
    for path in found:
        if path not in before:
            with suppress(OSError):
                new[Path(path).stat().st_size].append(Path(path))
    return new


def _moved(record: FileRecord, new: Mapping[int, list[Path]]) -> bool:
    """Whether a new file has the bytes of one that is missing."""
    stamp = Stamp(record.size, 0, record.sha256)
    return any(is_unchanged(path, stamp) for path in new.get(record.size, ()))
