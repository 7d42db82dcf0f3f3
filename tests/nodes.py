"""Runs a real OpenSearch cluster of three nodes on this machine, each in its own process.

Maven (``tests/cluster/pom.xml``) fetches and compiles the node the first time, and again when
that file or the Java beside it has changed. Called as a script, this module starts the nodes
and runs a command.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.request import Request

Json = dict[str, Any]

HERE = Path(__file__).parent / "cluster"
OLDEST_JAVA = 21
HEAP = "512m"
_MADE = HERE / "target" / "made"
_PATIENCE = 240.0  # seconds; ten are enough on an idle machine
_SHOWN = 60  # lines of a node's log


@lru_cache(maxsize=1)
def java_home() -> Path:
    """The folder of a JDK that is new enough: that of JAVA_HOME, else the newest installed."""
    named = os.environ.get("JAVA_HOME")
    if named and _java_version(Path(named)) >= OLDEST_JAVA:
        return Path(named)
    places = [Path("/usr/lib/jvm"), Path("/opt"), Path("/usr/java"), Path("/usr/local")]
    places.append(Path("/Library/Java/JavaVirtualMachines"))
    compiler = shutil.which("javac")
    homes = {path.resolve() for place in places if place.is_dir() for path in place.iterdir()}
    homes |= {home / "Contents" / "Home" for home in homes}
    homes |= {Path(compiler).resolve().parents[1]} if compiler else set()
    version, home = max((_java_version(home), home) for home in homes)
    assert version >= OLDEST_JAVA, (
        f"the cluster tests need a JDK {OLDEST_JAVA} or newer; install one, or name it in JAVA_HOME"
    )
    return home


def _java_version(home: Path) -> int:
    """The feature release of a JDK, from its own output; 0 where there is no JDK."""
    try:
        told = subprocess.run([home / "bin" / "javac", "-version"], capture_output=True, text=True)
    except OSError:
        return 0
    found = re.search(r"javac (?:1\.)?(\d+)", told.stdout + told.stderr)
    return int(found[1]) if found else 0


@lru_cache(maxsize=1)
def classpath() -> str:
    """The Java class path of a node, which is fetched and compiled if necessary."""
    sources = [path for path in HERE.iterdir() if path.is_file()]
    newest = max(path.stat().st_mtime for path in sources)
    if not _MADE.exists() or _MADE.stat().st_mtime < newest:
        maven = shutil.which("mvn")
        assert maven, "the cluster tests need Maven; Debian has it as the package maven"
        shutil.rmtree(_MADE.parent, ignore_errors=True)
        done = subprocess.run(
            [maven, "-q", "-B", "process-classes"],
            cwd=HERE,
            env={**os.environ, "JAVA_HOME": str(java_home())},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        _MADE.touch()
    return f"{_MADE.parent / 'classes'}{os.pathsep}{_MADE.parent / 'lib' / '*'}"


class Node:
    """One node; its data outlives the process, its ports stay the same."""

    def __init__(self, folder: Path, name: str, http: int, settings: Sequence[str]) -> None:
        self.name = name
        self.http = http
        self._folder = folder
        self._log = folder / "log.txt"
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        (folder / "config").mkdir(parents=True)

    def start(self) -> None:
        java = java_home() / "bin" / "java"
        heap = [f"-Xms{HEAP}", f"-Xmx{HEAP}"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [java, *heap, "-cp", classpath(), "ClusterNode", self._folder, *self._settings],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        """SIGKILL: the node has no time to say or write anything."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """SIGTERM: the node leaves in good order."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process:
            self._process.send_signal(how)
            try:
                self._process.wait(_PATIENCE)
            finally:
                self._process.kill()
                self._process.wait()
                self._process = None

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def log(self) -> str:
        """The last lines that the node wrote."""
        lines = self._log.read_text("utf-8", "replace").splitlines() if self._log.exists() else []
        return "\n".join([f"--- {self.name}", *lines[-_SHOWN:]])


