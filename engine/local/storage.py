"""Whoosh's folder of files, made safe against power cuts and against prepared files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.filedb.structfile import BufferFile

from engine.columns.codec import ColumnSegment
from engine.columns.contents import read_segments
from engine.local.files import sync

_CONTENTS = ".toc"


class _Contents(BufferFile):  # type: ignore[misc]
    """A table of contents, of which nothing is read as code."""

    def read_string(self) -> bytes:
        """Whoosh calls this for a pickled schema, where it is not given one."""
        raise ValueError("the schema is not read from the index")

    def read_pickle(self) -> list[ColumnSegment]:
        indexname = self._name[1:].rpartition("_")[0]  # of ``_MAIN_3.toc``
        return read_segments(self.file, indexname)


class Storage(FileStorage):  # type: ignore[misc]
    """A folder of files.

    Only tables of contents are renamed. ``before_contents`` is called with the path and
    the coming name of each, once it has reached the disk; Whoosh itself never syncs.
    A table of contents is read at once, so that a damaged one is not left open. Columns
    need no temporary files, so these go nowhere: Whoosh would end by deleting whatever
    is in their folder, and that may be a link to another one.
    """

    before_contents: Callable[[Path, str], None] = staticmethod(lambda path, name: None)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        path = Path(self.folder) / oldname
        sync(path)
        self.before_contents(path, newname)
        super().rename_file(oldname, newname, safe)
        sync(Path(self.folder))

    def open_file(self, name: str, **options: Any) -> Any:
        if name.endswith(_CONTENTS):
            content = (Path(self.folder) / name).read_bytes()
            return _Contents(memoryview(content), name=name)
        return super().open_file(name, **options)

    def temp_storage(self, name: str | None = None) -> RamStorage:
        return RamStorage()
