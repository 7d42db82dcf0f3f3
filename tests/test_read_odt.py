"""OpenDocument texts: what the page shows, as of a Word document."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from drafts import drafted, only
from word_files import texts

from engine.errors import ReadError
from indexer.draft import Block

ODF = "urn:oasis:names:tc:opendocument:xmlns:"
NAMESPACES = " ".join(
    f'xmlns:{name}="{address}"'
    for name, address in {
        "office": f"{ODF}office:1.0",
        "style": f"{ODF}style:1.0",
        "text": f"{ODF}text:1.0",
        "table": f"{ODF}table:1.0",
        "draw": f"{ODF}drawing:1.0",
        "svg": f"{ODF}svg-compatible:1.0",
        "loext": "urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0",
        "math": "http://www.w3.org/1998/Math/MathML",
        "dc": "http://purl.org/dc/elements/1.1/",
        "xlink": "http://www.w3.org/1999/xlink",
    }.items()
)
LEVELS = """
<text:list-level-style-number text:level="1" style:num-format="一, 二, 三, ..."
 style:num-suffix="、"/>
<text:list-level-style-number text:level="2" style:num-format="一, 二, 三, ..."
 style:num-prefix="（" style:num-suffix="）"/>
<text:list-level-style-number text:level="3" style:num-format="1" text:display-levels="2"
 style:num-suffix="."/>
<text:list-level-style-bullet text:level="4" text:bullet-char="•"/>"""
STYLES = f"""
<style:font-face style:name="W1" svg:font-family="'Wingdings 2'"/>
<style:style style:name="up" style:family="text"><style:text-properties
 style:text-position="super 58%"/></style:style>
<style:style style:name="gone" style:family="text"><style:text-properties
 text:display="none"/></style:style>
<style:style style:name="more" style:family="text" style:parent-style-name="gone"/>
<style:style style:name="loop" style:family="text" style:parent-style-name="loop"/>
<style:style style:name="signs" style:family="text"><style:text-properties
 style:font-name="W1"/></style:style>
