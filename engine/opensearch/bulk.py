"""Many documents to an index: in batches, by several threads, again where it did not work.

Documents have ids, so that one sent twice is there once. Whoever adds faster than the cluster
takes waits.
"""

from __future__ import annotations

import json
from concurrent.futures import Future, ThreadPoolExecutor
from threading import BoundedSemaphore

from engine.opensearch.client import Busy, Connection, patiently
from engine.opensearch.new_documents import Document

_THREADS = 4
_WAITING = 8  # batches on their way or in line
_BYTES, _DOCUMENTS = 2 << 20, 1000  # of a batch, at most
_TIMEOUT = 90.0  # seconds for an answer


def writing_alias(index: str) -> str:
    """What writers call an index. Writing to an index that is gone would make it anew, of
    whatever came in; writing to an alias that is gone can be made to fail."""
    return f"{index}-in"


class Bulk:
    """Takes documents; raises ``EngineUnavailable`` where some of them cannot be written."""

    def __init__(self, cluster: Connection, index: str) -> None:
        self._cluster = cluster
        self._path = f"/{writing_alias(index)}/_bulk"
        self._threads = ThreadPoolExecutor(_THREADS, "bulk")
        self._room = BoundedSemaphore(_WAITING)
        self._sent: list[Future[None]] = []
        self._batch: list[str] = []
        self._size = 0

    def add(self, document: Document) -> None:
        about = {"_id": document.id}
        if document.routing:
            about["routing"] = document.routing
        source = json.dumps(document.source, ensure_ascii=False, separators=(",", ":"))
        self._batch.append(f"{json.dumps({'index': about})}\n{source}\n")
        self._size += len(source.encode())
        if self._size >= _BYTES or len(self._batch) >= _DOCUMENTS:
            self._flush()

    def _flush(self) -> None:
        batch, self._batch, self._size = self._batch, [], 0
        if not batch:
            return
        self._room.acquire()
        sent = self._threads.submit(self._send, batch)
        sent.add_done_callback(lambda _: self._room.release())
        for one in (one for one in self._sent if one.done()):
            one.result()
        self._sent = [one for one in self._sent if not one.done()]
        self._sent.append(sent)

    def finish(self) -> None:
        """Wait until all that was added is written."""
        self._flush()
        for one in self._sent:
            one.result()
        self._sent = []

    def close(self) -> None:
        """Send no more of what waits."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _send(self, batch: list[str]) -> None:
        def attempt() -> None:
            nonlocal batch
            batch, reason = self._left(batch)
            if batch:
                raise reason

        patiently(attempt)

    def _left(self, batch: list[str]) -> tuple[list[str], Busy]:
        """Send a batch; what has to be sent again, and why."""
        try:
            text = "".join(batch)
            told = self._cluster.ask("POST", self._path, text, _TIMEOUT, require_alias="true")
        except Busy as error:
            return batch, error
        left = []
        for line, item in zip(batch, told["items"], strict=True):
            done = item["index"]
            if done["status"] >= 300:
                failure = self._cluster.refused(done["status"], done["error"])
                if not isinstance(failure, Busy):
                    raise failure
                left.append(line)
        return left, Busy("集群收不下这么多段落；请检查它是否太忙、各节点是否都在，稍后再运行一次")
