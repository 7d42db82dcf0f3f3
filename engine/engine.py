"""The seam: what every engine can do, and how to open one.

Two kinds of object, because building and searching are different jobs: an
``Engine`` answers, a ``Writer`` changes what the next answers are made from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Protocol

from engine.model import (
    FileRecord,
    Hit,
    Lexicon,
    Overview,
    Page,
    Paragraph,
    Query,
    Report,
    Vocabulary,
)
from engine.opensearch.address import is_address


class Writer(Protocol):
    """One change of an index: visible all at once after ``commit``, or not at all.

    Used as a context manager; leaving it without ``commit`` drops the change.
    """

    def __enter__(self) -> Writer: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def add(self, report: Report, paragraphs: Sequence[Paragraph]) -> None:
        """Put in a report with all of its paragraphs."""

    def remove(self, report_id: str) -> None:
        """Take out a report with all of its paragraphs."""

    def commit(self, files: Mapping[str, FileRecord]) -> None:
        """Make the change visible and durable; ``files`` is the new manifest's list."""


class Engine(Protocol):
    """An index that can be asked. Safe to share between threads."""

    def search(self, query: Query) -> Page:
        """Answer a query; raises ``QueryError`` where it cannot be understood."""

    def hit(self, paragraph_id: str, query: Query | None = None) -> Hit | None:
        """The paragraph of this id, highlighted for what the query looks for, or None."""

    def report(self, report_id: str) -> Report | None:
        """The report of this id, or None."""

    def paragraphs(self, report_id: str) -> Sequence[Paragraph]:
        """All paragraphs of a report, in their order; empty for an unknown id."""

    def overview(self) -> Overview:
        """What the index holds."""

    def lexicon(self) -> Lexicon:
        """The lexicon that the index was built with."""

    def vocabulary(self) -> Vocabulary:
        """What there is to ask for: frequent words, policy phrases, regions, themes, titles.

        Read once for each state of the index, so that the same object comes back until
        something is committed: who makes something of it can tell by that when to make it
        again.
        """

    def files(self) -> Mapping[str, FileRecord]:
        """The manifest's files, by absolute path."""

    def check(self) -> Iterable[str]:
        """Verify every file and count; yields each fault found, in words."""


def open_engine(location: str) -> Engine:
    """Open the index at a folder, or at an address on a cluster, for searching.

    Raises ``IndexMissing``, ``IndexStale``, ``IndexCorrupt`` or ``EngineUnavailable``.
    """
    if is_address(location):
        from engine.opensearch.engine import ClusterEngine

        return ClusterEngine(location)
    from engine.local.engine import LocalEngine

    return LocalEngine(location)


def open_writer(location: str, lexicon: Lexicon, rebuild: bool = False) -> Writer:
    """Open a folder or an address for one change, making the index where there is none.

    ``rebuild`` starts from nothing; the old index answers until the commit.
    Raises ``EngineUnavailable`` while somebody else writes.
    """
    if is_address(location):
        from engine.opensearch.writer import ClusterWriter

        return ClusterWriter(location, lexicon, rebuild)
    from engine.local.store import LocalWriter

    return LocalWriter(location, lexicon, rebuild)


def warm_up(engine: Engine) -> None:
    """Ask once in every way there is.

    Whatever a search needs that has to be compiled, or loaded, is there then, and the
    first person who searches does not wait for it.
    """
    for text in (
        "的 (医疗保障 OR 基*) 标题:报告 -标题:无",
        '"医疗保障 基金"',
        "医疗 保障 基金 报告",
        "医疗保障基金怎么监管",
    ):
        engine.search(Query(text, themes=("unknown",)))
        engine.search(Query(text, fold=True))
        engine.search(Query(text, years=(None,), sort="newest"))


@contextmanager
def telling_of_compiling(tell: Callable[[], object]) -> Iterator[None]:
    """Calls ``tell`` once as soon as the engine has to compile something, which takes a while."""
    from engine.compiling import on_compiling

    with on_compiling(tell):
        yield


def known_files(location: str) -> Mapping[str, FileRecord]:
    """The manifest's files of an index that need not be fit to open; empty without one."""
    if is_address(location):
        from engine.opensearch.engine import known_files

        return known_files(location)
    from engine.local.store import last_files

    return last_files(location)
