"""Bytes to text, for files that do not say how they are encoded.

A byte-order mark or valid UTF-8 settles it. Otherwise every likely encoding is
tried and the one wins whose result reads most like Chinese: nearly all
characters of a real report are among the few thousand common ones, and hardly
any are where the guess is wrong. Damage is thus a few bad characters, not a
refusal, and a picture named ``.txt`` is told apart from text.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter

from charset_normalizer import from_bytes

from engine.errors import ReadError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (b"\x84\x31\x95\x33", "gb18030"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CANDIDATES = ("utf-8", "gb18030", "utf-16-le", "utf-16-be", "big5hkscs")
_SAMPLE = 256 * 1024  # bytes that are judged
_CONVINCING = 0.9  # share of common characters that needs no second opinion
_READABLE = 0.7  # below this, it is no text
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x19\x1b-\x1f]")
_TELLING = re.compile(rb"[\x00-\x08\x80-\xff]")


def decode(data: bytes, source: str, declared: str = "") -> str:
    """The text of ``data``, without byte-order mark.

    ``declared`` is the encoding that the file claims; it wins only where it
    fits as well as any. Bytes that fit nowhere become U+FFFD. Raises
    ``ReadError`` where nothing yields text.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    if not _CONTROLS.search(data):
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            pass  # damaged UTF-8 is among the candidates
    return data.decode(_likeliest(data, source, declared), "replace")


def _likeliest(data: bytes, source: str, declared: str) -> str:
    """The encoding under which a sample of ``data`` reads most like a report."""
    found = _TELLING.search(data)
    start = found.start() & ~1 if found else 0  # even: a UTF-16 unit stays whole
    sample = data[start : start + _SAMPLE]
    candidates = [name for name in (_known(declared), *_CANDIDATES) if name]
    best = max(candidates, key=lambda name: _share_common(sample, name))
    if _share_common(sample, best) < _CONVINCING:
        guess = from_bytes(sample).best()
        best = max(best, guess.encoding if guess else best, key=lambda n: _share_common(sample, n))
    if _share_common(sample, best) < _READABLE:
        raise ReadError(source, "不是文本文件，或编码无法识别；请用原软件打开，另存为 UTF-8 文本")
    return best


def _known(encoding: str) -> str:
    """Python's name of a declared encoding, or nothing where there is none."""
    if encoding.lower() in ("gb2312", "gbk", "gb_2312-80", "x-gbk"):
        return "gb18030"  # pages that declare the small set use the large one
    try:
        return codecs.lookup(encoding).name
    except (LookupError, ValueError):
        return ""


def _share_common(sample: bytes, encoding: str) -> float:
    """How much of the sample, decoded, is common characters: 0 to 1."""
    try:
        counts = Counter(sample.decode(encoding, "replace"))
    except (LookupError, ValueError, AttributeError):
        return 0.0  # a codec of Python's that is no text encoding, as ``hex``
    common = sum(count for character, count in counts.items() if _is_common(character))
    return common / max(1, counts.total())


def _is_common(character: str) -> bool:
    """Whether a character is ASCII, punctuation or pinyin, or an everyday Han character.

    Everyday is what stands in level 1 of GB 2312 (3,755 characters) or of Big5
    (5,401 characters), the first rows of either.
    """
    if character.isascii():
        return character.isprintable() or character in "\t\n\r\f\x1a"
    code = character.encode("gbk", "ignore")
    if len(code) == 2 and code[1] >= 0xA1:
        row = code[0]
        return row in (0xA1, 0xA2, 0xA3, 0xA8) or 0xB0 <= row <= 0xD7
    code = character.encode("big5", "ignore")
    return len(code) == 2 and 0xA4 <= code[0] <= 0xC6
