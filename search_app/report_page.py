"""The page of a whole report."""

from __future__ import annotations

from flask import Blueprint, render_template
from werkzeug.wrappers import Response as AnyResponse

from search_app.lookup import redirect_keeping, searcher
from search_app.permalinks import find_report

pages = Blueprint("report", __name__)


@pages.get("/r/<report_id>")
def report(report_id: str) -> AnyResponse | str:
    found = find_report(searcher(), report_id)
    if found.id != report_id:  # a former id
        return redirect_keeping(f"/r/{found.id}")
    return render_template("report.html", report=found, paragraphs=searcher().paragraphs(report_id))
