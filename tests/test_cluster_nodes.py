"""Nodes that are lost: searches and writers go on, or say in a line what is wrong."""

from __future__ import annotations

import threading
import time
from itertools import count

import pytest
from asking import asking
from nodes import Cluster
from test_contract import LEXICON, report, write

from engine.engine import open_engine, open_writer
from engine.errors import EngineUnavailable
from engine.model import Query
from search_app import create_app

pytestmark = pytest.mark.cluster


def test_a_node_is_killed_while_others_search(cluster: Cluster, address: str) -> None:
    write(address, *range(20))
    engine = open_engine(address)
    away, answered = list[EngineUnavailable](), count()

    def ask() -> None:
        try:
            page = engine.search(Query("医保", limit=0))
        except EngineUnavailable as error:  # until the others have noticed
            away.append(error)
            time.sleep(0.5)
            return
        assert (page.total, len(page.hits)) == (40, 40)
        next(answered)

    with asking(ask, threads=3) as errors:
        time.sleep(2)
        cluster.nodes[1].kill()
        cluster.wait_for("yellow", 2)
        before, faults = next(answered), len(away)
        time.sleep(5)
    assert next(answered) > before + 3
    assert away[faults:] == [], "searches failed after the cluster had found itself"
    assert errors == []


def test_a_node_is_killed_while_one_indexes(cluster: Cluster, address: str) -> None:
    """All that was added is there, and so is it when the node comes back."""
    killed = threading.Timer(1.0, cluster.nodes[2].kill)
    with open_writer(address, LEXICON) as writer:
        cluster.wait_for("green", 3)  # whatever is written from here on is written twice
        killed.start()
        for number in range(300):
            writer.add(*report(number))
            time.sleep(0.02)
        writer.commit({})
    killed.join()
    assert not cluster.nodes[2].is_running
    engine = open_engine(address)
    assert (engine.search(Query("医保")).total, list(engine.check())) == (600, [])
    cluster.start()
    assert (engine.search(Query("医保")).total, list(engine.check())) == (600, [])


def test_two_nodes_away_and_back(
    cluster: Cluster, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clear message, in time; the page answers 503 with it, and recovers by itself."""
    location = f"{address}?shards=6"  # no node has a copy of each
    write(location, *range(4))
    app = create_app(location=location).test_client()
    assert app.get("/?q=医保").status_code == 200
    for node in cluster.nodes[1:]:
        node.stop()
    with monkeypatch.context() as impatient:
        impatient.setattr("engine.opensearch.client.TIMEOUT", 5.0)
        with pytest.raises(EngineUnavailable, match=r"有节点离线|连不上|迟迟没有答复"):
            open_engine(location).search(Query("医保"))
        page = app.get("/?q=医保")
    assert page.status_code == 503
    assert "集群" in page.text
    assert "Traceback" not in page.text
    cluster.start("yellow")  # a replica may take OpenSearch many minutes
    deadline = time.monotonic() + 60  # each node learns of the others' shards in its own time
    while (again := app.get("/?q=医保")).status_code == 503 and time.monotonic() < deadline:
        time.sleep(0.5)
    assert again.status_code == 200, again.text


def test_nobody_there(cluster: Cluster) -> None:
    for node in cluster.nodes[:1]:
        node.kill()
    alone = f"opensearch+http://127.0.0.1:{cluster.nodes[0].http}/name"
    with pytest.raises(EngineUnavailable, match=r"连不上集群 .*请检查它是否在运行"):
        open_engine(alone)
    cluster.start()
