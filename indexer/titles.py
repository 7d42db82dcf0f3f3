"""Finds the title of a document among the lines above its running text.

A web page surrounds the title with navigation, catalogue fields (索引号, 发布机构), a document
number and buttons; a letterhead breaks it into several lines. A reader takes for the title the
line that the format marks, or that ends as titles do (…的通知, …报告), joined with the lines that
it needs to be whole. The site's name after it and its second copy are left out.

A report of a government keeps the title that its file gives, letter by letter: ids are made
from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from engine.analyze import normalise
from indexer.bodies import is_whole_body
from indexer.kinds import is_bold
from indexer.numbering import number_of
from indexer.piece import Piece
from indexer.title_surroundings import (
    ADDRESS,
    BARE_FIELD,
    BYLINE,
    COLUMN,
    DATELINE,
    FIELD,
    FIELD_NAME,
    FURNITURE,
    PROMULGATED,
    RUN_IN,
    SALUTATION,
    SPEAKER,
    TITLE_FIELDS,
)
from indexer.title_trimming import MAX_LENGTH, as_repeated, tells, trimmed

MAX_LINES = 60  # above the running text that are searched
MAX_TITLE_LENGTH = 100  # characters of a line of a title
MAX_INTRODUCTION = 10  # pieces of a page's own before the document that it shows
MAX_BROKEN = 3  # lines before the last one of a title
MAX_TITLE_LINES = 8  # of one title; a joint notice has a line for each body

_GOVERNMENT = re.compile(r"政府.{0,8}工作(?:的)?报告")
_NOUN = re.compile(
    r"(?:报告|总结|计划|要点|汇报|安排|方案|回顾|综述|公报|公告|通告|公示|通报|通知|意见|决定|决议|命令|批复|复函"
    r"|条例|办法|规定|规则|细则|章程|准则|解释|规划|纲要|讲话|致辞|致词|发言|演讲|说明|年报|解读|措施|目录|指南"
    r"|提示|倡议书|公开信|简报|建议|答复|函|法|令|(?:部门|年度)[预决]算|名单|预案|请示|议案|纪要|决定书|建议书|白皮书|清单|规程"
    r"|须知|实录|情况|贺词|献词|贺信|一封信)"
    r"(?:稿|全文)?(?:\s*[(\[<《][^()《》]{1,24}[)\]>》])*(?:\[\d{1,2}\])?$"
)
_SENTENCE = re.compile(r"。.|。$|;")
_SUBTITLE = re.compile(r"\s*[—━─-]{2}.*")  # ——在某某大会上的报告, below a title
MIN_SLOGAN = 5  # characters of a line of a title that is a slogan
# Above its number: 某市人民政府令, 第148号; 医保工作简报, 第17期
_LETTERHEAD = re.compile(r"[^的]{2,30}(?:令|公告|简报|通报|纪要|专报|快报|动态)")
_SERIAL = re.compile(r"\W*(?:\d{4}\W*年?)?\s*第?\s*\d+\s*[号期]\W*")
_BODY_NAME = re.compile(
    r".{0,30}(?:政府|委员会|办公厅|办公室|局|厅|部|委|署|院|总署|总局|中心|指挥部|领导小组|法院|检察院|队)"
)
_GOES_ON = re.compile(r".*(?:[、,和与及暨的在为]|关于|印发|转发|执行|\d{4}(?:年度?)?)")
_CONTINUES = re.compile(r"[和与及暨的、关印](?!平)|以及|并")
_ADDS = re.compile(r"[和与及暨、](?!平)|以及")  # opens a line that adds to a whole title
# Of a line after the name of a body that is a title only with it
_NEEDS_BODY = re.compile(r"关于|印发|转发|^(?:常务委员会)?工作(?:的)?报告")
_LONE_NOUN = re.compile(r"公告|通告|通知|公示|通报|决定|决议|命令|批复|函")
# A verb whose object is quoted in the next line
_AT_QUOTED = re.compile(
    r"(?:关于|修改|修订|修正|废止|批准|公布|实施|贯彻|落实|调整|举行|开展|做好)$"
)
_OF_NOUN = re.compile(r"的.{0,6}$")
_PLACE_NAME = re.compile(r".{1,14}[省市州县区旗盟]")
_BROKEN = re.compile(r"(?=.{10})(?:.*\d{4}年|.{1,20}[省市县区州旗局府委厅院部]).*(?<![网台道户页])")


class _Candidate(NamedTuple):
    """A line that may be the title or part of it.

    ``marked``: the format makes it a heading. ``above``: it stands above a subtitle.
    ``letterhead``: it stands above a number. ``dated``: it stands above the line with its day.
    """

    text: str
    at: int
    marked: bool
    above: bool = False
    letterhead: bool = False
    dated: bool = False


def find_title(pieces: Sequence[Piece], given: str = "") -> str:
    """The title of a document; "" where it has none.

    ``given`` is the title that the file gives apart from its text, or "". It counts if it tells
    anything (``1985年`` and ``首页`` do not).
    """
    first = given or _first_heading(pieces)
    if _GOVERNMENT.search(normalise(first)):
        return first
    if given and tells(given):
        return trimmed(given)
    running = (at for at, p in enumerate(pieces[:MAX_LINES]) if _is_running_text(p.text))
    end = next(running, MAX_LINES)
    candidates = list(_candidates(pieces, end + 1))
    named = next((c.text for c in candidates if c.at < 0), "")
    return named or _best(candidates) or _best(list(_within_text(pieces, end))) or given


def _first_heading(pieces: Sequence[Piece]) -> str:
    """The first heading, if it stands above the running text and has no number; else ""."""
    for piece in pieces:
        if piece.kind == "heading" and not number_of(piece.text):
            return piece.text if len(piece.text) <= MAX_LENGTH else ""
        if piece.kind in ("heading", "body"):
            break
    return ""


def _candidates(pieces: Sequence[Piece], end: int) -> Iterator[_Candidate]:
    """The lines before ``end``, where the running text starts, that may belong to the title.

    ``at`` is the place of the line; it is -1 where a catalogue field gives the title.
    """
    for at, piece in enumerate(pieces[:end]):
        marked = piece.level == 1 or is_bold(piece.raw)
        label = ""  # of a catalogue entry whose value stands in the next cell
        for cell in (cells := re.split(r"[|｜]", piece.text)):
            text = cell.strip(" \u3000•·●■◆☆★>*")
            plain = normalise(text) if len(text) <= MAX_LENGTH else ""
            field = FIELD.fullmatch(plain)
            name = field[1] if field else label
            value = text[field.start(2) :] if field else text
            if name in TITLE_FIELDS and tells(value):
                yield _Candidate(trimmed(value), -1, False)
            elif not name and not cell.rstrip().endswith(">") and _may_be_title(text, plain):
                below = pieces[at + 1].text if at + 1 < len(pieces) else ""
                above = _SUBTITLE.fullmatch(below) is not None
                dated = BYLINE.fullmatch(normalise(below)) is not None
                yield _Candidate(text, at, marked, above, _is_letterhead(plain, below), dated)
            bare = "".join(plain.split()) if len(cells) > 1 else ""
            label = bare if FIELD_NAME.fullmatch(bare) else name if field and not value else ""
    for at, piece in enumerate(pieces[end - 1 : end + 1], end - 1):
        if match := PROMULGATED.match(piece.text) or RUN_IN.match(piece.text):
            yield _Candidate(match[match.lastindex or 1], at, False)


def _within_text(pieces: Sequence[Piece], start: int) -> Iterator[_Candidate]:
    """The lines above an address that a page introduces: 全文如下, 某县…的通知, 各乡镇:."""
    texts = [piece.text for piece in pieces[start + 1 : start + MAX_INTRODUCTION]]
    addresses = (i for i, text in enumerate(texts) if ADDRESS.fullmatch(normalise(text)))
    for at, text in enumerate(texts[: next(addresses, 0)], start + 1):
        if _may_be_title(text, normalise(text)):
            yield _Candidate(text, at, False)


def _may_be_title(text: str, plain: str) -> bool:
    if not 2 <= len(text) <= MAX_TITLE_LENGTH:
        return False
    is_named = _BODY_NAME.fullmatch(plain) or _NOUN.search("".join(plain.split()))
    return (
        not number_of(text)
        and not _SENTENCE.search(plain)
        and not any(pattern.fullmatch(plain) for pattern in (FURNITURE, BARE_FIELD, SALUTATION))
        and (is_named is not None or "《" in plain or not SPEAKER.fullmatch(plain))
        and not DATELINE.fullmatch(plain)
    )


def _is_letterhead(plain: str, below: str) -> bool:
    """Whether a line is the letterhead of a decree or of a series, with a number below it."""
    is_named = _LETTERHEAD.fullmatch("".join(plain.split())) is not None
    return is_named and _SERIAL.fullmatch(normalise(below)) is not None


def _is_running_text(text: str) -> bool:
    """Whether a line ends the search: a paragraph, or the words that address the audience."""
    text = text.rstrip(" |｜")
    if len(text) > 2 * MAX_TITLE_LENGTH and "|" not in text and "｜" not in text:
        return True
    plain = normalise(text)
    if "|" in plain or FIELD.match(plain) or FURNITURE.fullmatch(plain):
        return False
    is_address = len(plain) > 3 and plain.endswith(":") and not _NOUN.search(plain[:-1])
    return is_address or len(plain) > MAX_TITLE_LENGTH or "。" in plain


def _best(candidates: Sequence[_Candidate]) -> str:
    """The title that starts at the best candidate; "" where none is good enough."""
    plain = [normalise(trimmed(c.text)) for c in candidates]
    below = [
        i for i, c in enumerate(candidates) if not c.letterhead and not COLUMN.fullmatch(plain[i])
    ]
    dated = [i for i in below if candidates[i].dated and not _BODY_NAME.fullmatch(plain[i])]
    order = (
        *(i for i, c in enumerate(candidates) if c.marked),
        *(i for i, c in enumerate(candidates) if c.above),
        *(i for i in dated if _NOUN.search(plain[i])),
        *(i for i in below if _NOUN.search(plain[i])),
        *dated,
        *(i for i in below if not _BODY_NAME.fullmatch(plain[i])),
        *range(len(candidates)),
    )
    for start in order:
        title = _whole(candidates, start)
        if tells(title):
            return as_repeated(title, [trimmed(c.text) for c in candidates])
    return ""


def _whole(candidates: Sequence[_Candidate], start: int) -> str:
    """The title with the lines before and after that belong to it."""
    first = last = start
    while first > 0 and _leads_to(candidates[first - 1], candidates[first]):
        first -= 1
    first = _subject_line(candidates, first)
    while (
        last + 1 < len(candidates)
        and last - first < MAX_TITLE_LINES
        and _leads_to(candidates[last], candidates[last + 1])
    ):
        last += 1
    return trimmed(_joined([c.text for c in candidates[first : last + 1]]))


def _subject_line(candidates: Sequence[_Candidate], first: int) -> int:
    """The line with 关于 in which a title starts that is broken again before ``first``."""
    for at in range(first - 1, max(first - MAX_BROKEN, 0) - 1, -1):
        line, plain = candidates[at], normalise(candidates[at].text)
        if candidates[at + 1].at - line.at > 1 or line.marked or _NOUN.search(plain):
            return first
        if "关于" in plain:
            return at if "关于" not in candidates[first].text else first
    return first


def _leads_to(line: _Candidate, following: _Candidate) -> bool:
    """Whether a line is not whole without the one that follows."""
    plain, after = normalise(trimmed(line.text)), normalise(trimmed(following.text))
    if following.at - line.at > 1 or line.marked != following.marked:
        return False
    is_slogan = following.above and not _NOUN.search(after) and len(after) >= MIN_SLOGAN
    if is_slogan and len(plain) >= MIN_SLOGAN and not _BODY_NAME.fullmatch(plain):
        return True
    if plain.count("《") > plain.count("》") or plain.count("(") > plain.count(")"):
        return True
    is_named = _NOUN.search("".join(after.split())) is not None
    if "关于" in plain and _GOES_ON.fullmatch(after):
        return not _NOUN.search(plain) or _ADDS.match(after) is not None
    # An office does not issue jointly with its government; its name above is that of the site.
    if plain.endswith(after) or (plain.startswith(after) and _BODY_NAME.fullmatch(after)):
        return False
    if _is_cut(plain, after):
        return True
    if _NOUN.search(plain):
        lacks_noun = "关于" in plain and not _OF_NOUN.search(plain)  # 关于…计划, but …的报告
        return _ADDS.match(after) is not None or (
            lacks_noun and is_named and not _opens_title(after)
        )
    if _PLACE_NAME.fullmatch(plain) and is_named and after.startswith(("人民", "第")):
        return True
    if _BODY_NAME.fullmatch(plain):
        return _BODY_NAME.fullmatch(after) is not None or _NEEDS_BODY.search(after) is not None
    return is_named and (
        _GOES_ON.fullmatch(plain) is not None
        or _CONTINUES.match(after) is not None
        or "关于" in plain
        or (_BROKEN.fullmatch(plain) is not None and not _opens_title(after))
    )


def _is_cut(plain: str, after: str) -> bool:
    """Whether a line ends before its noun, before the title it quotes, or within a body's name."""
    return (
        (_BODY_NAME.fullmatch(plain) and _LONE_NOUN.fullmatch("".join(after.split()))) is not None
        or (_AT_QUOTED.search(plain) is not None and after.startswith("《"))
        or (
            len(plain) > MIN_SLOGAN
            and not _NOUN.search(plain)
            and not is_whole_body(after)
            and is_whole_body(plain + after)
        )
    )


def _opens_title(plain: str) -> bool:
    """Whether a line begins as titles do: with a year, a body or the subject."""
    return re.match(r"\W*\d{4}年|.{2,16}(?:局|政府|委员会)|关于|[—━─-]*在", plain) is not None


def _joined(lines: Sequence[str]) -> str:
    """The lines as one; the names of two bodies keep a blank between them."""
    joined = lines[0]
    for before, line in pairwise(lines):
        both_bodies = _BODY_NAME.fullmatch(before) and _BODY_NAME.match(line)
        joined += f" {line}" if both_bodies else line
    return joined
