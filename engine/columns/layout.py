"""The columns of a segment, and the file they are kept in.

Documents are numbered from 0 and belong to *groups* (a report with its
paragraphs) that lie one behind the other. Documents are cut into blocks of
65,536, so that a number inside a block takes two bytes; the postings of a term
inside one block are a *run*. A run of many documents is a bitset, a short one a
sorted list. See ``Postings`` for what lies where.

The file is a line of JSON that names each column, its type, shape and place,
followed by the columns, each at a multiple of 64 bytes.
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from engine.arrays import Array
from engine.fields import FIELDS, TEXT

BLOCK = 65_536  # documents
WORDS_PER_BLOCK = BLOCK // 64  # 64-bit words of a bitset
DENSE = BLOCK // 16  # from so many documents on, a run is smaller as a bitset
PACKED = 16  # postings in a word of ``freqs``
MOST_OFTEN = 65_535  # what a term that stands in a document more often counts for
LARGE = 15  # four bits of ``freqs`` that do not hold the number by themselves
MORE = 128  # added to a byte that another follows
PAIRED = 2048  # documents of a block that both terms of a pair must stand in, to be noted

EXTENSION = ".columns"
_ALIGN = 64


class Postings(NamedTuple):
    """All postings of a segment; terms are numbered field by field, in byte order.

    Of term ``t``: runs ``runs[t]`` to ``runs[t + 1]``; from where its part of ``docs``,
    ``dense`` and ``freqs`` begins, in elements (rows, of ``dense``). Of run ``r``: its
    block and its number of documents less one. A run of at least ``DENSE`` documents is
    a row of ``dense``, a shorter one numbers in ``docs``.

    ``freqs`` has four bits a posting, 16 postings a word, the lowest bits first: how
    often the term stands there. 15 says that the number is in ``large``, at the place
    that ``large_at`` has the posting.
    """

    runs: Array  # uint32[terms + 1]
    docs_at: Array  # uint32[terms + 1]
    dense_at: Array  # uint32[terms + 1]
    freqs_at: Array  # uint32[terms + 1]
    run_block: Array  # uint16[runs]
    run_size: Array  # uint16[runs]
    docs: Array  # uint16
    dense: Array  # uint64[dense runs, 1024]
    freqs: Array  # uint64[postings / 16]
    large_at: Array  # uint32
    large: Array  # uint16


class Sequences(NamedTuple):
    """The tokens of a field in their order, document by document (of titles, group by group).

    Document ``d`` is ``data[at[d]:at[d + 1]]``. Term ``t`` of the field, counted from its
    first one, is written as ``codes[t]``, which frequent terms have the smaller the more
    frequent they are. Like UTF-8, a code is one byte below 192 that tells how many from
    192 up follow it (see ``sequences.write``), so that bytes are found only where tokens
    are. Behind the last document are eight bytes more, and up to seven to fill a word.
    """

    codes: Array  # uint32[terms of the field]
    at: Array  # int64[documents + 1]
    data: Array  # uint8


class Pairs(NamedTuple):
    """Which documents have two Han characters side by side, block by block.

    A phrase needs no positions where this tells. Characters are terms of the exact
    field, from ``terms[0]`` up to ``terms[1]``, and numbered from there. Those that each
    stand in at least ``PAIRED`` documents of a block are noted; a pair of such that is
    not there stands nowhere in the block.

    Block ``b`` has the pairs ``at[b]`` to ``at[b + 1]``, sorted by ``keys`` (the number of
    the first character times 65536, and that of the second). ``sizes`` are numbers of
    documents less one. A pair of at least ``DENSE`` documents is row ``places`` of
    ``dense``. One of fewer begins at ``places`` in ``gaps``: the first document and the
    distance of each to the one before, seven bits a byte, the lowest first, and 128
    more where another byte follows (LEB128).
    """

    terms: Array  # int64[2]
    at: Array  # int64[blocks + 1]
    keys: Array  # uint32[pairs]
    places: Array  # uint32[pairs]
    sizes: Array  # uint16[pairs]
    gaps: Array  # uint8
    dense: Array  # uint64[dense pairs, 1024]


class _Type(NamedTuple):
    dtype: np.dtype[Any]
    shape: tuple[int | None, ...]  # None for any size


_COLUMNS: dict[tuple[str, tuple[int | None, ...]], str] = {
    ("u1", (None,)): "exact_data title_data pair_gaps title_lengths dictionary "
    "term_data about_data id_data report_data",
    ("u2", (None,)): "run_block run_size docs large pair_sizes",
    ("u4", (None,)): "runs docs_at dense_at freqs_at large_at pair_keys pair_places "
    "exact_codes title_codes labels chunk_first chunk_number "
    "term_at about_at id_at report_at id_order report_order",
    ("u8", (None,)): "freqs",
    ("u8", (None, WORDS_PER_BLOCK)): "dense pair_dense",
    ("i8", (None,)): "first exact_at title_at pair_at chunk_at",
    ("i8", (2,)): "pair_terms",
    ("u1", (len(TEXT), None)): "lengths",
    ("i8", (None, len(FIELDS))): "totals",
}
TYPES = {
    name: _Type(np.dtype(kind), shape)
    for (kind, shape), names in _COLUMNS.items()
    for name in names.split()
}  # of every column of a segment


def bitsets(chosen: Array) -> Array:
    """A bit for each document, block by block (uint64[blocks, 1024]), of a bool for each."""
    blocks = -(-len(chosen) // BLOCK)
    bits = np.zeros(blocks * BLOCK, np.bool_)
    bits[: len(chosen)] = chosen
    return np.packbits(bits, bitorder="little").view(np.uint64).reshape(blocks, WORDS_PER_BLOCK)


def write_columns(path: Path, columns: Mapping[str, Array], about: Mapping[str, Any]) -> None:
    """Write columns, and whatever JSON holds ``about`` them, to a new file."""
    places: dict[str, tuple[str, tuple[int, ...], int]] = {}
    at = 0
    for name, column in columns.items():
        places[name] = (column.dtype.str, column.shape, at)
        at += -(-column.nbytes // _ALIGN) * _ALIGN
    head = json.dumps({"about": about, "columns": places}, ensure_ascii=False).encode() + b"\n"
    with path.open("wb") as stream:
        stream.write(head + b"\0" * (-len(head) % _ALIGN))
        for column in columns.values():
            stream.write(np.ascontiguousarray(column).data.cast("B") if column.size else b"")
            stream.write(b"\0" * (-column.nbytes % _ALIGN))


def read_columns(path: Path) -> tuple[dict[str, Array], dict[str, Any]]:
    """The columns of a file, read-only and mapped into memory, and what is said about them.

    Raises ``ValueError`` with the name of a column that is not as in ``TYPES``.
    """
    with path.open("rb") as stream:
        head = stream.readline()
        mapped = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    try:
        header = json.loads(head)
        places, about = dict(header["columns"]), dict(header["about"])
        base = -(-len(head) // _ALIGN) * _ALIGN
        columns = {name: _column(mapped, base, name, *places[name]) for name in TYPES}
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError("header") from error
    return columns, about


def _column(mapped: mmap.mmap, base: int, name: str, kind: str, shape: list[int], at: int) -> Array:
    expected = TYPES[name]
    fits = (
        kind == expected.dtype.str
        and len(shape) == len(expected.shape)
        and all(type(number) is int and number >= 0 for number in (*shape, at))
        and all(size in (number, None) for number, size in zip(shape, expected.shape, strict=True))
    )
    if not fits or base + at + prod(shape) * expected.dtype.itemsize > len(mapped):
        raise ValueError(name)
    if not prod(shape):  # kernels are compiled for arrays that are read-only, as those of a file
        column: Array = np.empty(shape, expected.dtype)
        column.flags.writeable = False
        return column
    return np.frombuffer(mapped, expected.dtype, prod(shape), base + at).reshape(shape)
