"""What the rooms hand to each other: plain, frozen data.

Offsets count Unicode code points of ``Paragraph.text``. Nothing here knows how
a paragraph was read, stored or shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

UNKNOWN = "unknown"  # the facet value of what bears no label

Kind = Literal["heading", "body", "caption", "dateline"]
Sort = Literal["relevance", "newest", "oldest"]
Wording = Literal["formulaic", "particular"]
TermKind = Literal["word", "phrase", "prefix", "title"]
NoteKind = Literal["sign", "star", "slop", "unpaired", "prefix", "lowercase"]


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


class Span(NamedTuple):
    """A stretch ``text[start:end]`` to highlight: a query word or a policy phrase."""

    start: int
    end: int
    kind: Literal["query", "phrase"]


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """Paragraphs that say nearly the same: how many there are, and in how many reports.

    ``id`` is the least of their ids, so that it changes only with what is in the group.
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

    ``path`` is what a query selects it by (``湖南省/怀化市``, ``2024``,
    ``unknown``). The count ignores what is selected in the same facet.
    """

    value: str
    path: str
    count: int  # type: ignore[assignment]  # which hides tuple.count
    selected: bool = False
    children: tuple[FacetCount, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """Something that was looked for: a stretch ``text[start:end]`` of the query as typed.

    ``text`` is normalised where it is a word; ``synonyms`` are looked for as well.
    """

    text: str
    kind: TermKind
    start: int
    end: int
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """Something in a query that was read otherwise than typed.

    ``sign``: no part of any word, and left out. ``star``: not at the end of a word, and left
    out. ``slop``: a distance (``~10``), left out. ``unpaired``: a bracket or quotation mark
    without its other half, left out. ``prefix``: no beginning of a word, so looked for as it
    stands. ``lowercase``: ``and``, ``or`` or ``not`` in small letters, a word like any other.
    """

    kind: NoteKind
    text: str


@dataclass(frozen=True, slots=True)
class Relaxed:
    """Every paragraph found holds at least ``least`` of ``of`` terms, not all of them.

    ``selected`` says that these are the rarest terms of a long passage.
    """

    least: int
    of: int
    selected: bool = False


@dataclass(frozen=True, slots=True)
class Wider:
    """A looser query that finds far more, and how much."""

    text: str
    total: int


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a query was taken to mean, and what was done so that it finds something.

    ``terms`` are in the order typed, without those that are excluded. ``alternatives`` says
    that some of them stand on either side of an OR. ``question`` says that paragraphs were
    sought that answer it. ``relaxed`` is set where not all terms had to be there. ``pieces``
    maps a word that stands nowhere to the shorter words asked for in its place. ``wider`` is
    offered where only a handful was found.
    """

    terms: tuple[Term, ...] = ()
    alternatives: bool = False
    question: bool = False
    relaxed: Relaxed | None = None
    pieces: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    wider: Wider | None = None
    notes: tuple[Note, ...] = ()

    @property
    def synonyms(self) -> Mapping[str, tuple[str, ...]]:
        """The terms that were widened, each with its synonyms."""
        return {term.text: term.synonyms for term in self.terms if term.synonyms}


@dataclass(frozen=True, slots=True)
class Page:
    """The answer to a query: exact total, one page of hits, facets.

    ``query`` is the one asked, with the selected paths in full. ``total`` counts the
    paragraphs found, ``reports`` their reports, ``entries`` the hits to page through:
    as many as ``total``, or fewer where near-duplicates are folded.
    """

    query: Query
    total: int
    entries: int
    reports: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetCount, ...]]
    understood: Understanding = Understanding()
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
