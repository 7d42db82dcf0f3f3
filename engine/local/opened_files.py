"""Whether the files of an open index still have the content that they were opened with.

Columns and texts are read through memory maps, so whoever overwrites such a file changes what
is read, and who cuts it off ends the process that reads behind its end. A file that is removed or
replaced by rename does no harm: what is mapped stays as it was.
"""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Mapping
from pathlib import Path

from engine.columns import texts
from engine.columns.layout import EXTENSION
from engine.compatibility import remedy
from engine.errors import IndexCorrupt
from engine.local.files import checksum

_State = tuple[int, int, int]  # of a file: its inode, its size, its time of change in nanoseconds
_MAPPED = (EXTENSION, texts.EXTENSION)

_log = logging.getLogger(__name__)


class OpenedFiles:
    """The files of a manifest that are mapped, as they were when they were compared with it."""

    def __init__(self, files: Mapping[str, tuple[_State, str]]) -> None:
        """``files`` maps the path of each to its state, and to its checksum."""
        self._files = files
        self._sound = True

    @classmethod
    def compare(
        cls,
        folder: Path,
        index_files: Mapping[str, tuple[int, str]],
        checked: Mapping[str, tuple[int, str]],
    ) -> OpenedFiles:
        """Compare the files of a manifest with it; those in ``checked`` by their size only.

        Raises ``IndexCorrupt`` for a file of another content, ``OSError`` for one that cannot be
        read.
        """
        mapped = {}
        for name, (size, sum_) in index_files.items():
            path = folder / name
            state = _state(str(path))  # before it is read
            known = checked.get(name) == (size, sum_)
            if path.stat().st_size != size or (not known and checksum(path) != sum_):
                raise IndexCorrupt(f"索引文件 {path} 与清单不符。{remedy(folder)}")
            if state and name.endswith(_MAPPED):
                mapped[str(path)] = state, sum_
        return cls(mapped)

    def are_sound(self) -> bool:
        """Whether nothing says that a file was changed in place; asks for the state of each."""
        for path, (opened, _) in self._files.items():
            state = _state(path)
            if state != opened and _is_same_file(state, opened):
                self._sound = False
        return self._sound

    def check(self, bytes_per_second: float) -> None:
        """Read the files; ``are_sound`` is false from now on if one of them has other content."""
        for path, (opened, sum_) in self._files.items():
            try:
                differs = checksum(Path(path), bytes_per_second) != sum_
            except OSError as error:
                differs = error.errno == errno.EIO  # whoever reads the map is ended
            if self._sound and differs and _is_same_file(_state(path), opened):
                self._sound = False
                _log.error("%s 的内容被改动", path)


def _state(path: str) -> _State | None:
    """The state of a file; None where the file is gone."""
    try:
        about = os.stat(path)  # noqa: PTH116 - a path would cost as much again, for each search
    except OSError:
        return None
    return about.st_ino, about.st_size, about.st_mtime_ns


def _is_same_file(state: _State | None, opened: _State) -> bool:
    return state is not None and state[0] == opened[0]
