"""Binds a compiled query to one segment: its terms get numbers there, and weights."""

from __future__ import annotations

from math import log

import numpy as np

from engine.columns.read.terms import DOCUMENT_COUNT, INSERTION_POINT, TERM_NUMBER
from engine.columns.run.ops import (
    ANY,
    HEADER_SIZE,
    PREFIX,
    PREFIX_SIZE,
    SCORE,
    SCORE_PREFIX,
    SLOT_SIZE,
    STEP_SIZE,
    Program,
)
from engine.columns.run.slots import CHARACTER, FIELD, NO_CHARACTER, SLOT_INFO, TERM
from engine.jit import njit


@njit(nogil=True)
def bind_program(postings, pairs, documents, query):
    """Return the ``Program`` of a ``SegmentQuery``."""
    numbers, floats, terms = query.numbers, query.floats, query.terms
    matching, result, bitsets = numbers[0], numbers[1], numbers[2]
    at = HEADER_SIZE
    steps = _table(numbers, at, numbers[3], STEP_SIZE)
    at += numbers[3] * STEP_SIZE
    lists = numbers[at : at + numbers[4]]
    at += numbers[4]
    plain = _table(numbers, at, numbers[5], SLOT_SIZE)
    at += numbers[5] * SLOT_SIZE
    prefixes = _table(numbers, at, numbers[6], PREFIX_SIZE)
    begins = np.empty(len(prefixes) + 1, np.int64)  # where the slots of each prefix begin
    begins[0] = len(plain)
    for p in range(len(prefixes)):
        key = prefixes[p, 0]
        begins[p + 1] = begins[p] + terms[key + 1, INSERTION_POINT] - terms[key, INSERTION_POINT]
    slots = np.empty((begins[-1], SLOT_INFO), np.int64)
    weights = np.empty(begins[-1], np.float32)
    for s in range(len(plain)):
        key = plain[s, 0]
        _set_slot(slots, s, terms[key, TERM_NUMBER], plain[s, 1], pairs.terms)
        weights[s] = _idf(documents, terms[key, DOCUMENT_COUNT]) * floats[s]
    for p in range(len(prefixes)):
        for s in range(begins[p], begins[p + 1]):
            term = terms[prefixes[p, 0], INSERTION_POINT] + s - begins[p]
            count = int(postings.freqs_at[term + 1]) - int(postings.freqs_at[term])
            if len(query.prefix_counts):
                count = query.prefix_counts[s - len(plain)]
            _set_slot(slots, s, term, prefixes[p, 1], pairs.terms)
            weights[s] = _idf(documents, count) * floats[len(plain) + p]
    for step in range(len(steps)):
        if steps[step, 0] == PREFIX:
            p = steps[step, 2]
            steps[step, 0], steps[step, 2], steps[step, 3] = ANY, begins[p], begins[p + 1]
        elif steps[step, 0] == SCORE_PREFIX:
            p = steps[step, 3]
            steps[step, 0], steps[step, 3], steps[step, 4] = SCORE, begins[p], begins[p + 1]
    constants = floats[len(plain) + len(prefixes) :]
    return Program(
        *(steps, matching, result, bitsets, lists, slots, weights, constants),
        *(query.masks, query.mask_scores),
    )


@njit(nogil=True)
def _table(numbers, at, rows, columns):
    """Copy numbers from ``at`` on into a table. (To reshape an array needs numba's runtime.)"""
    table = np.empty((rows, columns), np.int64)
    for row in range(rows):
        for column in range(columns):
            table[row, column] = numbers[at + row * columns + column]
    return table


@njit(nogil=True)
def _set_slot(slots, s, term, field, characters):
    slots[s, TERM], slots[s, FIELD] = term, field
    is_character = characters[0] <= term < characters[1]
    slots[s, CHARACTER] = term - characters[0] if is_character else NO_CHARACTER


@njit(nogil=True)
def _idf(documents, count):
    """Compute ``whoosh.scoring.WeightingModel.idf``."""
    return log(documents / (count + 1)) + 1
