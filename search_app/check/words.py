"""What the check says of a quotation in Chinese: on the page, the terminal and in Word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from search_app.check.check import Checked, CheckedQuotation, CheckedReference, Verdict
from search_app.check.comments import Comment
from search_app.check.differences import Difference, Kind
from search_app.check.matching import Match
from search_app.navigate import full_title
from search_app.present import permalink

VERDICTS: Mapping[Verdict, str] = {
    "differs": "与原文不一致",
    "elsewhere": "不在所注的出处",
    "not_found": "没有找到",
    "same_normalised": "一致，只有空格、标点、字宽或繁简不同",
    "same": "一致",
    "too_short": "不足 12 字，未核对",
}
KINDS: Mapping[Kind, str] = {
    "figure": "数字",
    "negation": "否定词",
    "unit": "单位",
    "place": "地名",
    "word": "字词",
    "cut": "缺文",
}
_MAX_SHOWN = 120  # characters of a text in a line


def summary(checked: Checked) -> str:
    """The numbers of quotations by verdict: ``引文 9 处：与原文不一致 1；一致 8``."""
    counts = Counter(each.verdict for each in checked.quotations)
    listed = "；".join(f"{name} {counts[key]}" for key, name in VERDICTS.items() if counts[key])
    return f"引文 {len(checked.quotations)} 处：{listed}" if listed else "没有找到引文"


def difference_words(difference: Difference) -> str:
    """A difference in a line: ``数字：引作“98.35”，原文是“98.25”``."""
    name = KINDS[difference.kind]
    quoted, source = excerpt(difference.quoted), excerpt(difference.source)
    if not quoted:
        sign = "，也没有用省略号" if difference.kind == "cut" else ""
        return f"{name}：缺“{source}”{sign}"
    if not source:
        return f"{name}：原文此处没有“{quoted}”"
    return f"{name}：引作“{quoted}”，原文是“{source}”"


def reference_words(checked: CheckedReference, shown: Match | None = None) -> str:
    """What is wrong with a reference, and what it leads to, unless that is ``shown`` already.

    Empty where there is nothing to say.
    """
    text, now = checked.reference.text, checked.now
    if checked.state == "same" or (checked.state == "changed" and now and now == shown):
        return ""
    if checked.state == "unknown":
        return f"索引里没有 {text} 所指的段落或报告"
    if checked.state == "gone":
        said = f"{text} 所指的段落已经改动或删去，那篇报告里"
        there = "相近的文字见下" if now and now == shown else "现在写的是"
    else:
        said, there = f"{text} 那里没有这句话，", "现在写的是"
    if not now:
        return f"{said}也没有相近的文字"
    return said + there if now == shown else f"{said}{there}：{excerpt(now.text)}"


def citation(match: Match) -> str:
    """Where a match stands: ``《政府工作报告（怀化市 · 2024）》第 18 段``."""
    ordinal = match.source.paragraph_at(match.start).ordinal
    return f"《{full_title(match.source.report)}》第 {ordinal} 段"


def lines_of(checked: CheckedQuotation) -> Iterator[str]:
    """What there is to say of a quotation, the verdict first, then differences and sources."""
    yield VERDICTS[checked.verdict]
    match = checked.match
    if checked.reference and (said := reference_words(checked.reference, match)):
        yield said
    if match and match.differences:
        yield from map(difference_words, match.differences)
    if match and checked.verdict == "differs":
        yield f"原文：{excerpt(match.text)}"
    if match:
        yield f"见{citation(match)}"
    others = [each for each in checked.elsewhere if not match or each != match.id]
    if others and checked.verdict == "elsewhere":
        yield f"还见于：{'、'.join(others)}"


def excerpt(text: str) -> str:
    """A text in one line, without its middle where it is long."""
    line = " ".join(text.split())
    half = _MAX_SHOWN // 2
    return line if len(line) <= _MAX_SHOWN else f"{line[:half]} …… {line[-half:]}"


def comments(checked: Checked, root: str) -> Sequence[Comment]:
    """A comment for each quotation that somebody has to look at; ``root`` begins its link."""
    return [
        Comment(each.quotation.pieces, tuple(lines_of(each)), _link(each, root))
        for each in checked.quotations
        if each.is_fault
    ]


def _link(checked: CheckedQuotation, root: str) -> str:
    return root + permalink(checked.match.id) if checked.match else ""
