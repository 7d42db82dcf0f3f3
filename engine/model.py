"""The data that the rooms exchange, as plain, frozen objects.

Offsets count Unicode code points of ``Paragraph.text``. Nothing here knows how
a paragraph was read, stored or shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from engine.understanding import Understanding

UNKNOWN = "unknown"  # the facet value of reports and paragraphs without a label

Kind = Literal["heading", "body", "caption", "dateline"]
Sort = Literal["relevance", "newest", "oldest", "arrived"]
Wording = Literal["formulaic", "particular"]
Level = Literal["national", "province", "city", "county", "unknown"]

_COUNTRY = "全国"  # the path of reports about the whole country
_LEVELS: tuple[Level, ...] = ("unknown", "province", "city", "county")  # by the depth of a path


@dataclass(frozen=True, slots=True)
class Region:
    """A path of official names, province to county, with their adcodes.

    ``names`` and ``adcodes`` are of equal length (0 to 3); both empty means
    unknown. An adcode is the six-digit code of GB/T 2260.
    """

    names: tuple[str, ...] = ()
    adcodes: tuple[str, ...] = ()

    @property
    def level(self) -> Level:
        """How high in the administration the region is."""
        return "national" if self.names == (_COUNTRY,) else _LEVELS[len(self.names)]


@dataclass(frozen=True, slots=True)
class Report:
    """A report as a whole, with the data for citations and facets.

    ``published`` is an ISO date or empty; ``year`` and ``region`` are labels, ``evidence`` maps a
    label's name (``region``, ``year``, ``issuer``, ``published``, ``kind``) to the words it rests
    on; ``source`` is the path of its file. ``former_ids`` may have been its id under other rules,
    or beside other reports. ``kind`` is the kind of document, in Chinese, or empty.
    ``url`` is the address where it was published, of ``http`` or ``https``, or empty.
    ``arrived`` is the time at which it came into the index (see ``arrivals``), in seconds since
    1970 UTC; 0 before it is in one. It is the index's, not the report's, so equality ignores it.
    """

    id: str
    title: str
    source: str
    issuer: str = ""
    published: str = ""
    region: Region = Region()
    year: int | None = None
    evidence: Mapping[str, str] = field(default_factory=dict)
    paragraphs: int = 0
    former_ids: tuple[str, ...] = ()
    kind: str = ""
    url: str = ""
    arrived: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme of one paragraph, as ``top`` or ``top/child``, with the words that show it."""

    name: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: the unit that is indexed, found and cited.

    ``ordinal`` is its place in the report, from 1. ``text`` is the cleaned text
    in the script of its source, ``raw`` the text of the file. ``heading`` is
    the path of headings above it. ``damaged``: the text was destroyed in the source.
    ``ocr``: the text was recognised from a scanned page, so a character may be wrong.
    """

    id: str
    report_id: str
    ordinal: int
    text: str
    raw: str
    heading: tuple[str, ...] = ()
    kind: Kind = "body"
    themes: tuple[Theme, ...] = ()
    damaged: bool = False
    ocr: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A search request.

    ``regions`` and ``themes`` hold paths of any level (``湖南省/怀化市``), an unambiguous end of
    a path (``怀化市``), or ``unknown``; ``kinds`` kinds of documents (``政府工作报告``), or
    ``unknown``. ``years`` holds inclusive ranges; None means unknown. ``wordings`` holds
    ``formulaic`` (paragraphs that several reports have nearly alike) or ``particular`` (all
    others). Values inside one facet are alternatives; paragraphs must match all facets.
    ``levels`` are levels of the regions of reports, and ``since`` is the earliest time at which
    reports came in; no facet counts either, so they lower all counts. ``sort``: ``newest`` and
    ``oldest`` by the dates of reports, ``arrived`` with those first that came in last.
    ``inside`` has earlier queries, which paragraphs must match too. ``one_sentence``: the terms
    of a query must stand in one sentence. ``same`` is the id of a paragraph: only it and its
    near-duplicates match. ``synonyms``: words match their synonyms too. ``fold``: of paragraphs
    that are nearly the same, only the first is a hit. ``limit`` 0 means all hits. Their
    spans take longer than the search: ``highlight`` says which they have.
    """

    text: str = ""
    exact: bool = False
    synonyms: bool = True
    one_sentence: bool = False
    inside: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    years: tuple[tuple[int, int] | None, ...] = ()
    themes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    wordings: tuple[Wording, ...] = ()
    levels: tuple[Level, ...] = ()
    since: int = 0
    same: str = ""
    sort: Sort = "relevance"
    fold: bool = False
    limit: int = 10
    offset: int = 0
    highlight: Literal["all", "query", "none"] = "all"


