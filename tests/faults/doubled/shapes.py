"""Hostile texts for the search for superlinear time: a few atoms, repeated.

A regular expression that backtracks, and a loop in a loop, show themselves on text that repeats
itself. The atoms are what the rules look for: words, signs and single letters from the string
constants of their modules, and signs that parsers know.
"""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[3]
_WORD = re.compile(r"[\u4e00-\u9fff]{1,6}|[^\w\s\\]|[A-Za-z0-9]{1,8}")

LINE_ENDS = ("\n", "\r\n", "\r", "\x0c", "\u2028", "\x85")
BLANKS = (" ", "\t", "\u3000", "\xa0", "    ")
FIGURES = ("1", "2024年", "1.1", "1,234", "98.25%", "12月3日", "０", "1-2", "①", "2019—2022年")
HEADINGS = ("第一章 ", "一、", "（一）", "1.", "第一条 ", "附件1：", "# ", "**一是**")
SIGNS = ("（", "）", "《", "》", "“", "”", "【", "〔", "、", "，", "。", "：", "；", "—", "…", "·")
ASCII = ("<", ">", "&", "&amp;", "[", "]", "(", ")", '"', "'", "*", "**", "_", "\\", "|", "=", "/")
WORDS = ("甲", "县", "医疗保障局", "人民政府", "工作报告", "某", "的", "醫", "(yī)", "a", "Ab", "é")
MARKUP = (
    *("<p>", "</p>", "<div>", "</div>", "<table>", "<tr>", "<td>", "<br>", "<!--", "-->", "<a>"),
    *(
        "<script>",
        "<style>",
        "<![CDATA[",
        "]]>",
        "<li>",
        "<ul>",
        "<span class=a>",
        "<h1>",
        "&#x41;",
    ),
    *("<sup>1</sup>", "<?x", "<a href='b'>甲</a>", "<td rowspan=9 colspan=9>", "<b>", "<form>"),
)
TEXT = (*LINE_ENDS, *BLANKS, *FIGURES, *HEADINGS, *SIGNS, *ASCII, *WORDS)


class Shape(NamedTuple):
    """A text of any length: ``head``, then ``unit`` over and over, then ``tail``."""

    head: str
    unit: str
    tail: str

    def text(self, length: int) -> str:
        """About ``length`` characters of it."""
        return self.head + self.unit * max(1, length // len(self.unit)) + self.tail


@cache
def words_of(folder: str) -> tuple[str, ...]:
    """The words and signs in the string constants of a folder's modules, docstrings left out."""
    found: dict[str, None] = {}
    for path in sorted((ROOT / folder).rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        spoken = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in spoken
            ):
                found |= dict.fromkeys(_WORD.findall(node.value))
    return tuple(found)


def random_shape(rng: random.Random, *alphabets: Sequence[str]) -> Shape:
    """One to four atoms as the unit, at times with something before and after them."""

    def atoms(most: int) -> str:
        count = rng.randint(1, most)
        return "".join(rng.choice(rng.choice(alphabets)) for _ in range(count))

    head = atoms(3) if rng.random() < 0.5 else ""
    tail = atoms(2) if rng.random() < 0.5 else ""
    return Shape(head, atoms(4), tail)
