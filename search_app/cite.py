"""Formats a passage as a reference, in one of several styles.

``STYLES`` are those that the page of a passage shows; the others are for programs, which take
them as files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from search_app.passages import Passage
from search_app.references.bibtex import bibtex_entry
from search_app.references.csl import csl_item
from search_app.references.gbt7714 import gbt_2015, gbt_2025
from search_app.references.record import Reference, reference_of
from search_app.references.ris import ris_record

STYLES: Mapping[str, str] = {
    "gbt7714-2025": "GB/T 7714—2025",
    "gbt7714-2015": "GB/T 7714—2015",
    "markdown": "Markdown",
    "bibtex": "BibTeX",
}


def cite(passage: Passage, url: str, style: str, accessed: date) -> str:
    """The reference of a passage in a style of ``WRITERS``.

    ``url`` is the permalink of the passage.
    """
    return WRITERS[style](reference_of(passage, url, accessed))


def _markdown(reference: Reference) -> str:
    authors = "，".join(reference.authors) or reference.newspaper
    facts = [escape_markdown(authors), reference.published, reference.place]
    if reference.source_url:
        facts.append(f"[发布处](<{reference.source_url}>)")
    link = f"[{escape_markdown(reference.title)}]({reference.permalink})"
    return f"{link}，" + "，".join(filter(None, facts))


def escape_markdown(text: str) -> str:
    """Escape a text, so that Markdown shows it unchanged: ``a*b`` → ``a\\*b``."""
    text = re.sub(r"([\\`*_\[\]<>~|])", r"\\\1", text)
    text = re.sub(r"(?m)^([^\S\n]*)([#+=-])", r"\1\\\2", text)
    return re.sub(r"(?m)^([^\S\n]*\d+)([.)])", r"\1\\\2", text)


def _bibtex(reference: Reference) -> str:
    """An entry to paste, without the words quoted, which a file has."""
    return bibtex_entry(replace(reference, text=""))


def _ris(reference: Reference) -> str:
    return ris_record(reference).rstrip("\n")


def _csl_json(reference: Reference) -> str:
    """An array of one item: what pandoc reads as a bibliography."""
    return json.dumps([csl_item(reference)], ensure_ascii=False, indent=2)


WRITERS: Mapping[str, Callable[[Reference], str]] = {
    "gbt7714-2025": gbt_2025,
    "gbt7714-2015": gbt_2015,
    "markdown": _markdown,
    "bibtex": _bibtex,
    "ris": _ris,
    "csl-json": _csl_json,
}
