"""A file is read as what its bytes are: saved pages, OFD, spreadsheets, files by other names."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path

import docx
import openpyxl
import pytest
from drafts import drafted, only

from engine.errors import ReadError
from indexer.draft import Block, Draft

TEXT = "全年参保率达98.25%，比上年提高0.3个百分点，群众更加满意。"
PAGE = f"<html><head><title>工作总结</title></head><body><p>{TEXT}</p><p>一、打算</p></body></html>"


def texts(draft: Draft) -> list[str]:
    return [block.text for block in draft.blocks]


def reason(path: Path) -> str:
    result = only(path)
    assert isinstance(result, ReadError), result
    return result.reason


# ---- pages saved as one file


def saved_page(*parts: str, charset: str = "utf-8", encoding: str = "quoted-printable") -> bytes:
    """An .mht with these pages, and a picture."""
    message = EmailMessage()
    message["From"] = "<Saved by a browser>"
    message["Snapshot-Content-Location"] = "http://example.invalid/a.html"
    message["MIME-Version"] = "1.0"
    message.make_related()
    for part in parts:
        page = EmailMessage()
        page.set_content(part, subtype="html", charset=charset, cte=encoding)
        message.attach(page)
    message.add_related(b"\x89PNG", "image", "png")
    return bytes(message)


@pytest.mark.parametrize("name", ["a.mht", "a.mhtml", "a.htm", "a.doc", "a.txt", "a"])
@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
@pytest.mark.parametrize("encoding", ["quoted-printable", "base64"])
def test_a_page_saved_as_one_file(tmp_path: Path, name: str, charset: str, encoding: str) -> None:
    path = tmp_path / name
    path.write_bytes(saved_page(PAGE, charset=charset, encoding=encoding))
    draft = drafted(path)
    assert texts(draft) == [TEXT, "一、打算"]
    assert draft.metadata == {"title": "工作总结", "url": "http://example.invalid/a.html"}


def test_of_frames_the_first_with_a_report_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.mht"
    frames = "<html><frameset><frame src='a'><frame src='b'></frameset></html>"
    path.write_bytes(saved_page(frames, "<a href='/'>首页</a>", PAGE))
    assert texts(drafted(path)) == [TEXT, "一、打算"]
    path.write_bytes(saved_page(frames, "<a href='/'>首页</a>"))
    assert "框架" in reason(path)
    path.write_bytes(b"MIME-Version: 1.0\nContent-Type: multipart/related\n\nno parts")
    assert "里面没有网页" in reason(path)


# ---- OFD

NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
ROOT = f"""<ofd:OFD {NS} Version="1.0" DocType="OFD"><ofd:DocBody>
<ofd:DocInfo><ofd:Title>{{title}}</ofd:Title></ofd:DocInfo>
<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"""
OFD_PAGE = f"<ofd:Page {NS}><ofd:Content><ofd:Layer>{{}}</ofd:Layer></ofd:Content></ofd:Page>"


def stretch(text: str, x: float, y: float, more: str = "", delta: str = "g 99 4.2") -> str:
    return (
        f'<ofd:TextObject Boundary="{x} {y} 150 5" Size="4.2" {more}>'
        f'<ofd:TextCode X="0" Y="4" DeltaX="{delta}">{text}</ofd:TextCode></ofd:TextObject>'
    )


def ofd(path: Path, pages: list[str], title: str = "", members: Mapping[str, str] = {}) -> Path:
    listed = "".join(
        f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages))
    )
    parts = {
        "OFD.xml": ROOT.format(title=title),
        "Doc_0/Document.xml": f"<ofd:Document {NS}><ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        **{
            f"Doc_0/Pages/Page_{n}/Content.xml": OFD_PAGE.format(page)
            for n, page in enumerate(pages)
        },
        **members,
    }
    with zipfile.ZipFile(path, "w") as pack:
        for name, text in parts.items():
            pack.writestr(name, text)
    return path


@pytest.mark.parametrize("name", ["a.ofd", "a.pdf", "a"])
def test_an_ofd_is_read_line_by_line_from_its_places(tmp_path: Path, name: str) -> None:
    pages = [
        stretch("工作报告", 80, 20)  # the order in the file is not that on the page
        + stretch("提高，群众满意。", 30, 47)
        + stretch("全年参保率", 38.4, 40)
        + stretch("比上年", 60, 40.5)
        + stretch("不显示", 30, 80, 'Visible="false"')
        + stretch("二、打算", 38.4, 54)
        + stretch("— 1 —", 100, 280),
        stretch("移动", 0, 0, 'CTM="1 0 0 1 30 20"')
        + stretch("甲镇", 30, 40)
        + stretch("12", 90, 40),
    ]
    draft = drafted(ofd(tmp_path / name, pages, "工作报告"))
    assert texts(draft) == [
        "工作报告",
        "　　全年参保率比上年",
        "提高，群众满意。",
        "　　二、打算",
        "移动",
        "甲镇 12",
    ]
    assert (draft.lines, draft.metadata) == (True, {"title": "工作报告"})


def test_pages_of_an_ofd_without_text_are_named(tmp_path: Path) -> None:
    path = ofd(tmp_path / "a.ofd", [stretch(TEXT, 30, 40), "", stretch("终。", 30, 40), ""])
    assert drafted_problems(path) == ["第 2、4 页没有文字，可能是扫描件；请先做文字识别（OCR）"]
    assert "扫描件" in reason(ofd(path, ["", ""]))


def drafted_problems(path: Path) -> list[str]:
    from indexer.read import read_file

    draft, *errors = read_file(path, path.name)
    assert isinstance(draft, Draft)
    return [error.reason for error in errors if isinstance(error, ReadError)]


def test_broken_ofd_files(tmp_path: Path) -> None:
    path = ofd(tmp_path / "a.ofd", [stretch("甲", 1, 1)])
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert "已损坏" in reason(path)
    for part in ("OFD.xml", "Doc_0/Document.xml", "Doc_0/Pages/Page_0/Content.xml"):
        assert "已损坏" in reason(ofd(path, [stretch("甲", 1, 1)], members={part: "<broken"}))
    assert "已损坏" in reason(ofd(path, [stretch("甲", 1, 1).replace("150", "x")]))


# ---- spreadsheets


def workbook(path: Path, *sheets: tuple[str, list[list[object]]]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return book


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.et", "a.doc"])
def test_the_rows_of_a_sheet(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.xlsx"
    rows: list[list[object]] = [
        [None, "乡镇", "参保人数", "占比"],
        [],
        [None, "甲镇", 1200.0, 98.25],
        [None, "乙镇", None, 0.1 + 0.2],
        [None, "说明：含新生儿"],
    ]
    workbook(path, ("参保", rows))
    path.rename(tmp_path / name)
    assert drafted(tmp_path / name).blocks == (
        Block("乡镇｜参保人数｜占比", row=True),
        Block("甲镇｜1200｜98.25", row=True),
        Block("乙镇｜｜0.3", row=True),
        Block("说明：含新生儿"),
    )


def test_sheets_are_named_where_there_are_several(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = workbook(
        path, ("甲", [["项", 1]]), ("空", []), ("藏", [["x", 1]]), ("乙", [["项", True]])
    )
    book["藏"].sheet_state = "hidden"
    book.save(path)
    assert drafted(path).blocks == (
        Block("甲", level=2),
        Block("项｜1", row=True),
        Block("乙", level=2),
        Block("项｜是", row=True),
    )


def test_merged_cells_are_repeated(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = workbook(path, ("甲", [["居民", "三级", 60], [None, "二级", 70], ["合计", None, 65]]))
    book["甲"].merge_cells("A1:A2")
    book["甲"].merge_cells("A3:B3")
    book.save(path)
    assert texts(drafted(path)) == ["居民｜三级｜60", "居民｜二级｜70", "合计｜合计｜65"]


def test_broken_sheets(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    workbook(path, ("甲", [["项", 1]]))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert "已损坏" in reason(path)
    workbook(path, ("甲", []))
    assert "没有文字" in reason(path)
    path.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"))
    assert "密码" in reason(path)


# ---- by other names


def word(path: Path) -> bytes:
    document = docx.Document()
    document.add_paragraph(TEXT)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.pdf", "a.zip", "a", "a.dat"])
def test_a_word_document_by_another_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(word(path))
    assert texts(drafted(path)) == [TEXT]


@pytest.mark.parametrize("name", ["a.shtml", "a.xhtml", "a.txt", "a.md", "a.doc", "a"])
def test_a_page_by_another_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(PAGE, encoding="utf-8")
    assert texts(drafted(path)) == [TEXT, "一、打算"]


@pytest.mark.skipif(
    not (shutil.which("soffice") or shutil.which("libreoffice")), reason="needs LibreOffice"
)
def test_rich_text_by_another_name(tmp_path: Path) -> None:
    codes = "".join(f"\\u{ord(one)}?" for one in TEXT)
    path = tmp_path / "a.txt"
    path.write_text(f"{{\\rtf1\\ansi {codes}\\par}}", encoding="ascii")
    assert texts(drafted(path)) == [TEXT]
