"""Reads the file of a memo: Word, or else text."""

from __future__ import annotations

from pathlib import Path

from engine.errors import ReadError
from indexer.readers.decode import decode
from search_app.check.isolated import read_word
from search_app.check.limits import refuse_large, refuse_long
from search_app.check.memo_text import MemoText
from search_app.check.plain_text import plain_memo

_TEXTS = (".md", ".markdown", ".txt", "")


def is_word(file: Path) -> bool:
    """Whether a file is read as Word's; any that is not named as text is."""
    return file.suffix.lower() not in _TEXTS


def read_memo(file: Path, data: bytes) -> MemoText:
    """The memo of a file with these bytes.

    Raises ``ReadError`` where it cannot be read, or is too large.
    """
    refuse_large(len(data), str(file))
    if not is_word(file):
        text = decode(data, str(file))
        refuse_long(len(text))
        return plain_memo(text)
    try:
        return read_word(data)
    except ReadError as error:
        raise ReadError(str(file), error.reason) from error
