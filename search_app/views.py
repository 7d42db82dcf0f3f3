"""The pages: each view parses a request, asks the engine and renders the answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from engine.model import Page, Query
from search_app import marks, memo, memo_docx, navigate, params, present, remarks, spelling
from search_app.cite import STYLES, cite
from search_app.lookup import find_hit, searcher
from search_app.permalinks import find_report

pages = Blueprint("pages", __name__)
NEIGHBOURS = 3  # paragraphs shown before and after a paragraph
EXAMPLES = ("飞行检查 追回", "“支付方式改革”", "参保率 -学生", "DIP|DRG", "异地就医 OR 跨省")

HELPERS = {
    "LABELS": navigate.LABELS,
    "address": params.address,
    "filtered_by": navigate.filtered_by,
    "facet_boxes": navigate.boxes,
    "mark_parameters": params.mark_parameters,
    "memo_path": memo.memo_path,
    "moved": memo.moved,
    "permalink": present.permalink,
    "remarks": remarks.remarks,
    "place": navigate.place,
    "same_as": navigate.same_as,
    "runs": marks.runs,
    "snippet": marks.snippet,
}


@pages.get("/")
def search() -> AnyResponse | str | tuple[str, int]:
    query = params.page_query(request.args)
    if not params.is_search(query):
        overview = searcher().overview()
        return render_template(
            "start.html",
            overview=overview,
            grid=navigate.grid(overview),
            examples=EXAMPLES,
            query=query,
        )
    narrowed = params.narrowed(query)
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
    root, today = request.url_root.rstrip("/"), date.today()
    return render_template(
        "search.html",
        page=page,
        query=page.query,
        entries=[memo.entry(hit, root, today) for hit in page.hits],
        chips=navigate.chips(page.query, same_hit.paragraph.text if same_hit else ""),
        plain=plain,
        pager=navigate.pager(page),
        last=navigate.last_page(page),
        corrections=corrections,
        wider=replace(page.query, text=wider.text, offset=0) if wider else None,
        inexact=replace(plain, exact=False) if page.query.exact else None,
        switched=replace(page.query, synonyms=not page.query.synonyms),
    )


@pages.get("/p/<paragraph_id>")
def paragraph(paragraph_id: str) -> AnyResponse | str:
    hit = find_hit(paragraph_id)
    if hit.paragraph.id != paragraph_id:  # a former id
        return _redirect(present.permalink(hit.paragraph.id))
    siblings = searcher().paragraphs(hit.report.id)
    at = next(i for i, sibling in enumerate(siblings) if sibling.id == hit.paragraph.id)
    url = request.url_root.rstrip("/") + present.permalink(paragraph_id)
    return render_template(
        "paragraph.html",
        hit=hit,
        before=siblings[max(0, at - NEIGHBOURS) : at],
        after=siblings[at + 1 : at + 1 + NEIGHBOURS],
        url=url,
        styles=STYLES,
        citations={s: cite(hit.report, hit.paragraph, url, s, date.today()) for s in STYLES},
        plain=Query(),
        query=Query(
            text=request.args.get("q", ""),
            exact=request.args.get("exact") == "1",
            synonyms=request.args.get("synonyms") != "0",
        ),
    )


@pages.get("/r/<report_id>")
def report(report_id: str) -> AnyResponse | str:
    found = find_report(searcher(), report_id)
    if found.id != report_id:  # a former id
        return _redirect(f"/r/{found.id}")
    return render_template("report.html", report=found, paragraphs=searcher().paragraphs(report_id))


def _redirect(path: str) -> AnyResponse:
    """A redirect that keeps the parameters of the request."""
    parameters = [*request.args.items(multi=True)]
    return redirect(f"{path}?{urlencode(parameters)}" if parameters else path)


@pages.get("/memo")
def memo_page() -> str:
    return render_template("memo.html", memo=_memo())


@pages.get("/memo.md")
def memo_markdown() -> Response:
    return _file(memo.as_markdown(_memo()).encode(), "text/markdown; charset=utf-8", "md")


@pages.get("/memo.csv")
def memo_csv() -> Response:
    return _file(memo.as_csv(_memo()), "text/csv; charset=utf-8", "csv")


@pages.get("/memo.docx")
def memo_word() -> Response:
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    return _file(memo_docx.as_docx(_memo(), date.today()), kind, "docx")


@pages.get("/help")
def help_page() -> str:
    return render_template("help.html")


def _memo() -> memo.Memo:
    ids = memo.read_ids(request.args.getlist("p"))
    return memo.gather(searcher(), ids, request.url_root.rstrip("/"), date.today())


def _file(content: bytes, kind: str, suffix: str) -> Response:
    name = f"yinju-memo-{date.today().isoformat()}.{suffix}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=kind, headers=headers)
