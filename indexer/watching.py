"""Watches the files of a corpus, and tells when it is time to compare them with the index.

Many files change in one go: a folder is copied in, a program saves in several steps. So a change
is told once the files have been left alone for a moment.

The system tells of most changes, but not of all: not behind a link that was added later, not on
a disk that was mounted inside, not where its queue was full. So whoever waits says after how many
seconds all files are to be compared in any case. Nor does it tell what other machines do to
folders on a network; these are looked through every two seconds.
"""

from __future__ import annotations

import re
import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from watchfiles import watch
from watchfiles.main import FileChange

from indexer.readers.archive import is_noise

QUIET_SECONDS = 1.0  # without a change, after which a burst of changes is over
MAX_BURST_SECONDS = 30.0  # after which changes are told although they go on
TOO_MANY_FOLDERS = (
    "要监视的文件夹超过了系统允许的数目，改为每两秒查看一遍，比较费处理器；"
    "请调大 sysctl 的 fs.inotify.max_user_watches 和 max_user_instances，再重新启动"
)

_TICK_MS = 500
_STEP_MS = 50
_POLL_MS = 2_000
_MOUNTS = Path("/proc/self/mountinfo")  # of Linux
_NETWORK = re.compile(
    r"9p|afs|beegfs|ceph|cifs|fuse\..+|lustre|ncpfs|nfs4?|prl_fs|smb3|smbfs|vboxsf|virtiofs"
)

_Batches = Generator[set[FileChange], None, None]


@dataclass(slots=True)
class Burst:
    """Changes that were not told yet; its times are those of ``time.monotonic``."""

    began: float
    last: float

    def is_over(self, now: float) -> bool:
        return now - self.last >= QUIET_SECONDS or now - self.began >= MAX_BURST_SECONDS


class Watch:
    """Watches the files and folders of ``corpus`` from its creation on.

    What happens inside ``index``, the folder of the index, does not count. ``warning`` says for a
    person why watching costs more than it needs to, and is "" where it does not.
    """

    def __init__(self, corpus: Sequence[Path], index: Path | None) -> None:
        self._corpus = corpus
        self._index = index and index.resolve()
        self.warning = ""
        self._begin()

    def wait(self, seconds: float) -> list[Path]:
        """Wait until files have changed and have been left alone since, or for ``seconds``.

        Returns the files and folders of the corpus that are there.
        """
        until = time.monotonic() + seconds
        burst: Burst | None = None
        while True:
            batch = next(self._batches, None)
            now = time.monotonic()
            if batch is None or _places(self._corpus) != self._places:
                self._begin()
                changed = True
            else:
                changed = any(self._counts(Path(path)) for _, path in batch)
            if changed:
                burst = Burst(burst.began if burst else now, now)
            if burst.is_over(now) if burst else now >= until:
                return [root for root, place in self._places.items() if place]

    def _begin(self) -> None:
        """Watch what is there now: no watch sees a folder that took the place of its own."""
        self._places = _places(self._corpus)
        self._roots = [root.resolve() for root, place in self._places.items() if place]
        self._batches = self._batches_of_roots()
        next(self._batches, None)  # so that it has begun

    def _batches_of_roots(self) -> _Batches:
        """Yield a set of changes every half second at least; end where a root has gone."""
        polls = needs_polling(self._roots, _mounts())
        try:
            yield from _watch(self._roots, polls)
        except PermissionError:  # of one folder, which each run names
            yield from _watch(self._roots, polls, tolerant=True)
        except FileNotFoundError:
            time.sleep(_TICK_MS / 1000)
        except (OSError, RuntimeError):  # the ways in which the package says that it is refused
            self.warning = TOO_MANY_FOLDERS
            yield from _watch(self._roots, polls=True, tolerant=True)

    def _counts(self, path: Path) -> bool:
        """Whether a change of a file or folder may change the corpus."""
        if self._index in (path, *path.parents):
            return False
        root = next((root for root in self._roots if root in (path, *path.parents)), path)
        return not any(is_noise(name) for name in path.relative_to(root).parts)


def _watch(roots: Sequence[Path], polls: bool, tolerant: bool = False) -> _Batches:
    """``tolerant`` passes over folders that may not be listed; then no limit is told, either."""
    return watch(
        *roots,
        watch_filter=None,
        debounce=_TICK_MS,
        step=_STEP_MS,
        rust_timeout=_TICK_MS,
        yield_on_timeout=True,
        force_polling=polls or None,  # None: an environment variable decides
        poll_delay_ms=_POLL_MS,
        ignore_permission_denied=tolerant,
    )


def _places(corpus: Sequence[Path]) -> dict[Path, tuple[int, int] | None]:
    """The device and the inode of each root; None for one that is not there."""
    places: dict[Path, tuple[int, int] | None] = {}
    for root in corpus:
        try:
            about = root.stat()
            places[root] = about.st_dev, about.st_ino
        except OSError:
            places[root] = None
    return places


def _mounts() -> str:
    try:
        return _MOUNTS.read_text("utf-8", "surrogateescape")
    except OSError:  # another system
        return ""


def needs_polling(roots: Sequence[Path], mounts: str) -> bool:
    """Whether a part of the corpus is on a network, by the text of Linux's ``mountinfo``."""
    is_network = dict(_mount(line) for line in mounts.splitlines())  # the last mount is on top
    return any(_is_on_network(root, is_network) for root in roots)


def _is_on_network(root: Path, is_network: Mapping[Path, bool]) -> bool:
    nearest = next((path for path in (root, *root.parents) if path in is_network), None)
    below = (path for path in is_network if root in path.parents)
    return any(is_network[path] for path in (nearest, *below) if path)


def _mount(line: str) -> tuple[Path, bool]:
    """The place of a mount, and whether it leads to a network."""
    mount, _, source = line.partition(" - ")
    place = re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), mount.split()[4])
    return Path(place), bool(_NETWORK.fullmatch(source.split()[0]))
