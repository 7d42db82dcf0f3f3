"""Reads Word documents that are one XML file: Word 2003 XML, and packages in flat OPC.

Both may be named ``.xml`` or ``.doc``. Word 2003 XML differs from the later format in some
names only, so its tree is renamed, and then read like a ``.docx``.
"""

from __future__ import annotations

from copy import deepcopy
from itertools import count
from pathlib import Path
from typing import Any

from engine.errors import ReadError
from indexer.draft import Draft
from indexer.limits import MAX_XML_BYTES
from indexer.readers.docx import read_package
from indexer.readers.word.document import Sources, document_blocks, stated_title
from indexer.readers.word.package import BadPart, R, W, is_flat, open_flat, parse

_OLD = "{http://schemas.microsoft.com/office/word/2003/wordml}"
_CHANGE = "{http://schemas.microsoft.com/aml/2001/core}annotation"
_CONTENT = "{http://schemas.microsoft.com/aml/2001/core}content"
_OFFICE = "{urn:schemas-microsoft-com:office:office}"
_BROKEN = "Word 的 XML 文件已损坏；请用 Word 或 WPS 打开，另存为 .docx 后再试"
_NAMES = {  # of Word 2003, and later
    "vmerge": "vMerge",
    "listPr": "numPr",
    "ilfo": "numId",
    "listDef": "abstractNum",
    "list": "num",
    "ilst": "abstractNumId",
    "nfc": "numFmt",
    "listStyleLink": "numStyleLink",
    "no-break-hyphen": "noBreakHyphen",
    "soft-hyphen": "softHyphen",
}
_CHANGES = {"Insertion": "ins", "Deletion": "del", "Comment": "del"}  # comments are unshown
_NUMERALS = {  # codes of MS-OSHARED 2.2.1.3 (MSONFC), and their later names
    0: "decimal",
    1: "upperRoman",
    2: "lowerRoman",
    3: "upperLetter",
    4: "lowerLetter",
    5: "ordinal",
    10: "ideographDigital",
    11: "japaneseCounting",
    12: "aiueo",
    13: "iroha",
    14: "decimalFullWidth",
    16: "japaneseLegal",
    18: "decimalEnclosedCircle",
    19: "decimalFullWidth2",
    22: "decimalZero",
    23: "bullet",
    24: "ganada",
    25: "chosung",
    26: "decimalEnclosedFullstop",
    27: "decimalEnclosedParen",
    28: "decimalEnclosedCircleChinese",
    29: "ideographEnclosedCircle",
    30: "ideographTraditional",
    31: "ideographZodiac",
    32: "ideographZodiacTraditional",
    33: "taiwaneseCounting",
    34: "ideographLegalTraditional",
    35: "taiwaneseCountingThousand",
    36: "taiwaneseDigital",
    37: "chineseCounting",
    38: "chineseLegalSimplified",
    39: "chineseCountingThousand",
    40: "koreanDigital",
    255: "none",
}


def read(path: Path, source: str) -> Draft:
    """Read a Word 2003 XML or flat OPC file; raises ``ReadError`` where it is neither."""
    if path.stat().st_size > MAX_XML_BYTES:
        raise ReadError(source, "Word 文档的正文过大，请拆分成几个文件")
    try:
        root = parse(path.read_bytes())
        if is_flat(root):
            return read_package(open_flat(root), source)
        return _read_old(root, source)
    except (BadPart, ValueError) as error:
        raise ReadError(source, _BROKEN) from error
    except RecursionError as error:
        raise ReadError(source, "Word 文档嵌套过深；请把内容复制到新文档后再试") from error


def _read_old(root: Any, source: str) -> Draft:
    """Read the tree of a Word 2003 XML file; raises ``ReadError`` for any other XML."""
    if root.tag != f"{_OLD}wordDocument" or root.find(f"{_OLD}body") is None:
        raise ReadError(source, "不是 Word 的 XML 文件；请另存为 .docx 后再试")
    title = root.findtext(f"{_OFFICE}DocumentProperties/{_OFFICE}Title")
    _rename(root)
    body = root.find(f"{W}body")
    notes, headers = _take_notes(body), _take_headers(body)
    sources = Sources(body, root.find(f"{W}styles"), root.find(f"{W}lists"), notes, headers.get)
    blocks = tuple(document_blocks(sources))
    return Draft(source, blocks, stated_title(title, blocks), problems=tuple(sources.problems))


def _rename(root: Any) -> None:
    """Give all elements the names of the later format."""
    for element in root.iter("*"):
        if element.tag == _CHANGE:
            kind = element.get(f"{_OLD}type", "").rpartition(".")[2]
            element.tag = f"{W}{_CHANGES.get(kind, 'annotation')}"
        elif element.tag == _CONTENT:
            element.tag = f"{W}content"
        elif element.tag.startswith(_OLD):
            name = element.tag.removeprefix(_OLD)
            element.tag = W + _NAMES.get(name, name)
            for key in [key for key in element.attrib if key.startswith(_OLD)]:
                element.set(W + key.removeprefix(_OLD), element.attrib.pop(key))
    for level in root.iter(f"{W}lvl"):
        for numeral in level.iterfind(f"{W}numFmt"):
            code = numeral.get(f"{W}val", "0")
            numeral.set(f"{W}val", _NUMERALS.get(int(code) if code.isdecimal() else 0, "decimal"))
    for pattern in root.iter(f"{W}abstractNum"):
        pattern.set(f"{W}abstractNumId", pattern.get(f"{W}listDefId", ""))
    for number in root.iter(f"{W}num"):
        number.set(f"{W}numId", number.get(f"{W}ilfo", ""))


def _take_notes(body: Any) -> dict[tuple[str, str], Any]:
    """Replace the notes inside the text by references; returns them by kind and number."""
    notes = {}
    numbers = count(1)
    for kind in ("footnote", "endnote"):
        for note in list(body.iter(f"{W}{kind}")):
            number = str(next(numbers))
            notes[kind, number] = deepcopy(note)
            tail = note.tail
            note.clear()
            note.tail = tail
            note.tag = f"{W}{kind}Reference"
            note.set(f"{W}id", number)
    return notes


def _take_headers(body: Any) -> dict[str, Any]:
    """Replace the headers of the sections by references; returns them by their ids."""
    headers = {}
    for number, header in enumerate(list(body.iter(f"{W}hdr"))):
        kind = {"odd": "default"}.get(header.get(f"{W}type", ""), header.get(f"{W}type", ""))
        headers[f"header{number}"] = deepcopy(header)
        header.clear()
        header.tag = f"{W}headerReference"
        header.set(f"{W}type", kind)
        header.set(f"{R}id", f"header{number}")
    return headers
