"""What ``import yinju`` offers, all of it."""

from engine.errors import (
    EngineUnavailable,
    IndexCorrupt,
    IndexMissing,
    IndexStale,
    NotFound,
    QueryError,
    ReadError,
    SettingError,
    YinjuError,
)
from yinju.answers import Checks, Hit, Lines, SearchResults, Trends, Values
from yinju.api import Filters, Index
from yinju.api import open_index as open

__all__ = [
    "Checks",
    "EngineUnavailable",
    "Filters",
    "Hit",
    "Index",
    "IndexCorrupt",
    "IndexMissing",
    "IndexStale",
    "Lines",
    "NotFound",
    "QueryError",
    "ReadError",
    "SearchResults",
    "SettingError",
    "Trends",
    "Values",
    "YinjuError",
    "open",
]
