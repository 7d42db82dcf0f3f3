"""Reads Word documents (.docx, .docm, .dotx): paragraphs and table rows as the page has them.

The parts that a document refers to are found here; ``word/document.py`` walks over them.
A part that cannot be read is named, and the rest is kept.
"""

from __future__ import annotations

import io
import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.errors import ReadError
from indexer.draft import Block, Draft
from indexer.readers.word.document import Sources, document_blocks, stated_title
from indexer.readers.word.inserted import inserted_blocks
from indexer.readers.word.package import BadPart, Package, W, open_zip

_OLE = b"\xd0\xcf\x11\xe0"  # what .doc files and encrypted .docx files begin with
_ZIP = b"PK\x03\x04"
_BROKEN = "Word 文档已损坏；请用 Word 或 WPS 打开，另存为 .docx 后再试"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MAX_INSERTED_DEPTH = 3  # documents inserted into each other
_PART_NAMES = {"header": "页眉", "footnotes": "脚注", "endnotes": "尾注"}


def read(path: Path, source: str) -> Draft:
    """Read a Word document; raises ``ReadError`` where it is broken, encrypted or a bomb."""
    with path.open("rb") as file:
        if file.read(4) == _OLE:
            raise ReadError(source, "是加密的或旧版的 Word 文档；请去掉密码，另存为 .docx 后再试")
        return read_package(open_zip(file, source), source)


def read_package(package: Package, source: str, depth: int = 0) -> Draft:
    """Read the document in a package; raises ``ReadError`` where it has none.

    ``depth`` counts the documents that this one is inserted into.
    """
    parts = _Parts(package, source, depth)
    try:
        root = parts.root()
        sources = parts.sources(root)
        blocks = tuple(document_blocks(sources))
        metadata = stated_title(_title(package), blocks)
    except (BadPart, ValueError) as error:
        raise ReadError(source, _BROKEN) from error
    except RecursionError as error:
        raise ReadError(source, "Word 文档嵌套过深；请把内容复制到新文档后再试") from error
    return Draft(source, blocks, metadata, problems=tuple(sources.problems))


class _Parts:
    """Finds the parts of a document in its package."""

    def __init__(self, package: Package, source: str, depth: int) -> None:
        self._package, self._source, self._depth = package, source, depth
        named = [*package.related("", "officeDocument"), "word/document.xml"]
        self._name = named[0]
        self._relations = package.relations(self._name)
        self._problems: list[str] = []
        self._inserted_parts: set[str] = set()  # each is read once, however often it is named

    def root(self) -> Any:
        """The root element of the main part; raises ``BadPart`` where it is no document."""
        root = self._package.xml(self._name)
        if root.tag != f"{W}document" or root.find(f"{W}body") is None:
            raise BadPart(self._name)
        return root

    def sources(self, root: Any) -> Sources:
        """All that the walk over the document needs."""
        notes = {
            (kind, note.get(f"{W}id", "")): note
            for kind in ("footnote", "endnote")
            for notes in self._each(f"{kind}s")
            for note in notes.iterfind(f"{W}{kind}")
        }
        return Sources(
            root.find(f"{W}body"),
            next(self._each("styles"), None),
            next(self._each("numbering"), None),
            notes,
            self._header,
            self._inserted,
            self._diagram,
            self._problems,
        )

    def _each(self, kind: str) -> Iterator[Any]:
        """The root elements of the parts of a kind that are there and whole."""
        targets = [its.target for its in self._relations.values() if its.kind == kind]
        parts = (self._part(target, kind) for target in targets)
        return (part for part in parts if part is not None)

    def _part(self, name: str, kind: str) -> Any:
        """A part's root element; None, and a problem where text is lost, if it is broken."""
        try:
            return self._package.xml(name)
        except BadPart:
            if kind in _PART_NAMES and self._package.get(name):
                self._problems.append(f"{_PART_NAMES[kind]}已损坏，没有读取；请另存为 .docx 后再试")
            return None

    def _header(self, key: str) -> Any:
        """The root element of a header; None where it is not there, or broken."""
        return self._part(self._relations[key].target, "header") if key in self._relations else None

    def _inserted(self, key: str) -> list[Block]:
        """The blocks of a document that this one inserts; a problem where it cannot be read."""
        target = self._relations[key].target if key in self._relations else ""
        if target in self._inserted_parts:
            return []
        self._inserted_parts.add(target)
        try:
            data = self._package.data(target)
            if not data.startswith(_ZIP):
                return inserted_blocks(data, self._source)
            if self._depth >= _MAX_INSERTED_DEPTH:
                raise ReadError(self._source, "插入的文档嵌套过深")
            package = open_zip(io.BytesIO(data), self._source)
            draft = read_package(package, self._source, self._depth + 1)
        except (BadPart, ReadError):
            name = posixpath.basename(target) or key
            self._problems.append(f"插入的文档 {name} 没有读取；请在 Word 里打开，另存后再试")
            return []
        self._problems += draft.problems
        return list(draft.blocks)

    def _diagram(self, key: str) -> list[Block]:
        """The texts of a diagram (SmartArt), which stand in a part of their own."""
        target = self._relations[key].target if key in self._relations else ""
        if not target or target in self._inserted_parts:
            return []
        self._inserted_parts.add(target)
        try:
            root = self._package.xml(target)
        except BadPart:
            self._problems.append("一处图示（SmartArt）已损坏，没有读取")
            return []
        paragraphs = (
            "".join(text.text or "" for text in paragraph.iter(f"{_DRAWN}t"))
            for paragraph in root.iter(f"{_DRAWN}p")
        )
        return [Block(text) for text in paragraphs if text.strip()]


def _title(package: Package) -> str:
    """The title among the document's properties, or ""."""
    for name in package.related("", "core-properties"):
        try:
            return str(package.xml(name).findtext(_TITLE) or "")
        except BadPart:
            continue
    return ""
