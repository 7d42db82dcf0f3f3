"""A plan carried out by an engine, and the page of the answer collected: one place for both.

An engine brings an ``Execution``: how it runs a query, and what it knows of its index.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import NamedTuple, Protocol, TypeVar

from whoosh import query as wq

from engine.budget import check_budget
from engine.errors import QueryError
from engine.facets import selected_years
from engine.highlight import Highlighter
from engine.model import (
    DuplicateGroup,
    FacetCount,
    Hit,
    Page,
    Paragraph,
    Query,
    Report,
    ReportMatches,
    ReportShare,
    Span,
)
from engine.query.attempt_query import attempt_query, counting_query
from engine.query.index_query import Index, boosted
from engine.query.plan import (
    HANDFUL,
    Attempt,
    MakePlan,
    Plan,
    Rescoring,
    all_marked,
    plans_of,
)
from engine.query.tree import Leaf, Phrase, Prefix, Title, Widened, has_alternatives
from engine.query.wider import looser_texts
from engine.understanding import Relaxed, Term, TermKind, Understanding, Wider

_Made = TypeVar("_Made")


class FoundParagraph(NamedTuple):
    """A paragraph as an engine finds it."""

    paragraph: Paragraph
    report: Report
    score: float
    duplicates: DuplicateGroup | None


class Found(Protocol):
    """What one query finds. ``matched`` heeds no filter but those that every count heeds."""

    @property
    def matched(self) -> int:
        """The number of paragraphs that match, whatever is selected in the facets."""

    @property
    def total(self) -> int:
        """The number of paragraphs that match and are selected."""

    @property
    def entries(self) -> int:
        """The number of hits to page through."""

    def years(self) -> Mapping[str, ReportShare]:
        """The share of the reports of each year that match; the newest year first, unknown last.

        All reports of the selected regions, levels and kinds count as reports of their year.
        Whatever is asked of paragraphs (text, themes, wordings, near-duplicates) decides only which
        of them match. The selected years do not matter (drill-sideways).
        """

    def by_report(self) -> Sequence[ReportMatches]:
        """See ``Searcher.report_matches``."""

    def hits(self) -> Iterator[FoundParagraph]:
        """The page of hits, each read when it is taken."""

    def facets(self) -> Mapping[str, tuple[FacetCount, ...]]:
        """The facets, counted drill-sideways."""


class Execution(Protocol):
    """How an engine runs the queries of one plan, over one state of its index."""

    @property
    def index(self) -> Index:
        """What planning asks of the index."""

    def attempts(self, plan: Plan) -> Iterable[Attempt]:
        """The attempts of a plan, once all is known that they ask of the index."""

    def settle(self, make: Callable[[], _Made]) -> _Made:
        """What ``make`` makes from the index, once all is known that it asks there."""

    def most_parts(self, asked: wq.Query) -> int:
        """The most parts of a counting query's ``Or`` that one paragraph holds."""

    def run(self, asked: wq.Query, rescoring: Rescoring | None) -> Found:
        """Run a query under the selections of the plan's query."""

    def count(self, asked: wq.Query) -> int:
        """The number of paragraphs that a query finds under the same selections."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The attempt that found something, as it was asked, and what it found.

    ``least`` as in ``Attempt``.
    """

    attempt: Attempt
    least: int
    asked: wq.Query
    found: Found


FAR_MORE = 10  # times what was found, for a looser query to be offered


def search(
    make: MakePlan, query: Query, execution: Execution, highlighter: Highlighter, began: float
) -> Page:
    """Plan a query, carry it out and collect the page of its answer.

    ``began`` is the time of ``perf_counter`` at which the search began.
    """
    *earlier, plan = plans = plans_of(make, query)
    answer = execute(plan, execution, inside(earlier, execution))
    found = answer.found
    years = found.years()
    return Page(
        query=plan.query,
        total=found.total,
        entries=found.entries,
        reports=sum(years[year].found for year in selected_years(years, plan.query.years)),
        hits=tuple(_marked_hits(found, plans, highlighter)),
        facets=found.facets(),
        years=years,
        understood=_understanding(plan, answer, execution, make),
        took_ms=(perf_counter() - began) * 1000,
    )


def hits(
    make: MakePlan, query: Query, execution: Execution, highlighter: Highlighter
) -> Iterator[Hit]:
    """See ``Searcher.hits``."""
    *earlier, plan = plans = plans_of(make, query)
    answer = execute(plan, execution, inside(earlier, execution))
    return _marked_hits(answer.found, plans, highlighter)


def _marked_hits(found: Found, plans: Sequence[Plan], highlighter: Highlighter) -> Iterator[Hit]:
    wanted = plans[-1].query.highlight
    phrases = wanted == "all"
    mark = _no_spans if wanted == "none" else highlighting(plans, highlighter, phrases=phrases)

    def marked(one: FoundParagraph) -> Hit:
        check_budget()
        spans = mark(one.paragraph.text)
        return Hit(one.paragraph, one.report, one.score, spans, one.duplicates)

    return map(marked, found.hits())


