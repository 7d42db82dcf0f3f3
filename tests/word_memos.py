"""Looks into Word files with comments, for the tests of commenting."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from lxml import etree

from search_app.check.word.document import read_document
from search_app.check.word.package import Package

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT_W = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_TEXTS = ("t", "delText", "instrText")


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def zipped(parts: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return out.getvalue()


def body_of(data: bytes) -> Any:
    return etree.fromstring(parts_of(data)["word/document.xml"])


def content(root: Any) -> list[tuple[object, ...]]:
    """All that a document holds but marks of comments: each character, each other leaf.

    Each comes with the properties of its run and with the elements that it stands in, so that two
    lists are equal only if nothing but the borders of runs differs.
    """
    return list(_content(root, (), b""))


def _content(
    element: Any, path: tuple[str, ...], properties: bytes
) -> Iterator[tuple[object, ...]]:
    for child in element.iterchildren("*"):
        name = etree.QName(child).localname
        if name.startswith("commentR") or _is_reference(child):
            continue
        if name in _TEXTS:
            kept = child.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"
            text = child.text or ""
            yield from ((name, sign, path, properties) for sign in (text if kept else text.strip()))
        elif len(child) and name != "rPr":
            inner = child.find("{*}rPr") if name == "r" else None
            its = properties if inner is None else etree.tostring(inner)
            yield from _content(child, (*path, name), its)
        elif name not in ("rPr", "r"):
            yield (name, tuple(sorted(child.attrib.items())), path, properties)


def _is_reference(element: Any) -> bool:
    return element.find("{*}commentReference") is not None


def commented(data: bytes, key: str) -> list[tuple[int, int, int]]:
    """The stretches of the body's own blocks between the marks of a comment: block, start, end."""
    document = read_document(Package(data))
    order = {element: at for at, element in enumerate(document.root.iter())}
    (start,) = (e for e in order if is_mark(e, "commentRangeStart", key))
    (end,) = (e for e in order if is_mark(e, "commentRangeEnd", key))
    found = []
    for number, paragraph in enumerate(document.paragraphs):
        if paragraph.anchor is not None:
            continue
        inside = [
            span
            for span in paragraph.spans
            if order[start] < order.get(span.element, -1) < order[end]
        ]
        if inside:
            found.append((number, inside[0].start, inside[-1].end))
    return found


def is_mark(element: Any, name: str, key: str) -> bool:
    return isinstance(element.tag, str) and (
        etree.QName(element).localname == name
        and element.get(f"{{{etree.QName(element).namespace}}}id") == key
    )
