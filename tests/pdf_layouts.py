"""How many paragraphs a PDF gives back whole, in the layouts that reports are set in.

``python tests/pdf_layouts.py FOLDER [REPORTS [SEED [FONT.ttf]]]`` sets Markdown reports of a
folder, chosen by the seed, and prints for each layout the share of paragraphs that come back
whole, the share of four-character phrases that do not, and pages a second of one processor.
"""

from __future__ import annotations

import random
import re
import resource
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pypdfium2
import typeset
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from indexer.clean import clean
from indexer.draft import Draft
from indexer.read import read_file
from indexer.split import split

LAYOUTS = {
    "official": typeset.OFFICIAL,
    "flush": typeset.FLUSH,
    "spaced": typeset.SPACED,
    "small": typeset.SMALL,
    "columns": typeset.COLUMNS,
    "ragged": replace(typeset.OFFICIAL, justified=False),
}
_FRONT_MATTER = re.compile(r"---\n.*?\n---\n", re.DOTALL)


class Score(NamedTuple):
    """Counts over several PDFs; ``seconds`` are those of the processor."""

    whole: int
    paragraphs: int
    lost: int
    phrases: int
    pages: int
    seconds: float

    def plus(self, other: Score) -> Score:
        return Score(*(a + b for a, b in zip(self, other, strict=True)))  # type: ignore[arg-type]


def paragraphs_of(report: Path) -> list[str]:
    """The paragraphs of a Markdown report, as the cleaner leaves them; tables are left out."""
    text = _FRONT_MATTER.sub("", report.read_text(encoding="utf-8"), count=1)
    lines = (clean(line.lstrip("# ").replace("**", "")) for line in text.splitlines())
    return [line for line in lines if line and "|" not in line]


def score(paragraphs: Sequence[str], layout: typeset.Layout, path: Path) -> Score:
    """Set paragraphs into a PDF at ``path``, read it, and count what came back."""
    typeset.typeset(path, paragraphs, layout, "工作报告")
    before = _seconds()
    draft = next(each for each in read_file(path, path.name) if isinstance(each, Draft))
    seconds = _seconds() - before
    found = ["".join(piece.text.split()) for piece in split(draft)[1]]
    left = Counter(found)
    phrases = {text[at : at + 4] for text in found for at in range(len(text) - 3)}
    whole = lost = count = 0
    for wanted in ("".join(paragraph.split()) for paragraph in paragraphs):
        if left[wanted]:
            left[wanted] -= 1
            whole += 1
        own = [wanted[at : at + 4] for at in range(len(wanted) - 3)]
        lost += sum(phrase not in phrases for phrase in own)
        count += len(own)
    with pypdfium2.PdfDocument(path) as document:
        return Score(whole, len(paragraphs), lost, count, len(document), seconds)


def _seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main(folder: str, count: str = "24", seed: str = "7", font: str = "") -> None:
    """Print the scores of the layouts."""
    if font:
        pdfmetrics.registerFont(TTFont("measured", font))
    reports = random.Random(int(seed)).sample(sorted(Path(folder).glob("*.md")), int(count))
    with tempfile.TemporaryDirectory() as place:
        for name, layout in LAYOUTS.items():
            layout = replace(layout, font="measured" if font else layout.font)
            total = Score(0, 0, 0, 0, 0, 0.0)
            for report in reports:
                total = total.plus(score(paragraphs_of(report), layout, Path(place) / "a.pdf"))
            print(
                f"{name:9s} {total.whole / total.paragraphs:7.2%} whole of {total.paragraphs},"
                f" {total.lost / total.phrases:.3%} of phrases lost,"
                f" {total.pages} pages, {total.pages / total.seconds:.0f} a second"
            )


if __name__ == "__main__":
    main(*sys.argv[1:])
