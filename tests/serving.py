"""Serves an index to other programs: a browser, Zotero."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any

from waitress import create_server

from search_app import create_app


@contextmanager
def serving(location: str) -> Iterator[str]:
    """Serve the index at ``location``; gives the address of the server."""
    server = create_server(create_app(location=location), host="127.0.0.1", port=0, threads=2)
    thread = Thread(target=_run, args=(server,))
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(5)


def _run(server: Any) -> None:
    with suppress(OSError):  # to close the server ends its wait with an error, now and then
        server.run()
