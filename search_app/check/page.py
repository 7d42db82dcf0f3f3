"""The page ``/check``, and its answer as JSON or as a Word file with comments.

What is sent is read, answered and forgotten: nothing is stored, so no address leads to an answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import PurePath
from typing import NamedTuple

from flask import Blueprint, Response, abort, current_app, jsonify, render_template, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import ServiceUnavailable

from engine.errors import QueryError, ReadError
from search_app import site
from search_app.attachment import WORD, attachment
from search_app.check.check import Checked, CheckedQuotation, check_memo
from search_app.check.isolated import read_word, with_comments
from search_app.check.limits import (
    MAX_CHARACTERS,
    MAX_CHECK_SECONDS,
    MAX_FILE_BYTES,
    MAX_TEXT_BYTES,
    MEGABYTE,
    refuse_large,
    refuse_long,
)
from search_app.check.memo_text import MemoText
from search_app.check.plain_text import plain_memo
from search_app.check.present import checked_json
from search_app.check.words import (
    KINDS,
    VERDICTS,
    citation,
    comments,
    difference_words,
    reference_words,
    summary,
)
from search_app.lookup import searcher

pages = Blueprint("check", __name__)
_UPLOAD = "multipart/form-data"
_RETRY_SECONDS = 5
_FAULTY_BODY = "请求内容看不懂", '发送文字（text/plain），或 JSON {"text": "……"}，或带 file 的表单'


class _Sent(NamedTuple):
    """What was sent: the memo, and of a Word file also its bytes and name."""

    memo: MemoText
    word: bytes = b""
    name: str = ""


@contextmanager
def _slot() -> Iterator[None]:
    """Hold one of the slots for checks; status 503 where none is free."""
    with current_app.extensions["yinju.check_slot"]() as is_free:
        if not is_free:
            raise ServiceUnavailable(retry_after=_RETRY_SECONDS)
        yield


@pages.get("/check", endpoint="form")
def check_form() -> str:
    return render_template("check.html", **_limits())


@pages.post("/check", endpoint="page")
@_slot()
def check_page() -> Response | str:
    sent = _from_form()
    wants_word = request.form.get("as") == "docx"
    if wants_word and not sent.word:
        raise QueryError("带批注的文件只能从 Word 文件得来", "选一个 .docx 文件，或改按“核对”")
    checked = check_memo(searcher(), sent.memo, MAX_CHECK_SECONDS)
    if wants_word:
        content = with_comments(sent.word, comments(checked, site.root()))
        name = f"{PurePath(sent.name).stem}-引文核对"
        headers = attachment(name, "yinju-check", "docx")
        return Response(content, content_type=WORD, headers=headers)
    return render_template(
        "check.html",
        checked=checked,
        groups=_by_verdict(checked),
        summary=summary(checked),
        name=sent.name,
        kinds=KINDS,
        verdicts=VERDICTS,
        citation=citation,
        difference_words=difference_words,
        reference_words=reference_words,
        quoted_pieces=quoted_pieces,
        source_pieces=source_pieces,
        **_limits(),
    )


@pages.post("/api/check", endpoint="check")
@_slot()
def check_json() -> Response:
    checked = check_memo(searcher(), _from_api().memo, MAX_CHECK_SECONDS)
    return jsonify(checked_json(checked))


def _limits() -> Mapping[str, int]:
    return {"max_megabytes": MAX_FILE_BYTES // MEGABYTE, "max_characters": MAX_CHARACTERS}


def _from_form() -> _Sent:
    if request.mimetype != _UPLOAD:
        _refuse_long_body()
    file = request.files.get("file")
    if file and file.filename:
        return _from_file(file)
    text = request.form.get("text", "")
    if not text.strip():
        raise QueryError("没有可核对的文字", "贴上文稿，或选一个 .docx 文件")
    return _from_text(text)


def _from_api() -> _Sent:
    if request.mimetype in (_UPLOAD, "application/x-www-form-urlencoded"):
        return _from_form()
    body = request.get_data()
    if request.mimetype == WORD:
        return _from_word(body, "")
    _refuse_long_body()
    try:
        text = body.decode("utf-8-sig")
        if request.mimetype == "application/json":
            text = json.loads(text)["text"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise QueryError(*_FAULTY_BODY) from error
    if not isinstance(text, str):
        raise QueryError(*_FAULTY_BODY)
    return _from_text(text)


def _refuse_long_body() -> None:
    """Refuse what would be too long a text, before a parser takes its time over it."""
    if (request.content_length or 0) > MAX_TEXT_BYTES:
        abort(413)


def _from_file(file: FileStorage) -> _Sent:
    file.stream.seek(0)  # where the request is answered once more, after the index changed
    return _from_word(file.stream.read(), file.filename or "")


def _from_word(data: bytes, name: str) -> _Sent:
    refuse_large(len(data), name or "文件")
    try:
        return _Sent(read_word(data), data, name)
    except ReadError as error:
        raise ReadError(name or "文件", error.reason) from error


def _from_text(text: str) -> _Sent:
    refuse_long(len(text))
    return _Sent(plain_memo(text))


def _by_verdict(checked: Checked) -> list[tuple[str, str, list[CheckedQuotation]]]:
    """The quotations of each verdict with its key and name, faults first."""
    groups = [
        (key, name, [each for each in checked.quotations if each.verdict == key])
        for key, name in VERDICTS.items()
    ]
    return [group for group in groups if group[2]]


def quoted_pieces(checked: CheckedQuotation) -> list[tuple[str, str]]:
    """The quotation, cut where it differs: each piece with the kind of difference, or ``""``."""
    found = checked.match.differences if checked.match else ()
    return _pieces(checked.text, [(*each.at, each.kind) for each in found])


def source_pieces(checked: CheckedQuotation) -> list[tuple[str, str]]:
    """What the source says, cut where the quotation differs from it."""
    match = checked.match
    if not match:
        return []
    spans = [
        (each.source_at.start - match.start, each.source_at.end - match.start, each.kind)
        for each in match.differences
    ]
    low = min([0, *(start for start, end, _ in spans if start < end)])
    shown = match.source.text[match.start + low : max([match.end, *_ends(match.start, spans)])]
    return _pieces(shown, [(start - low, end - low, kind) for start, end, kind in spans])


def _ends(start: int, spans: Sequence[tuple[int, int, str]]) -> list[int]:
    return [start + end for _, end, _ in spans]


def _pieces(text: str, spans: Sequence[tuple[int, int, str]]) -> list[tuple[str, str]]:
    cut, done = list[tuple[str, str]](), 0
    for start, end, kind in sorted(spans):
        if done <= start < end:
            cut += [(text[done:start], ""), (text[start:end], kind)]
            done = end
    return [(piece, kind) for piece, kind in (*cut, (text[done:], "")) if piece]
