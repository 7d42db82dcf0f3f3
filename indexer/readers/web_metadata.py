"""What a web page says of its report: title, issuer, date, address.

Government sites state these in ``meta`` tags, in a catalogue above the text (发布机构, 成文日期,
索引号) or in a line under the title. The ``<title>`` names column and site, too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from functools import lru_cache

from lxml.html import HtmlElement

from engine.analyze import normalise
from indexer.readers.web_tables import Paragraph

_BLANKS = re.compile(r"\s+")
_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})(?!\d)")
_MAX_INFO_LENGTH = 200  # characters
_MAX_TITLE_LENGTH = 100
_MAX_NAMED = 500  # characters of a tag that may name the report beside its site
_MAX_NAMES = 20  # that a page may have for its report


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_PUBLISHER_KEYS = _words(
    "发布机构 发文机关 发文机构 发文单位 制发机关 制发单位 制定机关 公开机构 公开主体"
    " 发布单位 发布部门 发布机关"
)
_SOURCE_KEYS = ("信息来源", "文章来源", "稿件来源", "来源", "稿源")
_RELEASE_KEYS = _words("发布日期 发布时间 公开日期 公开时间 发文日期 发表时间 更新时间 更新日期")
_DATE_KEYS = ("成文日期", "生成日期", "印发日期", "制发日期", "成文时间", "日期", "时间")
_TITLE_KEYS = ("标题", "名称", "文件名称", "信息名称", "文件标题")
_OTHER_KEYS = _words(
    "索引号 索取号 信息索引号 文号 发文字号 文件编号 主题分类 信息分类 组配分类 体裁分类 体裁 分类"
    " 主题词 关键词 关键字 服务对象 有效性 时效性 公开方式 公开范围 公开形式 公开类别 内容概述"
    " 信息类别 生效日期 失效日期 废止日期 效力状态 有效期 作者 记者 编辑 点击 点击数 点击量"
    " 点击次数 浏览 浏览量 浏览次数 阅读 阅读量 阅读次数 访问次数 访问量 字号 字体 字体大小"
    " 保护视力色 发布人 撰稿 供稿 统一登记号 规范性文件编号"
)
_KEYS = frozenset(
    (*_PUBLISHER_KEYS, *_SOURCE_KEYS, *_RELEASE_KEYS, *_DATE_KEYS, *_TITLE_KEYS, *_OTHER_KEYS)
)
_ALSO_COLUMNS = frozenset(  # what a column of a report's table may be called, too
    ("名称", "时间", "日期", "分类", "作者", "记者", "编辑", "来源", "体裁", "关键词")
)
_ANY_KEY = "|".join(" ?".join(key) for key in sorted(_KEYS, key=len, reverse=True))
_ENTRY = re.compile(rf"(?:^|(?<=[\s\[\(【|]))({_ANY_KEY})\s*[:]\s*")
_DATED_LINE = re.compile(
    r"(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\s*\d{1,2}:\d\d(?::\d\d)?)?(?:\s|$)"
)

# Parts of a <title> that name the site or its column.
_SEPARATORS = re.compile(
    r"\s*(?:[_|｜»>]+|--+)\s*|\s+[-–—·]+\s+|(?<![0-9A-Za-z—–-])[-–](?![0-9—–-])"
    r"|(?<=[0-9])-(?=[^0-9—–-]{2,12}(?:网|门户|政府)[^-]{0,6}$)"
)
_SITE = re.compile(
    r"(?:网|网站|门户|官网|平台|频道|首页|主页|在线|人民政府|政务公开|信息公开|政务服务)$"
    r"|^(?:欢迎|首页)|门户网站|信息网"
)
_ORGANISATION = re.compile(
    r"[^\s,。;:、|]{2,28}(?:局|委员会|政府|办公室|办公厅|厅|委|部|院|中心|总队|支队|大队|处|署"
    r"|联合会|总工会|协会|公司)"
)
_NO_ORGANISATION = re.compile(
    r"^(?:[省市县区州旗盟乡镇]|本|我)|[网报社台]$|日报|电视|客户端|公众号|新华|人民网|门户"
)
_REPORT_NOUN = re.compile(
    r".*(?:报告|总结|计划|要点|汇报|安排|方案|意见|通知|公报|公告|规划|办法|决定|情况|讲话|致辞|纪要"
    r"|细则|批复|函)\W*$"
)
_TITLE_NAMES = re.compile(r"tit|headline|biaoti|^bt|[_-]bt|subject", re.IGNORECASE)


def is_catalogue(one: Paragraph) -> bool:
    """Whether a paragraph is an entry of the page's catalogue, or the line that names source and
    date of publication."""
    if one.cells:
        key = _bare(one.cells[0])
        named = one.cells[0].rstrip().endswith((":", "："))
        return key in _KEYS and (named or key not in _ALSO_COLUMNS)
    text = normalise(one.block.text).strip("[]()【】 \u3000")
    if len(text) > _MAX_INFO_LENGTH:
        return False
    return (
        _ENTRY.match(text) is not None
        or _bare(text) in _KEYS
        or _DATED_LINE.match(text) is not None
    )


def is_bare_key(one: Paragraph) -> bool:
    """Whether a paragraph is the key of a catalogue's entry, whose value is the next one."""
    return not one.cells and _bare(one.block.text) in _KEYS


