"""The seam: what every engine can do, and how to open one.

Three kinds of object. An ``Engine`` is an index that can be opened anew after each change.
A ``Searcher`` is one state of it, pinned: whoever asks several times gets answers that fit
together. A ``Writer`` changes what the next searcher sees.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from math import inf
from pathlib import Path
from types import TracebackType
from typing import Protocol, TypeVar

from engine.model import (
    FileRecord,
    Hit,
    Lexicon,
    Overview,
    Page,
    Paragraph,
    Query,
    Report,
    ReportMatches,
    Span,
    Vocabulary,
)
from engine.opensearch.address import is_address

_Answer = TypeVar("_Answer")


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

    def add(
        self, report: Report, paragraphs: Sequence[Paragraph], same_file: Collection[str] = ()
    ) -> None:
        """Put in a report with all of its paragraphs.

        It gets the time at which a report of its id first came in. ``same_file`` has the ids
        that reports from the same bytes had: if its own is new, it came in when they did.
        """

    def remove(self, report_id: str) -> None:
        """Take out a report with all of its paragraphs."""

    def commit(self, files: Mapping[str, FileRecord]) -> None:
        """Make the change visible and durable; ``files`` is the new manifest's list."""


class Searcher(Protocol):
    """One state of an index. Safe to share between threads."""

    def search(self, query: Query) -> Page:
        """Answer a query; raises ``QueryError`` where it cannot be understood."""

    def hits(self, query: Query) -> Iterator[Hit]:
        """The ``hits`` of ``search``, each read when it is taken: memory does not grow with them.

        Raises what ``search`` raises, before the first hit.
        """

    def count(self, query: Query) -> int:
        """The ``total`` of ``search``, without its page."""

    def report_matches(self, query: Query) -> Sequence[ReportMatches]:
        """All reports of the selected regions, levels, years, kinds and times, in index order.

        Each comes with the number of its paragraphs that the query finds, which may be 0.
        """

    def hit(self, paragraph_id: str, query: Query | None = None) -> Hit | None:
        """The paragraph of this id, highlighted for what the query looks for, or None."""

    def spans(self, texts: Iterable[str], query: Query) -> Sequence[tuple[Span, ...]]:
        """The spans to highlight in each text, as in the hits of the query.

        Raises ``QueryError`` where the query cannot be understood.
        """

    def report(self, report_id: str) -> Report | None:
        """The report of this id, or None."""

    def reports_of(self, region: Sequence[str]) -> Sequence[Report]:
        """The reports of exactly this region, a path of names; the newest first."""

    def reports_once_called(self, former_id: str) -> Sequence[Report]:
        """The reports that may have had this id formerly, in the order of the index."""

    def paragraphs(self, report_id: str) -> Sequence[Paragraph]:
        """All paragraphs of a report, in their order; empty for an unknown id."""

    def overview(self) -> Overview:
        """What the index holds."""

    def lexicon(self) -> Lexicon:
        """The lexicon that the index was built with."""

    def vocabulary(self) -> Vocabulary:
        """What there is to ask for: frequent words, policy phrases, regions, themes, titles.

        The same object for each state of the index: who makes something of it can tell by
        that when to make it again.
        """

    def files(self) -> Mapping[str, FileRecord]:
        """The manifest's files, by absolute path."""

    def check(self) -> Iterable[str]:
        """Verify every file and count; yields each fault found, in words."""


Warm = Callable[[Searcher], object]
Turn = AbstractContextManager[object]


