"""When reports came in, as people and programs write it: a day, or a time in UTC to the second."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from engine.errors import QueryError

_CHINA = timezone(timedelta(hours=8))  # as in ``site``: a day without a zone is one there


def parse_since(text: str) -> int:
    """``2026-11-30`` (midnight in China), ``2026-11-30T04:31:07Z`` → seconds since 1970 UTC.

    Nothing → 0. Raises ``QueryError``.
    """
    if not text.strip():
        return 0
    try:
        time = datetime.fromisoformat(text.strip().upper().replace("Z", "+00:00"))
        seconds = int((time if time.tzinfo else time.replace(tzinfo=_CHINA)).timestamp())
    except (ValueError, OverflowError) as error:
        raise _unreadable(text) from error
    if seconds <= 0:
        raise _unreadable(text)
    return seconds


def _unreadable(text: str) -> QueryError:
    hint = "请写成 2026-11-30，或 2026-11-30T04:31:07Z（世界时）"
    return QueryError(f"收录时间“{text[:30]}”看不懂", hint)


def utc(seconds: int) -> str:
    """The time of a report or of ``Query.since``: ``2026-11-30T04:31:07Z``; empty for 0."""
    if not seconds:
        return ""
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def in_china(seconds: int) -> str:
    """The same for a person: ``2026-11-30 12:31``, or the day alone at midnight."""
    time = datetime.fromtimestamp(seconds, _CHINA)
    return time.strftime("%Y-%m-%d" if time.time() == time.time().min else "%Y-%m-%d %H:%M")
