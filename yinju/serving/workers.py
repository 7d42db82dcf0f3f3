"""Worker processes behind one listening socket, on Granian.

Where processes can be forked, the index is opened before the workers begin: its maps, its
vocabulary and its compiled kernels are in memory once, and no worker opens anything. A worker
that dies is replaced; the new one begins with the newest state of the index.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable
from multiprocessing import parent_process, set_start_method
from threading import Thread
from typing import Any

from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

CAN_FORK = sys.platform == "linux"  # where system libraries bear it
MAX_WORKERS = 1 if sys.platform == "win32" else 64  # Granian has no more on Windows

BACKLOG = 2048  # connections that wait to be accepted
_MAX_HEAD_BYTES = 1 << 17  # of a request line with its headers; longer ones get 414 or 431
_MAX_HEAD_MS = 30_000  # for a request's head to come in, and between two requests
_MAX_CONNECTIONS = 10_000  # a worker; more wait until one ends
_SPARE_FILES = 200  # open files that are no connections
_MAX_STOPPING = 30  # seconds for running requests, after SIGTERM
_MAX_UNTAKEN_MS = 60_000  # an answer of which nothing was taken for so long is dropped


class Server(MPServer):
    """Serves an ASGI app, which each worker gets from ``load``.

    ``prepare`` is called in the parent before workers begin, the first ones and later ones.
    """

    def __init__(
        self,
        listener: socket.socket,
        workers: int,
        load: Callable[[], Any],
        prepare: Callable[[], object],
    ) -> None:
        super().__init__(
            "yinju",
            interface=Interfaces.ASGINL,
            loop=Loops.asyncio,
            workers=workers,
            http=HTTPModes.http1,
            websockets=False,
            backlog=BACKLOG,
            backpressure=min(_MAX_CONNECTIONS, _raise_file_limit() - _SPARE_FILES),
            http1_settings=HTTP1Settings(
                header_read_timeout=_MAX_HEAD_MS, max_buffer_size=_MAX_HEAD_BYTES
            ),
            log_level=LogLevels.error,
            respawn_failed_workers=True,
            workers_kill_timeout=_MAX_STOPPING,
        )
        self._listener = listener
        self._load = load
        self._prepare = prepare

    def run(self) -> None:
        """Serve until a signal says to stop; raises ``SystemExit`` where workers keep dying."""
        set_start_method("fork" if CAN_FORK else "spawn", force=True)
        self.serve(spawn_target=_work, target_loader=self._load, wrap_loader=False)

    def _init_shared_socket(self) -> None:
        """All workers accept from one socket, whose queue outlives each of them."""
        self._ssp = self._shd = None
        self._sso = self._listener

    def _spawn_workers(self, spawn_target: Any, target_loader: Any) -> None:
        self._prepare()
        super()._spawn_workers(spawn_target, target_loader)  # type: ignore[no-untyped-call]

    def _respawn_workers(
        self, workers: Any, spawn_target: Any, target_loader: Any, delay: float = 0
    ) -> None:
        self._prepare()
        super()._respawn_workers(workers, spawn_target, target_loader, delay)


def _work(
    number: int, name: object, load: object, sockets: tuple[Any, socket.socket], *settings: Any
) -> None:
    """What a worker does, in its own process: Granian's work on the socket of all.

    Until Granian listens to signals, one ends the process: what its parent does on one, which
    a fork inherits, would have no effect here.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    Thread(target=_end_with_parent, daemon=True).start()
    listener = sockets[1]
    if sys.platform != "win32":
        holder: Any = SocketHolder
        queue = () if sys.platform == "darwin" else (BACKLOG,)
        sockets = (None, holder(os.dup(listener.fileno()), False, *queue)), listener
    MPServer._spawn_asgi_worker(number, name, load, sockets, *settings)


def _end_with_parent() -> None:
    """End a worker whose parent was killed; nobody could tell it to."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


def _raise_file_limit() -> int:
    """Allow as many open files as this process may have; the number."""
    if sys.platform == "win32":
        return 512
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MAX_CONNECTIONS + _SPARE_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return wanted if soft == resource.RLIM_INFINITY else soft


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens: from now on a browser waits instead of being refused.

    Raises ``OSError``.
    """
    family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind)
    if sys.platform != "win32":  # there the option means that others may take the port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _MAX_UNTAKEN_MS)
    listener.bind(address)
    listener.listen(BACKLOG)
    return listener
