"""Files of an index damaged in place under an app that has them open.

Each round damages one file of an index that is open, asks everything there is to ask, and puts
the file right. The app runs in a process of its own: what kills it or never ends is an outcome
too. Damage is *loud* where a file's size or time of change tells of it, else *silent*, as that of
a failing disk. Now and then the app reads its files through, as a server does all the time, and
has to notice.

``python tests/faults/live_damage.py INDEX [ROUNDS] [SEED]`` prints the outcomes.
"""

from __future__ import annotations

import json
import os
import random
import select
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from itertools import chain, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any
from urllib.parse import urlencode

ROOT = Path(__file__).parents[2]
OUTCOMES = ("right", "index_corrupt", "wrong", "error", "died", "hung", "unnoticed")

_MAX_SECONDS = 60  # for all questions of a round; they take two
_MAX_STARTING = 600  # kernels may have to be compiled
_PAGE = 4096  # bytes
_CHECKED_OF = 8  # rounds; the index is opened anew after it, which takes longest


def run(index: Path, rounds: int, seed: int) -> dict[str, int]:
    """Damage copies of an index; return how many rounds ended in each of ``OUTCOMES``.

    ``index_corrupt`` means that each answer was right or said so. ``wrong`` answers and other
    errors count, until the damage is noticed. ``unnoticed`` counts rounds in which a reading of all
    files did not end that, beside their other outcome; it is tried in one of eight rounds.
    """
    found = Counter(chain.from_iterable(outcomes(index, rounds, seed)))
    return {outcome: found[outcome] for outcome in OUTCOMES}


def case(rounds: int, seed: int) -> dict[str, int]:
    """The counts of ``run`` on an index of the sample corpus, as ``make test-faults`` shows them.

    Wrong answers are none of these: until silent damage is noticed there may be some.
    """
    with TemporaryDirectory(prefix="yinju-faults-") as place:
        index = Path(place) / "index"
        # In a process of its own: other cases fork this one, which therefore must have no threads.
        command = [sys.executable, "-m", "yinju", "index", "corpus", "--index", str(index)]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        found = run(index, rounds, seed)
    died = found["died"] + found["hung"] + found["error"]
    return {"tries": rounds, "unnoticed": found["unnoticed"], "died": died}


def outcomes(index: Path, rounds: int, seed: int) -> Iterator[list[str]]:
    """The outcomes of each round."""
    chance = random.Random(seed)
    with TemporaryDirectory(prefix="yinju-faults-") as place:
        copy = Path(place) / "index"
        shutil.copytree(index, copy)
        mapped = [path for path in sorted(copy.iterdir()) if path.suffix in (".columns", ".texts")]
        app = _App(copy)
        right = app.ask("ask", _MAX_STARTING)
        try:
            for _ in range(rounds):
                yield _round(app, right, chance, mapped)
        finally:
            app.end()


def _round(app: _App, right: Any, chance: random.Random, mapped: list[Path]) -> list[str]:
    """Damage a file, ask, and put the file right again."""
    assert all(status == 200 for status, _ in right), right
    app.ask("forget", _MAX_STARTING)
    file = chance.choice(mapped)
    harm, is_silent = chance.choice(HARMS), chance.random() < 0.75
    with _damaged(file, harm, chance, mapped, is_silent and harm is not cut_off):
        answers = app.ask("ask")
        if isinstance(answers, str):
            return [answers]
        found = [_outcome(answers, right)]
        if chance.randrange(_CHECKED_OF) or app.ask("check") == [[503, "index_corrupt"]]:
            return found
        return [*found, "unnoticed"]


def _outcome(answers: list[list[Any]], right: list[list[Any]]) -> str:
    differ = [answer for answer, known in zip(answers, right, strict=True) if answer != known]
    kinds = {status if status != 503 else body for status, body in differ}
    if 200 in kinds:
        return "wrong"
    if kinds - {"index_corrupt"}:
        return "error"
    return "index_corrupt" if kinds else "right"


# --- damage -----------------------------------------------------------------------------------


Harm = Callable[[IO[bytes], int, int, random.Random, list[Path]], None]


