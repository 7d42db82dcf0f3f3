"""What a reader makes of a file: a report before it is cleaned and split."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the source, unchanged.

    A line of a text, Markdown or PDF file (blank lines included, an indent as the
    blanks it begins with), a paragraph or a table's row of a Word or HTML file.
    ``level`` is 1 to 6 where the format itself marks a heading, else 0.
    """

    text: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """One report as read.

    ``source`` is the path to show (a member of an archive as
    ``pack.zip/inner/a.txt``). ``metadata`` holds what the file says of itself
    (front matter, document properties, HTML meta tags), keys among ``title``,
    ``issuer``, ``published``, ``region``, ``year``, ``url``; other keys are
    dropped. ``lines`` says that each block is a line, and that a hard-wrapped
    paragraph may take several blocks.
    """

    source: str
    blocks: tuple[Block, ...]
    metadata: Mapping[str, str] = field(default_factory=dict)
    lines: bool = False
