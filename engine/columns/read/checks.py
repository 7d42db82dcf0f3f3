"""Checks that the columns of a segment fit together, made when it is opened.

Checksums find damage, but whoever prepares a file can also prepare its checksum. Kernels do
not check whether an index is inside its array. So the numbers that they use as indices are
checked here, once: they were copied from the file and never change. Kernels themselves check what
they read of the columns that stay in the file (``layout.MAPPED``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.arrays import Array, Int64s, Int64Table
from engine.columns.layout import BLOCK, MIN_DENSE, Postings
from engine.columns.native import Kernel
from engine.columns.sequences import CODES, PADDING
from engine.fields import EXACT, FIELDS, POSITIONAL, TITLE

_MAX_PAIRED_TERMS = 65_535  # their numbers have 16 bits; the last number means another term

_runs_fit = Kernel("engine.columns.read.runs", "runs_fit", Postings, Int64Table, Int64s)


def check(columns: Mapping[str, Array], about: Mapping[str, Any]) -> None:
    """Raise ``ValueError`` with the name of a column whose values cannot be right."""
    first = columns["first"]
    _need(len(first) > 0 and first[0] == 0 and _ascends(first), "first")
    documents, groups = int(first[-1]), len(first) - 1
    _check_documents(columns, about["labels"], documents, groups)
    ranges = _check_terms(columns, about["fields"])
    sizes = [groups if name == TITLE else documents for name in FIELDS]
    postings = Postings(*(columns[name] for name in Postings._fields))
    _need(len(postings.large) == len(postings.large_at), "large")
    _need(bool(_runs_fit(postings, ranges, np.array(sizes, np.int64))), "runs")
    for name in POSITIONAL:
        field = FIELDS.index(name)
        _check_sequences(columns, name, int(np.diff(ranges[field])[0]), sizes[field])
    low, high = ranges[FIELDS.index(EXACT)].tolist()
    _check_pairs(columns, low, high, documents)


def _need(condition: bool | np.bool_, name: str) -> None:
    if not condition:
        raise ValueError(name)


def _ascends(numbers: Array) -> np.bool_:
    return np.all(numbers[1:] >= numbers[:-1])


def _check_documents(
    columns: Mapping[str, Array], labels: list[str], documents: int, groups: int
) -> None:
    _need(all(isinstance(label, str) for label in labels), "labels")
    _need(len(columns["labels"]) == documents, "labels")
    _need(documents == 0 or columns["labels"].max() < len(labels), "labels")
    _need(columns["lengths"].shape[1] == documents, "lengths")
    _need(len(columns["title_lengths"]) == len(columns["totals"]) == groups, "totals")
    for name, count in (("id", documents), ("report", groups), ("about", groups)):
        _check_strings(columns, name, count)
    for name, count in (("id_order", documents), ("report_order", groups)):
        _need(len(columns[name]) == count and (count == 0 or columns[name].max() < count), name)
    chunk_first, chunk_number = columns["chunk_first"], columns["chunk_number"]
    _need(len(chunk_first) == len(chunk_number) == len(columns["chunk_at"]) - 1, "chunk_at")
    _need(len(chunk_first) > 0 or documents == 0, "chunk_first")
    _need(not chunk_first[:1].any() and _ascends(chunk_first), "chunk_first")
    _need(not len(chunk_number) or chunk_number.max() < len(chunk_number), "chunk_number")


def _check_strings(columns: Mapping[str, Array], name: str, count: int) -> None:
    at = columns[f"{name}_at"]
    _need(len(at) == count + 1 and at[0] == 0 and _ascends(at), f"{name}_at")
    _need(at[-1] <= len(columns[f"{name}_data"]), f"{name}_at")


def _check_terms(columns: Mapping[str, Array], fields: Mapping[str, list[int]]) -> Array:
    """Check the terms; return the range of the terms of each field (int64[fields, 2])."""
    terms = len(columns["term_at"]) - 1
    _check_strings(columns, "term", terms)
    bounds = [bound for name in FIELDS for bound in fields[name]]
    _need(all(type(bound) is int for bound in bounds) and bounds == sorted(bounds), "fields")
    _need(bounds[::2] == [0, *bounds[1:-1:2]] and bounds[-1] == terms, "fields")
    for name in ("runs", "docs_at", "dense_at", "freqs_at"):
        _need(len(columns[name]) == terms + 1, name)
    _need(len(columns["run_block"]) == len(columns["run_size"]), "run_size")
    return np.array(bounds, np.int64).reshape(len(FIELDS), 2)


def _check_sequences(columns: Mapping[str, Array], name: str, terms: int, documents: int) -> None:
    at, data, codes = (columns[f"{name}_{column}"] for column in ("at", "data", "codes"))
    _need(len(at) == documents + 1 and at[0] == 0 and _ascends(at), f"{name}_at")
    _need(at[-1] + PADDING <= len(data), f"{name}_data")
    sizes_at = columns[f"{name}_sizes_at"]
    _need(len(sizes_at) == documents + 1 and _ascends(sizes_at), f"{name}_sizes_at")
    _need(sizes_at[-1] <= len(columns[f"{name}_sizes"]), f"{name}_sizes_at")
    _need(len(codes) == terms and codes.max(initial=0) < CODES, f"{name}_codes")


def _check_pairs(columns: Mapping[str, Array], low: int, high: int, documents: int) -> None:
    first, end = columns["pair_terms"].tolist()
    _need(low <= first <= end <= high and end - first <= _MAX_PAIRED_TERMS, "pair_terms")
    at, sizes = columns["pair_at"], columns["pair_sizes"]
    _need(len(at) == -(-documents // BLOCK) + 1 and at[0] == 0 and _ascends(at), "pair_at")
    _need(at[-1] == len(columns["pair_keys"]) == len(sizes), "pair_at")
    _need(len(columns["pair_places"]) == len(sizes), "pair_places")
    rows = columns["pair_places"][sizes >= MIN_DENSE - 1]
    _need(not len(rows) or rows.max() < len(columns["pair_dense"]), "pair_dense")
    at = columns["pair_sentences_at"]
    _need(len(at) == len(columns["pair_listed"]) + 1 and _ascends(at), "pair_sentences_at")
    _need(at[-1] <= len(columns["pair_sentences"]), "pair_sentences_at")
