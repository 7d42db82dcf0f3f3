"""Writes references as CSL-JSON, which pandoc, Zotero and every citeproc read.

An institution is a ``literal`` name, so that it stays in one piece. The place is the ``page``,
where styles print it. A report has no ``publisher``: it is its author, and styles would name it
twice.
"""

from __future__ import annotations

from search_app.present import Json
from search_app.references.record import Reference


def csl_item(reference: Reference) -> Json:
    """The reference as an item of CSL-JSON 1.0.2."""
    fields = {
        "id": reference.key,
        "type": reference.type.csl,
        "title": reference.title,
        "author": [{"literal": name} for name in reference.authors],
        "container-title": reference.newspaper,
        "genre": reference.document_kind,
        "issued": _date(reference.published),
        "accessed": _date(reference.accessed.isoformat()),
        "page": reference.place,
        "URL": reference.url,
        "language": "zh-CN",
        "abstract": reference.text,
        "note": reference.note_beside_pages,
    }
    return {name: value for name, value in fields.items() if value}


def _date(iso: str) -> Json | None:
    return {"date-parts": [[int(part) for part in iso.split("-")]]} if iso else None
