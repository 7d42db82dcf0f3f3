"""Opens a Word file, a .zip of parts that refer to each other, and writes it with some parts new.

What nobody changed is written as it was, byte for byte. Nothing in a file is trusted: sizes are
checked before anything is unpacked, and a part with a document type, which could expand or fetch
something, is refused, as Word refuses it.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from typing import Any, NamedTuple
from urllib.parse import unquote

from lxml import etree

from engine.errors import ReadError

_MAX_PARTS = 5_000
_MAX_BYTES = 200 * 1024 * 1024  # of all parts together, unpacked
_MAX_XML_BYTES = 20 * 1024 * 1024  # of a part that becomes a tree in memory
_MAX_DEPTH = 150  # of elements in each other; the walk over them is recursive
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of old .doc files, and of encrypted ones
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_TYPES_PART = "[Content_Types].xml"
_SIGNATURES = "_xmlsignatures/"
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError)
_BROKEN = "已损坏，或不是 Word 文件；请用 Word 或 WPS 打开，另存为 .docx 后再试"


class BadPart(Exception):
    """A part that is not there, or that is no XML as Word writes it."""


class Relation(NamedTuple):
    """A reference from a part: its kind (``footnotes``), and the name of a part or an address."""

    id: str
    kind: str
    target: str
    is_external: bool


def refuse(reason: str) -> ReadError:
    """The error for a file that cannot be read, to be raised."""
    return ReadError("Word 文件", reason)


class Package:
    """The parts of a Word file by their names, such as ``word/document.xml``.

    Raises ``ReadError`` where the bytes are no Word file, are encrypted or unpack to too much.
    """

    def __init__(self, data: bytes) -> None:
        if data.startswith(_OLE):
            raise refuse(
                "设有打开密码；请在 Word 或 WPS 里取消密码，保存后再试"
                if _ENCRYPTED in data
                else "是旧的 .doc 或 .wps 格式；请用 Word 或 WPS 打开，另存为 .docx 后再试"
            )
        try:
            self._members = _unpacked(data)
        except (*_DAMAGED, RuntimeError) as error:
            raise refuse(_BROKEN) from error
        self._names = {name.lower(): name for name in self._members}
        self._trees: dict[str, Any] = {}
        self._changed: set[str] = set()
        self._needed(_TYPES_PART)
        self.main = self._main()

    def _main(self) -> str:
        """The name of the part with the text."""
        for relation in self.relations(""):
            if relation.kind == "officeDocument" and relation.target.lower() in self._names:
                return self._names[relation.target.lower()]
        raise refuse(_BROKEN)

    def xml(self, name: str) -> Any:
        """The root element of a part; raises ``BadPart``."""
        name = self._names.get(name.lower(), name)
        if name not in self._trees:
            if name not in self._members:
                raise BadPart(name)
            self._trees[name] = _parse(self._members[name])
        return self._trees[name]

    def _needed(self, name: str) -> Any:
        """The root element of a part that a package cannot do without."""
        try:
            return self.xml(name)
        except BadPart as error:
            raise refuse(_BROKEN) from error

    def relations(self, name: str) -> list[Relation]:
        """What a part refers to; ``""`` is the package itself."""
        if _relations_part(name).lower() not in self._names:
            return []
        root = self._needed(_relations_part(name))
        return [
            Relation(
                entry.get("Id", ""),
                entry.get("Type", "").rpartition("/")[2],
                entry.get("Target", "")
                if is_external
                else _resolved(name, entry.get("Target", "")),
                is_external,
            )
            for entry in root.iterfind(f"{{{_RELATIONS}}}Relationship")
            for is_external in [entry.get("TargetMode") == "External"]
        ]

    def related(self, name: str, kind: str) -> str:
        """The name of the part of a kind that a part refers to, "" for none."""
        parts = [r.target for r in self.relations(name) if r.kind == kind and not r.is_external]
        return parts[0] if parts else ""

    def change(self, name: str) -> Any:
        """The root element of a part that is going to be changed; raises ``BadPart``."""
        root = self.xml(name)
        self._changed.add(self._names[name.lower()])
        return root

    def add(self, name: str, content_type: str, root: Any) -> str:
        """Add a part under this name, or a similar one that is free; returns its name."""
        stem, suffix = posixpath.splitext(name)
        number = 1
        while name.lower() in self._names:
            number += 1
            name = f"{stem}{number}{suffix}"
        self._insert(name, root)
        types = self.change(_TYPES_PART)
        override = etree.SubElement(types, f"{{{_TYPES}}}Override")
        override.set("PartName", f"/{name}")
        override.set("ContentType", content_type)
        return name

    def relate(self, name: str, kind: str, target: str, *, is_external: bool = False) -> str:
        """Make a part refer to another, or to an address; returns the new id.

        ``kind`` is the whole type of the relationship.
        """
        part = _relations_part(name)
        if part.lower() not in self._names:
            self._insert(
                part, etree.Element(f"{{{_RELATIONS}}}Relationships", nsmap={None: _RELATIONS})
            )
        root = self.change(part)
        used = {entry.get("Id") for entry in root}
        number = len(used) + 1
        while f"rId{number}" in used:
            number += 1
        entry = etree.SubElement(
            root, f"{{{_RELATIONS}}}Relationship", Id=f"rId{number}", Type=kind
        )
        entry.set("Target", target if is_external else f"/{target}")
        if is_external:
            entry.set("TargetMode", "External")
        return f"rId{number}"

    def drop_signatures(self) -> None:
        """Take away the digital signatures, as Word does when a signed file is changed."""
        signed = {name for name in self._members if name.lower().startswith(_SIGNATURES)}
        if not signed:
            return
        for name in signed:
            del self._members[name], self._names[name.lower()]
        for entry in list(self.change(_relations_part(""))):
            if entry.get("Type", "").endswith("/digital-signature/origin"):
                entry.getparent().remove(entry)
        for entry in list(self.change(_TYPES_PART)):
            if entry.get("PartName", "").lstrip("/") in signed:
                entry.getparent().remove(entry)

    def _insert(self, name: str, root: Any) -> None:
        self._members[name] = b""
        self._names[name.lower()] = name
        self._trees[name] = root
        self._changed.add(name)

    def save(self) -> bytes:
        """The bytes of the file, its parts in the order that they had, new ones last."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in self._members.items():
                if name in self._changed:
                    data = etree.tostring(
                        self._trees[name], xml_declaration=True, encoding="UTF-8", standalone=True
                    )
                archive.writestr(name, data)
        return out.getvalue()


