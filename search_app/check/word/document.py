"""Reads a whole Word file: its body, then its notes, headers and footers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from search_app.check.memo_text import Block, Link, MemoText, typed_links
from search_app.check.word.markup import attribute, children, descendants, make
from search_app.check.word.package import BadPart, Package, refuse
from search_app.check.word.paragraph import NoteMark, Paragraph
from search_app.check.word.story import Findings, Story
from search_app.check.word.styles import Styles

_NOTES = {"footnote": "脚注", "endnote": "尾注"}
_HEADERS = {"w:headerReference": "页眉", "w:footerReference": "页脚"}
_DAMAGED_BODY = "正文已损坏；请用 Word 或 WPS 打开，另存为 .docx 后再试"


@dataclass(frozen=True, slots=True)
class Document:
    """The paragraphs of a Word file in reading order, and what could not be read, in Chinese."""

    root: Any
    styles: Styles
    paragraphs: list[Paragraph]
    unreadable: list[str]

    def memo_text(self) -> MemoText:
        """The same without the elements that it stands in."""
        blocks = (
            Block(its.text, its.place, its.is_quotation, tuple(sorted(its.links)), its.story)
            for its in self.paragraphs
        )
        return MemoText(tuple(blocks), tuple(self.unreadable))


def read_document(package: Package) -> Document:
    """Read a Word file; raises ``ReadError`` where its body is damaged."""
    return _Reading(package).document()


class _Reading:
    """The reading of one file: what its stories share."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._found = Findings()
        self._damaged: list[str] = []
        try:
            self._root = package.xml(package.main)
        except BadPart as error:
            raise refuse(_DAMAGED_BODY) from error
        self._styles = Styles(self._part("styles", "样式表（隐藏的文字和引文样式因此没有识别）"))

    def document(self) -> Document:
        body = self._story(self._package.main, self._root)
        notes = {mark: self._note(mark, place) for mark, place in _numbered(body)}
        headers = list(self._headers())
        paragraphs = [*body, *(its for note in notes.values() for its in note), *headers]
        for its in paragraphs:
            self._follow_bookmarks(its)
        for paragraph in body:
            for mark in paragraph.notes:
                for target in _targets(notes[mark]):
                    paragraph.links.append(Link(mark.offset, mark.offset, target))
        for mark, note in notes.items():
            _anchor(note, mark.element)
        _anchor(headers, self._first_paragraph())
        counted = [f"{name}{count}处" for name, count in self._found.unread.items()]
        return Document(self._root, self._styles, paragraphs, [*self._damaged, *counted])

    def _part(self, kind: str, name: str) -> Any:
        """The root element of a part of the body; None where it has none, or a damaged one."""
        part = self._package.related(self._package.main, kind)
        try:
            return self._package.xml(part) if part else None
        except BadPart:
            self._damaged.append(f"已损坏的{name}")
            return None

    def _story(self, part: str, root: Any, label: str = "") -> list[Paragraph]:
        relations = self._package.relations(part)
        targets = {its.id: its.target for its in relations if its.is_external}
        return Story(root, self._styles, targets, self._found, label).paragraphs

    def _note(self, mark: NoteMark, place: str) -> list[Paragraph]:
        """The paragraphs of a note."""
        kind = f"{mark.kind}s"
        root = self._part(kind, place)
        for its in children(root, f"w:{mark.kind}"):
            if attribute(its, "w:id") == mark.id:
                return self._story(self._package.related(self._package.main, kind), its, place)
        self._damaged.append(f"找不到的{place}")
        return []

    def _headers(self) -> Iterator[Paragraph]:
        """The paragraphs of all headers, then of all footers, each once."""
        parts = {its.id: its.target for its in self._package.relations(self._package.main)}
        for kind, label in _HEADERS.items():
            references = [attribute(its, "r:id") for its in descendants(self._root, kind)]
            for part in dict.fromkeys(parts.get(reference, "") for reference in references):
                try:
                    yield from self._story(part, self._package.xml(part), label)
                except BadPart:
                    self._damaged.append(f"已损坏的{label}")

    def _first_paragraph(self) -> Any:
        """The first paragraph of the body, which gets one if it has none."""
        if (first := next(descendants(self._root, "w:p"), None)) is None:
            first = make(self._root, "w:p")
            next(children(self._root, "w:body")).insert(0, first)
        return first

    def _follow_bookmarks(self, paragraph: Paragraph) -> None:
        """Let links within the document lead where their paragraph links to.

        So the number of a source leads to the address in the list of sources.
        """
        links, paragraph.links = paragraph.links, []
        for start, end, target in links:
            to = self._found.bookmarks.get(target[1:]) if target.startswith("#") else None
            targets = _targets([to]) if to and to is not paragraph else [target]
            paragraph.links += [Link(start, end, its) for its in targets if its[:1] != "#"]


def _numbered(body: list[Paragraph]) -> Iterator[tuple[NoteMark, str]]:
    """The marks of notes in the order of the text, and what each note is called."""
    counts = dict.fromkeys(_NOTES, 0)
    for mark in (mark for paragraph in body for mark in paragraph.notes):
        counts[mark.kind] += 1
        yield mark, f"{_NOTES[mark.kind]}{counts[mark.kind]}"


def _targets(paragraphs: list[Paragraph]) -> list[str]:
    """The addresses that paragraphs link to, or have as text."""
    links = (link for its in paragraphs for link in [*its.links, *typed_links(its.text)])
    return list(dict.fromkeys(link.target for link in links if link.target[:1] != "#"))


def _anchor(paragraphs: list[Paragraph], element: Any) -> None:
    for its in paragraphs:
        its.anchor = element
