"""Figures for Prometheus at ``/metrics``, of all workers together.

Each worker counts in files of its own, in one folder; whichever worker is asked adds them up.
Routes are named by their rule, so that nothing that was searched gets into a figure.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, request

from engine.errors import YinjuError
from search_app.lookup import searcher
from yinju.serving.gate import METRICS

_MEMORY_FILES = "gauge_liveall_*.db"  # one a worker, named by its process
_BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)  # seconds


def add_metrics(app: Flask, folder: Path) -> None:
    """Count the requests of an app in ``folder``, and tell the figures of all at ``METRICS``.

    Raises ``YinjuError`` where the package for it is not installed.
    """
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)  # read when the package is imported
    try:
        metrics = _Metrics(folder)
    except ModuleNotFoundError as error:
        message = "统计数字还缺一个程序包；请运行：pip install 'yinju[metrics]'"
        raise YinjuError(message) from error
    app.before_request_funcs.setdefault(None, []).insert(0, metrics.begin)
    app.after_request(metrics.count)
    app.add_url_rule(METRICS, "metrics", metrics.tell)


def forget_dead(folder: Path) -> None:
    """Drop the memory of workers that ended; what they counted stays.

    The parent of the workers calls this, and is none of them.
    """
    for file in folder.glob(_MEMORY_FILES):
        process = int(file.stem.rpartition("_")[2])
        if process == os.getpid() or not _is_alive(process):
            file.unlink()


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


class _Metrics:
    def __init__(self, folder: Path) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        self._folder = str(folder)
        own = CollectorRegistry()
        self._requests = Counter(
            "yinju_requests", "Requests answered", ["route", "status"], registry=own
        )
        self._seconds = Histogram(
            "yinju_request_seconds", "Time to an answer", ["route"], registry=own, buckets=_BUCKETS
        )

        def gauge(name: str, text: str, mode: Any) -> Gauge:
            return Gauge(f"yinju_{name}", text, registry=own, multiprocess_mode=mode)

        self._reports = gauge("index_reports", "Reports in the index", "mostrecent")
        self._paragraphs = gauge("index_paragraphs", "Paragraphs in the index", "mostrecent")
        self._arrival = gauge(
            "index_last_arrival_seconds", "When reports last came in (Unix time)", "mostrecent"
        )
        self._memory = gauge(
            "worker_memory_bytes", "Resident memory, with pages that workers share", "liveall"
        )

    def begin(self) -> None:
        g.began = time.perf_counter()

    def count(self, response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "none"
        if route != METRICS:
            self._requests.labels(route, str(response.status_code)).inc()
            self._seconds.labels(route).observe(time.perf_counter() - g.began)
            self._note_memory()
        return response

    def tell(self) -> Response:
        from prometheus_client import CollectorRegistry
        from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
        from prometheus_client.multiprocess import MultiProcessCollector

        self._note_memory()
        with suppress(YinjuError):  # without an index the rest is told all the same
            overview = searcher().overview()
            self._reports.set(overview.reports)
            self._paragraphs.set(overview.paragraphs)
            self._arrival.set(overview.last_arrival)
        every = CollectorRegistry()
        MultiProcessCollector(every, self._folder)  # type: ignore[no-untyped-call]
        headers = {"Cache-Control": "no-store"}
        return Response(generate_latest(every), 200, headers, content_type=CONTENT_TYPE_LATEST)

    def _note_memory(self) -> None:
        if sys.platform == "linux":
            pages = int(Path("/proc/self/statm").read_text().split()[1])
            self._memory.set(pages * os.sysconf("SC_PAGE_SIZE"))
