"""One writer at a time: a document that says who writes, and when that was last true.

Its owner renews it again and again; where that has stopped for a minute, the owner is taken
for dead and the next writer takes over. Times are those of the cluster, so that the clocks of
writers need not agree.

An owner may wake up again after that, and write on until it is told. So each gets a number
that no other writer ever has, to be the generation of what it writes.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from uuid import uuid4

from engine.errors import EngineUnavailable
from engine.opensearch.client import Busy, Connection, Exists, Json

EXPIRY = 60.0  # seconds
_BEAT = 15.0

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
_LEAVE = """
    if (ctx._source.owner == params.owner) { ctx._source.owner = null } else { ctx.op = 'none' }"""


_LOST = "写入中断得太久，索引已由另一个进程更新；请再运行一次"


class Lock:
    """Held from when it is made until ``release``; raises ``EngineUnavailable`` where another
    writer holds it."""

    def __init__(self, cluster: Connection) -> None:
        self._cluster = cluster
        self._index = f"{cluster.address.name}-lock"
        self._owner = uuid4().hex
        self._ended = threading.Event()
        self._create()
        if self._change(_TAKE) is None:
            raise EngineUnavailable(
                f"索引 {cluster.address.location} 正由另一个进程更新，请等它结束后再运行；"
                "若那个进程已被强行终止，请过一分钟再试"
            )
        self._beating = threading.Thread(target=self._beat, daemon=True)
        self._beating.start()

    def _create(self) -> None:
        settings = {"number_of_shards": 1, "auto_expand_replicas": "0-2"}
        body = {"settings": settings, "mappings": {"dynamic": "false"}}
        if not self._cluster.ask("HEAD", f"/{self._index}"):
            with suppress(Exists):  # another writer may have made it just now
                self._cluster.ask("PUT", f"/{self._index}", body)

    def _change(self, script: str, after: int = 0) -> Json | None:
        """What the document says afterwards, or None where the script left it as it was."""
        params = {"owner": self._owner, "expiry": EXPIRY * 1000, "after": after}
        body = {
            "script": {"source": script, "params": params},
            "scripted_upsert": True,
            "upsert": {"turn": 0},
            "_source": True,
        }
        path = f"/{self._index}/_update/writer"
        told = self._cluster.ask("POST", path, body, retry_on_conflict=5)
        source: Json = told.get("get", {}).get("_source", {})
        return None if told["result"] == "noop" else source

    def _beat(self) -> None:
        while not self._ended.wait(_BEAT):
            try:
                self._change(_RENEW)
            except Busy:
                continue  # a later beat may come through; ``confirm`` has the last word
            except EngineUnavailable:
                return

    def confirm(self) -> None:
        """Raises ``EngineUnavailable`` where the lock was lost to another writer."""
        if self._change(_RENEW) is None:
            raise EngineUnavailable(_LOST)

    def number(self, after: int) -> int:
        """The number of this writer, above those of all others and above ``after``."""
        told = self._change(_NUMBER, after=after)
        if told is None:
            raise EngineUnavailable(_LOST)
        return int(told["turn"])

    def release(self, leave: bool = True) -> None:
        """Let the next writer in, or have it wait until the lock expires, as it has to where
        the cluster does not answer."""
        self._ended.set()
        self._beating.join()
        if leave:
            with suppress(EngineUnavailable):
                self._change(_LEAVE)
