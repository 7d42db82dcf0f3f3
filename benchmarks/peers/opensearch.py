"""The product on an OpenSearch cluster, asked as ``ours`` is.

``YINJU_CLUSTER`` names the cluster, as ``opensearch+http://host:9200``; ``tests/nodes.py`` starts
three nodes on this machine and sets it for a command. An index has three shards with a replica
each, and its size is that of shards and replicas together.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from benchmarks import queries
from benchmarks.corpus import Record
from benchmarks.peers import ours
from benchmarks.queries import Answer

MAX_PARAGRAPHS = 0
READING = "typed"
KEEP = False
WARM_UP = 0.0


def missing() -> str:
    return "" if os.environ.get("YINJU_CLUSTER") else "YINJU_CLUSTER names no cluster"


def version() -> str:
    return f"OpenSearch {_get('')['version']['number']}"


def build(records: Iterable[Record], folder: Path) -> int:
    ours.write(records, _location(folder))
    return int(_get(f"/{folder.name}/_stats/store")["_all"]["total"]["store"]["size_in_bytes"])


def connect(folder: Path) -> Callable[[queries.Query], Answer]:
    return ours.asking(_location(folder))


def _location(folder: Path) -> str:
    return f"{os.environ['YINJU_CLUSTER']}/{folder.name}"


def _get(path: str) -> dict[str, Any]:
    """The first node's answer to GET."""
    node = os.environ["YINJU_CLUSTER"].removeprefix("opensearch+").split(",")[0]
    with urlopen(f"{node}{path}") as response:
        data: dict[str, Any] = json.load(response)
        return data
