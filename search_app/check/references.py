"""Reads references in a memo: permalinks, ``[1]`` with a list of sources, titles in ``《》``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from search_app.check.memo_text import Block

_ID = "[0-9A-Za-z]+[-‐‑‒–—−－][0-9A-Za-z]+(?:[~～][0-9]+(?:-[0-9]+)?)?"
_PERMALINK = re.compile(
    rf"(?:https?://[^\s<>（）()，。；、“”\"]{{0,500}}?)?/(?:p/(?P<passage>{_ID})|r/(?P<report>[0-9A-Za-z]{{8}}))(?![0-9A-Za-z])"
)
NUMBER = re.compile(r"[\[［〔【]\s*\^?(\d{1,3})\s*[\]］〕】]")
_ENTRY = re.compile(rf"\s*{NUMBER.pattern}\s*[:：.、]?")
_TITLE = re.compile(r"《([^《》]{4,80})》")
# The beginning of a line that names a source, below a quotation or in a list of sources.
_SOURCE = r"(?:[（(【\[]\s*)?(?:资料)?(?:来源|出处|引自|摘自|见|参见|链接|原文)"
_SOURCE_LINE = re.compile(rf"\s*(?:{NUMBER.pattern}|{_SOURCE})")
_DASHED = re.compile(r"\s*[—–―-]{1,2}")
_TITLE_LINE = re.compile(
    rf"(?:{_DASHED.pattern}|\s*{_SOURCE})\W{{0,2}}.{{0,20}}《[^《》]{{4,80}}》.{{0,20}}"
)
_GBT = re.compile(r"\[(?:[A-Z]{1,2}/OL|[RMNJDG])\]")
_MAX_OF_ENTRY = 3  # references of one number, which may stand at any number of places
_STOP = re.compile("[。；]")
# What a memo of yinju says below a source, and of a text that may be damaged.
_OWN_NOTE = re.compile(
    r"(?:位置：.*；)?地区：[^；]*；年份：[^；]*。|（.*引用前请核对原件。）", re.S
)


class Reference(NamedTuple):
    """What a memo refers to, ``text`` as written there: a passage, a report, or a title."""

    text: str
    passage_id: str = ""
    report_id: str = ""
    title: str = ""


class Found(NamedTuple):
    """A reference at a place in the text of a block."""

    start: int
    end: int
    reference: Reference


def permalinks(text: str) -> Iterator[Found]:
    """The permalinks in a text, of any host."""
    for match in _PERMALINK.finditer(text):
        passage, report = match["passage"] or "", match["report"] or ""
        yield Found(*match.span(), Reference(match[0], passage, report))


def titles(text: str) -> Iterator[Found]:
    """The titles in ``《》``."""
    for match in _TITLE.finditer(text):
        yield Found(*match.span(), Reference(match[0], title=match[1]))


def in_block(block: Block, sources: Mapping[str, Sequence[Reference]]) -> list[Found]:
    """The references of a block in order: permalinks, links, numbers of ``sources``."""
    found = list(permalinks(block.text))
    for link in block.links:
        found += [Found(link.start, link.end, each.reference) for each in permalinks(link.target)]
    for match in NUMBER.finditer(block.text):
        found += [Found(*match.span(), each) for each in sources.get(match[1], ())]
    once = {
        (each.start, each.reference.passage_id, each.reference.report_id): each for each in found
    }
    return sorted(once.values(), key=lambda each: each[:2])


def source_list(blocks: Sequence[Block]) -> dict[str, list[Reference]]:
    """The references of each entry of a list of sources, by its number."""
    found: dict[str, list[Reference]] = {}
    for block in blocks:
        if entry := _ENTRY.match(block.text):
            references = [each.reference for each in in_block(block, {})]
            if references and entry[1] not in found:
                found[entry[1]] = references[:_MAX_OF_ENTRY]
    return found


def is_source_line(block: Block) -> bool:
    """Whether a block only names a source."""
    text = block.text
    if is_reference_entry(text) or _TITLE_LINE.fullmatch(text):
        return True
    named = [each for each in in_block(block, {}) if not _is_mark(text[each.start : each.end])]
    dash = _DASHED.match(text)
    if not named or not (dash or _SOURCE_LINE.match(text)):
        return False
    # A quotation may begin like that too; then its source stands in brackets behind it.
    is_quoted = text[: named[0].start].rstrip().endswith(("（", "("))
    if dash:
        return not is_quoted and not _STOP.search(text, dash.end(), named[0].start)
    return not (block.is_quotation and is_quoted)


def is_reference_entry(text: str) -> bool:
    """Whether a text is a reference in the form of GB/T 7714."""
    return _GBT.search(text) is not None


def _is_mark(text: str) -> bool:
    """Whether a link is on the mark of a note: ``[1]``, or nothing."""
    return not text or NUMBER.fullmatch(text) is not None


def is_own_note(text: str) -> bool:
    """Whether a block is a note that a memo of yinju has below a quotation."""
    return _OWN_NOTE.fullmatch(text.strip()) is not None
