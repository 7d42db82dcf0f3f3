"""The visible paragraphs of a web page, in its order: texts between block boundaries, and rows.

The page's looks decide: a line end in the source is none on the page, what is hidden or struck
out does not count, a small raised 8 is no 8. A table of data gives one paragraph a row, a
table that only arranges the page gives the paragraphs inside its cells.
"""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement

from indexer.draft import Block
from indexer.readers.web_tables import Hidden, Paragraph, data_rows
from indexer.readers.word.raised import raised

_HAN_OR_SIGN = "\u2e80-\u9fff\uf900-\ufaff\uff01-\uff60“”‘’…—·\U00020000-\U0003fffd"
# A line end between two such characters is no blank, unless a label (来源：) follows.
_SOURCE_LINE_END = re.compile(
    rf"(?<=[{_HAN_OR_SIGN}])[ \t]*[\r\n][ \t\r\n]*(?=[{_HAN_OR_SIGN}])"
    r"(?![^\s，。；：:]{2,6}[：:])"
)
_BLANKS = re.compile(r"[ \t\r\n\f]+")  # white space as HTML defines it: no U+00A0, no U+3000
_SKIPPED_TAGS = frozenset(
    [
        "head",
        "script",
        "style",
        "noscript",
        "noframes",
        "template",
        "iframe",
        "svg",
        "object",
        "select",
        "datalist",
        "button",
        "textarea",
        "audio",
        "video",
        "canvas",
        "rt",
        "rp",
        "rtc",
    ]
)
_BLOCK_TAGS = frozenset(
    [
        "html",
        "body",
        "main",
        "article",
        "section",
        "header",
        "footer",
        "nav",
        "aside",
        "div",
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "br",
        "hr",
        "pre",
        "blockquote",
        "address",
        "center",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "figure",
        "figcaption",
        "form",
        "fieldset",
        "legend",
        "details",
        "summary",
        "table",
        "caption",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "th",
        "td",
    ]
)
_RAISING = re.compile(r"vertical-align\s*:\s*(super|sub)\b", re.IGNORECASE)


def paragraphs(root: HtmlElement, is_hidden: Hidden) -> list[Paragraph]:
    """The paragraphs inside ``root``, in the order of the page."""
    walk = _Walk(root, is_hidden)
    walk.run()
    return walk.found


class _Walk:
    """One pass over an element; gathers text until a block boundary ends the paragraph."""

    def __init__(self, root: HtmlElement, is_hidden: Hidden) -> None:
        self.root = root
        self.is_hidden = is_hidden
        self.found: list[Paragraph] = []
        self.texts: list[str] = []
        self.linked = 0  # characters in links, among those in ``texts``
        self.links = 0  # links that are open
        self.small: list[int] = []  # where in ``texts`` the open super- and subscripts begin
        self.preformatted = 0  # elements ``pre`` that are open
        self.skipped: HtmlElement | None = None

    def run(self) -> None:
        walk = etree.iterwalk(self.root, events=("start", "end"))
        for event, element in walk:
            if event == "start":
                self.boundary(element, element.getparent())
                if self.is_skipped(element):
                    self.skipped = element
                    walk.skip_subtree()
                elif element.tag == "table" and (rows := self.rows(element)) is not None:
                    self.found += rows
                    walk.skip_subtree()
                else:
                    self.open(element)
            else:
                if element is not self.skipped:
                    self.close(element)
                if element is not self.root:
                    self.add(element.tail)
        self.flush(self.root)

    def rows(self, table: HtmlElement) -> list[Paragraph] | None:
        return data_rows(table, self.is_hidden, lambda part: paragraphs(part, self.is_hidden))

    def is_skipped(self, element: HtmlElement) -> bool:
        return element.tag in _SKIPPED_TAGS or (
            element is not self.root and self.is_hidden(element)
        )

    def boundary(self, element: HtmlElement, place: HtmlElement | None) -> None:
        if element.tag in _BLOCK_TAGS:
            self.flush(self.root if place is None else place)

    def open(self, element: HtmlElement) -> None:
        self.links += _is_link(element)
        self.preformatted += element.tag == "pre"
        if _smallness(element):
            self.small.append(len(self.texts))
        self.add(element.text)

    def close(self, element: HtmlElement) -> None:
        if self.small and (how := _smallness(element)):
            begin = min(self.small.pop(), len(self.texts))
            before = "".join(self.texts[max(0, begin - 3) : begin])[-4:]
            self.texts[begin:] = [_set_small("".join(self.texts[begin:]), how, before)]
        self.boundary(element, element)
        self.links -= _is_link(element)
        self.preformatted -= element.tag == "pre"

    def add(self, text: str | None) -> None:
        if text:
            wrapped = not self.preformatted and ("\n" in text or "\r" in text)
            self.texts.append(_SOURCE_LINE_END.sub("", text) if wrapped else text)
            if self.links:
                self.linked += len("".join(text.split()))

    def flush(self, place: HtmlElement) -> None:
        """Turn the text gathered so far into paragraphs, and clear it."""
        text = "".join(self.texts)
        linked, self.linked = self.linked, 0
        self.texts.clear()
        if not text or text.isspace():
            return
        lines = re.split(r"\r\n|\r|\n", text) if self.preformatted else [text]
        level = int(place.tag[1]) if re.fullmatch("h[1-6]", place.tag) else 0
        share = min(1.0, linked / max(1, len("".join(text.split()))))
        for line in lines:
            shown = line.rstrip(" ") if self.preformatted else _BLANKS.sub(" ", line).strip(" ")
            if shown and not shown.isspace():
                block = Block(shown, level)
                self.found.append(Paragraph(block, place, share, line=self.preformatted > 0))


def _is_link(element: HtmlElement) -> bool:
    """Whether an element is a link; ``<a name=…>`` is only a place that links lead to."""
    if element.tag != "a":
        return False
    return element.get("href") is not None or not (element.get("name") or element.get("id"))


def _smallness(element: HtmlElement) -> str:
    """``super`` or ``sub`` for an element whose text is set so, else ""."""
    if element.tag in ("sup", "sub"):
        return "super" if element.tag == "sup" else "sub"
    match = _RAISING.search(element.get("style") or "") if element.tag in ("span", "font") else None
    return match[1].lower() if match else ""


def _set_small(text: str, how: str, before: str) -> str:
    """Small text so that it cannot be taken for digits of the figure before it.

    ``10`` + ``8`` → ``10⁸``, ``5.2`` + ``1`` → ``5.2[1]``, ``CO`` + ``2`` → ``CO2``.
    """
    if how == "super":
        return raised(before, text)
    return f"_{text}" if before[-1:].isdecimal() and text[:1].isdecimal() else text
