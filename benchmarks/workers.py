"""What a second worker brings and costs, and what slow clients cost the others.

``python -m benchmarks.workers INDEX`` prints three tables. Runs with one worker and with two take
turns. The load comes from another process on the same machine; it sends requests that were
made before, and only counts bytes. Its processor time is printed beside the pages a second, and
so is that of all other processes, which a fair run has little of.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import click

from benchmarks.serving import ask, memory_of, server, workers_of
from engine.engine import open_engine, open_writer
from engine.model import Paragraph, Report

_CLIENTS = 16
_SECONDS = 8
_ROUNDS = 5
_IDLE = 2_000
_PAGES = 40  # asked for beside the slow clients
_QUERIES = (
    *("医保", "基金监管", "乡村振兴", "高质量发展 就业", '"营商环境"', "教育", "招商引资"),
    *("养老 服务", "生态环境 治理", "数字经济", "科技创新", "安全生产", "棚户区改造", "粮食"),
)
_SLOW = {
    "says nothing": b"",
    "half a request line": b"GET /?q=",
    "half a body": b"POST /check HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\ntext=",
    "reads no answer": b"GET /static/yinju.css HTTP/1.1\r\nHost: a\r\n\r\n",
}


@dataclass(frozen=True, slots=True)
class Load:
    """Pages a second; processors that workers, load and others kept busy; and memory (bytes) of
    the parent and all workers."""

    rate: float
    workers: float
    load: float
    others: float
    memory: int


def measure(folder: Path, workers: int) -> Load:
    with server(folder, workers) as (process, port):
        command = [sys.executable, "-m", "benchmarks.workers", "--load", str(port)]
        subprocess.run([*command, "1"], check=True, capture_output=True)  # warm
        before, busy_before = _seconds_of(process.pid), _busy_seconds()
        done = subprocess.run([*command, str(_SECONDS)], check=True, capture_output=True)
        busy = _busy_seconds() - busy_before
        by_workers = _seconds_of(process.pid) - before
        pages, seconds, by_load = json.loads(done.stdout)
        memory, _ = memory_of([process.pid, *workers_of(process.pid)])
    others = busy - by_workers - by_load
    return Load(pages / seconds, by_workers / seconds, by_load / seconds, others / seconds, memory)


def _seconds_of(parent: int) -> float:
    """Processor time of a parent and its workers so far."""
    ticks = 0
    for process in [parent, *workers_of(parent)]:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _busy_seconds() -> float:
    """Processor time of the whole machine so far, waiting not counted."""
    fields = [int(n) for n in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    return (sum(fields[:8]) - fields[3] - fields[4]) / os.sysconf("SC_CLK_TCK")


def load(port: int, seconds: float) -> tuple[int, float, float]:
    """Ask for pages from many clients; their number, seconds, and own processor time."""
    addresses = ["/?" + urlencode({"q": query}) for query in _QUERIES]
    head = "HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"
    requests = [f"GET {address} {head}".encode() for address in addresses]
    began, ran = time.perf_counter(), time.process_time()

    def client(number: int) -> int:
        for pages in count():
            if time.perf_counter() - began > seconds:
                return pages
            _read_page(port, requests[(number + pages) % len(requests)])
        raise AssertionError

    with ThreadPoolExecutor(_CLIENTS) as clients:
        pages = sum(clients.map(client, range(_CLIENTS)))
    return pages, time.perf_counter() - began, time.process_time() - ran


def _read_page(port: int, request: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(request)
        start = connection.recv(1 << 18)
        if not start.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(start[:100])
        while connection.recv(1 << 18):
            pass


def memory_after_commit(folder: Path, workers: int) -> int:
    """Memory of a server whose workers all opened a newer state of the index (bytes)."""
    with TemporaryDirectory() as copy:
        shutil.copytree(folder, copy, dirs_exist_ok=True)
        with server(Path(copy), workers) as (process, port):
            command = [sys.executable, "-m", "benchmarks.workers", "--load", str(port), "2"]
            subprocess.run(command, check=True, capture_output=True)
            _add_a_report(copy)
            for _ in range(4):  # the state before answers while workers open the newer one in turn
                subprocess.run(command, check=True, capture_output=True)
                time.sleep(1)
            return memory_of([process.pid, *workers_of(process.pid)])[0]


def _add_a_report(location: str) -> None:
    engine = open_engine(location)
    lexicon, files = engine.lexicon(), engine.files()
    engine.close()
    with open_writer(location, lexicon) as writer:
        report = Report("added", "新的报告", "added.txt", paragraphs=1)
        writer.add(report, [Paragraph("added-0", "added", 1, "新的一段。", "新的一段。")])
        writer.commit(files)


@contextmanager
def slow_clients(port: int, sent: bytes) -> Iterator[None]:
    with ExitStack() as opened:
        for _ in range(_IDLE):
            connection = opened.enter_context(socket.create_connection(("127.0.0.1", port)))
            connection.sendall(sent)
        yield


def pages_beside(port: int) -> list[float]:
    """Seconds of pages, one after the other."""
    return [ask(port, "/?" + urlencode({"q": _QUERIES[n % 14]})) for n in range(_PAGES)]


def _tell(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    click.echo("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for row in rows:
        click.echo("| " + " | ".join(row) + " |")
    click.echo()


def run(folder: Path) -> None:
    """Print what was measured."""
    rounds = [(measure(folder, 1), measure(folder, 2)) for _ in range(_ROUNDS)]
    columns = ("workers", "pages a second", "processors: workers", "load", "others")
    _tell(columns, [
        (str(n), *(f"{value:.2f}" for value in (run.rate, run.workers, run.load, run.others)))
        for pair in rounds for n, run in enumerate(pair, 1)
    ])  # fmt: skip
    click.echo(f"two workers to one: {median(b.rate / a.rate for a, b in rounds):.2f} (median)\n")
    mega = 1 << 20
    before = [median(run.memory for run in runs) / mega for runs in zip(*rounds, strict=True)]
    after = [memory_after_commit(folder, n) / mega for n in (1, 2)]
    _tell(
        ("memory (MB)", "one worker", "two workers", "the second costs"),
        [
            (name, f"{one:.0f}", f"{two:.0f}", f"{two - one:.0f}")
            for name, (one, two) in (("after load", before), ("after a commit", after))
        ],
    )
    with server(folder, 2) as (_, port):
        pages_beside(port)
        rows = [("nobody", pages_beside(port))]
        for name, sent in _SLOW.items():
            with slow_clients(port, sent):
                rows.append((f"{_IDLE:,} × {name}", pages_beside(port)))
    _tell(
        ("beside", "median (ms)", "slowest (ms)"),
        [(name, f"{median(s) * 1000:.0f}", f"{max(s) * 1000:.0f}") for name, s in rows],
    )


@click.command()
@click.argument("what", nargs=-1, required=True)
@click.option("--load", "is_load", is_flag=True, help="Be the load: PORT SECONDS.")
def main(what: tuple[str, ...], is_load: bool) -> None:
    """Measure the server on the index in a folder."""
    if is_load:
        click.echo(json.dumps(load(int(what[0]), float(what[1]))))
        return
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    run(Path(what[0]))


if __name__ == "__main__":
    main()
