"""The index on disk: a Whoosh index, with a manifest for each generation.

A reader of generation ``n`` reads manifest ``n``, which names all files of the index.
``writer`` says how a generation is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from whoosh import fields, formats
from whoosh.analysis import Analyzer as WhooshAnalyzer
from whoosh.analysis import Token as WhooshToken
from whoosh.index import EmptyIndexError, FileIndex

from engine.compatibility import remedy
from engine.errors import IndexCorrupt
from engine.local.manifest import MANIFEST_NAME, Manifest
from engine.local.storage import Storage
from engine.model import FileRecord

NAME = "MAIN"


class ReadyTokens(WhooshAnalyzer):  # type: ignore[misc]
    """Takes a list of the texts of tokens and returns the tokens."""

    def __call__(self, value: Iterable[str], **_: Any) -> Iterator[WhooshToken]:
        token = WhooshToken()
        for token.pos, token.text in enumerate(value):
            yield token


def schema() -> fields.Schema:
    """Return the schema of an index, in which a document is a paragraph.

    ``words``, ``exact`` and ``title`` are the searched fields (see ``fields``). ``id`` is the key
    of the paragraph and ``report`` that of its group. ``label`` is its kind and its themes,
    ``data`` its other stored data.
    """
    return fields.Schema(
        id=fields.ID(stored=True),
        report=fields.ID(stored=True),
        label=fields.STORED(),
        words=fields.FieldType(formats.Frequency(), ReadyTokens(), scorable=True),
        exact=fields.FieldType(formats.Positions(), ReadyTokens(), scorable=True),
        title=fields.FieldType(formats.Positions(), ReadyTokens(), scorable=True),
        data=fields.STORED(),
    )


def clusters_path(folder: Path, generation: int) -> Path:
    """Return the file with the clusters of a generation (see ``duplicates``)."""
    return folder / f"clusters_{generation}.npy"


def open_index(folder: Path) -> FileIndex:
    """Open the index in a folder.

    Raises ``EmptyIndexError`` where there is none, ``IndexCorrupt`` where its table of contents
    cannot be read, ``OSError`` where a file is missing.
    """
    try:
        return FileIndex(Storage(str(folder)), schema(), NAME)
    except (OSError, EmptyIndexError):
        raise
    except Exception as error:  # a damaged table of contents fails in a dozen ways
        raise IndexCorrupt(f"索引 {folder} 的内容读不出来。{remedy(folder)}") from error


def last_manifest(folder: Path) -> Manifest | None:
    """The newest manifest in a folder that can be read; its index need not be fit to open."""
    generations = [int(m[1]) for p in folder.glob("*") if (m := MANIFEST_NAME.fullmatch(p.name))]
    for generation in sorted(generations, reverse=True):
        with suppress(OSError, ValueError):  # a stray one must not hide the others
            return Manifest.load(folder, generation)
    return None


def last_files(location: str) -> Mapping[str, FileRecord]:
    """See ``engine.engine.known_files``."""
    manifest = last_manifest(Path(location))
    return manifest.files if manifest else {}
