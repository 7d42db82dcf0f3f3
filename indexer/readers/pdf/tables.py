"""Tables: cells between ruled lines, and cells that only stand in line.

A ruled table is a group of lines that meet. Between two cells there is a border only where a
line runs, so a cell may take several places of the grid; its text stands in the first, and the
others stay empty.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from indexer.readers.pdf.fragments import Fragment, fragments_of, joined, paragraph
from indexer.readers.pdf.glyphs import Glyph
from indexer.readers.pdf.objects import Box, Rule

_TOUCH = 4.0  # points; lines that are as near meet
_MIN_CELL = 5.0  # points; a narrower or lower place of the grid is none
_MAX_RULES = 4_000  # of a page; more make a drawing
_MAX_CELL_CHARACTERS = 600  # on average; with more the lines are a frame around text
_MIN_UNRULED = 3  # lines of a cell that may be rows without lines between them
_ALIKE_SHARE = 0.6  # of the cells, that have as many lines
_MIN_ALIGNED_ROWS = 2  # of three columns or more; of two columns, one more
_MAX_ROW_DISTANCE = 3.2  # sizes of the text, from row to row of one table
_MARKER = re.compile(
    r"[(（\[]?[0-9一二三四五六七八九十①-⑳a-zA-Z]{1,3}[)）\].、．:：]?|[-·●•■◆※*○□]"
)


class TableRow(NamedTuple):
    """The cells of a row, the height of its first line, and the fonts of its text."""

    cells: list[str]
    base: float
    fragments: tuple[Fragment, ...]


class Table(NamedTuple):
    """A ruled table; ``glyphs`` are those that it has taken."""

    box: Box
    rows: list[TableRow]


def ruled_tables(rules: Sequence[Rule], glyphs: Sequence[Glyph]) -> tuple[list[Table], list[Glyph]]:
    """The ruled tables of a page from top to bottom, and the glyphs that are in none."""
    tables, rest = [], list(glyphs)
    if not 4 <= len(rules) <= _MAX_RULES:
        return [], rest
    for group in _groups(rules):
        grid = _grid(group)
        if grid is None:
            continue
        across, down = grid
        box = Box(across[0], down[0], across[-1], down[-1])
        inside = [glyph for glyph in rest if box.holds(*_middle(glyph))]
        rows = list(_table_rows(group, across, down, inside))
        if _is_table(rows):
            tables.append(Table(box, rows))
            taken = set(map(id, inside))
            rest = [glyph for glyph in rest if id(glyph) not in taken]
    return sorted(tables, key=lambda table: table.box.top), rest


def _middle(glyph: Glyph) -> tuple[float, float]:
    return (glyph.left + glyph.right) / 2, glyph.base - 0.35 * glyph.style.size


def _groups(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Lines that meet, directly or by way of others."""
    lying = sorted((r for r in rules if r.across), key=lambda r: r.at)
    heights = [rule.at for rule in lying]
    parent = {id(rule): rule for rule in rules}

    def root(rule: Rule) -> Rule:
        while parent[id(rule)] is not rule:
            parent[id(rule)] = parent[id(parent[id(rule)])]
            rule = parent[id(rule)]
        return rule

    for standing in (r for r in rules if not r.across):
        first = bisect_right(heights, standing.start - _TOUCH)
        for other in lying[first : bisect_right(heights, standing.end + _TOUCH)]:
            if other.start - _TOUCH <= standing.at <= other.end + _TOUCH:
                parent[id(root(standing))] = root(other)
    groups: dict[int, list[Rule]] = {}
    for rule in rules:
        groups.setdefault(id(root(rule)), []).append(rule)
    return [group for group in groups.values() if len(group) >= 4]


def _grid(group: Sequence[Rule]) -> tuple[list[float], list[float]] | None:
    """The places of a group's columns and rows; None where they are too few for a table."""
    lying = [rule for rule in group if rule.across]
    standing = [rule for rule in group if not rule.across]
    if not standing or len(lying) < 2:
        return None
    # A table may be open at its sides; its outer columns then end where its lines end.
    ends = [min(rule.start for rule in lying), max(rule.end for rule in lying)]
    across = _steps([*(rule.at for rule in standing), *ends])
    down = _steps([*(rule.at for rule in lying)])
    return (across, down) if len(across) >= 3 and len(down) >= 2 else None


def _steps(places: Iterable[float]) -> list[float]:
    """Places in order, those that are closer than a cell as one."""
    steps: list[float] = []
    for place in sorted(places):
        if not steps or place - steps[-1] >= _MIN_CELL:
            steps.append(place)
    return steps


def _is_table(rows: Sequence[TableRow]) -> bool:
    cells = [cell for row in rows for cell in row.cells if cell]
    if not cells or max(len(row.cells) for row in rows) < 2:
        return False
    if len(rows) == 1 and len(cells) < 2:
        return False
    return sum(map(len, cells)) <= len(cells) * _MAX_CELL_CHARACTERS


