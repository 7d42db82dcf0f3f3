"""``python -m benchmarks.run``: build, ask, compare, write down.

Everything is kept in ``--cache``: the paragraphs, and the indexes of engines
that do not change. A second run over the same reports starts asking at once.
"""

from __future__ import annotations

import tempfile
from itertools import islice
from pathlib import Path

import click

from benchmarks import corpus
from benchmarks.building import build
from benchmarks.measuring import Timing, measure
from benchmarks.peers import NAMES, peer
from benchmarks.picture import draw
from benchmarks.queries import choose
from benchmarks.report import PARTS, Run, page
from benchmarks.serving import serve

_CHOOSING = 100_000  # paragraphs that queries are chosen from
_PAGE = Path("docs/benchmarks.md")
_PICTURE = Path("docs/images/benchmarks.svg")
_CACHE = Path(tempfile.gettempdir()) / "yinju-benchmarks"


@click.command()
@click.option("--corpus", "folder", type=click.Path(path_type=Path), default="../shared/reports")
@click.option(
    "--size", "sizes", type=int, multiple=True, help="Paragraphs, 0 for all there are; may repeat."
)
@click.option("--peer", "names", type=click.Choice(NAMES), multiple=True, help="May repeat.")
@click.option("--repeats", type=int, default=5, show_default=True)
@click.option("--cache", type=click.Path(path_type=Path), default=_CACHE, show_default=True)
@click.option("--write/--no-write", default=True, help=f"Put the figures into {_PAGE}.")
@click.option("--part", type=click.Choice(PARTS), default=PARTS[0], help="Of that page.")
def main(
    folder: Path,
    sizes: tuple[int, ...],
    names: tuple[str, ...],
    repeats: int,
    cache: Path,
    write: bool,
    part: str,
) -> None:
    """Measure search engines on the same paragraphs and queries."""
    runs: list[Run] = []
    for size in sizes or (10_000,):
        size = size or corpus.count(folder, cache)
        runs.append(run(folder, size, names or NAMES, repeats, cache))
        _tell(runs[-1])
        if write:  # a run that is cut off later has told what it knows
            _PAGE.write_text(page(_PAGE.read_text("utf-8"), runs, part), "utf-8")
    if write and part == PARTS[0]:
        _PICTURE.write_text(draw(_points(runs)), "utf-8")


def _tell(one: Run) -> None:
    for reading in ("tokens", "typed"):
        for name, f in one.figures(reading).items():
            click.echo(
                f"{one.size:>9,} {reading:6} {name:8} median {f.median:8.2f} ms"
                f"  95th {f.p95:8.2f} ms  ratio {f.ratio:7.2f}"
                f"  worst {f.worst:7.2f} ({f.where})"
            )


def run(folder: Path, size: int, names: tuple[str, ...], repeats: int, cache: Path) -> Run:
    """Build and ask everything at one size; the first engine that can is the reference."""
    absent = {name: _excuse(name, size) for name in names if _excuse(name, size)}
    for name, why in absent.items():
        click.echo(f"{name} left out at {size:,}: {why}", err=True)
    taking = [name for name in names if name not in absent]
    records = corpus.prepare(folder, size, cache)
    built = {}
    for name in taking:
        click.echo(f"{name}: {size:,} paragraphs …", err=True)
        built[name] = build(name, records, cache / f"{records.stem}-{name}")
    asked = {name: peer(name).connect(cache / f"{records.stem}-{name}") for name in taking}
    queries = choose(list(islice(corpus.read(records), _CHOOSING)))
    reference = next(name for name in taking if peer(name).READS == "tokens")
    timings = []
    for timing in measure(asked, queries, reference, repeats):
        timings.append(timing)
        if timing.wrong:
            _shout(timing)
    text = sum(len(record.text.encode()) for record in corpus.read(records))
    served = serve(cache / f"{records.stem}-ours", queries) if "ours" in taking else None
    return Run(size, text, reference, built, timings, absent, served)


def _excuse(name: str, size: int) -> str:
    """Why an engine does not take part at this size, or nothing."""
    most = peer(name).MOST
    return peer(name).missing() or (f"at most {most:,}" if 0 < most < size else "")


def _shout(timing: Timing) -> None:
    click.secho(
        f"WRONG {timing.peer}, {timing.query} ({timing.reading}): {timing.wrong}",
        fg="red",
        err=True,
    )


def _points(runs: list[Run]) -> dict[str, dict[int, float]]:
    """Median milliseconds by engine and size."""
    points: dict[str, dict[int, float]] = {}
    for one in runs:
        for name in one.built:
            found = one.figures("tokens").get(name) or one.figures("typed").get(name)
            if found:
                points.setdefault(name, {})[one.size] = found.median
    return points


if __name__ == "__main__":
    main()
