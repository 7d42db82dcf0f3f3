"""Shortens a division's official name as running text does.

``恩施土家族苗族自治州`` is written ``恩施州`` or ``恩施``, ``辰溪县`` is written ``辰溪``. Two
rules do this: the rank is removed from the end, and then the peoples for which an
autonomous area is named. The rest must have two characters, or it is no name.
"""

from __future__ import annotations

import re

RANK = re.compile(r"(特别行政区|自治[区州县旗]|地区|林区|新区|特区|矿区|[省市县区旗盟])$")
PEOPLES = re.compile(
    r"(各族|壮族|回族|维吾尔|藏族|苗族|彝族|土家族|侗族|布依族|朝鲜族|蒙古族|(?<!内)蒙古|哈萨克族?|柯尔克孜"
    r"|白族|傣族|景颇族|傈僳族|哈尼族|羌族|满族|瑶族|黎族|土族|撒拉族|东乡族|保安族|裕固族|锡伯|仡佬族"
    r"|水族|毛南族|仫佬族|畲族|纳西族|拉祜族|佤族|布朗族|独龙族|怒族|普米族|达斡尔族?|鄂温克族|塔吉克)+$"
)
AUTONOMOUS = re.compile(r"自治([州县旗])$")
MIN_STEM_LENGTH = 2  # characters; 赵 alone does not name 赵县


def stem(name: str) -> str:
    """The name without rank and peoples; "" where too little is left.

    >>> stem("恩施土家族苗族自治州"), stem("辰溪县"), stem("赵县")
    ('恩施', '辰溪', '')
    """
    bare = RANK.sub("", name)
    if bare != name and "自治" in name[len(bare) :]:
        bare = PEOPLES.sub("", bare)
    return bare if MIN_STEM_LENGTH <= len(bare) < len(name) else ""


def forms(name: str) -> list[str]:
    """Every spelling of the name with its rank, the official one first.

    >>> forms("恩施土家族苗族自治州")
    ['恩施土家族苗族自治州', '恩施州']
    """
    rank = AUTONOMOUS.search(name)
    short = stem(name)
    return [name, short + rank[1]] if rank and short else [name]
