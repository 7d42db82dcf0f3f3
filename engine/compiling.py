"""Where compiled code is cached, and a call when compiling begins.

Compiling takes half a minute and happens once, until the source, the processor or numba itself
changes. The code is cached beside the source, or in the user's cache folder where the source
cannot be written to. Where neither can, as in a read-only container, it goes into a temporary
folder that is removed when the program ends.
"""

from __future__ import annotations

import json
import os
from atexit import register
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

_COMPILED = ("columns", "duplicates")  # packages with compiled functions
_ALSO = ("arrays.py", "hashing.py", "fields.py", "ranking.py")  # which these use

_CHECKSUMS = "checksums.json"

_listeners: list[Callable[[], object]] = []
_temporary_bases: list[Path] = []


@cache
def cache_folder() -> Path:
    """Return the folder for compiled code of this state of the source.

    Numba looks only at the file that a kernel is in. It would go on using a kernel whose helpers
    in another file have changed.
    """
    here = Path(__file__).parent
    modules = (path for package in _COMPILED for path in (here / package).rglob("*.py"))
    source = sha256()
    for path in sorted((*(here / name for name in _ALSO), *modules)):
        source.update(path.read_bytes())
    folder = f"kernels-{source.hexdigest()[:12]}"
    base = next(filter(_is_writable, _places()), None) or _temporary_base()
    return base / folder


def is_temporary() -> bool:
    """Whether the cache folder is removed when the program ends."""
    return cache_folder().parent in _temporary_bases


def _places() -> Iterator[Path]:
    if configured := os.environ.get("NUMBA_CACHE_DIR"):
        yield Path(configured)
    else:
        yield Path(__file__).parent / "__pycache__"
    with suppress(RuntimeError):  # a user without a home
        yield Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "yinju"


def _is_writable(base: Path) -> bool:
    try:
        base.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(base, os.W_OK)


def _temporary_base() -> Path:
    """A folder for this process, which its children use too."""
    base = os.environ["NUMBA_CACHE_DIR"] = mkdtemp(prefix="yinju-")
    register(rmtree, base, ignore_errors=True)
    _temporary_bases.append(Path(base))
    return Path(base)


def remove_damaged(folder: Path) -> None:
    """Remove numba's files that do not have the checksum that ``list_checksums`` wrote down.

    Numba reads them with ``pickle`` and runs what they hold, whatever it is.
    """
    known = _listed(folder)
    for path in _numba_files(folder):
        if known.get(path.relative_to(folder).as_posix()) != _checksum(path):
            with suppress(OSError):
                path.unlink()


def list_checksums(folder: Path) -> None:
    """Write down the checksums of numba's files; where that is not allowed, do nothing."""
    sums = {path.relative_to(folder).as_posix(): _checksum(path) for path in _numba_files(folder)}
    if sums != _listed(folder):
        with suppress(OSError):
            temporary = folder / f"{_CHECKSUMS}.{os.getpid()}"
            temporary.write_text(json.dumps(sums), "utf-8")
            temporary.replace(folder / _CHECKSUMS)


def _listed(folder: Path) -> dict[str, str]:
    try:
        listed = json.loads((folder / _CHECKSUMS).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return listed if isinstance(listed, dict) else {}


def _numba_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.nb?") if path.is_file())


def _checksum(path: Path) -> str:
    with suppress(OSError):
        return sha256(path.read_bytes()).hexdigest()
    return ""


def notify() -> None:
    """Call those who want to know that something is compiled, each of them once."""
    while _listeners:
        _listeners.pop()()


@contextmanager
def on_compiling(call: Callable[[], object]) -> Iterator[None]:
    """Call ``call`` once, as soon as anything has to be compiled."""
    _listeners.append(call)
    try:
        yield
    finally:
        if call in _listeners:
            _listeners.remove(call)
