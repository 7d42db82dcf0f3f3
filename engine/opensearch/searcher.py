"""One generation on the cluster, asked through the ``Searcher`` protocol."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from engine import facets
from engine.errors import Superseded
from engine.execute import count, search
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
    Vocabulary,
)
from engine.opensearch import listing
from engine.opensearch.client import Absent
from engine.opensearch.documents import PARAGRAPH
from engine.opensearch.execution import ClusterExecution, found_paragraphs
from engine.opensearch.state import State, open_state
from engine.opensearch.vocabulary import vocabulary
from engine.query.index_query import to_index_query
from engine.query.plan import Plan, make_plan

_Answer = TypeVar("_Answer")


class ClusterSearcher:
    """Answers from one generation; safe to share between threads.

    Each answer is followed by a look whether the generation is still the newest: of an
    older one some documents may be deleted already. Raises ``Superseded`` where it is not.
    """

    def __init__(self, state: State) -> None:
        self.state = state
        self._vocabulary: Vocabulary | None = None
        self._reading = threading.Lock()

    def _checked(self, answer: Callable[[], _Answer]) -> _Answer:
        again = "索引刚刚更新；请再试一次"
        try:
            found = answer()
        except Absent as error:
            raise Superseded(again) from error
        if open_state(self.state.cluster, self.state) is not self.state:
            raise Superseded(again)
        return found

    def _plan(self, query: Query) -> Plan:
        return make_plan(query, self.state.analyzer, self.state.synonyms)

    def _highlighter(self) -> Highlighter:
        return Highlighter(self.state.phrases, self.state.analyzer.words)

    def _prepared(self, query: Query) -> tuple[Query, ClusterExecution]:
        """The query with full paths, and its execution, for which all is looked up at once."""
        query = facets.resolve(query, self.state.regions, self.state.themes)
        plan, execution = self._plan(query), ClusterExecution(self.state, query)
        index = execution.index
        execution.settle(lambda: (to_index_query(plan.node, index), [*plan.attempts(index)]))
        return query, execution

    def search(self, query: Query) -> Page:
        began = time.perf_counter()

        def answer() -> Page:
            resolved, execution = self._prepared(query)
            return search(self._plan, resolved, execution, self._highlighter())

        return replace(self._checked(answer), took_ms=(time.perf_counter() - began) * 1000)

    def count(self, query: Query) -> int:
        def answer() -> int:
            resolved, execution = self._prepared(query)
            return count(self._plan(resolved), execution)

        return self._checked(answer)

    def hit(self, paragraph_id: str, query: Query | None = None) -> Hit | None:
        plan = self._plan(query or Query())

        def answer() -> Hit | None:
            source = listing.find(self.state, PARAGRAPH, paragraph_id)
            if source is None:
                return None
            (one,) = found_paragraphs(self.state, [{"_source": source, "_score": 0.0}])
            spans = self._highlighter().of(plan.leaves, plan.runs)(one.paragraph.text)
            return Hit(one.paragraph, one.report, one.score, spans, one.duplicates)

        return self._checked(answer)

    def report(self, report_id: str) -> Report | None:
        return self._checked(lambda: listing.report(self.state, report_id))

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
            lambda: listing.files(state.cluster, state.index, state.meta.generation)
        )

    def check(self) -> Sequence[str]:
        """Verify every count; each fault found, in words.

        Whether the bytes are right is OpenSearch's to know, which keeps checksums of its own.
        """
        return self._checked(lambda: list(listing.faults(self.state)))
