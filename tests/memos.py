"""What tests of a memo's files share."""

from __future__ import annotations

from dataclasses import replace

from search_app.memo import Entry


def quoting(entry: Entry, **changes: object) -> Entry:
    """The entry with changes to its paragraph."""
    paragraph = replace(entry.hit.paragraph, **changes)  # type: ignore[arg-type]
    hit = replace(entry.hit, paragraph=paragraph)
    return replace(entry, passage=replace(entry.passage, hit=hit))
