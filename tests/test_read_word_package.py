"""Packages that Word opens, whatever they lack, and documents inside documents."""

from __future__ import annotations

import base64
import io
import zipfile
from pathlib import Path

import docx
import pytest
from drafts import drafted, only
from word_files import NAMESPACES, OFFICE, numbered, packed, paragraph, relations, run, table, texts

from engine.errors import ReadError
from indexer.draft import Block
from indexer.read import read_file

BODY = paragraph("正文。")
STRICT = {
    b"http://schemas.openxmlformats.org/wordprocessingml/2006/main": b"wordprocessingml/main",
    f"{OFFICE}/relationships".encode(): b"officeDocument/relationships",
    f"{OFFICE}/math".encode(): b"officeDocument/math",
}


def refused(path: Path, why: str) -> None:
    result = only(path)
    assert isinstance(result, ReadError)
    assert (result.source, why in result.reason) == (path.name, True), result.reason


def rewritten(path: Path, members: dict[str, bytes | None]) -> Path:
    """A Word file with some of its parts replaced, added or taken out."""
    with zipfile.ZipFile(path) as package:
        parts = {info.filename: package.read(info) for info in package.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in (parts | members).items():
            if data is not None:
                package.writestr(name, data)
    return path


def saved(path: Path, text: str = "正文。", title: str = "") -> Path:
    """A document as python-docx writes it."""
    document = docx.Document()
    document.core_properties.title = title
    document.add_paragraph(text)
    document.save(str(path))
    return path


@pytest.mark.parametrize("suffix", ["docx", "docm", "dotx", "dotm"])
def test_documents_with_macros_and_templates_are_read(tmp_path: Path, suffix: str) -> None:
    assert texts(drafted(packed(tmp_path / f"a.{suffix}", BODY))) == ["正文。"]


def test_a_strict_document(tmp_path: Path) -> None:
    body = (
        numbered("项")
        + table(["甲", "1"])
        + paragraph("<m:oMath><m:r><m:t>5%</m:t></m:r></m:oMath>")
    )
    levels = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:lvlText w:val="%1."/></w:lvl>'
    lists = (
        f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    path = packed(tmp_path / "a.docx", body, numbering=lists)
    with zipfile.ZipFile(path) as package:
        parts = {info.filename: package.read(info) for info in package.infolist()}
    for common, strict in STRICT.items():
        for name in parts:
            parts[name] = parts[name].replace(common, b"http://purl.oclc.org/ooxml/" + strict)
    assert texts(drafted(rewritten(path, dict(parts)))) == ["1.项", "甲｜1", "5%"]


RELATIONS = {
    "to nothing": ("image", "NULL"),
    "to a missing picture": ("image", "media/image9.png"),
    "to missing styles": ("styles", "styles9.xml"),
    "to a missing header": ("header", "header9.xml"),
    "out of the package": ("image", "../../../../etc/passwd"),
    "of an unknown kind": ("thing", "thing.xml"),
}


@pytest.mark.parametrize("case", RELATIONS)
def test_a_relation_that_leads_nowhere_stands_in_no_way(tmp_path: Path, case: str) -> None:
    path = packed(tmp_path / "a.docx", BODY, extra={"rId80": RELATIONS[case]})
    assert texts(drafted(path)) == ["正文。"]


def test_names_of_parts_differ_in_case_and_slashes(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.docx", BODY)
    with zipfile.ZipFile(path) as package:
        document = package.read("word/document.xml")
    path = rewritten(path, {"word/document.xml": None, "Word\\Document.xml": document})
    assert texts(drafted(path)) == ["正文。"]


def test_a_package_without_relations(tmp_path: Path) -> None:
    path = rewritten(packed(tmp_path / "a.docx", BODY), {"_rels/.rels": None})
    assert texts(drafted(path)) == ["正文。"]


def test_a_title_that_the_text_does_not_bear_is_the_templates(tmp_path: Path) -> None:
    assert drafted(saved(tmp_path / "a.docx", title="2019年旧总结")).metadata == {}
    path = saved(tmp_path / "b.docx", "2024年总结", "2024年总结")
    assert drafted(path).metadata == {"title": "2024年总结"}


NOTES = f'<w:footnote w:id="2">{paragraph("年底数。")}</w:footnote>'
SEPARATOR = f'<w:footnote w:id="0" w:type="separator">{paragraph("线")}</w:footnote>'
UNUSED = f'<w:footnote w:id="3">{paragraph("删去的注。")}</w:footnote>'
REFERENCE = '<w:r><w:footnoteReference w:id="2"/></w:r>'


def test_the_notes_that_are_referred_to_follow_the_text(tmp_path: Path) -> None:
    body = paragraph(f"{run('增长5.2')}{REFERENCE}{run('亿元。')}") + paragraph("末段。")
    path = packed(tmp_path / "a.docx", body, footnotes=SEPARATOR + NOTES + UNUSED)
    assert texts(drafted(path)) == ["增长5.2亿元。", "末段。", "年底数。"]


def test_broken_notes_are_named_and_the_text_is_kept(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.docx", paragraph(f"{run('正文。')}{REFERENCE}"), footnotes=NOTES)
    laughs = '<!DOCTYPE x [<!ENTITY a "哈"><!ENTITY b "&a;&a;">]>'
    part = f"{laughs}<w:footnotes {NAMESPACES}>{NOTES}&b;</w:footnotes>"
    for data in (part.encode(), b"<w:footnotes"):
        draft, problem = read_file(rewritten(path, {"word/footnotes.xml": data}), path.name)
        assert not isinstance(draft, ReadError)
        assert texts(draft) == ["正文。"]
        assert "脚注已损坏" in str(problem)


def test_broken_word_documents(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.docx")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    refused(path, "已损坏")
    for document in (b"<w:document", b"<!DOCTYPE x><x/>", b"<x/>", b""):
        path.write_bytes(whole)
        refused(rewritten(path, {"word/document.xml": document}), "已损坏")
    path.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    refused(path, "去掉密码")
    with zipfile.ZipFile(path, "w") as pack:
        pack.writestr("a.txt", "不是文档")
    refused(path, "已损坏")


def test_a_word_document_that_is_a_bomb(tmp_path: Path) -> None:
    path = rewritten(saved(tmp_path / "a.docx"), {"word/document.xml": b"<a>" + bytes(60 << 20)})
    refused(path, "压缩炸弹")


def test_a_document_nested_without_end_is_refused_not_cut(tmp_path: Path) -> None:
    deep = "<w:sdt><w:sdtContent>" * 3000 + BODY + "</w:sdtContent></w:sdt>" * 3000
    refused(packed(tmp_path / "a.docx", deep), "Word 文档")


PAGE = "<html><body><p>新增就业一千二百人。</p><p>全年零事故。</p></body></html>"
MESSAGE = (
    'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n--x\r\n'
    "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    f"{base64.b64encode(PAGE.encode()).decode()}\r\n--x--\r\n"
)
INSERTED = {
    "page.html": PAGE.encode("gb18030"),
    "page.xhtml": f'<?xml version="1.0" encoding="utf-8"?>{PAGE}'.encode(),
    "page.mht": MESSAGE.encode(),
    "text.txt": "新增就业一千二百人。\r\n\r\n全年零事故。".encode("gb18030"),
    "unnamed.bin2": PAGE.encode(),
}
CHUNK = '<w:altChunk r:id="rId50"/>'


@pytest.mark.parametrize("name", INSERTED)
def test_an_inserted_document_is_read_in_its_place(tmp_path: Path, name: str) -> None:
    body = paragraph("上文。") + CHUNK + paragraph("下文。")
    parts: dict[str, str | bytes] = {name: INSERTED[name]}
    path = packed(tmp_path / "a.docx", body, parts, {"rId50": ("aFChunk", name)})
    expected = ["上文。", "新增就业一千二百人。", "全年零事故。", "下文。"]
    assert texts(drafted(path)) == expected


def test_an_inserted_word_document(tmp_path: Path) -> None:
    inner = packed(tmp_path / "inner.docx", paragraph("内文。") + table(["甲", "1"])).read_bytes()
    extra = {"rId50": ("aFChunk", "inner.docx")}
    path = packed(tmp_path / "a.docx", BODY + CHUNK, {"inner.docx": inner}, extra)
    assert texts(drafted(path)) == ["正文。", "内文。", "甲｜1"]


@pytest.mark.parametrize("data", [b"{\\rtf1 x}", b"%PDF-1.4", b"PK\x03\x04broken", None])
def test_an_inserted_document_that_cannot_be_read_is_named(
    tmp_path: Path, data: bytes | None
) -> None:
    parts: dict[str, str | bytes] = {} if data is None else {"inner.rtf": data}
    extra = {"rId50": ("aFChunk", "inner.rtf")}
    path = packed(tmp_path / "a.docx", BODY + CHUNK, parts, extra)
    draft, problem = read_file(path, path.name)
    assert not isinstance(draft, ReadError)
    assert (texts(draft), "inner.rtf" in str(problem)) == (["正文。"], True)


def test_a_document_that_is_inserted_again_and_again_is_read_once(tmp_path: Path) -> None:
    parts: dict[str, str | bytes] = {"inner.html": PAGE}
    extra = {"rId50": ("aFChunk", "inner.html")}
    path = packed(tmp_path / "a.docx", BODY + CHUNK * 3, parts, extra)
    assert texts(drafted(path)) == ["正文。", "新增就业一千二百人。", "全年零事故。"]


def test_documents_inserted_into_each_other_without_end(tmp_path: Path) -> None:
    data = packed(tmp_path / "a.docx", BODY).read_bytes()
    extra = {"rId50": ("aFChunk", "inner.docx")}
    for _ in range(6):
        path = packed(tmp_path / "a.docx", BODY + CHUNK, {"inner.docx": data}, extra)
        data = path.read_bytes()
    draft, problem = read_file(path, path.name)
    assert not isinstance(draft, ReadError)
    assert (set(texts(draft)), "没有读取" in str(problem)) == ({"正文。"}, True)


DIAGRAM = f"<dgm:dataModel {NAMESPACES}><a:p><a:r><a:t>编制</a:t></a:r></a:p></dgm:dataModel>"


def test_the_texts_of_a_diagram(tmp_path: Path) -> None:
    body = paragraph(f'{run("流程")}<w:r><w:drawing><dgm:relIds r:dm="rId9"/></w:drawing></w:r>')
    extra = {"rId9": ("diagramData", "data1.xml")}
    path = packed(tmp_path / "a.docx", body, {"data1.xml": DIAGRAM}, extra)
    assert texts(drafted(path)) == ["流程", "编制"]


def test_an_equation_that_is_a_picture_is_named(tmp_path: Path) -> None:
    body = paragraph(
        f"{run('得')}<w:r><w:object><o:OLEObject ProgID='Equation.3'/></w:object></w:r>"
    )
    draft, problem = read_file(packed(tmp_path / "a.docx", body), "a.docx")
    assert not isinstance(draft, ReadError)
    assert (texts(draft), "1 处嵌入" in str(problem)) == (["得"], True)


def head(*lines: str) -> str:
    return f"<w:hdr {NAMESPACES}>{''.join(map(paragraph, lines))}</w:hdr>"


HEADERS = {
    "a letterhead on the first page": ("first", True, ["某县人民政府文件", "某政发〔2024〕3号"], 2),
    "the office alone": ("first", True, ["某 县 人 民 政 府"], 1),
    "on every page": ("default", False, ["某县医保局文件", "某医保〔2024〕12号"], 2),
    "a running head": ("default", False, ["某县2024年工作报告"], 0),
    "an office as a running head": ("default", False, ["某县人民政府"], 0),
    "a slogan": ("first", True, ["团结 务实 创新"], 0),
    "a header that Word does not show": ("first", False, ["某县人民政府文件"], 0),
}


@pytest.mark.parametrize("case", HEADERS)
def test_a_letterhead_in_the_header_begins_the_document(tmp_path: Path, case: str) -> None:
    kind, has_title_page, lines, kept = HEADERS[case]
    title_page = "<w:titlePg/>" if has_title_page else ""
    section = f'<w:sectPr><w:headerReference w:type="{kind}" r:id="rId60"/>{title_page}</w:sectPr>'
    extra = {"rId60": ("header", "header1.xml")}
    path = packed(tmp_path / "a.docx", BODY + section, {"header1.xml": head(*lines)}, extra)
    assert texts(drafted(path)) == [*lines[:kept], "正文。"]


def test_a_letterhead_that_the_text_repeats_stands_once(tmp_path: Path) -> None:
    body = paragraph("某县人民政府文件") + BODY
    section = '<w:sectPr><w:headerReference w:type="first" r:id="rId60"/><w:titlePg/></w:sectPr>'
    parts: dict[str, str | bytes] = {"header1.xml": head("某县人民政府文件", "某政发〔2024〕3号")}
    path = packed(tmp_path / "a.docx", body + section, parts, {"rId60": ("header", "header1.xml")})
    assert texts(drafted(path)) == ["某政发〔2024〕3号", "某县人民政府文件", "正文。"]


# ---- one XML file

OLD = 'xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"'
AML = 'xmlns:aml="http://schemas.microsoft.com/aml/2001/core"'
WX = 'xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint"'
PROGRAM = '<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Word.Document"?>'
WORD_2003 = f"""{PROGRAM}<w:wordDocument {OLD} {AML} {WX}><w:lists>
<w:listDef w:listDefId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:nfc w:val="37"/>
<w:lvlText w:val="%1、"/></w:lvl></w:listDef><w:list w:ilfo="1"><w:ilst w:val="0"/></w:list>
</w:lists><w:styles><w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style>
</w:styles><w:body><wx:sect>
<w:p><w:pPr><w:pStyle w:val="1"/></w:pPr><w:r><w:t>某县工作总结</w:t></w:r></w:p>
<w:p><w:pPr><w:listPr><w:ilvl w:val="0"/><w:ilfo w:val="1"/></w:listPr></w:pPr>
<w:r><w:t>回顾</w:t></w:r><w:r><w:footnote><w:p><w:r><w:t>年底数。</w:t></w:r></w:p></w:footnote></w:r>
<w:r><w:t>全年</w:t></w:r></w:p>
<w:p><w:r><w:t>增长</w:t></w:r><aml:annotation aml:id="1" w:type="Word.Deletion"><aml:content>
<w:r><w:delText>5%</w:delText></w:r></aml:content></aml:annotation>
<aml:annotation aml:id="2" w:type="Word.Insertion"><aml:content><w:r><w:t>6%</w:t></w:r>
</aml:content></aml:annotation><aml:annotation aml:id="3" w:type="Word.Comment"><aml:content>
<w:p><w:r><w:t>请核。</w:t></w:r></w:p></aml:content></aml:annotation>
<w:r><w:rPr><w:vanish/></w:rPr><w:t>内部</w:t></w:r></w:p>
<w:tbl><w:tr><w:tc><w:tcPr><w:vmerge w:val="restart"/></w:tcPr><w:p><w:r><w:t>甲</w:t></w:r></w:p>
</w:tc><w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:tc><w:tcPr><w:vmerge/></w:tcPr>
<w:p/></w:tc><w:tc><w:p><w:r><w:t>2</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
<w:sectPr><w:hdr w:type="odd"><w:p><w:r><w:t>某政发〔2024〕3号</w:t></w:r></w:p></w:hdr></w:sectPr>
</wx:sect></w:body></w:wordDocument>"""


@pytest.mark.parametrize("name", ["a.xml", "a.doc"])
def test_word_2003_xml(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(WORD_2003, encoding="utf-8")
    assert list(drafted(path).blocks) == [
        Block("某政发〔2024〕3号"),
        Block("某县工作总结", 1),
        Block("一、回顾全年"),
        Block("增长6%"),
        Block("甲｜1", row=True),
        Block("甲｜2", row=True),
        Block("年底数。"),
    ]


@pytest.mark.parametrize("name", ["a.xml", "a.doc"])
def test_flat_opc(tmp_path: Path, name: str) -> None:
    inner = io.BytesIO(packed(tmp_path / "inner.docx", BODY).read_bytes()).getvalue()
    parts = {
        "/_rels/.rels": relations({"rId1": ("officeDocument", "word/document.xml")}),
        "/word/_rels/document.xml.rels": relations({"rId50": ("aFChunk", "inner.docx")}),
        "/word/document.xml": f"<w:document {NAMESPACES}><w:body>{paragraph('外文。')}{CHUNK}"
        "</w:body></w:document>",
    }
    address = "http://schemas.microsoft.com/office/2006/xmlPackage"
    xml = "".join(
        f'<pkg:part pkg:name="{part}"><pkg:xmlData>{data}</pkg:xmlData></pkg:part>'
        for part, data in parts.items()
    )
    binary = base64.b64encode(inner).decode()
    data = f"<pkg:binaryData>{binary}</pkg:binaryData>"
    xml += f'<pkg:part pkg:name="/word/inner.docx">{data}</pkg:part>'
    path = tmp_path / name
    path.write_text(f'{PROGRAM}<pkg:package xmlns:pkg="{address}">{xml}</pkg:package>', "utf-8")
    assert texts(drafted(path)) == ["外文。", "正文。"]


def test_other_xml_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    for content, why in (("<a>正文。</a>", "不是 Word 的 XML"), ("<a", "已损坏")):
        path.write_text(content, encoding="utf-8")
        refused(path, why)
