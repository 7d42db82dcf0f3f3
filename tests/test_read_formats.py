"""Readers of web pages and PDF: complete texts, and metadata."""

from __future__ import annotations

from pathlib import Path

import pytest
from drafts import drafted, only
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from engine.errors import ReadError
from indexer.draft import Block, Draft
from indexer.readers import pdf

PARAGRAPHS = [
    "2024年，全县医疗保障工作平稳推进，参保率达98.25%，比上年提高零点三个百分点，群众满意。",
    "一、主要工作",
    "（一）守好基金。全年约谈定点机构19家，飞行检查两轮，追回资金46万元，公开通报典型案例五起。",
    "二是。",
    "报销医疗费用2.85亿元，惠及群众三万二千人次，其中异地就医直接结算占四成，比上年多一成。",
    "三、下一步打算",
    "继续把参保扩面、基金监管和经办下沉放在前面，年内把二十三个乡镇服务站都建成，一件一件办实。",
]


def texts(draft: Draft) -> list[str]:
    return [block.text for block in draft.blocks]


def refused(path: Path, why: str) -> None:
    result = only(path)
    assert isinstance(result, ReadError)
    assert (result.source, why in result.reason) == (path.name, True), result.reason


# ---- web pages

HEAD = """<!DOCTYPE html><html><head>
<meta http-equiv="Content-Type" content="text/html; charset=gb2312">
<title>2024年工作总结_某县人民政府</title><script>var a = "不是正文。";</script></head><body>
<ul class="nav"><li><a href="/">首页</a></li><li><a href="/zw">政务公开</a></li></ul>
<div class="position">当前位置：<a>首页</a> &gt; 工作总结</div><h1>2024年工作总结</h1>
<p class="info">发布时间：2024-12-3 14:29　来源：某县医保局</p>"""
FOOT = """<div class="footer">主办：某县人民政府办公室　承办：某县大数据中心
备案号：湘ICP备00000000号　网站标识码0000000000</div>
</body></html>"""
LAYOUTS = {
    "paragraphs": ("<div>", "<p>{}</p>\n", "</div>"),
    "divisions": ("<div>", "<div><span>{}</span></div>", "</div>"),
    "line breaks": ("<div>", "{}<br/>\n", "</div>"),
    "layout table": ("<table><tr><td>导航</td><td>", "<p>{}</p>", "</td></tr></table>"),
    "unclosed": ("<div>", "<p><font>{}", "</div>"),
    "bold": ("<div>", "<p><b>{}</b><!-- x --></p>", "</div>"),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_paragraph_of_a_page_is_lost(tmp_path: Path, layout: str) -> None:
    begin, each, end = LAYOUTS[layout]
    body = begin + "".join(map(each.format, PARAGRAPHS)) + end
    path = tmp_path / "page.html"
    path.write_bytes((HEAD + body + FOOT).encode("gb18030"))
    found = texts(drafted(path))
    assert [one for one in found if one in PARAGRAPHS] == PARAGRAPHS
    assert not [one for one in found if "不是正文" in one]


@pytest.mark.parametrize("layout", ["paragraphs", "divisions", "line breaks", "bold"])
def test_the_page_around_the_report_is_left_out(tmp_path: Path, layout: str) -> None:
    begin, each, end = LAYOUTS[layout]
    path = tmp_path / "page.html"
    path.write_text(HEAD + begin + "".join(map(each.format, PARAGRAPHS)) + end + FOOT, "utf-8")
    assert texts(drafted(path)) == PARAGRAPHS


def test_what_a_page_says_of_itself(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(HEAD + "<p>正文。</p>", encoding="utf-8")
    assert drafted(path).metadata == {"title": "2024年工作总结", "published": "2024-12-03"}
    path.write_text(
        '<meta name="ArticleTitle" content="甲"><meta name="PubDate" content="2024年1月2日 10:00">'
        '<meta name="ContentSource" content="乙局"><meta property="og:url" content="http://a/b">'
        "<title>丙</title><p>正文。</p>",
        encoding="utf-8",
    )
    assert drafted(path).metadata == {
        "title": "甲",
        "published": "2024-01-02",
        "issuer": "乙局",
        "url": "http://a/b",
    }


MARKUP = {
    "headings": ("<h2>一、<b>工作</b></h2><p>甲</p>", [Block("一、工作", 2), Block("甲")]),
    "a table of data": (
        "<table><tr><th>项目</th><th>金额</th></tr><tr><td><p>报销</p></td><td>3</td></tr></table>",
        [Block("项目｜金额", row=True), Block("报销｜3", row=True)],
    ),
    "source line ends": ("<p>参保率\n  达98%</p>", [Block("参保率 达98%")]),
    "other blanks stay": ("<p>　　甲&nbsp;乙&amp;nbsp;</p>", [Block("　　甲\u00a0乙&nbsp;")]),
    "pre": ("<pre>甲\n\n乙</pre>", [Block("甲"), Block("乙")]),
    "text beside elements": ("甲<p>乙</p>丙<br>丁", [Block(one) for one in "甲乙丙丁"]),
    "declared xml": ('<?xml version="1.0" encoding="gbk"?><html><p>甲</p></html>', [Block("甲")]),
}


@pytest.mark.parametrize("case", MARKUP)
def test_markup_becomes_blocks(tmp_path: Path, case: str) -> None:
    markup, blocks = MARKUP[case]
    path = tmp_path / "page.htm"
    path.write_text(markup, encoding="utf-8")
    assert list(drafted(path).blocks) == blocks


def test_a_page_nested_without_end_is_refused_not_cut(tmp_path: Path) -> None:
    path = tmp_path / "deep.html"
    path.write_text("<div>" * 500 + "正文。", encoding="utf-8")
    assert texts(drafted(path)) == ["正文。"]
    path.write_text("<div>" * 5000 + "正文。", encoding="utf-8")
    refused(path, "嵌套过深")


# ---- PDF

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))


