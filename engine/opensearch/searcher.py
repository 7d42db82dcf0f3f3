"""One generation on the cluster, asked through the ``Searcher`` protocol."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, cached_property
from itertools import chain, islice
from typing import TypeVar

from engine import facets
from engine.errors import QueryError, Superseded
from engine.execute import (
    count,
    highlighting,
    hits,
    report_matches,
    search,
    without_hits,
)
from engine.highlight import Highlighter
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
from engine.opensearch import listing
from engine.opensearch.client import Absent, Busy
from engine.opensearch.documents import PARAGRAPH
from engine.opensearch.execution import ClusterExecution, found_paragraphs
from engine.opensearch.pages import PAGE_SIZE
from engine.opensearch.state import State, open_state
from engine.opensearch.vocabulary import vocabulary
from engine.query.index_query import to_index_query
from engine.query.plan import MakePlan, planner, plans_of

_Answer = TypeVar("_Answer")

_TRY_AGAIN = "索引刚刚更新；请再试一次"


class ClusterSearcher:
    """Answers from one generation; safe to share between threads.

    After each answer the searcher looks whether its generation is still the newest, and raises
    ``Superseded`` where it is not: documents of an older one may be deleted already, so that the
    answer may be incomplete.
    """

    def __init__(self, state: State) -> None:
        self.state = state
        self._vocabulary: Vocabulary | None = None
        self._reading = threading.Lock()

    def _checked(self, ask: Callable[[], _Answer]) -> _Answer:
        try:
            answer = ask()
        except Absent as error:
            raise Superseded(_TRY_AGAIN) from error
        except (Busy, QueryError) as error:  # caused, perhaps, by an index or documents deleted
            self._check_newest(error)
            raise
        self._check_newest()
        return answer

    def _check_newest(self, cause: Exception | None = None) -> None:
        if open_state(self.state.connection, self.state) is not self.state:
            raise Superseded(_TRY_AGAIN) from cause

    @cached_property
    def _plan(self) -> MakePlan:
        return planner(self.state.analyzer, self.state.synonyms)

    @cached_property
    def _highlighter(self) -> Highlighter:
        return Highlighter(self.state.phrases, self.state.analyzer.words)

    def _prepared(self, query: Query) -> tuple[Query, MakePlan, ClusterExecution]:
        """The query with full paths, a function that plans it once, and its execution.

        The counts that its first attempts need are looked up here, in one request.
        """
        query = facets.resolve(query, self.state.regions, self.state.themes, self.state.kinds)
        make = cache(self._plan)
        plan, execution = make(query), ClusterExecution(self.state, query)
        index = execution.index
        execution.settle(lambda: (to_index_query(plan.node, index), [*plan.attempts(index)]))
        return query, make, execution

    def search(self, query: Query) -> Page:
        began = time.perf_counter()

        def ask() -> Page:
            resolved, make, execution = self._prepared(query)
            return search(make, resolved, execution, self._highlighter, began)

        return replace(self._checked(ask), took_ms=(time.perf_counter() - began) * 1000)

    def hits(self, query: Query) -> Iterator[Hit]:
        def ask() -> Iterator[Hit]:
            resolved, make, execution = self._prepared(query)
            return hits(make, resolved, execution, self._highlighter)

        found = self._checked(ask)
        return chain.from_iterable(
            iter(lambda: self._checked(lambda: tuple(islice(found, PAGE_SIZE))), ())
        )

    def count(self, query: Query) -> int:
        def ask() -> int:
            resolved, make, execution = self._prepared(query)
            return count(make, resolved, execution)

        return self._checked(ask)

    def report_matches(self, query: Query) -> Sequence[ReportMatches]:
        def ask() -> Sequence[ReportMatches]:
            resolved, make, execution = self._prepared(without_hits(query))
            return report_matches(make, resolved, execution)

        return self._checked(ask)

    def hit(self, paragraph_id: str, query: Query | None = None) -> Hit | None:
        mark = highlighting(plans_of(self._plan, query or Query()), self._highlighter)

        def ask() -> Hit | None:
            source = listing.find(self.state, PARAGRAPH, paragraph_id)
            if source is None:
                return None
            (found,) = found_paragraphs(self.state, [{"_source": source, "_score": 0.0}])
            spans = mark(found.paragraph.text)
            return Hit(found.paragraph, found.report, found.score, spans, found.duplicates)

        return self._checked(ask)

    def spans(self, texts: Iterable[str], query: Query) -> Sequence[tuple[Span, ...]]:
        return tuple(map(highlighting(plans_of(self._plan, query), self._highlighter), texts))

    def report(self, report_id: str) -> Report | None:
        return self._checked(lambda: listing.report(self.state, report_id))

    def reports_of(self, region: Sequence[str]) -> Sequence[Report]:
        return self._checked(lambda: listing.reports_of(self.state, region))

    def reports_once_called(self, former_id: str) -> Sequence[Report]:
        return self._checked(lambda: listing.reports_once_called(self.state, former_id))

    def paragraphs(self, report_id: str) -> Sequence[Paragraph]:
        return self._checked(lambda: listing.paragraphs(self.state, report_id))

    def overview(self) -> Overview:
        return self._checked(lambda: listing.overview(self.state))

    def lexicon(self) -> Lexicon:
        return self.state.lexicon

    def vocabulary(self) -> Vocabulary:
        with self._reading:
            if self._vocabulary is None:
                self._vocabulary = self._checked(lambda: vocabulary(self.state))
            return self._vocabulary

    def files(self) -> Mapping[str, FileRecord]:
        state = self.state
        return self._checked(
            lambda: listing.files(state.connection, state.index, state.meta.generation)
        )

    def check(self) -> Sequence[str]:
        """Verify every count; returns each fault found, in words.

        The bytes are OpenSearch's business, which keeps checksums of its own.
        """
        return self._checked(lambda: list(listing.faults(self.state)))
