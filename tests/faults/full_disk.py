"""Brings an index up to date on a disk that is full before the end, at several sizes."""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from engine.engine import open_engine

from .reports import Reports, answers, finish, run_command, update, wait

_PAGE = 4096
_UNUSABLE = 4  # the status of a command that finds no usable index, or place for one


def run(rounds: int, seed: int) -> Counter[str]:
    """Add reports at so many sizes of a full disk, and again when there is room.

    While the disk is full the command says so in one line (else it ``died``), and the state
    before answers (else it is ``lost``). With room the change is made, or it is ``lost``.
    """
    chance = Random(seed)
    counts = Counter(tries=0, lost=0, died=0)
    with TemporaryDirectory(prefix="yinju-faults-") as place:
        first, said = Path(place) / "first", Path(place) / "said"
        reports = Reports(Path(place) / "reports", 6, chance)
        assert finish(reports, first)
        before = reports.paragraphs()
        reports.add(12)
        shutil.copytree(first, Path(place) / "second")
        assert finish(reports, Path(place) / "second")
        needed = _size(Path(place) / "second")
        while counts["tries"] < rounds:
            # What is written first is a text; so a few bytes matter as much as many.
            room = chance.choice([chance.randrange(2 * _PAGE), chance.randrange(needed)])
            with _disk(Path(place) / "disk", first, room) as (location, limit, make_room):
                status = wait(run_command(update(reports, location), limit, said))
                if status == 0:  # there was room enough
                    continue
                counts["tries"] += 1
                lines = said.read_text("utf-8").splitlines()
                if status != _UNUSABLE or len(lines) != 1:
                    print(status, *lines, sep="\n", file=sys.stderr)
                    counts["died"] += 1
                if not _answers(location, before):
                    counts["lost"] += 1
                make_room()
                if not finish(reports, location):
                    counts["lost"] += 1
    return counts


def _answers(location: Path, expected: frozenset[str]) -> bool:
    try:
        engine = open_engine(str(location))
        return answers(engine) == expected and not list(engine.check())
    except Exception as error:
        print(error, file=sys.stderr)
        return False


def _size(folder: Path) -> int:
    return sum(-(-path.stat().st_size // _PAGE) * _PAGE for path in folder.iterdir())


Disk = tuple[Path, Callable[[], object], Callable[[], object]]


@contextmanager
def _disk(place: Path, index: Path, room: int) -> Iterator[Disk]:
    """A copy of an index on a disk that has ``room`` left (bytes), what limits a process, and
    what makes room. Where nothing may be mounted, the files that a process writes are limited."""
    location = place / "index"
    place.mkdir()
    size = _size(index) + 2 * _PAGE + room
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    mounted = subprocess.run(mount, capture_output=True).returncode == 0
    try:
        shutil.copytree(index, location)
        if mounted:
            more = ["mount", "-o", "remount,size=1g", str(place)]
            yield location, lambda: None, lambda: subprocess.run(more, check=True)
        else:
            limits = (room, resource.RLIM_INFINITY)
            yield (
                location,
                lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limits),
                lambda: None,
            )
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(place)], check=True)
            place.rmdir()
        else:
            shutil.rmtree(place)
