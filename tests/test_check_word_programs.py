"""A Word memo with comments as other programs see it: LibreOffice, and a validator of the format.

The validator follows Microsoft's Open XML SDK. What it says of a file is compared with what it
says of the same file with comments, so that files of any origin can be checked.
"""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import web_index
from lxml import etree
from openxml_audit import FileFormat, OpenXmlValidator
from word_files import NAMESPACES, packed, paragraph, run, table

from engine.engine import open_engine
from indexer.readers import libreoffice
from search_app.check.comments import Comment
from search_app.check.memo_text import Block, Piece
from search_app.check.word import read_word, with_comments
from search_app.memo import gather
from search_app.memo_docx import as_docx

ROOT = Path(__file__).parents[1]
URL = "http://127.0.0.1:8000/p/0a1b2c3d-4e5f~2"
TEXTS = ("与来源不同", "来源：“参保率达98.25%”", "永久链接")
STYLES = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal">'
    '<w:name w:val="Normal"/></w:style>'
)
OLD = (
    '<w:comment w:id="4" w:author="张三" w:initials="张"><w:p><w:r><w:t>请核对</w:t></w:r></w:p>'
    "</w:comment>"
)
OLD_MARKS = (
    '<w:commentRangeStart w:id="4"/>{}<w:commentRangeEnd w:id="4"/>'
    '<w:r><w:commentReference w:id="4"/></w:r>'
)
FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    f'<w:r><w:instrText xml:space="preserve"> HYPERLINK "{URL}" </w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r>{}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
TRACKED = 'w:author="张三" w:date="2024-01-01T00:00:00Z"'
BOX = (
    '<w:r><w:pict><v:shape style="width:90pt;height:40pt"><v:textbox><w:txbxContent>{}'
    "</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
)
SECTION = (
    '<w:sectPr><w:headerReference w:type="default" r:id="h1"/><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1440" w:header="720" '
    'w:footer="720" w:gutter="0"/></w:sectPr>'
)
# A paragraph, and the stretch of it to comment on.
BODY = {
    run("报告指出，“参保") + run("率达98.", "<w:b/>") + run("25%”，居前列。"): "“参保率达98.25%”",
    f'<w:ins w:id="20" {TRACKED}>{run("基金运行平稳。")}</w:ins>{run("其他")}': "运行平稳",
    run("征缴") + FIELD.format(run("扩面提质增效")) + run("完成。"): "征缴扩面提质",
    run("落实") + FIELD.format(run("待遇清单")) + run("制度。"): "待遇清单",
    OLD_MARKS.format(run("异地就医直接结算")) + run("，稳步推进。"): "直接结算，稳步",
    f"{run('打击')}<w:smartTag w:element='x'>{run('欺诈')}</w:smartTag>{run('行为。')}": "欺诈",
    run("门诊</w:t><w:tab/><w:t>统筹") + run("落地。"): "统筹落",
    f"<w:sdt><w:sdtContent>{run('服务下沉')}</w:sdtContent></w:sdt>{run('到乡。')}": "下沉到",
    run("资助参保") + '<w:r><w:footnoteReference w:id="1"/></w:r>' + run("全覆盖。"): "参保全覆盖",
}


