"""Characters that a reader takes for the same, folded to one: what both sides of a search see.

``fold`` keeps lengths: one character becomes one character, so that every offset into the
result points into the text shown. ``expand`` goes further where that cannot be done (``㎡``
is ``m2``, ``Ⅲ`` is ``iii``, a soft hyphen is nothing) and says which slice of the text each of
its characters stands for. ``unify`` and ``written`` merge 著 and 着, which only cut text
can bear, since the tokenizer's dictionary knows 显著 and 着力.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple
from unicodedata import combining, normalize

import opencc

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd〇"  # inside [ ]
LATIN = "a-z\u00df-\u00f6\u00f8-\u024f\u0370-\u03ff\u0400-\u04ff\u1e00-\u1eff"  # inside [ ], folded
BREAK = "\ufdd0"  # keeps numbers and words apart; a noncharacter, which no text holds
# Soft hyphen, joiners, marks of direction, variation selectors, byte-order mark; inside [ ].
INVISIBLE = (
    "\u00ad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069"
    f"\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef{BREAK}"
)
FULL_COMMA = "，"  # never groups digits, so it stays apart until numbers are read

# Unicode's EquivalentUnifiedIdeograph.txt for the CJK Radicals Supplement: radical, character.
_RADICALS = (
    "⺁厂⺂乛⺃乚⺄乙⺅亻⺆冂⺇𠘨⺈刀⺉刂⺊卜⺋㔾⺌小⺍小⺎兀⺏尣⺐尢⺑𡯂⺒巳⺓幺⺔彑⺕彐⺖忄⺗心⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺟母⺠民⺡氵"
    "⺢氺⺣灬⺤爫⺥爫⺦丬⺧牛⺨犭⺩王⺪𤴔⺫目⺬示⺭礻⺮𥫗⺯糹⺰纟⺱罓⺲罒⺳㓁⺴冗⺵𦉫⺶羊⺷𦍌⺸𦍋⺹耂⺺肀⺻聿⺼肉⺽𦥑⺾艹⺿艹⻀艹⻁虎"
    "⻂衤⻃覀⻄西⻅见⻆角⻇𧢲⻈讠⻉贝⻊𧾷⻋车⻌辶⻍辶⻎辶⻏邑⻐钅⻑長⻒镸⻓长⻔门⻕𨸏⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞𩙿⻟飠⻠饣⻡𩠐"
    "⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟"
)
# Old and foreign print forms outside GB 2312 that OpenCC leaves alone: form, character. From
# Unihan's kZVariant and kSemanticVariant, without the standard characters (喆, 邨, 龢) among them.
_PRINT_FORMS = (
    "靑青淸清愼慎顚颠塡填戸户値值郞郎尙尚屛屏硏研倂并甁瓶吿告槪概漑溉兎兔呑吞呉吴娯娱喩喻髙高隣邻姫姬囯国冦寇寃冤恊协彊强徃往徧遍廵巡廻回廽回弍二貮二"
    "摠总擧举攅攒暎映曡叠朶朵栢柏楡榆楳梅欝郁歛敛毘毗氷冰汚污澁涩溌泼濶阔濳潜炤照烱炯煕熙熈熙焔焰犂犁猨猿玅妙珎珍瑠琉畄留畆亩畧略畨番疉叠皐皋皃貌盇盍"
    "砲炮碪砧秌秋秔粳穉稚窓窗窻窗窰窑竒奇竝并竃灶筞策籖签粃秕紥扎緖绪緜绵縂总繋系繙翻纎纤缾瓶罇樽羃幂羇羁羗羌羮羹翆翠翺翱耡锄聡聪聨联聫联聮联肎肯肧胚"
    "胷胸脇胁脗吻膓肠臈腊臙胭舎舍艪橹芲花苅刈茘荔荅答荳豆菓果萠萌葢盖蔴麻蔕蒂蕋蕊蘂蕊蘓苏虗虚蚘蛔蛕蛔蜋螂蝿蝇蟇蟆蠏蟹蠧蠹衂衄衒炫袴裤裠裙裵裴覊羁覔觅"
    "覩睹觔斤觧解詶酬諌谏諠喧譌讹讁谪讃赞讐仇貎貌貭质賍赃賔宾贒贤趂趁踈疏躭耽躰体軆体躱躲軰辈輙辄輭软轝舆辤辞迯逃逥回逈迥逺远邉边鄕乡酧酬醻酬釡釜銕铁"
    "鏁锁鐡铁鑛矿鑵罐閇闭閙闹閧哄闗关阯址陗峭隄堤隂阴隖坞隷隶靣面靭韧靱韧鞌鞍韮韭頋顾頣颐頥颐顋腮頬颊頚颈飃飘飜翻飡餐飮饮餙饰餽馈餠饼駄驮駈驱駮驳騈骈"
    "騐验騣鬃髗颅髣仿鬂鬓鬪斗鬬斗鬭斗鬦斗魲鲈鱓鳝鳫雁鴈雁鵞鹅麁粗麤粗麐麟麞獐鼇鳌鼈鳖齅嗅龝秋"
)
_GB2312 = frozenset(  # its Han characters, row by row
    bytes(
        byte for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF) for byte in (row, cell)
    ).decode("gb2312", "ignore")
)
_RADICAL_FORMS = dict(zip(_RADICALS[::2], _RADICALS[1::2], strict=True))
_QUOTES = '“"”"„"「"」"‘\'’\''
_DASHES = "―—─—━—‐-‑-‒-–-−-"  # box drawing and minus signs are typed for dashes
_SIGNS = "∶:•·・·‧·⋅·∙·⁄/∕/º°˚°○〇◯〇"  # 二○一五年; a ratio sign for a colon, an ordinal for °
# Blocks whose characters NFKC replaces by plain ones: spaces, super- and subscripts, letterlike
# and number forms, radicals, compatibility ideographs, vertical, small and wide forms,
# mathematical letters.
_COMPATIBLE = (
    *((0xA0, 0xA0), (0xB5, 0xB5), (0x2000, 0x200A), (0x202F, 0x202F), (0x205F, 0x205F)),
    *((0x2070, 0x209F), (0x2100, 0x214F), (0x2160, 0x217F), (0x2F00, 0x2FD5), (0x3000, 0x3000)),
    *((0xF900, 0xFAFF), (0xFE10, 0xFE6F), (0xFF01, 0xFF9D), (0xFFE0, 0xFFEE)),
    *((0x1D400, 0x1D7FF), (0x2F800, 0x2FA1F)),
)
# Blocks whose characters NFKC replaces by several: fractions, (1), (一), units, months, ligatures.
_LONGER = (
    *((0xBC, 0xBE), (0x2100, 0x214F), (0x2150, 0x2189), (0x2474, 0x2487), (0x249C, 0x24B5)),
    *((0x3220, 0x3243), (0x32C0, 0x32CF), (0x3358, 0x33FF), (0xFB00, 0xFB06), (0x1F110, 0x1F129)),
)
_CASED = ((0x41, 0x5A), (0xC0, 0x530), (0x1E00, 0x1EFF))
_SMALL = "⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉"  # numbers of their own: 10⁸ is not 108
_SMALL_DIGITS = str.maketrans(_SMALL, "01234567890123456789")


def fold(text: str) -> str:
    """``text`` character by character, in simplified, half-width, small, common characters.

    As long as ``text``, and final: ``fold(fold(text)) == fold(text)``.
    ``醫療ＤＩＰ⼯作衞生﹪`` → ``医疗dip工作卫生%``; ``二O一五年`` → ``二〇一五年``.
    """
    table, changed = _table()
    plain = changed.sub(lambda match: match.group().translate(table), text)
    return _YEAR.sub(_with_zeros, plain) if _ZERO.search(plain) else plain


class Expanded(NamedTuple):
    """A folded text with its longer forms written out.

    ``text`` may hold ``BREAK`` between two numbers or words. ``spans[i]`` is the slice of the
    source that ``text[i]`` stands for; several characters may stand for the same slice.
    """

    text: str
    spans: list[tuple[int, int]]


def expand(plain: str) -> Expanded | None:
    """A folded text written out, or None where that changes nothing, as in most texts.

    ``ⅲ类5㎡`` → ``iii类5m2``. An accent joins its letter, what is invisible goes, and so
    does the blank before a percent or degree sign. Super- and subscripts are numbers of
    their own.
    """
    unusual = _UNUSUAL.search(plain) or _UNIT_BLANK.search(plain)  # fast, and true of few texts
    return _Writer(plain).expanded() if unusual and _RARE.search(plain) else None


class _Writer:
    """Writes out one folded text, and keeps book of the places."""

    def __init__(self, plain: str) -> None:
        self.seen = [at for at, char in enumerate(plain) if not _INVISIBLE.match(char)]
        self.bare = "".join(plain[at] for at in self.seen)
        self.texts: list[str] = []
        self.spans: list[tuple[int, int]] = []

    def expanded(self) -> Expanded:
        done = 0
        for match in _RARE.finditer(self.bare):
            start, end, piece = match.start(), match.end(), match.group()
            self.copy(done, start)
            match match.lastgroup:
                case "small":
                    self.put(BREAK, start, end)
                    self.copy(start, end)
                    self.put(BREAK, start, end)
                case "longer":
                    self.put(_longer()[piece], start, end)
                case "accented":
                    self.compose(piece, start)
            done = end
        self.copy(done, len(self.bare))
        return Expanded("".join(self.texts), self.spans)

    def compose(self, piece: str, start: int) -> None:
        """Put a letter with its accents; those that no composed letter has stay apart."""
        composed = normalize("NFC", piece)
        if len(composed) >= len(piece):  # some letters come apart
            self.copy(start, start + len(piece))
            return
        end = start + len(piece) - len(composed) + 1
        self.put(fold(composed[0]), start, end)
        for at, mark in enumerate(composed[1:], end):
            self.put(mark, at, at + 1)

    def copy(self, start: int, end: int) -> None:
        self.texts.append(self.bare[start:end].translate(_SMALL_DIGITS))
        self.spans += [(at, at + 1) for at in self.seen[start:end]]

    def put(self, text: str, start: int, end: int) -> None:
        self.texts.append(text)
        self.spans += [(self.seen[start], self.seen[end - 1] + 1)] * len(text)


def as_ideographs(text: str) -> str:
    """Radicals and compatibility ideographs as the characters they look like.

    As long as ``text``. They are simplified where the text has Han characters and all of
    those are; nothing else changes.
    """
    if not _STAND_IN.search(text):
        return text
    rest = "".join(_HAN.findall(_STAND_IN.sub("", text)))
    simplified = rest and fold(rest) == rest
    return _STAND_IN.sub(lambda match: (fold if simplified else _ideograph)(match.group()), text)


def _ideograph(char: str) -> str:
    return _RADICAL_FORMS.get(char) or normalize("NFKC", char)


def simplify(text: str) -> str:
    """A traditional text in simplified script, word by word, as long as ``text``.

    It knows more than ``fold``: ``反覆`` → ``反复``, but ``覆蓋`` → ``覆盖``. A text without
    traditional characters is unchanged.
    """
    plain = fold(text)
    if plain == text or not any(a != b for a, b in zip(text, plain, strict=True) if _HAN.match(a)):
        return text
    simplified: str = _word_by_word().convert(text)
    return simplified if len(simplified) == len(text) else text


@lru_cache(maxsize=1)
def _word_by_word() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def unify(text: str) -> str:
    """著 as 着: one character where characters are compared one by one."""
    return text.replace("著", "着")


def written(word: str) -> str:
    """A word with 著 or 着, whichever is right: ``显着`` → ``显著``, ``著力`` → ``着力``."""
    return _WITH_ZHU.sub("著", unify(word)) if "着" in word or "著" in word else word


_WITH_ZHU = re.compile(
    "着(?=[名作称述录])|(?<=[显昭卓专原编译巨土遗拙名])着|^着(?=[书者])|^论着|^合着"
)


def _each(blocks: Iterable[tuple[int, int]]) -> Iterator[str]:
    return (chr(code) for first, last in blocks for code in range(first, last + 1))


@lru_cache(maxsize=1)
def _table() -> tuple[dict[int, str], re.Pattern[str]]:
    """Each character that changes to what it becomes at last, and a pattern for runs of them."""
    steps = _han_steps()
    steps |= {old: new for old in _each(_COMPATIBLE) if _is_one(new := normalize("NFKC", old))}
    for char in (*_SMALL, FULL_COMMA):
        steps.pop(char, None)
    steps |= {old: new for old in _each(_CASED) if len(new := old.lower()) == 1}
    for pairs in (_RADICALS, _QUOTES, _DASHES, _SIGNS):
        steps |= dict(zip(pairs[::2], pairs[1::2], strict=True))
    steps |= dict.fromkeys("︐﹐", FULL_COMMA)
    table = {ord(old): new for old in steps if (new := _last(old, steps)) != old}
    near = "".join(re.escape(chr(code)) for code in table if code < 0x10000)
    far = "".join(f"{chr(first)}-{chr(last)}" for first, last in _COMPATIBLE if first >= 0x10000)
    return table, re.compile(f"[{near}{far}]+")  # far ones one by one would be slow to match


def _is_one(text: str) -> bool:
    return len(text) == 1 and not combining(text)


def _last(char: str, steps: dict[str, str]) -> str:
    """Where the steps from a character end: ``Å`` → ``Å`` → ``å``."""
    while (new := steps.get(char, char)) != char:
        char = new
    return char


def _han_steps() -> dict[str, str]:
    """Han characters to those in their place, by OpenCC and ``_PRINT_FORMS``.

    Traditional to simplified for all; Hong Kong's, Taiwan's and Japan's forms only for what
    GB 2312 does not hold, since 芸, 欠 and 予 are characters of their own.
    """
    han = list(_each(((0x3400, 0x9FFF), (0xF900, 0xFAFF))))
    steps = _converted(han, "t2s")
    foreign = [char for char in han if char not in steps and char not in _GB2312]
    for forms in ("jp2t", "tw2s", "hk2s"):
        steps |= _converted(foreign, forms)
    return steps | dict(zip(_PRINT_FORMS[::2], _PRINT_FORMS[1::2], strict=True))


def _converted(chars: list[str], conversion: str) -> dict[str, str]:
    """What an OpenCC conversion changes; lines keep it from reading words."""
    new = opencc.OpenCC(conversion).convert("\n".join(chars)).split("\n")
    return {old: one for old, one in zip(chars, new, strict=True) if old != one and len(one) == 1}


@lru_cache(maxsize=1)
def _longer() -> dict[str, str]:
    """Characters that fold to several: ``㎡`` to ``m2``, shut off from what is beside it.

    Those that are letters only (``Ⅲ``, ``ﬁ``) are part of the word that they stand in.
    """
    longer = {char: fold(normalize("NFKC", char)) for char in _LONG}
    return {old: new if _ONLY_LATIN.fullmatch(new) else _shut(new) for old, new in longer.items()}


def _shut(text: str) -> str:
    return re.sub(rf"^(?=[0-9{LATIN}])|(?<=[0-9{LATIN}])$", BREAK, text)


_ONLY_LATIN = re.compile(f"[{LATIN}]+")
_LONG = "".join(char for char in _each(_LONGER) if len(normalize("NFKC", char)) > 1)
_ZEROS = "0oοо"  # digit, Latin, Greek and Cyrillic letters that are typed for 〇
_DIGITS = "〇一二三四五六七八九"
_ZERO = re.compile(f"[{_DIGITS}][{_ZEROS}]")
_YEAR = re.compile(rf"(?<![a-z0-9])(?:一九|二[〇{_ZEROS}])[{_DIGITS}{_ZEROS}]{{2}}(?![a-z0-9])")


def _with_zeros(year: re.Match[str]) -> str:
    return re.sub(f"[{_ZEROS}]", "〇", year.group())


_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_HAN = re.compile(f"[{HAN}]+")
_STAND_IN = re.compile("[\u2e80-\u2ef3\u2f00-\u2fd5\uf900-\ufaff\U0002f800-\U0002fa1f]")
_DEGREES = "%‰‱°℃℉"
_UNIT_BLANK = re.compile(f" (?=[{_DEGREES}])")
_UNUSUAL = re.compile("[^\u4e00-\u9fff -~，\u3001-\u3015—…·\n]")
_RARE = re.compile(
    rf"(?P<invisible>[{INVISIBLE}])"
    rf"|(?P<small>[{_SMALL[:10]}]+(?:[.,][{_SMALL[:10]}]+)*|[{_SMALL[10:]}]+(?:[.,][{_SMALL[10:]}]+)*)"
    rf"|(?P<longer>[{_LONG}])"
    rf"|(?P<accented>\S[\u0300-\u036f\u3099\u309a]+)"
    rf"|(?P<blank>(?<=[0-9{_SMALL}]) +(?=[{_DEGREES}]))"
)
