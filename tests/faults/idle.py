"""Thousands of connections that say nothing, write slowly or do not read, beside a few that ask."""

from __future__ import annotations

import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from socket import socket
from tempfile import TemporaryDirectory

import web_index
from serving import server
from sockets import SLOW, connect, get, request, slow_reader

_ASKED = ("/healthz", "/", "/api/search?q=%E5%9F%BA%E9%87%91")
_ROUNDS = 10  # of asking, beside each kind
_LATE, _NEVER = 1.0, 10.0  # seconds


def run(connections: int, seed: int) -> Counter[str]:
    """Ask beside so many idle connections of each kind.

    ``tries`` are the answers; one that is not 200, or takes more than ten seconds, counts as
    ``died``, one that takes more than a second as ``late``.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, connections + 500)), hard))
    counts = Counter(tries=0, died=0, late=0)
    with TemporaryDirectory(prefix="yinju-faults-") as place:
        location = web_index.build(str(Path(place) / "index"))
        with server(location, "--workers", "2") as (_, address):
            _ask(address, "nobody")  # loads what there is to load
            for kind, opener in _openers(address).items():
                with ExitStack() as opened:
                    for _ in range(connections):
                        opened.enter_context(opener())
                    get(f"{address}/healthz")  # waits until the server has taken in all of them
                    counts.update(_ask(address, kind))
    return counts


def _openers(address: str) -> dict[str, Callable[[], socket]]:
    style = request(b"/static/yinju.css")
    openers = {kind: lambda sent=sent: connect(address, sent) for kind, sent in SLOW.items()}
    return {**openers, "reads nothing": lambda: slow_reader(address, style)}


def _ask(address: str, kind: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    for path in _ASKED * _ROUNDS:
        began = time.monotonic()
        status, _ = get(address + path)
        taken = time.monotonic() - began
        counts["tries"] += 1
        if status != 200 or taken > _NEVER:
            counts["died"] += 1
        if taken > _LATE:
            print(f"{kind}: {path} took {taken:.2f} s", file=sys.stderr)
            counts["late"] += 1
    return counts
