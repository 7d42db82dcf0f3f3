"""The page of a memo, and its files."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from search_app import memo, memo_docx, site
from search_app.lookup import searcher

pages = Blueprint("memo", __name__)


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
    return _file(memo_docx.as_docx(_memo(), site.today()), kind, "docx")


def _memo() -> memo.Memo:
    ids = memo.read_ids(request.args.getlist("p"))
    title = memo.read_title(request.args.get("t", ""))
    return memo.gather(searcher(), ids, site.root(), site.today(), title)


def _file(content: bytes, kind: str, suffix: str) -> Response:
    name = f"yinju-memo-{site.today().isoformat()}.{suffix}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=kind, headers=headers)
