"""Hostile Word documents and OpenDocument texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from .common import PROSE, RELATIONS, Maker, relations, zipped

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_ODF = "urn:oasis:names:tc:opendocument:xmlns:"


def word(
    body: str, styles: str = "", numbering: str = "", notes: str = "", more: str = ""
) -> bytes:
    space = (
        f'xmlns:w="{_W}" xmlns:r="{RELATIONS}" xmlns:v="urn:schemas-microsoft-com:vml" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    )
    kinds = {"styles": styles, "numbering": numbering, "footnotes": notes}
    entries = "".join(
        f'<Relationship Id="p{kind}" Type="{RELATIONS}/{kind}" Target="{kind}.xml"/>'
        for kind in kinds
    )
    parts = {
        f"word/{kind}.xml": f"<w:{kind} {space}>{inside}</w:{kind}>"
        for kind, inside in kinds.items()
    }
    start = f'<Relationship Id="d" Type="{RELATIONS}/officeDocument" Target="word/document.xml"/>'
    return zipped(
        {
            "_rels/.rels": relations(start),
            "word/document.xml": f"<w:document {space}><w:body><w:p><w:r><w:t>{PROSE}</w:t></w:r>"
            f"</w:p>{body}</w:body></w:document>",
            "word/_rels/document.xml.rels": relations(entries + more),
            **parts,
        }
    )


_RUN = "<w:r><w:t>甲</w:t></w:r>"
_FIELD = "".join(
    (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>',
        "<w:r><w:instrText>EQ {}</w:instrText></w:r>",
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
    )
)
_CELL = "<w:tc><w:tcPr>{}</w:tcPr><w:p><w:r><w:t>甲</w:t></w:r></w:p></w:tc>"
_ROW = f"<w:tr>{_CELL}{_CELL}</w:tr>"
_BOX = (
    "<w:p><w:r><w:pict><v:textbox><w:txbxContent>{}"
    "</w:txbxContent></v:textbox></w:pict></w:r></w:p>"
)


def _nested(opening: str, inside: str, closing: str) -> Callable[[int], str]:
    return lambda n: opening * n + inside + closing * n


def _word_bodies() -> Iterator[tuple[str, Callable[[int], str]]]:
    """Bodies of Word documents, each as large as a number says."""
    yield "empty paragraphs", lambda n: "<w:p/>" * n
    yield "paragraphs", lambda n: f"<w:p>{_RUN}</w:p>" * n
    yield "one paragraph of runs", lambda n: f"<w:p>{_RUN * n}</w:p>"
    yield "one long text", lambda n: f"<w:p><w:r><w:t>{'甲、' * n}</w:t></w:r></w:p>"
    yield "blanks and a sign", lambda n: f"<w:p><w:r><w:t>甲{' ' * n}甲</w:t></w:r></w:p>"
    yield "line breaks", lambda n: f"<w:p><w:r>{'<w:t>甲</w:t><w:br/>' * n}</w:r></w:p>"
    yield "tabs", lambda n: f"<w:p><w:r>{'<w:t>甲</w:t><w:tab/>' * n}</w:r></w:p>"
    yield (
        "raised and not",
        lambda n: (
            "<w:p>"
            + (
                f"{_RUN}<w:r><w:rPr><w:vertAlign w:val='superscript'/></w:rPr><w:t>2</w:t></w:r>"
                * n
            )
            + "</w:p>"
        ),
    )
    yield "one column", lambda n: f"<w:tbl>{f'<w:tr>{_CELL}</w:tr>'.format('') * n}</w:tbl>"
    yield "one row", lambda n: f"<w:tbl><w:tr>{_CELL.format('') * n}</w:tr></w:tbl>"
    yield "merged rows", lambda n: f"<w:tbl>{_ROW.format('<w:vMerge/>', '') * n}</w:tbl>"
    yield (
        "wide cells",
        lambda n: (
            f"<w:tbl>{_ROW.format(f'<w:gridSpan w:val={chr(34)}{n}{chr(34)}/>', '') * n}</w:tbl>"
        ),
    )
    yield (
        "deep tables",
        _nested("<w:tbl><w:tr><w:tc>", f"<w:p>{_RUN}</w:p>", "</w:tc></w:tr></w:tbl>"),
    )
    yield "many small tables", lambda n: f"<w:tbl>{_ROW.format('', '')}</w:tbl>" * n
    yield (
        "alternatives",
        lambda n: (
            f"<mc:AlternateContent><mc:Fallback><w:p>{_RUN}</w:p></mc:Fallback></mc:AlternateContent>"
            * n
        ),
    )
    yield (
        "deep alternatives",
        _nested(
            "<mc:AlternateContent><mc:Fallback>", "<w:p/>", "</mc:Fallback></mc:AlternateContent>"
        ),
    )
    yield "fields", lambda n: f"<w:p>{_FIELD.format('甲') * n}</w:p>"
    yield (
        "open fields",
        lambda n: "<w:p>" + f'<w:r><w:fldChar w:fldCharType="begin"/></w:r>{_RUN}' * n + "</w:p>",
    )
    yield (
        "a code in pieces",
        lambda n: (
            "<w:p>"
            + _FIELD.replace(
                "EQ {}",
                "</w:instrText>" + f"<w:instrText>{'甲' * 200}</w:instrText>" * n + "<w:instrText>",
            )
            + "</w:p>"
        ),
    )
    yield "an equation in brackets", lambda n: f"<w:p>{_FIELD.format(chr(92) + 'f(' * n)}</w:p>"
    yield "text boxes", lambda n: _BOX.format(f"<w:p>{_RUN}</w:p>") * n
    yield (
        "merged paragraphs",
        lambda n: f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{_RUN}</w:p>" * n,
    )
    yield (
        "content controls",
        lambda n: f"<w:sdt><w:sdtContent><w:p>{_RUN}</w:p></w:sdtContent></w:sdt>" * n,
    )
    yield "deep insertions", _nested("<w:ins>", f"<w:p>{_RUN}</w:p>", "</w:ins>")
    yield "inserted documents", lambda n: '<w:altChunk r:id="x"/>' * n
    yield "equations", lambda n: f"<w:p>{'<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>' * n}</w:p>"
    yield (
        "attributes",
        lambda n: f"<w:p {' '.join(f'a{at}={chr(34)}1{chr(34)}' for at in range(n))}/>",
    )
    yield (
        "namespaces",
        lambda n: f"<w:p {' '.join(f'xmlns:a{at}={chr(34)}u:{at}{chr(34)}' for at in range(n))}/>",
    )


def _word_styles(n: int) -> bytes:
    styles = (
        f'<w:style w:styleId="s{at}"><w:basedOn w:val="s{at + 1}"/></w:style>' for at in range(n)
    )
    used = (f'<w:p><w:pPr><w:pStyle w:val="s{at}"/></w:pPr>{_RUN}</w:p>' for at in range(n))
    return word("".join(used), styles="".join(styles))


def _word_lists(n: int) -> bytes:
    level = '<w:lvl w:ilvl="0"><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>'
    lists = (
        f'<w:abstractNum w:abstractNumId="{at}">{level}</w:abstractNum>'
        f'<w:num w:numId="{at}"><w:abstractNumId w:val="{at}"/></w:num>'
        for at in range(n)
    )
    used = (
        f'<w:p><w:pPr><w:numPr><w:numId w:val="{at}"/></w:numPr></w:pPr>{_RUN}</w:p>'
        for at in range(n)
    )
    return word("".join(used), numbering="".join(lists))


def _word_notes(n: int) -> bytes:
    notes = (f'<w:footnote w:id="{at}"><w:p>{_RUN}</w:p></w:footnote>' for at in range(n))
    used = (f'<w:r><w:footnoteReference w:id="{at}"/></w:r>' for at in range(n))
    return word(f"<w:p>{''.join(used)}</w:p>", notes="".join(notes))


def _word_relations(n: int) -> bytes:
    entries = (
        f'<Relationship Id="r{at}" Type="{RELATIONS}/header" Target="h{at}.xml"/>'
        for at in range(n)
    )
    return word(f"<w:p>{_RUN}</w:p>", more="".join(entries))


_WORD_PARTS: Mapping[str, Callable[[int], bytes]] = {
    "styles": _word_styles,
    "lists": _word_lists,
    "notes": _word_notes,
    "relations": _word_relations,
}


def _odt(body: str, styles: str = "") -> bytes:
    names = ("office", "text", "table", "style", "drawing", "svg-compatible")
    short = {"drawing": "draw", "svg-compatible": "svg"}
    space = " ".join(f'xmlns:{short.get(name, name)}="{_ODF}{name}:1.0"' for name in names)
    content = (
        f"<office:document-content {space}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:text><text:p>{PROSE}</text:p>{body}"
        "</office:text></office:body></office:document-content>"
    )
    return zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})


_ODT_CELL = "<table:table-cell><text:p>甲</text:p></table:table-cell>"
_ODT_BODIES: Mapping[str, Callable[[int], str]] = {
    "paragraphs": lambda n: "<text:p>甲</text:p>" * n,
    "headings": lambda n: '<text:h text:outline-level="2">甲</text:h>' * n,
    "spans": lambda n: f"<text:p>{'<text:span>甲</text:span>' * n}</text:p>",
    "deep spans": lambda n: f"<text:p>{'<text:span>' * n}甲{'</text:span>' * n}</text:p>",
    "lists": lambda n: (
        "<text:list><text:list-item><text:p>甲</text:p></text:list-item></text:list>" * n
    ),
    "one list": lambda n: (
        f"<text:list>{'<text:list-item><text:p>甲</text:p></text:list-item>' * n}</text:list>"
    ),
    "continued lists": lambda n: (
        '<text:list text:style-name="L" text:continue-numbering="true"><text:list-item><text:p>甲'
        "</text:p></text:list-item></text:list>" * n
    ),
    "notes": lambda n: (
        "<text:p>"
        + "<text:note><text:note-body><text:p>甲</text:p></text:note-body></text:note>" * n
        + "</text:p>"
    ),
    "one column": lambda n: (
        "<table:table>" + f"<table:table-row>{_ODT_CELL}</table:table-row>" * n + "</table:table>"
    ),
    "one row": lambda n: (
        "<table:table><table:table-row>" + _ODT_CELL * n + "</table:table-row></table:table>"
    ),
    "spanned rows": lambda n: (
        "<table:table>"
        + (
            '<table:table-row><table:table-cell table:number-rows-spanned="999"'
            ' table:number-columns-repeated="999">'
            "<text:p>甲</text:p></table:table-cell></table:table-row>"
        )
        * n
        + "</table:table>"
    ),
    "blanks": lambda n: "<text:p>甲" + '<text:s text:c="100"/>' * n + "甲</text:p>",
    "boxes": lambda n: (
        "<text:p><draw:frame><draw:text-box><text:p>甲</text:p></draw:text-box></draw:frame></text:p>"
        * n
    ),
    "sections": lambda n: "<text:section><text:p>甲</text:p></text:section>" * n,
    "attributes": lambda n: "<text:p" + "".join(f' a{at}="1"' for at in range(n)) + "/>",
}


def makers() -> Iterator[Maker]:
    for name, body in _word_bodies():
        yield Maker(f"docx: {name}", ".docx", partial(_word, body))
    for name, make in _WORD_PARTS.items():
        yield Maker(f"docx: {name}", ".docx", make)
    for name, body in _ODT_BODIES.items():
        yield Maker(f"odt: {name}", ".odt", partial(_text_document, body))


def _word(body: Callable[[int], str], size: int) -> bytes:
    return word(body(size))


def _text_document(body: Callable[[int], str], size: int) -> bytes:
    return _odt(body(size))
