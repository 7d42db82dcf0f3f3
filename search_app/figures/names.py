"""The words that narrow an indicator: 城乡居民 in ``城乡居民参保率``.

They stand before the indicator in its clause. Words of place, time and action are no part
of a name; where more is left than a name can be, there is no name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_MAX_LENGTH = 16
_LEADING = re.compile(
    r".*(?:全市|全省|全县|全区|全州|全国|全旗|全镇|我[省市区县州旗国]|年末|年底|期末|年内|全年|[12]\d{3}年|今年|去年|明年|[三五]年(?:来|间|内)?|"
    r"实现|完成|达到|预计|力争|确保|争取|推动|推进|促进|保持|保证|其中|减少|降低|压减|加快|扩大|抓好|做好|落实好?|带动|拉动|"
    r"努力|继续|累计|目标[是为]|初步核算|初步统计|据统计|贯彻|实施|提前|超额|稳定|帮助|抓住|开展|加强|大力|全面|稳步|增加(?!值)|"
    r"提升|提高|全力|切实|年均|预期|市属|省属|各位代表|享受|支出|拥有|建成(?!区)|发放|新开工|"
    r"平均每年|每年|年度|以来|使(?!用)|对(?!象)|在(?!岗|校|建|册|职)|到(?!位)|[将让把是为了至由从并稳])"
)
_VERBS = re.compile(
    r"实现|完成|推动|促进|增长|增加|提高|提升|解决|帮助|建设|建成|开展|实施|达到|使|让|把|纳入|超过"
)
# An item that ends like this is an indicator by itself, and narrows no other.
_HEAD = re.compile(
    r"(?:[数量额率值积重度水]|收入|支出|投资|消费|税收|产量|游客|客流|旅游者|旅客|人次|总值|进口|出口|外资|内资|人口|能耗|排放|"
    r"GDP|CPI|增速|指数|面积|企业|存款|贷款|余额|基金|保费|就业|营收|利润|资金|项目|增幅|产值)$"
)
_DIGIT = re.compile(r"\d")
_QUOTES = re.compile(r"[\s\"'“”‘’()（）《》·:]")


def narrowing(words: str) -> str | None:
    """The name in the words before an indicator: ``全市城乡居民`` → ``城乡居民``."""
    name = _QUOTES.sub("", _LEADING.sub("", words)).removesuffix("的")
    return name if 0 < len(name) <= _MAX_LENGTH and not _DIGIT.search(name) else None


def joined(items: Sequence[str]) -> str | None:
    """The name of several modifiers with one figure: ``基本养老和医疗保险``."""
    cleaned = [name for item in items if (name := narrowing(item))]
    return "、".join(cleaned) or None


def variants(items: Sequence[str]) -> list[str]:
    """The items at the end of an enumeration that narrow the indicator after them.

    ``["游客数量", "城镇"]`` → ``["城镇"]``: 游客数量 is an indicator.
    """
    found: list[str] = []
    for item in reversed(items):
        if _HEAD.search(item.strip()) or not item.strip():
            break
        found.insert(0, item)
    return found


def town_and_country(own: str, count: int) -> list[str] | None:
    """The two names of ``城乡居民``, in its order."""
    name = narrowing(own)
    if count != 2 or not name or "城乡" not in name:
        return None
    return [name.replace("城乡", place) for place in ("城镇", "农村")]


def has_verb(words: str) -> bool:
    """Whether the words say that something is done."""
    return _VERBS.search(words) is not None
