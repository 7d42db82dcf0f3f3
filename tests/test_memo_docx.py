"""The Word file of a memo: the format of official documents, as declared and as printed."""

from __future__ import annotations

import ctypes
import io
import re
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZipFile

import pypdfium2
import pypdfium2.raw
import pytest
import web_index
from docx import Document
from docx.document import Document as Docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle
from drafts import drafted
from lxml import etree
from memos import quoting
from word_files import texts

from engine.engine import open_engine
from engine.model import Span
from indexer.readers import libreoffice
from search_app.memo import Entry, Memo, Missing, gather
from search_app.memo_docx import as_docx

ROOT = "http://localhost:8000"
TODAY = date(2026, 11, 2)
TRICKY, LONG, DAMAGED = (f"rep001-000{number}" for number in (3, 4, 5))
TITLE = "医保基金监管“回头看”"


@pytest.fixture(scope="module")
def memo(tmp_path_factory: pytest.TempPathFactory) -> Memo:
    location = web_index.build(str(tmp_path_factory.mktemp("memo") / "index"))
    return gather(
        open_engine(location), [TRICKY, "zz-a", DAMAGED, LONG, "zz-b"], ROOT, TODAY, TITLE
    )


@pytest.fixture(scope="module")
def document(memo: Memo) -> Docx:
    return Document(io.BytesIO(as_docx(memo, TODAY)))


# --- What it says -----------------------------------------------------------------------------


def test_the_memo_is_read_in_its_order_with_sources_that_match(memo: Memo, tmp_path: Path) -> None:
    path = tmp_path / "memo.docx"
    path.write_bytes(as_docx(memo, TODAY))
    reference = "甲县医疗保障局. 甲县医疗保障局2024年工作总结[R/OL]. 2024-12-23：第{}段. {}."
    details = "位置：一、主要工作；地区：湖南省怀化市甲县；年份：2024。"
    assert texts(drafted(path)) == [
        *(TITLE, "（2026年11月2日）", "一、引文摘录"),
        f"{web_index.TRICKY}[1]",
        *(f"{web_index.DAMAGED}[2]", "（原文此处乱码，引用前请核对原件。）"),
        *(f"{web_index.LONG}[3]", "二、引文来源"),
        f"[1]\t{reference.format(3, f'{ROOT}/p/{TRICKY}')}{details}",
        f"[2]\t{reference.format(5, f'{ROOT}/p/{DAMAGED}')}{details}",
        f"[3]\t{reference.format(4, f'{ROOT}/p/{LONG}')}{details}",
        *("三、未列入的段落", "以下各段未能列入（索引中找不到）：zz-a、zz-b。"),
    ]


def test_each_quotation_has_room_above_and_leads_to_its_source(document: Docx) -> None:
    blocks = document.paragraphs
    quotes = [at for at, block in enumerate(blocks) if block.style.name == "Quote"]
    assert len(quotes) == 3
    for number, at in enumerate(quotes, 1):
        room = blocks[at - 1]
        assert (room.style.name, room.text) == ("Body Text", "")
        (link,) = blocks[at]._p.iterchildren(qn("w:hyperlink"))
        (mark,) = document.element.body.iterfind(
            f".//{qn('w:bookmarkStart')}[@{qn('w:name')}='{link.get(qn('w:anchor'))}']"
        )
        assert "".join(mark.getparent().itertext()).startswith(f"[{number}]")


def test_permalinks_are_real_links(document: Docx, memo: Memo) -> None:
    sources = [block for block in document.paragraphs if block.style.name == "Bibliography"]
    links = [link for block in sources for link in block.hyperlinks]
    assert [link.address for link in links] == [entry.url for entry in memo.entries]
    assert [link.text for link in links] == [entry.url for entry in memo.entries]


