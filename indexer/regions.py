"""Infers which place a report is about, with the words that show it.

There are three kinds of evidence, the strongest first. The **title** may name the
place. A **declaration** near the head or the end may name it: the dateline (在河池市
第五届人民代表大会), the government that the speaker represents (我代表河池市人民政府),
the source line or the signature. Otherwise the names in the **body** are weighed
(``divisions/weighing.py``). A report of the State Council is labelled 全国.

All texts are as ``label.prepare`` makes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from engine.model import UNKNOWN, Region
from indexer.divisions.gazetteer import NATION, Mention, gazetteer
from indexer.divisions.weighing import highest, is_plain_word, likeliest, mentions, tally, weigh

PLACE_HEAD, PLACE_TAIL = 14, 4  # paragraphs at either end that may hold a dateline or a signature
MAX_DATELINE_LENGTH = 60  # characters
MAX_EVIDENCE_LENGTH = 40  # characters

NUMBER = r"[\d一二三四五六七八九十百〇零]+"
DECLARATIONS = (
    # ——2022年1月12日在河池市第五届人民代表大会第二次会议上; 在甘肃省十届人大三次会议上
    re.compile(rf"在([^在,。;:]{{2,24}}?)(?:第?{NUMBER}届)?(?:全体)?(?:人民代表大会|人大)"),
    # 我代表河池市人民政府,向大会报告工作
    re.compile(r"代表([^,。;:]{2,20}?)人民政府"),
    # 甘肃省代省长 任振鹤
    re.compile(
        r"^([^,。;:]{2,14}?)(?:人民政府|政府)?(?:代|常务副|副)?"
        r"(?:省长|市长|州长|县长|区长|旗长|盟长|主席)"
    ),
    # 信息来源:辰溪县医疗保障局
    re.compile(r"(?:来源|发布机构|发布单位|供稿单位|供稿)\s*:\s*(\S{2,30})"),
    # the signature: a line that is a body's name, perhaps with the day
    re.compile(r"^([^,。;:]{2,30}?(?:局|委员会|政府|办公室|中心|委|厅))(?:\s*\d{4}年.*)?$"),
)
# A newspaper prints a report and does not issue it: 来源:湖南日报 does not tell the place.
NEWSPAPER = re.compile(r"日报|晚报|新华社|网$|网站|客户端|电视")
NATIONAL = re.compile(
    r"在[^在]{0,16}全国人民代表大会第|^国务院(?:代|副)?总理|代表国务院|国务院政府工作报告"
)


def resolve(value: str) -> Region:
    """The region that a person stated, as a path, a name or an adcode.

    ``湖南省/怀化市/辰溪县``, ``辰溪县``, ``湖南辰溪``, ``431223`` and ``全国`` are understood;
    ``unknown`` gives no region. Raises ``ValueError`` with a message in Chinese where no
    division has this name, or several have it.
    """
    places = gazetteer()
    text = re.sub(r"[\s/·>、]", "", value)
    if text in (UNKNOWN, "未知"):
        return Region()
    if text in (NATION, "全国"):
        return places.region(NATION)
    if text in places.divisions:
        return places.region(text)
    named = list(places.find(text))
    if not named or "".join(mention.name for mention in named) != text:
        raise ValueError(
            f"未知的地区“{value}”：请写行政区划全称，如“湖南省/怀化市/辰溪县”，或六位区划代码"
        )
    codes = _nested_codes(named)
    code = codes[0] if len(codes) == 1 else highest(codes) if codes and not named[-1].full else ""
    if not code:
        names = "、".join("/".join(places.region(c).names) for c in codes[:4]) or "各级对不上"
        raise ValueError(f"地区“{value}”不明确（{names}）：请依次写出省、市、县")
    return places.region(code)


def infer(title: str, paragraphs: Sequence[str]) -> tuple[Region, str]:
    """The region of a report and its evidence; ``Region()`` and "" where there is none."""
    places = gazetteer()
    text = "\n".join(paragraphs)
    head = [*paragraphs[:PLACE_HEAD], *paragraphs[-PLACE_TAIL:]]
    titled = _place_named(title, text)
    datelines = [line for line in head if len(line) <= MAX_DATELINE_LENGTH and "。" not in line]
    congress = _declared(datelines, text, DECLARATIONS[:1]) if titled else None
    # A 大理市政府工作报告 that was delivered to the congress of 大理州 is a report on 大理州.
    if congress and congress[0] in places.above(titled)[:-1]:
        return places.region(congress[0]), f"据“{_short(congress[1])}”"
    if titled:
        return places.region(titled), f"据标题“{_short(title)}”"
    for line in (title, *head):
        if match := NATIONAL.search(line):
            return places.region(NATION), f"据“{match[0]}”"
    if declared := _declared(head, text):
        return places.region(declared[0]), f"据“{_short(declared[1])}”"
    code, evidence = weigh(text)
    return (places.region(code), evidence) if code else (Region(), "")


def _short(text: str) -> str:
    return text if len(text) <= MAX_EVIDENCE_LENGTH else text[:MAX_EVIDENCE_LENGTH] + "…"


def _declared(
    lines: Iterable[str], body: str, patterns: Iterable[re.Pattern[str]] = DECLARATIONS
) -> tuple[str, str] | None:
    """The code of the first place that a declaration names, and the words of the declaration."""
    for pattern in patterns:
        for line in lines:
            match = pattern.search(line)
            if match and not NEWSPAPER.search(match[1]) and (code := _place_named(match[1], body)):
                return code, match[0]
    return None


def _place_named(text: str, body: str) -> str:
    """The code of the place that a short text names, or "".

    Where it names several, it is the first one, or a later one that lies within it: for
    ``湖南省…辰溪县`` it is the county.
    """
    places = gazetteer()
    place = ""
    for run in _adjacent_mentions(text):
        if not run[-1].full and all(is_plain_word(code) for code in run[-1].codes):
            continue
        codes = _nested_codes(run) or list(run[-1].codes)
        if len(codes) > 1:
            likely = likeliest(codes, tally(body))
            codes = [likely or ("" if run[-1].full else highest(codes))]
        if codes[0] and (not place or place in places.above(codes[0])):
            place = codes[0]
    return place


def _adjacent_mentions(text: str) -> list[list[Mention]]:
    """The mentions in a text, grouped where they adjoin: 湖南省怀化市辰溪县 is one group."""
    runs: list[list[Mention]] = []
    for mention in mentions(text):
        if runs and runs[-1][-1].end == mention.start:
            runs[-1].append(mention)
        else:
            runs.append([mention])
    return runs


def _nested_codes(mentions: Sequence[Mention]) -> list[str]:
    """The possible codes of the last mention, if each mention lies within the one before it."""
    places = gazetteer()
    nested = list(mentions[0].codes)
    for mention in mentions[1:]:
        nested = [c for c in mention.codes if any(outer in places.above(c) for outer in nested)]
    return nested
