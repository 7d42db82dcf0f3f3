"""The regions and years that a question names.

A question about 湖北 seldom means what other provinces say of 湖北, and a paragraph of
湖北's own report seldom says whose it is. So a paragraph counts as saying the name of its
report's region and year, where a question names them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import NamedTuple

from engine.analyze import normalise
from engine.model import UNKNOWN

_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?=年)")


class Named(NamedTuple):
    """What a question names: each name with the paths of its regions, and years."""

    regions: Mapping[str, list[str]]
    years: list[str]

    @property
    def both(self) -> bool:
        """Whether a place and a year are named."""
        return bool(self.regions and self.years)

    def covers(self, word: str) -> bool:
        """Whether a word says no more than a name does: 湖南, 长沙 of 长沙市, 2023."""
        return any(word in name for name in (*self.regions, *self.years))


def named(text: str, regions: Collection[str]) -> Named:
    """The regions (of those that there are) and the years that a text names."""
    return Named(named_regions(text, regions), named_years(text))


def named_regions(text: str, regions: Collection[str]) -> Mapping[str, list[str]]:
    """Each name in a text, with the paths of the regions that bear it.

    ``湖北省武汉市``, ``湖北的武汉`` → 湖北(省): 湖北省; 武汉(市): 湖北省/武汉市. A county
    is named by its whole name only, for 和平 and 城区 are words too.
    """
    plain = normalise(text)
    found: dict[str, list[str]] = {}
    for path in regions:
        for name in _names(path):
            if name in plain:
                found.setdefault(name, []).append(path)
                break
    return found


def named_years(text: str) -> list[str]:
    """The years that a text names (``2023年``), each once."""
    return list(dict.fromkeys(_YEAR.findall(normalise(text))))


@lru_cache(maxsize=8192)
def _names(path: str) -> tuple[str, ...]:
    """What a region may be called, the longest first."""
    *above, name = path.split("/")
    if path == UNKNOWN:
        return ()
    if len(above) > 1:
        return (name,)
    short = name[:2] if "自治" in name else name.rstrip("省市")  # 广西壮族自治区 is 广西
    return (name, short) if len(short) > 1 else (name,)
