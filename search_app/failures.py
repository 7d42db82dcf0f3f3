"""Answers every error in one form: status, code, message and hint.

JSON routes give ``{"error": {"code", "message", "hint"}}``, other routes a page with
the same content. A person never sees a traceback; it goes to the log.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from engine.errors import (
    EngineUnavailable,
    IndexCorrupt,
    IndexMissing,
    IndexStale,
    QueryError,
    ReadError,
    YinjuError,
)
from search_app import params
from search_app.permalinks import Gone, Malformed, NoSentence, Several, Unknown


@dataclass(frozen=True, slots=True)
class Failure:
    """The answer to an error; ``message`` and ``hint`` are for a person."""

    status: int
    code: str
    message: str
    hint: str


_HTTP = {
    400: ("bad_request", "这个请求看不懂", "检查网址和参数，或从首页重新检索。"),
    404: ("not_found", "没有这个页面", "网址可能抄漏了。可从首页重新检索。"),
    405: ("method_not_allowed", "这个地址只能读取", "改用 GET 请求。"),
    413: ("too_large", "请求内容过大", "只有核对引文时可以上传，文件至多 10 MB。"),
    414: ("address_too_long", "网址过长", "缩短检索词，或把备忘分成几份。"),
}
_INDEX = {
    IndexMissing: "index_missing",
    IndexStale: "index_stale",
    IndexCorrupt: "index_corrupt",
    EngineUnavailable: "engine_unavailable",
}
_FORMS = {  # of ids
    "一段": "段落的编号是报告的编号加上连字符和六个字母或数字",
    "篇报告": "报告的编号是八个字母或数字",
}
_NOT_READY = "索引就绪后刷新本页即可，不必重启服务。"
_JSON_PATHS = ("/api/", "/openapi.json", "/healthz")


def register(app: Flask) -> None:
    """Make this module answer every error of the app."""
    app.register_error_handler(Exception, _answer)


def describe(error: Exception) -> Failure:
    """The answer to an error."""
    if isinstance(error, QueryError):
        return Failure(400, "bad_query", error.message, error.hint)
    if isinstance(error, ReadError):
        hint = "请选 Word 的 .docx 文件；其他格式可先另存为 .docx，或把文字贴上。"
        return Failure(400, "unreadable_file", str(error), hint)
    if isinstance(error, YinjuError):
        code = _INDEX.get(type(error), "engine_unavailable")
        return Failure(503, code, str(error), _NOT_READY)
    if isinstance(error, Malformed):
        hint = f"{_FORMS[error.what]}。请对照引用重新输入，或从首页重新检索。"
        return Failure(404, "not_found", f"编号写得不对，没有这{error.what}", hint)
    if isinstance(error, Unknown):
        hint = "编号可能抄漏了，或者它所在的文件已不在语料中。可从首页重新检索。"
        return Failure(404, "not_found", f"没有这{error.what}", hint)
    if isinstance(error, NoSentence):
        hint = f"句子从 1 数起；整段在 /p/{error.paragraph_id}。"
        message = f"这一段共 {error.count} 句，没有“{error.wanted[:20]}”"
        return Failure(404, "no_sentence", message, hint)
    if isinstance(error, Several):
        hint = f"它曾是几篇报告共有的编号，现在各有各的：{'、'.join(error.paths)}。"
        return Failure(300, "several", "这个编号指向不止一处", hint)
    if isinstance(error, Gone):
        hint = f"它所属的报告《{error.title}》还在：/r/{error.report_id}。"
        return Failure(410, "gone", "这一段已不在报告中", hint)
    if isinstance(error, HTTPException):
        status = error.code or 500
        code, message, hint = _HTTP.get(status, ("http_error", f"请求未能完成（{status}）", ""))
        return Failure(status, code, message, hint)
    return Failure(500, "internal", "程序出错了", "请稍后再试；若一再出现，请把日志告诉维护者。")


def _answer(error: Exception) -> Response:
    failure = describe(error)
    if failure.status == 500:
        current_app.logger.error("%s %s", request.method, request.path, exc_info=error)
    if failure.status == 503:
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
            if name == "Allow":
                response.headers[name] = value
    return response
