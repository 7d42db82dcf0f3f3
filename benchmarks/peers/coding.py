"""Facet values as small integers, for engines that count integers and not paths.

A paragraph has one code for its region path, one for its year and one for its
set of themes. An engine counts codes; the counts are added up to the values of
every level afterwards.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.corpus import Record

UNKNOWN = "unknown"
FACETS = ("region", "year", "theme")


def levels(path: str) -> list[str]:
    """``湖南省/怀化市`` → ``湖南省``, ``湖南省/怀化市``; nothing → ``unknown``."""
    parts = path.split("/") if path else []
    return ["/".join(parts[: depth + 1]) for depth in range(len(parts))] or [UNKNOWN]


def values(record: Record) -> tuple[list[str], list[str], list[str]]:
    """The facet values of a paragraph, with all levels: of region, of year, of themes."""
    themes = dict.fromkeys(level for theme in record.themes for level in levels(theme))
    return levels(record.region), [str(record.year or UNKNOWN)], list(themes) or [UNKNOWN]


class Codes:
    """Codes for facet values, numbered as they first occur; saved beside the index."""

    def __init__(self, known: Sequence[Sequence[str]] = ((), (), ())) -> None:
        self._known = [{value: code for code, value in enumerate(facet)} for facet in known]
        self._values = [[value.split("\n") for value in facet] for facet in known]

    def code(self, record: Record) -> tuple[int, int, int]:
        """Codes of a paragraph's region, year and themes."""
        keys = ("\n".join(facet) for facet in values(record))
        region, year, theme = (
            known.setdefault(key, len(known)) for known, key in zip(self._known, keys, strict=True)
        )
        return region, year, theme

    def save(self, folder: Path) -> None:
        known = [list(facet) for facet in self._known]
        (folder / "codes.json").write_text(json.dumps(known, ensure_ascii=False), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> Codes:
        return cls(json.loads((folder / "codes.json").read_text("utf-8")))

    def codes_of(self, facet: str, value: str) -> list[int]:
        """The codes that count for a value."""
        by_code = self._values[FACETS.index(facet)]
        return [code for code, counted in enumerate(by_code) if value in counted]

    def add_up(self, counts: Mapping[str, Mapping[int, int]]) -> dict[str, dict[str, int]]:
        """Counts by facet and value from counts by facet and code."""
        facets: dict[str, dict[str, int]] = {}
        for name, by_code in zip(FACETS, self._values, strict=True):
            sums: Counter[str] = Counter()
            for code, count in counts[name].items():
                for value in by_code[code]:
                    sums[value] += count
            facets[name] = dict(sums)
        return facets
