"""One writer at a time: a document names the owner of the lock and the time of its last beat.

The owner renews the lock every few seconds. Where no beat came for a minute, the owner is taken
for dead and the next writer takes over. Times are those of the cluster, so that the clocks of
writers need not agree.

An owner that was only suspended may go on writing until it looks at the lock again. So each
writer gets a number that no other writer ever has, as the generation of what it writes.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from uuid import uuid4

from engine.errors import EngineUnavailable, IndexLocked
from engine.opensearch.client import Busy, Connection, Exists, Json

EXPIRY = 60.0  # seconds without a beat
_BEAT = 15.0  # seconds between two beats

_TAKE = """
    if (ctx._source.owner == null || ctx._source.owner == params.owner
            || ctx._now - ctx._source.beat > params.expiry) {
        ctx._source.owner = params.owner; ctx._source.beat = ctx._now
    } else { ctx.op = 'none' }"""
_RENEW = """
    if (ctx._source.owner == params.owner) { ctx._source.beat = ctx._now }
    else { ctx.op = 'none' }"""
_NUMBER = """
    if (ctx._source.owner == params.owner) {
        ctx._source.turn = Math.max(ctx._source.turn, params.after) + 1
    } else { ctx.op = 'none' }"""
_RELEASE = """
    if (ctx._source.owner == params.owner) { ctx._source.owner = null } else { ctx.op = 'none' }"""


_LOST = "写入中断得太久，索引已由另一个进程更新；请再运行一次"


class Lock:
    """A lock that its creator owns until ``release``; raises ``IndexLocked`` where another
    writer owns it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._index = f"{connection.address.name}-lock"
        self._owner = uuid4().hex
        self._ended = threading.Event()
        self._create_index()
        if self._update(_TAKE) is None:
            raise IndexLocked(
                f"索引 {connection.address.location} 正由另一个进程更新，请等它结束后再运行；"
                "若那个进程已被强行终止，请过一分钟再试"
            )
        self._beating = threading.Thread(target=self._beat, daemon=True)
        self._beating.start()

    def _create_index(self) -> None:
        settings = {"number_of_shards": 1, "auto_expand_replicas": "0-2"}
        body = {"settings": settings, "mappings": {"dynamic": "false"}}
        if not self._connection.ask("HEAD", f"/{self._index}"):
            with suppress(Exists):  # another writer may have created it just now
                self._connection.ask("PUT", f"/{self._index}", body)

    def _update(self, script: str, after: int = 0) -> Json | None:
        """The document after a script has changed it, or None where the script did nothing."""
        params = {"owner": self._owner, "expiry": EXPIRY * 1000, "after": after}
        body = {
            "script": {"source": script, "params": params},
            "scripted_upsert": True,
            "upsert": {"turn": 0},
            "_source": True,
        }
        path = f"/{self._index}/_update/writer"
        response = self._connection.ask("POST", path, body, retry_on_conflict=5)
        source: Json = response.get("get", {}).get("_source", {})
        return None if response["result"] == "noop" else source

    def _beat(self) -> None:
        while not self._ended.wait(_BEAT):
            try:
                self._update(_RENEW)
            except Busy:
                continue  # a later beat may succeed; ``confirm`` decides
            except EngineUnavailable:
                return

    def confirm(self) -> None:
        """Raises ``IndexLocked`` where another writer took the lock over."""
        if self._update(_RENEW) is None:
            raise IndexLocked(_LOST)

    def number(self, after: int) -> int:
        """The number of this writer, above those of all others and above ``after``."""
        document = self._update(_NUMBER, after=after)
        if document is None:
            raise IndexLocked(_LOST)
        return int(document["turn"])

    def release(self, at_once: bool = True) -> None:
        """Let the next writer in, ``at_once`` or when the lock expires.

        Where the cluster does not answer, the next writer waits until then in any case.
        """
        self._ended.set()
        self._beating.join()
        if at_once:
            with suppress(EngineUnavailable):
                self._update(_RELEASE)
