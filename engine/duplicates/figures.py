"""Tells paragraphs apart by their figures.

Reports repeat a sentence year after year and change its figure, so a paragraph with other
figures never says the same, however similar the rest is. The figures of a paragraph are its
numbers, in order, each with the token that follows (its unit, mostly):

- every run of digits (``98.25``) and of two Chinese numerals or more (``三百``, ``十四五``);
- a single Chinese numeral before a unit (``五个``) or after 之 (``百分之五``);
- but nothing that numbers the paragraph (``1.``, ``（二）``) or follows 第.
"""

from __future__ import annotations

import numpy as np

from engine.hashing import mix
from engine.jit import njit

OTHER, SIGN, DIGITS, NUMERAL, UNIT, PART, ORDINAL = range(7)  # classes of tokens

_NUMERALS = frozenset("一二三四五六七八九十百千万亿零〇两壹贰叁肆伍陆柒捌玖拾佰仟")
_UNITS = frozenset(
    "元角分个户人名位件项家所处座栋间套台辆条起例类种批次期届轮场亩吨斤克升米里度倍成折"
    "年月日天周时秒岁省市县区镇乡村社组队级款页篇册部张支只头口根株%‰℃"
)


def class_of(token: str) -> int:
    """The class of a token of the exact field."""
    if token[0].isdecimal():
        return DIGITS
    if token in _NUMERALS:
        return NUMERAL
    if token in _UNITS:
        return UNIT
    if token in "之第":
        return PART if token == "之" else ORDINAL
    return OTHER if any(map(str.isalnum, token)) else SIGN


@njit(cache=True, nogil=True)
def hash_figures(tokens, ends, hashes, classes):
    """Return a hash of the figures of each document (uint64), 0 for one without figures.

    The tokens of documents, as numbers, end at ``ends``. ``hashes`` (uint64) and ``classes``
    (uint8) are indexed by token.
    """
    figures = np.zeros(len(ends), np.uint64)
    begin = 0
    for document in range(len(ends)):
        end = ends[document]
        code, place, has_words = np.uint64(0), begin, False
        while place < end:
            first, kind = place, classes[tokens[place]]
            while place < end and classes[tokens[place]] == kind:
                place += 1
            following = classes[tokens[place]] if place < end else SIGN
            before = classes[tokens[first - 1]] if first > begin else SIGN
            if _counts(kind, place - first, before, following, has_words):
                for at in range(first, place):
                    code = mix(code, hashes[tokens[at]])
                code = mix(code, hashes[tokens[place]] if place < end else np.uint64(0))
            has_words = has_words or kind != SIGN
        figures[document] = code
        begin = end
    return figures


@njit(cache=True, nogil=True)
def _counts(kind, length, before, following, has_words):
    """Whether a run of tokens of one class, between ``before`` and ``following``, is a figure.

    ``has_words``: the paragraph has other tokens than signs before it.
    """
    if before == ORDINAL or (following == SIGN and not has_words):
        return False
    many = kind == DIGITS or length > 1 or following == UNIT or before == PART
    return many and kind in (DIGITS, NUMERAL)
