"""Building an index in a process of its own, so that its memory can be told.

``python -m benchmarks.building PEER RECORDS FOLDER`` builds and prints one JSON
object. The time it takes to read the records from their file does not count.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path

from benchmarks import corpus
from benchmarks.corpus import Record
from benchmarks.peers import peer


@dataclass(frozen=True, slots=True)
class Built:
    """What an index took: seconds, peak resident memory and disk in bytes."""

    version: str
    paragraphs: int
    seconds: float
    memory: int
    disk: int


class _Clock:
    """Hands records on, and counts them and the time that reading them took."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.paragraphs = 0
        self.reading = 0.0

    def __iter__(self) -> Iterator[Record]:
        records = corpus.read(self.path)
        for self.paragraphs in count():
            began = time.perf_counter()
            record = next(records, None)
            self.reading += time.perf_counter() - began
            if record is None:
                return
            yield record


def build(name: str, records: Path, folder: Path) -> Built:
    """The index of a peer over a file of records; one that was kept is not built again."""
    told = folder / "built.json"
    if told.exists() and peer(name).KEEP:
        kept = Built(**json.loads(told.read_text("utf-8")))
        if kept.version == peer(name).version():
            return kept
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "benchmarks.building", name, str(records), str(folder)]
    made = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
    told.write_text(made, "utf-8")
    return Built(**json.loads(made))


def _peak() -> int:
    """The most memory this process has held, in bytes.

    Linux's ``getrusage`` would tell that of the process which started it, if that was more.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(one for one in status.read_text().splitlines() if one.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # macOS tells bytes


def _main(name: str, records: str, folder: str) -> None:
    clock = _Clock(Path(records))
    began = time.perf_counter()
    elsewhere = peer(name).build(clock, Path(folder))
    seconds = time.perf_counter() - began - clock.reading
    memory = _peak()
    files = [path for path in Path(folder).rglob("*") if path.is_file()]
    disk = elsewhere or sum(path.stat().st_size for path in files)
    built = Built(peer(name).version(), clock.paragraphs, seconds, memory, disk)
    print(json.dumps(asdict(built)))


if __name__ == "__main__":
    _main(*sys.argv[1:])
