"""Reads plain text and Markdown: one block for each line, blank lines included; tables by tabs.

Both are read alike, because suffixes are not reliable: some ``.txt`` files are Markdown.
Others are saved web pages, which go to the HTML reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from indexer.draft import Block, Draft, table_row
from indexer.readers import html
from indexer.readers.decode import decode

_FENCE = re.compile(r"-{3,}[ \t]*")
_ENTRY = re.compile(r"([A-Za-z_]+)[ \t]*:(?:[ \t]+(.*))?")
_IGNORED = re.compile(r"[ \t]*(#.*)?|[ \t]+.*|-[ \t].*")  # blank, comment, part of a list
_HEADING_MARK = re.compile(r" {0,3}(#{1,6})[ \t]+")
_MARKUP = re.compile(
    r"\s*(<\?xml[^>]*>\s*)?<(!doctype html|html|head|meta|body|div|p|table)\b", re.IGNORECASE
)
_KEYS = ("title", "issuer", "published", "region", "year", "kind", "url")
_ALIASES = {"authors": "issuer", "author": "issuer", "date": "published"}  # of other programs
_LIST_ITEM = re.compile(r"[ \t]*-[ \t]+(.+)")
_WHOLE_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_BLANK = Block("")
# Form feed, vertical tab and the like end a line of paper, and a paragraph only after its mark.
_BREAKS = "\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028"
_BREAK_RUN = re.compile(f"[{_BREAKS}]+")
_SENTENCE_ENDS = frozenset("。！？；：!?;:")
_ITEM_NUMBER = re.compile(
    r"[(（]?(?:[0-9]{1,3}|[一二三四五六七八九十百]{1,4}|[①-⑳A-Za-z])[)）、.．]?"
)


def read(path: Path, source: str) -> Draft:
    """Read a text or Markdown file; raises ``ReadError`` where it is no text."""
    return parse(decode(path.read_bytes(), source), source)


def parse(text: str, source: str) -> Draft:
    """The report in a decoded text, which may be markup."""
    if _MARKUP.match(text):
        return html.parse(text, source)
    if any(mark in text for mark in _BREAKS):  # faster than a pattern
        text = _BREAK_RUN.sub(_paragraph_end, text)
    metadata, lines = _front_matter(text.splitlines())
    blocks = _blocks(lines) if "\t" in text else map(_block, lines)
    return Draft(source, tuple(blocks), metadata, lines=True)


def _paragraph_end(breaks: re.Match[str]) -> str:
    """A line end where breaks end a paragraph, else nothing."""
    before = breaks.string[max(breaks.start() - 1, 0) : breaks.start()]
    after = breaks.string[breaks.end() : breaks.end() + 1]
    return "\n" if before in _SENTENCE_ENDS or after in ("\n", "\r", "") else ""


def _blocks(lines: Sequence[str]) -> Iterator[Block]:
    """One block a line; neighbouring lines with the same number of tabs are a table's rows.

    An indent by tabs, and a tab behind an item's number, make no table.
    """
    columns = [_columns(line) for line in lines]
    for at, line in enumerate(lines):
        beside = [columns[near] for near in (at - 1, at + 1) if 0 <= near < len(lines)]
        if columns[at] > 1 and columns[at] in beside:
            yield table_row(line.rstrip("\r").split("\t"))
        else:
            yield _block(line)


def _columns(line: str) -> int:
    """The number of cells that tabs make of a line; 0 where they make none."""
    if "\t" not in line or not line.strip() or line.startswith(("\t", "#")):
        return 0
    cells = line.split("\t")
    return (
        0
        if len(cells) == 2 and (_ITEM_NUMBER.fullmatch(cells[0].strip()) or not cells[1])
        else len(cells)
    )


def _block(line: str) -> Block:
    """``## 一、回顾`` is a heading of level 2; anything else stays as it is."""
    if not line:
        return _BLANK
    mark = _HEADING_MARK.match(line)
    return Block(_without_closing_mark(line[mark.end() :]), len(mark[1])) if mark else Block(line)


def _without_closing_mark(heading: str) -> str:
    """``一、回顾 ##`` is ``一、回顾``; a ``#`` without a blank before it belongs to the text."""
    heading = heading.rstrip(" \t")
    unmarked = heading.rstrip("#")
    return unmarked.rstrip(" \t") if unmarked.endswith((" ", "\t")) else heading


def _front_matter(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """Split off the metadata between two ``---`` at the very top; returns it and the other lines.

    Only ``key: value`` is understood: it is enough for a report's front matter, and unlike
    full YAML cannot run code. A ``---`` that begins no front matter is an ordinary line.
    """
    if not lines or not _FENCE.fullmatch(lines[0]):
        return {}, lines
    values: dict[str, list[str]] = {}
    key = ""
    for number, line in enumerate(lines[1:], start=2):
        if _FENCE.fullmatch(line):
            joined = {name: " ".join(filter(None, parts)) for name, parts in values.items()}
            return _metadata(joined), lines[number:]
        entry, item = _ENTRY.fullmatch(line), _LIST_ITEM.fullmatch(line)
        if entry:
            key = entry[1].lower()
            values[key] = [_unquote(entry[2] or "")]
        elif item and key:  # the items of a list are joined by blanks
            values[key].append(_unquote(item[1]))
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