class Span(NamedTuple):
    """A stretch ``text[start:end]`` to highlight: a query word or a policy phrase."""

    start: int
    end: int
    kind: Literal["query", "phrase"]


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """A group of near-duplicates: its number of paragraphs, and of reports that have them.

    ``id`` is the least id of its paragraphs, so it changes only if the group changes.
    """

    id: str
    paragraphs: int
    reports: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A paragraph that matches, with its report, score, highlights and near-duplicates."""

    paragraph: Paragraph
    report: Report
    score: float = 0.0
    spans: tuple[Span, ...] = ()
    duplicates: DuplicateGroup | None = None


class FacetCount(NamedTuple):
    """One value of a facet; ``value`` is the name at its own level.

    A query selects it by its ``path`` (``湖南省/怀化市``, ``2024``, ``unknown``). ``count``
    ignores the selection in the same facet.
    """

    value: str
    path: str
    count: int  # type: ignore[assignment]  # it hides tuple.count
    selected: bool = False
    children: tuple[FacetCount, ...] = ()


class ReportShare(NamedTuple):
    """How many reports have a paragraph that matches, and how many there are."""

    found: int
    reports: int


class ReportMatches(NamedTuple):
    """A report, and how many of its paragraphs match."""

    report: Report
    paragraphs: int


@dataclass(frozen=True, slots=True)
class Page:
    """The answer to a query: exact total, one page of hits, facets.

    ``query`` is the query with its selected paths in full. ``total`` is the number of matching
    paragraphs, ``reports`` the number of their reports, ``entries`` the number of hits on all
    pages: it is ``total``, or less if near-duplicates are folded. ``years``: see ``execute.Found``.
    """

    query: Query
    total: int
    entries: int
    reports: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetCount, ...]]
    understood: Understanding = field(default_factory=Understanding)
    took_ms: float = 0.0
    years: Mapping[str, ReportShare] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Overview:
    """The size of an index; ``grid`` maps (region, year) to counts of reports.

    Reports came in at times from ``first_arrival`` to ``last_arrival`` (as ``Report.arrived``),
    reports that were removed again too; both are 0 before the first one.

    A region is a path of any level (``湖南省``, ``湖南省/怀化市``), or ``unknown``; the reports of
    a city count for its province too. A year is None where it is unknown.
    """

    reports: int
    paragraphs: int
    grid: Mapping[tuple[str, int | None], int] = field(default_factory=dict)
    first_arrival: int = 0
    last_arrival: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """The searchable words, phrases, labels and titles of one state of an index.

    The numbers are numbers of paragraphs. ``words`` has the most frequent words: normalised,
    of two characters or more, without numbers and policy phrases; their numbers include
    paragraphs that were removed since their segment was last merged. ``phrases`` has the policy
    phrases that occur, ``regions`` and ``themes`` the paths of every level (``湖南省/怀化市``)
    that paragraphs have, ``years`` the years of their reports. ``titles`` has the title of each
    report, each once, the newest first.
    """

    words: Mapping[str, int]
    phrases: Mapping[str, int]
    regions: Mapping[str, int]
    themes: Mapping[str, int]
    years: Mapping[int, int]
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words that analysis, searching and highlighting share; it is kept with the index.

    ``phrases`` maps each policy phrase to its theme; the phrases are also the user dictionary of
    the tokenizer. ``version`` changes with every change of the rules and data that make labels. An
    index with other phrases or another version is built anew. ``synonyms`` has groups of words
    that mean the same. Only queries use them, so they can be replaced in an existing index.
    """

    phrases: Mapping[str, str] = field(default_factory=dict)
    synonyms: tuple[tuple[str, ...], ...] = ()
    version: str = ""


@dataclass(frozen=True, slots=True)
class FileRecord:
    """The manifest's record of one source file, which shows whether the file has changed.

    ``source`` is its path as shown, ``stated`` what ``metadata.csv`` states of it (as
    JSON). ``reports`` has the ids of its reports. ``opening_ids`` and ``whole_ids`` have, for
    each of them, its id if no other report opens alike, and its id otherwise. ``problems`` has
    the messages for what could not be read. A file without reports is read again every time.
    """

    source: str
    size: int
    mtime_ns: int
    sha256: str
    stated: str = ""
    reports: tuple[str, ...] = ()
    opening_ids: tuple[str, ...] = ()
    whole_ids: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
