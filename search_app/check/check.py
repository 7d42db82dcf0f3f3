"""The check of a memo: what each of its quotations has to do with the reports.

Only letter-by-letter equality acquits. Likeness finds what a quotation may be meant to quote,
never more. Where a quotation has a reference, it has to stand there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf
from time import thread_time
from typing import Literal

from engine.engine import Searcher
from engine.errors import QueryError
from engine.model import Hit
from search_app.check.letters import count_letters, letters
from search_app.check.lookup import LONG, SHORT, before_each_other, with_all, with_any
from search_app.check.matching import Match, Wanted
from search_app.check.memo_text import MemoText
from search_app.check.quotation_marks import count_marks
from search_app.check.quotations import Quotation, find_quotations
from search_app.check.references import Reference, permalinks
from search_app.check.resolving import Target, resolve
from search_app.check.sources import Source, Sources
from search_app.place_names import place_names

Verdict = Literal["same", "same_normalised", "differs", "elsewhere", "not_found", "too_short"]
State = Literal["same", "changed", "gone", "unknown"]

MAX_QUOTATIONS = 500
MAX_MARKS = 10_000  # of quotations, those that are too short included
MAX_LETTERS = 5000  # of a quotation
MAX_PARTS = 30  # of a quotation, between ellipses
MAX_ELSEWHERE = 20  # ids
_MIN_SHARE = 0.6  # of the letters of a quotation, in what it may be meant to quote
_MIN_SHARE_REFERRED = 0.4  # where a reference says so
_ALIKE = 0.85  # of the letters; then no short fragments are asked for
_NEIGHBOURS = 2  # paragraphs on either side that a quotation may reach into
_NEIGHBOURS_OF_PARTS = 4  # on either side, for a quotation with ellipses
_COMPARED = 4  # candidates that are aligned with a quotation
_MAX_REPORTS = 3  # that a reference names and that are read whole


@dataclass(frozen=True, slots=True)
class CheckedReference:
    """The reference of a quotation, and whether the words stand there.

    ``state`` is ``same``; ``changed``: they do not stand there; ``gone``: its report no longer
    has the paragraph; ``unknown``: the index has nothing of the kind. Unless it is ``same``,
    ``now`` is what stands nearest there, if anything.
    """

    reference: Reference
    state: State
    now: Match | None = None


@dataclass(frozen=True, slots=True)
class CheckedQuotation:
    """A quotation with its verdict; ``match`` is where it stands, or what it comes nearest to.

    ``elsewhere`` has ids of (other) paragraphs that have the words, at most ``MAX_ELSEWHERE``;
    for the verdict ``elsewhere`` all of them, that of ``match`` first.
    """

    quotation: Quotation
    verdict: Verdict
    match: Match | None = None
    elsewhere: tuple[str, ...] = ()
    reference: CheckedReference | None = None

    @property
    def text(self) -> str:
        return self.quotation.text

    @property
    def is_fault(self) -> bool:
        """Whether somebody has to look at the quotation."""
        return self.verdict in ("differs", "elsewhere", "not_found")


@dataclass(frozen=True, slots=True)
class Checked:
    """The quotations of a memo in its order; ``unreadable`` says what was not checked."""

    quotations: tuple[CheckedQuotation, ...]
    unreadable: tuple[str, ...] = ()


def check_memo(searcher: Searcher, memo: MemoText, max_seconds: float = inf) -> Checked:
    """Compare every quotation of a memo with the reports; ``QueryError`` for too many marks.

    Quotations that are left after ``max_seconds`` of processor time are named as not checked.
    """
    if (marks := count_marks(memo.blocks)) > MAX_MARKS:
        raise QueryError(
            f"文稿有 {marks:,} 个引号", f"一次至多核对 {MAX_MARKS:,} 个，请把文稿分成几份"
        )
    found, unclosed = find_quotations(memo)
    unreadable = list(memo.unreadable)
    for block, start in unclosed:
        text = memo.blocks[block].text[start : start + 12]
        unreadable.append(f"{memo.blocks[block].place}的引号不成对，只核对到段末：{text}……")
    long_enough = [each for each in found if not each.is_too_short]
    left_out = {each.pieces for each in long_enough[MAX_QUOTATIONS:]}
    if left_out:
        unreadable.append(
            f"引文超过 {MAX_QUOTATIONS} 处，后面 {len(left_out)} 处没有核对；请把文稿分成几份"
        )
    wanted = [each for each in found if each.pieces not in left_out]
    quotations = _Checker(searcher).check_all(wanted, max_seconds)
    if rest := len(wanted) - len(quotations):
        unreadable.append(
            f"核对已满 {max_seconds:.0f} 秒，后面 {rest} 处没有核对；请把文稿分成几份"
        )
    kept = [each for each in quotations if each is not None]
    unreadable += [
        f"{each.place}的引文超过 {MAX_LETTERS} 字或 {MAX_PARTS} 截，没有核对：{each.text[:12]}……"
        for each in long_enough
        if _is_too_long(each) and each.pieces not in left_out
    ]
    return Checked(tuple(kept), tuple(unreadable))


def check_quotation(searcher: Searcher, text: str, reference: str = "") -> CheckedQuotation:
    """Compare one quotation, given without marks, with the reports.

    ``reference`` is a permalink, the id of a paragraph, passage or report, or a report's title.
    """
    references = (_read_reference(reference.strip()),) if reference.strip() else ()
    quotation = Quotation(text.strip(), references=references)
    checked = _Checker(searcher).check(quotation)
    return checked or CheckedQuotation(quotation, "not_found")


def _read_reference(text: str) -> Reference:
    for found in permalinks(text if "/" in text else f"/p/{text}"):
        return found.reference._replace(text=text)
    for found in permalinks(f"/r/{text}"):
        return found.reference._replace(text=text)
    return Reference(text, title=text.strip("《》"))


def _is_too_long(quotation: Quotation) -> bool:
    return count_letters(quotation.text) > MAX_LETTERS or len(quotation.parts) > MAX_PARTS


class _Checker:
    """Checks quotations against one state of an index."""

    def __init__(self, searcher: Searcher) -> None:
        self.searcher = searcher
        self.sources = Sources(searcher)
        self.place_names = place_names(searcher.vocabulary())

    def check_all(
        self, quotations: Sequence[Quotation], max_seconds: float
    ) -> list[CheckedQuotation | None]:
        """The verdicts of the first quotations, as many as the processor time allows."""
        found = list[CheckedQuotation | None]()
        deadline = thread_time() + max_seconds
        for quotation in quotations:
            if thread_time() > deadline:
                break
            found.append(self.check(quotation))
        return found

    def check(self, quotation: Quotation) -> CheckedQuotation | None:
        """The verdict; None for what is too long, or only names its source."""
        if quotation.is_too_short:
            return CheckedQuotation(quotation, "too_short")
        resolved = (resolve(self.searcher, each) for each in quotation.references)
        targets = [target for target in resolved if target]
        if _is_too_long(quotation) or _is_title(quotation, targets):
            return None
        return self._compare(Wanted(quotation, self.place_names), targets)

    def _compare(self, wanted: Wanted, targets: Sequence[Target]) -> CheckedQuotation:
        exact = self._exact(wanted)
        nearest: CheckedReference | None = None
        for target in targets:
            now = self._at(wanted, target, exact)
            reference = CheckedReference(target.reference, _state(target, now), now)
            if reference.state == "same" and now:
                others = _ids(match for match in exact if match.id != now.id)
                return CheckedQuotation(wanted.quotation, _same(now), now, others, reference)
            nearest = nearest if nearest and nearest.now else reference
        if exact and targets:
            ids = _ids(exact)
            return CheckedQuotation(wanted.quotation, "elsewhere", exact[0], ids, nearest)
        if exact:
            first, *rest = exact
            return CheckedQuotation(wanted.quotation, _same(first), first, _ids(rest))
        best = self._near(wanted)
        if best and best.is_same:  # it reaches over two paragraphs
            verdict: Verdict = "elsewhere" if targets else _same(best)
            return CheckedQuotation(
                wanted.quotation, verdict, best, _ids([best] if targets else []), nearest
            )
        there = nearest.now if nearest else None
        if there and there.share >= _MIN_SHARE:
            best = there
        if best is None or best.share < _MIN_SHARE:
            best = there if there and there.share >= _MIN_SHARE_REFERRED else None
        verdict = "differs" if best else "not_found"
        return CheckedQuotation(wanted.quotation, verdict, best, (), nearest)

    def _exact(self, wanted: Wanted) -> list[Match]:
        """Paragraphs that have the quotation, those with the very same characters first."""
        hits = with_all(self.searcher, wanted.quotation.text)
        found = map(wanted.find, self._sources_of(hits))
        same = [match for match in found if match and match.is_same]
        return sorted(same, key=lambda match: not match.is_literal)

    def _at(self, wanted: Wanted, target: Target, exact: Sequence[Match]) -> Match | None:
        """The quotation where its reference leads, or the nearest to it there."""
        if target.hits:
            return self._best(wanted, self._sources_of(target.hits))
        here = {report.id for report in target.reports}
        for match in exact:
            if match.source.report.id in here:
                return match
        inside = [
            self.sources.alone(report, paragraph)
            for report in target.reports[:_MAX_REPORTS]
            for paragraph in self.sources.report(report)
        ]
        return self._best(wanted, wanted.most_alike(inside, _COMPARED))

    def _sources_of(self, hits: Iterable[Hit]) -> list[Source]:
        return [self.sources.alone(hit.report, hit.paragraph) for hit in hits]

    def _near(self, wanted: Wanted) -> Match | None:
        """The most similar text of all reports; likeness only chooses what to show."""
        best: Match | None = None
        for size in (LONG, SHORT):
            hits = with_any(self.searcher, wanted.quotation.text, size)
            found = self._best(wanted, wanted.most_alike(self._sources_of(hits), _COMPARED))
            best = max((one for one in (best, found) if one), key=_rank, default=None)
            if best and best.share >= _ALIKE:
                break
        if best and (best.is_same or (best.share >= _ALIKE and not wanted.may_go_on(best))):
            return best
        pairs = before_each_other(self.searcher, wanted.quotation.text)
        joined = (self.sources.around(source, _NEIGHBOURS) for source in self._sources_of(pairs))
        found = next((match for match in map(wanted.find, joined) if match), None)
        return found or best

    def _best(self, wanted: Wanted, sources: Sequence[Source]) -> Match | None:
        """The best match with a source, or with one and its neighbours.

        What stands in a neighbour alone does not count: a reference to the paragraph beside the
        quoted one is wrong.
        """
        found = [match for match in map(wanted.compare, sources) if match]
        found.sort(key=_rank, reverse=True)
        if found and found[0].is_same:
            return found[0]
        reach = _NEIGHBOURS_OF_PARTS if len(wanted.parts) > 1 else _NEIGHBOURS
        for match in list(filter(wanted.may_go_on, found)):
            joined = wanted.compare(self.sources.around(match.source, reach))
            here = match.source.paragraphs[0].id
            if joined and joined.reaches(here) and _rank(joined) > _rank(found[0]):
                found = [joined, *found]
        return found[0] if found else None


def _rank(match: Match) -> tuple[bool, bool, float, int]:
    return match.is_same, match.is_literal, match.share, -len(match.differences)


def _state(target: Target, now: Match | None) -> State:
    if target.state in ("gone", "unknown"):
        return target.state
    return "same" if now and now.is_same else "changed"


def _same(match: Match) -> Verdict:
    return "same" if match.is_literal else "same_normalised"


def _ids(matches: Iterable[Match]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(match.id for match in matches))[:MAX_ELSEWHERE]


def _is_title(quotation: Quotation, targets: Sequence[Target]) -> bool:
    """Whether a link is only on the title of the report that it leads to."""
    if quotation.is_marked:
        return False
    reports = [hit.report for target in targets for hit in target.hits]
    reports += [report for target in targets for report in target.reports]
    text = letters(quotation.text).text
    return any(text in letters(f"{report.title}{report.issuer}").text for report in reports)
