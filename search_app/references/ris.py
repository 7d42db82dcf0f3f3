"""Writes references as RIS, which Zotero, EndNote, NoteExpress and Word's tools read.

A reader cuts a name in two at a blank or a comma, as if it were a person's. So a name with a blank
gets a comma at its end, which forbids that, and commas inside are in their full-width form.
"""

from __future__ import annotations

import rispy

from search_app.references.record import Reference

_FULL_WIDTH = str.maketrans(",;", "，；")  # web tags are also cut at semicolons


def ris_record(reference: Reference) -> str:
    """The reference as a record of RIS, which ends with a blank line."""
    published = reference.published
    fields = {
        "type_of_reference": reference.type.ris,
        "authors": [whole_name(name) for name in reference.authors],
        "title": reference.title,
        "secondary_title": reference.newspaper,
        "type_of_work": reference.document_kind,
        "publisher": reference.institution,
        "year": published[:4],
        "date": published.replace("-", "/"),
        "start_page": reference.place,
        "urls": [reference.url],
        "access_date": reference.accessed.strftime("%Y/%m/%d"),
        "language": "zh-CN",
        "abstract": reference.text,
        "notes": list(filter(None, [reference.note_beside_pages])),
        "id": reference.key,
    }
    known = {name: value for name, value in fields.items() if value}
    record: str = rispy.dumps([known], implementation=_Writer)
    return record + "\n"


def whole_name(name: str) -> str:
    """The name of an institution, as readers of RIS and of web tags leave it in one piece."""
    name = name.translate(_FULL_WIDTH)
    return f"{name}," if " " in name else name


class _Writer(rispy.RisWriter):  # type: ignore[misc]  # rispy marks no types as public
    def set_header(self, count: int) -> str:
        """No running number before a record: it is no part of RIS."""
        return ""
