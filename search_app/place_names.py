"""The names by which a query may name the regions of an index.

A name that is a word too is none: a county's short name (和平), or the name of a district
(城区), that more paragraphs say than the region has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from engine.analyze import normalise
from engine.model import Vocabulary

# The peoples in the names of autonomous regions and prefectures.
_PEOPLES = (
    "蒙古族|(?<!内)蒙古|回族|藏族|维吾尔|苗族|彝族|壮族|布依族|朝鲜族|侗族|白族|土家族|哈尼族"
    "|哈萨克|傣族|傈僳族|羌族|景颇族|柯尔克孜"
)
_AUTONOMY = re.compile(f"(?:{_PEOPLES})*自治([区州])$")
_CITY = re.compile("(?:[市盟州]|地区)$")
_SUFFIX = re.compile("(?:特别行政区|地区|[省市盟县旗区])$")


@lru_cache(maxsize=1)
def place_names(vocabulary: Vocabulary) -> Mapping[str, list[str]]:
    """Each name with the paths of its regions, those with most paragraphs first."""
    found: dict[str, list[str]] = {}
    for path in sorted(vocabulary.regions, key=lambda path: (-vocabulary.regions[path], path)):
        for name in dict.fromkeys(_names(path)):
            said = vocabulary.words.get(name, 0)
            if not _may_be_word(name, path) or said <= vocabulary.regions[path]:
                found.setdefault(normalise(name), []).append(path)
    return found


def _names(path: str) -> Iterator[str]:
    """The whole name, and the short ones: 恩施土家族苗族自治州, 恩施, 恩施州."""
    name = path.rpartition("/")[2]
    yield name
    autonomy = _AUTONOMY.search(name)
    short = name[: autonomy.start()] if autonomy else _SUFFIX.sub("", name)
    if len(short) > 1:
        yield short
        if autonomy and autonomy[1] == "州":
            yield f"{short}州"


def _may_be_word(name: str, path: str) -> bool:
    """Whether a name may be a word too: what is short, of a county or a district."""
    depth = path.count("/")
    if depth == 0 or (depth == 1 and _CITY.search(path)):
        return False
    return len(name) < 3 or name[-1] == "区" or not path.endswith(name)
