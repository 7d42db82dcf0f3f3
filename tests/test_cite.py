"""Citations: the forms of the standard, and texts that must be escaped."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model import Hit, Paragraph, Report
from search_app.cite import STYLES, cite, escape_markdown
from search_app.passages import Passage

REPORT = Report(
    "k3v9qd",
    "辰溪县医疗保障局2024年工作总结",
    "corpus/a.txt",
    issuer="辰溪县医疗保障局",
    published="2024-12-23",
    year=2024,
    kind="工作总结",
)
LAW = replace(REPORT, title="湖南省医疗保障条例", issuer="湖南省人大常委会", kind="法律法规")
NOTICE = replace(REPORT, title="参保通知", issuer="国家医疗保障局 财政部", kind="通知")
NEWS = replace(REPORT, title="改革提速", issuer="人民日报社", kind="新闻")
PARAGRAPH = Paragraph("k3v9qd-7f2a", "k3v9qd", 12, "甲。乙。丙。丁。", "甲。乙。丙。丁。")
URL = "http://127.0.0.1:8000/p/k3v9qd-7f2a"
TODAY = date(2026, 11, 22)

CASES = [
    (
        "2025: a report's date stands bare, the place after a full-width colon, no date of access",
        REPORT,
        "gbt7714-2025",
        f"辰溪县医疗保障局. 辰溪县医疗保障局2024年工作总结[R/OL]. 2024-12-23：第12段. {URL}.",
    ),
    (
        "2015: the place before the dates, of publication and of access",
        REPORT,
        "gbt7714-2015",
        "辰溪县医疗保障局. 辰溪县医疗保障局2024年工作总结[R/OL]. "
        f"第12段(2024-12-23)[2026-11-22]. {URL}.",
    ),
    (
        "2025 without issuer and date: both left out, an inferred year is no date",
        replace(REPORT, issuer="", published=""),
        "gbt7714-2025",
        f"辰溪县医疗保障局2024年工作总结[R/OL]. 第12段. {URL}.",
    ),
    (
        "2015 without issuer and date",
        replace(REPORT, issuer="", published=""),
        "gbt7714-2015",
        f"辰溪县医疗保障局2024年工作总结[R/OL]. 第12段[2026-11-22]. {URL}.",
    ),
    (
        "2025 with the address where it was published, the permalink after it",
        replace(REPORT, url="https://example.org/a_1.html"),
        "gbt7714-2025",
        "辰溪县医疗保障局. 辰溪县医疗保障局2024年工作总结[R/OL]. 2024-12-23：第12段. "
        f"https://example.org/a_1.html. {URL}.",
    ),
    (
        "2015 with the address where it was published",
        replace(REPORT, url="https://example.org/a_1.html"),
        "gbt7714-2015",
        "辰溪县医疗保障局. 辰溪县医疗保障局2024年工作总结[R/OL]. "
        f"第12段(2024-12-23)[2026-11-22]. https://example.org/a_1.html. {URL}.",
    ),
    (
        "2025: a law on line is a web page, whose place stands before the dates",
        LAW,
        "gbt7714-2025",
        f"湖南省人大常委会. 湖南省医疗保障条例[EB/OL]. 第12段（2024-12-23）[2026-11-22]. {URL}.",
    ),
    (
        "2025: a web page without a date",
        replace(LAW, published=""),
        "gbt7714-2025",
        f"湖南省人大常委会. 湖南省医疗保障条例[EB/OL]. 第12段[2026-11-22]. {URL}.",
    ),
    (
        "2015: a law on line",
        LAW,
        "gbt7714-2015",
        f"湖南省人大常委会. 湖南省医疗保障条例[EB/OL]. 第12段(2024-12-23)[2026-11-22]. {URL}.",
    ),
    (
        "2025: two issuers",
        NOTICE,
        "gbt7714-2025",
        f"国家医疗保障局，财政部. 参保通知[EB/OL]. 第12段（2024-12-23）[2026-11-22]. {URL}.",
    ),
    (
        "2015: of four issuers three are named",
        replace(NOTICE, issuer="国家医疗保障局 财政部 民政部 教育部"),
        "gbt7714-2015",
        "国家医疗保障局, 财政部, 民政部, 等. 参保通知[EB/OL]. "
        f"第12段(2024-12-23)[2026-11-22]. {URL}.",
    ),
    (
        "2025: news of a newspaper, which is no author",
        NEWS,
        "gbt7714-2025",
        f"改革提速[N/OL]. 人民日报，2024-12-23：第12段. {URL}.",
    ),
    (
        "2015: news of a newspaper",
        NEWS,
        "gbt7714-2015",
        f"改革提速[N/OL]. 人民日报, 2024-12-23: 第12段[2026-11-22]. {URL}.",
    ),
    (
        "2015: news of a newspaper without a date",
        replace(NEWS, published=""),
        "gbt7714-2015",
        f"改革提速[N/OL]. 人民日报: 第12段[2026-11-22]. {URL}.",
    ),
    (
        "a title on two lines is one line",
        replace(REPORT, title="辰溪县\n2024年\t工作总结\x00"),
        "gbt7714-2025",
        f"辰溪县医疗保障局. 辰溪县 2024年 工作总结[R/OL]. 2024-12-23：第12段. {URL}.",
    ),
    (
        "Markdown with the address where it was published",
        replace(REPORT, url="https://example.org/a(1).html"),
        "markdown",
        f"[辰溪县医疗保障局2024年工作总结]({URL})，辰溪县医疗保障局，2024-12-23，第12段，"
        "[发布处](<https://example.org/a(1).html>)",
    ),
    (
        "BibTeX with the address where it was published",
        replace(REPORT, issuer="", published="", url="https://example.org/a_1.html"),
        "bibtex",
        "@techreport{yinju-k3v9qd-7f2a,\n"
        "  title = {{辰溪县医疗保障局2024年工作总结}},\n"
        "  type = {工作总结},\n"
        "  mark = {R},\n"
        "  pages = {第12段},\n"
        f"  note = {{第12段，{URL}}},\n"
        "  url = {https://example.org/a_1.html},\n"
        "  urldate = {2026-11-22},\n"
        "}",
    ),
    (
        "Markdown",
        replace(REPORT, title="总结[草稿]*1*"),
        "markdown",
        f"[总结\\[草稿\\]\\*1\\*]({URL})，辰溪县医疗保障局，2024-12-23，第12段",
    ),
    (
        "BibTeX",
        replace(REPORT, title="50%_{增长}&A"),
        "bibtex",
        "@techreport{yinju-k3v9qd-7f2a,\n"
        "  author = {{辰溪县医疗保障局}},\n"
        "  title = {{50\\%\\_\\{增长\\}\\&A}},\n"
        "  institution = {辰溪县医疗保障局},\n"
        "  type = {工作总结},\n"
        "  mark = {R},\n"
        "  year = {2024},\n"
        "  date = {2024-12-23},\n"
        "  pages = {第12段},\n"
        "  note = {第12段},\n"
        f"  url = {{{URL}}},\n"
        "  urldate = {2026-11-22},\n"
        "}",
    ),
]


def passage(report: Report, first: int = 0, last: int = 0) -> Passage:
    """The paragraph, or some of its sentences, in a report."""
    return Passage(Hit(PARAGRAPH, report), first, last)


@pytest.mark.parametrize(("why", "report", "style", "expected"), CASES, ids=[c[0] for c in CASES])
def test_form(why: str, report: Report, style: str, expected: str) -> None:
    assert cite(passage(report), URL, style, TODAY) == expected


@given(title=st.text(min_size=1), issuer=st.text())
def test_bibtex_braces_balance_whatever_the_title(title: str, issuer: str) -> None:
    made = cite(passage(replace(REPORT, title=title, issuer=issuer)), URL, "bibtex", TODAY)
    bare = re.sub(r"\\.", "", made, flags=re.DOTALL)
    assert bare.count("{") == bare.count("}")
    assert re.match(r"@techreport\{[A-Za-z0-9-]+,\n", made)


@pytest.mark.parametrize("style", STYLES)
def test_every_style_names_title_place_and_link(style: str) -> None:
    made = cite(passage(REPORT), URL, style, TODAY)
    for needed in (REPORT.issuer, REPORT.title, "2024-12-23", "第12段", URL):
        assert needed in made


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("first", "last", "place"), [(2, 4, "第12段第2—4句"), (3, 3, "第12段第3句")]
)
def test_sentences_are_part_of_the_place(style: str, first: int, last: int, place: str) -> None:
    whole = cite(passage(REPORT), URL, style, TODAY)
    some = cite(passage(REPORT, first, last), URL, style, TODAY)
    key = passage(REPORT, first, last).id.replace("~", "-")
    expected = whole.replace("第12段", place).replace(f"yinju-{PARAGRAPH.id}", f"yinju-{key}")
    assert some == expected


ESCAPED = [
    (r"a\b`c*d_e[f]g<h>i~j|k", r"a\\b\`c\*d\_e\[f\]g\<h\>i\~j\|k", "signs of Markdown, anywhere"),
    ("# 一\n  + 二\n=三\n-四", "\\# 一\n  \\+ 二\n\\=三\n\\-四", "those of a heading or list"),
    ("一#二+三=四-五", "一#二+三=四-五", "which only count where a line begins"),
    ("1. 一\n 12) 二", "1\\. 一\n 12\\) 二", "a numbered list"),
    ("共1.5亿元", "共1.5亿元", "but no other number"),
]


@pytest.mark.parametrize(("text", "escaped", "why"), ESCAPED, ids=[case[2] for case in ESCAPED])
def test_markdown_is_escaped(text: str, escaped: str, why: str) -> None:
    assert escape_markdown(text) == escaped


def test_latex_is_escaped() -> None:
    made = cite(passage(replace(REPORT, title="\\~^&%$#_{}")), URL, "bibtex", TODAY)
    escaped = r"\textbackslash{}\textasciitilde{}\textasciicircum{}\&\%\$\#\_\{\}"
    assert f"title = {{{{{escaped}}}}}" in made


def test_bibtex_leaves_out_what_is_unknown() -> None:
    made = cite(passage(replace(REPORT, issuer="", published="")), URL, "bibtex", TODAY)
    names = ["title", "type", "mark", "pages", "note", "url", "urldate"]
    assert re.findall(r"^  (\w+) =", made, re.MULTILINE) == names
