"""Decodes files that do not state their encoding.

A byte-order mark or valid UTF-8 decides at once. Otherwise every likely encoding is
tried, and the one wins whose result reads most like Chinese: in a real report nearly
all characters are among the few thousand common ones, under a wrong encoding hardly
any. So a damaged file gives a few bad characters instead of an error, and a picture
named ``.txt`` is recognised as no text.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter

from charset_normalizer import from_bytes

from engine.errors import ReadError

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (b"\x84\x31\x95\x33", "gb18030"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CANDIDATES = ("utf-8", "gb18030", "utf-16-le", "utf-16-be", "big5hkscs")
_SAMPLE_BYTES = 256 * 1024  # of a file that are judged
_MIN_SURE_SHARE = 0.9  # of common characters; with fewer, charset_normalizer is asked too
_MIN_TEXT_SHARE = 0.7  # of common characters; with fewer, the file is no text
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x19\x1b-\x1f]")
_NOT_ASCII = re.compile(rb"[\x00-\x08\x80-\xff]")


def decode(data: bytes, source: str, declared: str = "") -> str:
    """The text of ``data``, without byte-order mark.

    ``declared`` is the encoding that the file claims; it wins only where no other
    fits better. Bytes that cannot be decoded become U+FFFD. Raises ``ReadError``
    where no encoding yields text.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
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
    match = _NOT_ASCII.search(data)
    start = match.start() & ~1 if match else 0  # even: a UTF-16 unit stays whole
    sample = data[start : start + _SAMPLE_BYTES]
    candidates = [name for name in (_python_name(declared), *_CANDIDATES) if name]
    best = max(candidates, key=lambda name: _share_common(sample, name))
    if _share_common(sample, best) < _MIN_SURE_SHARE:
        guess = from_bytes(sample).best()
        best = max(best, guess.encoding if guess else best, key=lambda n: _share_common(sample, n))
    if _share_common(sample, best) < _MIN_TEXT_SHARE:
        raise ReadError(source, "不是文本文件，或编码无法识别；请用原软件打开，另存为 UTF-8 文本")
    return best


def _python_name(encoding: str) -> str:
    """Python's name of a declared encoding; "" where Python does not know it."""
    if encoding.lower() in ("gb2312", "gbk", "gb_2312-80", "x-gbk"):
        return "gb18030"  # pages that declare a small character set use the large one
    try:
        return codecs.lookup(encoding).name
    except (LookupError, ValueError):
        return ""


def _share_common(sample: bytes, encoding: str) -> float:
    """The share of common characters in the decoded sample, 0 to 1."""
    try:
        counts = Counter(sample.decode(encoding, "replace"))
    except (LookupError, ValueError, AttributeError):
        return 0.0  # one of Python's codecs that is no text encoding, such as ``hex``
    common = sum(count for character, count in counts.items() if is_common(character))
    return common / max(1, counts.total())


def is_common(character: str) -> bool:
    """Whether a character is ASCII, punctuation or pinyin, or an everyday Han character.

    Everyday characters are those of level 1 of GB 2312 (3,755 characters) or of Big5
    (5,401 characters), which are the first rows of either.
    """
    if character.isascii():
        return character.isprintable() or character in "\t\n\r\f\x1a"
    code = character.encode("gbk", "ignore")
    if len(code) == 2 and code[1] >= 0xA1:
        row = code[0]
        return row in (0xA1, 0xA2, 0xA3, 0xA8) or 0xB0 <= row <= 0xD7
    code = character.encode("big5", "ignore")
    return len(code) == 2 and 0xA4 <= code[0] <= 0xC6
