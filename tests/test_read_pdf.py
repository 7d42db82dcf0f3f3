"""PDF files by kinds: what is the report's text on a page, and what is not."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pypdfium2
import pytest
from drafts import drafted, only
from PIL import Image
from reportlab.lib.colors import Color, red, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from typeset import FONT

from engine.errors import ReadError
from indexer.draft import Block, Draft
from indexer.readers import pdf
from indexer.readers.pdf import ocr, page_ranges

LINES = (
    "　　全县粮食生产再获丰收，新修渠道四十公里，改造低产田两万",
    "亩，仓储能力比上年多出一成，农户收入稳步增加。",
    "　　一是建好园区道路，铺设供水管网三十公里，引进企业十二家",
    "，带动就业两千人，园区产值增长百分之九。",
    "　　二是办好乡村学校，新建校舍五栋，培训教师六百人次，适龄",
)
REST = ("儿童入学率稳定在高位。", "　　三是修缮乡镇卫生院十所，配齐药品和设备，方便群众看病。")
PARAGRAPHS = [
    "全县粮食生产再获丰收，新修渠道四十公里，改造低产田两万亩，仓储能力比上年多出一成，农户收入稳步增加。",
    "一是建好园区道路，铺设供水管网三十公里，引进企业十二家，带动就业两千人，园区产值增长百分之九。",
    "二是办好乡村学校，新建校舍五栋，培训教师六百人次，适龄儿童入学率稳定在高位。",
    "三是修缮乡镇卫生院十所，配齐药品和设备，方便群众看病。",
]
TITLE = "某县2023年工作情况报告"
Draw = Callable[[Canvas, int], None]


@pytest.fixture(autouse=True)
def without_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests say the same whether the extra is installed or not."""
    monkeypatch.setattr(pdf, "is_installed", lambda: False)


def texts(draft: Draft) -> list[str]:
    return [block.text for block in draft.blocks]


def draw_lines(canvas: Canvas, lines: Sequence[str], top: float, size: float = 16) -> None:
    canvas.setFont(FONT, size)
    for row, line in enumerate(lines):
        indent = 2 * size * line.startswith("　　")
        canvas.drawString(72 + indent, top - 1.75 * size * row, line.strip())


def printed(path: Path, draw: Draw | None = None, title: str = TITLE) -> Path:
    """A PDF of two pages whose third paragraph goes over the page; ``draw`` adds to each page."""
    canvas = Canvas(str(path), pagesize=A4)
    for page, lines in enumerate((LINES, REST)):
        if page == 0:
            canvas.setFont(FONT, 22)
            canvas.drawCentredString(A4[0] / 2, 740, title)
        draw_lines(canvas, lines, 690)
        if draw:
            draw(canvas, page)
        canvas.showPage()
    canvas.save()
    return path


def in_picture(lines: Sequence[str]) -> ImageReader:
    """A picture as of a scanned page; what is on it does not matter here."""
    data = io.BytesIO()
    Image.new("L", (60, 80 + len(lines)), 200).save(data, "PNG")
    data.seek(0)
    return ImageReader(data)


def test_paragraphs_over_a_page_and_the_title(tmp_path: Path) -> None:
    draft = drafted(printed(tmp_path / "a.pdf"))
    assert list(draft.blocks) == [Block(TITLE, 1), *map(Block, PARAGRAPHS)]
    assert (draft.lines, draft.metadata, draft.problems) == (False, {"title": TITLE}, ())


NUMBERS = ["{}", "－{}－", "— {} —", "-{}-", "{} / 2", "第{}页", "第 {} 页 共 2 页", "·{}·", "{}/2"]
NUMBERS += [
    "Page {} of 2",
    "（{}）",
    "第{}页/共2页",
    "~{}~",
    "{}页",
    "〔{}〕",
    "页码：{}",
    "{}/2页",
    "第{}页（共2页）",
]


@pytest.mark.parametrize("form", NUMBERS)
@pytest.mark.parametrize("height", [40, 800])
def test_page_numbers_are_left_out(tmp_path: Path, form: str, height: float) -> None:
    def number(canvas: Canvas, page: int) -> None:
        canvas.setFont(FONT, 12)
        canvas.drawString(280 + 100 * page, height, form.format(page + 1))

    assert texts(drafted(printed(tmp_path / "a.pdf", number))) == [TITLE, *PARAGRAPHS]


