"""Tells what a file is from its bytes.

Names are not reliable: web pages, RTF and .docx files are called .doc, plain text has any
suffix or none. The suffix counts only where the bytes leave a choice, as for a broken file.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

from indexer.readers.archive import UNREADABLE

_HEAD_BYTES = 4096
_TAG = re.compile(rb"<[A-Za-z!/]")
_MHT = re.compile(rb"\s*(?:[\w-]+:[^\n]*\n(?:[ \t]+[^\n]*\n)*)+")
_MHT_TYPE = re.compile(rb"multipart/(?:related|alternative)|content-type:\s*text/html", re.I)

_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"{\\rtf", "rtf"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "gzip"),
    (b"\xfd7zXZ\x00", "gzip"),
    (b"CAJ\x00", "caj"),
    (b"KDH ", "caj"),
    (b"HN\x00\x00", "caj"),
    (b"Founder CEB", "ceb"),
    (b"\xff\xd8\xff", "picture"),
    (b"\x89PNG\r\n", "picture"),
    (b"GIF8", "picture"),
    (b"II*\x00", "picture"),
    (b"MM\x00*", "picture"),
    (b"RIFF", "media"),
    (b"ID3", "media"),
    (b"MZ\x90\x00", "program"),
    (b"\x7fELF", "program"),
)
_OLE_MAGIC = b"\xd0\xcf\x11\xe0"
_OLE_STREAMS = (  # a stream of the old office formats, and what it tells
    ("EncryptedPackage", "encrypted"),
    ("WordDocument", "doc"),
    ("Workbook", "sheet"),
    ("Book", "sheet"),
    ("PowerPoint Document", "slides"),
)
_ZIP_PARTS = (  # the beginning of a member's name, and what it tells
    ("word/", "docx"),
    ("xl/", "sheet"),
    ("ppt/", "slides"),
    ("OFD.xml", "ofd"),
)
_ODF_TYPES = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "sheet",
    b"application/vnd.oasis.opendocument.presentation": "slides",
}
_XML_MARKS = (
    (b"http://schemas.microsoft.com/office/2006/xmlPackage", "flat-opc"),
    (b"http://schemas.microsoft.com/office/word/2003/wordml", "word-2003-xml"),
    (b'progid="Excel.Sheet"', "excel-2003-xml"),
    (b"<office:document ", "odt"),
)


def format_of(path: Path) -> str:
    """The format that a file's bytes show: ``pdf``, ``docx``, ``html``, …; "" where they do not.

    Plain text shows nothing, and so does a file that is damaged at its beginning.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    if head.startswith(b"PK\x03\x04"):
        return _format_of_zip(path)
    if head.startswith(_OLE_MAGIC):
        return _format_of_ole(path.read_bytes())
    for mark, name in _XML_MARKS:
        if mark in head:
            return name
    headers = _MHT.match(head)
    if headers and b"mime-version:" in headers[0].lower() and _MHT_TYPE.search(headers[0]):
        return "mht"
    return ""


def has_tags(path: Path) -> bool:
    """Whether a file holds anything that looks like a tag, in any encoding."""
    return _TAG.search(path.read_bytes().replace(b"\0", b"")) is not None


def _format_of_zip(path: Path) -> str:
    """What is in a .zip tells whether it is an office document or an archive; "" if broken."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                return _ODF_TYPES.get(archive.read("mimetype").strip(), "zip")
    except UNREADABLE:
        return ""
    return next((kind for part, kind in _ZIP_PARTS if _any_begins(names, part)), "zip")


def _any_begins(names: Iterable[str], beginning: str) -> bool:
    return any(name.lstrip("/").startswith(beginning) for name in names)


def _format_of_ole(data: bytes) -> str:
    """The directory of an old office file names its streams in UTF-16."""
    return next((kind for name, kind in _OLE_STREAMS if name.encode("utf-16-le") in data), "")
