"""The exports of the views of a search: a row for each line, share or value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from engine.engine import Searcher
from engine.errors import QueryError
from engine.model import UNKNOWN, Query
from search_app.cite import escape_markdown
from search_app.export.hits import MAX_ROWS
from search_app.figures.present import value_json
from search_app.figures.words import KINDS, bound_words, measure_words, year_words
from search_app.lines.concordance import Side, concordance, line_json, lines_of
from search_app.navigate import UNMARKED, describe
from search_app.present import Json, permalink
from search_app.references.record import Reference
from search_app.report_counts import By
from search_app.table import Row
from search_app.trend import counts
from search_app.trend.present import shares_json
from search_app.values.answer import answer

_LINE_COLUMNS = ("左文", "检索词", "右文", "报告", "地区", "年份", "备注", "段落编号", "链接")
_SHARE_COLUMNS = (
    *("检索式", "地区", "年份", "篇数", "报告总数", "比例", "比例下限", "比例上限", "段数"),
    *("每万段", "链接"),
)
_VALUE_COLUMNS = (
    *("数值", "数", "至", "单位", "限定", "范围", "变化", "数值年份", "类别"),
    *("报告", "地区", "年份", "备注", "段落编号", "链接"),
)
_ALL = "全部"


@dataclass(frozen=True, slots=True)
class ViewExport:
    """A view as a table; each record has the cells of a row and the same as JSON.

    ``note`` is a sentence on what is left out, or empty. The last record may be such a note too.
    """

    title: str
    sheet: str
    columns: tuple[str, ...]
    records: Iterator[tuple[Row, Json]]
    made: date
    note: str = ""

    def rows(self) -> Iterator[Row]:
        return (cells for cells, _ in self._all())

    def objects(self) -> Iterator[Json]:
        return (data for _, data in self._all())

    def markdown(self) -> Iterator[str]:
        """A table."""
        yield f"# {escape_markdown(self.title)}\n\n{_line(self.columns)}"
        yield _line(["---"] * len(self.columns))
        for cells in self.rows():
            yield _line([_cell(name, cells.get(name, "")) for name in self.columns])

    def references(self) -> Iterator[Reference]:
        raise QueryError(
            "逐行、趋势和数值不能导出为 RIS、BibTeX 或 CSL-JSON",
            "这几种文件列出处，只能从段落导出；请去掉 view，或改用 CSV、Excel、JSON Lines",
        )

    def _all(self) -> Iterator[tuple[Row, Json]]:
        yield from self.records
        if self.note:
            yield _note(self.note)


def view_export(view: str, searcher: Searcher, query: Query, root: str, made: date) -> ViewExport:
    """The export of ``lines``, ``trend`` or ``values`` of a query, without further choices."""
    if view == "lines":
        return line_export(searcher, query, None, root, made)
    if view == "trend":
        return trend_export(searcher, counts.queries(query, ()), None, root, made)
    return value_export(searcher, query, root, made)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _cell(name: str, cell: str | float) -> str:
    if not isinstance(cell, str):
        return str(cell)
    return f"<{cell}>" if name == "链接" and cell else escape_markdown(cell)


def line_export(
    searcher: Searcher, query: Query, side: Side | None, root: str, made: date
) -> ViewExport:
    """Each occurrence of a query; sorted by a ``side``, all are read before the first is given."""
    query = replace(query, limit=0)
    found = (
        iter(concordance(searcher, query, side, 0, 0).lines) if side else lines_of(searcher, query)
    )

    def records() -> Iterator[tuple[Row, Json]]:
        for line in islice(found, MAX_ROWS):
            url = root + permalink(line.hit.paragraph.id)
            report = line.hit.report
            cells: Row = {
                **{"左文": line.left, "检索词": line.match, "右文": line.right},
                **_source(report.title, report.region.names, report.year),
                **{"段落编号": line.hit.paragraph.id, "链接": url},
            }
            yield cells, line_json(line) | {"url": url}
        if next(found, None):
            yield _note(f"还有更多，文件里是前 {MAX_ROWS:,} 处；要全部导出，请按年份或地区分几次")

    return ViewExport(f"{describe(query)} 逐行", "逐行", _LINE_COLUMNS, records(), made)


def trend_export(
    searcher: Searcher, queries: Sequence[Query], by: By | None, root: str, made: date
) -> ViewExport:
    """The shares of each query: of all reports and of each region, in all and by year."""
    trends = [counts.trend(searcher, query, by) for query in queries]

    def records() -> Iterator[tuple[Row, Json]]:
        for share in shares_json(trends):
            share["url"] = root + share["url"]
            year = share["year"]
            cells: Row = {
                "检索式": share["q"],
                "地区": share["region"] or _ALL,
                "年份": UNMARKED if year == UNKNOWN else year or _ALL,
                **{"篇数": share["reports"], "报告总数": share["of"], "比例": share["share"]},
                **{"比例下限": share["low"], "比例上限": share["high"]},
                **{"段数": share["paragraphs"], "每万段": share["per_10000"]},
                "链接": share["url"],
            }
            yield cells, share

    texts = "、".join(query.text for query in queries)
    return ViewExport(f"{texts} 趋势", "趋势", _SHARE_COLUMNS, records(), made)


def value_export(searcher: Searcher, query: Query, root: str, made: date) -> ViewExport:
    """The values of a query."""
    found = answer(searcher, query)

    def records() -> Iterator[tuple[Row, Json]]:
        for value in found.values:
            url = root + permalink(f"{value.hit.paragraph.id}~{value.sentence}")
            report = value.hit.report
            cells: Row = {
                **{"数值": value.text, "单位": value.unit or ""},
                "数": float(value.number),
                "至": "" if value.to is None else float(value.to),
                **{"限定": bound_words(value), "范围": value.name or ""},
                **{"变化": measure_words(value), "数值年份": year_words(value)},
                "类别": KINDS[value.kind],
                **_source(report.title, report.region.names, report.year),
                **{"段落编号": value.hit.paragraph.id, "链接": url},
            }
            yield cells, value_json(value) | {"url": url}

    read, entries = found.read, found.page.entries
    note = f"只读了最前的 {read:,} 段，共 {entries:,} 段" if read < entries else ""
    return ViewExport(f"{describe(query)} 数值", "数值", _VALUE_COLUMNS, records(), made, note)


def _source(title: str, region: Sequence[str], year: int | None) -> Mapping[str, str | int]:
    return {"报告": title, "地区": "/".join(region), "年份": year or ""}


def _note(text: str) -> tuple[Row, Json]:
    return {"备注": text}, {"note": text}
