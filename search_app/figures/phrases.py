"""The words that may stand between an indicator and its figure.

A figure belongs to an indicator only if nothing but these words stands between them. So
``地区生产总值能耗下降3%`` gives nothing for 地区生产总值: 能耗 is another indicator. The lists hold
what reports write there: verbs of level and change, adverbs, times, bases of comparison,
and nouns that only repeat the indicator (总数, 增速).
"""

from __future__ import annotations

import re
from functools import lru_cache

YEAR = r"(?:(?:19|20)\d\d年?|(?:19|二〇|二零)[〇零一二三四五六七八九]{2}年)"
_UP = "增长|增加|提高|提升|上升|上涨|增至|升至|增到|升到|扩大|攀升|跃升|净增|增|升"
_DOWN = "下降|降低|减少|回落|下滑|压减|压降|降至|降到|减至|缩减|下调|减|降"
RATE_NOUNS = "增长率|增长速度|增速|增幅|涨幅|升幅|降幅|年增长率"
_LEVEL = (
    "达到|达成|达|为|是|有|完成|实现|突破|超过|超|跨越|跨过|跃过|迈上|迈过|迈入|登上|跃上|站上|保持|稳定|维持|控制|"
    "稳|巩固|约|近|逾|接近|将近|大约|不低于|不少于|不小于|不超过|不高于|低于|高于|大于|少于|不突破|至少|"
    "累计|合计|共|共计|总计|共有|仅|仅为|已|已经|均|都|各|分别|首次|提前|继续|持续|始终|一直|稳步|仍|还|又|再|再次|"
    "基本|全部|预计|预期|力争|确保|争取|努力|计划|要|将|可|可达|能够|能|拟|目标|目标是|建议|"
    "在|到|至|由|从|了|即|就|也|有望|实际|名义|平均|年均|年平均|年均增速|"
    "稳中有升|较快|平稳|大幅|显著|明显|进一步|快速|小幅|逐步|逐年|高达|多达|只有|成功|率先|顺利|超额|"
    "首次突破|的|水平|规模|总规模|总数|总量|总额|数量|人数|户数|家数|数|额|值|比例|目标值|任务|绝对额|"
    "同比|环比|同口径|按可比口径|按可比价计算|按可比价格计算|可比增长|可比|扣除价格因素|剔除价格因素|连续"
)
_TIMES = (
    rf"{YEAR}(?:底|末|初|度)?|今年|去年|上年|前年|明年|全年|年末|年底|年初|本年|期末|“?十[一二三四五]五”?(?:期?末|时期|期间)?|"
    r"五年(?:来|内|累计|间)?|上半年|届时|目前|同期|三年内?|以来"
)
_BASES = (
    rf"(?:比|较|与|同|相比|相当于|是|为)(?:{YEAR}(?:底|末|初|度)?|上年度?|去年|前年|同期|上届|上一年|五年前|"
    r"“?十[一二三四五]五”?(?:时期)?(?:初期|期?末|时期)?|计划|目标|预期|年初)(?:同期|年底|年末|末|底)?(?:的|相比)?"
)
_WORDS = "|".join(
    sorted(
        {*_UP.split("|"), *_DOWN.split("|"), *RATE_NOUNS.split("|"), *_LEVEL.split("|")}, key=len
    )[::-1]
)
_ASIDE = r"\([^()，。；]{0,12}\)"
_FILLER = re.compile(rf"{_BASES}|{_TIMES}|{_WORDS}|{_ASIDE}|[\s\"”:]")
# What may follow a figure before the next clause of the same indicator.
TAIL = re.compile(
    r"\s*(?:的?(?:大关|台阶|关口|门槛|低位|高位|历史新高)|的?阶段性水平|的?水平|的?目标|的基础上|之多)+"
)
_NOUN_AFTER = re.compile(r"[\u4e00-\u9fff]")
_VERB_AFTER = re.compile(rf"(?:{_BASES}|{_WORDS}|和|与|及|以及|并|且|而|但|同时|年|时)")

TO = re.compile(r"(?:到|至)\s*(?:约|近|了|超过?|逾|接近|不低于|大约)?$")
RATE = re.compile(rf"(?:{RATE_NOUNS})")
_CHANGED_TO = re.compile(rf"(?:{_UP}|{_DOWN})(?:到|至)|[增升降减][到至]")
_LAST_CHANGE = re.compile(
    rf"(?P<up>{_UP})|(?P<down>{_DOWN})|(?P<level>达到?|为|是|完成|实现|稳定|保持|控制)"
)
BASE = re.compile(
    rf"(?P<fixed>同比|环比|同口径|按可比口径|年均|年平均)"
    rf"|(?:比|较|与|同|相当于|是|为)(?P<named>{YEAR}(?:底|末|初|度)?|上年度?|去年|前年|上一年|上届|五年前|年初|"
    r"“?十[一二三四五]五”?(?:时期)?(?:初期|期?末|时期)?)(?:同期|年底|年末|末|底)?"
)

_kept = lru_cache(maxsize=4096)  # reports write the same few words before most figures


@_kept
def is_filler(words: str) -> bool:
    """Whether there is nothing but the words that may stand before a figure.

    The longest word counts at each place, without second thoughts: so the time is linear.
    """
    at = 0
    while match := _FILLER.match(words, at):
        at = match.end()
    return at == len(words)


def ends_well(text: str, at: int) -> bool:
    """Whether a figure that ends at ``at`` stands for itself: ``2亿元以上项目`` does not."""
    return _NOUN_AFTER.match(text, at) is None or _VERB_AFTER.match(text, at) is not None


@_kept
def base_of(gap: str) -> str | None:
    """The base of a comparison in the words before a figure: ``比上年增长`` → ``上年``."""
    bases = [match["fixed"] or match["named"] for match in BASE.finditer(gap)]
    named = [base for base in bases if base not in ("年均", "年平均")]
    return (named or bases or [None])[-1]


@_kept
def direction_of(gap: str) -> str | None:
    """``up`` or ``down`` if the words before a figure make it a change, else None.

    ``增长`` does, ``增加到`` does not; ``增速达`` does, because a rate is a change.
    """
    if RATE.search(gap):
        return "down" if "降幅" in gap else "up"
    if TO.search(gap) or _CHANGED_TO.search(gap):
        return None
    last = None
    for match in _LAST_CHANGE.finditer(gap):
        last = match.lastgroup
    return last if last in ("up", "down") else None
