"""Writes small Word packages part by part, for the tests of the Word reader."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from drafts import drafted

from indexer.draft import Draft

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
NAMESPACES = " ".join(
    f'xmlns:{name}="{address}"'
    for name, address in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "r": f"{OFFICE}/relationships",
        "m": f"{OFFICE}/math",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "v": "urn:schemas-microsoft-com:vml",
        "o": "urn:schemas-microsoft-com:office:office",
        "dgm": "http://schemas.openxmlformats.org/drawingml/2006/diagram",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "zz": "http://example.com/unknown",
    }.items()
)
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def run(text: str, properties: str = "") -> str:
    """A run with its properties as XML."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(content: str = "", properties: str = "") -> str:
    """A paragraph of runs, or of plain text, with its properties as XML."""
    content = content if not content or content.startswith("<") else run(content)
    return f"<w:p><w:pPr>{properties}</w:pPr>{content}</w:p>"


def numbered(text: str, number: int = 1, depth: int = 0) -> str:
    """A paragraph in a list."""
    place = f'<w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/>'
    return paragraph(text, f"<w:numPr>{place}</w:numPr>")


def table(*rows: Sequence[str]) -> str:
    """A table of cells; a cell is plain text, or XML from ``<w:tcPr>`` on."""
    return f"<w:tbl>{''.join(map(row, rows))}</w:tbl>"


def row(cells: Sequence[str], properties: str = "") -> str:
    inside = (cell if cell.startswith("<") else paragraph(cell) for cell in cells)
    filled = "".join(f"<w:tc>{cell}</w:tc>" for cell in inside)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{filled}</w:tr>"


def relations(entries: Mapping[str, tuple[str, str]]) -> str:
    """A part of relationships: ids, each with its kind and its target."""
    inside = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/relationships/{kind}" Target="{target}"/>'
        for key, (kind, target) in entries.items()
    )
    return f'<Relationships xmlns="{_RELATIONS}">{inside}</Relationships>'


def packed(
    path: Path,
    body: str,
    parts: Mapping[str, str | bytes] | None = None,
    extra: Mapping[str, tuple[str, str]] | None = None,
    **known: str,
) -> Path:
    """Write a document; ``known`` are the insides of ``styles``, ``numbering``, ``footnotes``.

    ``parts`` are other parts of ``word/`` by name, ``extra`` the relationships to them.
    """
    related = {name: (name, f"{name}.xml") for name in known} | dict(extra or {})
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": _content_types(known),
        "_rels/.rels": relations({"rId1": ("officeDocument", "word/document.xml")}),
        "word/document.xml": f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": relations(related),
    }
    for name, content in known.items():
        files[f"word/{name}.xml"] = f"<w:{name} {NAMESPACES}>{content}</w:{name}>"
    files |= {f"word/{name}": content for name, content in (parts or {}).items()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return path


def _content_types(known: Iterable[str]) -> str:
    types = {name: name for name in known} | {"document": "document.main"}
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_WORD_TYPE}.{kind}+xml"/>'
        for name, kind in types.items()
    )
    return (
        f'<Types xmlns="{_TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f"{overrides}</Types>"
    )


def texts(draft: Draft) -> list[str]:
    return [block.text for block in draft.blocks]


def read_body(folder: Path, body: str, **known: str) -> list[str]:
    """The texts that a body is read as."""
    return texts(drafted(packed(folder / "a.docx", body, **known)))
