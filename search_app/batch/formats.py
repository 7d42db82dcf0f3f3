"""Writes the counts of a batch as a table or as JSON; each number stands beside its address."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence

from search_app.batch.counts import Cell, Counted, Faulty, Group
from search_app.cite import escape_markdown
from search_app.navigate import LABELS, name_of
from search_app.params import address
from search_app.present import Json
from search_app.table import Row, csv_lines

Answers = Sequence[Counted | Faulty]

_ALL = "全部"


def as_csv(answers: Answers, by: Group, root: str) -> bytes:
    """A row for each query and each year or region."""
    columns = ("行号", "检索式", LABELS[_facet(by)], "篇数", "报告总数", "段数", "链接", "备注")
    return b"".join(csv_lines(columns, _rows(answers, by, root)))


def _rows(answers: Answers, by: Group, root: str) -> Iterator[Row]:
    for answer in answers:
        known: Row = {"行号": answer.line, "检索式": answer.text}
        if isinstance(answer, Faulty):
            yield {**known, "备注": str(answer.error)}
            continue
        yield {**known, LABELS[_facet(by)]: _ALL, **_cells(answer.total, root)}
        for name, cell in answer.cells.items():
            yield {**known, LABELS[_facet(by)]: _shown(name), **_cells(cell, root)}


def _cells(cell: Cell, root: str) -> Row:
    count = cell.found
    counts = {"篇数": count.reports, "报告总数": count.of, "段数": count.paragraphs}
    return {**counts, "链接": root + address(cell.query)}


def as_markdown(answers: Answers, by: Group, root: str) -> bytes:
    """A row for each query, a column for each year or region, and below it what is no query."""
    counted = [answer for answer in answers if isinstance(answer, Counted)]
    names = list(dict.fromkeys(name for answer in counted for name in answer.cells))
    lines = [_line(["检索式", _ALL, *map(_shown, names)]), _line(["---"] * (len(names) + 2))]
    for answer in counted:
        cells = (answer.total, *(answer.cells[name] for name in names))
        numbers = (_linked(cell, root) for cell in cells)
        lines.append(_line([escape_markdown(answer.text), *numbers]))
    lines += ["", "每格是篇数（段数）。"]
    lines += [f"\n{escape_markdown(fault(a))}" for a in answers if isinstance(a, Faulty)]
    return ("\n".join(lines) + "\n").encode()


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _linked(cell: Cell, root: str) -> str:
    return f"[{cell.found.reports}（{cell.found.paragraphs}）]({root + address(cell.query)})"


def as_json(answers: Answers, by: Group, root: str) -> bytes:
    """One object with the counts of each query, and the lines that are no queries."""
    queries = [_query_json(a, by, root) for a in answers if isinstance(a, Counted)]
    errors = [
        {"line": a.line, "q": a.text, "message": a.error.message, "hint": a.error.hint}
        for a in answers
        if isinstance(a, Faulty)
    ]
    data = {"by": by, "queries": queries, "errors": errors}
    return json.dumps(data, ensure_ascii=False).encode() + b"\n"


def _query_json(answer: Counted, by: Group, root: str) -> Json:
    counts = [{_facet(by): n} | _count_json(cell, root) for n, cell in answer.cells.items()]
    total = _count_json(answer.total, root)
    return {"line": answer.line, "q": answer.text, **total, "counts": counts}


def _count_json(cell: Cell, root: str) -> Json:
    count, url = cell.found, root + address(cell.query)
    return {"reports": count.reports, "of": count.of, "paragraphs": count.paragraphs, "url": url}


def fault(faulty: Faulty) -> str:
    """A sentence that names a line which is no query."""
    return f"第 {faulty.line} 行“{faulty.text}”没有查：{faulty.error}"


def _facet(by: Group) -> str:
    return "year" if by == "year" else "region"


def _shown(name: str) -> str:
    return name if "/" in name else name_of(name)


FORMATS: Mapping[str, Callable[[Answers, Group, str], bytes]] = {
    "csv": as_csv,
    "md": as_markdown,
    "json": as_json,
}
