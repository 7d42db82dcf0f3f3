"""Counts the attributes of a page's tags before the page is parsed.

The parser compares each attribute of a tag with all others of that tag, and the time limit
cannot interrupt it. So a tag with too many must be found first. Only the end of a tag needs
care: a ``>`` in quotation marks is none.
"""

from __future__ import annotations

import re

_TAG = re.compile(r"<[A-Za-z][^\s/>]*")
# Names and values exclude what may follow them, so that no text is looked at many times.
_ATTRIBUTE = re.compile(
    r"""[\s/]*(?:=?[^\s/>=]+|=)(?:\s*=\s*(?:"[^"]*(?:"|\Z)|'[^']*(?:'|\Z)|[^\s>"'][^\s>]*)?)?"""
)


def has_crowded_tag(markup: str, most: int) -> bool:
    """Whether a tag of ``markup`` has more than ``most`` attributes.

    What looks like a tag in a comment or a script counts too: where these end depends on the
    parser, and a tag that is missed costs hours.
    """
    at = 0
    while tag := _TAG.search(markup, at):
        at, count = tag.end(), 0
        while attribute := _ATTRIBUTE.match(markup, at):
            at, count = attribute.end(), count + 1
            if count > most:
                return True
    return False
