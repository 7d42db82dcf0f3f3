"""Hostile files of fixed layout: OFD and PDF."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from .common import PROSE, Maker, zipped

_OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def _ofd(pages: int, content: str, listed: int) -> bytes:
    root = f"<ofd:OFD {_OFD}><ofd:DocBody><ofd:DocRoot>d.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    names = "".join(f'<ofd:Page ID="{at}" BaseLoc="p{at % pages}.xml"/>' for at in range(listed))
    page = (
        f"<ofd:Page {_OFD}><ofd:Content><ofd:Layer>{content}</ofd:Layer></ofd:Content></ofd:Page>"
    )
    return zipped(
        {
            "OFD.xml": root,
            "d.xml": f"<ofd:Document {_OFD}><ofd:Pages>{names}</ofd:Pages></ofd:Document>",
        }
        | {f"p{at}.xml": page for at in range(pages)}
    )


def _text_object(at: int, text: str = PROSE, delta: str = "") -> str:
    return (
        f'<ofd:TextObject Boundary="20 {at % 250} 150 5" Size="4"><ofd:TextCode X="0" Y="4"'
        f' DeltaX="{delta}">{text}</ofd:TextCode></ofd:TextObject>'
    )


_OFDS: Mapping[str, Callable[[int], bytes]] = {
    "stretches": lambda n: _ofd(1, "".join(map(_text_object, range(n))), 1),
    "one line of stretches": lambda n: _ofd(1, _text_object(20, "甲") * n, 1),
    "one long stretch": lambda n: _ofd(1, _text_object(20, "甲" * n), 1),
    "deltas": lambda n: _ofd(1, _text_object(20, "甲" * n, "4 " * n), 1),
    "pages": lambda n: _ofd(min(n, 1900), _text_object(20), min(n, 1900)),
    "one page many times": lambda n: _ofd(1, _text_object(20, PROSE * 200), min(n, 1900)),
    "deep layers": lambda n: _ofd(
        1, "<ofd:PageBlock>" * n + _text_object(9) + "</ofd:PageBlock>" * n, 1
    ),
}


def _pdf(objects: list[bytes]) -> bytes:
    out, places = [b"%PDF-1.4\n"], []
    at = len(out[0])
    for number, inside in enumerate(objects, 1):
        written = b"%d 0 obj\n%s\nendobj\n" % (number, inside)
        places.append(at)
        out.append(written)
        at += len(written)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, at)
    xref = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return b"".join((*out, xref, end))


def _stream(content: bytes) -> bytes:
    return b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content)


_FONT = b"<</Font<</F <</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"


def _pdf_page(content: bytes, pages: int = 1, more: list[bytes] | None = None) -> bytes:
    kids = b" ".join(b"%d 0 R" % (4 + at) for at in range(pages))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 3 0 R/Resources %s>>" % _FONT
    return _pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, pages),
            _stream(content),
            *[page] * pages,
            *(more or []),
        ]
    )


def _pdf_tree(n: int) -> bytes:
    """Pages in a tree as deep as it has nodes."""
    nodes = [b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (at + 3) for at in range(n)]
    page = b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 600 800]/Resources %s>>" % (n + 1, _FONT)
    return _pdf([b"<</Type/Catalog/Pages 2 0 R>>", *nodes, page])


def _words(n: int, place: Callable[[int], tuple[int, int]], word: bytes = b"Words.") -> bytes:
    shown = (b"1 0 0 1 %d %d Tm(%s)Tj " % (*place(at), word) for at in range(n))
    return b"BT/F 9 Tf " + b"".join(shown) + b"ET"


_PDFS: Mapping[str, Callable[[int], bytes]] = {
    "objects": lambda n: _pdf_page(_words(9, lambda at: (50, 90 * at)), 1, [b"<<>>"] * n),
    "pages": lambda n: _pdf_page(_words(9, lambda at: (50, 90 * at)), min(n, 1990)),
    "a deep tree of pages": _pdf_tree,
    "lines on one page": lambda n: _pdf_page(_words(n, lambda at: (50, at % 790))),
    "words in one line": lambda n: _pdf_page(_words(n, lambda at: (at % 590, 400))),
    "words in one place": lambda n: _pdf_page(_words(n, lambda at: (50, 400))),
    "columns": lambda n: _pdf_page(
        _words(n, lambda at: (60 * (at % 9), 700 - (at // 9) % 650), b"a")
    ),
    "one long word": lambda n: _pdf_page(_words(1, lambda at: (50, 400), b"a" * n)),
    "frames": lambda n: _pdf_page(
        b"".join(b"%d %d 50 20 re S " % (at % 550, at % 780) for at in range(n))
        + _words(50, lambda at: (50, 15 * at))
    ),
    "lines of a grid": lambda n: _pdf_page(
        b"".join(
            b"%d 0 m %d 800 l S 0 %d m 600 %d l S " % (*[at % 600] * 2, *[at % 800] * 2)
            for at in range(n)
        )
        + _words(50, lambda at: (50, 15 * at))
    ),
    "open states": lambda n: _pdf_page(b"q " * n + _words(9, lambda at: (50, 90 * at))),
}


def makers() -> Iterator[Maker]:
    for name, make in _OFDS.items():
        yield Maker(f"ofd: {name}", ".ofd", make, 100_000)
    for name, make in _PDFS.items():
        yield Maker(f"pdf: {name}", ".pdf", make, 100_000)
