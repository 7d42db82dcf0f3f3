"""``python -m benchmarks.run``: build the indexes, ask, compare, write the figures.

Paragraphs, and indexes of engines that do not change, are kept in ``--cache``, so
that a second run over the same reports starts asking at once.
"""

from __future__ import annotations

import tempfile
from itertools import islice
from pathlib import Path

import click

from benchmarks import corpus
from benchmarks.building import build
from benchmarks.measuring import Timing, measure, warm_up
from benchmarks.peers import NAMES, peer
from benchmarks.picture import draw
from benchmarks.queries import choose
from benchmarks.report import PARTS, Run, by_kind, page
from benchmarks.serving import serve

_CHOOSING = 100_000  # the first paragraphs, from which queries are chosen
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
        _print_summary(runs[-1])
        if write:  # after each size, so that a run that is cut off leaves figures
            _PAGE.write_text(page(_PAGE.read_text("utf-8"), runs, part), "utf-8")
    if write and part == PARTS[0]:
        _PICTURE.write_text(draw(_points(runs)), "utf-8")


def _print_summary(run: Run) -> None:
    for reading in ("tokens", "typed"):
        for name, f in run.figures(reading).items():
            click.echo(
                f"{run.size:>9,} {reading:6} {name:8} median {f.median:8.2f} ms"
                f"  95th {f.p95:8.2f} ms  ratio {f.ratio:7.2f}"
                f"  worst {f.worst:7.2f} ({f.where})"
            )
    click.echo("\n" + "\n\n".join(by_kind(run)) + "\n")


def run(folder: Path, size: int, names: tuple[str, ...], repeats: int, cache: Path) -> Run:
    """Build and ask all engines at one size; the reference is the first that reads tokens."""
    reasons = {name: _reason_absent(name, size) for name in names}
    absent = {name: why for name, why in reasons.items() if why}
    for name, why in absent.items():
        click.echo(f"{name} left out at {size:,}: {why}", err=True)
    present = [name for name in names if name not in absent]
    records = corpus.prepare(folder, size, cache)
    built = {}
    for name in present:
        click.echo(f"{name}: {size:,} paragraphs …", err=True)
        built[name] = build(name, records, cache / f"{records.stem}-{name}")
    asks = {name: peer(name).connect(cache / f"{records.stem}-{name}") for name in present}
    queries = choose(list(islice(corpus.read(records), _CHOOSING)))
    for name, ask in asks.items():
        warm_up(ask, queries, peer(name).WARM_UP)
    reference = next(name for name in present if peer(name).READING == "tokens")
    timings = []
    for timing in measure(asks, queries, reference, repeats):
        timings.append(timing)
        if timing.wrong:
            _print_wrong(timing)
    text = sum(len(record.text.encode()) for record in corpus.read(records))
    served = serve(cache / f"{records.stem}-ours", queries) if "ours" in present else None
    return Run(size, text, reference, built, timings, absent, served)


def _reason_absent(name: str, size: int) -> str:
    """Why an engine does not take part at this size; empty where it does."""
    limit = peer(name).MAX_PARAGRAPHS
    return peer(name).missing() or (f"at most {limit:,}" if 0 < limit < size else "")


def _print_wrong(timing: Timing) -> None:
    click.secho(
        f"WRONG {timing.peer}, {timing.query} ({timing.reading}): {timing.wrong}",
        fg="red",
        err=True,
    )


def _points(runs: list[Run]) -> dict[str, dict[int, float]]:
    """Median milliseconds by engine and size."""
    points: dict[str, dict[int, float]] = {}
    for run in runs:
        for name in run.built:
            of = run.figures("tokens").get(name) or run.figures("typed").get(name)
            if of:
                points.setdefault(name, {})[run.size] = of.median
    return points


if __name__ == "__main__":
    main()