class Cluster:
    """Three nodes that know of each other; used as a context manager."""

    def __init__(self, folder: Path, size: int = 3) -> None:
        ports = _free_ports(2 * size)
        names = [f"n{number}" for number in range(1, size + 1)]
        shared = [
            "cluster.name=yinju-tests",
            "network.host=127.0.0.1",
            f"discovery.seed_hosts={','.join(f'127.0.0.1:{port}' for port in ports[size:])}",
            f"cluster.initial_cluster_manager_nodes={','.join(names)}",
            "cluster.routing.allocation.disk.threshold_enabled=false",
            "node.processors=2",
            # Do not wait for a node that left in the middle of a recovery.
            "indices.recovery.internal_action_timeout=20s",
            "indices.recovery.internal_action_long_timeout=40s",
            "indices.recovery.recovery_activity_timeout=40s",
            "indices.recovery.retry_delay_network=1s",
        ]
        self.nodes = [
            Node(
                folder / name,
                name,
                http,
                [*shared, f"node.name={name}", f"http.port={http}", f"transport.port={transport}"],
            )
            for name, http, transport in zip(names, ports[:size], ports[size:], strict=True)
        ]

    def __enter__(self) -> Cluster:
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for node in self.nodes:
            node.kill()

    def location(self, name: str) -> str:
        """The location of an index of this name, with the addresses of all nodes."""
        hosts = ",".join(f"127.0.0.1:{node.http}" for node in self.nodes)
        return f"opensearch+http://{hosts}/{name}"

    def start(self, status: str = "green") -> None:
        """Start the nodes that do not run, and wait for the given status of the cluster.

        ``green``: every shard has all its copies. ``yellow``: every shard has one copy.
        """
        for node in self.nodes:
            if not node.is_running:
                node.start()
        self.wait_for(status, len(self.nodes))

    def wait_for(self, status: str, nodes: int) -> None:
        """Wait until the cluster has this number of nodes, and this status or a better one."""
        better = {"green": {"green"}, "yellow": {"green", "yellow"}}[status]
        until = time.monotonic() + _PATIENCE
        seen: Json | None = None
        while time.monotonic() < until:
            for node in filter(lambda node: node.is_running, self.nodes):
                seen = self.ask(node, "/_cluster/health") or seen
                if seen and seen["status"] in better and seen["number_of_nodes"] == nodes:
                    return
            time.sleep(0.2)
        raise AssertionError(f"the cluster did not become {status} ({seen})\n{self.logs()}")

    def logs(self) -> str:
        """The last lines that each node wrote."""
        return "\n".join(node.log() for node in self.nodes)

    def delete(self, name: str) -> None:
        """Delete everything that belongs to an index of this name."""
        for node in filter(lambda node: node.is_running, self.nodes):
            if held := self.ask(node, f"/{name}-*/_alias"):
                self.ask(node, f"/{','.join(held)}", "DELETE")
            return

    def ask(
        self, node: Node, path: str, method: str = "GET", body: Json | None = None
    ) -> Json | None:
        """The JSON answer of a node; None where it gives none."""
        url = f"http://127.0.0.1:{node.http}{path}"
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        try:
            request = Request(url, data, headers, method=method)
            with urllib.request.urlopen(request, timeout=30) as answer:
                told: Json = json.load(answer)
                return told
        except (urllib.error.URLError, OSError, ValueError):
            return None


def _free_ports(many: int) -> list[int]:
    """Free ports of the loopback address; all sockets stay open until the last port is known."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(many)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def main(command: Sequence[str]) -> int:
    """Run a command while three nodes run; ``YINJU_CLUSTER`` has their location."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that no node is left running
    with tempfile.TemporaryDirectory() as folder, Cluster(Path(folder)) as cluster:
        named = {**os.environ, "YINJU_CLUSTER": cluster.location("").rstrip("/")}
        return subprocess.run(command, env=named).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
