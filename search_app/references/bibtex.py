"""Writes references as BibTeX, for LaTeX, biblatex and pandoc.

The entries are written here. A writer that was tried, that of bibtexparser 2, escapes nothing by
itself, and its encoder escapes the braces that keep an institution in one piece, the signs of an
address, and Chinese quotation marks.

There is one ``url``, so a permalink beside it goes into the note. There ``~`` is percent-encoded,
because Zotero leaves its escape in a note as it is.
"""

from __future__ import annotations

from search_app.references.record import Reference
from search_app.references.source_types import NEWSPAPER

_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}
_UNBALANCED = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C"})


def bibtex_entry(reference: Reference) -> str:
    """The reference as an entry of BibTeX; its fields are those of BibTeX and of biblatex."""
    fields = {
        "author": " and ".join(f"{{{_latex(name)}}}" for name in reference.authors),
        "title": f"{{{_latex(reference.title)}}}",
        "institution": _latex(reference.institution),
        "journal": _latex(reference.newspaper),
        "entrysubtype": "newspaper" if reference.type is NEWSPAPER else "",
        "type": _latex(reference.document_kind),
        "mark": reference.type.mark,
        "year": reference.published[:4],
        "date": reference.published,
        "pages": reference.place,
        "note": _latex(reference.note.replace("~", "%7E")),
        "url": reference.url.translate(_UNBALANCED),
        "urldate": reference.accessed.isoformat(),
        "abstract": _latex(reference.text),
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@{reference.type.bibtex}{{{reference.key},\n{lines}}}"


def _latex(text: str) -> str:
    return "".join(_LATEX.get(sign, sign) for sign in text)
