"""The page ``/compare``, and its answer as JSON.

With one report, or none, the page helps to choose; the API needs both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from engine.errors import QueryError
from engine.model import Query, Report
from search_app.compare.alignment import Pair, Sentence
from search_app.compare.comparison import compare, partners
from search_app.compare.likeness import Side
from search_app.compare.present import comparison_json
from search_app.compare.words import words_for
from search_app.figures import words as figure_words
from search_app.lookup import searcher
from search_app.navigate import UNMARKED
from search_app.params import address, refuse_unknown, way_back
from search_app.permalinks import find_report

pages = Blueprint("compare", __name__)


@pages.get("/api/compare", endpoint="compare")
def compare_json() -> Response:
    refuse_unknown(request.args, "a", "b")
    return jsonify(comparison_json(compare(searcher(), _required("a"), _required("b"))))


@pages.get("/compare", endpoint="page")
def compare_page() -> AnyResponse | str:
    refuse_unknown(request.args, "a", "b")
    a, b = (_named(side) for side in ("a", "b"))
    if not (a and b):
        one = a or b
        return render_template(
            "compare_choose.html",
            report=one,
            partners=one and partners(searcher(), one),
            pair_address=_pair_address,
        )
    if (a.id, b.id) != (_id("a"), _id("b")):  # former ids
        return redirect(_address(a, b))
    comparison = compare(searcher(), a, b)
    return render_template(
        "compare.html",
        comparison=comparison,
        words=words_for(comparison),
        figures=figure_words,
        by_theme=_by_theme(comparison.sentences.pairs),
        gone=list(_by_paragraph(comparison.sentences.gone)),
        new=list(_by_paragraph(comparison.sentences.new)),
        search_of=_search_of,
        marking=_marking,
    )


def _address(a: Report, b: Report) -> str:
    return f"/compare?a={a.id}&b={b.id}"


def _pair_address(report: Report, other: Report) -> str:
    """The comparison of two reports, the earlier one first."""
    earlier_first = sorted((report, other), key=lambda each: each.year or 0)
    return _address(*earlier_first)


def _id(side: Side) -> str:
    return request.args.get(side, "").strip()


def _named(side: Side) -> Report | None:
    """The report that the address names on one side, if any."""
    return find_report(searcher(), _id(side)) if _id(side) else None


def _required(side: Side) -> Report:
    report = _named(side)
    if not report:
        raise QueryError(f"缺少参数 {side}", "写明两篇报告的编号：a=编号&b=编号")
    return report


def _by_theme(pairs: Sequence[Pair]) -> list[tuple[str, list[Pair]]]:
    """The pairs of each theme, the most frequent theme first, those without theme last.

    The theme of a pair is the first that both sentences have, or else the first of b's.
    """
    themes: dict[str, list[Pair]] = {}
    for pair in pairs:
        shared = [theme for theme in pair.b.themes if theme in pair.a.themes]
        themes.setdefault((*shared, *pair.b.themes, "")[0], []).append(pair)
    ordered = sorted(themes.items(), key=lambda item: (not item[0], -len(item[1]), item[0]))
    return [(theme or UNMARKED, group) for theme, group in ordered]


def _by_paragraph(sentences: Sequence[Sentence]) -> Iterator[list[Sentence]]:
    for _, group in groupby(sentences, key=lambda sentence: sentence.paragraph.id):
        yield list(group)


def _quoted(phrase: str) -> Query:
    return Query(f'"{phrase}"')


def _search_of(phrase: str) -> str:
    """The search for a phrase in all reports."""
    return address(_quoted(phrase))


def _marking(phrase: str) -> str:
    """What to append to a paragraph's address, so that its page marks a phrase."""
    return way_back(_quoted(phrase))
