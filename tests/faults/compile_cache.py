"""Damages the cache of compiled code, which a process would run whatever it holds."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from serving import ROOT

from engine.compiling import cache_folder

from .at_rest import HARMS
from .reports import WORD, Reports, finish

_KINDS = ("*.nbi", "*.nbc", "*.o")


def run(rounds: int, seed: int) -> Counter[str]:
    """Damage so many copies of the cache, each in one file, and run a command that needs it.

    A command that fails, or says anything but that it compiles, counts as ``died``. One whose
    answer is wrong counts as ``unnoticed``.
    """
    chance = Random(seed)
    counts = Counter(tries=0, unnoticed=0, died=0)
    with TemporaryDirectory(prefix="yinju-faults-") as place:
        location, cache = Path(place) / "index", Path(place) / "cache"
        reports = Reports(Path(place) / "reports", 4, chance)
        assert finish(reports, location)  # so the cache is full
        for number in range(rounds):
            copy = cache / cache_folder().name
            shutil.copytree(cache_folder(), copy)
            kind = _KINDS[number % len(_KINDS)]
            file = chance.choice(sorted(copy.rglob(kind)))
            harm = HARMS[number // len(_KINDS) % len(HARMS)]
            harm(file, file.read_bytes(), chance)
            counts["tries"] += 1
            fault = _fault(cache, reports, location, kind == "*.o")
            if fault:
                print(f"{harm.__name__} {file.name}: {fault}", file=sys.stderr)
                counts[fault] += 1
            shutil.rmtree(cache)
    return counts


def _fault(cache: Path, reports: Reports, location: Path, searches: bool) -> str:
    """What is wrong with a command that uses a cache; empty where nothing is."""
    rebuild = ["index", "--rebuild", str(reports.folder)]
    search = ["search", WORD, "--exact", "--limit", "0", "--json"]
    command = [sys.executable, "-m", "yinju", *(search if searches else rebuild)]
    ran = subprocess.run(
        [*command, "--index", str(location)],
        cwd=ROOT,
        env={**os.environ, "NUMBA_CACHE_DIR": str(cache)},
        capture_output=True,
        encoding="utf-8",
    )
    if ran.returncode != 0 or "Traceback" in ran.stderr:
        print(ran.stderr[-1000:], file=sys.stderr)
        return "died"
    if not searches:  # the index that it wrote must be right
        return "" if finish(reports, location) else "unnoticed"
    texts = {hit["text"] for hit in json.loads(ran.stdout)["hits"]}
    return "" if texts == reports.paragraphs() else "unnoticed"
