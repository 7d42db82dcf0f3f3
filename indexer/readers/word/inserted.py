"""Reads what a Word document inserts as a whole (``w:altChunk``): a web page, a text.

What it is, its first bytes tell: programs name such parts as they like. Many export a
report as an almost empty document that inserts a web page, alone or in a MIME message.
"""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage

from engine.errors import ReadError
from indexer.draft import Block
from indexer.readers import html
from indexer.readers.decode import decode

_DECLARED = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_MARKUP = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<[!a-z]", re.IGNORECASE | re.DOTALL)
_MESSAGE = re.compile(rb"\s*(?:MIME-Version|Content-Type|From|Message-ID|Subject|Date)\s*:", re.I)
_UNREADABLE = (b"{\\rtf", b"\xd0\xcf\x11\xe0", b"%PDF")


def inserted_blocks(data: bytes, source: str) -> list[Block]:
    """The blocks of an inserted web page, MIME message or text.

    Raises ``ReadError`` where it is something else.
    """
    if data.startswith(_UNREADABLE):
        raise ReadError(source, "插入的文档不是能读的格式")
    declared = _DECLARED.search(data[:4096])
    encoding = declared[1].decode("ascii") if declared else ""
    if _MESSAGE.match(data):
        data, encoding = _page(data, source)
    text = decode(data, source, encoding)
    if _MARKUP.match(text):
        return list(html.parse(text, source).blocks)
    return [Block(line) for line in text.splitlines() if line.strip()]


def _page(data: bytes, source: str) -> tuple[bytes, str]:
    """The first page or text in a MIME message, and its encoding as declared."""
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("html", "plain"))
    if body is None:
        raise ReadError(source, "插入的网页里没有正文")
    payload = body.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b"", body.get_content_charset("")
