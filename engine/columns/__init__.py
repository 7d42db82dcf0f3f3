"""What makes the embedded engine fast: Whoosh segments kept as columns of numbers.

Whoosh walks postings one Python call at a time. Here a segment keeps them as
arrays that are read through a memory map, and a search runs over them in a few
compiled functions. Whoosh's schema, queries, segments, locks and table of
contents stay; ``docs/engine.md`` follows a query through all of it.

- ``layout``: the columns of a segment, and the file they are in;
- ``tokens``, ``inverting``, ``sequences``, ``merging``, ``writer``: from tokens to a segment;
- ``segment``, ``matcher``: a segment as Whoosh sees it;
- ``program``, ``laying``, ``kernels``, ``collector``: from a query tree to counts and the best.
"""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import numba


def _compiled() -> Path:
    """Where numba keeps what it has compiled of this package.

    A folder for each state of the source: numba looks only at the file that a kernel
    is in, and would go on using one whose helpers in another file have changed.
    """
    source = sha256()
    here = Path(__file__).parent
    for path in sorted(here.glob("*.py")):
        source.update(path.read_bytes())
    chosen: str = getattr(numba.config, "CACHE_DIR", "")  # by NUMBA_CACHE_DIR
    base = Path(chosen) if chosen else here / "__pycache__"
    if not os.access(base if base.exists() else here, os.W_OK):
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "yinju"
    return base / f"kernels-{source.hexdigest()[:12]}"


setattr(numba.config, "CACHE_DIR", str(_compiled()))  # noqa: B010
