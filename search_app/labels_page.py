"""How to correct the labels of a report: the row to put into ``metadata.csv``."""

from __future__ import annotations

import csv
import io

from flask import Blueprint, render_template
from werkzeug.wrappers import Response as AnyResponse

from engine.model import Report
from search_app.lookup import redirect_keeping, searcher
from search_app.permalinks import find_report

pages = Blueprint("labels", __name__)


@pages.get("/r/<report_id>/labels")
def labels(report_id: str) -> AnyResponse | str:
    found = find_report(searcher(), report_id)
    if found.id != report_id:
        return redirect_keeping(f"/r/{found.id}/labels")
    return render_template("labels.html", report=found, row=_metadata_row(found))


def _metadata_row(report: Report) -> str:
    """The labels of a report as ``metadata.csv`` states them, with the names of the columns."""
    cells = {
        "file": report.source.rpartition("/")[2],
        "title": report.title,
        "region": "/".join(report.region.names),
        "year": str(report.year or ""),
        "issuer": report.issuer,
        "published": report.published,
        "kind": report.kind,
        "url": report.url,
    }
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([cells, cells.values()])
    return out.getvalue()
