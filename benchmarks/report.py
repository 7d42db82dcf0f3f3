"""The figures as Markdown, put between two marks of a page that people write."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.building import Built
from benchmarks.measuring import Figures, Timing, figures
from benchmarks.serving import Served

PARTS = ("figures", "cluster")  # of the page, each between two marks
_MEGA = 1_000_000


@dataclass(frozen=True, slots=True)
class Run:
    """Everything measured at one size; ``text`` is the paragraphs' UTF-8 in bytes."""

    size: int
    text: int
    reference: str
    built: Mapping[str, Built]
    timings: Sequence[Timing]
    absent: Mapping[str, str]
    served: Served | None = None

    def figures(self, reading: str) -> dict[str, Figures]:
        """Of every engine that took queries in this reading and answered some right."""
        timings = [t for t in self.timings if t.reading == reading]
        names = dict.fromkeys(t.peer for t in timings)
        found = {name: figures(timings, name, self.reference) for name in names}
        return {name: one for name, one in found.items() if one}


def marks(part: str) -> tuple[str, str]:
    """What a part of the page stands between."""
    return f"<!-- {part}: begin -->", f"<!-- {part}: end -->"


def page(old: str, runs: Sequence[Run], part: str = PARTS[0]) -> str:
    """The page ``old`` with new figures in one part; raises ``ValueError`` without its marks."""
    begin, end = marks(part)
    before, _, rest = old.partition(begin)
    _, mark, after = rest.partition(end)
    if not mark:
        raise ValueError(f"no {begin} … {end} in the page")
    parts = [_machine(), *(part for run in runs for part in _parts(run))]
    return f"{before}{begin}\n\n" + "\n\n".join(parts) + f"\n\n{end}{after}"


def _machine() -> str:
    model = platform.machine()
    about = Path("/proc/cpuinfo")
    if about.exists():
        names = [line for line in about.read_text().splitlines() if line.startswith("model name")]
        model = names[0].partition(":")[2].strip() if names else model
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return (
        f"{date.today().isoformat()}; {model}, {os.cpu_count()} cores, {pages:.0f} GiB;"
        f" {platform.system()}, Python {platform.python_version()}."
    )


def _parts(run: Run) -> Iterator[str]:
    yield f"### {run.size:,} paragraphs"
    yield _building(run)
    base = run.reference
    yield f"Searching, the same tokens for all; ratios to {base}:"
    yield _searching(run.figures("tokens"))
    typed = run.figures("typed")
    if len(typed) > 1:
        yield f"Searching, as the product's query language reads the words; ratios to {base}:"
        yield _searching(typed)
    yield "Median milliseconds by kind of query:"
    yield _kinds(run)
    if run.served:
        yield "The product itself, over the index of `ours`:"
        yield _serving(run.served)
    for name, why in run.absent.items():
        yield f"Not measured: {name} ({why})."
    wrong = [t for t in run.timings if t.wrong]
    if wrong:
        yield f"**Answers that differ from {base}'s, not counted: {len(wrong)}.**"
        yield "\n".join(f"- {t.peer}, {t.query} ({t.reading}): {t.wrong}" for t in wrong[:20])


def _building(run: Run) -> str:
    head = (
        "engine",
        "paragraphs/s",
        "seconds",
        "peak memory",
        "on disk",
        "× UTF-8 text",
        "version",
    )
    rows = [
        (
            name,
            f"{built.paragraphs / built.seconds:,.0f}",
            f"{built.seconds:.1f}",
            f"{built.memory / _MEGA:,.0f} MB",
            f"{built.disk / _MEGA:,.1f} MB",
            f"{built.disk / run.text:.2f}",
            built.version,
        )
        for name, built in run.built.items()
    ]
    return _table(head, rows)


def _serving(served: Served) -> str:
    head = ("", "")
    rows = [
        ("a search page over HTTP, one client, median", f"{served.page:.1f} ms"),
        ("the same, 95th percentile", f"{served.page_p95:.1f} ms"),
        ("pages a second, 8 clients", f"{served.rate:.0f}"),
        ("resident memory of the server after all queries", f"{served.memory / _MEGA:,.0f} MB"),
        ("of which mapped files (page cache)", f"{served.mapped / _MEGA:,.0f} MB"),
        ("`yinju search` from a cold start", f"{served.cold:.2f} s"),
    ]
    return _table(head, rows)


def _searching(found: Mapping[str, Figures]) -> str:
    head = ("engine", "counted", "median", "95th", "ratio (geometric mean)", "worst ratio", "at")
    rows = [
        (
            name,
            f"{one.counted}/{one.asked}",
            f"{one.median:.2f} ms",
            f"{one.p95:.2f} ms",
            f"{one.ratio:.2f}",
            f"{one.worst:.2f}",
            one.where.replace("|", "\\|"),
        )
        for name, one in found.items()
    ]
    return _table(head, rows)


def _kinds(run: Run) -> str:
    kinds = list(dict.fromkeys(t.query.kind for t in run.timings))
    lines = list(dict.fromkeys((t.peer, t.reading) for t in run.timings))
    rows = []
    for name, reading in lines:
        mine = [t for t in run.timings if (t.peer, t.reading) == (name, reading)]
        of = (figures([t for t in mine if t.query.kind == kind], name, name) for kind in kinds)
        label = name if reading == "tokens" else f"{name}, as typed"
        rows.append((label, *(f"{one.median:.2f}" if one else "–" for one in of)))
    return _table(("engine", *kinds), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    marks = ["---", *("---:" for _ in head[1:])]
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, marks, *rows))
