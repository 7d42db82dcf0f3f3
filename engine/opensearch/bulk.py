"""Many documents to an index: in batches, by several threads, with retries.

Documents have ids, so that a document sent twice is there once. A writer that adds faster than
the cluster takes is made to wait.
"""

from __future__ import annotations

import json
from concurrent.futures import Future, ThreadPoolExecutor
from threading import BoundedSemaphore

from engine.opensearch.client import Busy, Connection, patiently
from engine.opensearch.new_documents import Document

_THREADS = 4
_MAX_PENDING = 8  # batches being sent or queued
_MAX_BYTES, _MAX_DOCUMENTS = 2 << 20, 1000  # of a batch
_TIMEOUT = 90.0  # seconds for a response


def writing_alias(index: str) -> str:
    """The alias through which writers write to an index.

    OpenSearch creates a missing index on the first write to it, with guessed field types. A
    write that requires an alias fails instead where the index was deleted meanwhile.
    """
    return f"{index}-in"


class Bulk:
    """Takes documents; raises ``EngineUnavailable`` where some of them cannot be written."""

    def __init__(self, connection: Connection, index: str) -> None:
        self._connection = connection
        self._path = f"/{writing_alias(index)}/_bulk"
        self._threads = ThreadPoolExecutor(_THREADS, "bulk")
        self._free = BoundedSemaphore(_MAX_PENDING)
        self._pending: list[Future[None]] = []
        self._batch: list[str] = []
        self._size = 0

    def add(self, document: Document) -> None:
        action = {"_id": document.id}
        if document.routing:
            action["routing"] = document.routing
        source = json.dumps(document.source, ensure_ascii=False, separators=(",", ":"))
        self._batch.append(f"{json.dumps({'index': action})}\n{source}\n")
        self._size += len(source.encode())
        if self._size >= _MAX_BYTES or len(self._batch) >= _MAX_DOCUMENTS:
            self._flush()

    def _flush(self) -> None:
        batch, self._batch, self._size = self._batch, [], 0
        if not batch:
            return
        self._free.acquire()
        future = self._threads.submit(self._send, batch)
        future.add_done_callback(lambda _: self._free.release())
        done = [earlier for earlier in self._pending if earlier.done()]
        self._pending = [earlier for earlier in self._pending if earlier not in done] + [future]
        for earlier in done:
            earlier.result()  # raises what sending it raised

    def finish(self) -> None:
        """Wait until all that was added is written."""
        self._flush()
        for future in self._pending:
            future.result()
        self._pending = []

    def close(self) -> None:
        """Drop the batches that are still queued."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _send(self, batch: list[str]) -> None:
        def attempt() -> None:
            nonlocal batch
            batch, error = self._send_once(batch)
            if batch:
                raise error

        patiently(attempt)

    def _send_once(self, batch: list[str]) -> tuple[list[str], Busy]:
        """Send a batch; returns the lines that have to be sent again, and why."""
        try:
            text = "".join(batch)
            response = self._connection.ask(
                "POST", self._path, text, _TIMEOUT, require_alias="true"
            )
        except Busy as error:
            return batch, error
        refused = []
        for line, item in zip(batch, response["items"], strict=True):
            result = item["index"]
            if result["status"] >= 300:
                failure = self._connection.refused(result["status"], result["error"])
                if not isinstance(failure, Busy):
                    raise failure
                refused.append(line)
        return refused, Busy(
            "集群收不下这么多段落；请检查它是否太忙、各节点是否都在，稍后再运行一次"
        )
