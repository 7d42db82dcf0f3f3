"""The page of one paragraph in its context: the permalink."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from engine.model import Query
from search_app import params, present, site
from search_app.cite import STYLES, cite
from search_app.lookup import find_hit, redirect_keeping, searcher

pages = Blueprint("paragraph", __name__)
NEIGHBOURS = 3  # paragraphs shown before and after a paragraph


@pages.get("/p/<paragraph_id>")
def paragraph(paragraph_id: str) -> AnyResponse | str:
    hit = find_hit(paragraph_id)
    if hit.paragraph.id != paragraph_id:  # a former id
        return redirect_keeping(present.permalink(hit.paragraph.id))
    siblings = searcher().paragraphs(hit.report.id)
    at = next(i for i, sibling in enumerate(siblings) if sibling.id == hit.paragraph.id)
    url = site.root() + present.permalink(paragraph_id)
    return render_template(
        "paragraph.html",
        hit=hit,
        before=siblings[max(0, at - NEIGHBOURS) : at],
        after=siblings[at + 1 : at + 1 + NEIGHBOURS],
        url=url,
        styles=STYLES,
        citations={s: cite(hit.report, hit.paragraph, url, s, site.today()) for s in STYLES},
        plain=Query(),
        query=params.readable_query(request.args),
    )
