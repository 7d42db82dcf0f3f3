"""Serves an index to other programs, as people do: with ``yinju serve``."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]


@contextmanager
def serving(location: str, *options: str) -> Iterator[str]:
    """Serve the index at ``location``; gives the address of the server."""
    with server(location, *options) as (_, address):
        yield address


@contextmanager
def server(location: str, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that serves the index at ``location``, and its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "yinju", "serve", "--port", "0", "--index", location, *options],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        assert process.stderr is not None
        said = ""
        while not (address := re.search(r"http://[0-9.:]+", said)):
            said = process.stderr.readline()
            assert said, "the server ended"
        yield process, address[0]
    finally:
        process.terminate()
        process.communicate()
