"""Pages to blocks: takes furniture away, orders columns, joins paragraphs, marks the title."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from indexer.draft import Block, table_row
from indexer.readers.pdf.columns import in_columns
from indexer.readers.pdf.fragments import Fragment
from indexer.readers.pdf.frames import Flow
from indexer.readers.pdf.furniture import (
    PageRows,
    leaning_watermarks,
    pale_watermarks,
    without_furniture,
)
from indexer.readers.pdf.notes import without_footnotes
from indexer.readers.pdf.pages import TABLE_MARK, Page
from indexer.readers.pdf.paragraphs import (
    Passage,
    passages,
    usual_leading,
    usual_size,
)
from indexer.readers.pdf.tables import TableRow, with_aligned_tables
from indexer.readers.pdf.titles import ends_title, is_letterhead

_TITLE_SIZE = 1.15  # of the size of running text; a title is larger
_SIDE_SHARE = 0.6  # of the pages; what stands at the side of as many is no text
_HEAD = 12  # passages at the beginning, among which the title is
_MIN_TITLE = 4  # characters
_MIN_DAMAGED = 0.3  # of a passage's characters; with more of garbled fonts it is damaged


class Result(NamedTuple):
    """The blocks of a document, and its title where it is sure; else ""."""

    blocks: list[Block]
    title: str


def assemble(pages: Sequence[Page], garbled: Collection[str]) -> Result:
    """Make the blocks of a document. ``garbled`` are the fonts whose text is not what they show."""
    size = usual_size(fragment for page in pages for row in page.rows for fragment in row)
    leading = usual_leading((page.rows for page in pages), size)
    stamped = _at_every_side(pages)
    stamped |= leaning_watermarks([page.leaning for page in pages], size)
    stamped |= pale_watermarks([PageRows(page.rows, page.box) for page in pages], size)
    clean = [_without(page.rows, stamped) for page in pages]
    bodies = without_furniture(
        [PageRows(rows, page.box) for rows, page in zip(clean, pages, strict=True)], size, leading
    )
    flows: list[Flow] = []
    asides: dict[int, list[Block]] = {}
    gutters: list[float] = []
    for number, (page, body) in enumerate(zip(pages, bodies, strict=True)):
        rows, notes = without_footnotes(body.rows, page.rules, size)
        for group in in_columns(rows, gutters):
            flows.append(Flow(number, list(_with_tables(group, page))))
        asides[number] = list(_asides(notes, page, stamped, leading, garbled))
    found = passages(flows, size, leading)
    title = _title(found, size)
    blocks = list(_in_order(found, asides, title, garbled))
    sure = title is not None and ends_title(title.text)
    return Result(blocks, title.text if title and sure else "")


def _at_every_side(pages: Sequence[Page]) -> set[str]:
    """Texts that stand upright at the side of most pages, as running heads do."""
    counts = Counter(text for page in pages for text in {line.text for line in page.turned})
    return {text for text, count in counts.items() if count >= max(2, _SIDE_SHARE * len(pages))}


def _without(rows: Sequence[list[Fragment]], stamped: Collection[str]) -> list[list[Fragment]]:
    """Rows without watermarks, those on one line as one row."""
    kept = [[each for each in row if not (each.pale and each.text in stamped)] for row in rows]
    result: list[list[Fragment]] = []
    for row in filter(None, kept):
        above = result[-1] if result else None
        on_one_line = above and abs(above[0].base - row[0].base) <= 0.3 * row[0].size
        if above and on_one_line and not any(_is_table(each) for each in (*above, *row)):
            result[-1] = sorted([*above, *row], key=lambda each: each.left)
        else:
            result.append(row)
    return result


def _is_table(fragment: Fragment) -> bool:
    return fragment.text.startswith(TABLE_MARK)


def _with_tables(rows: Sequence[Sequence[Fragment]], page: Page) -> Iterator[Fragment | TableRow]:
    """The lines and table rows of a column; ruled tables take the place of their stand-ins."""
    start = 0
    for index in range(len(rows) + 1):
        if index < len(rows) and not _is_table(rows[index][0]):
            continue
        yield from with_aligned_tables(rows[start:index])
        if index < len(rows):
            for fragment in rows[index]:
                if _is_table(fragment):
                    yield from page.tables[int(fragment.text[1:])].rows
                else:
                    yield fragment
        start = index + 1


def _asides(
    notes: Sequence[list[Fragment]],
    page: Page,
    stamped: Collection[str],
    leading: float,
    garbled: Collection[str],
) -> Iterator[Block]:
    """What follows the text of a page: footnotes, turned text, annotations and fields."""
    if notes:
        size = usual_size(fragment for row in notes for fragment in row)
        flow = Flow(0, with_aligned_tables(notes))
        yield from (_block(each, garbled) for each in passages([flow], size, leading))
    for line in (*page.turned, *page.leaning):
        if line.text not in stamped:
            yield _block(Passage([line]), garbled)
    texts = {each.text for row in page.rows for each in row}
    for text in page.additions:
        if text not in texts:
            yield Block(text)


def _in_order(
    found: Sequence[Passage],
    asides: Mapping[int, Sequence[Block]],
    title: Passage | None,
    garbled: Collection[str],
) -> Iterator[Block]:
    """The blocks of the passages, and after those that begin on a page what else it has."""
    pending = sorted(asides)
    for passage in found:
        while pending and pending[0] < passage.page:
            yield from asides[pending.pop(0)]
        yield _block(passage, garbled, level=int(passage is title))
    for page in pending:
        yield from asides[page]


def _block(passage: Passage, garbled: Collection[str], level: int = 0) -> Block:
    characters = sum(len(line.text) for line in passage.lines)
    bad = sum(len(line.text) for line in passage.lines if line.font in garbled)
    block = table_row(passage.row.cells) if passage.row else Block(passage.text, level)
    return Block(
        block.text,
        block.level,
        block.row,
        ocr=any(line.recognised for line in passage.lines),
        damaged=bad > _MIN_DAMAGED * characters,
    )


def _title(found: Sequence[Passage], size: float) -> Passage | None:
    """The passage that is the document's title: the largest before the running text, or, where
    none is larger, the first in the middle that ends as a title does."""
    head: list[Passage] = []
    for passage in found[:_HEAD]:
        if passage.row or (len(passage.lines) > 1 and not passage.display):
            break
        if not (passage.lines[0].red and is_letterhead(passage.text)):
            head.append(passage)
    large = [
        passage
        for passage in head
        if passage.lines[0].size >= _TITLE_SIZE * size and len(passage.text) >= _MIN_TITLE
    ]
    if large:
        return max(large, key=lambda passage: passage.lines[0].size)
    return next((each for each in head if each.display and ends_title(each.text)), None)
