"""Writes the comments of a Word file; those that were there stay."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any
from urllib.parse import quote

from search_app.check.comments import Comment
from search_app.check.word.document import Document
from search_app.check.word.markup import attribute, descendants, make, relationship_space
from search_app.check.word.package import BadPart, Package, refuse
from search_app.xml_text import in_xml

_AUTHOR, _INITIALS = "引据", "引"
_MAX_WORDS = 50  # characters of a quotation that is only named
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_MARKS = ("w:comment", "w:commentRangeStart", "w:commentRangeEnd", "w:commentReference")
_URL_CHARACTERS = ":/?#[]@!$&'()*+,;=~%"  # that stay as they are


def add_comments(package: Package, document: Document, comments: Sequence[Comment]) -> list[str]:
    """Add comments to the part that has them; returns their ids."""
    part = package.related(package.main, "comments") or _new_part(package, document)
    try:
        root = package.change(part)
    except BadPart as error:
        raise refuse("原有的批注已损坏；请在 Word 里另存后再试") from error
    used = {attribute(its, "w:id") for its in descendants(root, *_MARKS)}
    used |= {attribute(its, "w:id") for its in descendants(document.root, *_MARKS)}
    first = max((int(its) for its in used if its.isdecimal()), default=-1) + 1
    ids = [str(first + index) for index in range(len(comments))]
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    for key, comment in zip(ids, comments, strict=True):
        about = {"id": key, "author": _AUTHOR, "date": now, "initials": _INITIALS}
        link = _link(package, part, root, comment.url) if comment.url else None
        texts = [*_whereabouts(document, comment), *comment.paragraphs]
        root.append(make(root, "w:comment", *_paragraphs(root, texts, link), **about))
    return ids


def _whereabouts(document: Document, comment: Comment) -> list[str]:
    """Which words a comment is on, where it cannot stand at them: ``脚注2：“参保率达…”``."""
    block, start, end = comment.pieces[0]
    paragraph = document.paragraphs[block]
    if paragraph.anchor is None:
        return []
    words = paragraph.text[start:end]
    shortened = words if len(words) <= _MAX_WORDS else f"{words[:_MAX_WORDS]}…"
    return [f"{paragraph.place}：“{shortened}”"]


def _new_part(package: Package, document: Document) -> str:
    root = make(document.root, "w:comments")
    name = posixpath.join(posixpath.dirname(package.main), "comments.xml")
    part = package.add(name, _TYPE, root)
    package.relate(package.main, f"{relationship_space(document.root)}/comments", part)
    return part


def _link(package: Package, part: str, root: Any, url: str) -> Any:
    """A hyperlink to an address, to be filled."""
    space = relationship_space(root)
    address = quote(in_xml(url), safe=_URL_CHARACTERS)
    link = make(root, "w:hyperlink")
    link.set(
        f"{{{space}}}id", package.relate(part, f"{space}/hyperlink", address, is_external=True)
    )
    return link


def _paragraphs(like: Any, texts: Sequence[str], link: Any) -> list[Any]:
    """The paragraphs of a comment; the link, unless it is None, is around the last one's text."""
    lines = "\n".join(texts).split("\n")
    runs = [make(like, "w:r", _appearance(like), make(like, "w:t")) for _ in lines]
    for run, text in zip(runs, lines, strict=True):
        run[-1].text = in_xml(text)
    if link is not None:
        link.append(runs[-1])
        runs[-1] = link
    paragraphs = [make(like, "w:p", _layout(like), run) for run in runs]
    paragraphs[0].insert(1, make(like, "w:r", make(like, "w:annotationRef")))
    return paragraphs


def _layout(like: Any) -> Any:
    """What keeps the indents and lines of the memo's own text out of the comments."""
    return make(
        like,
        "w:pPr",
        make(like, "w:spacing", before="0", after="0", line="240", lineRule="auto"),
        make(like, "w:ind", firstLineChars="0", firstLine="0"),
        make(like, "w:jc", val="left"),
    )


def _appearance(like: Any) -> Any:
    return make(like, "w:rPr", make(like, "w:sz", val="20"))
