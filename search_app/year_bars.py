"""The check boxes of years, each with a bar: the share of the year's reports that match.

Numbers of paragraphs would mislead. Some years have many reports and some have few, and reports
grow longer, so a word that fewer and fewer reports use may stand in more and more paragraphs.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.facets import selected_years
from engine.model import UNKNOWN, FacetCount, Page, ReportShare
from search_app.facet_boxes import Bar, Box, Boxes, fold
from search_app.navigate import name_of, step
from search_app.params import selected, year_text

_NO_REPORTS = ReportShare(0, 0)


def year_boxes(page: Page) -> Boxes:
    """The boxes of the year facet; each range of years that is selected has a box of its own.

    A bar is as long as its share, compared with the greatest share of a year. Where every report
    matches, as without a query, bars compare the numbers of reports instead.
    """
    every = all(share.found == share.reports for share in page.years.values())
    lengths = [_length(share, every) for share in page.years.values()]
    full = max(lengths, default=0)
    chosen = selected(page.query, "year")

    def box(value: FacetCount, share: ReportShare) -> Box:
        width = step(min(_length(share, every), full), full)
        number = f"{share.reports:,}" if every else f"{share.found:,}/{share.reports:,}"
        bar = Bar(width, number, _words(value, share))
        name, is_chosen = name_of(value.path), value.path in chosen
        return Box(value.path, name, f"{value.count:,}", is_chosen, False, None, bar)

    years = page.facets.get("year", ())
    made = fold([box(value, page.years.get(value.path, _NO_REPORTS)) for value in years])
    ranges = [box(value, share) for value, share in _ranges(page)]
    legend = "报告篇数" if every else f"占当年报告，满格 {_percent(full)}"
    return Boxes(ranges + made.shown, made.folded, legend)


def _ranges(page: Page) -> Iterator[tuple[FacetCount, ReportShare]]:
    """Each selected range of several years, with its paragraphs and reports."""
    for span in page.query.years:
        if span and span[0] < span[1]:
            years = set(selected_years(page.years, [span]))
            count = sum(value.count for value in page.facets.get("year", ()) if value.path in years)
            found, reports = (sum(page.years[year][at] for year in years) for at in (0, 1))
            path = year_text(span)
            yield FacetCount(path, path, count), ReportShare(found, reports)


def _length(share: ReportShare, every: bool) -> float:
    """What the length of a bar stands for: the number of reports, or the share that matches."""
    return share.reports if every else share.found / (share.reports or 1)


def _words(value: FacetCount, share: ReportShare) -> str:
    """What a bar says: ``243 篇，占当年 604 篇报告的 40.2%；415 段``."""
    if not share.reports:
        return "没有报告"
    whose = "年份未标明的" if value.path == UNKNOWN else "当年"
    percent = _percent(share.found / share.reports)
    return f"{share.found:,} 篇，占{whose} {share.reports:,} 篇报告的 {percent}；{value.count:,} 段"


def _percent(part: float) -> str:
    """A share in per cent with three significant digits: ``40.2%``, ``0.0331%``."""
    return f"{100 * part:.3g}%"
