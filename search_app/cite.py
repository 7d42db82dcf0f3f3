"""Formats a passage as a reference, as a memo lists it among its sources.

There are four styles, each a small function of the same data. The two national ones
differ for reports on line:

- GB/T 7714-2015 (4.6 and the examples of A.3) gives
  ``责任者. 题名[R/OL]. (发布日期)[引用日期]. 路径.``
- GB/T 7714-2025 (8.8.3, table 7) gives reports a form of their own,
  ``责任者. 题名[R/OL]. 发布日期：引文页码. 路径.``: no brackets around the date, no
  date of access any more, and (clause 6) every mark but ``.`` and ``[ ]`` in
  its full-width form.

A report without pages is cited by another locator (7.7 allows it), here the numbers
of the paragraph and of its sentences. The older edition defines no place for it,
so it stands before the path. In both, an unknown author is left out under the
numeric system (8.1.3 of 2015, 7.1.3 of 2025), and so is an unknown date. A year
that was only inferred for the facets is no date of publication and never appears.

The path (获取和访问路径) is the address where the report was published, if it is known: a reader
can get the source there without this program. The permalink of the paragraph follows as a
second address, and stands alone where the first is unknown. BibTeX has one ``url``, so there the
permalink goes into the note.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from engine.model import Report
from search_app.passages import Passage

STYLES: Mapping[str, str] = {
    "gbt7714-2025": "GB/T 7714—2025",
    "gbt7714-2015": "GB/T 7714—2015",
    "markdown": "Markdown",
    "bibtex": "BibTeX",
}


def cite(passage: Passage, url: str, style: str, accessed: date) -> str:
    """The reference of a passage in one of ``STYLES``; ``url`` is its permalink."""
    return _STYLE[style](passage, url, accessed)


def _gbt_2025(passage: Passage, url: str, accessed: date) -> str:
    report, place = passage.report, _locator(passage)
    where = f"{report.published}：{place}" if report.published else place
    return f"{_author(report)}{report.title}[R/OL]. {where}. {_path(report, url)}."


def _gbt_2015(passage: Passage, url: str, accessed: date) -> str:
    report = passage.report
    published = f"({report.published})" if report.published else ""
    dates = f"{published}[{accessed.isoformat()}]"
    where = f"{_locator(passage)}. {_path(report, url)}"
    return f"{_author(report)}{report.title}[R/OL]. {dates}. {where}."


def _path(report: Report, url: str) -> str:
    return f"{report.url}. {url}" if report.url else url


def _locator(passage: Passage) -> str:
    """Where a passage stands; a reader must know if its text was recognised from a picture."""
    return passage.locator + ("（识别自扫描件）" if passage.paragraph.ocr else "")


def _author(report: Report) -> str:
    return f"{report.issuer}. " if report.issuer else ""


def _markdown(passage: Passage, url: str, accessed: date) -> str:
    report = passage.report
    facts = [escape_markdown(report.issuer), report.published, _locator(passage)]
    if report.url:
        facts.append(f"[发布处](<{report.url}>)")
    return f"[{escape_markdown(report.title)}]({url})，" + "，".join(fact for fact in facts if fact)


def escape_markdown(text: str) -> str:
    """Escape a text, so that Markdown shows it unchanged: ``a*b`` → ``a\\*b``."""
    text = re.sub(r"([\\`*_\[\]<>~|])", r"\\\1", text)
    text = re.sub(r"(?m)^(\s*)([#+=-])", r"\1\\\2", text)
    return re.sub(r"(?m)^(\s*\d+)([.)])", r"\1\\\2", text)


def _bibtex(passage: Passage, url: str, accessed: date) -> str:
    report = passage.report
    issuer = _latex(report.issuer)
    fields = {
        "author": f"{{{issuer}}}" if issuer else "",
        "title": f"{{{_latex(report.title)}}}",
        "institution": issuer,
        "year": report.published[:4],
        "date": report.published,
        "note": _locator(passage) + (f"，\\url{{{url}}}" if report.url else ""),
        "url": report.url or url,
        "urldate": accessed.isoformat(),
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    key = re.sub(r"[^A-Za-z0-9-]", "", passage.id.replace("~", "-"))
    return f"@techreport{{yinju-{key},\n{lines}}}"


_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}


def _latex(text: str) -> str:
    return "".join(_LATEX.get(sign, sign) for sign in text)


_STYLE: Mapping[str, Callable[[Passage, str, date], str]] = {
    "gbt7714-2025": _gbt_2025,
    "gbt7714-2015": _gbt_2015,
    "markdown": _markdown,
    "bibtex": _bibtex,
}
