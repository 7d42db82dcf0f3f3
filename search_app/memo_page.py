"""The page of a memo, and its files."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, render_template, request

from search_app import memo, site
from search_app.lookup import searcher
from search_app.memo_docx import as_docx
from search_app.memo_markdown import as_markdown
from search_app.memo_table import as_csv, as_xlsx

pages = Blueprint("memo", __name__)

_OFFICE = "application/vnd.openxmlformats-officedocument"


@pages.get("/memo")
def memo_page() -> str:
    return render_template("memo.html", memo=_memo())


@pages.get("/memo.md")
def memo_markdown() -> Response:
    made = _memo()
    return _file(made.title, as_markdown(made).encode(), "text/markdown; charset=utf-8", "md")


@pages.get("/memo.csv")
def memo_csv() -> Response:
    made = _memo()
    return _file(made.title, as_csv(made), "text/csv; charset=utf-8", "csv")


@pages.get("/memo.xlsx")
def memo_sheet() -> Response:
    made = _memo()
    content = as_xlsx(made, site.today())
    return _file(made.title, content, f"{_OFFICE}.spreadsheetml.sheet", "xlsx")


@pages.get("/memo.docx")
def memo_word() -> Response:
    made = _memo()
    content = as_docx(made, site.today())
    return _file(made.title, content, f"{_OFFICE}.wordprocessingml.document", "docx")


def _memo() -> memo.Memo:
    ids = memo.read_ids(request.args.getlist("p"))
    title = memo.read_title(request.args.get("t", ""))
    return memo.gather(searcher(), ids, site.root(), site.today(), title)


def _file(title: str, content: bytes, kind: str, suffix: str) -> Response:
    """A file to save under its title and the day; old clients get a name in ASCII."""
    end = f"{site.today().isoformat()}.{suffix}"
    names = f"filename=\"yinju-memo-{end}\"; filename*=UTF-8''{quote(f'{title}-{end}', safe='')}"
    headers = {"Content-Disposition": f"attachment; {names}"}
    return Response(content, content_type=kind, headers=headers)
