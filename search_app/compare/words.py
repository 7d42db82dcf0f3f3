"""How a person calls what is new, kept and gone.

Only of a later report of the same place can one say that it mentions something for the first
time or no longer; of two places, one says in which report it stands.
"""

from __future__ import annotations

from dataclasses import dataclass

from search_app.compare.comparison import Comparison


@dataclass(frozen=True, slots=True)
class Words:
    """The names of the groups of phrases and themes, and of the sentences without a partner."""

    new: str
    kept: str
    gone: str
    new_sentences: str
    gone_sentences: str


_IN_TIME = Words("新提", "延续", "不再提", "新增", "不再出现")
_BESIDE = Words("仅乙篇", "两篇都有", "仅甲篇", "仅乙篇", "仅甲篇")


def words_for(comparison: Comparison) -> Words:
    """The words for a comparison."""
    return _IN_TIME if comparison.in_time else _BESIDE
