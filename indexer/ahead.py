"""Reads and labels files ahead of the writer, in processes of their own.

Reading and labelling take longer than tokenising and writing, so one process per processor
reads while the parent process writes. The results come back in the order of the files. Each
process is only a few files ahead of the writer, so a large corpus does not fill the memory.

A few files need one such process, since the parser of a library may never return. Where none of
them goes to such a parser, the parent process reads them itself.
"""

from __future__ import annotations

import json
import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from engine.errors import ReadError
from indexer.assemble import Assembled, assemble
from indexer.deadline import end_when_stuck, time_limit
from indexer.limits import MAX_FILE_SECONDS
from indexer.obstacles import Obstacle, obstacle
from indexer.read import failure, may_hang, read_file
from indexer.stamps import Stamp, take_stamp

_MIN_FILES_FOR_PROCESSES = 64  # with fewer, starting several costs more than it saves
_MAX_FILES_AHEAD = 8  # of the writer, for each process
_MAX_READS = 3  # of a file that changes while it is read


Outcome = Assembled | ReadError
_Result = TypeVar("_Result")
_File = tuple[Path, str, str]  # path, source, what metadata.csv states of it as JSON


class FileRead(NamedTuple):
    """A file as it was read: its stamp, and what became of each report in it."""

    stamp: Stamp
    outcomes: list[Outcome]

    @property
    def is_hindered(self) -> bool:
        """Whether this machine kept a part of the file from being read."""
        return any(isinstance(outcome, Obstacle) for outcome in self.outcomes)


def read_and_assemble(path: Path, source: str, stated: str) -> FileRead:
    """Read the reports of a file; one that cannot be read becomes a ``ReadError``.

    ``stated`` is what ``metadata.csv`` states of the file, as JSON. The stamp is that of the
    bytes that were read. A file that changes all the while, or that this machine cannot read now,
    gets an empty stamp, so that the next run reads it again.
    """
    for _ in range(_MAX_READS):
        stamp = take_stamp(path)
        read = FileRead(stamp, list(_outcomes(path, source, json.loads(stated or "{}"))))
        if read.is_hindered:
            return read._replace(stamp=Stamp())
        if take_stamp(path).sha256 == stamp.sha256:
            return read
    changing = ReadError(source, "读的时候一直在变，先按读到的收下；等它写完，请再运行一次")
    return FileRead(Stamp(), [*read.outcomes, changing])


def _outcomes(path: Path, source: str, stated: Mapping[str, str]) -> Iterator[Outcome]:
    for draft in read_file(path, source):
        if isinstance(draft, ReadError):
            yield draft
            continue
        try:
            with time_limit(MAX_FILE_SECONDS, draft.source):
                assembled = assemble(draft, stated)
            yield assembled
        except ReadError as error:
            yield error
        except Exception as error:  # a fault of our rules; the rest of the corpus is still read
            unread = obstacle(draft.source, error)
            yield unread or failure(draft.source, "拆分或标注时出错", error)


def read_ahead(files: Sequence[_File]) -> Iterator[FileRead]:
    """Call ``read_and_assemble`` for each file; yields the results in the order of the files."""
    readers = _readers(files)
    if readers is None:
        yield from (read_and_assemble(*file) for file in files)
        return
    in_progress: deque[tuple[_File, Future[FileRead]]] = deque()
    try:
        for file in files:
            in_progress.append((file, readers.start(read_and_assemble, *file)))
            if len(in_progress) > _MAX_FILES_AHEAD * readers.count:
                yield _file_read(*in_progress.popleft())
        while in_progress:
            yield _file_read(*in_progress.popleft())
    finally:
        readers.close()


def _readers(files: Sequence[_File]) -> _Readers | None:
    """The processes that read the files; None where this process does."""
    workers = os.cpu_count() or 1
    if len(files) < _MIN_FILES_FOR_PROCESSES:
        workers = 1
    if workers == 1 and not any(may_hang(path) for path, _, _ in files):
        return None
    try:
        return _Readers(workers)
    except (NotImplementedError, OSError):  # no semaphores, as in some containers
        return None


class _Readers:
    """Processes that read files; others take their place where one of them has ended."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._pool = self._processes()

    def _processes(self) -> ProcessPoolExecutor:
        # Spawned, not forked: a forked process would inherit the locks that our threads hold.
        return ProcessPoolExecutor(self.count, get_context("spawn"), _read_for_another)

    def start(self, call: Callable[..., _Result], *arguments: Any) -> Future[_Result]:
        """Have a process make a call; the future raises ``BrokenExecutor`` where it ends."""
        with _interrupts_blocked():  # in a starting process it would print a traceback
            with suppress(BrokenExecutor):
                return self._pool.submit(call, *arguments)
            self._pool = self._processes()
            try:
                return self._pool.submit(call, *arguments)
            except BrokenExecutor as error:
                failed: Future[_Result] = Future()
                failed.set_exception(error)
                return failed

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


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


def _read_for_another() -> None:
    """Leave Ctrl-C to the parent process, and the next file to another process where stuck."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_when_stuck()


def _file_read(file: _File, future: Future[FileRead]) -> FileRead:
    """What became of a file. Where its process has ended, a process of its own reads it again.

    The file that ends each process is named. It is read again in the next run, because the
    system may have ended the process for want of memory.
    """
    with suppress(BrokenExecutor):
        return future.result()
    alone = _Readers(1)
    try:
        alone.start(os.getpid).result()
    except BrokenExecutor:  # this machine gives us no processes
        return read_and_assemble(*file)
    try:
        return alone.start(read_and_assemble, *file).result()
    except BrokenExecutor:
        return FileRead(Stamp(), [ReadError(file[1], _ENDED)])
    finally:
        alone.close()


_ENDED = (
    "读到一半，读它的进程就结束了：文件可能有异常，或内存不够；"
    "请打开后另存为 .docx 或文本，再运行一次"
)