@pytest.fixture(scope="module")
def memo(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A memo with all that comments have to do with."""
    body = "".join(map(paragraph, BODY))
    body += f"<w:tbl><w:tblPr/><w:tblGrid/>{table(['指标', '“稳定在95%以上”'])[7:]}"
    body += paragraph(run("框旁") + BOX.format(paragraph("框中引文一处")))
    body += paragraph("“跨段引文的前一半，") + paragraph("和它的后一半。”") + SECTION
    path = packed(
        tmp_path_factory.mktemp("memo") / "memo.docx",
        body,
        {"header1.xml": f"<w:hdr {NAMESPACES}>{paragraph('页眉引文')}</w:hdr>"},
        {"h1": ("header", "header1.xml")},
        styles=STYLES,
        comments=OLD,
        footnotes=f'<w:footnote w:id="1">{paragraph("脚注引文一处")}</w:footnote>',
    )
    return path.read_bytes()


@pytest.fixture(scope="module")
def stretches(memo: bytes) -> Sequence[tuple[Sequence[Piece], str]]:
    """The pieces to comment on, with the text that other programs must find there.

    A comment on a note or header stands in the body, at no text; one on a box is around it.
    """
    blocks = read_word(memo).blocks
    found: list[tuple[Sequence[Piece], str]] = []
    for number, text in enumerate(BODY.values()):
        start = blocks[number].text.index(text)
        found.append(([Piece(number, start, start + len(text))], text))
    cell = at(blocks, "稳定在")
    found.append(([Piece(cell, 1, 5)], blocks[cell].text[1:5]))
    first = at(blocks, "跨段引文")
    halves = [Piece(first, 1, len(blocks[first].text)), Piece(first + 1, 0, 7)]
    found.append((halves, "跨段引文的前一半，和它的后一半。"))
    found.append(([Piece(at(blocks, "框中引文"), 2, 4)], "框中引文一处"))
    found += [([Piece(at(blocks, text), 0, 4)], "") for text in ("脚注引文", "页眉引文")]
    return found


def at(blocks: Sequence[Block], text: str) -> int:
    (number,) = (n for n, its in enumerate(blocks) if text in its.text)
    return number


@pytest.fixture(scope="module")
def opened(
    memo: bytes,
    stretches: Sequence[tuple[Sequence[Piece], str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Any:
    """The memo with comments as LibreOffice has opened it: the root of its own format."""
    program = libreoffice.find_program()
    if program is None:
        pytest.skip("needs LibreOffice")
    folder = tmp_path_factory.mktemp("opened")
    comments = [Comment(tuple(pieces), TEXTS, URL) for pieces, _ in stretches]
    (folder / "memo.docx").write_bytes(with_comments(memo, comments))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", "fodt", "memo.docx"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=300)
    return etree.parse(folder / "memo.fodt").getroot()


OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"


def test_libreoffice_finds_each_comment_at_its_text(
    opened: Any, stretches: Sequence[tuple[Sequence[Piece], str]]
) -> None:
    annotations = [its for its in opened.iter(f"{OFFICE}annotation") if author(its) == "引据"]
    assert len(annotations) == len(stretches)
    found = Counter(filter(None, (between(opened, its) for its in annotations)))
    assert found == Counter(filter(None, (text for _, text in stretches)))


def test_libreoffice_reads_what_comments_say(opened: Any) -> None:
    annotations = list(opened.iter(f"{OFFICE}annotation"))
    said = Counter((author(its), *map(plain, its.iter(f"{TEXT}p"))) for its in annotations)
    elsewhere = ["脚注1：“脚注引文”", "文本框：“引文”", "页眉：“页眉引文”"]
    expected = {("引据", text, *TEXTS): 1 for text in elsewhere}
    expected |= {("引据", *TEXTS): len(annotations) - 4, ("张三", "请核对"): 1}
    assert said == expected


def author(annotation: Any) -> str:
    return str(annotation.findtext(CREATOR))


def plain(element: Any) -> str:
    return "".join(element.itertext())


def between(root: Any, annotation: Any) -> str:
    """The text from an annotation to its end, without blanks; "" where it has no stretch."""
    name = annotation.get(f"{OFFICE}name")
    text, is_inside = "", False
    for kind, its in pieces_of(root.find(f"{OFFICE}body")):
        if kind == "text":
            text += its if is_inside else ""
        elif its == name:
            is_inside = kind == "begin"
    return "" if is_inside else "".join(text.split())


def pieces_of(element: Any) -> Iterator[tuple[str, str]]:
    """The texts of a document, with the names of annotations where they begin and end."""
    for its in element:
        if its.tag == f"{OFFICE}annotation":
            yield "begin", its.get(f"{OFFICE}name", "")
        elif its.tag == f"{OFFICE}annotation-end":
            yield "end", its.get(f"{OFFICE}name")
        elif its.tag != f"{TEXT}note":
            yield "text", its.text or ""
            yield from pieces_of(its)
        yield "text", its.tail or ""


# --- The format -------------------------------------------------------------------------------


def complaints(path: Path) -> Counter[tuple[str, str]]:
    validator = OpenXmlValidator(FileFormat.MICROSOFT_365, max_errors=0)
    return Counter((its.part_uri, its.description) for its in validator.validate(path).errors)


def every_stretch(data: bytes) -> list[Comment]:
    """A comment on the middle of each block, and one on each pair of blocks of the body."""
    blocks = read_word(data).blocks
    middles = [
        (Piece(n, len(its.text) // 3, 1 + 2 * len(its.text) // 3),) for n, its in enumerate(blocks)
    ]
    pairs = [
        (Piece(n, len(a.text) // 2, len(a.text)), Piece(n + 1, 0, 1))
        for n, (a, b) in enumerate(pairwise(blocks))
        if a.place.startswith("正文") and b.place.startswith("正文") and len(a.text) > 1
    ]
    return [Comment(its, TEXTS, URL) for its in [*middles, *pairs]]


def assert_no_new_complaints(data: bytes, folder: Path) -> None:
    before, after = folder / "before.docx", folder / "after.docx"
    before.write_bytes(data)
    after.write_bytes(with_comments(data, every_stretch(data)))
    assert set(complaints(after)) <= set(complaints(before))


def test_a_validator_finds_nothing_new(memo: bytes, tmp_path: Path) -> None:
    assert_no_new_complaints(memo, tmp_path)


def test_a_validator_finds_nothing_new_in_the_memo_of_yinju(tmp_path: Path) -> None:
    engine = open_engine(web_index.build(str(tmp_path / "index")))
    ids = [f"rep001-000{number}" for number in (3, 4, 5)]
    memo = gather(engine, ids, "http://localhost:8000", date(2026, 11, 2), "备忘")
    assert_no_new_complaints(as_docx(memo, date(2026, 11, 2)), tmp_path)


@pytest.mark.parametrize("path", sorted((ROOT / "corpus").glob("*.docx")), ids=lambda its: its.stem)
def test_a_validator_finds_nothing_new_in_reports(path: Path, tmp_path: Path) -> None:
    assert_no_new_complaints(path.read_bytes(), tmp_path)


SHARED = sorted((ROOT.parent / "shared" / "files" / "docx").glob("*.docx"))


@pytest.mark.shared
@pytest.mark.parametrize("path", SHARED, ids=lambda its: its.stem)
def test_a_validator_finds_nothing_new_in_odd_files(path: Path, tmp_path: Path) -> None:
    assert_no_new_complaints(path.read_bytes(), tmp_path)
