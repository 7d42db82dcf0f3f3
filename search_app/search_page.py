"""The page of results at ``/``; without a query it is the start page."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from engine.model import Page
from search_app import facet_panel, memo, navigate, nesting, params, site, spelling, start_page
from search_app.lookup import searcher
from search_app.offers import offers
from search_app.passages import Passage
from search_app.same_paragraph import same_paragraph

pages = Blueprint("search", __name__)


@pages.get("/")
def search() -> AnyResponse | str | tuple[str, int]:
    query = params.page_query(request.args)
    if params.has_year_fields(request.args):
        years = [year for _, year in searcher().overview().grid if year]
        return redirect(params.address(params.with_year_fields(query, request.args, years)))
    if not params.is_search(query):
        return start_page.render(query)
    narrowed = nesting.narrowed(query)
    if narrowed != query:
        return redirect(params.address(narrowed))
    page = searcher().search(query)
    status = 404 if query.offset and not page.hits else 200
    return _results(page), status


def _results(page: Page) -> str:
    plain = navigate.unfiltered(page.query)
    same_hit = searcher().hit(page.query.same) if page.query.same else None
    corrections = [
        replace(page.query, text=text) for text in spelling.did_you_mean(searcher(), page)
    ]
    wider = page.understood.wider
    root, today = site.root(), site.today()
    return render_template(
        "search.html",
        page=page,
        query=page.query,
        entries=[memo.entry(Passage(hit), root, today) for hit in page.hits],
        facets=facet_panel.facets(page),
        chips=navigate.chips(page.query, same_hit.paragraph.text if same_hit else ""),
        plain=plain,
        pager=navigate.pager(page),
        last=navigate.last_page(page),
        corrections=corrections,
        offers=offers(searcher(), page),
        same_paragraph=same_paragraph(searcher(), page),
        inside=navigate.inside_results(page.query) if page.total else [],
        wider=replace(page.query, text=wider.text, offset=0) if wider else None,
        inexact=replace(plain, exact=False) if page.query.exact else None,
        switched=replace(page.query, synonyms=not page.query.synonyms),
    )


@pages.get("/help")
def help_page() -> str:
    return render_template("help.html")
