"""Finds the place that a whole text is about, by weighing all places that it names.

A report calls its place 全省, 全市 or 全县, which tells the rank to look for. It names its
own place, and the places within, more often than any other. Where two places have
similar scores the answer is a place around both, or none: a wrong label costs more
than none. All texts are as ``label.prepare`` makes them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache

from engine.analyze import Analyzer
from indexer.divisions.gazetteer import CITY, COUNTY, PROVINCE, Mention, gazetteer

NEIGHBOUR_WEIGHT = 0.3  # of a mention of a place inside the candidate, or around it
MIN_MENTIONS_WITHOUT_RANK = 6  # where the text does not call its place 全省, 全市 or 全县
CLEAR_RATIO = 1.6  # the best score must be this many times the next, or no place is chosen
# A report that says 全省 is about a city whose score is this many times that of the rest.
DOMINANT_RATIO = 2.5
MIN_SCORE = 1.5  # so a single mention labels nothing
PARTNER_WEIGHT = 0.2  # of a mention beside words of paired assistance, which is another's place
ASSISTANCE = re.compile(r"对口|协作|援|结对|帮扶|考察|赴|学习")
CONTEXT_BEFORE, CONTEXT_AFTER = 6, 4  # characters around a mention, searched for such a word

COUNTIES, CITIES, PROVINCES = ("县", "区", "旗"), ("市", "州", "盟"), ("省", "自治区")
WHOLE_WEIGHT = 2  # of 全市; that of 市委 is 1, as it may mean the superior's committee
MIN_RANK_RATIO = 0.2  # of a rank to the rank above, for it to be the report's own
# Mentions of 市 for one of 区. From here on 全区 means the autonomous region, else a district.
MIN_CITY_RATIO = 0.5
OWN_RANK = re.compile(
    r"(?:全|我)(自治区|省|市|州|盟|县|区|旗)|(自治区|省|市|州|盟|县|区|旗)(?:委|党委|政府|人民政府)"
)

# What is named for a place and may be anywhere: 学习三明医改经验, 弘扬延安精神, 北京冬奥会.
NAMESAKE = re.compile(
    r"[省市州县区]?(?:医改)?"
    r"(?:精神|经验|医改|模式|起义|会师|宣言|奥运|冬奥|亚运|世博|进博|同胞)"
)
# What may follow the name of a county that is a word, where it opens the name of an office.
OFFICE = re.compile(
    r"(?:人民政府|政府|人大|人民代表大会|政协|[县区]委|第.{1,4}届|[^,。、;:\s]{2,8}局)"
)
NAME_START = re.compile(r"[\s,。、;:()《“\"—-]|[在向对]")  # may stand before such a name

# Words that begin with the character of a rank: 新建区域, 富民县域, 中国石油市场.
OTHER_WORD_START = re.compile(r"区[域间位别块分]|市[场值价面]|县[域际]|旗[帜舰]")

Tally = Mapping[str, float]  # code -> number of mentions, weighted


@cache
def _analyzer() -> Analyzer:
    return Analyzer()


def mentions(text: str) -> Iterator[Mention]:
    """The places that a text names.

    What is named for a place (延安精神) is not the place. The names of counties count only if they
    begin and end with words: 示范县 does not name 范县, nor 党和政府 和政, nor 新建区域 新建区.
    Names that are ordinary words (老城区) need more, see ``_is_placed``.
    """
    places = gazetteer()
    before: Mention | None = None
    for mention in places.find(text):
        if NAMESAKE.match(text, mention.end):
            continue
        is_city = any(
            places.level(c) < COUNTY and c not in places.inside_words for c in mention.codes
        )
        if is_city or (
            _stands_alone(text, mention)
            and (mention.name not in places.word_names or _is_placed(text, mention, before))
        ):
            yield mention
            before = mention


def _is_placed(text: str, mention: Mention, before: Mention | None) -> bool:
    """Whether a name that is an ordinary word follows a place around it, or opens an office."""
    places = gazetteer()
    if before and before.end == mention.start:
        return any(outer in places.above(c) for c in mention.codes for outer in before.codes)
    starts = mention.start == 0 or NAME_START.match(text, mention.start - 1) is not None
    return starts and OFFICE.match(text, mention.end) is not None


def _stands_alone(text: str, mention: Mention) -> bool:
    first = max(0, mention.start - CONTEXT_BEFORE)
    words = _analyzer().words(text[first : mention.end + CONTEXT_BEFORE])
    starts = {word.start + first for word in words}
    ends = {word.end + first for word in words}
    if mention.full and not OTHER_WORD_START.match(text, mention.end - 1):
        ends |= {end + 1 for end in ends}  # the tokenizer cuts 义乌/市政府 before the rank
    return mention.start in starts and mention.end in ends


def tally(text: str) -> dict[str, float]:
    """Count the mentions of each place in a text.

    Where several places share a name (鼓楼区), its mentions count for the place whose province
    and city the text names most. A bare name (朝阳) may otherwise count for the place of the
    highest rank.
    """
    found = list(mentions(text))
    spelled = {code for mention in found if mention.full for code in mention.codes}
    counts: dict[str, float] = defaultdict(float)
    ambiguous: list[tuple[Mention, tuple[str, ...], float]] = []
    for mention in found:
        codes = mention.codes
        if not mention.full:
            codes = tuple(c for c in codes if c in spelled or not is_plain_word(c))
        context = text[max(0, mention.start - CONTEXT_BEFORE) : mention.end + CONTEXT_AFTER]
        weight = PARTNER_WEIGHT if ASSISTANCE.search(context) else 1.0
        if len(codes) == 1:
            counts[codes[0]] += weight
        elif codes:
            ambiguous.append((mention, codes, weight))
    unambiguous_counts = dict(counts)
    for mention, codes, weight in ambiguous:
        if code := _place_meant(mention, codes, spelled, unambiguous_counts):
            counts[code] += weight
    return dict(counts)


def _place_meant(mention: Mention, codes: Collection[str], spelled: set[str], counts: Tally) -> str:
    """The place that an ambiguous name means, or "".

    朝阳 means 朝阳市, unless the text spells out 朝阳区.
    """
    places = gazetteer()
    if mention.full:
        return likeliest(codes, counts)
    county = any(code in spelled and places.level(code) == COUNTY for code in codes)
    return (
        (likeliest(codes, counts) if county else "") or highest(codes) or likeliest(codes, counts)
    )


def is_plain_word(code: str) -> bool:
    """Whether the bare name of a county is a plain word too (公安, 资源).

    Such a name counts only in texts that also spell it out.
    """
    places = gazetteer()
    return places.level(code) == COUNTY and places.divisions[code].is_word


def likeliest(codes: Collection[str], counts: Tally) -> str:
    """The one of several places whose province and city the text names most; "" if unclear."""
    places = gazetteer()
    outer_counts = {c: sum(counts.get(outer, 0) for outer in places.above(c)[:-1]) for c in codes}
    return _clear_winner(outer_counts)


def highest(codes: Collection[str]) -> str:
    """The one of several places with the highest rank, if it is above a county; else ""."""
    places = gazetteer()
    top = min(map(places.level, codes))
    at_top = [c for c in codes if places.level(c) == top]
    return at_top[0] if len(at_top) == 1 and top < COUNTY else ""


def spoken_rank(text: str) -> str:
    """The rank that the report gives its own place: 省, 市, 县 …, or "".

    Reports also mention the rank above their own (全省第一, 省委), but seldom a rank below.
    """
    counts: Counter[str] = Counter()
    for match in OWN_RANK.finditer(text):
        counts[match[1] or match[2]] += WHOLE_WEIGHT if match[1] else 1
    if counts["自治区"] and (
        counts["市"] >= MIN_CITY_RATIO * counts["区"]
        or max(counts[r] for r in CITIES) < MIN_RANK_RATIO * counts["区"]
    ):
        counts["自治区"] += counts.pop("区", 0)
    county, city, province = (
        max(group, key=lambda rank: counts[rank]) for group in (COUNTIES, CITIES, PROVINCES)
    )
    if counts[county] > max(counts[city], MIN_RANK_RATIO * counts[province], MIN_SCORE):
        return county
    if counts[city] > max(MIN_RANK_RATIO * counts[province], MIN_SCORE):
        return city
    return province if counts[province] > MIN_SCORE else ""


def weigh(text: str) -> tuple[str, str]:
    """The code of the place that a text is about and its evidence; both "" where none is clear."""
    counts, rank = tally(text), spoken_rank(text)
    code = _best_place(counts, rank)
    if not code or (not rank and counts.get(code, 0) < MIN_MENTIONS_WITHOUT_RANK):
        return "", ""
    name = gazetteer().divisions[code].name
    times = f"，提到“{name}”等 {round(counts[code])} 次" if counts.get(code, 0) >= 1 else ""
    spoken = f"自称“全{rank}”" if rank else "未自称哪一级"
    return code, f"据正文：{spoken}{times}，其他地名都在其内或少得多"


def _best_place(counts: Tally, rank: str) -> str:
    """The clear winner among places of ``rank``, or among the places of the ranks above; or ""."""
    places = gazetteer()
    inside_counts: dict[str, float] = defaultdict(float)
    for code, count in counts.items():
        for outer in places.above(code)[:-1]:
            inside_counts[outer] += count
    of_rank = [c for c in counts if rank and places.divisions[c].name.endswith(rank)]
    if rank in COUNTIES:
        of_rank = [c for c in of_rank if len(places.above(c)) > 1]  # 广西壮族自治区 ends in 区 too
    lowest = PROVINCE if rank in PROVINCES else CITY
    tiers: list[Sequence[str]] = [of_rank]
    for level in range(lowest, 0, -1):
        tiers.append([c for c in {*counts, *inside_counts} if places.level(c) == level])
    for tier in tiers:
        if code := _clear_winner({c: _score(c, counts, inside_counts) for c in tier}):
            return _dominant_city(code, counts, inside_counts) or code
    return ""


def _dominant_city(code: str, counts: Tally, inside_counts: Tally) -> str:
    """The city of province ``code`` that outweighs the rest of it, or "".

    A report that speaks of 全省 may really be about such a city.
    """
    places = gazetteer()
    if places.level(code) != PROVINCE:
        return ""
    cities = {c for c in counts if places.level(c) == CITY and code in places.above(c)[:-1]}
    weights = {c: counts[c] + inside_counts.get(c, 0) for c in cities}
    city = max(weights, key=lambda c: weights[c], default="")
    rest = inside_counts.get(code, 0) - weights.get(city, 0) + counts.get(code, 0)
    return (
        city if city and weights[city] > DOMINANT_RATIO * rest and weights[city] > MIN_SCORE else ""
    )


def _score(code: str, counts: Tally, inside_counts: Tally) -> float:
    own_count = counts.get(code, 0)
    outer_count = sum(counts.get(outer, 0) for outer in gazetteer().above(code)[:-1])
    return own_count + NEIGHBOUR_WEIGHT * (inside_counts.get(code, 0) + min(outer_count, own_count))


def _clear_winner(scores: Mapping[str, float]) -> str:
    """The code with the best score, if it is clearly the best; else ""."""
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    if not ranked or ranked[0][1] < MIN_SCORE:
        return ""
    return ranked[0][0] if len(ranked) == 1 or ranked[0][1] >= CLEAR_RATIO * ranked[1][1] else ""