def _unpacked(data: bytes) -> dict[str, bytes]:
    """The parts of a .zip by name; raises ``ReadError`` where they are too many or too large."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        if len(members) > _MAX_PARTS or sum(its.file_size for its in members) > _MAX_BYTES:
            raise refuse("解开后大得反常；请用 Word 另存，或删去图片后再试")
        return {its.filename: archive.read(its) for its in members if not its.is_dir()}


def _parse(data: bytes) -> Any:
    """The root element of an XML part; raises ``BadPart``."""
    if len(data) > _MAX_XML_BYTES:
        raise refuse("正文过大；请拆分成几个文件后再试")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if error.code == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        raise BadPart from error
    except ValueError as error:
        raise BadPart from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise BadPart
    _check_depth(root)
    return root


def _check_depth(root: Any) -> None:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > _MAX_DEPTH:
            raise refuse(f"表格或文本框嵌套超过 {_MAX_DEPTH} 层；请减少嵌套后再试")


def _relations_part(name: str) -> str:
    folder, file = posixpath.split(name)
    return posixpath.join(folder, "_rels", f"{file}.rels")


def _resolved(name: str, target: str) -> str:
    """The name of the part that a part refers to."""
    folder = posixpath.dirname(name)
    return posixpath.normpath(posixpath.join("/", folder, unquote(target))).lstrip("/")