def test_scans_are_flagged(memo: Memo) -> None:
    scanned = replace(memo, items=(quoting(memo.entries[0], ocr=True),))
    flagged = Document(io.BytesIO(as_docx(scanned, TODAY)))
    blocks = {block.style.name: block.text for block in flagged.paragraphs}
    assert blocks["引文提示"] == "（识别自扫描件，引用前请核对原件。）"
    assert "未列入" not in "".join(block.text for block in flagged.paragraphs)


def test_what_xml_cannot_hold_is_replaced(memo: Memo) -> None:
    broken = quoting(memo.entries[0], text="坏\x00字\x0b符\ufffe")
    made = Document(io.BytesIO(as_docx(Memo((broken, Missing("\x00", "")), "坏\x01"), TODAY)))
    assert "坏\ufffd字\ufffd符\ufffd[1]" in [block.text for block in made.paragraphs]
    assert made.core_properties.title == "坏\ufffd"


# --- How it says so: GB/T 9704—2012 -------------------------------------------------------------


def test_page_and_grid(document: Docx) -> None:
    page = document.sections[0]
    near = Mm(0.1)
    assert (page.page_width, page.page_height) == pytest.approx((Mm(210), Mm(297)), abs=near)
    assert (page.top_margin, page.left_margin) == pytest.approx((Mm(37), Mm(28)), abs=near)
    width = page.page_width - page.left_margin - page.right_margin
    height = page.page_height - page.top_margin - page.bottom_margin
    assert (width, height) == pytest.approx((Mm(156), Mm(225)), abs=near)
    grid = page._sectPr.find(qn("w:docGrid"))
    line = document.styles["Normal"].paragraph_format.line_spacing
    assert grid.get(qn("w:type")) == "linesAndChars"
    assert Pt(int(grid.get(qn("w:linePitch"))) / 20) == line
    assert height // line == 22
    assert width // (Pt(16) + Pt(int(grid.get(qn("w:charSpace"))) / 4096)) == 28
    defaults = document.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:spacing')}")
    assert width // (Pt(16) + Pt(int(defaults.get(qn("w:val"))) / 20)) == 28


STYLES = [
    ("Title", "方正小标宋简体", 22),
    ("Heading 1", "黑体", 16),
    ("Heading 2", "楷体_GB2312", 16),
    ("Heading 3", "仿宋_GB2312", 16),
    ("Body Text", "仿宋_GB2312", 16),
    ("Quote", "仿宋_GB2312", 16),
    ("Bibliography", "仿宋_GB2312", 16),
    ("Footer", "宋体", 14),
]


@pytest.mark.parametrize(("name", "font", "size"), STYLES)
def test_styles_have_their_fonts(document: Docx, name: str, font: str, size: float) -> None:
    chain: list[ParagraphStyle] = []
    style = document.styles[name]
    while style is not None:
        chain.append(style)
        style = style.base_style
    fonts = [each.element.find(f".//{qn('w:rFonts')}") for each in chain]
    fonts.append(document.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:rFonts')}"))
    chinese = [each.get(qn("w:eastAsia")) for each in fonts if each is not None]
    assert next(filter(None, chinese)) == font
    assert next(each.font.size for each in chain if each.font.size) == Pt(size)


def test_fonts_that_are_not_installed_have_others_in_their_place(document: Docx) -> None:
    table = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE).blob
    fonts = {font.get(qn("w:name")): font for font in etree.fromstring(table)}
    for _, name, _ in STYLES:
        assert fonts[name].find(qn("w:altName")).get(qn("w:val"))
        assert fonts[name].find(qn("w:charset")).get(qn("w:val")) == "86"  # GB 2312