def _table_rows(
    group: Sequence[Rule], across: Sequence[float], down: Sequence[float], glyphs: Sequence[Glyph]
) -> Iterator[TableRow]:
    """The rows of a grid that hold any text."""
    owners = _owners(group, across, down)
    texts: dict[tuple[int, int], list[Glyph]] = {}
    for glyph in glyphs:
        x, y = _middle(glyph)
        column = min(max(bisect_right(across, x) - 1, 0), len(across) - 2)
        row = min(max(bisect_right(down, y) - 1, 0), len(down) - 2)
        texts.setdefault(owners[row, column], []).append(glyph)
    cells = {place: list(map(joined, fragments_of(own))) for place, own in texts.items()}
    for row in range(len(down) - 1):
        lines = [cells.get((row, column), []) for column in range(len(across) - 1)]
        if not any(lines):
            continue
        if len({owners[row, column][1] for column in range(len(across) - 1)}) == 1:
            lines = lines[:1]  # one cell over all columns
        for part in _without_rules(lines):
            fragments = tuple(line for each in part for line in each)
            yield TableRow(
                [paragraph(line.text for line in each) for each in part],
                fragments[0].base,
                fragments,
            )


def _without_rules(cells: Sequence[list[Fragment]]) -> Iterator[Sequence[list[Fragment]]]:
    """The rows that stand between two lines: several, if most cells have as many lines."""
    counts = [len(cell) for cell in cells if cell]
    most = max(counts)
    alike = sum(count == most for count in counts)
    if most < _MIN_UNRULED or alike < max(2, _ALIKE_SHARE * len(counts)):
        yield cells
        return
    bases = [line.base for line in max(cells, key=len)]
    for number in range(most):
        part = [[line for line in cell if _nearest(bases, line.base) == number] for cell in cells]
        if any(part):
            yield part


def _nearest(places: Sequence[float], place: float) -> int:
    return min(range(len(places)), key=lambda at: abs(places[at] - place))


def _owners(
    group: Sequence[Rule], across: Sequence[float], down: Sequence[float]
) -> dict[tuple[int, int], tuple[int, int]]:
    """For each place of the grid, the first place (row, column) of the cell that it belongs to."""
    lying = [rule for rule in group if rule.across]
    standing = [rule for rule in group if not rule.across]
    owners: dict[tuple[int, int], tuple[int, int]] = {}
    for row in range(len(down) - 1):
        y = (down[row] + down[row + 1]) / 2
        borders = [rule.at for rule in standing if rule.start <= y <= rule.end]
        above = [rule for rule in lying if abs(rule.at - down[row]) < _MIN_CELL]
        for column in range(len(across) - 1):
            x = (across[column] + across[column + 1]) / 2
            owner = row, column
            if column and not any(abs(at - across[column]) < _MIN_CELL for at in borders):
                owner = owners[row, column - 1]
            elif row and not any(rule.start <= x <= rule.end for rule in above):
                owner = owners[row - 1, column]
            owners[row, column] = owner
    return owners


def with_aligned_tables(rows: Sequence[Sequence[Fragment]]) -> list[Fragment | TableRow]:
    """The rows of a column as lines, and as rows of tables where fragments stand in line."""
    result: list[Fragment | TableRow] = []
    at = 0
    while at < len(rows):
        end = _aligned_end(rows, at)
        table = _aligned(rows[at:end]) if end > at else None
        if table:
            result += table
            at = end
        else:
            result.append(joined(rows[at]))
            at += 1
    return result


def _aligned_end(rows: Sequence[Sequence[Fragment]], start: int) -> int:
    """Where the rows end that may be a table; ``start`` where none begins."""
    if len(rows[start]) < 2:
        return start
    end = last = start
    width = rows[start][-1].right - rows[start][0].left
    while end < len(rows):
        row = rows[end]
        too_far = end > start and (
            row[0].base - rows[end - 1][0].base > _MAX_ROW_DISTANCE * row[0].size
        )
        if too_far or (len(row) == 1 and row[0].right - row[0].left > width / 2):
            break
        end += 1
        last = end if len(row) > 1 else last
    return last


def _aligned(rows: Sequence[Sequence[Fragment]]) -> list[TableRow] | None:
    """The rows of a table whose columns stand in line; None where they do not."""
    most = Counter(len(row) for row in rows if len(row) > 1)
    columns = max(count for count in most if most[count] >= max(most.values()) / 2)
    spans = _spans([fragment for row in rows if len(row) == columns for fragment in row])
    if len(spans) < 2 or len(spans) < columns:
        return None
    if len(rows) < _MIN_ALIGNED_ROWS + (len(spans) == 2):
        return None
    placed = [_placed(row, spans) for row in rows]
    firsts = [row[0] for row in placed if row[0]]
    if len(spans) == 2 and all(_MARKER.fullmatch(first) for first in firsts):
        return None  # a numbered list
    return [
        TableRow(cells, row[0].base, tuple(row)) for cells, row in zip(placed, rows, strict=True)
    ]


def _spans(fragments: Sequence[Fragment]) -> list[tuple[float, float]]:
    """The places that fragments take across the page, those that overlap as one."""
    spans: list[tuple[float, float]] = []
    for fragment in sorted(fragments, key=lambda each: each.left):
        if spans and fragment.left < spans[-1][1]:
            spans[-1] = spans[-1][0], max(spans[-1][1], fragment.right)
        else:
            spans.append((fragment.left, fragment.right))
    return spans


def _placed(row: Sequence[Fragment], spans: Sequence[tuple[float, float]]) -> list[str]:
    """The texts of a row, each in the column that it overlaps most or is nearest to."""
    cells = [""] * len(spans)
    for fragment in row:
        shared = [min(fragment.right, e) - max(fragment.left, s) for s, e in spans]
        column = max(range(len(spans)), key=lambda each: shared[each])
        cells[column] = f"{cells[column]} {fragment.text}".strip()
    return cells
