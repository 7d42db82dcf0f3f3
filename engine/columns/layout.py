"""The columns of a segment, and the file that holds them.

Documents are numbered from 0. They belong to *groups* (a report with its paragraphs), whose
documents have consecutive numbers. Documents are divided into blocks of 65,536, so that a
number inside a block takes two bytes. The postings of a term inside one block are a *run*. A
run of many documents is a bitset, a short run is a sorted list. ``Postings`` describes both.

The file begins with a line of JSON that gives the type, shape and offset of each column. The
columns follow, each at a multiple of 64 bytes.

Kernels take indices from columns and do not check them at each use. So these columns are copied
when a segment is opened, and checked once: whoever overwrites the file later does not change
them. The ``MAPPED`` columns, nine tenths of the file, are read where they are. They hold no
index: a damaged value is a wrong document or token, or ends a list (the kernels see to that).
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from engine.arrays import Array, Int64s, UInt8s, UInt16s, UInt32s, UInt64s, UInt64Table
from engine.fields import FIELDS, TEXT

BLOCK = 65_536  # documents
WORDS_PER_BLOCK = BLOCK // 64  # 64-bit words of a bitset
MIN_DENSE = BLOCK // 16  # documents from which on a run is smaller as a bitset
POSTINGS_PER_WORD = 16  # of ``freqs``
MAX_FREQUENCY = 65_535  # a term that stands in a document more often counts as this
LARGE = 15  # in ``freqs``: the frequency does not fit and is in ``large``
MIN_PAIRED = 2048  # documents of a block that each character of a noted pair stands in
MIN_LISTED = BLOCK // 24  # documents of a block in which a pair stands whose sentences are listed

EXTENSION = ".columns"
_ALIGN = 64  # bytes


class Postings(NamedTuple):
    """All postings of a segment; terms are numbered field by field, in byte order.

    Term ``t`` has the runs ``runs[t]`` to ``runs[t + 1]``. Its postings begin at
    ``docs_at[t]`` in ``docs``, ``dense_at[t]`` in ``dense`` (a row) and ``freqs_at[t]`` in
    ``freqs`` (a posting). ``run_block`` is the block of a run and ``run_size`` its number of
    documents less one. A run of at least ``MIN_DENSE`` documents is a row of ``dense``, a
    shorter one is a sorted list of numbers in ``docs``.

    ``freqs`` holds four bits for each posting, 16 postings to a word, the lowest bits first:
    how often the term stands in the document. ``LARGE`` means that the frequency of posting
    ``p`` is ``large[i]``, where ``large_at[i] == p``.
    """

    runs: UInt32s  # [terms + 1]
    docs_at: UInt32s  # [terms + 1]
    dense_at: UInt32s  # [terms + 1]
    freqs_at: UInt32s  # [terms + 1]
    run_block: UInt16s  # [runs]
    run_size: UInt16s  # [runs]
    docs: UInt16s
    dense: UInt64Table  # [dense runs, 1024]
    freqs: UInt64s  # [postings / 16]
    large_at: UInt32s
    large: UInt16s


class Sequences(NamedTuple):
    """The tokens of a field in their order, for each document (for titles, for each group).

    Document ``d`` is ``data[at[d]:at[d + 1]]``. Term ``t`` of the field, counted from the
    field's first term, is written as ``codes[t]``; frequent terms have small codes. A code is
    written as in UTF-8: one byte below 192 says how many bytes from 192 up follow it (see
    ``sequences.write``). So a match of bytes is a match of tokens. The last document is
    followed by ``sequences.PADDING`` bytes.

    The sentences of document ``d`` have the sizes ``sizes[sizes_at[d]:sizes_at[d + 1]]``, in
    bytes of ``data``, as ``numbers`` writes them. The place of its size in ``sizes`` is the
    *number* of a sentence; so numbers ascend, but are not consecutive.
    """

    codes: UInt32s  # [terms of the field]
    at: Int64s  # [documents + 1]
    data: UInt8s
    sizes_at: UInt32s  # [documents + 1]
    sizes: UInt8s


class Pairs(NamedTuple):
    """Which documents have two Han characters side by side, for each block.

    A phrase needs no positions where these pairs answer it. Characters are terms of the exact
    field, from ``terms[0]`` to ``terms[1]``, and are numbered from ``terms[0]``. A character is
    frequent in a block if it stands in at least ``MIN_PAIRED`` of its documents. A pair of
    frequent characters that is not listed stands nowhere in the block.

    Block ``b`` has the pairs ``at[b]`` to ``at[b + 1]``, sorted by ``keys``: the number of the
    first character times 65536, plus the number of the second. ``sizes`` are numbers of
    documents less one. A pair with at least ``MIN_DENSE`` documents is row ``places`` of
    ``dense``. Any other pair begins at ``places`` in ``gaps``, with the distance of each
    document to the one before (of the first one to 0), as ``numbers`` writes it.

    ``listed`` are the pairs with at least ``MIN_LISTED`` documents. Pair ``listed[i]`` stands in
    the sentences ``sentences[sentences_at[i]:sentences_at[i + 1]]``, with the distance of each to
    the one before (of the first one to the first sentence of the block).
    """

    terms: Int64s  # [2]
    at: Int64s  # [blocks + 1]
    keys: UInt32s  # [pairs]
    places: UInt32s  # [pairs]
    sizes: UInt16s  # [pairs]
    gaps: UInt8s
    dense: UInt64Table  # [dense pairs, 1024]
    listed: UInt32s
    sentences_at: UInt32s  # [listed + 1]
    sentences: UInt8s


class _Type(NamedTuple):
    dtype: np.dtype[Any]
    shape: tuple[int | None, ...]  # None for any size


_COLUMNS: dict[tuple[str, tuple[int | None, ...]], str] = {
    ("u1", (None,)): "exact_data title_data exact_sizes title_sizes pair_gaps pair_sentences "
    "title_lengths dictionary term_data about_data id_data report_data",
    ("u2", (None,)): "run_block run_size docs large pair_sizes",
    ("u4", (None,)): "runs docs_at dense_at freqs_at large_at pair_keys pair_places pair_listed "
    "pair_sentences_at exact_sizes_at title_sizes_at exact_codes title_codes labels "
    "chunk_first chunk_number term_at about_at id_at report_at id_order report_order",
    ("u8", (None,)): "freqs",
    ("u8", (None, WORDS_PER_BLOCK)): "dense pair_dense",
    ("i8", (None,)): "first exact_at title_at pair_at chunk_at",
    ("i8", (2,)): "pair_terms",
    ("u1", (len(TEXT), None)): "lengths",
    ("i8", (None, len(FIELDS))): "totals",
}
MAPPED = {"docs", "dense", "freqs", "exact_data", "pair_gaps", "pair_dense", "pair_sentences"}
TYPES = {  # of every column of a segment
    name: _Type(np.dtype(kind), shape)
    for (kind, shape), names in _COLUMNS.items()
    for name in names.split()
}


def bitsets(chosen: Array) -> Array:
    """Turn bools, one for each document, into the bitsets of blocks (uint64[blocks, 1024])."""
    blocks = -(-len(chosen) // BLOCK)
    bits = np.zeros(blocks * BLOCK, np.bool_)
    bits[: len(chosen)] = chosen
    return np.packbits(bits, bitorder="little").view(np.uint64).reshape(blocks, WORDS_PER_BLOCK)


def write_columns(path: Path, columns: Mapping[str, Array], about: Mapping[str, Any]) -> None:
    """Write columns to a new file, with ``about``, any JSON, in its first line."""
    places: dict[str, tuple[str, tuple[int, ...], int]] = {}
    at = 0
    for name, column in columns.items():
        places[name] = (column.dtype.str, column.shape, at)
        at += -(-column.nbytes // _ALIGN) * _ALIGN
    header = json.dumps({"about": about, "columns": places}, ensure_ascii=False).encode() + b"\n"
    with path.open("wb") as stream:
        stream.write(header + b"\0" * (-len(header) % _ALIGN))
        for column in columns.values():
            stream.write(np.ascontiguousarray(column).data.cast("B") if column.size else b"")
            stream.write(b"\0" * (-column.nbytes % _ALIGN))


def read_columns(path: Path) -> tuple[dict[str, Array], dict[str, Any]]:
    """Return the columns of a file, read-only, and ``about``.

    Those in ``MAPPED`` are mapped into memory, the others copied. Raises ``ValueError`` with the
    name of a column whose type or shape is not as in ``TYPES``.
    """
    with path.open("rb") as stream:
        line = stream.readline()
        mapped = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    try:
        header = json.loads(line)
        places, about = dict(header["columns"]), dict(header["about"])
        base = -(-len(line) // _ALIGN) * _ALIGN
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
    if not prod(shape):  # which cannot be mapped
        column: Array = np.empty(shape, expected.dtype)
        column.flags.writeable = False
        return column
    column = np.frombuffer(mapped, expected.dtype, prod(shape), base + at).reshape(shape)
    if name not in MAPPED:
        column = column.copy()
        column.flags.writeable = False
    return column
