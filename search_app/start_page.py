"""The start page: what the index holds, and examples of what to search for."""

from __future__ import annotations

from flask import render_template

from engine.model import Query
from search_app import navigate
from search_app.lookup import searcher

EXAMPLES = ("飞行检查 追回", "“支付方式改革”", "参保率 -学生", "DIP|DRG", "异地就医 OR 跨省")


def render(query: Query) -> str:
    """The start page; ``query`` has neither text nor filters."""
    overview = searcher().overview()
    return render_template(
        "start.html",
        overview=overview,
        grid=navigate.grid(overview),
        examples=EXAMPLES,
        query=query,
    )
