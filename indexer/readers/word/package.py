"""Opens Word's package: a .zip of XML parts that refer to each other by relationships.

Word opens much that python-docx refuses: a relationship to a part that is not there, a
template, a document with macros, the strict namespaces of ISO 29500. Here a part is looked
up only when its text is needed, so what nobody reads cannot stand in the way.
"""

from __future__ import annotations

import base64
import binascii
import posixpath
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from os import SEEK_END
from typing import IO, Any, NamedTuple
from urllib.parse import unquote

from lxml import etree

from engine.errors import ReadError
from indexer.limits import MAX_DOCX_BYTES, MAX_XML_BYTES
from indexer.readers.archive import UNREADABLE, check_sizes

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_PKG = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
_TRANSITIONAL = b"http://schemas.openxmlformats.org/"
_STRICT = (  # the namespaces of ISO 29500 Strict, and what the rest of the world writes
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", b"wordprocessingml/2006/main"),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", b"officeDocument/2006/math"),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"officeDocument/2006/relationships",
    ),
    (b"http://purl.oclc.org/ooxml/drawingml/main", b"drawingml/2006/main"),
    (b"http://purl.oclc.org/ooxml/drawingml/diagram", b"drawingml/2006/diagram"),
)
_UNDERSTOOD = "http://schemas.microsoft.com/office/word/20"  # text boxes, and later editions
_BROKEN = "Word 文档已损坏；请用 Word 或 WPS 打开，另存为 .docx 后再试"


class BadPart(Exception):
    """A part of a package that is not there, or is no XML as Word writes it."""


class Relation(NamedTuple):
    """A reference from one part to another: its kind (``footnotes``), and the part's name."""

    kind: str
    target: str


class Package:
    """The parts of a document by their names, such as ``word/document.xml``."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self._parts = {_name(name): data for name, data in parts.items()}

    def data(self, name: str) -> bytes:
        """A part's bytes; raises ``BadPart`` where it is not there."""
        try:
            return self._parts[_name(name)]
        except KeyError as error:
            raise BadPart(name) from error

    def get(self, name: str) -> bytes:
        """A part's bytes, none where it is not there."""
        return self._parts.get(_name(name), b"")

    def xml(self, name: str) -> Any:
        """A part's root element, as ``parse`` gives it; raises ``BadPart``."""
        return parse(self.data(name))

    def relations(self, name: str = "") -> dict[str, Relation]:
        """The parts that a part refers to, by the ids of the references.

        ``""`` is the package itself. References that lead outside of it are left out.
        """
        folder, file = posixpath.split(name)
        try:
            root = self.xml(posixpath.join(folder, "_rels", f"{file}.rels"))
        except BadPart:
            return {}
        return {
            entry.get("Id", ""): Relation(
                entry.get("Type", "").rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, unquote(entry.get("Target", "")))),
            )
            for entry in root
            if entry.get("TargetMode") != "External"
        }

    def related(self, name: str, kind: str) -> list[str]:
        """The names of the parts of a kind that a part refers to."""
        return [its.target for its in self.relations(name).values() if its.kind == kind]


def open_zip(file: IO[bytes], source: str) -> Package:
    """Open a package; raises ``ReadError`` where it is broken or a bomb.

    Only parts that may hold text are unpacked. One that is broken is left out.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            check_sizes(archive, file.seek(0, SEEK_END), MAX_DOCX_BYTES, source)
            members = [its for its in archive.infolist() if not _is_picture(its.filename)]
            if any(its.file_size > MAX_XML_BYTES for its in members):
                raise ReadError(source, "Word 文档的正文过大，请拆分成几个文件")
            parts = {}
            for member in members:
                data = _unpacked(archive, member)
                if data is not None:
                    parts[member.filename] = data
    except UNREADABLE as error:
        raise ReadError(source, _BROKEN) from error
    return Package(parts)


def open_flat(root: Any) -> Package:
    """The package in a flat OPC file, where every part is an element of one XML file."""
    parts = {}
    for part in root.iterfind(f"{_PKG}part"):
        content = part.find(f"{_PKG}xmlData")
        if content is not None and len(content):
            parts[part.get(f"{_PKG}name", "")] = etree.tostring(content[0])
        elif (text := part.findtext(f"{_PKG}binaryData")) is not None:
            try:
                parts[part.get(f"{_PKG}name", "")] = base64.b64decode(text)
            except binascii.Error:
                continue  # as a part that is not there
    return Package(parts)


def is_flat(root: Any) -> bool:
    """Whether an XML file is a package in flat OPC."""
    return bool(root.tag == f"{_PKG}package")


def parse(data: bytes) -> Any:
    """The root element of an XML part, without what other programs read; raises ``BadPart``.

    Nothing is expanded or fetched: a part with a document type is refused, as Word refuses
    it. The namespaces are the common ones, and of alternative contents one is chosen.
    """
    for strict, common in _STRICT:
        data = data.replace(strict, _TRANSITIONAL + common)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=True,  # the sizes are checked before
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadPart from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise BadPart
    for alternatives in list(root.iter(f"{MC}AlternateContent")):
        _choose(alternatives)
    return root


def _choose(alternatives: Any) -> None:
    """Replace alternative contents by the one that Word shows.

    It is the first whose extensions we know, unless only the fallback has text.
    """
    parent = alternatives.getparent()
    if parent is None:
        return
    choices = [its for its in alternatives.iterfind(f"{MC}Choice") if _is_understood(its)]
    fallback = alternatives.find(f"{MC}Fallback")
    chosen = choices[0] if choices else fallback
    if fallback is not None and not _has_text(chosen) and _has_text(fallback):
        chosen = fallback
    for element in [] if chosen is None else list(chosen):
        alternatives.addprevious(element)
    parent.remove(alternatives)


def _is_understood(choice: Any) -> bool:
    """Whether all extensions that a choice requires are Word's own."""
    names = choice.get("Requires", "").split()
    return all((choice.nsmap.get(name) or "").startswith(_UNDERSTOOD) for name in names)


def _has_text(element: Any) -> bool:
    return any(text.strip() for text in element.itertext())


def _name(name: str) -> str:
    """A part's name as it is compared: names differ in case and slashes between programs."""
    return name.replace("\\", "/").lstrip("/").lower()


def _is_picture(name: str) -> bool:
    """Whether a part is a picture, a font or a macro, by its name."""
    suffix = posixpath.splitext(name.lower())[1]
    return suffix in (".png", ".jpeg", ".jpg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf") or (
        suffix in (".odttf", ".bin", ".wdp", ".svg", ".ttf", ".xlsx", ".mp4", ".wav")
    )


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes | None:
    """A part's bytes; None where it is broken."""
    try:
        return archive.read(member)
    except UNREADABLE:
        return None


def inside(element: Any, tag: str, unshown: Sequence[str]) -> Iterator[Any]:
    """The elements of a tag inside another, but neither inside of each other nor of ``unshown``."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag not in unshown:
            yield from inside(child, tag, unshown)


def value(parent: Any, name: str) -> str:
    """The value of a child such as ``<w:start w:val="1"/>``; "" where there is none."""
    child = parent.find(f"{W}{name}") if parent is not None else None
    return "" if child is None else str(child.get(f"{W}val", ""))


def is_on(switch: Any) -> bool:
    """Whether an element such as ``<w:vanish/>`` is there and not switched off."""
    return switch is not None and switch.get(f"{W}val", "1").lower() not in ("0", "false", "off")


def integer(text: str | None, default: int) -> int:
    """A whole number as Word writes it; ``default`` for anything else."""
    try:
        return int(text or "")
    except ValueError:
        return default