def highlighting(
    plans: Sequence[Plan], highlighter: Highlighter, *, phrases: bool = True
) -> Callable[[str], tuple[Span, ...]]:
    """A function that returns the spans of a text for what any of the plans looks for."""
    return highlighter.of(*all_marked(plans), phrases=phrases)


def _no_spans(_: str) -> tuple[Span, ...]:
    return ()


def count(make: MakePlan, query: Query, execution: Execution) -> int:
    """The total of the page that a query would give."""
    *earlier, plan = plans_of(make, query)
    return execute(plan, execution, inside(earlier, execution)).found.total


def without_hits(query: Query) -> Query:
    """The query with as few hits as can be, for who wants to count: hits take time to sort."""
    return replace(query, sort="relevance", fold=False, limit=1, offset=0)


def report_matches(make: MakePlan, query: Query, execution: Execution) -> Sequence[ReportMatches]:
    """See ``Searcher.report_matches``."""
    *earlier, plan = plans_of(make, query)
    return execute(plan, execution, inside(earlier, execution)).found.by_report()


def inside(earlier: Sequence[Plan], execution: Execution) -> wq.Query | None:
    """What earlier queries find, each among what those before it find; it scores nothing."""
    among: wq.Query | None = None
    for plan in earlier:
        answer = execute(plan, execution, among)
        among = _among(among, boosted(answer.asked, 0.0))
    return among


def _among(among: wq.Query | None, asked: wq.Query) -> wq.Query:
    return wq.And([among, asked]) if among else asked


def execute(plan: Plan, execution: Execution, among: wq.Query | None = None) -> Answer:
    """Ask one attempt after the other, among what a query finds, until one finds enough.

    Where none does, the last answer that found anything counts, else the first.
    """
    answer: Answer | None = None
    for attempt in execution.attempts(plan):
        check_budget()
        least = _least(attempt, execution, among)
        asked = _query(plan, attempt, least, execution)
        found = execution.run(_among(among, asked), attempt.rescoring)
        if answer is None or found.matched:
            answer = Answer(attempt, least, asked, found)
        if found.matched >= attempt.enough:
            break
    assert answer is not None, "every plan has an attempt"
    return answer


def _query(plan: Plan, attempt: Attempt, least: int, execution: Execution) -> wq.Query:
    text, index = plan.query.text, execution.index
    return execution.settle(lambda: attempt_query(attempt, least, text, index))


def _least(attempt: Attempt, execution: Execution, among: wq.Query | None) -> int:
    """The number of parts to ask for: no more than the best paragraph holds."""
    if not attempt.best_of_parts:
        return attempt.least
    counting = execution.settle(lambda: counting_query(attempt, execution.index))
    if among:
        counting = wq.And([among, *counting.subqueries])
    return min(attempt.least, execution.most_parts(counting)) or 1


def _understanding(
    plan: Plan, answer: Answer, execution: Execution, make: MakePlan
) -> Understanding:
    attempt, least = answer.attempt, answer.least
    relaxed = 0 < least < len(attempt.typed)
    return Understanding(
        terms=tuple(dict.fromkeys(map(_term, plan.leaves))),
        alternatives=has_alternatives(plan.node),
        question=attempt.is_question,
        relaxed=Relaxed(least, len(attempt.parts), attempt.is_selection) if relaxed else None,
        pieces=attempt.pieces,
        wider=_wider(plan, answer, execution, make),
        notes=plan.notes,
    )


def _wider(plan: Plan, answer: Answer, execution: Execution, make: MakePlan) -> Wider | None:
    """A looser query that finds far more, where what was typed finds only a handful."""
    total = answer.found.total
    if plan.query.inside or answer.least or answer.attempt.pieces or not 0 < total <= HANDFUL:
        return None
    best = Wider("", total * FAR_MORE - 1)
    for text in execution.settle(lambda: looser_texts(plan, execution.index)):
        try:
            looser = make(replace(plan.query, text=text))
        except QueryError:  # a mark that belonged to what was left out
            continue
        attempt = next(looser.attempts(execution.index))
        count = execution.count(_query(looser, attempt, 0, execution))
        if count > best.total:
            best = Wider(text, count)
    return best if best.text else None


def _term(leaf: Leaf) -> Term:
    kind: TermKind = "word"
    match leaf:
        case Phrase():
            kind = "phrase"
        case Prefix():
            kind = "prefix"
        case Title():
            kind = "title"
    return Term(leaf.text, kind, *leaf.place, leaf.synonyms if isinstance(leaf, Widened) else ())