@contextmanager
def _damaged(
    file: Path, harm: Harm, chance: random.Random, others: list[Path], is_silent: bool
) -> Iterator[None]:
    """A file that is harmed in place, and then has its bytes again."""
    whole, about = file.read_bytes(), file.stat()
    at, end = chance.choice(_stretches(file, whole))
    with file.open("r+b", buffering=0) as stream:
        harm(stream, at, end, chance, others)
        if is_silent:
            os.utime(file, ns=(about.st_atime_ns, about.st_mtime_ns))
        try:
            yield
        finally:
            stream.truncate(len(whole))
            stream.seek(0)
            stream.write(whole)
            os.utime(file, ns=(about.st_atime_ns, about.st_mtime_ns))


def _stretches(file: Path, whole: bytes) -> list[tuple[int, int]]:
    """Where each column of a file is; so that small ones are hit as often as large ones."""
    if file.suffix != ".columns":
        return [(0, len(whole))]
    line = whole[: whole.index(b"\n") + 1]
    base = -(-len(line) // 64) * 64
    places = sorted(base + at for _, _, at in json.loads(line)["columns"].values())
    bounds = sorted({*places, len(whole)})
    return [(low, high) for low, high in pairwise(bounds) if low < high]


def flip_bit(stream: IO[bytes], at: int, end: int, chance: random.Random, _: list[Path]) -> None:
    place = chance.randrange(at, end)
    stream.seek(place)
    (byte,) = stream.read(1)
    stream.seek(place)
    stream.write(bytes([byte ^ 1 << chance.randrange(8)]))


def garble(stream: IO[bytes], at: int, end: int, chance: random.Random, _: list[Path]) -> None:
    place = chance.randrange(at, end)
    stream.seek(place)
    stream.write(chance.randbytes(min(64, end - place)))


def zero_page(stream: IO[bytes], at: int, end: int, chance: random.Random, _: list[Path]) -> None:
    place = chance.randrange(at, end) // _PAGE * _PAGE
    stream.seek(place)
    stream.write(bytes(len(stream.read(_PAGE)) and min(_PAGE, _size(stream) - place)))


def cut_off(stream: IO[bytes], at: int, end: int, chance: random.Random, _: list[Path]) -> None:
    stream.truncate(chance.randrange(at, end))


def overwrite(
    stream: IO[bytes], at: int, end: int, chance: random.Random, others: list[Path]
) -> None:
    """The bytes of another file, from its beginning, as a copy that was broken off leaves."""
    other = chance.choice(others).read_bytes()[::-1]
    stream.write(other[: chance.randrange(min(len(other), _size(stream)))])


def _size(stream: IO[bytes]) -> int:
    return os.fstat(stream.fileno()).st_size


HARMS: tuple[Harm, ...] = (flip_bit, flip_bit, flip_bit, garble, zero_page, cut_off, overwrite)


# --- the app, in a process of its own ---------------------------------------------------------


class _App:
    """A process that answers the requests of ``_serve``."""

    def __init__(self, location: Path) -> None:
        self._location = str(location)
        self._begin()

    def _begin(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, "--serve", self._location],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def ask(self, request: str, seconds: float = _MAX_SECONDS) -> Any:
        """The status and the digest of each answer, or "died" or "hung"."""
        if self._process.poll() is not None:
            self._begin()
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{request}\n".encode())
        self._process.stdin.flush()
        if not select.select([self._process.stdout], [], [], seconds)[0]:
            self.end()
            return "hung"
        line = self._process.stdout.readline()
        if not line:
            self.end()
            return "died"
        return json.loads(line)

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()


def _serve(location: str) -> None:
    """Answer what comes on stdin: ``forget`` what was read, ``ask``, ``check`` the files."""
    from search_app import create_app

    app = create_app(location=location)
    client, holder = app.test_client(), app.extensions["yinju"]
    addresses = _addresses(holder.engine())
    for line in sys.stdin:
        asked = addresses if line == "ask\n" else ["/readyz"]
        if line == "forget\n":
            _forget(holder)
        if line == "check\n":
            _read_through(holder)
        print(json.dumps([_answer(client, address) for address in asked]), flush=True)


def _forget(holder: Any) -> Any:
    """Read paragraphs from their file again, not from memory.

    An index that was corrupt is tried again once a second.
    """
    from engine.errors import IndexCorrupt

    while True:
        try:
            with holder.engine().searcher() as searcher:
                return searcher.snapshot.paragraph.cache_clear()
        except IndexCorrupt:
            holder.drop()
            time.sleep(0.1)


def _read_through(holder: Any) -> None:
    from engine.errors import YinjuError

    with suppress(YinjuError):
        holder.engine().check_files()


def _answer(client: Any, address: str) -> tuple[int, str]:
    response = client.get(address)
    if response.status_code == 503:  # as a page or as JSON
        return 503, "index_corrupt" if "--rebuild" in response.text else "another reason"
    data = response.get_json(silent=True)
    if isinstance(data, dict):
        data.pop("took_ms", None)
    body = json.dumps(data).encode() if data else response.data
    return response.status_code, sha256(body).hexdigest()


def _addresses(engine: Any) -> list[str]:
    """Questions of every kind, in words that the index has."""
    vocabulary = engine.vocabulary()
    words = [word for word in vocabulary.words if len(word) > 1]
    first, second, third, rare = words[0], words[3], words[9], words[len(words) // 2]
    hits = engine.search(_query(f'"{first}"')).hits
    ids = [hit.paragraph.id for hit in hits[:2]]
    matches = engine.ask(lambda searcher: searcher.report_matches(_query("")))
    reports = [of.report.id for of in sorted(matches, key=lambda of: of.report.paragraphs)]
    text = max((hit.paragraph.text for hit in hits), key=len)
    phrase, long = text[2:6], text[3:15]
    region, year = next(iter(vocabulary.regions)), next(iter(vocabulary.years))
    folded = next((hit.paragraph.id for hit in hits if hit.duplicates), ids[0])
    searches: list[dict[str, Any]] = [
        {"q": first},
        {"q": f"{first} {second}"},
        {"q": f"{first} OR {rare}"},
        {"q": f"{second} -{first}"},
        {"q": f"{first[0]}*"},
        {"q": f"{rare[0]}* {first}"},
        {"q": first[0]},
        {"q": f'"{phrase}"'},
        {"q": f'"{long}"'},
        {"q": f'"{first}{second}"'},
        {"q": f"{first} {second}", "within": "sentence"},
        {"q": f"{first} {third} {second}", "within": "sentence", "exact": 1},
        {"q": f"{first}怎么{second}"},
        {"q": f"标题:{first[0]}"},
        {"q": f"标题:报告 {first}"},
        {"q": first, "region": region},
        {"q": first, "year": year, "sort": "newest"},
        {"q": second, "sort": "oldest"},
        {"q": first, "fold": 1},
        {"q": "", "same": folded},
        {"q": "", "year": year},
        {"q": text[:60]},
    ]
    return [
        *(f"/api/search?{urlencode({'limit': 2, **search})}" for search in searches),
        f"/api/lines?{urlencode({'q': rare})}",
        f"/api/trend?{urlencode({'q': second})}",
        f"/api/values?{urlencode({'q': rare})}",
        f"/api/suggest?{urlencode({'q': first[0]})}",
        f"/api/facets?{urlencode({'facet': 'region', 'q': first})}",
        *(f"/api/paragraphs/{paragraph_id}" for paragraph_id in ids),
        f"/r/{reports[0]}",
    ]


def _query(text: str) -> Any:
    from engine.model import Query

    return Query(text)


if __name__ == "__main__":
    if sys.argv[1] == "--serve":
        _serve(sys.argv[2])
    else:
        numbers = [int(number) for number in sys.argv[2:]]
        rounds, seed = (*numbers, *(100, 0)[len(numbers) :])
        so_far: Counter[str] = Counter()
        for number, found in enumerate(outcomes(Path(sys.argv[1]), rounds, seed), 1):
            so_far.update(found)
            print(number, *(f"{name}: {so_far[name]}" for name in OUTCOMES), flush=True)