def test_page_numbers_that_do_not_begin_with_one_or_are_roman(tmp_path: Path) -> None:
    for form in (lambda page: str(page + 37), lambda page: "iv"[page:], lambda page: "ⅰⅱ"[page]):

        def number(canvas: Canvas, page: int, form: Callable[[int], str] = form) -> None:
            canvas.setFont(FONT, 12)
            canvas.drawString(290, 40, form(page))

        assert texts(drafted(printed(tmp_path / "a.pdf", number))) == [TITLE, *PARAGRAPHS]


def test_a_number_that_ends_the_text_stays(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    draw_lines(canvas, [*LINES, *REST, "　　合计如下：", "　　46"], 760)
    canvas.save()
    assert texts(drafted(tmp_path / "a.pdf"))[-2:] == ["合计如下：", "46"]


def test_heads_of_odd_and_even_pages_are_left_out(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    expected = []
    for page in range(6):
        canvas.setFont(FONT, 11)
        canvas.drawString(90 if page % 2 else 380, 800, ("某县政报", "2023年第5期")[page % 2])
        canvas.drawString(200, 30, "某县人民政府办公室编印")
        if page == 0:
            canvas.setFont(FONT, 16)
            canvas.drawCentredString(A4[0] / 2, 760, TITLE)
        first = f"　　第{'甲乙丙丁戊己'[page]}项工作进展顺利，各乡镇按月报送台账，逐项核对数据，全"
        second = f"年完成投资{page * 17 + 3}亿元。"
        draw_lines(canvas, [first, second], 720)
        expected.append(first.strip() + second)
        canvas.showPage()
    canvas.save()
    assert texts(drafted(tmp_path / "a.pdf")) == [TITLE, *expected]


def test_a_running_head_that_may_be_the_title_stays_once(tmp_path: Path) -> None:
    def head(canvas: Canvas, page: int) -> None:
        canvas.setFont(FONT, 16)
        canvas.drawString(200, 790, "某县统计局工作简况")

    assert texts(drafted(printed(tmp_path / "a.pdf", head, title="")))[:1] == ["某县统计局工作简况"]


@pytest.mark.parametrize("mark", ["①", "1 ", "[1]", "注：", "* "])
@pytest.mark.parametrize("ruled", [True, False])
def test_footnotes_are_paragraphs_after_the_sentence(
    tmp_path: Path, mark: str, ruled: bool
) -> None:
    def note(canvas: Canvas, page: int) -> None:
        if page == 0:
            if ruled:
                canvas.line(72, 118, 220, 118)
            canvas.setFont(FONT, 10.5)
            canvas.drawString(72, 100, f"{mark}渠道含干渠和支渠，长度以水利部门年报为准。")

    first, second, third, fourth = PARAGRAPHS
    expected = [
        TITLE,
        first,
        second,
        third,
        f"{mark}渠道含干渠和支渠，长度以水利部门年报为准。",
        fourth,
    ]
    assert texts(drafted(printed(tmp_path / "a.pdf", note))) == expected


def test_watermarks_are_left_out(tmp_path: Path) -> None:
    def leaning(canvas: Canvas, page: int) -> None:
        for x, y in ((120, 300), (300, 560)):
            canvas.saveState()
            canvas.setFont(FONT, 36)
            canvas.setFillColor(Color(0, 0, 0, 0.15))
            canvas.translate(x, y)
            canvas.rotate(40)
            canvas.drawString(0, 0, "仅供内部 传阅")
            canvas.restoreState()

    def upright(canvas: Canvas, page: int) -> None:
        canvas.saveState()
        canvas.setFont(FONT, 40)
        canvas.setFillGray(0.85)
        canvas.drawString(150, 640, "征求意见稿")
        canvas.restoreState()

    def at_the_side(canvas: Canvas, page: int) -> None:
        canvas.saveState()
        canvas.setFont(FONT, 10)
        canvas.translate(575, 300)
        canvas.rotate(270)
        canvas.drawString(0, 0, "某县政报增刊")
        canvas.restoreState()

    def small(canvas: Canvas, page: int) -> None:
        canvas.setFont(FONT, 14)
        canvas.setFillGray(0.8)
        for row in range(4):
            canvas.drawString(150, 685 - 55 * row, "某县档案馆")

    for draw in (leaning, upright, at_the_side, small):
        assert texts(drafted(printed(tmp_path / "a.pdf", draw))) == [TITLE, *PARAGRAPHS]


@pytest.mark.parametrize(
    "title",
    [
        ["某县人民政府关于做好冬季供暖和煤炭", "储备工作的通知"],
        ["某县人民政府", "关于下达二〇二三年水利建设", "任务的通知"],
    ],
)
def test_a_letterhead_is_no_title(tmp_path: Path, title: list[str]) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    canvas.setFillColor(red)
    canvas.setFont(FONT, 40)
    canvas.drawCentredString(A4[0] / 2, 730, "某县人民政府文件")
    canvas.setStrokeColor(red)
    canvas.line(72, 640, 520, 640)
    canvas.setFillGray(0)
    canvas.setFont(FONT, 16)
    canvas.drawCentredString(A4[0] / 2, 660, "某政发〔2023〕8号")
    canvas.setFont(FONT, 22)
    for row, line in enumerate(title):
        canvas.drawCentredString(A4[0] / 2, 600 - 32 * row, line)
    draw_lines(canvas, ["各乡镇人民政府，县直各单位：", *LINES[:2]], 480)
    canvas.setFont(FONT, 16)
    canvas.drawRightString(520, 330, "某县人民政府")
    canvas.drawRightString(520, 302, "2023年11月6日")
    canvas.save()
    draft = drafted(tmp_path / "a.pdf")
    assert list(draft.blocks) == [
        Block("某县人民政府文件"),
        Block("某政发〔2023〕8号"),
        Block("".join(title), 1),
        Block("各乡镇人民政府，县直各单位："),
        Block(PARAGRAPHS[0]),
        Block("某县人民政府"),
        Block("2023年11月6日"),
    ]
    assert draft.metadata == {"title": "".join(title)}


def test_a_title_as_small_as_the_text(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    canvas.setFont(FONT, 16)
    for row, line in enumerate(("某县人民政府关于做好二〇二三年冬季供暖和", "煤炭储备工作的通知")):
        canvas.drawCentredString(72 + 15 * 16, 760 - 28 * row, line)
    draw_lines(canvas, ["各乡镇人民政府：", *LINES, *REST], 690)
    canvas.save()
    title = "某县人民政府关于做好二〇二三年冬季供暖和煤炭储备工作的通知"
    draft = drafted(tmp_path / "a.pdf")
    assert texts(draft) == [title, "各乡镇人民政府：", *PARAGRAPHS]
    assert draft.metadata == {"title": title}


def rows_of(draft: Draft) -> list[str]:
    return [block.text for block in draft.blocks if block.row]


def grid(canvas: Canvas, cells: Sequence[Sequence[str]], top: float, borders: bool) -> None:
    canvas.setFont(FONT, 12)
    for row, line in enumerate(cells):
        y = top - 24 * row
        for column, cell in enumerate(line):
            if borders:
                canvas.rect(72 + 110 * column, y - 24, 110, 24)
            canvas.drawCentredString(72 + 110 * column + 55, y - 16, cell)


CELLS = [["乡镇", "户数", "上年", "今年"], ["东乡", "312", "", "46.8"], ["西乡", "", "51.20", "60"]]
CELLS += [["北乡", "97", "8", ""]]


@pytest.mark.parametrize("borders", [True, False])
def test_rows_of_tables_keep_empty_cells(tmp_path: Path, borders: bool) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    draw_lines(canvas, LINES[:2], 760)
    grid(canvas, CELLS, 690, borders)
    draw_lines(canvas, LINES[2:4], 540)
    canvas.save()
    draft = drafted(tmp_path / "a.pdf")
    assert texts(draft) == [
        PARAGRAPHS[0],
        *("｜".join(row) for row in CELLS),
        PARAGRAPHS[1],
    ]
    assert len(rows_of(draft)) == len(CELLS)


def test_cells_that_take_several_places(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    draw_lines(canvas, LINES[:2], 760)
    for box in (72, 600, 100, 60), (172, 630, 200, 30), (172, 600, 100, 30), (272, 600, 100, 30):
        canvas.rect(*box)
    for box in (72, 540, 100, 60), (172, 570, 100, 30), (172, 540, 100, 30), (272, 540, 100, 60):
        canvas.rect(*box)
    canvas.setFont(FONT, 12)
    places = ((100, 626, "地区"), (250, 640, "产量"), (200, 610, "稻谷"), (300, 610, "小麦"))
    places += ((90, 566, "东部各乡"), (200, 580, "12"), (200, 550, "14"), (300, 575, "长势"))
    places += ((300, 560, "良好"),)
    for x, y, text in places:
        canvas.drawString(x, y, text)
    canvas.save()
    assert rows_of(drafted(tmp_path / "a.pdf")) == [
        "地区｜产量｜",
        "｜稻谷｜小麦",
        "东部各乡｜12｜长势良好",
        "｜14｜",
    ]


def test_a_frame_around_text_is_no_table(tmp_path: Path) -> None:
    def frame(canvas: Canvas, page: int) -> None:
        canvas.rect(60, 60, 480, 730)
        canvas.line(60, 60, 540, 60)

    draft = drafted(printed(tmp_path / "a.pdf", frame))
    assert (texts(draft), rows_of(draft)) == ([TITLE, *PARAGRAPHS], [])


def test_numbered_items_are_no_table(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    canvas.setFont(FONT, 16)
    for row, text in enumerate(("修好道路。", "种好树木。", "管好河流。", "建好学校。")):
        canvas.drawString(72, 700 - 28 * row, f"{row + 1}.")
        canvas.drawString(120, 700 - 28 * row, text)
    canvas.save()
    assert rows_of(drafted(tmp_path / "a.pdf")) == []


def test_fake_bold_and_turned_text_once(tmp_path: Path) -> None:
    def more(canvas: Canvas, page: int) -> None:
        if page == 0:
            canvas.setFont(FONT, 22)
            canvas.drawCentredString(A4[0] / 2 + 0.4, 740, TITLE)  # a second time, aside
            canvas.saveState()
            canvas.setFont(FONT, 12)
            canvas.translate(40, 300)
            canvas.rotate(90)
            canvas.drawString(0, 0, "单位：公里")
            canvas.restoreState()

    first, second, third, fourth = PARAGRAPHS
    assert texts(drafted(printed(tmp_path / "a.pdf", more))) == [
        TITLE,
        first,
        second,
        third,
        "单位：公里",
        fourth,
    ]


def test_a_page_that_lies_on_its_side(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(A4[1], A4[0]))
    canvas.translate(0, 595)
    canvas.rotate(-90)
    draw_lines(canvas, [*LINES, *REST], 760)
    canvas.save()
    assert texts(drafted(tmp_path / "a.pdf")) == PARAGRAPHS


def unseen(canvas: Canvas, lines: Sequence[str], top: float) -> None:
    text = canvas.beginText(72, top)
    text.setFont(FONT, 16)
    text.setTextRenderMode(3)
    for line in lines:
        text.textLine(line)
    canvas.drawText(text)


def test_what_nobody_sees_is_left_out(tmp_path: Path) -> None:
    def in_mode_three(canvas: Canvas, page: int) -> None:
        unseen(canvas, ["隐去的一行。"], 300)

    def second_layer(canvas: Canvas, page: int) -> None:
        unseen(canvas, [line.strip() for line in (LINES, REST)[page]], 691)

    def white_on_white(canvas: Canvas, page: int) -> None:
        canvas.setFillColor(white)
        canvas.drawString(72, 300, "白色的一行。")

    def transparent(canvas: Canvas, page: int) -> None:
        canvas.setFillColor(Color(0, 0, 0, 0))
        canvas.drawString(72, 300, "透明的一行。")

    def outside(canvas: Canvas, page: int) -> None:
        canvas.drawString(700, 300, "页外的一行。")

    def tiny(canvas: Canvas, page: int) -> None:
        canvas.setFont(FONT, 0.8)
        canvas.drawString(72, 300, "看不清的一行。")

    for draw in (tiny, in_mode_three, second_layer, white_on_white, transparent, outside):
        assert texts(drafted(printed(tmp_path / "a.pdf", draw))) == [TITLE, *PARAGRAPHS]


def test_white_text_on_a_dark_ground_is_read(tmp_path: Path) -> None:
    def banner(canvas: Canvas, page: int) -> None:
        canvas.setFillColor(Color(0.7, 0, 0))
        canvas.rect(60, 280, 300, 50, fill=1, stroke=0)
        canvas.setFillColor(white)
        canvas.setFont(FONT, 16)
        canvas.drawString(80, 300, ("产业篇章", "民生事项")[page])

    assert "产业篇章" in texts(drafted(printed(tmp_path / "a.pdf", banner)))


@pytest.mark.parametrize("above", [True, False])
def test_text_under_a_scan_is_its_text(tmp_path: Path, above: bool) -> None:
    """A program wrote it there: unseen, or painted over by the picture of the page."""
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    for lines in (LINES, REST):
        if above:
            canvas.drawImage(in_picture(lines), 0, 0, *A4)
            text = canvas.beginText(72, 700)
            text.setTextRenderMode(3)
        else:
            text = canvas.beginText(72, 700)
        text.setFont(FONT, 16, leading=28)
        for line in lines:
            text.setXPos(32 * line.startswith("　　"))
            text.textLine(line.strip())
            text.setXPos(-32 * line.startswith("　　"))
        canvas.drawText(text)
        if not above:
            canvas.drawImage(in_picture(lines), 0, 0, *A4)
        canvas.showPage()
    canvas.save()
    draft = drafted(tmp_path / "a.pdf")
    assert list(draft.blocks) == [Block(text, ocr=True) for text in PARAGRAPHS]


def test_scanned_pages_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    canvas = Canvas(str(path), pagesize=A4)
    for page in range(7):
        if page in (1, 4, 5, 6):
            canvas.drawImage(in_picture(LINES), 0, 0, *A4)
            canvas.setFont(FONT, 9)
            canvas.drawString(200, 20, "扫描全能王 创建")
        else:
            draw_lines(canvas, [f"　　第{page}项工作按时完成，资金拨付到位，台账齐全。"], 700)
        canvas.showPage()
    canvas.save()
    draft = drafted_with_problems(path)
    (problem,) = draft.problems
    assert problem.startswith("第 2、5—7 页是扫描件")
    assert "yinju[ocr]" in problem
    assert len(draft.blocks) == 3


def drafted_with_problems(path: Path) -> Draft:
    from indexer.read import read_file

    draft, *errors = read_file(path, path.name)
    assert isinstance(draft, Draft)
    assert len(errors) == len(draft.problems)
    return draft


def refused(path: Path, why: str) -> None:
    result = only(path)
    assert isinstance(result, ReadError)
    assert (result.source, why in result.reason) == (path.name, True), result.reason


def test_nothing_but_scans_is_refused(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    for page in range(2):
        for strip in range(4):  # a scan may come in strips
            canvas.drawImage(in_picture(LINES), 0, 210 * strip, A4[0], 211)
        canvas.setFont(FONT, 9)
        canvas.drawString(200, 20, f"第{page + 1}页")
        canvas.showPage()
    canvas.save()
    refused(
        tmp_path / "a.pdf", "扫描件没有文字层；请先做 OCR，或安装识别程序：pip install 'yinju[ocr]'"
    )


def test_a_picture_in_a_report_is_no_scan(tmp_path: Path) -> None:
    def picture(canvas: Canvas, page: int) -> None:
        canvas.drawImage(in_picture(LINES), 100, 100, 300, 200)

    assert drafted(printed(tmp_path / "a.pdf", picture)).problems == ()


@pytest.mark.parametrize(
    ("numbers", "shown"), [([1], "2"), ([0, 1, 2], "1—3"), ([1, 4, 5, 6, 9], "2、5—7、10")]
)
def test_page_ranges(numbers: list[int], shown: str) -> None:
    assert page_ranges(numbers) == shown


def test_annotations_and_fields_are_read(tmp_path: Path) -> None:
    def more(canvas: Canvas, page: int) -> None:
        if page == 1:
            canvas.textAnnotation("校舍应为六栋。", Rect=[100, 100, 200, 130])
            canvas.acroForm.textfield(
                name="a", value="37.5", x=100, y=300, width=80, height=20, fontName="Helvetica"
            )

    assert texts(drafted(printed(tmp_path / "a.pdf", more))) == [
        TITLE,
        *PARAGRAPHS,
        "校舍应为六栋。",
        "37.5",
    ]


def raw_pdf(contents: Sequence[bytes], encodings: Sequence[bytes]) -> bytes:
    """A PDF of these pages, whose fonts /F0, /F1 … have these encodings and no character map."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b""]
    fonts = []
    for encoding in encodings:
        fonts.append(len(objects) + 1)
        objects.append(
            b"<</Type/Font/Subtype/Type0/BaseFont/AAAAA%d+Made/Encoding/%s"
            b"/DescendantFonts[%d 0 R]>>" % (fonts[-1], encoding, fonts[-1] + 1)
        )
        objects.append(
            b"<</Type/Font/Subtype/CIDFontType2/BaseFont/AAAAA%d+Made/DW 1000/CIDSystemInfo"
            b"<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor %d 0 R>>"
            % (fonts[-1], fonts[-1] + 2)
        )
        objects.append(
            b"<</Type/FontDescriptor/FontName/AAAAA%d+Made/Flags 4/FontBBox[0 -200 1000 900]"
            b"/ItalicAngle 0/Ascent 900/Descent -200/CapHeight 700/StemV 80>>" % fonts[-1]
        )
    resources = b"".join(b"/F%d %d 0 R" % each for each in enumerate(fonts))
    pages = []
    for content in contents:
        pages.append(len(objects) + 1)
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R"
            b"/Resources<</Font<<%s>>>>>>" % (len(objects) + 2, resources)
        )
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))
    kids = b" ".join(b"%d 0 R" % page for page in pages)
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(pages), kids)
    data, offsets = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj%s endobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return data + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (len(objects) + 1, table, len(objects) + 1, len(data))
    )


def shown(font: int, codes: Sequence[int], top: int) -> bytes:
    """A program that shows 20 codes a line."""
    lines = [codes[at : at + 20] for at in range(0, len(codes), 20)]
    return b"\n".join(
        b"BT /F%d 16 Tf 72 %d Td <%s> Tj ET"
        % (font, top - 28 * row, b"".join(b"%04X" % code for code in line))
        for row, line in enumerate(lines)
    )


GOOD = [ord(char) for char in "".join(PARAGRAPHS)]
BAD = [0x0E00 + at * 7 % 900 for at in range(100)]  # shapes that Thai and other scripts stand for
SHIFTED = [code + 1 for code in GOOD]  # a map that is there, but wrong
NARROW = [0x23 + at * 5 % 80 for at in range(100)]  # letters, as wide as Han characters


def test_a_font_with_a_wrong_character_map(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(raw_pdf([shown(0, SHIFTED, 700)], [b"UniGB-UTF16-H"]))
    refused(path, "字体没有可用的字符对照表")
    path.write_bytes(raw_pdf([shown(0, GOOD, 700)], [b"UniGB-UTF16-H"]))
    assert "".join(texts(drafted(path))) == "".join(PARAGRAPHS)


@pytest.mark.parametrize("codes", [BAD, NARROW])
def test_fonts_without_a_character_map(tmp_path: Path, codes: list[int]) -> None:
    path = tmp_path / "a.pdf"
    utf16 = b"UniGB-UTF16-H"
    path.write_bytes(raw_pdf([shown(1, codes, 700)], [utf16, b"Identity-H"]))
    refused(path, "字体没有可用的字符对照表")
    path.write_bytes(raw_pdf([shown(0, GOOD, 700), shown(1, codes, 700)], [utf16, b"Identity-H"]))
    draft = drafted_with_problems(path)
    assert draft.problems[0].startswith("第 2 页的字体没有可用的字符对照表")
    page = shown(0, GOOD, 760) + b"\n" + shown(1, codes[:30], 300)
    path.write_bytes(raw_pdf([page], [utf16, b"Identity-H"]))
    draft = drafted(path)
    assert [block.damaged for block in draft.blocks][:: len(draft.blocks) - 1] == [False, True]


def test_bytes_after_the_end(tmp_path: Path) -> None:
    path = printed(tmp_path / "a.pdf")
    whole = path.read_bytes()
    path.write_bytes(whole + b"<!-- appended by a server -->" * 2_000)
    assert texts(drafted(path)) == [TITLE, *PARAGRAPHS]
    path.write_bytes(whole + b"\n9 0 obj <</Type/Page>> endobj\n")  # a change, cut off
    refused(path, "已损坏")
    path.write_bytes(b"\r\n" + whole)
    assert texts(drafted(path)) == [TITLE, *PARAGRAPHS]


@pytest.mark.parametrize("spaces", [" ", "  "])
def test_characters_set_apart(tmp_path: Path, spaces: str) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    canvas.setFont(FONT, 22)
    canvas.drawCentredString(A4[0] / 2, 740, spaces.join("年度工作总结"))
    canvas.setFont(FONT, 12)
    for row, line in enumerate(LINES[:2]):
        canvas.drawString(72 + 24 * (1 - row), 680 - 21 * row, " ".join(line.strip()))
    canvas.save()
    assert texts(drafted(tmp_path / "a.pdf")) == ["年度工作总结", PARAGRAPHS[0]]


def test_recognised_text_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was recognised once is read from the cache, and joined like any other text."""
    path = tmp_path / "a.pdf"
    canvas = Canvas(str(path), pagesize=A4)
    canvas.drawImage(in_picture(LINES), 0, 0, *A4)
    canvas.save()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(pdf, "is_installed", lambda: True)
    asked: list[list[int]] = []

    def ask(_: Path, pages: list[int]) -> Iterator[tuple[int, ocr.Lines]]:
        asked.append(pages)
        lines = [*LINES, *REST]
        yield (
            0,
            [
                [line.strip(), 72 + 32 * line.startswith("　　"), 80 + 28 * row, 0, 98 + 28 * row]
                for row, line in enumerate(lines)
            ],
        )

    def placed(*arguments: object) -> Iterator[tuple[int, ocr.Lines]]:
        for page, lines in ask(*arguments):  # type: ignore[arg-type]
            yield page, [[text, x, y, x + 16 * len(text), end] for text, x, y, _, end in lines]

    monkeypatch.setattr(ocr, "_ask", placed)
    for _ in range(2):
        assert list(drafted(path).blocks) == [Block(text, ocr=True) for text in PARAGRAPHS]
    assert asked == [[0]]
    (kept,) = (tmp_path / "cache").rglob("*.jsonl")
    kept.write_text(kept.read_text(encoding="utf-8")[:50], encoding="utf-8")  # cut off
    for _ in range(2):
        assert list(drafted(path).blocks) == [Block(text, ocr=True) for text in PARAGRAPHS]
    assert asked == [[0], [0]]


def test_pdfs_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.pdf"
    canvas = Canvas(str(path), encrypt="x")
    draw_lines(canvas, LINES, 700)
    canvas.save()
    refused(path, "已加密")
    path = printed(path)
    path.write_bytes(path.read_bytes()[:-600])
    refused(path, "已损坏")
    path.write_bytes(b"%PDF-1.4 nothing in it %%EOF")
    refused(path, "已损坏")
    canvas = Canvas(str(path))
    canvas.rect(10, 10, 100, 100)
    canvas.save()
    refused(path, "OCR")
    monkeypatch.setattr(pdf, "MAX_PDF_SECONDS", 0.01)
    refused(printed(path), "还没读完")


@pytest.mark.skipif(not ocr.is_installed(), reason="needs the extra ocr")
def test_a_scan_is_recognised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(pdf, "is_installed", lambda: True)
    path = tmp_path / "a.pdf"
    canvas = Canvas(str(path), pagesize=(300, 80))
    canvas.setFont("Helvetica", 24)
    canvas.drawString(20, 30, "GDP 1280 in 2023")
    canvas.save()
    with pypdfium2.PdfDocument(path) as document:
        picture = ImageReader(document[0].render(scale=3).to_pil())
    canvas = Canvas(str(path), pagesize=(300, 80))
    canvas.drawImage(picture, 0, 0, 300, 80)
    canvas.save()
    (block,) = drafted(path).blocks
    assert (block.text.replace(" ", ""), block.ocr) == ("GDP1280in2023", True)
    assert not list((tmp_path / "cache").rglob("deviceid"))  # nothing that reports would need
