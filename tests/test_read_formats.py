"""Readers of web pages, Word and old office files: complete texts, and metadata."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls
from docx.text.paragraph import Paragraph
from drafts import drafted, only

from engine.errors import ReadError
from indexer.draft import Block, Draft
from indexer.readers import office

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


# ---- Word

FOOTNOTES = f"""<w:footnotes {nsdecls("w")}><w:footnote w:id="1">
<w:p><w:r><w:t>数据为年底数。</w:t></w:r></w:p>
</w:footnote></w:footnotes>"""
COMPATIBLE = "http://schemas.openxmlformats.org/markup-compatibility/2006"
BOX = "<w:txbxContent><w:p><w:r><w:t>框内</w:t></w:r></w:p></w:txbxContent>"
TEXT_BOX = f"""<w:r {nsdecls("w")} xmlns:mc="{COMPATIBLE}"><mc:AlternateContent>
<mc:Choice Requires="wps"><w:drawing>{BOX}</w:drawing></mc:Choice>
<mc:Fallback><w:pict>{BOX}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"""
CONTROL = f"""<w:sdt {nsdecls("w")}><w:sdtContent><w:p><w:ins><w:r><w:t>控件内</w:t></w:r></w:ins>
<w:del><w:r><w:delText>删去</w:delText></w:r></w:del></w:p></w:sdtContent></w:sdt>"""


def test_a_word_document_in_its_order(tmp_path: Path) -> None:
    document = docx.Document()
    document.core_properties.title = "工作总结"
    document.add_heading("工作总结", 0)
    document.add_heading("一、主要工作", 1)
    document.add_paragraph("参保率达98.25%。\n第二行\t制表")
    table = document.add_table(2, 2)
    for cell, text in zip(
        (c for r in table.rows for c in r.cells), ["项目", "金额", "报销", "3"], strict=True
    ):
        cell.text = text
    document.element.body.insert(-1, parse_xml(CONTROL))
    document.add_paragraph("末段")._p.append(parse_xml(TEXT_BOX))
    outlined = document.add_paragraph("二、下一步")
    outline = OxmlElement("w:outlineLvl")
    outline.set(docx.oxml.ns.qn("w:val"), "1")
    outlined._p.get_or_add_pPr().append(outline)
    path = tmp_path / "a.docx"
    document.save(str(path))
    draft = drafted(path)
    assert list(draft.blocks) == [
        Block("工作总结", 1),
        Block("一、主要工作", 1),
        Block("参保率达98.25%。"),
        Block("第二行\t制表"),
        Block("项目｜金额"),
        Block("报销｜3"),
        Block("控件内"),
        Block("末段"),
        Block("框内"),
        Block("二、下一步", 2),
    ]
    assert (draft.metadata, draft.lines) == ({"title": "工作总结"}, False)


def saved(path: Path, text: str = "正文。", title: str = "") -> Path:
    document = docx.Document()
    document.core_properties.title = title
    document.add_paragraph(text)
    document.save(str(path))
    return path


def rewritten(path: Path, members: dict[str, bytes]) -> Path:
    """A copy of a Word file with some of its parts replaced or added."""
    with zipfile.ZipFile(path) as pack:
        parts = {info.filename: pack.read(info) for info in pack.infolist()} | members
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, data in parts.items():
            pack.writestr(name, data)
    return path


LIST = """<w:abstractNum {ns} w:abstractNumId="77">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>
<w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>
<w:lvlText w:val="（%2）"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>
<w:lvl w:ilvl="3"><w:numFmt w:val="bullet"/><w:lvlText w:val=""/></w:lvl></w:abstractNum>"""
NUM = '<w:num {ns} w:numId="{id}"><w:abstractNumId w:val="77"/>{more}</w:num>'
RESTART = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="11"/></w:lvlOverride>'


def test_the_numbers_that_word_counts_are_part_of_the_text(tmp_path: Path) -> None:
    document = docx.Document()
    lists = document.part.numbering_part.element
    lists.insert(0, parse_xml(LIST.format(ns=nsdecls("w"))))
    lists.append(parse_xml(NUM.format(ns=nsdecls("w"), id=770, more="")))
    lists.append(parse_xml(NUM.format(ns=nsdecls("w"), id=771, more=RESTART)))
    for number, depth in ((770, 0), (770, 1), (770, 1), (770, 2), (770, 3), (770, 0), (770, 1)):
        numbered(document.add_paragraph("项"), number, depth)
    for text, number in (("", 770), ("项", 770), ("项", 771)):
        numbered(document.add_paragraph(text), number, 0)
    path = tmp_path / "a.docx"
    document.save(str(path))
    expected = [
        "一、项",
        "（一）项",
        "（二）项",
        "1.项",
        "项",
        "二、项",
        "（一）项",
        "四、项",
        "十一、项",
    ]
    assert texts(drafted(path)) == expected


def numbered(paragraph: Paragraph, number: int, depth: int) -> None:
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_numId().val = number
    properties.get_or_add_ilvl().val = depth


def test_a_title_that_the_text_does_not_bear_is_the_templates(tmp_path: Path) -> None:
    assert drafted(saved(tmp_path / "a.docx", title="2019年旧总结")).metadata == {}


def test_footnotes_are_kept(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.docx")
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    link = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    with zipfile.ZipFile(path) as pack:
        types = pack.read("[Content_Types].xml").decode()
        links = pack.read("word/_rels/document.xml.rels").decode()
    part = f'<Override PartName="/word/footnotes.xml" ContentType="{kind}"/></Types>'
    relation = f'<Relationship Id="rId99" Type="{link}" Target="footnotes.xml"/></Relationships>'
    members = {
        "[Content_Types].xml": types.replace("</Types>", part).encode(),
        "word/_rels/document.xml.rels": links.replace("</Relationships>", relation).encode(),
        "word/footnotes.xml": FOOTNOTES.encode(),
    }
    assert texts(drafted(rewritten(path, members))) == ["正文。", "数据为年底数。"]
    laughs = '<!DOCTYPE x [<!ENTITY a "哈"><!ENTITY b "&a;&a;">]>' + FOOTNOTES
    refused(rewritten(path, members | {"word/footnotes.xml": laughs.encode()}), "已损坏")


def test_broken_word_documents(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.docx")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    refused(path, "已损坏")
    path.write_bytes(whole)
    refused(rewritten(path, {"word/document.xml": b"<w:document"}), "已损坏")
    path.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    refused(path, "去掉密码")
    with zipfile.ZipFile(path, "w") as pack:
        pack.writestr("a.txt", "不是文档")
    refused(path, "已损坏")


def test_a_word_document_that_is_a_bomb(tmp_path: Path) -> None:
    path = rewritten(saved(tmp_path / "a.docx"), {"word/document.xml": b"<a>" + bytes(60 << 20)})
    refused(path, "压缩炸弹")


# ---- old office files


def test_without_libreoffice_the_remedy_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("a.doc", "a.wps", "a.rtf"):
        path = tmp_path / name
        path.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
        refused(path, "安装 LibreOffice，或另存为 .docx")


def test_old_names_with_new_contents_need_no_libreoffice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    saved(tmp_path / "a.docx").rename(tmp_path / "a.wps")
    (tmp_path / "b.doc").write_text("<html><body><p>正文。</p></body></html>", encoding="gb18030")
    (tmp_path / "c.doc").write_text("正文。", encoding="gb18030")
    for name in ("a.wps", "b.doc", "c.doc"):
        assert texts(drafted(tmp_path / name)) == ["正文。"]


@pytest.mark.skipif(shutil.which("sh") is None, reason="needs a POSIX shell")
def test_a_conversion_that_hangs_or_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(office, "MAX_OFFICE_SECONDS", 0.3)
    program = tmp_path / "soffice"
    path = tmp_path / "a.doc"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    for script, why in (("sleep 60 & wait", "没有及时转换完"), ("exit 1", "不能转换")):
        program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        program.chmod(0o755)
        refused(path, why)


@pytest.mark.skipif(
    not (shutil.which("soffice") or shutil.which("libreoffice")), reason="needs LibreOffice"
)
def test_libreoffice_converts(tmp_path: Path) -> None:
    path = tmp_path / "- 总结.rtf"
    codes = "".join(f"\\u{ord(one)}?" for one in "参保率达98.25%。")
    path.write_text(f"{{\\rtf1\\ansi {codes}\\par}}", encoding="ascii")
    assert texts(drafted(path)) == ["参保率达98.25%。"]
