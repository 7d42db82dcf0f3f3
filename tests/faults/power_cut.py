"""Cuts the power in the middle of a commit, on a disk that is simulated.

A commit is recorded: which files are created, renamed and removed, and what is synced. From that
follows what a disk may hold after a power cut at each moment. What was synced is there. Of what
was not, a file may be empty, cut off, or have zeros; entries of the folder may have changed up to
any point since it was synced, in their order.
"""

from __future__ import annotations

import os
import pickle
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from engine.engine import open_engine

from .reports import Reports, answers, finish, run_command, update, wait


class Event(NamedTuple):
    """Something done to a folder: ``create``, ``rename``, ``remove``, ``sync`` a file or ``sync``
    the folder (without a name). ``content`` is what a file had when it was synced."""

    kind: str
    name: str = ""
    to: str = ""
    content: bytes = b""


def run(rounds: int, seed: int) -> Counter[str]:
    """Cut the power so many times, while reports are added, changed, removed or rebuilt.

    Afterwards the index answers as before or as after (else it is ``lost`` or ``mixed``), and the
    next run finishes the change (else it is ``lost``).
    """
    chance = Random(seed)
    counts = Counter(tries=0, lost=0, mixed=0)
    with TemporaryDirectory(prefix="yinju-faults-") as place:
        folder, disk = Path(place), Path(place) / "disk"
        reports = Reports(folder / "reports", 6, chance)
        assert finish(reports, folder / "index")
        while counts["tries"] < rounds:
            before, files = reports.paragraphs(), _contents(folder / "index")
            reports.add(2)
            reports.rewrite(chance.randint(0, 4))
            reports.remove(chance.randint(0, 2))
            options = chance.choice([[], [], ["--rebuild"]])
            events = _recorded(update(reports, folder / "index", *options), folder)
            states = before, reports.paragraphs()
            for _ in range(min(12, rounds - counts["tries"])):
                _write(disk, _after_cut(files, events[: chance.randint(1, len(events))], chance))
                counts["tries"] += 1
                counts.update(_fault(disk, states))
                if not finish(reports, disk):
                    counts["lost"] += 1
    return counts


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _write(folder: Path, files: dict[str, bytes]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)


def _fault(location: Path, states: tuple[frozenset[str], frozenset[str]]) -> list[str]:
    try:
        engine = open_engine(str(location))
        found, faults = answers(engine), list(engine.check())
    except Exception as error:
        print(error, file=sys.stderr)
        return ["lost"]
    if faults:
        return ["lost"]
    return [] if found in states else ["mixed"]


# --- recording ----------------------------------------------------------------------------------


def _recorded(arguments: list[str], folder: Path) -> list[Event]:
    """Run a command that writes to ``folder / "index"``; return what it does there."""
    file = folder / "events"
    file.unlink(missing_ok=True)
    with file.open("ab", buffering=0) as stream:

        def begin() -> None:
            _record(folder / "index", lambda event: stream.write(pickle.dumps(event)))

        assert wait(run_command(arguments, begin, folder / "said")) == 0
    events = []
    with file.open("rb") as written:
        while written.peek(1):
            events.append(pickle.load(written))
    return events


_KINDS = {"open": "create", "os.rename": "rename", "os.remove": "remove"}


def _record(folder: Path, keep: Callable[[Event], object]) -> None:
    """Tell ``keep`` what this process does to a folder from now on."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event not in _KINDS or not isinstance(arguments[0], str | Path):
            return
        path, second = Path(arguments[0]), arguments[1]
        only_read = event == "open" and not set(second or "") & set("wxa+")
        if path.parent == folder and not only_read:
            to = Path(second).name if event == "os.rename" else ""
            keep(Event(_KINDS[event], path.name, to))

    fsync = os.fsync

    def sync(handle: int) -> None:
        fsync(handle)
        path = Path(f"/proc/self/fd/{handle}").readlink()
        if path == folder:
            keep(Event("sync"))
        elif path.parent == folder:
            keep(Event("sync", path.name, content=path.read_bytes()))

    os.fsync = sync
    sys.addaudithook(hook)


# --- the disk -----------------------------------------------------------------------------------


def _after_cut(before: dict[str, bytes], events: list[Event], chance: Random) -> dict[str, bytes]:
    """What a disk may hold after these events and a power cut."""
    contents: list[bytes | None] = list(before.values())  # by file, whatever its name; None: any
    entries = {name: number for number, name in enumerate(before)}
    states = [dict(entries)]  # that the folder may have
    for event in events:
        if event.kind == "sync" and not event.name:
            states = [dict(entries)]
            continue
        if event.kind == "sync":
            contents[entries[event.name]] = event.content
            continue
        if event.kind == "create":
            entries[event.name] = len(contents)
            contents.append(None)
        elif event.kind == "remove":
            entries.pop(event.name, None)
        else:
            entries[event.to] = entries.pop(event.name)
        states.append(dict(entries))
    there = chance.choice(states)
    return {name: _content(contents[number], chance) for name, number in there.items()}


def _content(synced: bytes | None, chance: Random) -> bytes:
    if synced is not None:
        return synced
    return chance.choice([b"", bytes(4096), chance.randbytes(100)])
