"""How many faults the check of quotations finds, and how often it is wrong.

Passages are drawn from the reports of an index: sentences, parts of sentences, two sentences,
and now and then the end of a paragraph with the beginning of the next. Faults are planted into
them (``planting.py``): twenty of each kind, which with two kinds of wrong references makes 200.
200 more quotations are left alone. Half of all have a permalink beside them. Marks around them
change, and so do the marks inside, as they do in memos. A spoilt quotation that by chance stands
in some report is not taken; a plain scan of all texts tells.

``--half`` chooses the reports: the check was developed on half 0 and measured on half 1.
Run ``python -m benchmarks.quotations --index INDEX``.
"""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from statistics import median

import click

from benchmarks import planting
from engine.analyze import normalise
from engine.engine import Searcher, open_engine
from engine.model import Paragraph, Query, Report
from engine.sentences import find_sentences
from search_app.check.check import CheckedQuotation, check_memo
from search_app.check.plain_text import plain_memo

EACH, UNTOUCHED = 20, 200
_FAULTS = {
    "digit": "figure",
    "negation": "negation",
    "unit": "unit",
    "county": "place",
    "cut": "cut",
}
_HARMLESS = ("untouched", "traditional", "full-width", "ellipsis")
_ELSEWHERE = ("wrong reference", "another year")
_MARKS = ("“{}”", "「{}」", '"{}"', "『{}』", "> {}")
NEGATIONS = tuple("不未无非没勿莫否")
_WHOLE = re.compile("[0-9.,%一二三四五六七八九十百千万亿两零]{2}|[A-Za-z]{2}")
_INNER = str.maketrans("“”", "‘’")
_SHORTEST, _LONGEST = 16, 220  # characters of a passage
_OF_A_MEMO = 60  # quotations


@dataclass(frozen=True, slots=True)
class Planted:
    """A quotation as a memo has it, with what was done to it and the id that it refers to."""

    kind: str
    text: str
    id: str  # of its paragraph
    reference: str = ""


class Texts:
    """All texts of an index, and the reports of one half to draw from."""

    def __init__(self, searcher: Searcher, half: int) -> None:
        reports = [match.report for match in searcher.report_matches(Query(limit=0))]
        self.paragraphs = {report.id: list(searcher.paragraphs(report.id)) for report in reports}
        self.all = "\n".join(
            _bare(paragraph.text) for each in self.paragraphs.values() for paragraph in each
        )
        self.reports = [one for one in reports if _half(one) == half and one.paragraphs > 20]
        places = (name for path in searcher.vocabulary().regions for name in path.split("/"))
        self.counties = sorted({name for name in places if name[-1] in "县市区" and len(name) < 6})

    def stands(self, text: str) -> bool:
        """Whether some report has the words, marks and blanks aside."""
        return _bare(text) in self.all

    def passage(self, luck: random.Random) -> tuple[Report, Paragraph, str]:
        """A passage of a report, and the paragraph that it begins in."""
        while True:
            report = luck.choice(self.reports)
            paragraphs = self.paragraphs[report.id]
            at = luck.randrange(len(paragraphs) - 1)
            text = paragraphs[at].text
            sentences = find_sentences(text)
            if not sentences or paragraphs[at].damaged or paragraphs[at].kind != "body":
                continue
            if luck.random() < 0.06:
                following = paragraphs[at + 1].text
                end = find_sentences(following)[0][1] if following.strip() else 0
                passage = f"{text[sentences[-1][0] :]}\n{following[:end]}"
            else:
                passage = _some(text, sentences, luck)
            passage = passage.strip()
            if len(_bare(passage)) >= _SHORTEST and len(passage) <= _LONGEST:
                return report, paragraphs[at], passage


def _some(text: str, sentences: Sequence[tuple[int, int]], luck: random.Random) -> str:
    """One or two sentences, or a part of them that begins and ends anywhere in Han characters."""
    first = luck.randrange(len(sentences))
    last = min(len(sentences) - 1, first + luck.choice((0, 0, 1)))
    start, end = sentences[first][0], sentences[last][1]
    if luck.random() < 0.4 and end - start > 30:
        start, end = start + luck.randrange(5), end - luck.randrange(5)
        while start < end and (_is_inside(text, start)):
            start += 1
        while start < end and end < len(text) and _is_inside(text, end):
            end -= 1
    return text[start:end]


def _is_inside(text: str, at: int) -> bool:
    """Whether a cut here would part a figure, a Latin word, or a negation from its verb."""
    around = text[at - 1 : at + 1] if at else ""
    return around[:1] in NEGATIONS or _WHOLE.fullmatch(around) is not None


def _bare(text: str) -> str:
    return "".join(c for c in normalise(text) if c.isalnum() or c in "%‰.")


def _half(report: Report) -> int:
    return sha256(report.id.encode()).digest()[0] % 2


def plant(texts: Texts, luck: random.Random) -> list[Planted]:
    """All quotations, in random order."""
    planters = {
        "digit": planting.digit,
        "negation": planting.negation,
        "unit": planting.unit,
        "county": planting.county_planter(texts.counties),
        "cut": planting.cut,
        "traditional": planting.traditional,
        "full-width": planting.full_width,
        "ellipsis": planting.ellipsis,
        "untouched": planting.untouched,
    }
    made = [
        one
        for kind, planter in planters.items()
        for one in _planted(texts, kind, planter, UNTOUCHED if kind == "untouched" else EACH, luck)
    ]
    made += [_refers_wrongly(texts, kind, luck) for kind in _ELSEWHERE for _ in range(EACH)]
    luck.shuffle(made)
    return made


