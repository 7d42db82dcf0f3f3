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
_OWN = {"tokens": "columns", "typed": "ours"}  # the project's own engine, by reading
_SETS = {"plain": False, "filtered": True}  # queries without and with a region or a year


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
        """Figures of every engine that answered some query of this reading right."""
        timings = [t for t in self.timings if t.reading == reading]
        names = dict.fromkeys(t.peer for t in timings)
        by_name = {name: figures(timings, name, self.reference) for name in names}
        return {name: of for name, of in by_name.items() if of}

    @property
    def kinds(self) -> list[str]:
        """The kinds of the queries, in their order."""
        return list(dict.fromkeys(t.query.kind for t in self.timings))

    def lines(self) -> list[tuple[str, str]]:
        """Pairs of engine and reading that were measured."""
        return list(dict.fromkeys((t.peer, t.reading) for t in self.timings))

    def select(self, reading: str, is_filtered: bool, kind: str = "") -> list[Timing]:
        """Timings of one reading, of queries with or without a filter, of one kind or of all."""
        return [
            t
            for t in self.timings
            if t.reading == reading
            and t.query.is_filtered == is_filtered
            and kind in ("", t.query.kind)
        ]


def marks(part: str) -> tuple[str, str]:
    """The two marks that a part of the page stands between."""
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
    cpu = Path("/proc/cpuinfo")
    if cpu.exists():
        names = [line for line in cpu.read_text().splitlines() if line.startswith("model name")]
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
    yield from by_kind(run)
    if run.served:
        yield "The product itself, over the index of `ours`:"
        yield _serving(run.served)
    for name, why in run.absent.items():
        yield f"Not measured: {name} ({why})."
    wrong = [t for t in run.timings if t.wrong]
    if wrong:
        yield f"**Answers that differ from {base}'s, not counted: {len(wrong)}.**"
        yield "\n".join(f"- {t.peer}, {t.query} ({t.reading}): {t.wrong}" for t in wrong[:20])


def by_kind(run: Run) -> Iterator[str]:
    """Tables by kind of query: the project's engines against each peer, and all medians."""
    for reading, own in _OWN.items():
        rows = list(_ratios(run, reading, own))
        if rows:
            yield (
                f"`{own}` against each peer, by kind of query: its time divided by the peer's,"
                " geometric mean (below 1, it is the faster one):"
            )
            yield _table(("peer", "queries", *run.kinds, "all"), rows)
    yield "Median milliseconds by kind of query:"
    yield _table(("engine", "queries", *run.kinds), _medians(run))


def _ratios(run: Run, reading: str, own: str) -> Iterator[tuple[str, ...]]:
    if (own, reading) not in run.lines():
        return
    for name, its_reading in run.lines():
        if its_reading == reading and name != own:
            for queries, is_filtered in _SETS.items():
                cells = (
                    figures(run.select(reading, is_filtered, kind), own, name)
                    for kind in (*run.kinds, "")
                )
                yield (name, queries, *(f"{of.ratio:.2f}" if of else "–" for of in cells))


def _medians(run: Run) -> Iterator[tuple[str, ...]]:
    for name, reading in run.lines():
        label = name if reading == "tokens" else f"{name}, as typed"
        for queries, is_filtered in _SETS.items():
            cells = (
                figures(run.select(reading, is_filtered, kind), name, name) for kind in run.kinds
            )
            yield (label, queries, *(f"{of.median:.2f}" if of else "–" for of in cells))


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
        ("memory of the server after all queries", f"{served.memory / _MEGA:,.0f} MB"),
        ("of which mapped files (page cache)", f"{served.mapped / _MEGA:,.0f} MB"),
        ("`yinju search` from a cold start", f"{served.cold:.2f} s"),
    ]
    return _table(head, rows)


def _searching(by_name: Mapping[str, Figures]) -> str:
    head = ("engine", "counted", "median", "95th", "ratio (geometric mean)", "worst ratio", "at")
    rows = [
        (
            name,
            f"{of.counted}/{of.asked}",
            f"{of.median:.2f} ms",
            f"{of.p95:.2f} ms",
            f"{of.ratio:.2f}",
            f"{of.worst:.2f}",
            of.where.replace("|", "\\|"),
        )
        for name, of in by_name.items()
    ]
    return _table(head, rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    marks = ["---", *("---:" for _ in head[1:])]
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, marks, *rows))
