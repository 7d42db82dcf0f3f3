"""The page of a memo, and its files.

The address is the memo, so a button of the page leads to another address: the form sends
``up``, ``down`` or ``remove`` with an id, or ``unmark`` with a query, and the answer redirects
to the memo that results. The script does the same without loading the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from search_app import memo, site
from search_app.attachment import SHEET, WORD, attachment
from search_app.lookup import searcher
from search_app.memo_docx import as_docx
from search_app.memo_markdown import as_markdown
from search_app.memo_references import as_references
from search_app.memo_table import as_csv, as_xlsx
from search_app.references.files import FILES, MEDIA_TYPES

pages = Blueprint("memo", __name__)


@pages.get("/memo")
def memo_page() -> AnyResponse | str:
    title = memo.read_title(request.args.get("t", ""))
    ids, anchor = _edited(memo.read_ids(request.args.getlist("p")))
    queries = tuple(query for query in _queries() if query != request.args.get("unmark"))
    if not _is_canonical(ids, title, queries):
        fragment = "#p-" + quote(anchor) if anchor else ""
        return redirect(memo.memo_path(ids, title=title, queries=queries) + fragment, 303)
    limit = memo.MAX_MEMO_PARAGRAPHS
    shown = _gather(ids[:limit], title, queries)
    return render_template("memo.html", memo=shown, limit=limit, rest=ids[limit:])


def _edited(ids: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """The ids after the button that was pressed, if any, and the id of the place to show."""
    for button, by in (("up", -1), ("down", 1)):
        if (pressed := request.args.get(button)) in ids:
            return memo.moved(ids, ids.index(pressed), by), pressed
    if (pressed := request.args.get("remove")) in ids:
        at = ids.index(pressed)
        left = ids[:at] + ids[at + 1 :]
        return left, left[min(at, len(left) - 1)] if left else ""
    return ids, ""


def _queries() -> tuple[str, ...]:
    return memo.read_queries(request.args.getlist("q"))


def _is_canonical(ids: Sequence[str], title: str, queries: Sequence[str]) -> bool:
    """Whether the address is the memo's own, and not what a form of the page sent."""
    sent = list(request.args.items(multi=True))
    return (
        sent == memo.memo_pairs(ids, title, queries) and b"%7e" not in request.query_string.lower()
    )


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
    return _file(made.title, content, SHEET, "xlsx")


@pages.get("/memo.docx")
def memo_word() -> Response:
    made = _memo()
    content = as_docx(made, site.today())
    return _file(made.title, content, WORD, "docx")


@pages.get("/memo.ris", defaults={"suffix": "ris"})
@pages.get("/memo.bib", defaults={"suffix": "bib"})
@pages.get("/memo.csl.json", defaults={"suffix": "csl.json"})
def memo_references(suffix: str) -> Response:
    made = _memo()
    url = site.root() + memo.memo_path(made.ids, title=made.title, queries=made.queries)
    content = b"".join(FILES[suffix](as_references(made, url, site.today())))
    return _file(made.title, content, MEDIA_TYPES[suffix], suffix)


def _memo() -> memo.Memo:
    ids = memo.read_ids(request.args.getlist("p"))
    memo.refuse_too_many(ids)
    return _gather(ids, memo.read_title(request.args.get("t", "")), _queries())


def _gather(ids: Sequence[str], title: str, queries: Sequence[str]) -> memo.Memo:
    return memo.gather(searcher(), ids, site.root(), site.today(), title, queries)


def _file(title: str, content: bytes, kind: str, suffix: str) -> Response:
    headers = attachment(title, "yinju-memo", suffix)
    return Response(content, content_type=kind, headers=headers)
