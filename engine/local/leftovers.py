"""Files that a writer left behind: it was killed, it failed, or it gave its change up.

A file is ours if its name is one that a writer of this package gives, and needed if the newest
table of contents or its manifest names it. What is ours and not needed is left over. Where either
of the two cannot be read nothing counts as left over, since it may be what is left of the index.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from whoosh.index import TOC, EmptyIndexError

from engine.columns import layout, texts
from engine.errors import IndexCorrupt
from engine.local.manifest import Manifest
from engine.local.store import NAME, open_index

_OURS = re.compile(
    rf"_{NAME}_[0-9]+\.toc(\.[0-9]+\.[0-9]+)?"  # with a time until it is renamed
    rf"|{NAME}_[0-9a-z]{{16}}({re.escape(layout.EXTENSION)}|{re.escape(texts.EXTENSION)})"
    r"|manifest_[0-9]+\.json|clusters_[0-9]+\.npy",
    re.ASCII,
)
_TEMPORARY = f"{NAME}.tmp"  # an empty folder, which earlier versions made


def leftovers(folder: Path) -> list[Path]:
    """Return the files in a folder that a writer left behind.

    While another writer is at work, its unfinished files are among them.
    """
    try:
        index = open_index(folder)
        generation = index.latest_generation()
        manifest = Manifest.load(folder, generation)
    except (OSError, ValueError, EmptyIndexError, IndexCorrupt):
        return []
    needed = {
        *manifest.index_files,
        TOC._filename(NAME, generation),
        Manifest.path(folder, generation).name,
    }
    return sorted(path for path in _ours(folder) if path.name not in needed)


def remove_leftovers(folder: Path) -> None:
    """Remove what writers left behind; to be called by whoever holds the lock of the index.

    What the system does not let go, as Windows does with open files, is left to the next writer.
    """
    for path in leftovers(folder):
        with suppress(OSError):
            path.rmdir() if path.is_dir() else path.unlink()


def _ours(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name == _TEMPORARY:
            if path.is_dir() and not path.is_symlink() and not any(path.iterdir()):
                yield path
        elif _OURS.fullmatch(path.name) and (path.is_file() or path.is_symlink()):
            yield path
