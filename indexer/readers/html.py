"""A web page: the report in it, without the page around it.

trafilatura knows well where the text of a page is, but drops short paragraphs
and headings of it. So it is asked for the place only: the smallest element that
holds all it found. From there every paragraph is taken. Rather a menu too many,
which cleaning removes, than a paragraph of the report too few.
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
from indexer.draft import Block, Draft
from indexer.limits import MAX_CHARACTERS
from indexer.readers.decode import decode

_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})")
_RELEASED = re.compile(r"(?:发布|發布|發佈|公开|成文)(?:日期|时间|時間)\s*[:：]\s*" + _DATE.pattern)
_BLANKS = re.compile(r"[ \t\r\n\f]+")  # what HTML itself calls white space: no U+00A0, no U+3000
_SKIPPED = re.compile(
    "head|script|style|noscript|template|iframe|svg|object|select|button|textarea"
)
_BLOCK = re.compile(
    "html|body|main|article|section|header|footer|nav|aside|div|p|h[1-6]|br|hr|pre|blockquote"
    "|address|center|ul|ol|li|dl|dt|dd|figure|figcaption|form|fieldset"
    "|table|caption|thead|tbody|tfoot|tr|th|td"
)
_CELL = "｜"  # between the cells of a table's row
_LONG = 30  # characters that make a paragraph of text rather than a menu's entry
_ENOUGH = 0.5  # of the characters of long paragraphs; a place with fewer was the wrong one
_NEARLY = 0.9  # of the same


class _Found(NamedTuple):
    """A paragraph of a page and the element it stands in."""

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
    # The text is decoded already, so whatever encoding it declares is untrue by now.
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        page = document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise ReadError(source, "不是网页，或网页已损坏；请重新下载") from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise ReadError(source, "网页嵌套过深，不能读全；请把报告部分另存为文本")
    found = _paragraphs(page)
    place = _place_of_report(page, found)
    inside = set(place.iter())
    blocks = tuple(one.block for one in found if one.place in inside)
    return Draft(source, blocks, _metadata(page, found))


def _paragraphs(root: HtmlElement) -> list[_Found]:
    """Every stretch of text between two block boundaries, in the page's order.

    A row of a table is one paragraph, unless one of its cells holds several:
    then the table only lays out the page.
    """
    done: list[_Found] = []
    words: list[str] = []
    rows: list[int] = []  # where the open rows began, inner ones last
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if _BLOCK.fullmatch(tag):
            outside = element if event == "end" else element.getparent()
            done += _flush(words, root if outside is None else outside)
        if event == "start":
            if _SKIPPED.fullmatch(tag):
                walk.skip_subtree()
            else:
                words.append(element.text or "")
            if tag == "tr":
                rows.append(len(done))
        else:
            if tag == "tr":
                begin = rows.pop()
                done[begin:] = _row(element, done[begin:])
            words.append(element.tail or "")
    return done


def _flush(words: list[str], place: HtmlElement) -> list[_Found]:
    """The words gathered so far as paragraphs, and an empty list of words again."""
    text = "".join(words)
    words.clear()
    parts = text.splitlines() if place.tag == "pre" else [_BLANKS.sub(" ", text)]
    level = int(place.tag[1]) if re.fullmatch("h[1-6]", place.tag) else 0
    return [_Found(Block(part, level), place) for part in (p.strip(" ") for p in parts) if part]


def _row(row: HtmlElement, paragraphs: list[_Found]) -> list[_Found]:
    """One paragraph for a row of data; the paragraphs as they are in a row of layout."""
    cells = {inner: number for number, cell in enumerate(row) for inner in cell.iter()}
    columns = [cells.get(one.place) for one in paragraphs]
    if len(columns) < 2 or len(set(columns)) < len(columns):
        return paragraphs
    return [_Found(Block(_CELL.join(one.block.text for one in paragraphs)), row)]


def _place_of_report(page: HtmlElement, found: list[_Found]) -> HtmlElement:
    """The smallest element that holds all of the main text.

    Where trafilatura finds too little of the page's text, as in tables that only
    lay out the page, it is the smallest element that holds nearly all text.
    """
    long = [one for one in found if len(one.block.text) >= _LONG]
    main = _main_text(page)
    place = _common_ancestor([one.place for one in long if _bare(one.block.text) in main])
    weights: Counter[HtmlElement] = Counter()
    for one in long:
        for element in (one.place, *one.place.iterancestors()):
            weights[element] += len(one.block.text)
    if place is not None and weights[place] >= _ENOUGH * weights[page]:
        return place
    inner: HtmlElement | None = page
    while inner is not None:
        place = inner
        inner = next((child for child in place if weights[child] > _NEARLY * weights[page]), None)
    return place


def _common_ancestor(elements: list[HtmlElement]) -> HtmlElement | None:
    """The innermost element that is or holds each of them; None for none."""
    path: list[HtmlElement] = []
    for element in elements:
        other = [*reversed(list(element.iterancestors())), element]
        path = [a for a, b in zip(path, other, strict=False) if a is b] if path else other
    return path[-1] if path else None


def _main_text(page: HtmlElement) -> frozenset[str]:
    """The lines that trafilatura takes for the main text, without blanks."""
    import trafilatura  # costs a third of a second, so only where there is a page to read

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # an empty page is no news
    text = trafilatura.extract(deepcopy(page), include_comments=False, favor_recall=True)
    return frozenset(_bare(line) for line in (text or "").splitlines())


def _bare(text: str) -> str:
    """Without any white space, which differs from extractor to extractor."""
    return "".join(text.split())


def _metadata(page: HtmlElement, found: list[_Found]) -> dict[str, str]:
    """What the page says of itself, in the ``meta`` tags of government sites and elsewhere."""
    tags: dict[str, str] = {}
    for tag in page.iter("meta"):
        name = tag.get("name") or tag.get("property") or ""
        tags.setdefault(name.lower(), _BLANKS.sub(" ", tag.get("content") or "").strip())
    metadata = {
        "title": tags.get("articletitle") or tags.get("og:title") or _title(page),
        "issuer": tags.get("contentsource", ""),
        "published": _date(tags.get("pubdate") or tags.get("article:published_time") or "")
        or _released(found),
        "url": tags.get("og:url", ""),
    }
    return {key: value for key, value in metadata.items() if value}


def _title(page: HtmlElement) -> str:
    """The ``<title>``, or the heading that it begins with: the rest names the site."""
    title = _BLANKS.sub(" ", page.findtext("head/title") or "").strip()
    headings = (_BLANKS.sub(" ", heading.text_content()).strip() for heading in page.iter("h1"))
    return next((one for one in headings if one and (not title or title.startswith(one))), title)


def _released(found: list[_Found]) -> str:
    """The date after ``发布时间：``, wherever on the page it stands."""
    matches = (_RELEASED.search(one.block.text) for one in found)
    return next((_date(match[0]) for match in matches if match), "")


def _date(text: str) -> str:
    """``2024年12月3日 14:29`` as ``2024-12-03``; nothing where there is no date."""
    match = _DATE.search(text)
    if not match:
        return ""
    try:
        return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
    except ValueError:
        return ""
