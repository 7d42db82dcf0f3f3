"""Reads old office files (.doc, .wps, .rtf), which LibreOffice converts to .docx.

Many files with these suffixes are really web pages, XML or .docx files, which office
programs open all the same. They are read as what they are, without LibreOffice.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from engine.errors import ReadError
from indexer.draft import Draft
from indexer.readers import docx, libreoffice, text, word2003

_ZIP_MAGIC = b"PK\x03\x04"
_RTF_MAGIC = b"{\\rtf"
_OLE_MAGIC = b"\xd0\xcf\x11\xe0"
_WORD_XML = re.compile(
    rb"<\?mso-application\s+progid=[\"']Word.Document|<pkg:package|<w:wordDocument"
)
_RTF_FILTER = "Rich Text Format"  # LibreOffice's name
_FILTERS = {  # of LibreOffice, by the streams of an OLE file; it finds Works' itself
    "WordDocument": "MS Word 97",
    "MatOST": "",
    "CONTENTS": "",
}
_REFUSED = {  # by the streams of other OLE files
    "EncryptedPackage": "已加密；请去掉密码后再放入",
    "Workbook": "是 Excel 表格，不是文档；请把报告部分另存为 .docx",
    "Book": "是 Excel 表格，不是文档；请把报告部分另存为 .docx",
    "PowerPoint Document": "是演示文稿，不是文档；请把报告部分另存为 .docx",
}
_UNKNOWN = "不是 Word 文档，或已损坏；请用 WPS 或 Word 打开，另存为 .docx"


def read(path: Path, source: str) -> Draft:
    """Read a ``.doc``, ``.wps`` or ``.rtf`` file.

    Raises ``ReadError`` where LibreOffice is missing, fails or takes too long.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(_ZIP_MAGIC):
        return docx.read(path, source)
    if _WORD_XML.search(head):
        return word2003.read(path, source)
    if not head.startswith((_OLE_MAGIC, _RTF_MAGIC)):
        return text.read(path, source)
    filter_name = _filter(path.read_bytes(), source)
    program = libreoffice.find_program()
    if program is None:
        kind = path.suffix.lower()
        raise ReadError(source, f"读 {kind} 需要 LibreOffice；请安装 LibreOffice，或另存为 .docx")
    with tempfile.TemporaryDirectory() as folder:
        converted = libreoffice.convert(program, path, Path(folder), filter_name, source)
        return docx.read(converted, source)


def _filter(data: bytes, source: str) -> str:
    """LibreOffice's filter for a file; raises ``ReadError`` for an OLE file that is no document."""
    if data.startswith(_RTF_MAGIC):
        return _RTF_FILTER
    streams = (its for its in (*_FILTERS, *_REFUSED) if its.encode("utf-16-le") in data)
    stream = next(streams, "")
    if stream not in _FILTERS:
        raise ReadError(source, _REFUSED.get(stream, _UNKNOWN))
    return _FILTERS[stream]
