"""Answers every error in one form: status, code, message and hint.

JSON routes give ``{"error": {"code", "message", "hint"}}``, other routes a page with
the same content. A person never sees a traceback; it goes to the log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from engine.errors import (
    EngineUnavailable,
    IndexCorrupt,
    IndexMissing,
    IndexStale,
    NotFound,
    QueryError,
    ReadError,
    TooMuchWork,
    YinjuError,
)
from engine.printable import printable
from search_app import params
from search_app.foreign_pages import ForeignPage
from search_app.permalinks import Gone, NoSentence, Several


@dataclass(frozen=True, slots=True)
class Failure:
    """The answer to an error; ``message`` and ``hint`` are for a person."""

    status: int
    code: str
    message: str
    hint: str


_HTTP = {
    400: ("bad_request", "这个请求看不懂", "检查网址和参数，或从首页重新检索。"),
    403: (
        "not_signed_on",
        "要先登录才能打开",
        "请从单位统一登录的网址进入；绕过登录直接连到这台服务器不行。",
    ),
    404: ("not_found", "没有这个页面", "网址可能抄漏了。可从首页重新检索。"),
    405: ("method_not_allowed", "这个地址只能读取", "改用 GET 请求。"),
    408: ("too_slow", "请求内容传得太慢", "请检查网络，再试一次。"),
    413: ("too_large", "请求内容过大", "核对引文时，文件至多 10 MB，文字至多 200,000 字。"),
    414: ("address_too_long", "网址过长", "缩短检索词，或把备忘分成几份。"),
    421: (
        "wrong_host",
        "这里不答复用这个网址来的请求",
        "请用管理员公布的网址打开。管理员请查环境变量 YINJU_URL，主机和端口都要对。",
    ),
    503: ("busy", "现在做这件事的人太多", "请过一分钟再试。"),
}
_INDEX = {
    IndexMissing: "index_missing",
    IndexStale: "index_stale",
    IndexCorrupt: "index_corrupt",
    EngineUnavailable: "engine_unavailable",
}
_NOT_FOUND: Mapping[type[NotFound], tuple[int, str]] = {
    NoSentence: (404, "no_sentence"),
    Several: (300, "several"),
    Gone: (410, "gone"),
}
_NOT_READY = "索引就绪后刷新本页即可，不必重启服务。"
_JSON_PATHS = ("/api/", "/openapi.json", "/healthz", "/readyz", "/mcp")
_HEADERS = ("Allow", "Retry-After")  # of Werkzeug's errors, that an answer keeps


def register(app: Flask) -> None:
    """Make this module answer every error of the app."""
    app.register_error_handler(Exception, _answer)


def describe(error: Exception) -> Failure:
    """The answer to an error."""
    if isinstance(error, QueryError):
        return Failure(400, "bad_query", error.message, error.hint)
    if isinstance(error, NotFound):
        status, code = _NOT_FOUND.get(type(error), (404, "not_found"))
        elsewhere = "，或从首页重新检索" if code == "not_found" else ""
        return Failure(status, code, error.message, f"{error.hint}{elsewhere}。")
    if isinstance(error, ReadError):
        hint = "请选 Word 的 .docx 文件；其他格式可先另存为 .docx，或把文字贴上。"
        return Failure(400, "unreadable_file", str(error), hint)
    if isinstance(error, TooMuchWork):
        hint = "请少写几个单字或“字*”，缩小范围，或少取几条；要取全部，请用导出。"
        return Failure(503, "too_much_work", str(error), hint)
    if isinstance(error, YinjuError):
        code = _INDEX.get(type(error), "engine_unavailable")
        return Failure(503, code, str(error), _NOT_READY)
    if isinstance(error, ForeignPage):
        hint = "请在本站的页面上提交；程序提交时不要带 Origin。"
        return Failure(403, "foreign_page", "这个请求来自别的网站的页面，没有受理", hint)
    if isinstance(error, HTTPException) and error.code != 500:
        status = error.code or 500
        code, message, hint = _HTTP.get(status, ("http_error", f"请求未能完成（{status}）", ""))
        return Failure(status, code, message, hint)
    return Failure(500, "internal", "程序出错了", "请稍后再试；若一再出现，请把日志告诉维护者。")


def _answer(error: Exception) -> Response:
    failure = describe(error)
    if failure.status == 500 and not isinstance(error, HTTPException):  # else it is in the log
        current_app.logger.error("%s %s", request.method, printable(request.path), exc_info=error)
    if isinstance(error, tuple(_INDEX)):
        current_app.extensions["yinju"].drop()
    if request.path.startswith(_JSON_PATHS):
        response = jsonify(
            error={"code": failure.code, "message": failure.message, "hint": failure.hint}
        )
    else:
        query = params.readable_query(request.args)
        response = make_response(
            render_template("problem.html", failure=failure, error=error, query=query)
        )
    response.status_code = failure.status
    if isinstance(error, HTTPException):
        for name, value in error.get_headers():
            if name in _HEADERS:
                response.headers[name] = value
    return response
