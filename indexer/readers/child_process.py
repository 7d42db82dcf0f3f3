"""Child processes that read files with libraries in other languages.

Such a library can crash, fill the memory, or go on for ever where no signal interrupts it. So a
child process calls it, with limits on time and memory, and prints an answer as JSON. Whatever
happens to that process, the indexing goes on.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[2]


def ask(module: str, path: Path, seconds: float, given: bytes = b"") -> dict[str, Any]:
    """What ``python -m module path`` prints, given some bytes on its standard input.

    Raises ``TimeoutError`` where it took too long and was killed, and ``ValueError`` where it
    ended without an answer: it crashed, or ran out of memory.
    """
    command = [sys.executable, "-m", module, str(path.resolve())]
    try:
        child = subprocess.run(
            command, cwd=_ROOT, input=given, capture_output=True, timeout=seconds
        )
    except subprocess.TimeoutExpired as error:
        raise TimeoutError from error
    answer: dict[str, Any] = json.loads(child.stdout)
    return answer


def limit_memory(limit: int) -> None:
    """Limit the memory of this process to ``limit`` bytes, where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    with contextlib.suppress(ValueError, OSError):  # the system may have a lower limit
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
