"""Reads a web page saved as a single file (.mht, .mhtml): an e-mail whose parts are the page."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from engine.errors import ReadError
from indexer.draft import Draft
from indexer.readers import html
from indexer.readers.decode import decode

_MAX_HEADER = 2_000  # characters of a header; the parser copies the rest for each of its parts


class _Policy(email.policy.EmailPolicy):
    def header_fetch_parse(self, name: str, value: str) -> Any:
        return super().header_fetch_parse(name, value[:_MAX_HEADER])


def read(path: Path, source: str) -> Draft:
    """The report of the page; of frames, that of the first one that holds a report."""
    data = path.read_bytes().lstrip()
    message = email.message_from_bytes(data, policy=_Policy())
    assert isinstance(message, EmailMessage)
    error = ReadError(source, "里面没有网页，或文件已损坏；请重新另存为 .mht 或 .html")
    first: ReadError | None = None
    for part in _pages(message):
        try:
            draft = _read_part(part, source)
        except ReadError as reason:
            first = first or reason
            continue
        address = part.get("Content-Location") or message.get("Snapshot-Content-Location") or ""
        address = str(address).strip()
        named = {"url": address} if address.startswith(("http://", "https://")) else {}
        return replace(draft, metadata=named | dict(draft.metadata))
    raise first or error


def _pages(message: EmailMessage) -> Iterator[EmailMessage]:
    """The parts that are web pages, in their order; the first is the page itself."""
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            assert isinstance(part, EmailMessage)
            yield part


def _read_part(part: EmailMessage, source: str) -> Draft:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    if not data.strip():
        raise ReadError(source, "里面的网页是空的；请重新另存")
    declared = html.declared_encoding(data) or part.get_content_charset() or ""
    return html.parse(decode(data, source, declared), source)
