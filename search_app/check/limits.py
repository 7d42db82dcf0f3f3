"""How large a memo may be that is checked, and what reading it may take."""

from __future__ import annotations

from engine.errors import QueryError

MEGABYTE = 1 << 20
MAX_FILE_BYTES = 10 * MEGABYTE
MAX_CHARACTERS = 200_000  # of a text
MAX_TEXT_BYTES = 12 * MAX_CHARACTERS + 1_000  # as sent: four times %XX a character at most
MAX_WORD_SECONDS = 20  # to read a Word file, or to write comments into it
MAX_WORD_BYTES_IN_MEMORY = 640 * MEGABYTE  # of the process that does
MAX_CHECK_SECONDS = 7  # of a processor, to compare quotations; less than an answer may take
MAX_CHECKS = 3  # at once, by a server


def refuse_large(size: int, name: str) -> None:
    """Raise ``QueryError`` for a file of more than ``MAX_FILE_BYTES``."""
    if size > MAX_FILE_BYTES:
        raise QueryError(
            f"{name}有 {size / MEGABYTE:.1f} MB",
            f"至多核对 {MAX_FILE_BYTES // MEGABYTE} MB 的文件；可去掉图片，或分成几份",
        )


def refuse_long(length: int) -> None:
    """Raise ``QueryError`` for a text of more than ``MAX_CHARACTERS``."""
    if length > MAX_CHARACTERS:
        raise QueryError(f"文稿有 {length:,} 字", f"一次至多核对 {MAX_CHARACTERS:,} 字，请分成几份")