def _bare(text: str) -> str:
    """``索 引 号：`` as ``索引号``."""
    return "".join(normalise(text).split()).rstrip(":")


def metadata(page: HtmlElement, above: Sequence[Paragraph], title: str) -> dict[str, str]:
    """The page's metadata; ``above`` are the paragraphs above the report's text."""
    tags = _tags(page)
    entries = dict(_entries(above))
    issuer = tags.get("contentsource", "") or _first(entries, _PUBLISHER_KEYS)
    source = _first(entries, _SOURCE_KEYS)
    canonical = page.find("head/link[@rel='canonical']")
    published = (
        tags.get("pubdate")
        or tags.get("article:published_time")
        or tags.get("firstpublishedtime")
        or tags.get("publishdate")
        or _first(entries, _RELEASE_KEYS)
        or _first(entries, _DATE_KEYS)
        or next(
            (
                one.block.text
                for one in reversed(above)
                if _DATED_LINE.match(normalise(one.block.text).strip())
            ),
            "",
        )
    )
    found = {
        "title": title,
        "issuer": _organisation(issuer) or _organisation(source, strict=True),
        "published": _iso_date(published),
        "url": tags.get("og:url") or ("" if canonical is None else canonical.get("href") or ""),
    }
    return {key: value for key, value in found.items() if value}


def _tags(page: HtmlElement) -> dict[str, str]:
    tags: dict[str, str] = {}
    for tag in page.iter("meta"):
        name = (tag.get("name") or tag.get("property") or "").lower()
        value = _BLANKS.sub(" ", tag.get("content") or "").strip()
        if value:
            tags.setdefault(name, value)
    return tags


def _first(entries: dict[str, str], keys: Sequence[str]) -> str:
    return next((entries[key] for key in keys if entries.get(key)), "")


def _entries(paragraphs: Sequence[Paragraph]) -> Iterator[tuple[str, str]]:
    """The catalogue's entries: ``发布机构：某局`` in a line, in cells, or in two paragraphs."""
    found: dict[str, str] = {}
    pending = ""  # a key whose value is the next paragraph
    for one in paragraphs:
        if one.cells:
            for key, value in zip(one.cells, one.cells[1:], strict=False):
                if (name := _bare(key)) in _KEYS and _bare(value) not in _KEYS:
                    found.setdefault(name, value.strip())
        text = one.block.text.replace("\u3000", " ").replace("\xa0", " ").strip()
        plain = normalise(text)
        if len(text) > _MAX_INFO_LENGTH or len(plain) != len(text):
            pending = ""
            continue
        if pending and _bare(text) not in _KEYS:
            found.setdefault(pending, text)
        pending = _bare(text) if _bare(text) in _KEYS else ""
        matches = list(_ENTRY.finditer(plain))
        ends = [*(match.start() for match in matches[1:]), len(text)][: len(matches)]
        for match, end in zip(matches, ends, strict=True):
            value = text[match.end() : end].strip(" |【[(")
            if value:
                found.setdefault(_bare(match[1]), value)
    yield from found.items()


