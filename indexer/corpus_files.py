"""The files of a corpus, each with what ``metadata.csv`` tables state of it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from engine.errors import ReadError
from engine.model import FileRecord
from indexer.metadata import Statements, read_metadata
from indexer.read import find_files


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """A file of the corpus; ``stated`` is what ``metadata.csv`` says of it, as JSON."""

    path: Path
    source: str
    stated: str = ""


def corpus_files(
    root: Path,
    before: Mapping[str, FileRecord] = MappingProxyType({}),
    index: Path | None = None,
) -> Iterator[CorpusFile | ReadError]:
    """Yield the files of one corpus folder (or one file), and what is wrong with its tables.

    Where a table cannot be read now, what it stated of the files in ``before`` stays. A folder
    ``index`` inside the corpus is no part of it; raises ``ReadError`` where both are one.
    """
    root, index = root.resolve(), index and index.resolve()
    if root == index:
        raise ReadError(str(root), "索引就在这个文件夹里；请用 --index 把索引放到别处")
    base = root if root.is_dir() else root.parent
    stated: dict[Path, Statements | None] = {}
    for path in find_files(root, index):
        if not _is_utf8(path):
            name = os.fsencode(path.name).decode("gb18030", "replace")
            yield ReadError(name, "路径不是 UTF-8 编码；请改名后再试")
            continue
        for folder in path.parents:
            if folder not in stated and base in (folder, *folder.parents):
                stated[folder], faults = read_metadata(folder)
                yield from faults
        source = f"{root.name}/{path.relative_to(root).as_posix()}" if path != root else root.name
        values = _stated(path, stated)
        if values is None:
            values = before[str(path)].stated if str(path) in before else ""
        yield CorpusFile(path, source, values)


def _stated(path: Path, tables: Mapping[Path, Statements | None]) -> str | None:
    """What the tables above a file state of it; None where one of them cannot be read."""
    values: dict[str, str] = {}
    for folder in reversed(path.parents):  # the table nearest to the file has the last word
        table = tables.get(folder, {})
        if table is None:
            return None
        values |= table.get(path.relative_to(folder).as_posix(), {})
    return json.dumps(values, ensure_ascii=False) if values else ""


def is_inside(path: str, corpus: Sequence[Path]) -> bool:
    """Whether a path is one of the corpus, or inside one of its folders."""
    return any(root.resolve() in (Path(path), *Path(path).parents) for root in corpus)


def _is_utf8(path: Path) -> bool:
    """Whether a path can be written down; those from an old Windows archive may not."""
    try:
        return bool(str(path).encode())
    except UnicodeEncodeError:
        return False