def test_chinese_quotation_marks_are_wide(document: Docx) -> None:
    (language,) = document.styles.element.iterfind(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
    assert language.get(qn("w:eastAsia")) == "zh-CN"
    runs = [*document.element.body.iterfind(f".//{qn('w:r')}")]
    assert len(runs) > 10
    for run in runs:
        assert run.rPr.rFonts.get(qn("w:hint")) == "eastAsia"


def test_text_is_indented_by_two_characters(document: Docx) -> None:
    for name in ("Body Text", "Heading 1"):
        style = document.styles[name].element
        indent = style.find(f".//{qn('w:ind')}")
        if indent is None:  # that of its numbering
            indent = document.part.numbering_part.element.find(f".//{qn('w:ind')}")
        assert indent.get(qn("w:firstLineChars")) == "200"


# A title, and where GB/T 9704, 7.3.1, breaks it: between words, into lines that are alike.
TITLES = [
    ("备忘", "备忘"),
    ("各地政府工作报告关于“新质生产力”的表述", "各地政府工作报告关于“新质生产力”的表述"),
    (
        "关于因地制宜发展新质生产力有关情况的调研报告（供参阅）",
        "关于因地制宜发展新质生产力有关情况的\n调研报告（供参阅）",
    ),
    (
        "省内各市州政府工作报告中有关《规划纲要》落实情况",
        "省内各市州政府工作报告中有关\n《规划纲要》落实情况",
    ),
    (
        "优化营商环境持续激发各类经营主体活力不断增强",
        "优化营商环境持续激发各类经营主体活力不断增强",
    ),
    ("长" * 30 + "的" + "短" * 5, "长" * 30 + "的" + "短" * 5),
    ("甲的" * 30, "甲的" * 30),
]


@pytest.mark.parametrize(("title", "lines"), TITLES, ids=range(len(TITLES)))
def test_a_long_title_breaks_between_words(memo: Memo, title: str, lines: str) -> None:
    made = Document(io.BytesIO(as_docx(replace(memo, title=title), TODAY)))
    assert made.paragraphs[0].text == lines
    assert made.core_properties.title == title


# ECMA-376, part 1: a sequence in each of these; Word calls a file damaged that has another order.
ORDER = {
    "rPr": (
        "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint"
        " noProof snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u"
        " effect bdr shd fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath"
    ),
    "pPr": (
        "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers"
        " pBdr shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct"
        " autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid spacing ind contextualSpacing"
        " mirrorIndents suppressOverlap jc textDirection textAlignment textboxTightWrap"
        " outlineLvl divId cnfStyle rPr sectPr pPrChange"
    ),
    "sectPr": (
        "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders"
        " lnNumType pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter"
        " docGrid printerSettings sectPrChange"
    ),
    "style": (
        "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed"
        " qFormat locked personal personalCompose personalReply rsid pPr rPr tblPr trPr tcPr"
        " tblStylePr"
    ),
    "styles": "docDefaults latentStyles style",
    "docDefaults": "rPrDefault pPrDefault",
    "lvl": "start numFmt lvlRestart pStyle isLgl suff lvlText lvlPicBulletId legacy lvlJc pPr rPr",
    "font": "altName panose1 charset family notTrueType pitch sig",
    "settings": (
        "writeProtection view zoom defaultTabStop evenAndOddHeaders characterSpacingControl"
        " compat themeFontLang"
    ),
    "p": "pPr bookmarkStart bookmarkEnd r hyperlink fldSimple",
    "r": "rPr t tab br",
}
REPEATED = ("p", "r")  # whose contents come in any order behind the first


def test_elements_are_in_the_order_that_word_needs(memo: Memo) -> None:
    marked = replace(memo, items=tuple(_marked(item) for item in memo.items))
    with ZipFile(io.BytesIO(as_docx(marked, TODAY))) as package:
        parts = [package.read(name) for name in package.namelist() if name.startswith("word/")]
    seen = set()
    for part in parts:
        for element in etree.fromstring(part).iter(*(qn(f"w:{name}") for name in ORDER)):
            name = etree.QName(element).localname
            order = ORDER[name].split()
            places = [order.index(etree.QName(child).localname) for child in element]
            seen.add(name)
            if name in REPEATED:
                places = [min(place, 1) for place in places]
            assert places == sorted(places), etree.tostring(element)
    assert seen == {*ORDER}


def _marked(item: Entry | Missing) -> Entry | Missing:
    """The entry with its first characters marked."""
    if isinstance(item, Missing):
        return item
    hit = replace(item.hit, spans=(Span(0, 4, "query"),))
    return replace(item, passage=replace(item.passage, hit=hit))


def test_properties_are_its_own(document: Docx) -> None:
    about = document.core_properties
    assert (about.title, about.language) == (TITLE, "zh-CN")
    assert about.created == about.modified == datetime(2026, 11, 2, tzinfo=about.created.tzinfo)
    assert (about.author, about.last_modified_by, about.comments) == ("", "", "")


# --- How LibreOffice prints it ------------------------------------------------------------------

LEFT, RIGHT = Mm(28).pt, Mm(28 + 156).pt
CHARACTER = 15.75  # points
# A line of 28 characters whose quotation marks never stand at the end of a line.
SENTENCE = "守住“救命钱”，用好每一分钱，让参保人看得上病看得起病。"


class Line(NamedTuple):
    """A printed line: its text without blanks, and where it begins and ends, in points."""

    text: str
    left: float
    right: float


@pytest.fixture(scope="module")
def pages(memo: Memo, tmp_path_factory: pytest.TempPathFactory) -> Sequence[Sequence[Line]]:
    """The lines of each page, from above, of a memo with a quotation of several pages."""
    program = libreoffice.find_program()
    if program is None:
        pytest.skip("needs LibreOffice")
    folder = tmp_path_factory.mktemp("printed")
    entries = (quoting(memo.entries[0], text=SENTENCE * 120), *memo.entries)
    (folder / "memo.docx").write_bytes(as_docx(replace(memo, items=entries), TODAY))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", "pdf", "memo.docx"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=300)
    with pypdfium2.PdfDocument(folder / "memo.pdf") as printed:
        return [lines_of(page) for page in printed]


def lines_of(page: pypdfium2.PdfPage) -> list[Line]:
    text = page.get_textpage()
    signs = ((at, text.get_text_range(at, 1)) for at in range(text.count_chars()))
    boxes = [
        (baseline(text, at), *text.get_charbox(at, loose=True), sign)
        for at, sign in signs
        if sign.strip()
    ]
    lines: list[list[Any]] = []
    for box in sorted(boxes, reverse=True):
        # Figures above the line belong to it.
        if not lines or lines[-1][0][0] - box[0] > 10:
            lines.append([])
        lines[-1].append(box)
    in_order = [sorted(line, key=lambda box: box[1]) for line in lines]
    return [Line("".join(box[-1] for box in line), line[0][1], line[-1][3]) for line in in_order]


def baseline(text: pypdfium2.PdfTextPage, at: int) -> float:
    x, y = ctypes.c_double(), ctypes.c_double()
    assert pypdfium2.raw.FPDFText_GetCharOrigin(text, at, x, y)
    return y.value


def test_a_full_page_has_22_lines_of_28_characters(pages: Sequence[Sequence[Line]]) -> None:
    for *body, _number in pages[1:5]:
        assert [len(line.text) for line in body] == [28] * 22
        for line in body:
            assert (line.left, line.right) == pytest.approx((LEFT, RIGHT), abs=1.5)


def test_no_page_has_more(pages: Sequence[Sequence[Line]]) -> None:
    """LibreOffice lets a stop hang into the margin, though the styles tell it not to."""
    assert len(pages) > 6
    for *body, _number in pages:
        assert len(body) <= 22
        for line in body:
            hangs = line.text[-1] in "，。、；：”）"
            assert line.left > LEFT - 1
            assert line.right < RIGHT + 1 + hangs * CHARACTER
            assert len(re.findall("[\u3000-\uffef]", line.text)) <= 28 + hangs


def test_page_numbers_are_outside_by_one_character(pages: Sequence[Sequence[Line]]) -> None:
    for number, (*_, last) in enumerate(pages, 1):
        assert last.text == f"—{number}—"
        if number % 2:
            assert last.right == pytest.approx(RIGHT - CHARACTER, abs=1)
        else:
            assert last.left == pytest.approx(LEFT + CHARACTER, abs=1)
