"""Building an index in a process of its own, so that the peak of memory is that of building.

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


class _Reader:
    """Iterates over the records of a file; counts them and the seconds that reading takes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.paragraphs = 0
        self.seconds = 0.0

    def __iter__(self) -> Iterator[Record]:
        records = corpus.read(self.path)
        for self.paragraphs in count():
            began = time.perf_counter()
            record = next(records, None)
            self.seconds += time.perf_counter() - began
            if record is None:
                return
            yield record


def build(name: str, records: Path, folder: Path) -> Built:
    """Build a peer's index over a file of records, unless it keeps one of the same version."""
    summary = folder / "built.json"
    if summary.exists() and peer(name).KEEP:
        kept = Built(**json.loads(summary.read_text("utf-8")))
        if kept.version == peer(name).version():
            return kept
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "benchmarks.building", name, str(records), str(folder)]
    output = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
    summary.write_text(output, "utf-8")
    return Built(**json.loads(output))


def _peak() -> int:
    """The peak of resident memory in bytes: this process, and the largest that it started."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    status = Path("/proc/self/status")
    if status.exists():
        # getrusage would return the peak of the parent process, if that was higher.
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return (int(line.split()[1]) + children) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss + children  # macOS counts bytes


def _main(name: str, records: str, folder: str) -> None:
    reader = _Reader(Path(records))
    began = time.perf_counter()
    bytes_elsewhere = peer(name).build(reader, Path(folder))
    seconds = time.perf_counter() - began - reader.seconds
    memory = _peak()
    files = [path for path in Path(folder).rglob("*") if path.is_file()]
    disk = bytes_elsewhere or sum(path.stat().st_size for path in files)
    built = Built(peer(name).version(), reader.paragraphs, seconds, memory, disk)
    print(json.dumps(asdict(built)))


if __name__ == "__main__":
    _main(*sys.argv[1:])
