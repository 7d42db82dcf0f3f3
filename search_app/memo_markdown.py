"""Writes a memo as Markdown: each paragraph as a quotation with its source below."""

from __future__ import annotations

from collections.abc import Iterator

from search_app.cite import escape_markdown
from search_app.memo import Memo
from search_app.quotation import Quotation, missing_note, quotation


def as_markdown(memo: Memo) -> str:
    """The memo as Markdown."""
    return "\n".join(_blocks(memo))


def _blocks(memo: Memo) -> Iterator[str]:
    yield f"# {escape_markdown(memo.title)}\n"
    for number, entry in enumerate(memo.entries, 1):
        yield quotation_block(number, quotation(entry))
    if memo.missing:
        yield f"{escape_markdown(missing_note(memo))}\n"


def quotation_block(number: int, quoted: Quotation) -> str:
    """A numbered quotation with its source, as a block of Markdown."""
    paragraphs = (
        escape_markdown(quoted.text),
        escape_markdown(quoted.caution),
        f"\\[{number}\\] {escape_markdown(quoted.before)}<{quoted.url}>{quoted.after}",
        escape_markdown(quoted.details),
    )
    text = "\n\n".join(filter(None, paragraphs))
    return "".join(f"> {line}".rstrip() + "\n" for line in text.split("\n"))
