"""Finds the letterhead that an office puts into the header of the first page.

``某县人民政府文件`` and ``某政发〔2024〕3号`` belong to the document, though they stand in the
header. A running head does not: it repeats the title on every page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.draft import CELL_BORDER, Block

_NUMBER = re.compile(
    r"[〔\[（(【]\s*[12][0-9]{3}\s*[〕\]）)】]\s*(?:第\s*)?[0-9]+\s*号|第\s*[0-9]+\s*号(?:令)?$"
)
_LETTERHEAD = re.compile(
    r"(?:人民政府|委员会|办公[室厅]|政府办|[厅局部委院会署办团]|公司|大学|学院|医院|中心)"
    r"(?:文件|公报|公告|通告|通报|简报|专报|令|会议纪要|函)?$"
)
_MAX_LINE = 40  # characters; a letterhead has no sentences


def letterhead(header: Sequence[Block], body: Sequence[Block], is_first: bool) -> list[Block]:
    """The blocks of a header that are a letterhead, and not in the body already.

    ``is_first``: the header is that of the first page only, so a document's number need
    not stand in it; the issuing office alone makes a letterhead.
    """
    lines = [_squeezed(block.text) for block in header]
    has_number = any(map(_NUMBER.search, lines))
    has_office = is_first and any(map(_LETTERHEAD.search, lines))
    if not has_number and not has_office:
        return []
    known = {_squeezed(block.text) for block in body}
    return [
        block
        for block, line in zip(header, lines, strict=True)
        if 0 < len(line) <= _MAX_LINE and line not in known
    ]


def _squeezed(text: str) -> str:
    return "".join(text.split()).replace(CELL_BORDER, "")
