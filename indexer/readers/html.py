"""Reads the report in a web page, without the page around it.

trafilatura finds the text of a page reliably, but drops some of its short paragraphs and
headings. So we only use it to find the place: the smallest element that contains all the
text it found. From that element we take every paragraph. A menu too many does less harm
than a missing paragraph, because cleaning removes it.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import NamedTuple

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from engine.errors import ReadError
from indexer.draft import Block, Draft, table_row
from indexer.limits import MAX_CHARACTERS
from indexer.readers.decode import decode

_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})")
_RELEASED = re.compile(r"(?:发布|發布|發佈|公开|成文)(?:日期|时间|時間)\s*[:：]\s*" + _DATE.pattern)
_BLANKS = re.compile(r"[ \t\r\n\f]+")  # white space as HTML defines it: no U+00A0, no U+3000
_SKIPPED_TAGS = re.compile(
    "head|script|style|noscript|template|iframe|svg|object|select|button|textarea"
)
_BLOCK_TAGS = re.compile(
    "html|body|main|article|section|header|footer|nav|aside|div|p|h[1-6]|br|hr|pre|blockquote"
    "|address|center|ul|ol|li|dl|dt|dd|figure|figcaption|form|fieldset"
    "|table|caption|thead|tbody|tfoot|tr|th|td"
)
_MIN_PROSE_LENGTH = 30  # characters; a shorter paragraph may be an entry of a menu
_MIN_SHARE_OF_PROSE = 0.5  # of characters in prose; a place with fewer is the wrong one
_NEARLY_ALL = 0.9  # of the characters in prose


class _PlacedBlock(NamedTuple):
    """A paragraph of a page, and the element that contains it."""

    block: Block
    place: HtmlElement


def read(path: Path, source: str) -> Draft:
    """Read an ``.html`` file; raises ``ReadError`` where it is no text."""
    data = path.read_bytes()
    declared = _DECLARED.search(data[:4096])
    return parse(decode(data, source, declared[1].decode("ascii") if declared else ""), source)


def parse(text: str, source: str) -> Draft:
    """The report in a page's markup."""
    if len(text) > MAX_CHARACTERS:
        raise ReadError(source, f"网页超过 {MAX_CHARACTERS // 10_000} 万字，请只留下报告部分")
    # The text is decoded already, so an encoding that it declares no longer applies.
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        page = document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise ReadError(source, "不是网页，或网页已损坏；请重新下载") from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise ReadError(source, "网页嵌套过深，不能读全；请把报告部分另存为文本")
    paragraphs = _paragraphs(page)
    place = _place_of_report(page, paragraphs)
    inside = set(place.iter())
    blocks = tuple(placed.block for placed in paragraphs if placed.place in inside)
    return Draft(source, blocks, _metadata(page, paragraphs))


def _paragraphs(root: HtmlElement) -> list[_PlacedBlock]:
    """The texts between block boundaries, in the order of the page.

    A row of a table is one paragraph, unless one of its cells has several: then the
    table is only used for layout.
    """
    paragraphs: list[_PlacedBlock] = []
    text_parts: list[str] = []
    rows: list[int] = []  # numbers of the first paragraphs of the open rows, inner rows last
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if _BLOCK_TAGS.fullmatch(tag):
            outside = element if event == "end" else element.getparent()
            paragraphs += _flush(text_parts, root if outside is None else outside)
        if event == "start":
            if _SKIPPED_TAGS.fullmatch(tag):
                walk.skip_subtree()
            else:
                text_parts.append(element.text or "")
            if tag == "tr":
                rows.append(len(paragraphs))
        else:
            if tag == "tr":
                begin = rows.pop()
                paragraphs[begin:] = _row(element, paragraphs[begin:])
            text_parts.append(element.tail or "")
    return paragraphs


def _flush(text_parts: list[str], place: HtmlElement) -> list[_PlacedBlock]:
    """Turn the text gathered so far into paragraphs, and clear it."""
    text = "".join(text_parts)
    text_parts.clear()
    lines = text.splitlines() if place.tag == "pre" else [_BLANKS.sub(" ", text)]
    level = int(place.tag[1]) if re.fullmatch("h[1-6]", place.tag) else 0
    return [
        _PlacedBlock(Block(line, level), place)
        for line in (line.strip(" ") for line in lines)
        if line
    ]


