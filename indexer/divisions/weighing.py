"""Which place a whole text is about, weighed from all that it names.

A report calls itself 全省, 全市 or 全县, which tells the rank to look for, and it
names its own place, and the places within, more often than any other. Where two
come close the answer is what they share, or nothing: a wrong label costs more
than none. All texts are as ``label.prepare`` makes them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache

from engine.analyze import Analyzer
from indexer.divisions.gazetteer import CITY, COUNTY, PROVINCE, Mention, gazetteer

WITHIN = 0.3  # what a place inside the candidate, or around it, counts beside the candidate itself
UNSPOKEN = 4  # mentions asked for where the text does not say 全省, 全市 or 全县 of itself
CLEAR = 1.6  # the best candidate must score this many times the next, or nothing is said
DOMINANT = 2.5  # a report that says 全省 is a city's if the city outweighs the rest this much
LEAST = 1.5  # and at least this much: a single mention labels nothing
PARTNER = 0.2  # a mention beside words of paired assistance is somebody else's place
ASSIST = re.compile(r"对口|协作|援|结对|帮扶|考察|赴|学习")
BEFORE, AFTER = 6, 4  # characters around a mention where such a word stands

COUNTIES, CITIES, PROVINCES = ("县", "区", "旗"), ("市", "州", "盟"), ("省", "自治区")
SPOKEN_TWICE = 2  # 全市 weighs twice 市委, which may be the superior's
ABOVE = 0.2  # a rank said this often, beside the rank above it, is the report's own
HALF = 0.5  # in an autonomous region 全区 is a district's word only where 全市 is rare beside it
SELF = re.compile(
    r"(?:全|我)(自治区|省|市|州|盟|县|区|旗)|(自治区|省|市|州|盟|县|区|旗)(?:委|党委|政府|人民政府)"
)

# What a rank begins where it is none: 新建区域, 富民县域, 中国石油市场.
OTHER_WORD = re.compile(r"区[域间位别块分]|市[场值价面]|县[域际]|旗[帜舰]")

Tally = Mapping[str, float]


@cache
def _analyzer() -> Analyzer:
    return Analyzer()


def mentions(text: str) -> Iterator[Mention]:
    """The places a text names; a county only where words begin and end with its name.

    范县 is not in 示范县, nor 和政 in 党和政府, nor 新建区 in 新建区域.
    """
    places = gazetteer()
    for mention in places.find(text):
        if any(places.level(c) < COUNTY for c in mention.codes) or _stands_alone(text, mention):
            yield mention


def _stands_alone(text: str, mention: Mention) -> bool:
    first = max(0, mention.start - BEFORE)
    words = _analyzer().words(text[first : mention.end + BEFORE])
    starts = {word.start + first for word in words}
    ends = {word.end + first for word in words}
    if mention.full and not OTHER_WORD.match(text, mention.end - 1):
        ends |= {end + 1 for end in ends}  # 义乌/市政府 is cut before the rank
    return mention.start in starts and mention.end in ends


def tally(text: str) -> dict[str, float]:
    """How much a text says of each place: code -> mentions.

    A name that several places bear (鼓楼区) goes to the one whose province or city
    the text names most, a bare one failing that to the highest that bears it.
    """
    found = list(mentions(text))
    spelled = {code for mention in found if mention.full for code in mention.codes}
    said: dict[str, float] = defaultdict(float)
    shared: list[tuple[Mention, tuple[str, ...], float]] = []
    for mention in found:
        codes = mention.codes
        if not mention.full:
            codes = tuple(c for c in codes if c in spelled or not plain_word(c))
        near = text[max(0, mention.start - BEFORE) : mention.end + AFTER]
        weight = PARTNER if ASSIST.search(near) else 1.0
        if len(codes) == 1:
            said[codes[0]] += weight
        elif codes:
            shared.append((mention, codes, weight))
    unshared = dict(said)
    for mention, codes, weight in shared:
        if code := _bearer(mention, codes, spelled, unshared):
            said[code] += weight
    return dict(said)


def _bearer(mention: Mention, codes: Collection[str], spelled: set[str], said: Tally) -> str:
    """Which of several places a name means: 朝阳 is 朝阳市 unless 朝阳区 is spelled out."""
    places = gazetteer()
    if mention.full:
        return likeliest(codes, said)
    county = any(code in spelled and places.level(code) == COUNTY for code in codes)
    return (likeliest(codes, said) if county else "") or highest(codes) or likeliest(codes, said)


def plain_word(code: str) -> bool:
    """A county whose bare name is a word (公安, 资源) counts only once spelled out."""
    places = gazetteer()
    return places.level(code) == COUNTY and places.divisions[code].word


def likeliest(codes: Collection[str], said: Tally) -> str:
    """Among places of one name, the one whose province and city are named most, or ""."""
    places = gazetteer()
    around = {c: sum(said.get(outer, 0) for outer in places.above(c)[:-1]) for c in codes}
    return _clear(around)


def highest(codes: Collection[str]) -> str:
    """Among places of one bare name, the only prefecture or province, or ""."""
    places = gazetteer()
    top = min(map(places.level, codes))
    at_top = [c for c in codes if places.level(c) == top]
    return at_top[0] if len(at_top) == 1 and top < COUNTY else ""


def spoken_rank(text: str) -> str:
    """What the report calls itself: 省, 市, 县 …, or "" where it does not say.

    Reports speak of the rank above them too (全省第一, 省委), seldom of one below.
    """
    said: Counter[str] = Counter()
    for match in SELF.finditer(text):
        said[match[1] or match[2]] += SPOKEN_TWICE if match[1] else 1
    if said["自治区"] and (
        said["市"] >= HALF * said["区"] or max(said[r] for r in CITIES) < ABOVE * said["区"]
    ):
        said["自治区"] += said.pop("区", 0)
    county, city, province = (
        max(group, key=lambda rank: said[rank]) for group in (COUNTIES, CITIES, PROVINCES)
    )
    if said[county] > max(said[city], ABOVE * said[province], LEAST):
        return county
    if said[city] > max(ABOVE * said[province], LEAST):
        return city
    return province if said[province] > LEAST else ""


def weigh(text: str) -> tuple[str, str]:
    """The code of the place a text is about and its evidence; "" and "" where none is clear."""
    said, rank = tally(text), spoken_rank(text)
    code = _best(said, rank)
    if not code or (not rank and said.get(code, 0) < UNSPOKEN):
        return "", ""
    name = gazetteer().divisions[code].name
    times = f"，提到“{name}”等 {round(said[code])} 次" if said.get(code, 0) >= 1 else ""
    spoken = f"自称“全{rank}”" if rank else "未自称哪一级"
    return code, f"据正文：{spoken}{times}，其他地名都在其内或少得多"


def _best(said: Tally, rank: str) -> str:
    """The place of the rank spoken of that stands out, else the one around it that does."""
    places = gazetteer()
    below: dict[str, float] = defaultdict(float)
    for code, count in said.items():
        for outer in places.above(code)[:-1]:
            below[outer] += count
    named = [c for c in said if rank and places.divisions[c].name.endswith(rank)]
    if rank in COUNTIES:
        named = [c for c in named if len(places.above(c)) > 1]  # 广西 ends in 区 too
    lowest = PROVINCE if rank in PROVINCES else CITY
    tiers: list[Sequence[str]] = [named]
    for level in range(lowest, 0, -1):
        tiers.append([c for c in {*said, *below} if places.level(c) == level])
    for tier in tiers:
        if code := _clear({c: _score(c, said, below) for c in tier}):
            return _dominant(code, said, below) or code
    return ""


def _dominant(code: str, said: Tally, below: Tally) -> str:
    """The city that a report on its province really is about: it outweighs all the rest."""
    places = gazetteer()
    if places.level(code) != PROVINCE:
        return ""
    inside = {c for c in said if places.level(c) == CITY and code in places.above(c)[:-1]}
    weights = {c: said[c] + below.get(c, 0) for c in inside}
    city = max(weights, key=lambda c: weights[c], default="")
    rest = below.get(code, 0) - weights.get(city, 0) + said.get(code, 0)
    return city if city and weights[city] > DOMINANT * rest and weights[city] > LEAST else ""


def _score(code: str, said: Tally, below: Tally) -> float:
    own = said.get(code, 0)
    around = sum(said.get(outer, 0) for outer in gazetteer().above(code)[:-1])
    return own + WITHIN * (below.get(code, 0) + min(around, own))


def _clear(scores: Mapping[str, float]) -> str:
    """The code that scores clearly best, or ""."""
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    if not ranked or ranked[0][1] < LEAST:
        return ""
    return ranked[0][0] if len(ranked) == 1 or ranked[0][1] >= CLEAR * ranked[1][1] else ""
