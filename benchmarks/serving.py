"""The product as people use it: its server's pages and memory, and a cold command line.

A server in a process of its own serves the index of ``ours``. A client process asks for
the search page of every query, one after the other and then eight at a time.
"""

from __future__ import annotations

import json
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlencode

from benchmarks.queries import Query, spell

_CLIENTS = 8
_PATIENCE = 60  # seconds for a server to come up
_COLD = 5  # starts of the command line


@dataclass(frozen=True, slots=True)
class Served:
    """Milliseconds of a page for one client (median, 95th percentile), pages a second for
    eight, the memory of the server, parent and one worker, and its part in mapped files
    (bytes), and seconds of ``yinju search`` from a cold start."""

    page: float
    page_p95: float
    rate: float
    memory: int
    mapped: int
    cold: float


def serve(folder: Path, queries: Sequence[Query]) -> Served:
    """Measure the product on an index that ``ours`` built."""
    cold = median(_cold(folder, query) for query in queries[:_COLD])
    with server(folder, 1) as (process, port):
        client = [sys.executable, "-m", "benchmarks.serving", str(port)]
        paths = json.dumps([path(query) for query in queries])
        done = subprocess.run(client, input=paths, stdout=subprocess.PIPE, check=True, text=True)
        alone, rate = json.loads(done.stdout)
        memory, mapped = memory_of([process.pid, *workers_of(process.pid)])
    p95 = quantiles(alone, n=20, method="inclusive")[-1]
    return Served(median(alone) * 1000, p95 * 1000, rate, memory, mapped, cold)


def path(query: Query) -> str:
    """The address of a query's page."""
    parameters = {"q": spell(query.node)}
    if query.region:
        parameters["region"] = query.region
    if query.year:
        parameters["year"] = str(query.year)
    return "/?" + urlencode(parameters)


def _cold(folder: Path, query: Query) -> float:
    command = [sys.executable, "-m", "yinju", "search", spell(query.node), "--index", str(folder)]
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


@contextmanager
def server(folder: Path, workers: int) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A process that serves an index and is ready, and its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "yinju", "serve", "--port", str(port), "--index", str(folder)]
    command += ["--workers", str(workers)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        for _ in range(_PATIENCE * 10):
            try:
                ask(port, "/readyz")
                break
            except OSError:
                time.sleep(0.1)
        yield process, port
    finally:
        process.terminate()
        process.wait()


def ask(port: int, address: str) -> float:
    """Seconds that a page took; raises ``RuntimeError`` where the status is not 200."""
    began = time.perf_counter()
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", address)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{address}: {answer.status}")
    return time.perf_counter() - began


def workers_of(parent: int) -> list[int]:
    """The processes that a server started (Linux only; elsewhere none are found)."""
    children = Path(f"/proc/{parent}/task/{parent}/children")
    return [int(child) for child in children.read_text().split()] if children.exists() else []


def memory_of(processes: Sequence[int]) -> tuple[int, int]:
    """Memory of processes together, pages that they share counted once, and its part in mapped
    files (bytes; Linux only)."""
    total = mapped = 0
    for process in processes:
        rollup = Path(f"/proc/{process}/smaps_rollup")
        if not rollup.exists():
            return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, 0
        lines = dict(line.split(":", 1) for line in rollup.read_text().splitlines()[1:])
        total += int(lines["Pss"].split()[0]) * 1024
        mapped += int(lines["Pss_File"].split()[0]) * 1024
    return total, mapped


def _main(port: int, addresses: Sequence[str]) -> None:
    """The client: prints seconds of each page, and pages a second for eight clients."""
    for address in addresses[:: max(1, len(addresses) // 10)]:
        ask(port, address)
    alone = [ask(port, address) for address in addresses]
    began = time.perf_counter()
    with ThreadPoolExecutor(_CLIENTS) as clients:
        list(clients.map(lambda address: ask(port, address), [*addresses, *addresses]))
    rate = 2 * len(addresses) / (time.perf_counter() - began)
    print(json.dumps([alone, rate]))


if __name__ == "__main__":
    _main(int(sys.argv[1]), json.loads(sys.stdin.read()))
