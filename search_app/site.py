"""The address under which others reach the site, and the reader's day.

``YINJU_URL`` states the address. Without it, the host of a request is believed only if it is
this machine, since anybody can write anything into the header ``Host``, and a citation repeats
it. The command line uses this module too, so Flask is imported only where a request is asked.
"""

from __future__ import annotations

import os
import re
from datetime import date, datetime, timedelta, timezone
from urllib.parse import SplitResult, urlsplit

from engine.errors import SettingError

DEFAULT_URL = "http://127.0.0.1:8000"  # of links in citations, unless YINJU_URL is set

_CHINA = timezone(timedelta(hours=8))  # the whole country keeps one time, without summer time
_LOOPBACK = re.compile(r"(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])(?::[0-9]{1,5})?", re.I)
_PLAIN = re.compile(r"[!-~]+")  # printable ASCII; a citation ends at a blank


def stated_url() -> str:
    """The value of ``YINJU_URL`` without a slash at its end; empty where it is not set.

    Raises ``SettingError`` where it is no address that a permalink can begin with.
    """
    text = os.environ.get("YINJU_URL", "").strip()
    if text and not _is_site(text):
        raise SettingError(
            f"环境变量 YINJU_URL 的值“{text}”不能用："
            "请写成 https://example.org 或 https://example.org/yinju，不带 ? 和 #"
        )
    return text.rstrip("/")


def _is_site(text: str) -> bool:
    try:
        parts: SplitResult = urlsplit(text)
        parts.port  # noqa: B018  raises ValueError for a port that is none
    except ValueError:
        return False
    is_plain = _PLAIN.fullmatch(text) and not set(text) & set('?#@<>"\\')
    return bool(is_plain and parts.scheme in ("http", "https") and parts.hostname)


def root() -> str:
    """The beginning of every permalink: scheme, host and any path, without a slash at the end."""
    from flask import current_app, request

    if is_unstated():
        return str(current_app.config["ADDRESS"])
    return current_app.config["YINJU_URL"] or request.url_root.rstrip("/")


def is_unstated() -> bool:
    """Whether permalinks may have an address that the reader cannot open."""
    from flask import current_app, request

    if current_app.config["YINJU_URL"] or _LOOPBACK.fullmatch(request.host):
        return False
    return request.url_root.rstrip("/") != str(current_app.config["ADDRESS"])


def today() -> date:
    """The day on which a reader in China opens the page, whatever the server's time zone is."""
    return datetime.now(_CHINA).date()
