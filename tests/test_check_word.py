"""The text that a Word memo is read as, and what is said of the rest."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
import web_index
from word_files import NAMESPACES, packed, paragraph, relations, run, table
from word_memos import zipped

from engine.engine import open_engine
from engine.errors import ReadError
from search_app.check.memo_text import Block, Link, MemoText
from search_app.check.word import read_word
from search_app.memo import gather
from search_app.memo_docx import as_docx

LINK = "http://127.0.0.1:8000/p/0a1b2c3d-4e5f"
OTHER = "http://127.0.0.1:8000/p/0a1b2c3d-6a7b~2-4"
FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
BEGIN, SEPARATE, END = (FIELD.format(kind) for kind in ("begin", "separate", "end"))


def read(folder: Path, body: str, links: Sequence[str] = (), **known: str) -> MemoText:
    """What a document is read as; ``links`` are the targets of its hyperlinks ``l0``, ``l1`` …."""
    path = packed(folder / "a.docx", body, **known)
    if not links:
        return read_word(path.read_bytes())
    entries = {f"l{number}": ("hyperlink", target) for number, target in enumerate(links)}
    entries |= {name: (name, f"{name}.xml") for name in known}
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    listed = relations(entries)
    for target in links:
        listed = listed.replace(f'"{target}"', f'"{target}" TargetMode="External"')
    parts["word/_rels/document.xml.rels"] = listed.encode()
    if "footnotes" in known:
        parts["word/_rels/footnotes.xml.rels"] = listed.encode()
    return read_word(zipped(parts))


def code(text: str) -> str:
    return f'<w:r><w:instrText xml:space="preserve">{text}</w:instrText></w:r>'


def field(instruction: str, result: str) -> str:
    return f"{BEGIN}{code(instruction)}{SEPARATE}{result}{END}"


def sdt(content: str, properties: str = "") -> str:
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def equation(inside: str) -> str:
    return f"<m:oMath>{inside}</m:oMath>"


def math(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


# What stands inside a paragraph, and the text that is read.
INLINE = {
    "runs split in a word": (run("参保") + run("率达98") + run(".25%"), "参保率达98.25%"),
    "a tab and breaks are blanks": (
        "<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t><w:cr/><w:t>丁</w:t></w:r>",
        "甲 乙 丙 丁",
    ),
    "blanks at the ends of a text that does not keep them": (
        '<w:r><w:t> 甲 </w:t></w:r><w:r><w:t xml:space="preserve"> 乙</w:t></w:r>',
        "甲 乙",
    ),
    "blanks that are kept further out": (
        '<w:sdt xml:space="preserve"><w:sdtContent><w:r><w:t>甲 </w:t></w:r></w:sdtContent></w:sdt>'
        '<w:r><w:t xml:space="default"> 乙 </w:t></w:r>',
        "甲 乙",
    ),
    "a field whose end is deleted": (
        BEGIN + run("甲") + f'<w:del w:id="1">{END}</w:del>' + run("乙"),
        "甲乙",
    ),
    "a line end in a text": ("<w:r><w:t>甲\n乙</w:t></w:r>", "甲 乙"),
    "hyphens": (
        "<w:r><w:t>2020</w:t><w:noBreakHyphen/><w:t>20</w:t><w:softHyphen/><w:t>25</w:t></w:r>",
        "2020-2025",
    ),
    "insertions count, deletions do not": (
        '<w:ins w:id="1" w:author="a">' + run("增长") + "</w:ins>"
        '<w:del w:id="2" w:author="a"><w:r><w:delText>下降</w:delText></w:r></w:del>' + run("5%"),
        "增长5%",
    ),
    "moved text counts where it went": (
        f'<w:moveFrom w:id="1" w:author="a">{run("甲")}</w:moveFrom>{run("乙")}'
        f'<w:moveTo w:id="2" w:author="a">{run("甲")}</w:moveTo>',
        "乙甲",
    ),
    "hidden text": (run("甲") + run("暗", "<w:vanish/>") + run("乙"), "甲乙"),
    "hidden switched off": (run("甲", '<w:vanish w:val="0"/>'), "甲"),
    "the result of a field": (field(" PAGE ", run("3")) + run("页"), "3页"),
    "a field in a code": (
        BEGIN + code("IF ") + field("PAGE", run("1")) + code(" = 1") + SEPARATE + run("甲") + END,
        "甲",
    ),
    "a simple field": (f'<w:fldSimple w:instr="DATE">{run("2024年")}</w:fldSimple>', "2024年"),
    "a mark of a field without an end": (BEGIN + run("甲") + SEPARATE + run("乙"), "甲乙"),
    "an end of a field whose beginning is not shown": (
        sdt(BEGIN, "<w:showingPlcHdr/>") + run("甲") + END + run("乙"),
        "甲乙",
    ),
    "a control, and the prompt of an empty one": (
        sdt(run("甲")) + sdt(run("单击此处"), "<w:showingPlcHdr/>"),
        "甲",
    ),
    "a smart tag": (f'<w:smartTag w:element="date">{run("2024年")}</w:smartTag>', "2024年"),
    "ruby": (
        f"<w:r><w:ruby><w:rubyPr/><w:rt>{run('shū')}</w:rt>"
        f"<w:rubyBase>{run('沭')}</w:rubyBase></w:ruby></w:r>{run('县')}",
        "沭县",
    ),
    "an equation in one line": (run("达") + equation(math("98") + math(".25%")), "达98.25%"),
    "a symbol of an ordinary font": (
        '<w:r><w:sym w:font="宋体" w:char="2460"/></w:r>',
        "①",
    ),
    "a raised power": (run("5000m") + run("2", '<w:vertAlign w:val="superscript"/>'), "5000m²"),
    "a raised power of ten": (
        run("3.2×10") + run("8", '<w:vertAlign w:val="superscript"/>') + run("公斤"),
        "3.2×10⁸公斤",
    ),
    "a raised number of a source": (
        run("增长5.2") + run("12", '<w:vertAlign w:val="superscript"/>') + run("。"),
        "增长5.2[12]。",
    ),
    "a raised number in brackets": (
        run("增长。") + run("[1]", '<w:vertAlign w:val="superscript"/>'),
        "增长。[1]",
    ),
    "alternatives count once": (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:t>甲</w:t></mc:Choice>'
        "<mc:Fallback><w:t>乙</w:t></mc:Fallback></mc:AlternateContent></w:r>",
        "甲",
    ),
    "an alternative of a program that we do not know": (
        '<w:r><mc:AlternateContent><mc:Choice Requires="zz"><w:t>甲</w:t></mc:Choice>'
        "<mc:Fallback><w:t>乙</w:t></mc:Fallback></mc:AlternateContent></w:r>",
        "乙",
    ),
}


@pytest.mark.parametrize(("content", "text"), INLINE.values(), ids=INLINE)
def test_the_text_of_a_paragraph(tmp_path: Path, content: str, text: str) -> None:
    assert read(tmp_path, paragraph(content)) == MemoText((Block(text, "正文第1段"),))


def box(content: str) -> str:
    """A text box as Word writes it: a shape, and the same as VML for older programs."""
    inside = f"<w:txbxContent>{content}</w:txbxContent>"
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline><a:graphic>'
        f"<a:graphicData><wps:wsp><wps:txbx>{inside}</wps:txbx></wps:wsp></a:graphicData>"
        "</a:graphic></wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape>"
        f"<v:textbox>{inside}</v:textbox></v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )


DELETED_MARK = '<w:rPr><w:del w:id="1" w:author="a"/></w:rPr>'
PLACES = {
    "empty paragraphs are not counted": (
        paragraph("甲") + paragraph() + paragraph("　 ") + paragraph("乙"),
        [("正文第1段", "甲"), ("正文第2段", "乙")],
    ),
    "cells": (
        paragraph("前") + table(["甲", "乙"], ["丙", "丁"]) + paragraph("后") + table(["戊"]),
        [
            ("正文第1段", "前"),
            ("第1个表格第1行第1列", "甲"),
            ("第1个表格第1行第2列", "乙"),
            ("第1个表格第2行第1列", "丙"),
            ("第1个表格第2行第2列", "丁"),
            ("正文第2段", "后"),
            ("第2个表格第1行第1列", "戊"),
        ],
    ),
    "a table in a table": (
        table([table(["甲"]) + paragraph("乙")]),
        [("第1个表格第1行第1列内第1个表格第1行第1列", "甲"), ("第1个表格第1行第1列", "乙")],
    ),
    "a deleted row": (
        '<w:tbl><w:tr><w:trPr><w:del w:id="1"/></w:trPr><w:tc><w:p/></w:tc></w:tr>'
        f"<w:tr><w:tc>{paragraph('甲')}</w:tc></w:tr></w:tbl>",
        [("第1个表格第1行第1列", "甲")],
    ),
    "a text box, once, after its paragraph": (
        paragraph(run("甲") + box(paragraph("框")) + run("乙")) + paragraph("丙"),
        [("正文第1段", "甲乙"), ("文本框", "框"), ("正文第2段", "丙")],
    ),
    "a paragraph whose mark is deleted goes on": (
        paragraph("甲", DELETED_MARK) + paragraph("乙"),
        [("正文第1段", "甲乙")],
    ),
    "a large initial": (
        paragraph("全", '<w:framePr w:dropCap="drop" w:lines="3"/>') + paragraph("县经济"),
        [("正文第1段", "全县经济")],
    ),
    "but not into a table": (
        paragraph("甲", DELETED_MARK) + table(["乙"]),
        [("正文第1段", "甲"), ("第1个表格第1行第1列", "乙")],
    ),
    "a control around paragraphs": (
        sdt(paragraph("甲") + paragraph("乙")),
        [("正文第1段", "甲"), ("正文第2段", "乙")],
    ),
    "a field over paragraphs": (
        paragraph(BEGIN + code("INCLUDETEXT x") + SEPARATE + run("甲"))
        + paragraph(run("乙") + END),
        [("正文第1段", "甲"), ("正文第2段", "乙")],
    ),
}


@pytest.mark.parametrize(("body", "blocks"), PLACES.values(), ids=PLACES)
def test_paragraphs_and_their_places(
    tmp_path: Path, body: str, blocks: list[tuple[str, str]]
) -> None:
    assert [(its.place, its.text) for its in read(tmp_path, body).blocks] == blocks


def mark(note: int, kind: str = "footnote") -> str:
    return f'<w:r><w:{kind}Reference w:id="{note}"/></w:r>'


def note(number: int, content: str, kind: str = "footnote") -> str:
    return f'<w:{kind} w:id="{number}">{content}</w:{kind}>'


def test_notes_are_called_by_the_order_of_their_marks(tmp_path: Path) -> None:
    body = paragraph(run("甲") + mark(7) + run("乙") + mark(2) + mark(1, "endnote"))
    footnotes = note(-1, paragraph("线")) + note(2, paragraph("注二")) + note(7, paragraph("注一"))
    endnotes = note(1, paragraph("尾") + paragraph("又"), "endnote") + note(
        5, paragraph("无人提及")
    )
    memo = read(tmp_path, body, footnotes=footnotes, endnotes=endnotes)
    assert [(its.place, its.text) for its in memo.blocks] == [
        ("正文第1段", "甲乙"),
        ("脚注1", "注一"),
        ("脚注2", "注二"),
        ("尾注1", "尾"),
        ("尾注1", "又"),
    ]


def hyperlink(content: str, attributes: str = 'r:id="l0"') -> str:
    return f"<w:hyperlink {attributes}>{content}</w:hyperlink>"


BOOKMARK = '<w:bookmarkStart w:id="1" w:name="source1"/><w:bookmarkEnd w:id="1"/>'
SOURCES = paragraph(BOOKMARK + run("[1] 总结，") + hyperlink(run("链接")))
LINKS = {
    "of a relation": (
        paragraph(run("见") + hyperlink(run("总") + run("结"))),
        [Link(1, 3, LINK)],
    ),
    "of a field": (
        paragraph(run("见") + field(f'HYPERLINK "{LINK}"', run("总结"))),
        [Link(1, 3, LINK)],
    ),
    "of a simple field": (
        paragraph(
            f'<w:fldSimple w:instr=" HYPERLINK {LINK} \\o &quot;提示&quot;">'
            f"{run('甲')}</w:fldSimple>"
        ),
        [Link(0, 1, LINK)],
    ),
    "of a field with a place in the page": (
        paragraph(field(f'HYPERLINK "{LINK}" \\l "p2" \\t "_blank"', run("甲"))),
        [Link(0, 1, f"{LINK}#p2")],
    ),
    "around another field": (
        paragraph(hyperlink(run("第") + field("PAGE", run("3")) + run("页"))),
        [Link(0, 3, LINK)],
    ),
    "to a bookmark in the list of sources": (
        paragraph(run("甲") + hyperlink(run("[1]"), 'w:anchor="source1"')) + SOURCES,
        [Link(1, 4, LINK)],
    ),
    "a cross-reference": (
        paragraph(run("甲") + field("REF source1 \\r \\h", run("[1]"))) + SOURCES,
        [Link(1, 4, LINK)],
    ),
    "to a bookmark without links": (
        paragraph(hyperlink(run("上文"), 'w:anchor="x"')) + paragraph("乙"),
        [],
    ),
}


@pytest.mark.parametrize(("body", "links"), LINKS.values(), ids=LINKS)
def test_links(tmp_path: Path, body: str, links: list[Link]) -> None:
    assert list(read(tmp_path, body, [LINK]).blocks[0].links) == links


def test_the_links_of_a_note_stand_at_its_mark(tmp_path: Path) -> None:
    content = run(f"见{OTHER}。又见") + hyperlink(run("此处"))
    memo = read(
        tmp_path,
        paragraph(run("引文") + mark(1) + run("。")),
        [LINK],
        footnotes=note(1, paragraph(content)),
    )
    body, footnote = memo.blocks
    assert body.links == (Link(2, 2, LINK), Link(2, 2, OTHER))
    assert footnote.links == (Link(len(footnote.text) - 2, len(footnote.text), LINK),)


def style(name: str, based_on: str = "", properties: str = "", key: str = "a1") -> str:
    return (
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="{based_on}"/><w:pPr>{properties}</w:pPr></w:style>'
    )


BOTH_SIDES = '<w:ind w:left="420" w:right="420"/>'
IN_STYLE = '<w:pStyle w:val="a1"/>'
QUOTATIONS = {
    "Word's Quote": (style("Quote"), IN_STYLE, True),
    "Word's Intense Quote": (style("Intense Quote"), IN_STYLE, True),
    "LibreOffice's Quotations": (style("Quotations"), IN_STYLE, True),
    "a style of one's own": (style("引文 1"), IN_STYLE, True),
    "based on a quotation": (style("我的格式", "a2") + style("明显引用", key="a2"), IN_STYLE, True),
    "based on itself": (style("我的格式", "a1"), IN_STYLE, False),
    "a list of authorities": (style("引文目录"), IN_STYLE, False),
    "yinju's cautions": (style("引文提示"), IN_STYLE, False),
    "a style that is not defined": ("", '<w:pStyle w:val="Quote"/>', True),
    "no style": (style("Quote"), "", False),
    "indented on both sides": ("", BOTH_SIDES, True),
    "indented on both sides by characters": (
        "",
        '<w:ind w:leftChars="200" w:left="420" w:rightChars="200" w:right="420"/>',
        True,
    ),
    "indented by a style": (style("缩进", "", BOTH_SIDES), IN_STYLE, True),
    "indented by half of a character": ("", '<w:ind w:left="100" w:right="420"/>', False),
    "indented on one side": ("", '<w:ind w:left="420"/>', False),
    "no longer indented": (style("缩进", "", BOTH_SIDES), f'{IN_STYLE}<w:ind w:right="0"/>', False),
    "indented and centred": ("", f'{BOTH_SIDES}<w:jc w:val="center"/>', False),
    "indented in a list": ("", f'<w:numPr><w:numId w:val="1"/></w:numPr>{BOTH_SIDES}', False),
}


@pytest.mark.parametrize(("styles", "properties", "expected"), QUOTATIONS.values(), ids=QUOTATIONS)
def test_paragraphs_that_are_quotations(
    tmp_path: Path, styles: str, properties: str, expected: bool
) -> None:
    (block,) = read(tmp_path, paragraph("引文", properties), styles=styles).blocks
    assert block.is_quotation is expected


def test_an_indent_in_a_cell_is_no_quotation(tmp_path: Path) -> None:
    (block,) = read(tmp_path, table([paragraph("甲", BOTH_SIDES)])).blocks
    assert not block.is_quotation


def test_hidden_by_styles(tmp_path: Path) -> None:
    hidden = "<w:rPr><w:vanish/></w:rPr>"
    styles = (
        f'<w:style w:type="character" w:styleId="c1"><w:basedOn w:val="c2"/></w:style>'
        f'<w:style w:type="character" w:styleId="c2">{hidden}</w:style>'
        f'<w:style w:type="paragraph" w:styleId="p1">{hidden}</w:style>'
    )
    shown = run("丁", '<w:vanish w:val="0"/>')
    body = paragraph(run("甲") + run("乙", '<w:rStyle w:val="c1"/>'))
    body += paragraph(run("丙") + shown, '<w:pStyle w:val="p1"/>')
    assert [its.text for its in read(tmp_path, body, styles=styles).blocks] == ["甲", "丁"]


def test_headers_and_footers_are_read(tmp_path: Path) -> None:
    sections = (
        '<w:sectPr><w:headerReference w:type="{}" r:id="h1"/>'
        '<w:footerReference r:id="f1"/></w:sectPr>'
    )
    body = paragraph("", sections.format("first")) + paragraph("正文") + sections.format("default")
    parts = {
        f"{name}.xml": f"<w:{kind} {NAMESPACES}>{paragraph(text)}</w:{kind}>"
        for name, kind, text in [("header1", "hdr", "眉"), ("footer1", "ftr", "脚")]
    }
    extra = {"h1": ("header", "header1.xml"), "f1": ("footer", "footer1.xml")}
    memo = read_word(packed(tmp_path / "a.docx", body, parts, extra).read_bytes())
    assert [(its.place, its.text) for its in memo.blocks] == [
        ("正文第1段", "正文"),
        ("页眉", "眉"),
        ("页脚", "脚"),
    ]


FRACTION = "<m:f><m:num>{}</m:num><m:den>{}</m:den></m:f>"
PICTURE = "<w:r><w:pict><v:shape><v:imagedata/></v:shape></w:pict></w:r>"
UNREAD = {
    "pictures": (paragraph(run("甲") + PICTURE + PICTURE), ["图片2处"], "甲"),
    "a hidden picture": (
        paragraph(run("甲") + PICTURE.replace("<w:r>", "<w:r><w:rPr><w:vanish/></w:rPr>")),
        [],
        "甲",
    ),
    "a fraction": (
        paragraph(run("甲") + equation(FRACTION.format(math("1"), math("2")))),
        ["公式1处"],
        "甲\ufffc",
    ),
    "an equation as a field": (
        paragraph(run("甲") + BEGIN + code("EQ \\f(1,2)") + SEPARATE + END),
        ["公式1处"],
        "甲\ufffc",
    ),
    "an object": (
        paragraph(run("甲") + "<w:r><w:object><v:shape><v:imagedata/></v:shape></w:object></w:r>"),
        ["嵌入的对象1处"],
        "甲\ufffc",
    ),
    "a list to choose from": (
        paragraph(run("甲") + BEGIN + code("FORMDROPDOWN") + SEPARATE + END),
        ["下拉列表1处"],
        "甲\ufffc",
    ),
    "an equation between paragraphs": (
        paragraph("甲") + equation(math("98%")),
        ["公式1处"],
        "甲",
    ),
    "a sign of a symbol font": (
        paragraph(run("甲") + '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>'),
        ["符号字体的字符1处"],
        "甲\uf0fe",
    ),
    "an inserted document": (paragraph("甲") + '<w:altChunk r:id="x"/>', ["插入的文档1处"], "甲"),
    "a diagram": (
        paragraph(run("甲") + "<w:r><w:drawing><dgm:relIds/></w:drawing></w:r>"),
        ["SmartArt 图示1处"],
        "甲",
    ),
    "a note that is not there": (paragraph(run("甲") + mark(1)), ["找不到的脚注1"], "甲"),
}


@pytest.mark.parametrize(("body", "unreadable", "text"), UNREAD.values(), ids=UNREAD)
def test_what_is_not_read_is_named(
    tmp_path: Path, body: str, unreadable: list[str], text: str
) -> None:
    memo = read(tmp_path, body)
    assert (list(memo.unreadable), memo.blocks[0].text) == (unreadable, text)


@pytest.mark.parametrize("part", ["styles", "footnotes"])
def test_a_damaged_part_is_named(tmp_path: Path, part: str) -> None:
    path = packed(tmp_path / "a.docx", paragraph(run("甲") + mark(1)), **{part: "<w:broken>"})
    memo = read_word(path.read_bytes())
    assert any("已损坏" in its for its in memo.unreadable)
    assert memo.blocks[0].text == "甲"


def test_the_memo_of_yinju_itself(tmp_path: Path) -> None:
    engine = open_engine(web_index.build(str(tmp_path / "index")))
    memo = gather(
        engine,
        [f"rep001-000{n}" for n in (3, 4)],
        "http://localhost:8000",
        date(2026, 11, 2),
        "备忘",
    )
    blocks = read_word(as_docx(memo, date(2026, 11, 2))).blocks
    quoted = [its for its in blocks if its.is_quotation]
    assert [its.text for its in quoted] == [
        f"{its.hit.paragraph.text}[{n}]" for n, its in enumerate(memo.entries, 1)
    ]
    for block, entry in zip(quoted, memo.entries, strict=True):
        (link,) = block.links
        assert block.text[link.start : link.end].startswith("[")
        assert link.target == f"http://localhost:8000/p/{entry.hit.paragraph.id}"


DOCUMENT = "word/document.xml"


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def with_doctype(data: bytes) -> bytes:
    return b'<!DOCTYPE x [<!ENTITY a "aa">]>' + data


REFUSED = {
    "an old document": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "另存为 .docx"),
    "an encrypted document": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
        "取消密码",
    ),
    "a text": ("参保率达98.25%。".encode(), "另存为 .docx"),
    "nothing": (b"", "另存为 .docx"),
    "a workbook": (zipped({"xl/workbook.xml": b"<x/>"}), "另存为 .docx"),
    "half of a file": (zipped({"[Content_Types].xml": b"<Types/>"})[:60], "另存为 .docx"),
}


@pytest.mark.parametrize(("data", "remedy"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_word_file_is_refused_with_a_remedy(data: bytes, remedy: str) -> None:
    with pytest.raises(ReadError, match=remedy):
        read_word(data)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        (DOCUMENT, lambda data: data[:-20]),
        (DOCUMENT, with_doctype),
        (
            DOCUMENT,
            lambda data: data.replace(
                b"<w:body>", b"<w:body>" + b"<w:sdt>" * 200 + b"</w:sdt>" * 200
            ),
        ),
        (DOCUMENT, lambda data: bytes(201 * 1024 * 1024)),
        ("word/_rels/document.xml.rels", lambda data: data[:-20]),
        ("[Content_Types].xml", lambda data: data[:-20]),
    ],
    ids=["cut off", "with entities", "too deep", "a bomb", "relations cut off", "types cut off"],
)
def test_a_damaged_or_harmful_file_is_refused(tmp_path: Path, name: str, change) -> None:  # type: ignore[no-untyped-def]
    parts = parts_of(packed(tmp_path / "a.docx", paragraph("甲")))
    parts[name] = change(parts[name])
    with pytest.raises(ReadError, match="请"):
        read_word(zipped(parts))


def test_a_strict_file_reads_the_same(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.docx", paragraph(run("甲") + equation(math("1"))) + table(["乙"]))
    memo = read_word(path.read_bytes())
    assert read_word(zipped(strict(parts_of(path)))) == memo
    assert len(memo.blocks) == 2


def strict(parts: dict[str, bytes]) -> dict[str, bytes]:
    """The same package in the strict edition of the format."""
    common = b"http://schemas.openxmlformats.org"
    spaces = {
        b"/wordprocessingml/2006/main": b"/wordprocessingml/main",
        b"/officeDocument/2006/": b"/officeDocument/",
        b"/drawingml/2006/": b"/drawingml/",
    }
    changed = {}
    for name, data in parts.items():
        for before, after in spaces.items():
            data = data.replace(common + before, b"http://purl.oclc.org/ooxml" + after)
        changed[name] = data
    return changed
