"""From what was asked to a program over one segment: its terms' slots and their weights."""

from __future__ import annotations

from math import log

import numpy as np

from engine.columns.read.terms import COUNT, FIRST, NUMBER
from engine.columns.run.ops import ANY, HEAD, PREFIX, SCORE, SCORE_PREFIX, STEP, Program
from engine.columns.run.slots import FIELD, HAN, NOT_HAN, SLOT, TERM
from engine.compiling import njit

ASKED_SLOT = 2  # numbers that are told of a slot: key and field
ASKED_SPAN = 2  # of a prefix: the key that begins it, whose next one ends it, and its field


@njit(cache=True, nogil=True)
def bind_program(postings, pairs, documents, asked):
    """The program of what was ``asked`` (see ``steps.Asked``) of this segment."""
    numbers, floats, terms = asked.numbers, asked.floats, asked.terms
    matching, result, bitsets = numbers[0], numbers[1], numbers[2]
    at = HEAD
    steps = numbers[at : at + numbers[3] * STEP].copy().reshape(-1, STEP)
    at += numbers[3] * STEP
    parts = numbers[at : at + numbers[4]]
    at += numbers[4]
    plain = numbers[at : at + numbers[5] * ASKED_SLOT].reshape(-1, ASKED_SLOT)
    at += numbers[5] * ASKED_SLOT
    spans = numbers[at : at + numbers[6] * ASKED_SPAN].reshape(-1, ASKED_SPAN)
    many = len(plain)
    begins = np.empty(len(spans) + 1, np.int64)  # where the slots of each prefix begin
    begins[0] = many
    for p in range(len(spans)):
        key = spans[p, 0]
        begins[p + 1] = begins[p] + terms[key + 1, FIRST] - terms[key, FIRST]
    slots = np.empty((begins[-1], SLOT), np.int64)
    weights = np.empty(begins[-1], np.float32)
    for s in range(many):
        key = plain[s, 0]
        _put(slots, s, terms[key, NUMBER], plain[s, 1], pairs.terms)
        weights[s] = _idf(documents, terms[key, COUNT]) * floats[s]
    for p in range(len(spans)):
        for s in range(begins[p], begins[p + 1]):
            term = terms[spans[p, 0], FIRST] + s - begins[p]
            count = int(postings.freqs_at[term + 1]) - int(postings.freqs_at[term])
            if len(asked.expanded):
                count = asked.expanded[s - many]
            _put(slots, s, term, spans[p, 1], pairs.terms)
            weights[s] = _idf(documents, count) * floats[many + p]
    for step in range(len(steps)):
        if steps[step, 0] == PREFIX:
            p = steps[step, 2]
            steps[step, 0], steps[step, 2], steps[step, 3] = ANY, begins[p], begins[p + 1]
        elif steps[step, 0] == SCORE_PREFIX:
            p = steps[step, 3]
            steps[step, 0], steps[step, 3], steps[step, 4] = SCORE, begins[p], begins[p + 1]
    constants = floats[many + len(spans) :]
    return Program(
        *(steps, matching, result, bitsets, parts, slots, weights, constants),
        *(asked.masks, asked.mask_scores),
    )


@njit(cache=True, nogil=True)
def _put(slots, s, term, field, han):
    slots[s, TERM], slots[s, FIELD] = term, field
    slots[s, HAN] = term - han[0] if han[0] <= term < han[1] else NOT_HAN


@njit(cache=True, nogil=True)
def _idf(documents, count):
    """``whoosh.scoring.WeightingModel.idf``."""
    return log(documents / (count + 1)) + 1
