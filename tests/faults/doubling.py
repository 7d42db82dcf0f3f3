"""Searches readers and steps for superlinear time, by doubling hostile inputs.

First each file of a fixed set is doubled, then texts of random shapes until the time is up. What
grows faster than ``MAX_EXPONENT`` allows is a fault, and so is what a limit on time had to stop.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from indexer.ahead import read_and_assemble

from .doubled import layouts, pages, tables, word
from .doubled.common import Maker
from .doubled.growth import Growth, growth
from .doubled.shapes import Shape, random_shape
from .doubled.steps import STEPS, Step

_SMALLEST_FILE, _SMALLEST_TEXT, _LONGEST_TEXT = 100, 1_000, 256_000
_FILES_SHARE = 0.6  # of the time, at most, for files


def run(seconds: float, seed: int) -> dict[str, Any]:
    """Search for ``seconds``; ``faults`` are the inputs whose time grows too fast.

    ``kinds`` are the figures of each format and step: ``tried``, ``exponent`` (the worst),
    ``seconds`` (of the processor, the most for one input) and its ``shape`` and ``size``.
    """
    begin, rng = time.monotonic(), random.Random(seed)
    kinds: dict[str, dict[str, Any]] = {}
    faults: list[str] = []

    def note(kind: str, shape: str, found: Growth) -> None:
        figures = kinds.setdefault(kind, {"tried": 0, "exponent": 0.0, "seconds": 0.0})
        figures["tried"] += 1
        figures["exponent"] = max(figures["exponent"], round(found.exponent, 2))
        if found.seconds >= figures["seconds"]:
            figures |= {"seconds": round(found.seconds, 2), "shape": shape, "size": found.size}
        if found.is_superlinear:
            faults.append(f"{kind}, {shape}: {found}")

    with tempfile.TemporaryDirectory() as folder:
        files = list(_makers())
        rng.shuffle(files)
        for maker in files:
            if time.monotonic() - begin > _FILES_SHARE * seconds:
                break
            kind, _, shape = maker.name.partition(": ")
            note(kind, shape, growth(_reading(maker, Path(folder)), _SMALLEST_FILE, maker.largest))
    while time.monotonic() - begin < seconds:
        step = rng.choice(STEPS)
        shape = random_shape(rng, *step.alphabets)
        longest = min(step.longest, _LONGEST_TEXT)
        note(step.name, repr(tuple(shape)), growth(_call(step, shape), _SMALLEST_TEXT, longest))
    return {
        "seed": seed,
        "tried": sum(its["tried"] for its in kinds.values()),
        "faults": faults,
    } | {"kinds": dict(sorted(kinds.items()))}


def _makers() -> Iterator[Maker]:
    """The makers of files that can be read on this machine."""
    return chain(word.makers(), pages.makers(), layouts.makers(), tables.makers())


def _reading(maker: Maker, folder: Path) -> Callable[[int], Callable[[], object]]:
    path = folder / f"a{maker.suffix}"

    def sized(size: int) -> Callable[[], object]:
        path.write_bytes(maker.make(size))
        return lambda: read_and_assemble(path, path.name, "")

    return sized


def _call(step: Step, shape: Shape) -> Callable[[int], Callable[[], object]]:
    def sized(size: int) -> Callable[[], object]:
        text = shape.text(size)
        return lambda: step.call(text)

    return sized


if __name__ == "__main__":
    print(run(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0))
