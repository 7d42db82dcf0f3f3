"""Kills ``yinju index``: at random moments, and just before its files change on the disk."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from itertools import count
from pathlib import Path
from random import Random
from signal import SIGKILL
from tempfile import TemporaryDirectory
from typing import Any

from engine.engine import open_engine

from .reports import Reports, answers, finish, run_command, update, wait

_CHANGES = 30  # about as many changes of files as the largest run makes
_REPORTS = 12


def run(rounds: int, seed: int) -> Counter[str]:
    """Kill so many runs that add, change, remove, merge and rebuild, and finish each one.

    After a kill the index answers as before or as after the change, and so does an engine that
    was open all the time; else it is ``lost`` or ``mixed``. The next run has to finish the change
    and to leave nothing behind; else it is ``lost``, too.
    """
    chance = Random(seed)
    counts = Counter(tries=0, lost=0, mixed=0)
    with TemporaryDirectory(prefix="yinju-faults-") as place:
        location, said = Path(place) / "index", Path(place) / "said"
        reports = Reports(Path(place) / "reports", _REPORTS, chance)
        assert finish(reports, location)
        began = time.monotonic()
        wait(run_command(update(reports, location, "--rebuild"), lambda: None, said))
        seconds = time.monotonic() - began
        open_all_along = open_engine(str(location))
        while counts["tries"] < rounds:
            before = reports.paragraphs()
            options = _change(reports, chance)
            states = before, reports.paragraphs()
            if _killed(update(reports, location, *options), location, said, seconds, chance):
                counts["tries"] += 1
                counts.update(_fault(lambda: open_all_along, states))
                counts.update(_fault(lambda: open_engine(str(location)), states))
            if not finish(reports, location):
                counts["lost"] += 1
            open_all_along.refresh()
    return counts


def _change(reports: Reports, chance: Random) -> list[str]:
    """Change the folder; return the options of the next run."""
    size = len(list(reports.folder.iterdir()))
    kind = chance.choice(["add", "change", "remove", "merge", "rebuild"])
    if kind == "add" or size < _REPORTS // 2:
        reports.add(chance.randint(1, 4))
    elif kind == "change":
        reports.rewrite(chance.randint(1, 3))
    elif kind == "remove":
        reports.remove(chance.randint(1, 3))
    elif kind == "merge":  # segments half of whose paragraphs are gone are merged
        reports.rewrite(2 * size // 3)
    else:
        reports.rewrite(1)
        return ["--rebuild"]
    return []


def _killed(
    arguments: list[str], location: Path, said: Path, seconds: float, chance: Random
) -> bool:
    """Run a command and kill it; whether it was killed before it ended."""
    if chance.random() < 0.5:
        number = chance.randint(1, _CHANGES)
        process = run_command(arguments, lambda: _die_before_change(location, number), said)
    else:
        process = run_command(arguments, lambda: None, said)
        time.sleep(chance.uniform(0, seconds))
        os.kill(process, SIGKILL)
    return wait(process) == -SIGKILL


def _die_before_change(folder: Path, number: int) -> None:
    """Kill this process before it creates, syncs, renames or removes a file for that time."""
    changes = count(1)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        is_change = event in ("os.rename", "os.remove") or (
            event == "open" and (arguments[1] is None or set(arguments[1]) & set("wxa+"))
        )
        if is_change and str(arguments[0]).startswith(str(folder)) and next(changes) == number:
            os.kill(os.getpid(), SIGKILL)

    sys.addaudithook(hook)


def _fault(engine: Callable[[], Any], states: tuple[frozenset[str], frozenset[str]]) -> list[str]:
    """What is wrong with what an engine answers."""
    try:
        found = answers(engine())
    except Exception as error:
        print(error, file=sys.stderr)
        return ["lost"]
    return [] if found in states else ["mixed"]
