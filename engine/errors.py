"""Every error that is meant for a person, in one small tree.

Each message says what is wrong and what to do about it, in Chinese, because it
is shown as it stands by the command line and by the pages. The cause travels
along as ``__cause__`` (``raise ReadError(...) from error``).
"""

from __future__ import annotations


class YinjuError(Exception):
    """Base of all errors that a person may see."""


class ReadError(YinjuError):
    """A source file that cannot be read; the rest of the corpus goes on.

    ``source`` names the file, ``reason`` says why and what would help.
    """

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(source, reason)  # so that it can be sent from process to process
        self.source = source
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.source}：{self.reason}"


class QueryError(YinjuError):
    """A query that cannot be understood, with the part at fault.

    ``start`` and ``end`` are code point offsets into the query as typed (equal
    where nothing particular is at fault), ``hint`` says how to write it.
    """

    def __init__(self, message: str, hint: str, start: int = 0, end: int = 0) -> None:
        super().__init__(f"{message}。{hint}")
        self.message = message
        self.hint = hint
        self.start = start
        self.end = end


class IndexMissing(YinjuError):
    """There is no index at the place named."""


class IndexStale(YinjuError):
    """The index was made by another tokenizer, dictionary or schema."""


class IndexCorrupt(YinjuError):
    """A file of the index does not match its manifest."""


class EngineUnavailable(YinjuError):
    """The engine cannot answer just now: locked by a writer, or out of reach."""


class Superseded(EngineUnavailable):
    """The state of the index that was asked is no longer the newest, nor whole."""