def _planted(
    texts: Texts, kind: str, planter: planting.Planter, count: int, luck: random.Random
) -> Iterator[Planted]:
    done = 0
    while done < count:
        _, paragraph, passage = texts.passage(luck)
        text = planter(passage, luck)
        if text is None or (kind in _FAULTS and texts.stands(text)):
            continue
        done += 1
        reference = paragraph.id if luck.random() < 0.5 else ""
        yield Planted(kind, text, paragraph.id, reference)


def _refers_wrongly(texts: Texts, kind: str, luck: random.Random) -> Planted:
    """A true quotation with the permalink of another paragraph, or of one of another year."""
    while True:
        report, paragraph, passage = texts.passage(luck)
        others = [
            one
            for one in texts.reports
            if one.id != report.id
            and (kind == "wrong reference" or one.region == report.region)
            and one.year != report.year
        ]
        if not others:
            continue
        other = luck.choice(texts.paragraphs[luck.choice(others).id])
        if _bare(passage) not in _bare(other.text):
            return Planted(kind, passage, paragraph.id, other.id)


def memo(planted: Sequence[Planted], luck: random.Random) -> str:
    """A memo with these quotations, a line each."""
    lines = []
    for number, one in enumerate(planted):
        marks = _MARKS[number % len(_MARKS)]
        text = one.text if marks[0] == ">" else one.text.replace("\n", "").translate(_INNER)
        if marks[0] == '"':
            text = text.replace('"', "'")
        link = f"（http://example.org/p/{one.reference}）" if one.reference else ""
        if marks[0] == ">":
            lines += ["", f"> {text}{link}".replace("\n", "\n> "), ""]
        else:
            lines.append(f"第{number}条提到{marks.format(text)}{link}。")
    return "\n".join(lines)


def judge(one: Planted, checked: CheckedQuotation) -> tuple[bool, bool]:
    """Whether the verdict is right, and whether the difference is also called by its name."""
    same = checked.verdict in ("same", "same_normalised")
    if one.kind in _HARMLESS:
        return same, same
    if one.kind in _ELSEWHERE:
        return checked.verdict == "elsewhere", checked.verdict == "elsewhere"
    kinds = {each.kind for each in checked.match.differences} if checked.match else set()
    return not same, _FAULTS[one.kind] in kinds


def run(searcher: Searcher, texts: Texts, seed: int, verbose: bool) -> None:
    """Check memos of 60 quotations, and print what was found and the time that a memo took."""
    luck = random.Random(seed)
    planted = plant(texts, luck)
    right: Counter[str] = Counter()
    named: Counter[str] = Counter()
    lost = alarms = 0
    spent: list[tuple[float, float]] = []
    for start in range(0, len(planted), _OF_A_MEMO):
        part = planted[start : start + _OF_A_MEMO]
        text = plain_memo(memo(part, luck))
        began = time.perf_counter(), time.process_time()
        found = check_memo(searcher, text).quotations
        if len(part) == _OF_A_MEMO:
            spent.append((time.perf_counter() - began[0], time.process_time() - began[1]))
        if len(found) != len(part):
            raise SystemExit(f"{len(found)} quotations read of {len(part)}")
        for one, checked in zip(part, found, strict=True):
            is_right, is_named = judge(one, checked)
            right[one.kind] += is_right
            named[one.kind] += is_named
            lost += checked.verdict == "not_found"
            alarms += one.kind in _HARMLESS and not is_right
            if verbose and not (is_right and is_named):
                click.echo(
                    f"{one.kind}\t{checked.verdict}\t{one.id}\t{one.reference}\t{one.text!r}"
                )
                for each in checked.match.differences if checked.match else ():
                    click.echo(f"\t{each.kind}\t{each.quoted}\t{each.source}")
    counts = Counter(one.kind for one in planted)
    click.echo("| planted | quotations | verdict right | named |\n|---|---|---|---|")
    for kind, count in counts.most_common():
        click.echo(f"| {kind} | {count} | {right[kind]} | {named[kind]} |")
    harmless = sum(counts[kind] for kind in _HARMLESS)
    click.echo(f"false alarms: {alarms} of {harmless}; not found: {lost} of {len(planted)}")
    seconds, processor = (median(each) for each in zip(*spent, strict=True))
    paragraphs = searcher.overview().paragraphs
    click.echo(
        f"{_OF_A_MEMO} quotations, {paragraphs:,} paragraphs: "
        f"{seconds:.2f} s, of processor time {processor:.2f} s (medians of {len(spent)} memos)"
    )


@click.command()
@click.option("--index", "location", default="index", show_default=True)
@click.option("--half", default=1, show_default=True, type=click.IntRange(0, 1))
@click.option("--seed", default=1, show_default=True)
@click.option("--verbose", is_flag=True, help="Print every wrong verdict.")
def main(location: str, half: int, seed: int, verbose: bool) -> None:
    """Print a table of the faults found, and the seconds for a memo of 60 quotations."""
    with open_engine(location).searcher() as searcher:
        run(searcher, Texts(searcher, half), seed, verbose)


if __name__ == "__main__":
    main()
