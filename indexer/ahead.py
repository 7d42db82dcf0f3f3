"""Files read and labelled ahead of the writer, in processes of their own.

Reading and labelling take longer than cutting words and writing, so that there are
as many processes for it as processors, and the writer takes its share of them. What
comes back is in the order of the files, and never far ahead, so that a large corpus
does not fill the memory.
"""

from __future__ import annotations

import json
import os
import signal
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from engine.errors import ReadError
from engine.model import Paragraph, Report
from indexer.assemble import assemble
from indexer.read import read_file

_WORTH_IT = 64  # files; for fewer, starting processes takes longer than reading
_AHEAD = 8  # files that each process may be ahead


class Assembled(NamedTuple):
    """A report as it goes into the index, and what its metadata states in vain."""

    report: Report
    paragraphs: list[Paragraph]
    doubts: list[ReadError]


Outcome = Assembled | ReadError
_File = tuple[Path, str, str]


def read_and_assemble(
    path: Path, source: str, stated: str, taken: Collection[str] = ()
) -> list[Outcome]:
    """The reports of a file, and the reason for each that cannot be read.

    ``stated`` is what ``metadata.csv`` says of it, as JSON; ``taken`` are ids that
    its reports must not get.
    """
    outcomes: list[Outcome] = []
    used = set(taken)
    for draft in read_file(path, source):
        if isinstance(draft, ReadError):
            outcomes.append(draft)
            continue
        metadata = {**draft.metadata, **json.loads(stated or "{}")}
        one = Assembled(*assemble(replace(draft, metadata=metadata), used))
        used.add(one.report.id)
        outcomes.append(one)
    return outcomes


def read_ahead(files: Sequence[_File]) -> Iterator[list[Outcome]]:
    """``read_and_assemble`` for each file, in their order."""
    workers = os.cpu_count() or 1
    if len(files) < _WORTH_IT or workers == 1:
        yield from (read_and_assemble(*file) for file in files)
        return
    waiting: deque[tuple[_File, Future[list[Outcome]] | None]] = deque()
    # Fresh processes: a copy of this one would hold whatever its threads had locked.
    with ProcessPoolExecutor(workers, get_context("spawn"), _leave_interrupts) as pool:
        try:
            for file in files:
                waiting.append((file, _start(pool, file)))
                if len(waiting) > _AHEAD * workers:
                    yield _outcomes(*waiting.popleft())
            while waiting:
                yield _outcomes(*waiting.popleft())
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Ctrl-C comes afterwards, and not at all to what is started meanwhile."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _leave_interrupts() -> None:
    """Ctrl-C is for the process that a person started; the others end with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


# Where the system has ended a process, this one goes on by itself.


def _start(pool: ProcessPoolExecutor, file: _File) -> Future[list[Outcome]] | None:
    try:
        with _interrupts_held():  # a process that is only beginning would complain aloud
            return pool.submit(read_and_assemble, *file)
    except BrokenExecutor:
        return None


def _outcomes(file: _File, started: Future[list[Outcome]] | None) -> list[Outcome]:
    try:
        return started.result() if started else read_and_assemble(*file)
    except BrokenExecutor:
        return read_and_assemble(*file)
