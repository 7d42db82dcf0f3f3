"""What the Word reader makes of the text inside paragraphs: only what the page shows."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from drafts import drafted
from hypothesis import given, settings
from hypothesis import strategies as st
from word_files import paragraph, read_body, run, texts

from indexer.draft import Block
from indexer.readers.word.lines import join_lines
from indexer.readers.word.raised import raised
from indexer.readers.word.symbols import shown
from indexer.split import split


def field(code: str, result: str = "", form: str = "") -> str:
    """A complex field with its code and its result as runs."""
    stored = f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}' if result else ""
    return (
        f'<w:r><w:fldChar w:fldCharType="begin">{form}</w:fldChar></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>{stored}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def raise_(text: str) -> str:
    return run(text, '<w:vertAlign w:val="superscript"/>')


def lower(text: str) -> str:
    return run(text, '<w:vertAlign w:val="subscript"/>')


def ruby(base: str, above: str) -> str:
    return (
        f"<w:r><w:ruby><w:rubyPr/><w:rt>{run(above)}</w:rt>"
        f"<w:rubyBase>{run(base)}</w:rubyBase></w:ruby></w:r>"
    )


def sym(font: str, code: str) -> str:
    return f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>'


def drop_down(chosen: int) -> str:
    entries = '<w:listEntry w:val="在办"/><w:listEntry w:val="办结"/>'
    return f'<w:ffData><w:ddList><w:result w:val="{chosen}"/>{entries}</w:ddList></w:ffData>'


def box(state: str) -> str:
    return f"<w:ffData><w:checkBox>{state}</w:checkBox></w:ffData>"


STYLES = """
<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>
<w:style w:type="character" w:styleId="b"><w:name w:val="备注"/><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type="character" w:styleId="c"><w:name w:val="备注2"/><w:basedOn w:val="b"/></w:style>
<w:style w:type="paragraph" w:styleId="d"><w:name w:val="内部"/><w:basedOn w:val="a"/>
<w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type="character" w:styleId="e"><w:name w:val="上标"/>
<w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="f"><w:name w:val="toc 2"/></w:style>
<w:style w:type="paragraph" w:styleId="g"><w:name w:val="TOC Heading"/></w:style>
<w:style w:type="paragraph" w:styleId="j"><w:name w:val="WPSOffice手动目录 1"/></w:style>
<w:style w:type="paragraph" w:styleId="h"><w:name w:val="甲"/><w:basedOn w:val="i"/></w:style>
<w:style w:type="paragraph" w:styleId="i"><w:name w:val="heading 2"/>
<w:basedOn w:val="h"/></w:style>
"""

BOX = f"<w:txbxContent>{paragraph('框内')}</w:txbxContent>"
SHOWN = {
    "a move": (
        paragraph(f"<w:moveFrom>{run('新建公路。')}</w:moveFrom>{run('修桥。')}")
        + paragraph(f"{run('交通。')}<w:moveTo>{run('新建公路。')}</w:moveTo>"),
        ["修桥。", "交通。新建公路。"],
    ),
    "a moved paragraph": (
        "<w:moveFromRangeStart w:id='1'/>"
        + paragraph(f"<w:moveFrom>{run('甲。')}</w:moveFrom>", "<w:rPr><w:moveFrom/></w:rPr>")
        + "<w:moveFromRangeEnd w:id='1'/>"
        + paragraph("乙。")
        + paragraph(f"<w:moveTo>{run('甲。')}</w:moveTo>", "<w:rPr><w:moveTo/></w:rPr>"),
        ["乙。", "甲。"],
    ),
    "tracked changes": (
        paragraph(
            f"{run('增长')}<w:del><w:r><w:delText>5%</w:delText></w:r></w:del><w:ins>{run('6%')}"
            f"<w:del><w:r><w:delText>左右</w:delText></w:r></w:del></w:ins>{run('。')}"
        ),
        ["增长6%。"],
    ),
    "a deleted paragraph mark": (
        paragraph("修路，", "<w:rPr><w:del/></w:rPr>")
        + paragraph("架桥，", "<w:rPr><w:del/></w:rPr>")
        + paragraph("通水。"),
        ["修路，架桥，通水。"],
    ),
    "a deleted mark before a table": (
        paragraph("修路", "<w:rPr><w:del/></w:rPr>") + "<w:tbl/>" + paragraph("通水"),
        ["修路", "通水"],
    ),
    "an inserted mark": (
        paragraph("修路。", "<w:rPr><w:ins/></w:rPr>") + paragraph("通水。"),
        ["修路。", "通水。"],
    ),
    "a hidden mark": (
        paragraph("一、回顾", "<w:rPr><w:vanish/><w:specVanish/></w:rPr>") + paragraph("平稳。"),
        ["一、回顾平稳。"],
    ),
    "an initial of its own": (
        paragraph("春", '<w:framePr w:dropCap="drop"/>') + paragraph("天来了。"),
        ["春天来了。"],
    ),
    "hidden": (
        paragraph(run("甲") + run("（内部）", "<w:vanish/>") + run("乙", '<w:vanish w:val="0"/>')),
        ["甲乙"],
    ),
    "hidden on the web": (paragraph(run("甲") + run("3", "<w:webHidden/>")), ["甲"]),
    "hidden by a style": (
        paragraph(
            run("甲")
            + run("（内部）", '<w:rStyle w:val="b"/>')
            + run("（内部）", '<w:rStyle w:val="c"/>')
            + run("乙", '<w:rStyle w:val="b"/><w:vanish w:val="false"/>')
        ),
        ["甲乙"],
    ),
    "hidden by the paragraph's style": (
        paragraph("备注。", '<w:pStyle w:val="d"/>') + paragraph("正文。"),
        ["正文。"],
    ),
    "ruby": (paragraph(run("在") + ruby("溆", "xù") + ruby("浦", "pǔ") + run("县")), ["在溆浦县"]),
    "ruby as an EQ field": (
        paragraph(run("在") + field('EQ \\* jc2 \\* "Font:宋体" \\o\\ad(\\s\\up 9(xù),溆)')),
        ["在溆"],
    ),
    "signs": (
        paragraph(
            run("参保率")
            + sym("Symbol", "F0B3")
            + run("95%，")
            + sym("Wingdings", "F0FE")
            + run("是")
        ),
        ["参保率≥95%，☑是"],
    ),
    "letters in a symbol font": (
        paragraph(
            run("R", '<w:rFonts w:ascii="Wingdings 2" w:hAnsi="Wingdings 2"/>')
            + run("是 否", '<w:rFonts w:ascii="Wingdings"/>')
            + run("R", '<w:rFonts w:ascii="Times"/>')
        ),
        ["☑是 否R"],
    ),
    "an ordinary font": (paragraph(sym("宋体", "2460") + run("甲")), ["①甲"]),
    "powers and notes": (
        paragraph(
            run("产粮3.2×10")
            + raise_("8")
            + run("公斤，绿地5000m")
            + raise_("2")
            + run("，增5.2")
            + raise_("1")
            + run("亿元")
            + run("3", '<w:rStyle w:val="e"/>')
        ),
        ["产粮3.2×10⁸公斤，绿地5000m²，增5.2[1]亿元[3]"],
    ),
    "characters set higher": (
        paragraph(run("5.2") + run("3", '<w:position w:val="6"/>') + run("亿元")),
        ["5.2[3]亿元"],
    ),
    "a line set higher": (
        paragraph(run("第3", '<w:position w:val="8"/>') + run("期", '<w:position w:val="8"/>')),
        ["第3期"],
    ),
    "a power in two runs": (paragraph(run("10") + raise_("-") + raise_("3")), ["10⁻³"]),
    "lowered": (paragraph(run("CO") + lower("2") + run("，PM") + lower("2.5")), ["CO2，PM2.5"]),
    "a note mark": (
        paragraph(run("5.2") + '<w:r><w:footnoteReference w:id="1"/></w:r>' + run("亿元")),
        ["5.2亿元"],
    ),
    "a field": (paragraph(run("第") + field("PAGE", run("3")) + run("页")), ["第3页"]),
    "a nested field": (
        paragraph(field(f"IF {field('PAGE', run('9'))} = 1", run("甲")) + run("乙")),
        ["甲乙"],
    ),
    "a field over paragraphs": (
        paragraph(
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>REF a'
            '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>' + run("甲。")
        )
        + paragraph(run("乙。") + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'),
        ["甲。", "乙。"],
    ),
    "a field without an end": (
        paragraph('<w:r><w:fldChar w:fldCharType="begin"/></w:r>' + run("甲。"))
        + paragraph("乙。"),
        ["甲。", "乙。"],
    ),
    "a simple field": (
        paragraph(f'<w:fldSimple w:instr=" SEQ 表 ">{run("4")}</w:fldSimple>{run("。")}'),
        ["4。"],
    ),
    "a drop-down list": (
        paragraph(field("FORMDROPDOWN", "", drop_down(1)) + run("。")),
        ["办结。"],
    ),
    "check boxes": (
        paragraph(
            field("FORMCHECKBOX", "", box("<w:checked/>"))
            + run("是")
            + field("FORMCHECKBOX", "", box('<w:default w:val="0"/>'))
            + run("否")
            + field("FORMCHECKBOX", "", box('<w:default w:val="1"/><w:checked w:val="0"/>'))
        ),
        ["☑是☐否☐"],
    ),
    "a text of a form": (paragraph(field("FORMTEXT", run("46")) + run("件")), ["46件"]),
    "an EQ field": (
        paragraph(field("EQ \\o\\ac(○,7)") + run("甲") + field("eq \\f(1,2)")),
        ["⑦甲1/2"],
    ),
    "a SYMBOL field": (paragraph(field('SYMBOL 163 \\f "Symbol"') + run("5")), ["≤5"]),
    "a prompt": (
        f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{paragraph('单击输入')}"
        f"</w:sdtContent></w:sdt><w:sdt><w:sdtPr/><w:sdtContent>{paragraph('已填')}"
        "</w:sdtContent></w:sdt>"
        + paragraph(
            f"{run('日期：')}<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>"
            f"{run('选择日期')}</w:sdtContent></w:sdt>"
        ),
        ["已填", "日期："],
    ),
    "hyphens and tabs": (
        paragraph(
            "<w:r><w:t>甲</w:t><w:tab/><w:t>A</w:t><w:noBreakHyphen/><w:t>1</w:t>"
            "<w:softHyphen/><w:t>2</w:t></w:r>"
        ),
        ["甲\tA-12"],
    ),
    "WordArt": (
        paragraph('<w:r><w:pict><v:textpath string="某县人民政府文件"/></w:pict></w:r>'),
        ["某县人民政府文件"],
    ),
    "a hidden text box": (
        paragraph(
            f'<w:r><w:drawing><wp:anchor><wp:docPr hidden="1"/>{BOX}</wp:anchor></w:drawing></w:r>'
            + run("框外")
        ),
        ["框外"],
    ),
    "a watermark": (
        paragraph(
            '<w:r><w:pict><v:shape id="PowerPlusWaterMarkObject1"><v:textpath string="样稿"/>'
            "</v:shape></w:pict></w:r>" + run("正文")
        ),
        ["正文"],
    ),
    "a sign without a code": (paragraph(sym("Symbol", "") + run("甲")), ["甲"]),
    "a contents title before its field": (
        paragraph(
            run("目录")
            + '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> TOC </w:instrText>'
            '</w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
            + run("一、回顾 1")
            + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        )
        + paragraph("正文"),
        ["正文"],
    ),
    "styles that are based on each other": (paragraph("甲", '<w:pStyle w:val="h"/>'), ["甲"]),
}


@pytest.mark.parametrize("case", SHOWN)
def test_a_paragraph_reads_as_word_shows_it(tmp_path: Path, case: str) -> None:
    body, expected = SHOWN[case]
    assert read_body(tmp_path, body, styles=STYLES) == expected


CHOICES = {
    "a choice we know": ("wps", BOX, BOX, ["框外", "框内"]),
    "a choice we do not know": ("zz", run("别的"), BOX, ["框外", "框内"]),
    "both are needed": ("wps zz", run("别的"), BOX, ["框外", "框内"]),
    "only the fallback has text": ("wps", "<wps:wsp/>", BOX, ["框外", "框内"]),
}


@pytest.mark.parametrize("case", CHOICES)
def test_alternative_contents_are_read_once(tmp_path: Path, case: str) -> None:
    requires, choice, fallback, expected = CHOICES[case]
    alternatives = (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="{requires}">{choice}</mc:Choice>'
        f"<mc:Fallback>{fallback}</mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert read_body(tmp_path, paragraph(run("框外") + alternatives)) == expected


def text_of(*parts: str) -> str:
    return "".join(f"<m:r><m:t>{part}</m:t></m:r>" for part in parts)


def part(name: str, content: str) -> str:
    return f"<m:{name}>{content}</m:{name}>"


ONE, TWO = text_of("1"), text_of("2")
EQUATIONS = {
    "figures": (text_of("98", ".25%"), "98.25%"),
    "a fraction": (part("f", part("num", ONE) + part("den", TWO)), "1/2"),
    "terms in a fraction": (part("f", part("num", text_of("a+b")) + part("den", TWO)), "(a+b)/2"),
    "a power": (part("sSup", part("e", text_of("10")) + part("sup", text_of("8"))), "10⁸"),
    "a power that is a term": (
        part("sSup", part("e", text_of("x")) + part("sup", text_of("n-1"))),
        "x^(n-1)",
    ),
    "an index": (part("sSub", part("e", text_of("a")) + part("sub", ONE)), "a1"),
    "a root": (part("rad", part("deg", "") + part("e", TWO)), "√2"),
    "brackets": (
        part("d", '<m:dPr><m:begChr m:val="["/><m:endChr m:val="]"/></m:dPr>' + part("e", ONE)),
        "[1]",
    ),
    "a sum": (
        part(
            "nary",
            '<m:naryPr><m:chr m:val="∑"/></m:naryPr>'
            + part("sub", text_of("i=1"))
            + part("sup", text_of("n"))
            + part("e", text_of("x")),
        ),
        "∑(i=1..n)x",
    ),
    "a matrix": (
        part("m", part("mr", part("e", ONE) + part("e", TWO)) + part("mr", part("e", TWO))),
        "1, 2; 2",
    ),
    "a deleted term": (f"{ONE}<w:del>{TWO}</w:del>", "1"),
}


@pytest.mark.parametrize("case", EQUATIONS)
def test_an_equation_is_a_line_of_text(tmp_path: Path, case: str) -> None:
    inside, expected = EQUATIONS[case]
    body = paragraph(f"{run('得')}<m:oMath>{inside}</m:oMath>{run('。')}")
    assert read_body(tmp_path, body) == [f"得{expected}。"]


RAISED = [
    ("3.2×10", "8", "⁸"),
    ("10", "6", "⁶"),
    ("约10", "2", "[2]"),  # a note: nobody writes 10² for a hundred
    ("每m", "3", "³"),
    ("km", "2", "²"),
    ("平方米", "1", "[1]"),
    ("立方米", "3", "³"),
    ("kg·s", "-1", "⁻¹"),
    ("5000KM", "2", "²"),
    ("R", "2", "²"),
    ("(a+b)", "2", "²"),
    ("全县GDP", "2", "[2]"),
    ("参保人数m", "1", "[1]"),
    ("收入（万元）", "2", "[2]"),
    ("5.2%", "1", "[1]"),
    ("医保局", "1,2", "[1,2]"),
    ("医保局", "[1]", "[1]"),
    ("医保局", "①", "①"),
    ("", "1", "[1]"),
    ("x", "k", "^k"),
    ("the 5", "th", "th"),
    ("证书", "（注）", "（注）"),
]


@pytest.mark.parametrize(("before", "text", "expected"), RAISED)
def test_raised_digits_never_join_a_figure(before: str, text: str, expected: str) -> None:
    assert raised(before, text) == expected


def test_symbol_fonts() -> None:
    assert shown("\uf0b3\uf0a3\uf0b1", "Symbol") == "≥≤±"
    assert shown("R\uf0a3", "Wingdings 2") == "☑☐"
    assert shown("\uf0fe\uf0fd\uf0a8", "wingdings") == "☑☒☐"
    assert shown("R医", "宋体") == "R医"


LINES = {
    "prose": (
        [
            "全县新建改建农村公路一百二十公里，实施危桥",
            "改造六座；完成饮水工程十五处，受益三万人。",
        ],
        1,
    ),
    "full lines, one ends a sentence": (
        [
            "新建农村公路一百二十公里，群众出行条件明显改善。",
            "完成饮水工程十五处，受益人口三万人，全年没有一",
            "起事故。",
        ],
        1,
    ),
    "sentences": (["参保率达98.25%。", "第二行"], 2),
    "a letterhead": (["某县人民政府", "某县财政局"], 2),
    "an address": (["联系人：张三", "电话：0745-0000000", "地址：某县某路一号"], 3),
    "a list": (["（一）修路一百二十公里，实施危桥改造六座", "（二）通水三十处"], 2),
    "a letterhead of full lines": (
        ["中国共产党某某自治县委员会办公室文件", "某办发〔2024〕3号"],
        2,
    ),
    "two offices": (
        ["某某自治县人力资源和社会保障局办公室", "某某自治县医疗保障局办公室综合股"],
        2,
    ),
    "a signature": (["中共某某县委办公室、某某县人民政府办公室", "2024年12月3日"], 2),
    "a figure": (
        [
            "全年地区生产总值突破两千亿元大关，达到20",
            "60亿元，增长6.2%，财政收入增长5.2",
            "个百分点。",
        ],
        1,
    ),
    "a comma": (["一要修路，", "二要架桥。"], 1),
    "an open bracket": (["关于印发《某县医疗", "保障办法》的通知"], 1),
    "an empty line": (["甲" * 30, "", "乙" * 30], 2),
}


@pytest.mark.parametrize("case", LINES)
def test_line_breaks_inside_prose_cut_nothing(case: str) -> None:
    lines, count = LINES[case]
    joined = join_lines(lines)
    assert (len(joined), "".join(joined)) == (count, "".join(lines))


def test_the_lines_of_a_heading_are_one(tmp_path: Path) -> None:
    assert join_lines(["2024年", "政府工作报告"], is_heading=True) == ["2024年政府工作报告"]
    assert len(join_lines(["2024年工作报告", "——在全县会议上"], is_heading=True)) == 2
    assert len(join_lines(["2024年工作报告", "（2024年1月8日）"], is_heading=True)) == 2
    assert join_lines(["Annual report", "2024"], is_heading=True) == ["Annual report 2024"]


def entry(text: str, page: str) -> str:
    return paragraph(
        f"<w:hyperlink>{run(text)}<w:r><w:tab/></w:r>{field('PAGEREF a', run(page))}</w:hyperlink>",
        '<w:pStyle w:val="f"/>',
    )


BEGIN = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> TOC \\o "1-3" </w:instrText>'
    '</w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
)
END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
CONTENTS = {
    "a control": (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/>'
        f"</w:docPartObj></w:sdtPr><w:sdtContent>{paragraph('目录')}{entry('一、回顾', '1')}"
        "</w:sdtContent></w:sdt>"
    ),
    "a field": paragraph("目　录")
    + paragraph(f"{BEGIN}{run('一、回顾')}<w:r><w:tab/></w:r>{run('1')}")
    + paragraph(f"{run('二、目标')}<w:r><w:tab/></w:r>{run('2')}{END}"),
    "typed": paragraph("目　　录")
    + paragraph(f"{run('一、回顾')}<w:r><w:tab/></w:r>{run('1')}")
    + paragraph("二、目标…………… 12"),
    "a style of WPS": paragraph("目录")
    + paragraph(f"{run('一、回顾')}<w:r><w:tab/></w:r>{run('1')}", '<w:pStyle w:val="j"/>'),
    "styles": paragraph("目 录", '<w:pStyle w:val="g"/>')
    + entry("一、回顾", "1")
    + entry("二", "2"),
}


@pytest.mark.parametrize("case", CONTENTS)
def test_a_table_of_contents_is_left_out(tmp_path: Path, case: str) -> None:
    body = paragraph("某县工作报告") + CONTENTS[case] + paragraph("一、回顾") + paragraph("平稳。")
    assert read_body(tmp_path, body, styles=STYLES) == ["某县工作报告", "一、回顾", "平稳。"]


def test_a_style_of_contents_alone_drops_no_text(tmp_path: Path) -> None:
    body = paragraph("目录里说明了分工。", '<w:pStyle w:val="f"/>')
    assert read_body(tmp_path, body, styles=STYLES) == ["目录里说明了分工。"]


def test_a_title_of_contents_without_entries_stays(tmp_path: Path) -> None:
    body = paragraph("目录") + paragraph("药品甲……1") + paragraph("说明。")
    assert read_body(tmp_path, body) == ["目录", "药品甲……1", "说明。"]


def test_a_word_document_in_its_order(tmp_path: Path) -> None:
    document = docx.Document()
    document.core_properties.title = "工作总结"
    document.add_heading("工作总结", 0)
    document.add_heading("一、主要工作", 1)
    document.add_paragraph("参保率达98.25%。\n第二行\t制表")
    table = document.add_table(2, 2)
    cells = [cell for row in table.rows for cell in row.cells]
    for cell, text in zip(cells, ["项目", "金额", "报销", "3"], strict=True):
        cell.text = text
    outlined = document.add_paragraph("二、下一步")
    outline = OxmlElement("w:outlineLvl")
    outline.set(qn("w:val"), "1")
    outlined._p.get_or_add_pPr().append(outline)
    path = tmp_path / "a.docx"
    document.save(str(path))
    draft = drafted(path)
    assert list(draft.blocks) == [
        Block("工作总结", 1),
        Block("一、主要工作", 1),
        Block("参保率达98.25%。"),
        Block("第二行\t制表"),
        Block("项目｜金额", row=True),
        Block("报销｜3", row=True),
        Block("二、下一步", 2),
    ]
    assert (draft.metadata, draft.lines) == ({"title": "工作总结"}, False)


REPORT = [
    "某县2024年政府工作报告",
    "一、2024年工作回顾",
    "（一）经济运行总体平稳。地区生产总值增长6.2%，新增规上企业12家，财政收入3.2亿元。",
    "参保率达98.25%，比上年提高0.3个百分点；报销医疗费用2.85亿元，惠及群众3.2万人次。",
    "二、下一步打算",
    "继续把参保扩面、基金监管和经办下沉放在前面，年内把23个乡镇服务站都建成。",
]


def test_a_report_comes_back_paragraph_by_paragraph(tmp_path: Path) -> None:
    document = docx.Document()
    for text in REPORT:
        document.add_paragraph(text)
    path = tmp_path / "a.docx"
    document.save(str(path))
    title, pieces = split(drafted(path))
    assert (title, [piece.text for piece in pieces]) == (REPORT[0], REPORT)


SENTENCES = st.text(
    st.sampled_from("参保率达增长9825.%，、（）《》 abMW　"), min_size=1, max_size=40
)


@settings(max_examples=30)
@given(st.lists(SENTENCES.filter(lambda text: text.strip()), min_size=1, max_size=8))
def test_every_paragraph_comes_back(
    tmp_path_factory: pytest.TempPathFactory, them: list[str]
) -> None:
    document = docx.Document()
    for text in them:
        paragraph_ = document.add_paragraph()
        for sign in text:  # each in a run of its own, as an editor may leave them
            paragraph_.add_run(sign)
    path = tmp_path_factory.mktemp("word") / "a.docx"
    document.save(str(path))
    assert texts(drafted(path)) == [text.rstrip() for text in them]