def printed(
    path: Path, pages: list[list[str]], title: str = "", password: str | None = None
) -> Path:
    """A PDF with these lines; each page has a running head and its number."""
    canvas = Canvas(str(path), pagesize=A4, encrypt=password)
    canvas.setTitle(title)
    for number, lines in enumerate(pages, start=1):
        canvas.setFont("STSong-Light", 12)
        canvas.drawString(200, 800, "某县医疗保障局工作总结")
        for row, line in enumerate(lines):
            indent = 24 * line.startswith("　　")
            canvas.drawString(72 + indent, 770 - 20 * row, line.strip())
        canvas.drawString(280, 30, f"— {number} —")
        canvas.showPage()
    canvas.save()
    return path


def test_a_pdf_line_by_line_without_its_furniture(tmp_path: Path) -> None:
    pages = [
        [
            f"　　{n}月，基金运行平稳，约谈机构{n}家，其中民营机构占了一半还多，第{n}批名单另",
            f"行公布{n}。",
        ]
        + [f"　　{what}{n * n}项。" for what in ("完成", "新增", "续办")]
        for n in range(2, 7)
    ]
    draft = drafted(printed(tmp_path / "a.pdf", pages, title="某县医疗保障局工作总结"))
    assert texts(draft) == ["　　某县医疗保障局工作总结"] + [
        line for page in pages for line in page
    ]
    assert (draft.lines, draft.metadata) == (True, {"title": "某县医疗保障局工作总结"})


def test_pdfs_that_cannot_be_read(tmp_path: Path) -> None:
    refused(printed(tmp_path / "locked.pdf", [["正文。"]], password="x"), "已加密")
    path = printed(tmp_path / "a.pdf", [["正文。"] * 30] * 5)
    path.write_bytes(path.read_bytes()[:-600])
    refused(path, "已损坏")
    path.write_bytes(b"%PDF-1.4 nothing in it %%EOF")
    refused(path, "已损坏")
    canvas = Canvas(str(path))
    canvas.rect(10, 10, 100, 100)
    canvas.save()
    refused(path, "OCR")


def test_a_pdf_that_does_not_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_PDF_SECONDS", 0.01)
    refused(printed(tmp_path / "a.pdf", [["正文。"]]), "还没读完")
