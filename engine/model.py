"""What the rooms hand to each other: plain, frozen data.

Offsets count Unicode code points of ``Paragraph.text``. Nothing here knows how
a paragraph was read, stored or shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

UNKNOWN = "unknown"  # the facet value of what bears no label

Kind = Literal["heading", "body", "caption", "dateline"]
Sort = Literal["relevance", "newest", "oldest"]
Wording = Literal["formulaic", "particular"]


@dataclass(frozen=True, slots=True)
class Region:
    """A path of official names, province to county, with their adcodes.

    ``names`` and ``adcodes`` are of equal length (0 to 3); both empty means
    unknown. An adcode is the six-digit code of GB/T 2260.
    """

    names: tuple[str, ...] = ()
    adcodes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A report as a whole: what a citation and the facets need.

    ``published`` is an ISO date or empty; ``year`` and ``region`` are labels,
    ``evidence`` maps a label's name (``region``, ``year``, ``issuer``,
    ``published``) to the words it rests on; ``source`` is the path of its file.
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


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme of one paragraph, as ``top`` or ``top/child``, and why."""

    name: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: the unit that is indexed, found and cited.

    ``ordinal`` is its place in the report, from 1. ``text`` is the cleaned text
    in the script of its source, ``raw`` what stood in the file. ``heading`` is
    the path of headings above it. ``damaged`` marks text destroyed in the source.
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


@dataclass(frozen=True, slots=True)
class Query:
    """A search as asked for.

    ``regions`` and ``themes`` hold paths of any level (``湖南省/怀化市``), the end
    of one that leaves no doubt (``怀化市``), or ``unknown``; ``years`` holds
    inclusive ranges, ``None`` standing for unknown; ``wordings`` holds ``formulaic`` (what
    several reports say nearly alike) or ``particular``. Values inside one facet are
    alternatives, facets together all apply.
    ``same`` is the id of a paragraph whose near-duplicates alone are wanted, with itself.
    ``synonyms`` lets words be found by their synonyms too. ``fold`` shows only the first of
    paragraphs that say nearly the same. ``limit`` 0 means all.
    """

    text: str = ""
    exact: bool = False
    synonyms: bool = True
    regions: tuple[str, ...] = ()
    years: tuple[tuple[int, int] | None, ...] = ()
    themes: tuple[str, ...] = ()
    wordings: tuple[Wording, ...] = ()
    same: str = ""
    sort: Sort = "relevance"
    fold: bool = False
    limit: int = 10
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch ``text[start:end]`` to highlight: a query word or a policy phrase."""

    start: int
    end: int
    kind: Literal["query", "phrase"]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Paragraphs that say nearly the same: how many there are, and in how many reports.

    ``id`` is the least of their ids, so that it changes only with what is in the cluster.
    """

    id: str
    paragraphs: int
    reports: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A paragraph that matches, with its report, score (BM25F), highlights and cluster."""

    paragraph: Paragraph
    report: Report
    score: float = 0.0
    spans: tuple[Span, ...] = ()
    cluster: Cluster | None = None


@dataclass(frozen=True, slots=True)
class FacetCount:
    """One value of a facet; ``value`` is the name at its own level.

    ``path`` is what a query selects it by (``湖南省/怀化市``, ``2024``,
    ``unknown``). The count ignores what is selected in the same facet.
    """

    value: str
    path: str
    count: int
    selected: bool = False
    children: tuple[FacetCount, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """The answer to a query: exact total, one page of hits, facets.

    ``query`` is the one asked, with the selected paths in full.
    ``terms`` are the words and phrases looked for, as understood; ``widened`` maps
    those that were widened to the synonyms looked for as well. ``relaxed``
    is 0, or the number of them that every paragraph found holds at least,
    where no paragraph holds them all or a question was asked. ``total`` counts the
    paragraphs found, ``reports`` their reports, ``entries`` what there is to page through:
    as many, or fewer where near-duplicates are folded.
    """

    query: Query
    total: int
    entries: int
    reports: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetCount, ...]]
    terms: tuple[str, ...] = ()
    widened: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    relaxed: int = 0
    took_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Overview:
    """What an index holds: ``grid`` maps (province or ``unknown``, year) to reports."""

    reports: int
    paragraphs: int
    grid: Mapping[tuple[str, int | None], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """What there is to ask for in one state of an index; equal to nothing but itself.

    Numbers are those of paragraphs. ``words`` has the most frequent words: normalised,
    of two characters or more, no numbers and no policy phrases; they are counted with
    those of reports taken out since segments were last merged. ``phrases`` has the
    policy phrases that stand anywhere, ``regions`` and ``themes`` the paths of every
    level (``湖南省/怀化市``) that paragraphs bear. ``titles`` are those of the reports,
    each once, the newest first.
    """

    words: Mapping[str, int]
    phrases: Mapping[str, int]
    regions: Mapping[str, int]
    themes: Mapping[str, int]
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words that analysis, searching and highlighting share, kept with the index.

    ``phrases`` maps each policy phrase to its theme; they are also the user
    dictionary of the tokenizer. ``version`` changes with anything that labels
    are made from; an index with other phrases or another version is built anew.
    ``synonyms`` are groups of words that mean the same. Only queries know them, so
    that an index takes in other ones as it stands.
    """

    phrases: Mapping[str, str] = field(default_factory=dict)
    synonyms: tuple[tuple[str, ...], ...] = ()
    version: str = ""


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What the manifest keeps of one source file, to see whether it changed.

    ``source`` is its path as shown, ``stated`` what ``metadata.csv`` says of it
    (as JSON). ``reports`` are the ids of what was read from it, ``problems`` what
    could not be read; a file with problems is tried again every time.
    """

    source: str
    size: int
    mtime_ns: int
    sha256: str
    stated: str = ""
    reports: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
