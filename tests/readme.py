"""Reads the examples and sessions of the documents, so that tests can check them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
READMES = (ROOT / "README.md", ROOT / "README.zh.md")
DOCUMENTS = (*READMES, *sorted((ROOT / "docs").glob("*.md")))

_EXAMPLE = re.compile(
    r"^\| `(?P<query>.+?)` \| (?P<total>[0-9]+) (?:paragraphs? in|段，)\s?(?P<reports>[0-9]+)", re.M
)
_BLOCK = re.compile(r"^ *```(?P<kind>\w+)\n(?P<body>.*?)^ *```$", re.M | re.S)


class Example(NamedTuple):
    """A row of the table of searches: the query, and its number of hits."""

    query: str
    total: int
    reports: int


class Session(NamedTuple):
    """A command as typed after ``$``, and the lines printed below it."""

    command: str
    printed: tuple[str, ...]


def examples(path: Path) -> list[Example]:
    """The example searches of a README."""
    found = _EXAMPLE.finditer(path.read_text(encoding="utf-8"))
    return [Example(m["query"], int(m["total"]), int(m["reports"])) for m in found]


def blocks(path: Path, kind: str) -> list[str]:
    """The bodies of fenced blocks of a kind (``sh``, ``console``, ``csv``)."""
    found = _BLOCK.finditer(path.read_text(encoding="utf-8"))
    return [m["body"] for m in found if m["kind"] == kind]


def sessions(path: Path) -> list[Session]:
    """The commands of a document's ``console`` blocks with what they print."""
    found: list[Session] = []
    for line in "".join(blocks(path, "console")).splitlines():
        if line.startswith("$ "):
            found.append(Session(line[2:], ()))
        else:
            command, printed = found.pop()
            found.append(Session(command, (*printed, line)))
    return found
