"""Keeps what ``yinju alerts`` has told, in a small JSON file beside the file of queries."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from engine.packing import check_types
from search_app.alerts.news import Seen


def load(path: Path) -> Seen:
    """What the file says; nothing where there is none. Raises ``ValueError`` for another file."""
    try:
        seen: Seen = json.loads(path.read_text("utf-8"))["seen"]
        check_types(seen, dict.fromkeys(seen, int))
        return seen
    except FileNotFoundError:
        return {}
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"not a state: {error}") from error


@contextmanager
def advancing(path: Path, seen: Seen) -> Iterator[None]:
    """Write the file at once, and let it take the place of the old one if the block succeeds."""
    with NamedTemporaryFile(
        "w", dir=path.parent, prefix=f".{path.name}-", delete=False, encoding="utf-8"
    ) as stream:
        new = Path(stream.name)
        try:
            json.dump({"seen": seen}, stream, ensure_ascii=False, indent=1)
            stream.flush()
            os.fsync(stream.fileno())
            stream.close()  # Windows replaces no file by an open one
            yield
            new.replace(path)
        except BaseException:
            new.unlink()
            raise


def wait_alone(file: IO[bytes]) -> None:
    """Wait until no other run has this file open; the system ends the wait when the file closes."""
    if sys.platform != "win32":
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX)