<style:style style:name="Contents_20_1" style:family="paragraph"/>
<text:list-style style:name="L">{LEVELS}</text:list-style>
<text:list-style style:name="M"><text:list-level-style-number text:level="1" style:num-format="A"
 loext:num-list-format="第%1%项"/></text:list-style>"""


def content(body: str) -> str:
    return (
        f"<office:document-content {NAMESPACES}><office:automatic-styles>{STYLES}"
        f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>"
        "</office:document-content>"
    )


def packed(path: Path, body: str, **others: str) -> Path:
    """Write an OpenDocument text; ``others`` are ``styles`` and ``meta`` as XML."""
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        package.writestr("content.xml", content(body))
        for name, data in others.items():
            package.writestr(f"{name}.xml", data)
    return path


def par(text: str) -> str:
    return f"<text:p>{text}</text:p>"


def span(style: str, text: str) -> str:
    return f'<text:span text:style-name="{style}">{text}</text:span>'


def listed(*items: str, more: str = 'text:style-name="L"') -> str:
    inside = "".join(
        f"<text:list-item>{item if item.startswith('<') else par(item)}</text:list-item>"
        for item in items
    )
    return f"<text:list {more}>{inside}</text:list>"


NOTE = (
    "<text:note><text:note-citation>1</text:note-citation><text:note-body>"
    f"{par('年底数。')}</text:note-body></text:note>"
)
SQUARE = "<math:math><math:msup><math:mi>x</math:mi><math:mn>2</math:mn></math:msup></math:math>"
SHOWN = {
    "blanks": (par("  甲\n  乙<text:s text:c='2'/>丙<text:tab/>丁 "), ["甲 乙  丙\t丁"]),
    "line breaks": (par("某县财政局<text:line-break/>某县医保局"), ["某县财政局", "某县医保局"]),
    "deleted text": (
        "<text:tracked-changes><text:changed-region><text:deletion>"
        + par("删去")
        + "</text:deletion></text:changed-region></text:tracked-changes>"
        + par("增长<text:change text:change-id='1'/>6%"),
        ["增长6%"],
    ),
    "hidden text": (
        par(f"甲{span('gone', '内部')}{span('more', '内部')}{span('loop', '乙')}")
        + f"<text:section text:display='none'>{par('内部')}</text:section>",
        ["甲乙"],
    ),
    "a note in hidden text": (par(f"甲{span('gone', f'内<text:tab/>部{NOTE}')}乙"), ["甲乙"]),
    "raised": (par(f"5000m{span('up', '2')}，5.2{span('up', '1')}亿元"), ["5000m²，5.2[1]亿元"]),
    "signs": (par(f"{span('signs', 'R')}是"), ["☑是"]),
    "ruby": (
        par(
            "<text:ruby><text:ruby-base>溆</text:ruby-base><text:ruby-text>xù</text:ruby-text>"
            "</text:ruby>浦"
        ),
        ["溆浦"],
    ),
    "notes": (par(f"5.2{NOTE}亿元") + par("末段"), ["5.2亿元", "末段", "年底数。"]),
    "comments": (par(f"甲<office:annotation>{par('请核')}</office:annotation>乙"), ["甲乙"]),
    "contents": (
        f"<text:table-of-content><text:index-body>{par('一、回顾 1')}</text:index-body>"
        "</text:table-of-content><text:p text:style-name='Contents_20_1'>二<text:tab/>2</text:p>"
        + par("一、回顾"),
        ["一、回顾"],
    ),
    "a text box": (
        par(
            f"外<draw:frame><svg:title>图</svg:title><draw:text-box>{par('内')}</draw:text-box>"
            "</draw:frame>"
        ),
        ["外", "内"],
    ),
    "an equation": (par(f"得<draw:object>{SQUARE}</draw:object>。"), ["得x²。"]),
    "a list": (
        listed("甲", par("乙") + par("又") + listed("丙", par("丁") + listed("戊"), more=""))
        + listed("己"),
        ["一、甲", "二、乙", "又", "（一）丙", "（二）丁", "二.1.戊", "一、己"],
    ),
    "a list that goes on": (
        listed("甲", more='text:style-name="L" xml:id="a"')
        + par("中")
        + listed("乙", more='text:style-name="L" xml:id="b" text:continue-list="a"')
        + listed("丙", more='text:style-name="L" text:continue-numbering="true"'),
        ["一、甲", "中", "二、乙", "三、丙"],
    ),
    "a number to start with": (
        '<text:list text:style-name="M"><text:list-item text:start-value="3"><text:p>甲</text:p>'
        "</text:list-item><text:list-header><text:p>乙</text:p></text:list-header></text:list>",
        ["第C项 甲", "乙"],
    ),
}


@pytest.mark.parametrize("case", SHOWN)
def test_a_paragraph_reads_as_the_page_shows_it(tmp_path: Path, case: str) -> None:
    body, expected = SHOWN[case]
    assert texts(drafted(packed(tmp_path / "a.odt", body))) == expected


def cell(text: str, more: str = "") -> str:
    return f"<table:table-cell {more}>{par(text) if text else ''}</table:table-cell>"


COVERED = "<table:covered-table-cell/>"
ROWS = [
    cell("乡镇") + cell("收入", 'table:number-columns-spanned="2"') + COVERED,
    cell("甲", 'table:number-rows-spanned="2"') + cell("0", 'table:number-columns-repeated="2"'),
    COVERED + cell("1") + cell("2"),
    cell("乙") + cell("3") + cell("4"),
]


def test_rows_keep_their_columns(tmp_path: Path) -> None:
    rows = "".join(f"<table:table-row>{row}</table:table-row>" for row in ROWS)
    body = f"<table:table><table:table-header-rows/>{rows}</table:table>"
    expected = ["乡镇｜收入｜", "甲｜0｜0", "甲｜1｜2", "乙｜3｜4"]
    blocks = drafted(packed(tmp_path / "a.odt", body)).blocks
    assert list(blocks) == [Block(text, row=True) for text in expected]


OUTLINE = f"""<office:document-styles {NAMESPACES}><office:styles><text:outline-style>
<text:outline-level-style text:level="1" style:num-format="1" style:num-suffix="."/>
<text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/>
</text:outline-style></office:styles><office:master-styles>
<style:master-page style:name="Standard"><style:header>{par("某县工作报告")}</style:header>
<style:header-first>{par("某县人民政府文件")}</style:header-first></style:master-page>
</office:master-styles></office:document-styles>"""
META = f"<office:document-meta {NAMESPACES}><dc:title>工作总结</dc:title></office:document-meta>"


def test_headings_letterhead_and_title(tmp_path: Path) -> None:
    headings = "".join(
        f'<text:h text:outline-level="{level}">{text}</text:h>'
        for text, level in (("回顾", 1), ("经济", 2), ("社会", 2), ("目标", 1))
    )
    draft = drafted(
        packed(tmp_path / "a.odt", par("工作总结") + headings, styles=OUTLINE, meta=META)
    )
    assert list(draft.blocks) == [
        Block("某县人民政府文件"),
        Block("工作总结"),
        Block("1.回顾", 1),
        Block("1.1 经济", 2),
        Block("1.2 社会", 2),
        Block("2.目标", 1),
    ]
    assert draft.metadata == {"title": "工作总结"}


def test_a_text_in_one_xml_file(tmp_path: Path) -> None:
    path = tmp_path / "a.fodt"
    path.write_text(content(par("正文。")), encoding="utf-8")
    assert texts(drafted(path)) == ["正文。"]


def refused(path: Path, why: str) -> None:
    result = only(path)
    assert isinstance(result, ReadError)
    assert (result.source, why in result.reason) == (path.name, True), result.reason


def test_texts_that_cannot_be_read(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.odt", par("正文。"))
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
    refused(path, "去掉密码")
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("content.xml", f"<office:document-content {NAMESPACES}/>")
    refused(path, "已损坏")
    path.write_bytes(b"PK\x03\x04")
    refused(path, "已损坏")
