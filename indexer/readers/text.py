"""Reads plain text and Markdown: one block for each line, blank lines included.

Both are read alike, because suffixes are not reliable: some ``.txt`` files are Markdown.
Others are saved web pages, which go to the HTML reader.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from indexer.draft import Block, Draft
from indexer.readers import html
from indexer.readers.decode import decode

_FENCE = re.compile(r"-{3,}[ \t]*")
_ENTRY = re.compile(r"([A-Za-z_]+)[ \t]*:(?:[ \t]+(.*))?")
_IGNORED = re.compile(r"[ \t]*(#.*)?|[ \t]+.*|-[ \t].*")  # blank, comment, part of a list
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*")
_MARKUP = re.compile(
    r"\s*(<\?xml[^>]*>\s*)?<(!doctype html|html|head|meta|body|div|p|table)\b", re.IGNORECASE
)
_KEYS = ("title", "issuer", "published", "region", "year", "kind", "url")
_ALIASES = {"authors": "issuer", "author": "issuer", "date": "published"}  # of other programs
_LIST_ITEM = re.compile(r"[ \t]*-[ \t]+(.+)")
_WHOLE_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_BLANK = Block("")


def read(path: Path, source: str) -> Draft:
    """Read a ``.txt`` or ``.md`` file; raises ``ReadError`` where it is no text."""
    text = decode(path.read_bytes(), source)
    if _MARKUP.match(text):
        return html.parse(text, source)
    metadata, lines = _front_matter(text.splitlines())
    return Draft(source, tuple(map(_block, lines)), metadata, lines=True)


def _block(line: str) -> Block:
    """``## 一、回顾`` is a heading of level 2; anything else stays as it is."""
    if not line:
        return _BLANK
    heading = _HEADING.fullmatch(line)
    return Block(heading[2], level=len(heading[1])) if heading else Block(line)


def _front_matter(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """Split off the metadata between two ``---`` at the very top; returns it and the other lines.

    Only ``key: value`` is understood: it is enough for a report's front matter, and unlike
    full YAML cannot run code. A ``---`` that begins no front matter is an ordinary line.
    """
    if not lines or not _FENCE.fullmatch(lines[0]):
        return {}, lines
    values: dict[str, str] = {}
    key = ""
    for number, line in enumerate(lines[1:], start=2):
        if _FENCE.fullmatch(line):
            return _metadata(values), lines[number:]
        entry, item = _ENTRY.fullmatch(line), _LIST_ITEM.fullmatch(line)
        if entry:
            key = entry[1].lower()
            values[key] = _unquote(entry[2] or "")
        elif item and key:  # the items of a list are joined by blanks
            values[key] = f"{values[key]} {_unquote(item[1])}".strip()
        elif not _IGNORED.fullmatch(line):
            break
    return {}, lines


def _metadata(values: Mapping[str, str]) -> dict[str, str]:
    """The entries with known keys; a ``source`` that is an address becomes ``url``.

    What other programs call ``authors`` and ``date`` counts where no key of ours states it.
    """
    metadata = {key: value for key, value in values.items() if key in _KEYS and value}
    source = values.get("source", "")
    if source.startswith(("http://", "https://")):
        metadata["url"] = source
    for alias, key in _ALIASES.items():
        value = values.get(alias, "")
        if value and (key != "published" or _WHOLE_DATE.fullmatch(value)):
            metadata.setdefault(key, value)
    return metadata


def _unquote(value: str) -> str:
    """``"a"`` and ``'a'`` are ``a``."""
    value = value.strip()
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value
