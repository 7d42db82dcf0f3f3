"""A segment, opened for reading: its documents, groups, terms and keys."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
from whoosh.util.numeric import byte_to_length

from engine.arrays import Array, SortedStrings, Strings
from engine.columns import texts
from engine.columns.damage import damaged
from engine.columns.layout import EXTENSION, Pairs, Postings, Sequences, bitsets, read_columns
from engine.columns.native import Handle
from engine.columns.read.checks import check
from engine.columns.read.terms import TERM_NUMBER, TermDictionary, find
from engine.fields import FIELDS, POSITIONAL

DOCUMENT_KEY, GROUP_KEY, LABEL, STORED = "id", "report", "label", "data"

LENGTHS = np.array([byte_to_length(code) for code in range(256)])  # of fields, by Whoosh's byte


class SegmentInfo(Protocol):
    """What the table of contents says of a segment: its files and its deletions."""

    documents: int
    length: dict[str, int]  # tokens, by field
    deleted: set[int]  # documents
    gone: set[int]  # deleted groups; the table of contents has this name

    def make_filename(self, ext: str) -> str: ...


class SegmentReader:
    """The columns of a segment. They never change; threads may share them.

    - ``first[g]``: the first document of group ``g``; ``first[-1]`` is the number of documents;
    - ``labels[d]``: the label of document ``d``, as its number in ``label_names``;
    - ``lengths[f, d]``: the length of document ``d`` in field ``TEXT[f]``, as Whoosh's byte;
    - ``title_lengths[g]``: the length of the title of group ``g``, as Whoosh's byte;
    - ``totals[g, f]``: the tokens of the documents of group ``g`` in ``FIELDS[f]``;
    - ``chunk_first[c]``: the first document of the ``c``-th chunk of stored documents, and
      ``chunk_number[c]`` its number in ``texts``.

    Raises ``IndexCorrupt`` where the file is damaged.
    """

    def __init__(self, folder: Path, segment: SegmentInfo) -> None:
        self.segment = segment
        self.path = folder / segment.make_filename(EXTENSION)
        try:
            self._columns, about = read_columns(self.path)
            check(self._columns, about)
        except (ValueError, KeyError, TypeError) as error:
            raise damaged(self.path, error) from error
        get = self._columns.__getitem__
        self.postings = Postings(*map(get, Postings._fields))
        self.sequences = {
            name: Sequences(*(get(f"{name}_{column}") for column in Sequences._fields))
            for name in POSITIONAL
        }
        self.pairs = Pairs(*(get(f"pair_{name}") for name in Pairs._fields))
        self.terms = Strings(get("term_data"), get("term_at"))
        self.range: dict[str, tuple[int, int]] = {
            f: (a, b) for f, (a, b) in about["fields"].items()
        }
        fields = np.array([self.range[name] for name in FIELDS], np.int64)
        self.dictionary = Handle(TermDictionary(*self.terms, fields, self.postings.freqs_at))
        self.label_names: list[str] = about["labels"]
        self.first, self.labels = get("first"), get("labels")
        self.lengths, self.title_lengths = get("lengths"), get("title_lengths")
        self.totals = get("totals")
        self.chunk_first, self.chunk_number = get("chunk_first"), get("chunk_number")
        path = folder / segment.make_filename(texts.EXTENSION)
        self.texts = texts.TextReader(path, get("chunk_at"), get("dictionary"))
        self.about = Strings(get("about_data"), get("about_at"))
        self.keys = {
            name: Strings(get(f"{name}_data"), get(f"{name}_at"))
            for name in (DOCUMENT_KEY, GROUP_KEY)
        }
        self.order = {name: get(f"{name}_order") for name in (DOCUMENT_KEY, GROUP_KEY)}
        self.sorted_keys = {
            name: SortedStrings(keys, self.order[name]) for name, keys in self.keys.items()
        }
        self._check_contents()

    def _check_contents(self) -> None:
        """Compare the columns with what the table of contents says of them."""
        segment = self.segment
        if segment.documents != self.documents or (
            max(segment.deleted, default=-1) >= self.documents
            or max(segment.gone, default=-1) >= self.groups
        ):
            raise damaged(self.path, "segment")

    @property
    def documents(self) -> int:
        return int(self.first[-1])

    @property
    def groups(self) -> int:
        return len(self.first) - 1

    @cached_property
    def live(self) -> Array:
        """A bitset for each block with the documents that are not deleted."""
        chosen = np.ones(self.documents, np.bool_)
        chosen[list(self.segment.deleted)] = False
        live = bitsets(chosen)
        live.flags.writeable = False  # as the columns of a file are
        return live

    def term(self, field: str, text: bytes) -> int:
        """Return the number of a term, or -1."""
        return int(find(self.dictionary, [(FIELDS.index(field), text)])[0, TERM_NUMBER])

    def with_key(self, name: str, key: bytes) -> list[int]:
        """Return the documents or groups that have a key, deleted ones too."""
        keys = self.sorted_keys[name]
        places = range(bisect_left(keys, key), bisect_right(keys, key))
        return sorted(int(self.order[name][place]) for place in places)

    def find_key(self, name: str, key: bytes) -> list[int]:
        """Return the documents or groups that have a key and are not deleted."""
        deleted = self.segment.deleted if name == DOCUMENT_KEY else self.segment.gone
        return [number for number in self.with_key(name, key) if number not in deleted]

    def members(self, group: int) -> range:
        """Return the documents of a group."""
        return range(int(self.first[group]), int(self.first[group + 1]))

    def group(self, document: int) -> int:
        """Return the group of a document."""
        return int(np.searchsorted(self.first, document, "right")) - 1

    def stored(self, document: int) -> bytes:
        """Return the stored data of a document; raises ``IndexCorrupt``."""
        first = self.chunk_first.data  # ``bisect`` is faster than numpy for a single number
        chunk = bisect_right(first, document) - 1
        inside = document - first[chunk]
        documents = self.texts.chunk(int(self.chunk_number[chunk]))
        if inside >= len(documents):
            raise damaged(self.path, "chunk_first")
        return documents[inside]
