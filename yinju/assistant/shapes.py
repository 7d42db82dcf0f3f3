"""The answers of the tools: their keys, which clients get as output schemas.

Keys that the API has too mean the same there. ``notice`` says which fields are quoted from
reports; ``left_off`` says what was left out and how to get it, and is empty where nothing was.
"""

from __future__ import annotations

from typing_extensions import TypedDict


class FoundParagraph(TypedDict):
    """A paragraph that was found; ``text`` is a snippet of it."""

    id: str
    title: str
    url: str
    text: str
    region: str
    year: int | None


class Found(TypedDict):
    """What ``search`` gives: the first paragraphs, with the numbers of all."""

    notice: str
    results: list[FoundParagraph]
    total: int
    reports: int
    url: str
    widened: dict[str, list[str]]
    remarks: list[str]
    left_off: str


class Document(TypedDict):
    """What ``fetch`` gives: a text with its report, its neighbours and its reference."""

    notice: str
    id: str
    title: str
    text: str
    url: str
    metadata: dict[str, str]
    left_off: str


class Counted(TypedDict):
    """What ``count`` gives."""

    total: int
    reports: int
    url: str
    widened: dict[str, list[str]]
    remarks: list[str]


class Share(TypedDict):
    """Reports that hold what was searched, of how many; an interval of 95 %."""

    reports: int
    of: int
    share: float
    low: float
    high: float
    paragraphs: int


class YearShare(Share):
    year: int | None


class RegionShare(Share):
    path: str


class FirstReport(TypedDict):
    """The earliest report of a region that holds what was searched."""

    title: str
    region: str
    year: int | None
    url: str


class QueryTrend(TypedDict):
    """The shares of one query; ``url`` leads to the search with its total."""

    q: str
    total: Share
    years: list[YearShare]
    regions: list[RegionShare]
    first: list[FirstReport]
    url: str


class Trended(TypedDict):
    """What ``trend`` gives; ``url`` leads to the page, where each number is a link."""

    notice: str
    queries: list[QueryTrend]
    url: str
    left_off: str


class FoundValue(TypedDict):
    """A figure; ``sentence`` is that in which it stands."""

    id: str
    text: str
    number: str
    to: str | None
    unit: str | None
    bound: str | None
    name: str | None
    change: dict[str, str | None] | None
    year: int | None
    year_from: str | None
    kind: str
    sentence: str
    title: str
    region: str
    url: str


class FoundValues(TypedDict):
    """What ``values`` gives; ``total`` counts paragraphs."""

    notice: str
    values: list[FoundValue]
    total: int
    left_off: str


class Cited(TypedDict):
    """What ``cite`` gives; ``caution`` says why the text must be compared with the original."""

    id: str
    style: str
    reference: str
    url: str
    caution: str


class QuotationDifference(TypedDict):
    """A difference; ``kind`` is figure, negation, unit, place, word or cut."""

    quoted: str
    source: str
    kind: str


class Verified(TypedDict):
    """What ``verify_quote`` gives; ``source`` is what the report says there.

    ``reference_state`` is ``same``, ``changed``, ``gone`` or ``unknown``, or null without one.
    """

    notice: str
    verdict: str
    id: str | None
    url: str | None
    title: str
    source: str
    differences: list[QuotationDifference]
    elsewhere: list[str]
    reference_state: str | None
    left_off: str
