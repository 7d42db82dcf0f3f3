"""Has scanned pages recognised, once for each file: the results are kept in the user's cache.

Recognising takes seconds a page. A child process does it (``recognise.py``), page by page, with
limits; what it has done is kept, so that the next run goes on where this one stopped.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Timer
from typing import Any

from indexer.limits import MAX_OCR_SECONDS

Lines = Sequence[Sequence[Any]]  # of a page, as ``recognised.py`` takes them

_ROOT = Path(__file__).resolve().parents[3]


def is_installed() -> bool:
    """Whether the extra ``ocr`` is installed."""
    return bool(_engine())


def recognise(path: Path, pages: Sequence[int], source: str) -> dict[int, Lines]:
    """The lines of those of the ``pages``, counted from 0, that could be recognised.

    ``source`` names the file on a terminal, where the progress is shown.
    """
    kept = _cache_file(path)
    done = dict(_read(kept))
    missing = [page for page in pages if page not in done]
    if missing:
        with contextlib.suppress(OSError):  # without a cache, only time is lost
            kept.parent.mkdir(parents=True, exist_ok=True)
        for count, (page, lines) in enumerate(_ask(path, missing), 1):
            _show(f"\r识别扫描页 {source}：{count}/{len(missing)}")
            done[page] = lines
            with contextlib.suppress(OSError), kept.open("a", encoding="utf-8") as file:
                # A line that was cut off before must not spoil this one.
                file.write("\n" + json.dumps({"page": page, "lines": lines}) + "\n")
        _show("\n")
    return {page: done[page] for page in pages if done.get(page)}


def _engine() -> str:
    """The name and version of the program that recognises; "" where it is not installed."""
    from importlib.metadata import PackageNotFoundError, version  # slow to load

    try:
        version("onnxruntime")
        return f"rapidocr-{version('rapidocr')}"
    except PackageNotFoundError:
        return ""


def _cache_file(path: Path) -> Path:
    """Where the results for a file are kept, by its contents and by what recognised them."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256") if hasattr(hashlib, "file_digest") else None
        if digest is None:  # Python 3.10
            digest = hashlib.sha256(file.read())
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "yinju" / _engine() / f"{digest.hexdigest()}.jsonl"


def _read(kept: Path) -> Iterator[tuple[int, Lines]]:
    """The results in a cache file, without lines that were cut off."""
    try:
        lines = kept.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return
    for line in lines:
        with contextlib.suppress(ValueError):
            entry = json.loads(line)
            yield entry["page"], entry["lines"]


def _ask(path: Path, pages: Sequence[int]) -> Iterator[tuple[int, Lines]]:
    """The pages as the child process is done with them; it is killed where one takes too long."""
    command = [sys.executable, "-m", "indexer.readers.pdf.recognise", str(path.resolve())]
    command += map(str, pages)
    with subprocess.Popen(
        command, cwd=_ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as child:
        assert child.stdout is not None
        for _ in pages:
            timer = Timer(MAX_OCR_SECONDS, child.kill)
            timer.start()
            line = child.stdout.readline()
            timer.cancel()
            if not line.endswith("\n"):  # the process ended, or was killed
                break
            entry = json.loads(line)
            yield entry["page"], entry["lines"]
        child.kill()


def _show(text: str) -> None:
    if sys.stderr.isatty():
        print(text, end="", file=sys.stderr, flush=True)
