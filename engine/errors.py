"""All errors that are meant for a person, in one small tree.

Each message says in Chinese what is wrong and what to do about it, because the command
line and the pages show it unchanged. ``__cause__`` keeps the cause (``raise ReadError(...)
from error``).
"""

from __future__ import annotations


class YinjuError(Exception):
    """Base of all errors that a person may see."""


class ReadError(YinjuError):
    """A source file cannot be read; the other files of the corpus still are.

    ``source`` names the file, ``reason`` says why and what would help.
    """

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(source, reason)  # so that it can be sent from process to process
        self.source = source
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.source}：{self.reason}"


class QueryError(YinjuError):
    """A query cannot be understood.

    ``start`` and ``end`` delimit the faulty part, as code point offsets into the query as
    typed; they are equal where no particular part is at fault. ``hint`` says what to write.
    """

    def __init__(self, message: str, hint: str, start: int = 0, end: int = 0) -> None:
        super().__init__(f"{message}。{hint}")
        self.message = message
        self.hint = hint
        self.start = start
        self.end = end


class TooMuchWork(YinjuError):
    """An answer would take more processor time than one may."""

    def __init__(self) -> None:
        super().__init__("这个请求要做的事太多，已经停下")


class NotFound(YinjuError):
    """An id leads to no single paragraph or report; ``message`` says why, ``hint`` what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(f"{message}。{hint}")
        self.message = message
        self.hint = hint


class SettingError(YinjuError):
    """An environment variable has a value that cannot be used."""


class IndexMissing(YinjuError):
    """There is no index at the given location."""


class IndexStale(YinjuError):
    """The index was made by another tokenizer, dictionary or schema."""


class IndexCorrupt(YinjuError):
    """A file of the index does not match its manifest."""


class EngineUnavailable(YinjuError):
    """The engine cannot answer now: a writer has locked it, or it cannot be reached."""


class IndexLocked(EngineUnavailable):
    """Somebody else changes the index, or has just changed it; a later attempt may succeed."""


class Superseded(EngineUnavailable):
    """The searched state of the index has been replaced by a newer one, and is incomplete now."""
