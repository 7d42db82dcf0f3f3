"""What a reader makes of a file: a report before it is cleaned and split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the source, unchanged.

    A line of a text or Markdown file (blank lines included, an indent as the blanks it
    begins with), a paragraph or a table's row of any other file. ``level`` is 1 to 6 where
    the format itself marks a heading, else 0. ``row``: it is a table's row (``table_row``
    makes these). ``ocr``: it was recognised from a picture, so a character may be wrong.
    ``damaged``: the reader knows that the text is not what the page shows.
    """

    text: str
    level: int = 0
    row: bool = False
    ocr: bool = False
    damaged: bool = False


CELL_BORDER = "｜"  # between the cells of a table's row


def table_row(cells: Sequence[str]) -> Block:
    """The block of a table's row, one string a cell.

    Empty cells keep their place, so that each value stands under its own heading:
    ``["甲镇", "", "12"]`` → ``甲镇｜｜12``. The lines inside a cell are joined by a blank.
    """
    return Block(CELL_BORDER.join(" ".join(cell.split()) for cell in cells), row=True)


@dataclass(frozen=True, slots=True)
class Draft:
    """One report as read.

    ``source`` is the path to show (a member of an archive as
    ``pack.zip/inner/a.txt``). ``metadata`` holds what the file says of itself
    (front matter, document properties, HTML meta tags), keys among ``title``,
    ``issuer``, ``published``, ``region``, ``year``, ``url``; other keys are
    dropped. ``lines`` says that each block is a line, and that a hard-wrapped
    paragraph may take several blocks. ``problems`` are reasons, in Chinese, why parts of
    the file could not be read (``第 3、5 页是扫描件…``); the rest is in ``blocks``. ``stated`` is
    what a ``metadata.csv`` in the same archive says of the file.
    """

    source: str
    blocks: tuple[Block, ...]
    metadata: Mapping[str, str] = field(default_factory=dict)
    lines: bool = False
    problems: tuple[str, ...] = ()
    stated: Mapping[str, str] = field(default_factory=dict)
