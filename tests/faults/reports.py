"""A folder of reports that changes, and the ways to bring an index up to date with it.

The folder says what the index must answer, so that no case trusts the index about itself.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from columns import Doc, columns

from engine.engine import Engine, leftovers, open_engine
from engine.model import Query
from indexer import build
from indexer.ahead import read_and_assemble

WORD = "医保基金监管"
PARAGRAPHS = 20  # of a report
_EVERY = Query(WORD, exact=True, limit=0)


class Reports:
    """Reports in a folder, which ``chance`` changes."""

    def __init__(self, folder: Path, count: int, chance: Random) -> None:
        self.folder = folder
        self._chance = chance
        self._written = 0
        folder.mkdir()
        self.add(count)
        load(self)

    def paragraphs(self) -> frozenset[str]:
        """The paragraphs with ``WORD``, as they stand in the files; no two are equal."""
        texts = (path.read_text("utf-8") for path in self.folder.iterdir())
        return frozenset(line for text in texts for line in text.splitlines() if WORD in line)

    def add(self, count: int) -> None:
        for _ in range(count):
            self._write(self.folder / f"{self._written}.md")

    def rewrite(self, count: int) -> None:
        for path in self._some(count):
            self._write(path)

    def remove(self, count: int) -> None:
        for path in self._some(count):
            path.unlink()

    def _some(self, count: int) -> list[Path]:
        paths = sorted(self.folder.iterdir())
        return self._chance.sample(paths, min(count, len(paths) - 1))

    def _write(self, path: Path) -> None:
        self._written += 1
        place = f"{self._written}号县"
        body = "".join(f"{place}第{at}段谈{WORD}。\n\n" for at in range(PARAGRAPHS))
        path.write_text(f"# {place}2024年工作总结\n\n{body}", "utf-8")


def answers(engine: Engine) -> frozenset[str]:
    """The texts of all paragraphs with ``WORD``; raises ``ValueError`` where one comes twice."""
    with engine.searcher() as searcher:
        texts = [hit.paragraph.text for hit in searcher.hits(_EVERY)]
        if len(set(texts)) < len(texts) or len(texts) != searcher.count(_EVERY):
            raise ValueError("a paragraph is found twice")
    return frozenset(texts)


def is_whole(location: Path, expected: frozenset[str]) -> bool:
    """Whether an index answers what it must, and ``check`` has nothing to say."""
    try:
        engine = open_engine(str(location))
        found, faults = answers(engine), list(engine.check())
    except Exception:
        traceback.print_exc()
        return False
    if found != expected or faults or leftovers(str(location)) != (0, 0):
        missing, others = len(expected - found), len(found - expected)
        left = leftovers(str(location))
        print(f"{missing} missing, {others} others, {faults}, {left} left over", file=sys.stderr)
        return False
    return True


def update(reports: Reports, location: Path, *options: str) -> list[str]:
    """The arguments of the command that brings the index up to date."""
    return ["index", str(reports.folder), "--index", str(location), "--remove", *options]


def run_command(arguments: list[str], prepare: Callable[[], object], said: Path) -> int:
    """Run ``yinju`` in a forked process; return the process.

    It begins at once, since all modules are loaded. ``prepare`` is called in it first. What it
    writes to stdout and stderr goes to the file ``said``.
    """
    from yinju.cli import main

    if process := os.fork():
        return process
    status = 0
    try:
        stream = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(stream, 1)
        os.dup2(stream, 2)
        prepare()
        main(arguments)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 0
    except BaseException:
        traceback.print_exc()
        status = 99
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def wait(process: int) -> int:
    """The exit status of a process, or the negative number of the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def finish(reports: Reports, location: Path, *options: str) -> bool:
    """Bring the index up to date; whether it is whole then, with nothing left over."""
    said = location.with_name("said")
    status = wait(run_command(update(reports, location, *options), lambda: None, said))
    if status != 0:
        print(f"status {status}: {said.read_text('utf-8')}", file=sys.stderr)
    return status == 0 and is_whole(location, reports.paragraphs())


def load(reports: Reports) -> None:
    """Load what each run of the command needs, for the processes that are forked from this one.

    No clusters are made: the library for them has threads, which a forked process lacks.
    """
    for path in reports.folder.iterdir():
        read_and_assemble(path, path.name, "")
    build._lexicon()
    with TemporaryDirectory() as place:
        columns(Path(place), [Doc("r", [WORD], list(WORD), list(WORD))])
