"""The connection to a cluster: requests in, JSON out, and an error in words for every failure.

The official client keeps the sockets and tries another node where one does not answer. Its
log is turned off: every failure is raised here, and the log would show requests with whole
texts, and tracebacks, to whoever runs ``yinju``.
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
_Result = TypeVar("_Result")

TIMEOUT = 30.0  # seconds; of a request for which a person waits
PATIENCE = 180.0  # seconds of retrying where nobody waits: a cluster that lost a node needs some
_FIRST_WAIT, _LONGEST_WAIT = 0.2, 10.0  # seconds between two attempts
_CONNECTIONS = 16  # to each node
_BUSY_STATUSES = (429, 500, 502, 503, 504)  # the cluster is overloaded, or a node is away

logging.getLogger("opensearch").setLevel(logging.CRITICAL)


class Absent(YinjuError):
    """The cluster has no such index, alias or document."""


class Exists(EngineUnavailable):
    """The cluster has such an index already."""


class Busy(EngineUnavailable):
    """The cluster is away or overloaded: the same request may succeed later."""


def patiently(attempt: Callable[[], _Result]) -> _Result:
    """Call ``attempt``, again and again for ``PATIENCE`` seconds while the cluster is ``Busy``."""
    deadline, wait = time.monotonic() + PATIENCE, _FIRST_WAIT
    while True:
        try:
            return attempt()
        except Busy:
            if time.monotonic() + wait > deadline:
                raise
        time.sleep(wait)
        wait = min(2 * wait, _LONGEST_WAIT)


class Connection:
    """Sends requests to the nodes of an address; safe to share between threads."""

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
        """Send a request and return the JSON of its response.

        ``patience`` is the timeout in seconds, ``TIMEOUT`` by default. Raises ``Absent``,
        ``Busy``, ``EngineUnavailable`` or, where a query exceeds the cluster's limits,
        ``QueryError``.
        """
        try:
            response: Json = self._client.transport.perform_request(
                method, path, params={**params, "request_timeout": patience or TIMEOUT}, body=body
            )
        except exceptions.TransportError as error:
            raise self._failure(error) from error
        except exceptions.SerializationError as error:
            raise EngineUnavailable(
                f"{self.address.nodes} 那里答复的不是 OpenSearch；请检查网址和端口"
            ) from error
        return response

    def close(self) -> None:
        """Close the sockets."""
        self._client.close()

    def search(self, index: str, body: object, **params: Any) -> Json:
        """Run a search, which fails where a shard is away: half an answer is none."""
        path = f"/{index}/_search" if index else "/_search"
        return self.ask("POST", path, body, allow_partial_search_results="false", **params)

    def searches(self, index: str, bodies: Sequence[object]) -> list[Json]:
        """Run several searches in one request."""
        header = {"allow_partial_search_results": False}
        lines = [line for body in bodies for line in (header, body)]
        if not lines:
            return []
        serialise = self._client.transport.serializer.dumps
        text = "".join(f"{serialise(line)}\n" for line in lines)
        responses: list[Json] = self.ask("POST", f"/{index}/_msearch", text)["responses"]
        for response in responses:
            if "error" in response:
                raise self.refused(response["status"], response["error"])
        return responses

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
        body = error.info if isinstance(error.info, Mapping) else {}
        return self.refused(int(error.status_code), body.get("error", {}))

    def refused(self, status: int, reason: object) -> YinjuError:
        """The error to raise for a response's status and its ``error`` member."""
        kind = _kind(reason)
        if status == 404:
            return Absent(f"集群上没有要找的索引（{kind}），可能刚被换掉；请再试一次")
        if status == 401:
            return EngineUnavailable(
                f"集群不认这个用户名和密码；请检查环境变量 {USER} 和 {PASSWORD}，或 netrc 文件"
            )
        if (
            "cluster_block" in kind and status != 503
        ):  # a 503 says that no cluster manager is elected
            return EngineUnavailable(f"集群不让写入（{kind}）；请检查各节点的磁盘是否快满了")
        if status == 403:
            return EngineUnavailable("这个用户没有所需的权限；请管理员开通，见 docs/cluster.md")
        if "too_many" in kind or "nested" in kind:
            return QueryError("词语太多，或括号套得太深", "请减少一些，或分几次检索")
        if status in _BUSY_STATUSES or "search_phase" in kind:
            return Busy("集群眼下答不了，可能有节点离线或太忙；请检查集群健康状况，稍后再试")
        refusal = Exists if "resource_already_exists" in kind else EngineUnavailable
        return refusal(f"集群拒绝了请求（{status} {kind}）；请检查它的版本和设置")


def _kind(reason: object) -> str:
    """The types of an error and of its causes; unlike the messages, they quote no data."""
    if not isinstance(reason, Mapping):
        return ""
    causes = [reason.get("caused_by"), *(reason.get("root_cause") or ())]
    kinds = [reason.get("type", ""), *(_kind(cause) for cause in causes)]
    return " ".join(dict.fromkeys(kind for kind in kinds if kind))
