"""Hostile web pages, and pages saved as one file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from .common import PROSE, Maker

_PAGES: Mapping[str, Callable[[int], str]] = {
    "paragraphs": lambda n: f"<p>{PROSE}</p>" * n,
    "short paragraphs": lambda n: "<p>甲" * n,
    "deep boxes": lambda n: "<div>" * n + PROSE,
    "paragraphs in deep boxes": lambda n: "<div>" * min(n, 240) + f"<p>{PROSE}" * n,
    "deep tables": lambda n: "<table><tr><td>甲" * n,
    "tables": lambda n: "<table><tr><td>甲<td>乙</table>" * n,
    "one column": lambda n: "<table>" + "<tr><td>甲乙" * n,
    "one row": lambda n: "<table><tr>" + "<td>甲" * n,
    "spans": lambda n: "<table>" + "<tr><td rowspan=9999 colspan=50>甲<td>乙" * n,
    "hiding rules": lambda n: (
        "<style>"
        + "".join(f".a{at}.b{{display:none}}" for at in range(n))
        + "</style>"
        + f"<p class='b a{n}'>{PROSE}" * n
    ),
    "names": lambda n: "<title>" + "某县工作报告_" * n + "</title>" + "<p>甲乙丙丁" * n + PROSE,
    "meta tags": lambda n: "".join(f"<meta name=a{at} content=b>" for at in range(n)) + PROSE,
    "headings": lambda n: "<h1>某县工作报告</h1>" * n + PROSE,
    "links": lambda n: f"<a href=b>{PROSE}</a>" * n + f"<p>{PROSE}",
    "raised": lambda n: "<p>" + "5<sup>2</sup>" * n + PROSE,
    "open raised": lambda n: "<p>" + "5<sup>2" * n + PROSE,
    "attributes": lambda n: f"<p {' '.join(f'a{at}=b' for at in range(n))}>{PROSE}",
    "menus": lambda n: "<div class=nav>" * n + f"<p>{PROSE}",
    "boxes with names": lambda n: f"<div class=share><p>{PROSE}</p></div>" * n,
    "line ends": lambda n: f"<p>{PROSE}" + "甲\n" * n,
    "preformatted": lambda n: "<pre>" + f"{PROSE}\n" * n,
    "entities": lambda n: f"<p>{PROSE}" + "&#30002;&amp;" * n,
    "scripts": lambda n: "<script>a</script>" * n + PROSE,
    "comments": lambda n: "<!-- a -->" * n + PROSE,
    "open comments": lambda n: PROSE + "<!--" * n,
    "catalogue": lambda n: "<p>发布机构：某局</p><p>发布日期：</p>" * n + f"<p>{PROSE}",
    "pictures": lambda n: f"<p>{PROSE}" + "<img src='data:image/png;base64,AAAA'>" * n,
}


def _page(body: Callable[[int], str], size: int) -> bytes:
    return f"<html><head></head><body>{body(size)}".encode()


def _saved_page(header: str, body: str) -> bytes:
    return f"MIME-Version: 1.0\n{header}\n\n{body}".encode()


_TYPE = "Content-Type: text/html; charset=utf-8"
_SAVED: Mapping[str, Callable[[int], bytes]] = {
    "parts": lambda n: _saved_page(
        'Content-Type: multipart/related; boundary="b"',
        f"--b\n{_TYPE}\n\n<p>{PROSE}</p>\n" + "--b\nContent-Type: image/png\n\nA\n" * n + "--b--",
    ),
    "deep parts": lambda n: _saved_page(
        'Content-Type: multipart/related; boundary="b0"',
        "".join(
            f'--b{at}\nContent-Type: multipart/related; boundary="b{at + 1}"\n\n'
            for at in range(min(n, 100))
        )
        + f"--b{min(n, 100)}\n{_TYPE}\n\n"
        + f"<p>{PROSE}</p>\n" * n,
    ),
    "parameters": lambda n: _saved_page(f"{_TYPE}{'; a=b' * n}", f"<p>{PROSE}"),
    "a long address": lambda n: _saved_page(
        f"{_TYPE}\nContent-Location: https://a.b/{'a/ ' * n}", f"<p>{PROSE}"
    ),
    "headers": lambda n: _saved_page("X-A: b\n" * n + _TYPE, f"<p>{PROSE}"),
    "quoted": lambda n: _saved_page(
        f"{_TYPE}\nContent-Transfer-Encoding: quoted-printable", f"<p>{PROSE}" + "=E7=94=B2=\n" * n
    ),
    "base64": lambda n: _saved_page(f"{_TYPE}\nContent-Transfer-Encoding: base64", "QUFB\n" * n),
    "many pages": lambda n: _saved_page(
        'Content-Type: multipart/related; boundary="b"', f"--b\n{_TYPE}\n\n<a>\n" * n + "--b--"
    ),
}


def makers() -> Iterator[Maker]:
    for name, body in _PAGES.items():
        yield Maker(f"html: {name}", ".html", partial(_page, body))
    for name, make in _SAVED.items():
        yield Maker(f"mht: {name}", ".mht", make)
