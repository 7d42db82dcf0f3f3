"""What only a cluster can do: lose nodes, and go on."""

from __future__ import annotations

import pytest
from nodes import Cluster

pytestmark = pytest.mark.cluster


def test_a_node_that_is_killed_comes_back(cluster: Cluster) -> None:
    first = cluster.nodes[0]
    first.kill()
    cluster.wait_for("green", 2)
    assert cluster.ask(first, "/") is None
    cluster.start()
    assert cluster.ask(first, "/") is not None
