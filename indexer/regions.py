"""Infers which place a document is about, with the words that show it.

A document of the central authorities is about the whole country (全国). For others there are
four kinds of evidence, the strongest first. The **title** may name the place. A **declaration**
near the head or the end may name it: the dateline (在河池市第五届人民代表大会), the government that
the speaker represents (我代表河池市人民政府), the source line, the signature, or the body that
adopted a law. The **lead** of a news item names its place. Otherwise the names in the **body**
are weighed (``divisions/weighing.py``).

All texts are as ``label.prepare`` makes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from engine.model import UNKNOWN, Region
from indexer.divisions.gazetteer import NATION, Mention, gazetteer
from indexer.divisions.weighing import highest, is_plain_word, likeliest, mentions, tally, weigh
from indexer.document_kinds import CENTRAL, GOVERNMENT_REPORT, INTERPRETATION, NEWS, short
from indexer.national import (
    NATIONAL_BODY,
    NUMBER,
    OPENS_NATIONAL,
    RELATIVE,
    national_words,
    speaks_of_country,
)

PLACE_HEAD, PLACE_TAIL = 14, 4  # paragraphs at either end that may hold a dateline or a signature
MAX_DATELINE_LENGTH = 60  # characters
MIN_PROVINCES = 3  # in the lead of a news item about none of them
LEAD, MAX_LEAD_LENGTH = 4, 120  # the first paragraphs of a news item, and how much of each counts

SOURCE = (
    r"(?:来源|发布机构|发布单位|发文机关|发文单位|制发机关|发布机关|供稿单位|供稿|公开机构|发布)"
)
BODY = r"(?:局|委员会|政府|办公厅|办公室|中心|委|厅|院|署|指挥部|领导小组|大学|学院|总工会|联合会)"
HEAD_OF_BODY = r"(?:党.书记)?.{0,3}[局主院厅校]?[长任] ?\S{1,4} ?\S{0,2}"  # 党组书记、局长 某某
CAPITAL = "110000"  # where the central bodies meet
NATIONAL_LEAD = re.compile(rf"[^。《]{{0,24}}?(?!中华人民共和国|中国共产党){NATIONAL_BODY}")
NATIONAL_EVENT = re.compile(r"[^。]{0,30}(?:全国人大|全国人民代表大会|全国政协|中共中央|国务院)")
OFFICER = re.compile(
    r"^([^,。;:]{2,14}?)(?:人民政府|政府)?(?:代|常务副|副)?(?:省长|市长|州长|县长|区长|旗长|盟长|主席)"
)
CONGRESS = re.compile(
    rf"在([^在,。;:]{{2,24}}?)(?:第?{NUMBER}届)?(?:全体)?(?:人民代表大会|人大|政协)"
)
DECLARATIONS = (
    # ——2022年1月12日在河池市第五届人民代表大会第二次会议上; 在甘肃省十届人大三次会议上
    CONGRESS,
    # 我代表河池市人民政府,向大会报告工作
    re.compile(r"代表(?!大会)([^,。;:]{2,20}?)人民(?:政府|法院|检察院)"),
    # 甘肃省代省长 任振鹤
    OFFICER,
    # 中共河池市委书记 某某某
    re.compile(r"^(?:中共)?([^,。;:]{1,12}[省市县区州旗盟])委(?:副?书记|常委)"),
    # 信息来源:辰溪县医疗保障局
    re.compile(rf"{SOURCE}\s*:[\s|]*([^\s|]{{2,30}})"),
    # 2006年10月26日 上海市第十二届人民代表大会常务委员会第三十一次会议通过
    re.compile(
        rf"^\W*(?:\d{{4}}年\d{{1,2}}月\d{{1,2}}日)?\s*([^,。;:]{{2,20}}?)"
        rf"(?:第?{NUMBER}届)?(?:人民代表大会|人大).{{0,40}}(?:通过|公布|批准|修正|修订|发布)"
    ),
    # the signature: a line that is a body's name, perhaps with the day; the head of a body
    re.compile(rf"^([^,。;:]{{2,36}}?{BODY})(?:\s*\d{{4}}年.*|{HEAD_OF_BODY})?$"),
)
# Offices that only these regions have
SPECIAL_OFFICES = re.compile(r"政务司|财政司|律政司|行政法务司|特区政府|行政长官|立法会")
MIN_SPECIAL_OFFICES = 3  # mentions of them in a text about such a region
OWN = re.compile(r"[本我][省市县区州旗]")
# A newspaper prints a report and does not issue it: 来源:湖南日报 does not tell the place.
NEWSPAPER = re.compile(r"日报|晚报|新华社|网$|网站|客户端|电视|公众号|微信|微博|融媒|传媒|广播")
DISPATCH = re.compile(r"[^,。\s]{1,5}社[^,。]{1,6}?\d+月\d+日\s?电|[^,。\s]{2,4}(?:日报|晚报)")


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


def infer(kind: str, title: str, paragraphs: Sequence[str]) -> tuple[Region, str]:
    """The region of a document and its evidence; ``Region()`` and "" where there is none."""
    places = gazetteer()
    text = "\n".join(paragraphs)
    head = [*paragraphs[:PLACE_HEAD], *paragraphs[-PLACE_TAIL:]]
    if kind == CENTRAL:
        return places.region(NATION), "据中央文件"
    if titled := _by_title(title, text, head):
        return places.region(titled[0]), f"据{titled[1]}"
    if not RELATIVE.match(title) and (words := national_words(kind, title, head)):
        return places.region(NATION), f"据“{short(words)}”"
    if declared := _declared(head, text):
        return places.region(declared[0]), f"据“{short(declared[1])}”"
    if kind == NEWS and (code := _place_of_lead(paragraphs[:LEAD], text)):
        return places.region(code), f"据导语“{places.region(code).names[-1]}”"
    if kind != GOVERNMENT_REPORT and (words := speaks_of_country(kind, text)):
        return places.region(NATION), words
    code, evidence = weigh(text)
    if not code and not kind and (code := _only_path(paragraphs[:LEAD], text)):
        evidence = f"据开头只提到“{places.divisions[code].name}”"
    if not code:
        code, evidence = _special_region(text) or ("", "")
    if not code and kind in ("", NEWS, INTERPRETATION):
        code, evidence = _national_lead(paragraphs[:LEAD], text) or ("", "")
    return (places.region(code), evidence) if code else (Region(), "")


def _by_title(title: str, text: str, head: Sequence[str]) -> tuple[str, str] | None:
    """The code of the place of the title, or of a better one beside it, and its evidence."""
    opening, about, _ = title.partition("关于")
    if about and OPENS_NATIONAL.match(opening) and not _place_named(opening, ""):
        return None  # 最高人民法院关于北京金融法院…的规定
    code = _place_named(title, text)
    if not code:
        return None
    above = gazetteer().above
    datelines = [line for line in head if len(line) <= MAX_DATELINE_LENGTH and "。" not in line]
    # A 大理市政府工作报告 that was delivered to the congress of 大理州 is a report on 大理州.
    congress = _declared(datelines, text, DECLARATIONS[:1])
    if congress and congress[0] in above(code)[:-1]:
        return congress[0], f"“{short(congress[1])}”"
    # 关于本区落实北京市政策的通知, signed by 北京市海淀区政府, is about 海淀区.
    signed = _declared(head, text, DECLARATIONS[-1:]) if OWN.search(title) else None
    if signed and code in above(signed[0]):
        return signed[0], f"“{short(signed[1])}”"
    return code, f"标题“{short(title)}”"


def _special_region(text: str) -> tuple[str, str] | None:
    """The code of 香港 or 澳门, of which the text names the offices often, and not the other."""
    offices = SPECIAL_OFFICES.findall(text)
    if len(offices) < MIN_SPECIAL_OFFICES or ("香港" in text and "澳门" in text):
        return None
    name = "澳门特别行政区" if "澳门" in text else "香港特别行政区"  # which names itself less
    return resolve(name).adcodes[-1], f"据正文 {len(offices)} 次提到“{offices[0]}”等机构"


def _place_of_lead(lead: Sequence[str], body: str) -> str:
    """The code of the place that the lead of a news item names first, or "".

    A place within it that is named in full counts instead, if all such lie on one path.
    """
    named = list(_places_of_opening(lead, body))
    if not named:
        return ""
    first, above = named[0][0], gazetteer().above
    if first == CAPITAL and any(map(NATIONAL_EVENT.match, lead)):
        return NATION
    if len({above(code)[0] for code, _ in named}) >= MIN_PROVINCES:
        return ""
    within = [first, *(code for code, full in named if full and first in above(code))]
    return _deepest(within) or first


def _national_lead(lead: Sequence[str], body: str) -> tuple[str, str] | None:
    """The country, where a central body acts in a lead that names no place, and the evidence."""
    opening = next((match for line in lead if (match := NATIONAL_LEAD.match(line))), None)
    if not opening or any(_places_of_opening(lead, body)):
        return None
    return NATION, f"据“{opening[0]}”"


def _only_path(lead: Iterable[str], body: str) -> str:
    """The code of the deepest place that an opening names in full, if all lie on one path."""
    return _deepest([code for code, full in _places_of_opening(lead, body) if full])


def _deepest(codes: Sequence[str]) -> str:
    """The deepest of several places that lie on one path; "" where they do not."""
    above = gazetteer().above
    deepest = max(codes, key=lambda code: len(above(code)), default="")
    return deepest if all(code in above(deepest) for code in codes) else ""


def _places_of_opening(lead: Iterable[str], body: str) -> Iterator[tuple[str, bool]]:
    """The places in the first clauses of each line, each with whether its name has its rank.

    The place from which an agency sent a news item (新华社北京2月15日电) does not count.
    """
    clauses = (re.match(rf".{{0,{MAX_LEAD_LENGTH}}}(?=[,。;!?]|$)", line) for line in lead)
    opening = "\n".join(DISPATCH.sub("", clause[0]) for clause in clauses if clause)
    return _places_named(opening, body)


def _declared(
    lines: Iterable[str], body: str, patterns: Iterable[re.Pattern[str]] = DECLARATIONS
) -> tuple[str, str] | None:
    """The code of the first place that a declaration names, and the words of the declaration."""
    for pattern in patterns:
        for line in lines:
            match = pattern.search(line)
            if not match or NEWSPAPER.search(match[1]):
                continue
            if pattern is OFFICER and _splits_name(line, match.end() - 1):
                continue
            if code := _place_named(match[1], body):
                return code, match[0]
    return None


def _splits_name(line: str, at: int) -> bool:
    """Whether the character at ``at`` begins a place: 湖南省长沙市 names no 省长."""
    return any(m.start <= at < m.end and m.end > at + 1 for m in gazetteer().find(line))


def _place_named(text: str, body: str) -> str:
    """The code of the place that a short text names, or "".

    Where it names several, it is the first one, or a later one that lies within it: for
    ``湖南省…辰溪县`` it is the county.
    """
    place = ""
    for code, _ in _places_named(text, body):
        if not place or place in gazetteer().above(code):
            place = code
    return place


def _places_named(text: str, body: str) -> Iterator[tuple[str, bool]]:
    """Yield the codes of the places that a short text names, as far as they are clear.

    With each comes whether its name includes the rank.
    """
    for run in _adjacent_mentions(text):
        if not run[-1].full and all(is_plain_word(code) for code in run[-1].codes):
            continue
        codes = _nested_codes(run)
        if (
            not codes
        ):  # 徽州地区绩溪县 names 绩溪县, 上海市新建住宅 上海市, 浙江重庆两地 none for sure
            whole = next((mention for mention in (run[-1], run[0]) if mention.full), None)
            codes = list(whole.codes) if whole else [""]
        if len(codes) > 1:
            likely = likeliest(codes, tally(body))
            codes = [likely or ("" if run[-1].full else highest(codes))]
        if codes[0]:
            yield codes[0], run[-1].full


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
