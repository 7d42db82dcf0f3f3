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
_HAN = re.compile("[\u3001-\u3011\u4e00-\u9fff\uff01-\uff1f]")
_NOT_ASCII = re.compile(rb"[\x00-\x08\x80-\xff]")


def decode(data: bytes, source: str, declared: str = "") -> str:
    """The text of ``data``, without byte-order mark.

    ``declared`` is the encoding that the file claims; it wins only where no other
    fits better. A file may change its encoding between lines. Bytes that cannot be decoded
    become U+FFFD; text that was once decoded wrongly is put right. Raises ``ReadError``
    where no encoding yields text.
    """
    return mend_mojibake(_decode(data, source, declared))


def _decode(data: bytes, source: str, declared: str) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            data = data[len(mark) :]
            if encoding == "utf-8":
                break
            return data.decode(encoding, "replace")
    if not _CONTROLS.search(data):
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            pass  # damaged UTF-8 is among the candidates
        if text := _decode_by_lines(data):
            return text
    return data.decode(_likeliest(data, source, declared), "replace")


def _decode_by_lines(data: bytes) -> str:
    """The text of a file some of whose lines are UTF-8 and others GB 18030; else ""."""
    lines = data.split(b"\n")
    encodings = [_encoding_of_line(line) for line in lines]
    if not {"utf-8", "gb18030"} <= set(encodings):
        return ""
    pairs = zip(lines, encodings, strict=True)
    return "\n".join(line.decode(encoding or "utf-8", "replace") for line, encoding in pairs)


def _encoding_of_line(line: bytes) -> str:
    """``utf-8`` or ``gb18030`` where a line is surely one, ``""`` for ASCII or a damaged line."""
    if line.isascii():
        return ""
    try:
        return "utf-8" if _HAN.search(line.decode("utf-8")) else ""
    except UnicodeDecodeError:
        sample = line[:_SAMPLE_BYTES]
        gb, utf8 = (_share_common(sample, encoding) for encoding in ("gb18030", "utf-8"))
        return "gb18030" if gb >= _MIN_SURE_SHARE and gb > utf8 else ""


def likelier_utf8_or_gb18030(data: bytes) -> str:
    """The text of a few bytes that are one or the other, such as a file's name.

    Two bytes of GB 18030 may be valid UTF-8, but then of a letter that is no Chinese:
    ``D2 BB`` is 一 or ``һ``.
    """
    try:
        utf8 = data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")
    gb = data.decode("gb18030", "replace")
    return max(utf8, gb, key=_share_chinese)


def _share_chinese(text: str) -> float:
    """The share of ASCII and everyday Han characters and signs, 0 to 1."""
    chinese = (char.isascii() or (_HAN.match(char) and is_common(char)) for char in text)
    return sum(map(bool, chinese)) / max(1, len(text))


def mend_mojibake(text: str) -> str:
    """UTF-8 that was read in another encoding, read as UTF-8: ``å·¥ä½œ`` and ``宸ヤ綔`` → ``工作``.

    Only stretches all of whose bytes are left can be put right.
    """
    if any(char in text for char in _LATIN_SIGNS) and _LATIN_MOJIBAKE.search(text):
        text = _LATIN_RUN.sub(_from_latin, text)
    if any(char in text for char in _GB_SIGNS) and _GB_MOJIBAKE.search(text):
        text = "".join(map(_from_gb, text.splitlines(keepends=True)))
    return text


# What code page 1252 has for the bytes 80 to 9F; where it has nothing, the byte itself.
_CP1252 = {
    ord(bytes([byte]).decode("cp1252")): byte
    for byte in range(0x80, 0xA0)
    if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_LATIN = "\x80-\xff" + "".join(map(chr, _CP1252))
_LATIN_RUN = re.compile(f"[{_LATIN}]{{3,}}")
_LATIN_MOJIBAKE = re.compile(f"[\xe3-\xe9][{_LATIN}][{_LATIN}][\xe3-\xef][{_LATIN}]")
_GB_MOJIBAKE = re.compile("锛[屽岋氭堬侊紝]|銆[傚佷]|鐨[勫勭]|鍏ㄥ|宸ヤ|涓€")
# Characters that both need; looking for these first is many times as fast.
_LATIN_SIGNS, _GB_SIGNS = "\xe3\xe4\xe5\xe6\xe7\xe8\xe9", "锛銆鐨鍏宸涓"


def _from_latin(run: re.Match[str]) -> str:
    try:
        data = bytes(_CP1252.get(ord(char), ord(char)) for char in run.group())
        mended = data.decode("utf-8")
    except ValueError:
        return run.group()
    return mended if _HAN.search(mended) else run.group()


def _from_gb(line: str) -> str:
    try:
        mended = line.encode("gb18030").decode("utf-8")
    except UnicodeError:
        return line
    return mended if _HAN.search(mended) else line


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
