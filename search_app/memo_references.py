"""The sources of a memo as references, and a notice of the ids that lead to no paragraph."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from search_app.memo import Memo
from search_app.quotation import missing_note
from search_app.references.record import Reference, notice, reference_of


def as_references(memo: Memo, url: str, made: date) -> Iterator[Reference]:
    """A reference for each entry of the memo, whose full address is ``url``."""
    for entry in memo.entries:
        yield reference_of(entry.passage, entry.url, made)
    if memo.missing:
        yield notice(missing_note(memo), url, made)
