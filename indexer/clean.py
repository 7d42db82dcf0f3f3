"""Raw text to clean text: a tuple of small rules, each ``str -> str``.

A rule mends what a scraper, a word processor or a web page did to the text; no
rule touches what the report says. The script stays that of the source, and
what is destroyed stays as it is: ``damaged`` says so, nothing is guessed.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from engine.folding import HAN as _HAN
from engine.folding import INVISIBLE, as_ideographs
from indexer.tears import join_spaced_names, join_torn_words

_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
_CJK_SIGN = "，。、；：？！“”‘’（）《》〈〉【】〔〕—…·％"


def unescape(text: str) -> str:
    """Entities, also doubly escaped: ``&amp;ldquo;医保&rdquo;`` → ``“医保”``."""
    for _ in range(3):
        if "&" not in text:
            break
        text = html.unescape(text)
    return text


def spell_out_blanks(text: str) -> str:
    """Blanks that a scraper wrote as their code point: ``<U+00A0>现在`` → `` 现在``."""
    return re.sub(r"<U\+(?:00A0|3000|200B|FEFF)>", " ", text) if "<U+" in text else text


def drop_invisible(text: str) -> str:
    """Zero-width, control and variation characters: ``医\u200b保`` → ``医保``."""
    return _INVISIBLE.sub("", text)


_INVISIBLE = re.compile(rf"[{INVISIBLE}\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f]+")


def mend_characters(text: str) -> str:
    """Radicals and duplicates that a PDF has for characters: ``⼤⼒推进⼯业`` → ``大力推进工业``.

    Among simplified characters they are simplified: ``⾧沙`` → ``长沙``, ``⾧沙縣`` → ``長沙縣``.
    """
    return as_ideographs(text)


def drop_comments(text: str) -> str:
    """HTML comments: ``工作报告<!-- 记者摄 -->`` → ``工作报告``."""
    if "<!--" not in text:
        return text
    kept: list[str] = []
    at = 0
    # A regular expression would look for the end of each "<!--" anew.
    while (begin := text.find("<!--", at)) >= 0 and (end := text.find("-->", begin + 4)) >= 0:
        kept.append(text[at:begin])
        at = end + 3
    return "".join((*kept, text[at:])) if at else text


def drop_pinyin(text: str) -> str:
    """Pinyin in brackets behind its character: ``醫(yī)療`` → ``醫療``.

    Only a syllable that bears its tone mark counts, so ``维生素(vc)`` stays.
    """
    return _PINYIN.sub("", text) if "(" in text else text


_PINYIN = re.compile(rf"\((?<=[{_HAN}]\()(?=[a-zü]*[{_TONED}])[a-zü{_TONED}]{{1,6}}\)")


def narrow_digits(text: str) -> str:
    """Full-width digits and letters: ``２００６年ＤＩＰ`` → ``2006年DIP``."""
    return _WIDE.sub(lambda m: chr(ord(m.group()) - 0xFEE0), text)


# One class first, what must stand around it after: that is what the engine scans fast.
_WIDE = re.compile("[０-９Ａ-Ｚａ-ｚ．](?:(?<!．)|(?<=[0-9０-９]．)(?=[0-9０-９]))")


def join_spaced_digits(text: str) -> str:
    """Digits set apart: ``2 0 1 4 年`` → ``2014 年``. At least three, or before a unit of time."""
    return _SPACED.sub(lambda m: "".join(m.group().split()) if _is_number(m) else m.group(), text)


_SPACED = re.compile(r"[0-9](?<![0-9.][0-9])(?:[ \u3000\xa0][0-9])+(?![0-9.])")


def _is_number(match: re.Match[str]) -> bool:
    after = match.string[match.end() : match.end() + 2].strip()
    return len(match.group()) >= 5 or after[:1] in tuple("年月日")


def part_spaced_names(text: str) -> str:
    """A name behind its office, by a wider blank: ``县 长  王 小 明`` → ``县长 王小明``."""
    match = _SPACED_NAME.fullmatch(text.strip())
    return " ".join("".join(part.split()) for part in match.groups()) if match else text


_SPACED_NAME = re.compile(
    rf"([{_HAN}](?: [{_HAN}])* [长任席理员记])(?:[ \xa0]{{2,}}|[ \xa0]*\u3000[ \xa0\u3000]*)"
    rf"([{_HAN}](?: [{_HAN}]){{1,3}})"
)


def drop_blanks(text: str) -> str:
    """Blanks that Chinese does not write: ``今年 1 月初， 我局`` → ``今年1月初，我局``.

    One stays between two Han characters (``市长 王军``) and inside Latin text.
    """
    text = " ".join(text.split())
    return re.sub(" ", _blank, text) if " " in text else text


_HAN_CHAR = re.compile(f"[{_HAN}]")
_CLOCK = re.compile(r"[:-][0-9]{1,2}\Z")  # 2024-12-23 14:29 来源 are three things
_NARROW_CHAR = re.compile(r"[0-9A-Za-z%]")


def _blank(match: re.Match[str]) -> str:
    at = match.start()
    if _CLOCK.search(match.string, max(at - 3, 0), at):
        return " "
    pair = match.string[match.start() - 1], match.string[match.end()]
    if any(char in _CJK_SIGN for char in pair):
        return ""
    one, other = pair if _HAN_CHAR.match(pair[0]) else pair[::-1]
    return "" if _HAN_CHAR.match(one) and _NARROW_CHAR.match(other) else " "


def drop_marks(text: str) -> str:
    r"""Markdown's other signs: ``\“三个代表\”`` → ``“三个代表”``, ``> 附记`` → ``附记``.

    The mark of a footnote stays, as pages show it: ``清四乱[^1]`` → ``清四乱[1]``.
    """
    if "\\" in text:
        text = re.sub(r"\\(?=[!-/:-@\[-`{-~“”‘’])", "", text)
    if "[^" in text:
        text = re.sub(r"\[\^([0-9]{1,3})\]", r"[\1]", text)
    return re.sub(r"^\s*>[>\s]*(?![0-9=])", "", text) if ">" in text else text


def drop_emphasis(text: str) -> str:
    """Markdown's bold and italics: ``**一是**强化监管`` → ``一是强化监管``.

    Asterisks that stand for something left out stay: ``患者**人，**县医保局``.
    """
    if "*" not in text:
        return text
    text = re.sub(r"^\*([^*]+)\*$", r"\1", text)
    text = _SURELY_BOLD.sub(lambda m: m[1] or m[2] or m[3], text)
    return text if _LEFT_OUT.search(text) else re.sub(r"\*{2,3}", "", text)


_PLACE = "县市区旗镇乡村州省局"
_UNIT = "人元万亿家个次条种名户余多例件%"
_LEFT_OUT = re.compile(rf"\*\*(?=[{_PLACE}])|(?<=[{_HAN}])\*\*(?=\s?[{_UNIT}])")
_OPENING = rf"(?:(?<=^)|(?<=[\s{_CJK_SIGN},.;:)]))\*\*"
_SURELY_BOLD = re.compile(
    rf"{_OPENING}([^*]+?)\*\*(?=$|[\s{_CJK_SIGN},.;:(])|{_OPENING}([^*]+?[。：，；？！:.、])\*\*"
    rf"|{_OPENING}(?![{_PLACE}{_UNIT}])([^*{_CJK_SIGN}]{{2,20}})\*\*"
)


RULES: tuple[Callable[[str], str], ...] = (
    unescape,
    spell_out_blanks,
    drop_comments,
    drop_invisible,
    mend_characters,
    drop_pinyin,
    narrow_digits,
    join_spaced_digits,
    drop_marks,
    part_spaced_names,
    drop_blanks,
    drop_emphasis,
    join_spaced_names,
    join_torn_words,
)


def clean(text: str) -> str:
    """All rules in turn, until nothing changes any more.

    Bounded, because a hostile text could nest what is to be dropped without end.
    """
    for _ in range(20):
        before = text
        for rule in RULES:
            text = rule(text)
        if text == before:
            break
    return text


# What a web page wraps round a report, as whole lines.
_FURNITURE = re.compile(
    r"""
    (?:下载|打印(?:本[页文])?|全屏|收藏|关闭(?:窗口|本页)?|还原|加大|减小|放大|缩小|默认|返回(?:顶部|首页)?|首页|上一[篇页]|下一[篇页]
      |字[号体]|大|中|小|视力保护色|分享(?:到)?|微信|微博|繁體|简体|无障碍(?:阅读|浏览)?|\|+|[-=_*·]{3,})
    |[【\[]?\s*(?:字[体号]|我要|e-?mail推荐|关闭|打印|纠错|推荐|收藏)[：:]?[\s大中小默认特超减增加还原打印关闭收藏本页窗口|·/]*[】\]]?
    |[【】\[\]（）()]+|[|:\s-]+
    |(?:您?(?:现在|当前)的?位置|当前位置)\s*[：:].*
    |(?:扫一扫|扫码)在?手?机?(?:打开|浏览|查看|关注).{0,20}
    |(?:浏览|阅读|点击)(?:次数|量|数|率)?\s*[：:]\s*[0-9]*\s*次?
    |[（(]?(?:相关(?:报道|链接|新闻|阅读|附件)|分享到|(?:责任)?编辑|责编)\s*(?:[：:].{0,12})?
    |[-—]{1,2}\s*[0-9]{1,4}\s*[-—]{1,2}|第\s*[0-9]+\s*页(?:\s*[,，/]?\s*共\s*[0-9]+\s*页)?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_MAX_TRAILING = 200  # characters at the end of a line that are looked at
_TRAILING = re.compile(
    r"(?:(?:\s+|[【\[]|(?<=[】\]]))(?:打印(?:本页)?|关闭(?:窗口|本页)?|收藏|加大|还原|减小|(?:字[号体]|字体大小)[：:]?"
    r"(?:\s*[大中小])*|分享到?[：:]?|浏览次数[：:]?\s*[0-9]*)[】\]]?)+$"
)


def is_furniture(text: str) -> bool:
    """Whether a cleaned line is the page's, not the report's: ``打印``, ``【字号：``, ``加大``."""
    return not text or _FURNITURE.fullmatch(text) is not None


def drop_trailing_furniture(text: str) -> str:
    """For a dateline: ``发布时间:2024-12-23 打印 字号 加大`` → ``发布时间:2024-12-23``."""
    at = max(0, len(text) - _MAX_TRAILING)
    return text[:at] + _TRAILING.sub("", text[at:])


# UTF-8 read as Latin-1, its control characters lost or not, and read as GB 18030.
_MOJIBAKE = (
    r"[ÃÂ][\x80-\xbf]|(?:[\xe3-\xe9][\x80-\xbf‚„…†‡ˆ‰Š‹ŒŽ•˜™š›œžŸ]{1,2}){2}"
    "|锛[屽岋堬]|銆[傚佷]"
)
_SUSPECT = re.compile("[\ufffd\ue000-\uf8ff锟烫屯?？ÃÂ\xe3-\xe9锛銆]")
_DAMAGE = re.compile(
    rf"[\ufffd\ue000-\uf8ff]|锟斤拷|烫烫烫|屯屯屯|[?？][a-zü]*[{_TONED}][a-zü]*\)|{_MOJIBAKE}"
)


def damaged(text: str) -> bool:
    """Whether text was destroyed beyond repair: ``提前一月?lián)芨吨翆簦_保``."""
    return _SUSPECT.search(text) is not None and _DAMAGE.search(text) is not None
