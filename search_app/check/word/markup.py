"""The names of WordprocessingML in both editions of the format.

ISO 29500 has a transitional and a strict edition, which differ in their namespaces. Elements are
told apart by short names such as ``w:p``, the same in both; new ones take the namespace of the
document that they go into.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from lxml import etree

_TRANSITIONAL = "http://schemas.openxmlformats.org/"
_STRICT = "http://purl.oclc.org/ooxml/"
_PREFIXES = {
    f"{_TRANSITIONAL}wordprocessingml/2006/main": "w",
    f"{_STRICT}wordprocessingml/main": "w",
    f"{_TRANSITIONAL}officeDocument/2006/relationships": "r",
    f"{_STRICT}officeDocument/relationships": "r",
    f"{_TRANSITIONAL}officeDocument/2006/math": "m",
    f"{_STRICT}officeDocument/math": "m",
    f"{_TRANSITIONAL}drawingml/2006/main": "a",
    f"{_STRICT}drawingml/main": "a",
    f"{_TRANSITIONAL}drawingml/2006/picture": "pic",
    f"{_STRICT}drawingml/picture": "pic",
    f"{_TRANSITIONAL}drawingml/2006/chart": "c",
    f"{_STRICT}drawingml/chart": "c",
    f"{_TRANSITIONAL}drawingml/2006/diagram": "dgm",
    f"{_STRICT}drawingml/diagram": "dgm",
    f"{_TRANSITIONAL}markup-compatibility/2006": "mc",
    "urn:schemas-microsoft-com:vml": "v",
    "urn:schemas-microsoft-com:office:office": "o",
}
_RELATIONSHIPS = {
    f"{_TRANSITIONAL}wordprocessingml/2006/main": (
        f"{_TRANSITIONAL}officeDocument/2006/relationships"
    ),
    f"{_STRICT}wordprocessingml/main": f"{_STRICT}officeDocument/relationships",
}
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def name_of(node: Any) -> str:
    """The short name of an element, such as ``w:p``; "" for any other node."""
    return _short(node.tag) if isinstance(node.tag, str) else ""


@cache
def _short(tag: str) -> str:
    name = etree.QName(tag)
    prefix = _PREFIXES.get(name.namespace or "")
    return f"{prefix}:{name.localname}" if prefix else ""


def attribute(element: Any, name: str, default: str = "") -> str:
    """The value of an attribute by its short name, such as ``w:val`` or ``r:id``."""
    for tag in _tags(name):
        if (value := element.get(tag)) is not None:
            return str(value)
    return default


def children(element: Any, *names: str) -> Iterator[Any]:
    """The children of these short names; of none, where the element is None."""
    if element is not None:
        yield from (child for child in element if name_of(child) in names)


def child(element: Any, name: str) -> Any:
    """The first child of this short name, or None; of None it is None."""
    return next(children(element, name), None)


def value(element: Any, name: str) -> str:
    """The ``w:val`` of a child such as ``<w:jc w:val="center"/>``; "" where there is none."""
    its = child(element, name)
    return "" if its is None else attribute(its, "w:val")


def descendants(element: Any, *names: str) -> Iterator[Any]:
    """All elements of these short names in an element, itself included, in document order."""
    return element.iter(*(tag for name in names for tag in _tags(name)))  # type: ignore[no-any-return]


@cache
def _tags(name: str) -> tuple[str, ...]:
    """An element's or attribute's tags in both editions."""
    prefix, _, local = name.partition(":")
    return tuple(f"{{{space}}}{local}" for space, its in _PREFIXES.items() if its == prefix)


def is_in_paragraph(element: Any) -> bool:
    """Whether an element stands in a paragraph, not around some."""
    return any(name_of(its) == "w:p" for its in element.iterancestors())


def is_on(switch: Any) -> bool:
    """Whether an element such as ``<w:vanish/>`` is there and not switched off."""
    return switch is not None and attribute(switch, "w:val", "1").lower() not in (
        *("0", "false", "off"),
    )


def make(like: Any, name: str, *inside: Any, **attributes: str) -> Any:
    """An element such as ``w:r`` in the edition of the element ``like``.

    The attributes are of the same namespace. ``inside`` are child elements.
    """
    space = next(s for s in like.nsmap.values() if _PREFIXES.get(s) == "w")
    prefixes = {"w": space}
    if name == "w:hyperlink":  # it has r:id, and lxml would make up a prefix
        prefixes["r"] = _RELATIONSHIPS[space]
    element = etree.Element(f"{{{space}}}{name.removeprefix('w:')}", nsmap=prefixes)
    for key, text in attributes.items():
        element.set(f"{{{space}}}{key}", text)
    element.extend(inside)
    return element


def relationship_space(like: Any) -> str:
    """The namespace of ``r:id``, and of the types of relationships, in the edition of ``like``."""
    return next(_RELATIONSHIPS[s] for s in like.nsmap.values() if s in _RELATIONSHIPS)
