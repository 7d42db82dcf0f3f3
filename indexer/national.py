"""Recognises documents that are about the whole country, by who issued them or what they say.

A document is national that a central body opens, signs or adopted, that is addressed to all
provinces, or that says 我国 throughout and hardly ever 我省. 国家税务总局四川省税务局 is a local
body, and what 市商务局 forwards stays a city's.

All texts are as ``label.prepare`` makes them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.divisions.weighing import mentions
from indexer.document_kinds import BULLETIN, GOVERNMENT_REPORT, LAW, NEWS

NUMBER = r"[\d一二三四五六七八九十百〇零]+"
MAX_LINE_LENGTH = 120  # characters of an address, a signature or a line on the adoption of a law
NATIONAL = re.compile(
    r"在[^在]{0,16}全国人民代表大会第|^国务院(?:代|副)?总理|代表国务院|国务院政府工作报告"
)
_MINISTRY = (
    r"(?:外交|国防|教育|科技|科学技术|工业和信息化|公安|国家安全|民政|司法|财政|人事|监察|自然资源|国土资源"
    r"|人力资源(?:和)?社会保障|劳动(?:和)?社会保障|生态环境|环境保护|住房(?:和)?城乡建设|建设|交通运输"
    r"|交通|铁道|水利|农业农村|农业|商务|文化和旅游|文化|卫生|退役军人(?:事务)?|应急管理|信息产业)部"
)
_OF_STATE = (  # what follows 国家 in the name of a body, and not 国家级示范区医保局
    r"(?:税务|统计|医疗保障|医保|卫生健康|卫生和计划生育|卫生计生|卫健|发展和?改革|发改|计划|市场监督管理"
    r"|食?品?药品监督管理|工商行政管理|质量监督检验检疫|安全生产监督管理|知识产权|能源|林业和草原|林业|粮食(?:和物资储备)?"
    r"|外汇管理|文物|铁路|民用航空|邮政|中医药管理|疾病预防控制|矿山安全监察|烟草专卖|移民管理|保密|密码管理|档案|信访|体育"
    r"|广播电视|广播电影电视|新闻出版(?:广电)?|版权|海洋|测绘(?:地理信息)?|环境保护|土地管理|宗教事务|旅游|民族事务"
    r"|人口和计划生育|互联网信息|网信|经济贸易|金融监督管理|数据|消防救援|国防科技工业|机关事务管理|公务员|教育)"
)
NATIONAL_BODY = (
    r"(?:中华人民共和国|中共中央|中央(?:纪委|军委|办公厅|组织部|宣传部|政法委)|中国共产党(?!.{1,12}[省市州县区])"
    r"|全国人大|全国政协|全国人民代表大会|国务院|最高人民(?:法院|检察院)|海关总署|税务总局|审计署"
    rf"|国家{_OF_STATE}(?:总局|局|委员会|委|署|办公室)|{_MINISTRY}(?![门署分队落])"
    r"|中国(?:人民银行|银监会|证监会|保监会|银保监会|民用航空局|气象局|地震局))"
)
WHOLE_NATIONAL = re.compile(
    rf"{NATIONAL_BODY}(?:[^,。;:的]{{0,10}}(?:厅|局|司|委员会|办公室|署|院|会|部))?"
)
# 国家统计局副局长 某某某
HEAD_OF_NATIONAL = re.compile(
    rf"{NATIONAL_BODY}[^,。;:]{{0,12}}(?:[部局署]长|主任|书记|行长|司长) ?[^,。;:]{{2,4}}"
)
DAY_BEHIND = re.compile(r"\s*\d{4}[-./年]\d{1,2}[-./月]\d{1,2}[日\d\s:]*$")
FIELD_BEFORE = re.compile(r"^(?:发布|发文|制发|颁布)(?:机关|机构|单位)\W*")
OPENS_NATIONAL = re.compile(rf"^\W*{NATIONAL_BODY}")
ADOPTED_NATIONAL = re.compile(
    rf"^\W*(?:\d{{4}}年\d{{1,2}}月\d{{1,2}}日)?\s*(?:第?{NUMBER}届)?{NATIONAL_BODY}"
    r".{0,60}(?:通过|公布|批准|修正|修订|发布|令)"
)
# 市商务局关于转发…: some local office, whatever central body signs what it forwards
RELATIVE = re.compile(
    r"^\W*[省市县区州旗](?![场长民])([^关,。]{1,16}(?:局|委|委员会|办|厅|政府|院|办公室|中心))(?:关于|转发|印发)"
)
EVERYWHERE = re.compile(
    r"\W*(?:各地|全国(?!文明|卫生|先进|百强|劳|示范|重点|首|第))"
)  # in a headline
ALL_PROVINCES = re.compile(r"^\W*.{0,8}各省、自治区、直辖市.*:$")
OWN_PLACE = re.compile(r"全[省市县区州盟旗]|我[省市县区州盟旗]|本[省市县区州]|自治区|[省市县区]委")
LOCAL_LAW = re.compile(r"[本我全][省市县区州旗盟]|本自治|特别行政区(?!、|和|外)")
STATE = re.compile(r"国务院|国家(?:建立|实行|鼓励|支持|保护|网信|对)|[,。]国家")
OWN_COUNTRY = re.compile(r"我国|全国|我们党|各省|全党")
MIN_COUNTRY = 5  # mentions of the country in a text that is about it
COUNTRY_RATIO = 4  # and how many times those of a place of its own these must be


def national_words(kind: str, title: str, head: Sequence[str]) -> str:
    """The words that show a document of a national body; "" where there are none."""
    for line in (title, *head):
        if match := NATIONAL.search(line):
            return match[0]
    if OPENS_NATIONAL.match(title) or (kind in (NEWS, "") and EVERYWHERE.match(title)):
        return title
    if kind == GOVERNMENT_REPORT:
        return ""
    for line in head:
        if len(line) > MAX_LINE_LENGTH:
            continue
        if (
            ALL_PROVINCES.match(line)
            or HEAD_OF_NATIONAL.fullmatch(line)
            or _is_signed_nationally(line)
        ):
            return line
        if kind in (LAW, BULLETIN) and ADOPTED_NATIONAL.match(line):
            return line
    return ""


def _is_signed_nationally(line: str) -> bool:
    """Whether a line names national bodies and nothing else: 财政部 海关总署 税务总局.

    国家税务总局山西省税务局 is a local body.
    """
    line = FIELD_BEFORE.sub("", line.strip())
    bodies = re.split(r"[\s、]+", DAY_BEHIND.sub("", line))
    own_name = line.replace("中华人民共和国", "")  # which holds 共和, a county
    return all(map(WHOLE_NATIONAL.fullmatch, bodies)) and not any(mentions(own_name))


def speaks_of_country(kind: str, text: str) -> str:
    """Evidence that a text is about the country: it says 我国 often, and hardly ever 我省.

    A law of the country names the State Council or what the state does, and no 本省.
    """
    if kind == LAW and STATE.search(text) and not LOCAL_LAW.search(text):
        return "据正文：规定国家和国务院的职责，不称本省本市"
    country, own = len(OWN_COUNTRY.findall(text)), len(OWN_PLACE.findall(text))
    if country < MIN_COUNTRY or country < COUNTRY_RATIO * own:
        return ""
    return f"据正文：{country} 次称“我国”“全国”，几乎不称本省本市"
