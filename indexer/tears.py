"""Words torn by blanks, put together again.

A text that was wrapped, and whose lines were joined with blanks, has a blank inside every
second word at a line's end; a justified title has one between all of its characters. Real
blanks part what is complete on both sides: an office from a name, a heading from its text,
two names. The tokenizer's dictionary tells which is which. What is decided of a blank does
not depend on the other blanks' removal, so that once is enough, and takes linear time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from functools import cache
from itertools import accumulate, groupby

from engine.analyze import Analyzer, normalise
from engine.folding import HAN
from indexer.numbering import number_of

_STRETCH = re.compile(f"(?<![{HAN}])[{HAN}]+(?: [{HAN}]+)+")  # looks behind to stay linear
_NAME = re.compile(rf"(?<=[长長任员員理席] )([{HAN}]) ([{HAN}])(?=[）)]|$)")
_OFFICE = re.compile("(?:[省市州盟县区旗]长|主席|主任|专员|总理)$")
_QUOTED = re.compile("“[^“”]*”")
_SENTENCE_END = re.compile("[。；！？]")
_DATE = frozenset("年月日时分")  # 2020年 月 日 is a form to fill in
_LISTED = frozenset("一二三四五六七八九十甲乙丙丁戊己庚辛东南西北上中下左右大小") | _DATE
_REACH = 8  # characters to each side of a blank that the tokenizer looks at
_SPACED = 3  # single characters in a row that may be a spaced-out title
_HEADING = 8  # characters of the shortest heading that its text follows without a mark


class Verdict(Enum):
    """What a blank between two Han characters is."""

    TORN = 1  # inside a word
    WHOLE = 2  # between two words
    APART = 3  # between two things, a name or an item of a list among them


def join_spaced_names(text: str) -> str:
    """A name of two characters, set as wide as one of three: ``市长 何 雄`` → ``市长 何雄``."""
    return _NAME.sub(r"\1\2", text) if " " in text else text


def join_torn_words(text: str) -> str:
    """Blanks inside words: ``总体要 求`` → ``总体要求``, ``政 府 工 作 报 告`` → ``政府工作报告``.

    Where sentences were torn so, blanks between their words go too, but for those behind a
    heading or in quotation marks: ``各类 企业发 展，加快 建设。`` → ``各类企业发展，加快建设。``.
    """
    verdicts = [verdict for match in _STRETCH.finditer(text) for verdict in _judge(match)]
    torn = [at for at, verdict in verdicts if verdict is Verdict.TORN]
    if not torn:
        return text
    whole = [at for at, verdict in verdicts if verdict is Verdict.WHOLE]
    loose = list(_within_sentences(text, whole)) if "。" in text else []
    gone = {*torn, *loose} if len(loose) <= 2 * len(torn) else set(torn)
    return "".join(char for at, char in enumerate(text) if at not in gone)


def _judge(match: re.Match[str]) -> Iterator[tuple[int, Verdict]]:
    """Each blank of a stretch of Han characters, by its place in the text."""
    chunks = match.group().split(" ")
    bare = normalise("".join(chunks))
    inner = set(_inner(_words(bare)))
    ends = list(accumulate(map(len, chunks)))
    spaced = _spaced(chunks, ends, bare, inner)
    for number, end in enumerate(ends[:-1]):
        left, right = spaced[number], spaced[number + 1]
        if left and left is right:
            verdict = left[0]
        elif (left and left[0] is Verdict.APART) or (right and right[0] is Verdict.APART):
            verdict = Verdict.APART
        else:
            verdict = _verdict(bare, end, inner)
        yield match.start() + end + number, verdict


def _spaced(
    chunks: Sequence[str], ends: Sequence[int], bare: str, inner: set[int]
) -> list[list[Verdict] | None]:
    """For each chunk, the verdict on the row of single characters that it stands in.

    Such a row is a title if half of its characters are in words of several; 甲 乙 丙 is none.
    """
    rows: list[list[Verdict] | None] = []
    for single, group in groupby(zip(chunks, ends, strict=True), lambda each: len(each[0]) == 1):
        row = [end for _, end in group]
        if not single or len(row) < _SPACED:
            rows += [None] * len(row)
            continue
        low, high = row[0] - 1, row[-1]
        in_words = sum(at in inner or at + 1 in inner for at in range(low, high))
        title = 2 * in_words >= high - low and not _LISTED.issuperset(bare[low:high])
        rows += [[Verdict.TORN if title else Verdict.APART]] * len(row)
    return rows


def _verdict(bare: str, at: int, inner: set[int]) -> Verdict:
    """What a blank before ``bare[at]`` is; a word inside it counts where a side is left short.

    ``要 求`` is torn, ``医疗 保障`` is not, in 市长 安平 nobody means 长安, and 张三 李四 are two
    names, although 张三李四 is a word.
    """
    if _OFFICE.search(bare, max(0, at - 2), at):
        return Verdict.APART
    halves = [place in inner for place in range(at - 2, at + 3)] == [False, True, True, True, False]
    if at not in inner or halves or _DATE.issuperset(bare[at - 1 : at + 1]):
        return Verdict.WHOLE
    before, after = _words(bare[max(0, at - _REACH) : at]), _words(bare[at : at + _REACH])
    return Verdict.TORN if len(before[-1]) == 1 or len(after[0]) == 1 else Verdict.WHOLE


def _within_sentences(text: str, blanks: Iterable[int]) -> Iterator[int]:
    """Those blanks that are in no quotation, and not behind a heading that opens the text."""
    quoted = {at for match in _QUOTED.finditer(text) for at in range(*match.span())}
    end = _SENTENCE_END.search(text)
    opening = end.start() if end else len(text)
    numbered, bare = number_of(text) is not None, _STRETCH.match(text)
    for at in blanks:
        unnumbered = bare is not None and _HEADING <= at < bare.end()
        if at not in quoted and not (at < opening and (numbered or unnumbered)):
            yield at


@cache
def _analyzer() -> Analyzer:
    return Analyzer()


def _words(run: str) -> list[str]:
    return _analyzer().dictionary_words(run)


def _inner(words: Iterable[str]) -> Iterator[int]:
    """The places inside words, of what they are together."""
    at = 0
    for word in words:
        yield from range(at + 1, at + len(word))
        at += len(word)
