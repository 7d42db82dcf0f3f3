"""Reads and labels files ahead of the writer, in processes of their own.

Reading and labelling take longer than tokenising and writing, so one process per processor
reads while the parent process writes. The results come back in the order of the files. Each
process is only a few files ahead of the writer, so a large corpus does not fill the memory.
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
from indexer.deadline import time_limit
from indexer.limits import MAX_FILE_SECONDS
from indexer.read import read_file

_MIN_FILES_FOR_PROCESSES = 64  # with fewer, starting the processes costs more than it saves
_MAX_FILES_AHEAD = 8  # of the writer, for each process


class Assembled(NamedTuple):
    """A report as it goes into the index, and the errors for metadata that was rejected."""

    report: Report
    paragraphs: list[Paragraph]
    rejected_metadata: list[ReadError]


Outcome = Assembled | ReadError
_File = tuple[Path, str, str]  # path, source, what metadata.csv states of it as JSON


def read_and_assemble(
    path: Path, source: str, stated: str, taken_ids: Collection[str] = ()
) -> list[Outcome]:
    """Read the reports of a file; one that cannot be read becomes a ``ReadError``.

    ``stated`` is what ``metadata.csv`` states of the file, as JSON. ``taken_ids`` are ids
    of other reports, which these reports must not get.
    """
    outcomes: list[Outcome] = []
    used_ids = set(taken_ids)
    for draft in read_file(path, source):
        if isinstance(draft, ReadError):
            outcomes.append(draft)
            continue
        metadata = {**draft.metadata, **json.loads(stated or "{}")}
        try:
            with time_limit(MAX_FILE_SECONDS, draft.source):
                assembled = Assembled(*assemble(replace(draft, metadata=metadata), used_ids))
        except ReadError as error:
            outcomes.append(error)
            continue
        used_ids.add(assembled.report.id)
        outcomes.append(assembled)
    return outcomes


def read_ahead(files: Sequence[_File]) -> Iterator[list[Outcome]]:
    """Call ``read_and_assemble`` for each file; yields the results in the order of the files."""
    workers = os.cpu_count() or 1
    if len(files) < _MIN_FILES_FOR_PROCESSES or workers == 1:
        yield from (read_and_assemble(*file) for file in files)
        return
    in_progress: deque[tuple[_File, Future[list[Outcome]] | None]] = deque()
    # Spawned, not forked: a forked process would inherit the locks that our threads hold.
    with ProcessPoolExecutor(workers, get_context("spawn"), _ignore_interrupts) as pool:
        try:
            for file in files:
                in_progress.append((file, _start(pool, file)))
                if len(in_progress) > _MAX_FILES_AHEAD * workers:
                    yield _outcomes(*in_progress.popleft())
            while in_progress:
                yield _outcomes(*in_progress.popleft())
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Delay Ctrl-C to the end of the block; processes started inside the block never get it."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    old_mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, old_mask)


def _ignore_interrupts() -> None:
    """Leave Ctrl-C to the parent process, which ends its child processes itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


# Where the system has killed a child process, the parent reads the remaining files itself.


def _start(pool: ProcessPoolExecutor, file: _File) -> Future[list[Outcome]] | None:
    try:
        with _interrupts_blocked():  # in a starting process it would print a traceback
            return pool.submit(read_and_assemble, *file)
    except BrokenExecutor:
        return None


def _outcomes(file: _File, future: Future[list[Outcome]] | None) -> list[Outcome]:
    try:
        return future.result() if future else read_and_assemble(*file)
    except BrokenExecutor:
        return read_and_assemble(*file)
