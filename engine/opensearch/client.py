"""The connection to a cluster: requests in, JSON out, and every failure in words.

The official client keeps the connections and goes on to another node where one is away.
What it would log is turned off: everything that goes wrong is raised here, and its log
would show requests with whole texts, and tracebacks, to whoever runs ``yinju``.
"""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from engine.errors import EngineUnavailable, QueryError, YinjuError
from engine.opensearch.address import PASSWORD, USER, Address, credentials

try:
    from opensearchpy import OpenSearch, exceptions
except ImportError as error:
    raise EngineUnavailable(
        "要用 OpenSearch 集群，还缺它的客户端；请运行：pip install 'yinju[cluster]'"
    ) from error

Json = dict[str, Any]
_Answer = TypeVar("_Answer")

TIMEOUT = 30.0  # seconds for an answer to a person
PATIENCE = 180.0  # seconds for what has no person waiting; a cluster that lost a node needs some
_FIRST_WAIT, _LONGEST_WAIT = 0.2, 10.0
_CONNECTIONS = 16  # to each node
_BUSY = (429, 500, 502, 503, 504)  # too much to do, or a node is not there

logging.getLogger("opensearch").setLevel(logging.CRITICAL)


class Absent(YinjuError):
    """There is no such index, alias or document."""


class Exists(EngineUnavailable):
    """There is such an index already."""


class Busy(EngineUnavailable):
    """The cluster is away, or has too much to do: what was asked may succeed later."""


def patiently(attempt: Callable[[], _Answer]) -> _Answer:
    """What an attempt gives; it is made again, for some minutes, where the cluster is ``Busy``."""
    until, wait = time.monotonic() + PATIENCE, _FIRST_WAIT
    while True:
        try:
            return attempt()
        except Busy:
            if time.monotonic() + wait > until:
                raise
        time.sleep(wait)
        wait = min(2 * wait, _LONGEST_WAIT)


class Connection:
    """Asks the nodes of an address; safe to share between threads."""

    def __init__(self, address: Address) -> None:
        self.address = address
        security: Json = {"ssl_context": ssl.create_default_context()} if address.secure else {}
        self._client = OpenSearch(
            hosts=[{"host": host, "port": port} for host, port in address.hosts],
            use_ssl=address.secure,
            http_auth=credentials(address),
            http_compress=True,
            timeout=TIMEOUT,
            max_retries=len(address.hosts),
            pool_maxsize=_CONNECTIONS,
            **security,
        )

    def ask(
        self, method: str, path: str, body: object = None, patience: float = 0.0, **params: Any
    ) -> Json:
        """The answer to one request, for which as many seconds are waited.

        Raises ``Absent``, ``Busy``, ``EngineUnavailable`` or, where the query is too much for
        the cluster's settings, ``QueryError``.
        """
        try:
            answer: Json = self._client.transport.perform_request(
                method, path, params={**params, "request_timeout": patience or TIMEOUT}, body=body
            )
        except exceptions.TransportError as error:
            raise self._failure(error) from error
        except exceptions.SerializationError as error:
            raise EngineUnavailable(
                f"{self.address.nodes} 那里答复的不是 OpenSearch；请检查网址和端口"
            ) from error
        return answer

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def search(self, index: str, body: object, **params: Any) -> Json:
        """One search; what some shards would answer while others are away is no answer."""
        path = f"/{index}/_search" if index else "/_search"
        return self.ask("POST", path, body, allow_partial_search_results="false", **params)

    def searches(self, index: str, bodies: Sequence[object]) -> list[Json]:
        """Several searches in one request."""
        head = {"allow_partial_search_results": False}
        lines = [line for body in bodies for line in (head, body)]
        if not lines:
            return []
        serialise = self._client.transport.serializer.dumps
        text = "".join(f"{serialise(line)}\n" for line in lines)
        answers: list[Json] = self.ask("POST", f"/{index}/_msearch", text)["responses"]
        for answer in answers:
            if "error" in answer:
                raise self.refused(answer["status"], answer["error"])
        return answers

    def _failure(self, error: exceptions.TransportError) -> YinjuError:
        nodes = self.address.nodes
        if isinstance(error, exceptions.ConnectionTimeout):
            return Busy(f"集群 {nodes} 迟迟没有答复；请检查它是否太忙，稍后再试")
        if isinstance(error, exceptions.SSLError):
            return EngineUnavailable(
                f"集群 {nodes} 的证书通不过验证；自己签发的证书，请用环境变量 SSL_CERT_FILE "
                "指明签发机构的证书文件"
            )
        if isinstance(error, exceptions.ConnectionError):
            return Busy(f"连不上集群 {nodes}；请检查它是否在运行，网址、端口和 http(s) 是否写对")
        told = error.info if isinstance(error.info, Mapping) else {}
        return self.refused(int(error.status_code), told.get("error", {}))

    def refused(self, status: int, told: object) -> YinjuError:
        """What a status and the reason beside it mean."""
        kind = _kind(told)
        if status == 404:
            return Absent(f"集群上没有要找的索引（{kind}），可能刚被换掉；请再试一次")
        if status == 401:
            return EngineUnavailable(
                f"集群不认这个用户名和密码；请检查环境变量 {USER} 和 {PASSWORD}，或 netrc 文件"
            )
        if "cluster_block" in kind and status != 503:  # at which it has no manager
            return EngineUnavailable(f"集群不让写入（{kind}）；请检查各节点的磁盘是否快满了")
        if status == 403:
            return EngineUnavailable("这个用户没有所需的权限；请管理员开通，见 docs/cluster.md")
        if "too_many" in kind or "nested" in kind:
            return QueryError("词语太多，或括号套得太深", "请减少一些，或分几次检索")
        if status in _BUSY or "search_phase" in kind:
            return Busy("集群眼下答不了，可能有节点离线或太忙；请检查集群健康状况，稍后再试")
        refusal = Exists if "resource_already_exists" in kind else EngineUnavailable
        return refusal(f"集群拒绝了请求（{status} {kind}）；请检查它的版本和设置")


def _kind(told: object) -> str:
    """The types of an error and of its causes, which hold no data."""
    if not isinstance(told, Mapping):
        return ""
    causes = [told.get("caused_by"), *(told.get("root_cause") or ())]
    kinds = [told.get("type", ""), *(_kind(cause) for cause in causes)]
    return " ".join(dict.fromkeys(kind for kind in kinds if kind))
