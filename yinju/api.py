"""An index as Python sees it: the searches and views of the pages, with their names.

Everything heavy is imported when an index is opened, so that ``import yinju`` takes no time.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, TypedDict, TypeVar, cast, get_args

from engine.errors import QueryError, Superseded

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from engine.engine import Engine, Searcher
    from engine.model import Paragraph, Query, Report
    from search_app.check.check import CheckedQuotation
    from search_app.check.memo_text import MemoText
    from search_app.passages import Passage
    from search_app.report_counts import By
    from yinju.answers import Checks, Lines, SearchResults, Trends, Values

_Answer = TypeVar("_Answer")
_MAX_ATTEMPTS = 5  # of a question, while somebody updates the index
OneOrMore = str | Iterable[str]


class Filters(TypedDict, total=False):
    """What narrows a search, and how it is read, as in the address of a page.

    Where there may be several values, a single one is taken too. ``inside`` is ``in`` in an
    address: earlier queries whose results are searched.
    """

    exact: bool
    synonyms: bool
    within: str
    inside: OneOrMore
    region: OneOrMore
    year: int | str | Iterable[int | str]
    theme: OneOrMore
    kind: OneOrMore
    level: OneOrMore
    since: str
    wording: OneOrMore
    same: str
    sort: str
    fold: bool


def open_index(location: str | os.PathLike[str] | None = None) -> Index:
    """Open the index in a folder, or at an address on a cluster.

    Without a location it is that of ``YINJU_INDEX``, or else ``index``. Raises ``IndexMissing``,
    ``IndexStale``, ``IndexCorrupt``, ``EngineUnavailable`` or ``SettingError``.
    """
    from engine.engine import open_engine
    from search_app import site

    place = os.fspath(location or os.environ.get("YINJU_INDEX") or "index")
    return Index(open_engine(place), site.stated_url() or site.DEFAULT_URL)


class Index:
    """An open index; ``yinju.open`` makes one. Safe to share between threads.

    Each answer is of the newest state of the index. ``url`` is the beginning of permalinks. All
    queries raise ``QueryError`` where they cannot be understood.
    """

    def __init__(self, engine: Engine, url: str) -> None:
        self._engine = engine
        self.url = url

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the files and connections of the index."""
        self._engine.close()

    def search(
        self, query: str = "", *, limit: int = 10, offset: int = 0, **filters: Unpack[Filters]
    ) -> SearchResults:
        """The paragraphs that match; ``limit`` 0 means all. Without a query, any matches."""
        from search_app.keywords import query_of
        from search_app.params import address
        from yinju.answers import SearchResults, linked

        asked = query_of(query, filters, limit, offset)
        page = self._ask(lambda searcher: searcher.search(asked))
        hits = tuple(linked(hit, self.url) for hit in page.hits)
        return SearchResults(page, hits, self.url + address(page.query))

    def lines(
        self, query: str, *, limit: int = 100, offset: int = 0, **filters: Unpack[Filters]
    ) -> Lines:
        """Each occurrence of what is searched; ``sort`` may also be ``left`` or ``right``.

        ``limit`` and ``offset`` count lines; 0 means all.
        """
        from search_app.keywords import query_of
        from search_app.lines.concordance import Side, concordance
        from yinju.answers import Lines

        order = filters.get("sort", "")
        side = cast("Side", order) if order in get_args(Side) else None
        if side:
            filters = {**filters, "sort": ""}
        asked = query_of(query, filters, limit, offset)
        every = replace(asked, limit=0, offset=0)
        found = self._ask(
            lambda searcher: concordance(searcher, every, side, asked.limit, asked.offset)
        )
        return Lines(found, self.url)

    def trend(
        self, query: str, *, vs: OneOrMore = (), by: str = "", **filters: Unpack[Filters]
    ) -> Trends:
        """The share of reports that hold what is searched, by year and region.

        ``vs`` are up to four other queries to compare with. ``by`` is ``province``, ``city`` or
        ``county``; unless told, regions are those one level below the selected ones.
        """
        from search_app.keywords import query_of
        from search_app.trend import counts

        others = [vs] if isinstance(vs, str) else list(vs)
        queries = counts.queries(query_of(query, filters), others)
        level = counts.parse_by(by)
        return self._ask(lambda searcher: self._trends(searcher, queries, level))

    def _trends(self, searcher: Searcher, queries: Sequence[Query], by: By | None) -> Trends:
        from search_app.trend import counts
        from yinju.answers import Trends

        trends = tuple(counts.trend(searcher, each, by) for each in queries)
        return Trends(trends, counts.count_levels(searcher, queries[0]), self.url)

    def values(self, query: str, **filters: Unpack[Filters]) -> Values:
        """The figures that the first 10,000 paragraphs found give for what is searched."""
        from search_app.keywords import query_of
        from search_app.values.answer import answer
        from yinju.answers import Values

        asked = query_of(query, filters)
        found = self._ask(lambda searcher: answer(searcher, asked))
        return Values(found.values, found.page.total, found.read, self.url)

    def passage(self, passage_id: str) -> Passage:
        """The paragraph of an id, or the sentences of it that ``ID~2-4`` names.

        Raises ``NotFound`` where it leads to none, or to several.
        """
        from engine.ids import read_id
        from search_app.permalinks import find_passage

        wanted = read_id(passage_id)
        return self._ask(lambda searcher: find_passage(searcher, wanted))

    def report(self, report_id: str) -> Report:
        """The report of an id; raises ``NotFound`` where it leads to none, or to several."""
        from engine.ids import read_id
        from search_app.permalinks import find_report

        wanted = read_id(report_id)
        return self._ask(lambda searcher: find_report(searcher, wanted))

    def paragraphs(self, report_id: str) -> Sequence[Paragraph]:
        """All paragraphs of a report, in their order; raises as ``report`` does."""
        report = self.report(report_id)
        return self._ask(lambda searcher: searcher.paragraphs(report.id))

    def cite(self, passage_id: str, style: str = "gbt7714-2025") -> str:
        """The reference of a paragraph, or of sentences of it; raises as ``passage`` does."""
        from search_app import site
        from search_app.cite import WRITERS, cite
        from yinju.answers import link

        if style not in WRITERS:
            raise QueryError(f"没有“{style[:30]}”这种引用格式", f"可用 {'、'.join(WRITERS)}")
        found = self.passage(passage_id)
        return cite(found, link(self.url, found.id), style, site.today())

    def check(self, memo: str) -> Checks:
        """Compare the quotations of a memo, plain text or Markdown, with the reports.

        Quotations stand between quotation marks or as block quotations.
        """
        from search_app.check.limits import refuse_long
        from search_app.check.plain_text import plain_memo

        refuse_long(len(memo))
        return self._check(plain_memo(memo))

    def check_file(self, file: str | os.PathLike[str]) -> Checks:
        """Compare the quotations of a memo in a file, Word's or of text, with the reports.

        Raises ``ReadError`` where the file cannot be read.
        """
        from yinju.memo_files import read_memo

        path = Path(file)
        return self._check(read_memo(path, path.read_bytes()))

    def _check(self, memo: MemoText) -> Checks:
        from search_app.check.check import check_memo
        from yinju.answers import Checks

        return Checks(self._ask(lambda searcher: check_memo(searcher, memo)), self.url)

    def check_quotation(self, text: str, reference: str = "") -> CheckedQuotation:
        """Compare one quotation, given without quotation marks, with the reports.

        ``reference`` is a permalink, an id, or the title of a report, if there is one.
        """
        from search_app.check.check import check_quotation

        return self._ask(lambda searcher: check_quotation(searcher, text, reference))

    def _ask(self, question: Callable[[Searcher], _Answer]) -> _Answer:
        """The answer of one state of the index; asked again where it is superseded meanwhile."""
        for _ in range(_MAX_ATTEMPTS - 1):
            try:
                return self._engine.ask(question)
            except Superseded:
                continue
        return self._engine.ask(question)
