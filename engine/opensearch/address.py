"""Where an index on a cluster is: ``opensearch+https://host:9200,other:9200/name``.

Several nodes may be named, so that the first need not be up. ``?shards=6&replicas=2`` at the
end sets what a new index gets instead of three shards with one replica each.
"""

from __future__ import annotations

import netrc
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from engine.errors import EngineUnavailable

SCHEMES = ("opensearch+http://", "opensearch+https://")
USER, PASSWORD = "YINJU_OPENSEARCH_USER", "YINJU_OPENSEARCH_PASSWORD"
_DEFAULT_PORT = 9200
_MAX_SHARDS = 1024  # the limit of OpenSearch's default settings
_MAX_REPLICAS = 100
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,199}")
_EXAMPLE = "opensearch+https://主机:9200/索引名"


@dataclass(frozen=True, slots=True)
class Address:
    """``hosts`` are pairs of name and port; ``location`` is the address as it was typed."""

    location: str
    hosts: tuple[tuple[str, int], ...]
    secure: bool
    name: str
    shards: int = 3
    replicas: int = 1

    @property
    def nodes(self) -> str:
        """The hosts, for a message to a person."""
        return "、".join(f"{host}:{port}" for host, port in self.hosts)


def is_address(location: str) -> bool:
    """Whether a location is an address on a cluster, not a folder."""
    return location.startswith("opensearch+")


def parse(location: str) -> Address:
    """Read an address; raises ``EngineUnavailable`` where the location is not one."""
    try:
        parts = urlsplit(location)
        if "@" in parts.netloc:  # the message leaves it out, for it may hold a password
            raise EngineUnavailable(
                f"索引的网址里不要写用户名和密码；请用环境变量 {USER} 和 {PASSWORD}，或 netrc 文件"
            )
        hosts = tuple(map(_host_and_port, parts.netloc.split(",")))
        options = parse_qs(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        name = parts.path.strip("/")
        if not location.startswith(SCHEMES) or not _NAME.fullmatch(name) or parts.fragment:
            raise ValueError(location)
        if set(options) - {"shards", "replicas"}:
            raise ValueError(location)
        shards = _int_option(options, "shards", 3, 1, _MAX_SHARDS)
        replicas = _int_option(options, "replicas", 1, 0, _MAX_REPLICAS)
        return Address(location, hosts, parts.scheme.endswith("s"), name, shards, replicas)
    except ValueError as error:
        raise EngineUnavailable(
            f"索引的网址 {location} 看不懂；请写成 {_EXAMPLE}，索引名用小写字母、数字和 . _ -"
        ) from error


def _host_and_port(text: str) -> tuple[str, int]:
    parts = urlsplit(f"//{text}")
    if not parts.hostname:
        raise ValueError(text)
    return parts.hostname, parts.port or _DEFAULT_PORT


def _int_option(
    options: Mapping[str, list[str]], name: str, default: int, minimum: int, maximum: int
) -> int:
    value = int(options.get(name, [str(default)])[-1])
    if not minimum <= value <= maximum:
        raise ValueError(name)
    return value


def credentials(address: Address) -> tuple[str, str] | None:
    """User and password from the environment, else from the netrc file; None without either."""
    user, password = os.environ.get(USER), os.environ.get(PASSWORD)
    if user and password:
        return user, password
    if user or password:
        missing = PASSWORD if user else USER
        raise EngineUnavailable(f"缺少环境变量 {missing}；{USER} 和 {PASSWORD} 要一起给出")
    path = Path(os.environ.get("NETRC") or Path.home() / ".netrc")
    try:
        entries = netrc.netrc(path)
    except FileNotFoundError:
        return None
    except (OSError, netrc.NetrcParseError) as error:
        raise EngineUnavailable(f"{path} 读不出来；请改正它的格式和权限") from error
    for host, _ in address.hosts:
        if entry := entries.authenticators(host):
            login, _, secret = entry
            return login, secret or ""
    return None
