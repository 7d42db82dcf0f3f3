"""Runs all cases and prints a table of what they counted.

``PYTHONPATH=tests python -m faults [--seed N] [--markdown] [CASE ...]`` ends with status 1 where a
count that must be 0 is not.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from random import SystemRandom
from typing import NamedTuple

from . import (
    at_rest,
    compile_cache,
    full_disk,
    hostile,
    idle,
    kills,
    live_damage,
    load,
    power_cut,
)

Run = Callable[[int, int], Mapping[str, int]]

# A case, how much of it, and the function that is called with that and the seed. It counts under
# these names; how many answers are late depends on the machine. A new case is one line in one of
# the lists.
_MUST_BE_ZERO = ("lost", "mixed", "unnoticed", "died")
COUNTS = ("tries", *_MUST_BE_ZERO, "late")
ON_DISK: tuple[tuple[str, int, Run], ...] = (
    ("kills of a writer", 100, kills.run),
    ("damaged files at rest", 300, at_rest.run),
    ("damage under a server", 150, live_damage.case),
    ("damaged compile cache", 12, compile_cache.run),
    ("full disk", 11, full_disk.run),
    ("power cuts, simulated", 40, power_cut.run),
)
ON_SERVER: tuple[tuple[str, int, Run], ...] = (
    ("hostile requests", 4000, hostile.run),
    ("2,000 idle connections", 2000, idle.run),
    ("a minute of load and commits", 60, load.run),
)


class Row(NamedTuple):
    case: str
    counts: Mapping[str, int]
    seconds: float

    def cells(self) -> list[str]:
        counts = [self.counts.get(name) for name in COUNTS]
        numbers = ["–" if count is None else f"{count:,}" for count in counts]
        return [self.case, *numbers, f"{self.seconds:.0f}"]

    def is_good(self) -> bool:
        return not any(count for name, count in self.counts.items() if name in _MUST_BE_ZERO)


def measured(case: str, size: int, run: Run, seed: int) -> Row:
    began = time.monotonic()
    counts = run(size, seed)
    if others := set(counts) - set(COUNTS):
        raise ValueError(f"{case} counts what is not shown: {others}")
    return Row(case, counts, time.monotonic() - began)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=SystemRandom().randrange(10**6))
    options.add_argument("--markdown", action="store_true", help="rows for docs/reliability.md")
    options.add_argument("cases", nargs="*", metavar="CASE", help="a word of its name")
    given = options.parse_args()
    shown = print_markdown if given.markdown else print_row
    print(f"seed {given.seed}", file=sys.stderr, flush=True)
    shown(["case", *COUNTS, "seconds"])
    rows = []
    # Two at a time write to the disk; on the server one after the other, since time counts there.
    for cases, processes in ((ON_DISK, 2), (ON_SERVER, 1)):
        chosen = [
            case for case in cases if not given.cases or any(w in case[0] for w in given.cases)
        ]
        with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
            for future in [pool.submit(measured, *case, given.seed) for case in chosen]:
                rows.append(future.result())
                shown(rows[-1].cells())
    return 0 if all(row.is_good() for row in rows) else 1


def print_row(cells: list[str]) -> None:
    print(f"{cells[0]:30}", *(f"{cell:>10}" for cell in cells[1:]), flush=True)


def print_markdown(cells: list[str]) -> None:
    print("|", " | ".join(cells), "|", flush=True)