def _organisation(text: str, strict: bool = False) -> str:
    """The body that a source line names; ``strict``: only where it is surely an issuer."""
    text = re.sub(r"^(?:(?:信息|文章|稿件)?来源|发布机构)[:：]\s*", "", text.strip())
    if not strict:
        return text
    name = re.split(r"[\s,，;；|]", text)[0] if text else ""
    plain = normalise(name)
    sure = _ORGANISATION.fullmatch(plain) and not _NO_ORGANISATION.search(plain)
    return name if sure else ""


def _iso_date(text: str) -> str:
    """``2024年12月3日 14:29`` as ``2024-12-03``; "" where there is no date."""
    match = _DATE.search(normalise(text))
    try:
        return date(*map(int, match.groups())).isoformat() if match else ""
    except ValueError:
        return ""


# Titles


def titles(page: HtmlElement, paragraphs: Sequence[Paragraph]) -> list[str]:
    """What the page may call its report, the likeliest first."""
    tags = _tags(page)
    site = {_squash(tags.get(name, "")) for name in ("sitename", "columnname", "og:site_name")}
    heading = _BLANKS.sub(" ", page.findtext(".//title") or "").strip()
    shown = {_squash(one.block.text) for one in paragraphs if not one.cells}
    named = [
        part
        for text in (
            tags.get("articletitle", ""),
            heading,
            tags.get("og:title", ""),
            tags.get("title", ""),
        )
        for part in _parts(text, site)
    ]
    h1 = [one.block.text for one in paragraphs if one.block.level == 1 and one.linked < 0.5]
    confirmed = [part for part in named if _squash(part) in shown]
    catalogue = [_first(dict(_entries(paragraphs[:40])), _TITLE_KEYS)]
    stated = list(_parts(tags.get("articletitle", ""), site))
    ordered = [*stated, *confirmed, *(h1 if len(h1) == 1 else []), *catalogue, *named]
    names = dict.fromkeys(one.strip() for one in ordered)
    return [text for text in names if text and not _is_site(text, site)][:_MAX_NAMES]


def _parts(text: str, site: Collection[str]) -> Iterator[str]:
    """The parts of a ``<title>`` that may name the report; whole, then in their order."""
    if not text:
        return
    parts = [part for part in _SEPARATORS.split(text[:_MAX_NAMED]) if part and part.strip()]
    kept = [part for part in parts if not _is_site(part, site)]
    yield from kept


def _is_site(text: str, site: Collection[str]) -> bool:
    plain = normalise(text).strip()
    return (
        _squash(text) in site
        or len(plain) > _MAX_TITLE_LENGTH
        or (_SITE.search(plain) is not None and not _REPORT_NOUN.match(plain))
    )


def shown_title(above: Sequence[Paragraph]) -> str:
    """The title as the page shows it above the text, where no tag names it; else ""."""
    near = [one for one in reversed(above[-12:]) if _may_be_title(one)]
    marked = [
        one
        for one in near
        if one.block.level
        or _TITLE_NAMES.search(f"{one.place.get('class') or ''} {one.place.get('id') or ''}")
    ]
    nouns = [one for one in near if _REPORT_NOUN.match(one.block.text)]
    return next((one.block.text.strip() for one in (*marked, *nouns)), "")


def _may_be_title(one: Paragraph) -> bool:
    text = one.block.text.strip()
    return (
        4 <= len(text) <= _MAX_TITLE_LENGTH
        and one.linked < 0.5
        and not one.cells
        and not is_catalogue(one)
        and not re.search("[。；>|]", text)
        and not _is_site(text, ())
    )


def same_title(text: str, names: Collection[str]) -> bool:
    """Whether a paragraph is one of these titles, blanks aside; one cut short (…) counts."""
    bare = _squash(text)
    return len(bare) >= 4 and any(
        bare == name or (name[-1:] == "…" and len(name) > 8 and bare.startswith(name.rstrip(".…")))
        for name in map(_squashed_name, names)
    )


@lru_cache(maxsize=1024)  # the names of a page are compared with each of its paragraphs
def _squashed_name(name: str) -> str:
    return _squash(name)


def _squash(text: str) -> str:
    return "".join(normalise(text).split())
