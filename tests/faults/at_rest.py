"""Damages files of an index that nobody has open: every kind of file, in every way."""

from __future__ import annotations

import os
import shutil
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from itertools import cycle, islice, product
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from engine.engine import open_engine
from engine.errors import IndexCorrupt, IndexMissing, IndexStale

from .reports import Reports, finish

KINDS = ("_MAIN_*.toc", "manifest_*.json", "clusters_*.npy", "*.columns", "*.texts")
Harm = Callable[[Path, bytes, Random], object]


def run(rounds: int, seed: int) -> Counter[str]:
    """Damage a file in so many copies of an index; make whole the first copy of each way.

    Damage is ``unnoticed`` where the index opens and ``check`` has nothing to say. Where
    ``yinju index`` does not make the index whole again, it is ``lost``.
    """
    chance = Random(seed)
    counts = Counter(tries=0, lost=0, unnoticed=0, died=0)
    with TemporaryDirectory(prefix="yinju-faults-") as place:
        whole, copy = Path(place) / "whole", Path(place) / "index"
        reports = Reports(Path(place) / "reports", 6, chance)
        assert finish(reports, whole)
        reports.add(2)  # a second segment
        assert finish(reports, whole)
        ways = list(product(KINDS, HARMS))
        for number, (kind, harm) in enumerate(islice(cycle(ways), rounds)):
            shutil.copytree(whole, copy)
            path = chance.choice(sorted(copy.glob(kind)))
            before = path.read_bytes()
            while path.exists() and path.read_bytes() == before:  # zeros may have been there
                harm(path, before, chance)
            counts["tries"] += 1
            counts.update(_fault(copy))
            # Without a manifest nobody knows what went in, and the command asks for this option.
            options = ["--rebuild"] if "manifest" in kind else []
            if number < len(ways) and not finish(reports, copy, *options):
                print(f"{harm.__name__} {path.name}: lost", file=sys.stderr)
                counts["lost"] += 1
            shutil.rmtree(copy)
    return counts


def _fault(location: Path) -> list[str]:
    try:
        engine = open_engine(str(location))
        if list(engine.check()):
            return []
    except (IndexCorrupt, IndexMissing, IndexStale):
        return []
    except Exception:
        traceback.print_exc()
        return ["died"]
    return ["unnoticed"]


# --- the ways to damage a file ------------------------------------------------------------------


def flip_a_bit(path: Path, whole: bytes, chance: Random) -> None:
    at = chance.randrange(len(whole))
    path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :])


def fill(path: Path, whole: bytes, chance: Random, content: bytes) -> None:
    """Put ``content`` over a part of the file."""
    at = chance.randrange(len(whole))
    path.write_bytes((whole[:at] + content + whole[at + len(content) :])[: len(whole)])


def zero_a_page(path: Path, whole: bytes, chance: Random) -> None:
    fill(path, whole, chance, bytes(4096))


def garble(path: Path, whole: bytes, chance: Random) -> None:
    fill(path, whole, chance, chance.randbytes(64))


def cut_off(path: Path, whole: bytes, chance: Random) -> None:
    os.truncate(path, chance.randrange(len(whole)))


def empty(path: Path, whole: bytes, chance: Random) -> None:
    os.truncate(path, 0)


def append(path: Path, whole: bytes, chance: Random) -> None:
    path.write_bytes(whole + chance.randbytes(chance.randint(1, 100)))


def swap_halves(path: Path, whole: bytes, chance: Random) -> None:
    middle = len(whole) // 2
    path.write_bytes(whole[middle:] + whole[:middle])


def put_another(path: Path, whole: bytes, chance: Random) -> None:
    others = [other for other in path.parent.iterdir() if other.read_bytes() != whole]
    path.write_bytes(chance.choice(sorted(others)).read_bytes())


def remove(path: Path, whole: bytes, chance: Random) -> None:
    path.unlink()


HARMS: tuple[Harm, ...] = (
    *(flip_a_bit, zero_a_page, garble, cut_off, empty, append, swap_halves, put_another, remove),
)
