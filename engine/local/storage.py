"""Whoosh's storage in a folder, made safe against power cuts and prepared files."""

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
    """A table of contents that is read as data."""

    def read_string(self) -> bytes:
        """Refuse to read the pickled schema; ``schema()`` is passed to Whoosh instead."""
        raise ValueError("the schema is not read from the index")

    def read_pickle(self) -> list[ColumnSegment]:
        indexname = self._name[1:].rpartition("_")[0]  # of ``_MAIN_3.toc``
        return read_segments(self.file, indexname)


class Storage(FileStorage):  # type: ignore[misc]
    """A folder of files.

    Whoosh writes a table of contents under another name and renames it. Here it reaches the disk
    first, since Whoosh never syncs. Then ``before_contents`` is called with its path and its
    new name. A table of contents is read into memory at once, so that a damaged one is not left
    open. Temporary files, which columns do not need, stay in memory: Whoosh would create a
    folder for them and delete all files in it, even if the folder is a link.
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