def _row(row: HtmlElement, paragraphs: list[_PlacedBlock]) -> list[_PlacedBlock]:
    """One paragraph for a row of data; the given paragraphs for a row used as layout."""
    cells = {inner: number for number, cell in enumerate(row) for inner in cell.iter()}
    columns = [cells.get(placed.place) for placed in paragraphs]
    if len(columns) < 2 or len(set(columns)) < len(columns):
        return paragraphs
    return [_PlacedBlock(table_row([placed.block.text for placed in paragraphs]), row)]


def _place_of_report(page: HtmlElement, paragraphs: list[_PlacedBlock]) -> HtmlElement:
    """The smallest element that contains all of the main text.

    Where trafilatura finds too little of the text, as in tables used for layout, it is
    the smallest element that contains nearly all prose of the page.
    """
    prose = [placed for placed in paragraphs if len(placed.block.text) >= _MIN_PROSE_LENGTH]
    main = _main_text(page)
    place = _common_ancestor(
        [placed.place for placed in prose if _without_blanks(placed.block.text) in main]
    )
    weights: Counter[HtmlElement] = Counter()
    for placed in prose:
        for element in (placed.place, *placed.place.iterancestors()):
            weights[element] += len(placed.block.text)
    if place is not None and weights[place] >= _MIN_SHARE_OF_PROSE * weights[page]:
        return place
    inner: HtmlElement | None = page
    while inner is not None:
        place = inner
        inner = next(
            (child for child in place if weights[child] > _NEARLY_ALL * weights[page]), None
        )
    return place


def _common_ancestor(elements: list[HtmlElement]) -> HtmlElement | None:
    """The innermost element that is or contains each of ``elements``; None without elements."""
    path: list[HtmlElement] = []
    for element in elements:
        other = [*reversed(list(element.iterancestors())), element]
        path = [a for a, b in zip(path, other, strict=False) if a is b] if path else other
    return path[-1] if path else None


def _main_text(page: HtmlElement) -> frozenset[str]:
    """The lines of the main text as trafilatura finds it, without blanks."""
    import trafilatura  # costs a third of a second, so only where there is a page to read

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it would report every empty page
    text = trafilatura.extract(deepcopy(page), include_comments=False, favor_recall=True)
    return frozenset(_without_blanks(line) for line in (text or "").splitlines())


def _without_blanks(text: str) -> str:
    """The text without white space, which differs between extractors."""
    return "".join(text.split())


def _metadata(page: HtmlElement, paragraphs: list[_PlacedBlock]) -> dict[str, str]:
    """The page's metadata, from its ``meta`` tags (as government sites use them) and its text."""
    tags: dict[str, str] = {}
    for tag in page.iter("meta"):
        name = tag.get("name") or tag.get("property") or ""
        tags.setdefault(name.lower(), _BLANKS.sub(" ", tag.get("content") or "").strip())
    metadata = {
        "title": tags.get("articletitle") or tags.get("og:title") or _title(page),
        "issuer": tags.get("contentsource", ""),
        "published": _date(tags.get("pubdate") or tags.get("article:published_time") or "")
        or _released(paragraphs),
        "url": tags.get("og:url", ""),
    }
    return {key: value for key, value in metadata.items() if value}


def _title(page: HtmlElement) -> str:
    """The ``<title>``; if it begins with a heading, that heading, as the rest names the site."""
    title = _BLANKS.sub(" ", page.findtext("head/title") or "").strip()
    headings = (_BLANKS.sub(" ", heading.text_content()).strip() for heading in page.iter("h1"))
    named = (text for text in headings if text and (not title or title.startswith(text)))
    return next(named, title)


def _released(paragraphs: list[_PlacedBlock]) -> str:
    """The first date after ``发布时间：`` on the page."""
    matches = (_RELEASED.search(placed.block.text) for placed in paragraphs)
    return next((_date(match[0]) for match in matches if match), "")


def _date(text: str) -> str:
    """``2024年12月3日 14:29`` as ``2024-12-03``; "" where there is no date."""
    match = _DATE.search(text)
    if not match:
        return ""
    try:
        return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
    except ValueError:
        return ""
