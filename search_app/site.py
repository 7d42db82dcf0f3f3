"""What a page knows of its own address and of the reader's day."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from flask import request

_CHINA = timezone(timedelta(hours=8))  # the whole country keeps one time, without summer time


def root() -> str:
    """The beginning of every permalink: scheme and host, without a slash at the end."""
    return request.url_root.rstrip("/")


def today() -> date:
    """The day on which a reader in China opens the page, whatever the server's time zone is."""
    return datetime.now(_CHINA).date()
