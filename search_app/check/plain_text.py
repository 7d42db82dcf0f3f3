"""Reads a memo that is plain text or Markdown: a block a line, ``>`` lines as quotations."""

from __future__ import annotations

import re
from collections.abc import Iterator

from search_app.check.memo_text import Block, Link, MemoText

_QUOTED = re.compile(r" {0,3}>[ \t]?((?:[ \t]*>[ \t]?)*)")
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+")
# An escape, a link, an address in < >, an emphasis: what Markdown shows otherwise than written.
_INLINE = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|!?\[(?P<linked>(?:\\.|[^\[\]\\])*)\]\(<?(?P<target>[^\s()<>]+)>?(?:\s+\"[^\"]*\")?\)"
    r"|<(?P<address>https?://[^\s<>]+)>"
    r"|(?P<strong>\*\*|__)(?=\S)(?P<bold>(?:(?!(?P=strong)).)+)(?<=\S)(?P=strong)"
)


def plain_memo(text: str) -> MemoText:
    """The memo of a plain text or Markdown; each line is a block, named by its number.

    Lines of a block quotation that no empty line parts are one block.
    """
    return MemoText(tuple(_blocks(text.replace("\r\n", "\n").replace("\r", "\n"))))


def _blocks(text: str) -> Iterator[Block]:
    quoted: list[str] = []
    first = 0
    for number, line in enumerate([*text.split("\n"), ""], 1):
        match = _QUOTED.match(line)
        inside = line[match.end() :] if match else ""
        if inside.strip():
            first = first if quoted else number
            quoted.append(inside)
            continue
        if quoted:
            yield _block("\n".join(quoted), first, is_quotation=True)
            quoted = []
        if line.strip() and not match:
            yield _block(_HEADING.sub("", line, count=1), number)


def _block(source: str, number: int, is_quotation: bool = False) -> Block:
    text, links = _shown(source)
    return Block(text, f"第{number}行", is_quotation, tuple(links))


def _shown(source: str) -> tuple[str, list[Link]]:
    """What Markdown shows of a text, and its links."""
    shown, links, done = "", list[Link](), 0
    for match in _INLINE.finditer(source):
        shown += source[done : match.start()]
        done = match.end()
        inside = match["linked"] if match["linked"] is not None else match["bold"]
        if inside is None:
            shown += match["escaped"] or match["address"]
            continue
        text, inner = _shown(inside)
        links += [
            link._replace(start=link.start + len(shown), end=link.end + len(shown))
            for link in inner
        ]
        if match["target"]:
            links.append(Link(len(shown), len(shown) + len(text), match["target"]))
        shown += text
    return shown + source[done:], links
