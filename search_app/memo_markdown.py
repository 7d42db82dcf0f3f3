"""Writes a memo as Markdown: each paragraph as a quotation with its source below."""

from __future__ import annotations

import re
from collections.abc import Iterator

from search_app.cite import escape_markdown
from search_app.memo import Memo
from search_app.quotation import Quotation, marks_note, missing_note, quotation

_BOLD = re.compile(r"[^\W_](?:.*[^\W_])?")  # beside a punctuation mark, ** is often no sign


def as_markdown(memo: Memo) -> str:
    """The memo as Markdown."""
    return "\n".join(_blocks(memo))


def _blocks(memo: Memo) -> Iterator[str]:
    yield f"# {escape_markdown(memo.title)}\n"
    if note := marks_note(memo):
        yield f"{escape_markdown(note)}\n"
    for number, entry in enumerate(memo.entries, 1):
        yield quotation_block(number, quotation(entry))
    if memo.missing:
        yield f"{escape_markdown(missing_note(memo))}\n"


def quotation_block(number: int, quoted: Quotation) -> str:
    """A numbered quotation with its source, as a block of Markdown."""
    paragraphs = (
        "".join(_piece(*piece) for piece in quoted.pieces),
        escape_markdown(quoted.caution),
        f"\\[{number}\\] {escape_markdown(quoted.before)}<{quoted.url}>{quoted.after}",
        escape_markdown(quoted.details),
    )
    text = "\n\n".join(filter(None, paragraphs))
    return "".join(f"> {line}".rstrip() + "\n" for line in text.split("\n"))


def _piece(text: str, in_query: bool) -> str:
    escaped = escape_markdown(text)
    return _BOLD.sub(r"**\g<0>**", escaped) if in_query else escaped