class Engine(ABC):
    """An index that can be asked, in its newest state. Safe to share between threads.

    Each method from ``search`` on is that of ``Searcher``, over a state of its own.
    """

    @abstractmethod
    def searcher(self) -> AbstractContextManager[Searcher]:
        """The newest state, pinned for as long as the context lasts.

        After a commit the state before answers until the new one is open and warm.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of all files and connections."""

    def refresh(self) -> None:  # noqa: B027 - nothing to do where each search asks anew
        """Open the newest state now, where another one is open.

        No thread of the engine runs afterwards, so that the process may be forked.
        """

    def check_files(self, bytes_per_second: float = inf) -> None:  # noqa: B027 - nothing is mapped
        """Compare the files that are open with their checksums.

        If one has another content, no search is answered from it any more: it raises
        ``IndexCorrupt`` until the index is right again.
        """

    def ask(self, question: Callable[[Searcher], _Answer]) -> _Answer:
        """The answer of a searcher that is pinned for this one question."""
        with self.searcher() as searcher:
            return question(searcher)

    def search(self, query: Query) -> Page:
        return self.ask(lambda searcher: searcher.search(query))

    def count(self, query: Query) -> int:
        return self.ask(lambda searcher: searcher.count(query))

    def hit(self, paragraph_id: str, query: Query | None = None) -> Hit | None:
        return self.ask(lambda searcher: searcher.hit(paragraph_id, query))

    def spans(self, texts: Iterable[str], query: Query) -> Sequence[tuple[Span, ...]]:
        return self.ask(lambda searcher: searcher.spans(texts, query))

    def report(self, report_id: str) -> Report | None:
        return self.ask(lambda searcher: searcher.report(report_id))

    def reports_of(self, region: Sequence[str]) -> Sequence[Report]:
        return self.ask(lambda searcher: searcher.reports_of(region))

    def reports_once_called(self, former_id: str) -> Sequence[Report]:
        return self.ask(lambda searcher: searcher.reports_once_called(former_id))

    def paragraphs(self, report_id: str) -> Sequence[Paragraph]:
        return self.ask(lambda searcher: searcher.paragraphs(report_id))

    def overview(self) -> Overview:
        return self.ask(lambda searcher: searcher.overview())

    def lexicon(self) -> Lexicon:
        return self.ask(lambda searcher: searcher.lexicon())

    def vocabulary(self) -> Vocabulary:
        return self.ask(lambda searcher: searcher.vocabulary())

    def files(self) -> Mapping[str, FileRecord]:
        return self.ask(lambda searcher: searcher.files())

    def check(self) -> Iterable[str]:
        return self.ask(lambda searcher: searcher.check())


def warm_up(searcher: Searcher) -> None:
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
        searcher.search(Query(text, themes=("unknown",)))
        searcher.search(Query(text, fold=True))
        searcher.search(Query(text, years=(None,), sort="newest"))


_AT_ONCE = nullcontext()


def open_engine(location: str, warm: Warm = warm_up, turn: Turn = _AT_ONCE) -> Engine:
    """Open the index at a folder, or at an address on a cluster, for searching.

    ``warm`` is called with each newer state before it takes the place of the one before.
    ``turn`` is held while a newer state is opened and warmed, which keeps a processor busy.
    Raises ``IndexMissing``, ``IndexStale``, ``IndexCorrupt`` or ``EngineUnavailable``.
    """
    if is_address(location):
        from engine.opensearch.engine import ClusterEngine

        return ClusterEngine(location)
    from engine.local.engine import LocalEngine

    return LocalEngine(location, warm, turn)


def open_writer(location: str, lexicon: Lexicon, rebuild: bool = False) -> Writer:
    """Open a folder or an address for one change, making the index where there is none.

    ``rebuild`` starts from nothing; the old index answers until the commit.
    Raises ``IndexLocked`` while somebody else writes, ``EngineUnavailable`` where nobody can.
    """
    if is_address(location):
        from engine.opensearch.writer import ClusterWriter

        return ClusterWriter(location, lexicon, rebuild)
    from engine.local.writer import LocalWriter

    return LocalWriter(location, lexicon, rebuild)


@contextmanager
def reporting_compilation(notify: Callable[[], object]) -> Iterator[None]:
    """Call ``notify`` once as soon as the engine has to compile something, which takes a while."""
    from engine.compiling import on_compiling

    with on_compiling(notify):
        yield


def index_folder(location: str) -> Path | None:
    """The folder of an index on disk; None for one on a cluster."""
    return None if is_address(location) else Path(location)


def known_files(location: str) -> Mapping[str, FileRecord]:
    """The manifest's files of an index that need not be fit to open; empty without one."""
    if is_address(location):
        from engine.opensearch.engine import known_files

        return known_files(location)
    from engine.local.store import last_files

    return last_files(location)


def leftovers(location: str) -> tuple[int, int]:
    """The number and the bytes of files that writers left behind at a location.

    Opening a writer and leaving it removes them. A writer that is at work has such files too.
    """
    if is_address(location):
        return 0, 0
    from engine.local.leftovers import leftovers

    sizes = [path.lstat().st_size for path in leftovers(Path(location))]
    return len(sizes), sum(sizes)
