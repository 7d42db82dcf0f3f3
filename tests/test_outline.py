"""Documents of many kinds: the kind of each line, and the path of headings above it.

Each line of a document reads ``kind level text | path``: ``h`` heading, ``b`` body, ``d``
dateline, ``c`` caption; the level that the file marks, or ``.``; ``*``: the line is bold. A
step of the path is given by its first characters. All texts are made up.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.draft import Block, Draft, table_row
from indexer.split import split

KINDS = {"h": "heading", "b": "body", "d": "dateline", "c": "caption"}
LONG = "各单位要结合实际抓好落实，遇到问题及时报告，确保各项任务按时完成并取得群众认可的实际成效。"


def check(document: str) -> None:
    """Split the lines of a document, and compare kinds and paths with what they say."""
    rows = [line.split("|") for line in document.strip().splitlines()]
    blocks, wanted = [], []
    for left, right in rows:
        marks, text = left.strip().split(" ", 1)
        shown = text.replace("…", LONG)
        level = int(marks[1]) if marks[1].isdigit() else 0
        raw = f"**{shown}**" if marks.endswith("*") else shown
        blocks.append(table_row(shown.split("/")) if marks[1] == "r" else Block(raw, level))
        wanted.append((text[:12], KINDS[marks[0]], tuple(right.strip().split("/"))))
    _, found = split(Draft("a.txt", tuple(blocks), {}, lines=False))
    assert len(found) == len(wanted)
    for piece, (text, kind, path) in zip(found, wanted, strict=True):
        assert piece.kind == kind, text
        if kind in ("heading", "body"):
            steps = tuple(step for step in path if step)
            assert len(piece.heading) == len(steps), (text, piece.heading)
            assert all(map(str.startswith, piece.heading, steps)), (text, piece.heading)


DOCUMENTS = {
    "a law in plain text": """
h. 某市公共渡口管理条例 |
d. 2021年3月1日 某市第十届人民代表大会常务委员会第五次会议通过 |
h. 第一编 总则 |
h. 第一章 一般规定 | 第一编
h. 第一节 渡口的设置 | 第一编/第一章
b. 第一条 为了管好渡口，方便群众出行，制定本条例。 | 第一编/第一章/第一节
b. 第二条 设置渡口应当具备下列条件： | 第一编/第一章/第一节
b. （一）有稳定的河岸； | 第一编/第一章/第一节/第二条
b. （二）有救生设备，包括： | 第一编/第一章/第一节/第二条
b. 1.救生衣；2.救生圈。 | 第一编/第一章/第一节/第二条
b. 前款规定的条件由主管部门核查。 | 第一编/第一章/第一节/第二条
b. 第三条 渡口不得擅自迁移。 | 第一编/第一章/第一节
h. 第二节 渡口的维护 | 第一编/第一章
b. 第四条 渡口每年检修一次。 | 第一编/第一章/第二节
h. 第二章 渡船 | 第一编
b. 第五条 渡船应当定期检验。… | 第一编/第二章
h. 第二编 法律责任 |
h. 第三章 处罚 | 第二编
b. 第一百二十一条 违反本条例的，依法处理。 | 第二编/第三章
b. 主管部门应当公布处理结果。 | 第二编/第三章/第一百二十一条
""",
    "a law whose sections are marked as deep as its chapters": """
h1 某县河道条例 |
h2 第一章 保护 |
h2 第一节 河岸 | 第一章
b. 第一条 河岸不得开垦。 | 第一章/第一节
b. 第二条 河岸应当种树。 | 第一章/第一节
b. 第三条 河岸由沿岸村庄看护。 | 第一章/第一节
h2 第二章 利用 |
b. 第四条 河水可以灌溉。 | 第二章
""",
    "a law whose sections are marked above its chapters": """
h1 某县河道条例 |
h3 第一章 保护 |
h2 第一节 河岸 | 第一章
b. 第一条 河岸不得开垦。… | 第一章/第一节
b. 第二条 河岸应当种树。… | 第一章/第一节
b. 第三条 河岸由村庄看护。… | 第一章/第一节
""",
    "a section that lost its number stands above its articles": """
h1 某县河道条例 |
h2 第二章 保护 |
h. 通常规定 | 第二章
b. 第五条 河岸不得开垦。… | 第二章/通常规定
b. 第六条 河岸应当种树。… | 第二章/通常规定
h3 第二节 河滩 | 第二章
b. 第七条 河滩不得采砂。… | 第二章/第二节
""",
    "rules whose items are numbered 一、 under their articles": """
h. 某局值班规则 |
b. 第一条 值班人员的职责： |
b. 一、接听电话； | 第一条
b. 二、登记来文。 | 第一条
b. 第二条 值班的时间： |
b. 一、白班八小时； | 第二条
b. 二、夜班十二小时。 | 第二条
b. 第三条 本规则自下月起施行。 |
""",
    "a plan with parts": """
h. 某区仓储业三年计划 |
b. … |
h. 第一部分 现状 |
h. 一、基础 | 第一部分
b. … | 第一部分/一、
h. （一）规模 | 第一部分/一、
h. 1.库房 | 第一部分/一、/（一）
h. （1）冷库 | 第一部分/一、/（一）/1.
b. … | 第一部分/一、/（一）/1./（1）
h. 2.道路 | 第一部分/一、/（一）
b. … | 第一部分/一、/（一）/2.
h. 第二部分 任务 |
b. … | 第二部分
""",
    "a notice that numbers 1. above （一）": """
h. 关于开展库房安全检查的通知 |
b. … |
h. 1.检查范围 |
h. （一）库房 | 1.
b. … | 1./（一）
h. （二）货场 | 1.
b. … | 1./（二）
h. 2.检查方法 |
h. （一）自查 | 2.
b. … | 2./（一）
h. 3.时间安排 |
b. … | 3.
""",
    "a speech that numbers （一） above 一、": """
h. 在全县水利会议上的讲话 |
b. 同志们： |
h. （一） |
h. 一、去年的水利 | （一）
b. … | （一）/一、
h. 二、今年的水利 | （一）
b. … | （一）/二、
h. （二） |
h. 一、资金 | （二）
b. … | （二）/一、
""",
    "numbers that run on through the sections": """
h. 某市饮水安全行动方案 |
h. 一、水源 |
b. （一）保护水库。… | 一、/（一）
b. （二）保护河流。… | 一、/（二）
h. 二、管网 |
b. （三）更新水管。… | 二、/（三）
b. （四）检修泵站。… | 二、/（四）
h. 三、用户 |
b. （五）清洗水箱。… | 三、/（五）
""",
    "numbers that run on while 一、 begins anew": """
h. 某市饮水工程三年安排 |
b. … |
h.* 头一年 |
h. 一、水源 | 头一年
b. （一）保护水库。… | 头一年/一、/（一）
b. （二）保护河流。… | 头一年/一、/（二）
h. 二、管网 | 头一年
b. （三）更新水管。… | 头一年/二、/（三）
h.* 第二年 |
h. 一、水源 | 第二年
b. （四）保护泉眼。… | 第二年/一、/（四）
h. 二、管网 | 第二年
b. （五）检修泵站。… | 第二年/二、/（五）
h.* 末一年 |
h. 一、水源 | 末一年
b. （六）保护湖泊。… | 末一年/一、/（六）
""",
    "a series of a higher scheme that begins under a marked number": """
h1 库房工作手册 |
h2 工作 |
b. … | 工作
h3 （一）库房 | 工作
h. 一、粮库 | 工作/（一）
b. … | 工作/（一）/一、
h. 二、冷库 | 工作/（一）
b. … | 工作/（一）/二、
""",
    "chapters that do not follow at once on the heading above them": """
h. 某县水利志 |
b. … |
h.* 编写的经过 |
b. … | 编写
h. 第一章 河流 |
b. … | 第一章
h. 第二章 湖泊 |
b. … | 第二章
""",
    "a report that goes on after an annex": """
h. 某县工作报告 |
h. 一、去年工作 |
b. … | 一、
h. 附件1 |
b. … | 附件1
h. 二、今年工作 |
b. … | 二、
""",
    "numbered paragraphs below a marked heading with the same kind of number": """
h1 库房工作手册 |
h2 1.入库 |
b. 1.称重。… | 1.入/1.称
h2 2.出库 |
b. … | 2.出
""",
    "marks that begin below a paragraph with a heading": """
h. 某县仓储情况 |
b. 一、粮食入库。… | 一、
h2 消防 |
b. … | 消防
""",
    "an emergency plan with decimal numbers": """
h. 某镇森林火灾应急预案 |
b. … |
h. 1 总则 |
h. 1.1 编制目的 | 1总
b. … | 1总/1.1
h. 1.2 适用范围 | 1总
b. … | 1总/1.2
h. 2 组织体系 |
h. 2.1 指挥机构 | 2组
h. 2.1.1 成员 | 2组/2.1
b. … | 2组/2.1/2.1.1
h. 2.2 职责 | 2组
b. … | 2组/2.2
""",
    "quantities are no decimal numbers": """
h. 某镇秋收情况 |
b. … |
b. 1.5万亩水稻已经收割。 |
b. 2.3吨种子已经入库。 |
b. 1.1亿元贷款已经发放。 |
""",
    "marked headings stand above numbered ones": """
h1 库房工作手册 |
h2 值班 |
b. … | 值班
h.* 一、交接 | 值班
b. … | 值班/一、
h.* 二、巡查 | 值班
b.* 1.夜间巡查。… | 值班/二、/1.
h2 消防 |
h.* 一、器材 | 消防
b. … | 消防/一、
h3 器材的检查 | 消防
b. … | 消防/器材
h2 其他 |
b. … | 其他
""",
    "marks and numbers that agree, one of them missing": """
h1 库房工作总结 |
h2 一、入库 |
h3 （一）粮食 | 一、
b. … | 一、/（一）
h.* 二、出库 |
b. … | 二、
h2 三、盘点 |
b. … | 三、
""",
    "a notice with its annexes": """
h. 关于印发渡口检查办法的通知 |
d. 某交发〔2023〕7号 |
b. 各乡镇人民政府，各有关单位： |
b. 现将渡口检查办法印发给你们。… |
h. 一、认真学习 |
b. … | 一、
h. 二、抓好落实 |
b. … | 二、
b. 附件：1.渡口检查办法 | 二、
b. 2.渡口名录 | 二、
d. 某县交通运输局 |
d. 某县应急管理局 |
d. 2023年4月6日 |
h. 附件1 |
h. 渡口检查办法 | 附件1
h. 第一章 检查 | 附件1/渡口
b. 第一条 每月检查一次。… | 附件1/渡口/第一章
b. 第二条 检查应当记录。… | 附件1/渡口/第一章
b. 第三条 记录保存三年。… | 附件1/渡口/第一章
h. 附件2 |
c. 渡口名录 |
br 序号/渡口/船数 | 附件2
br 1/东渡/2 | 附件2
br 2/西渡/1 | 附件2
""",
    "a notice that names its annex before the date, with articles that have headings": """
h. 关于颁发渡口设计办法的通知 |
b. 各县交通局，各船厂： |
b. 现颁发渡口设计办法，请参照执行. |
b. 附：渡口设计办法（试行） |
d. 一九七八年三月二十三日 |
h. 渡口设计办法 |
b. （试行） | 渡口
h. 第一条 目的 | 渡口
b. 为了统一标准，制定本办法. | 渡口/第一条
h. 第二条 范围 | 渡口
b. 本办法用于所有渡口. | 渡口/第二条
h. 第三条 原则 | 渡口
b. 渡口的设计要节约材料. | 渡口/第三条
""",
    "a part of its own follows a signature and its date": """
h. 关于印发粮库值班办法的通知 |
b. 各粮库： |
h. 一、遵照执行 |
b. … | 一、
d. 某市粮食局 |
d. 2022年8月1日 |
b. 联系人：粮食局办公室。 |
h. 粮库值班办法 |
b. … | 粮库
h. 一、值班的人员 | 粮库
b. … | 粮库/一、
""",
    "notes after the report, numbered paragraphs before": """
h. 某县政府工作报告 |
b. 各位代表： |
h. 一、去年工作 |
b. （一）粮食增产。… | 一、/（一）
h. 附件 |
h. 名词解释 | 附件
b. 1.两库：粮库和冷库。 | 附件/名词/1.
b. 2.三渡：东渡、西渡和南渡。 | 附件/名词/2.
""",
    "a table of contents that comes again": """
h. 某市渡口规划 |
c. 目录 |
c. 前言 |
c. 一、渡口现状......1 |
c. （一）数量 2 |
c. 二、渡口布局......3 |
h. 一、渡口现状 |
b. … | 一、
h. （一）数量 | 一、
b. … | 一、/（一）
h. 二、渡口布局 |
b. … | 二、
""",
    "a table of contents without a heading": """
h. 某市渡口规划 |
b. … |
c. 第一章 现状 |
c. 第二章 布局 |
c. 第三章 保障 |
h. 第一章 现状 |
b. … | 第一章
h. 第二章 布局 |
b. … | 第二章
h. 第三章 保障 |
b. … | 第三章
""",
    "lists of names are no headings": """
h. 关于撤并站所的决定 |
b. … |
h. 一、撤销的站所 |
b. 1.东山水管站 | 一、
b. 2.西山水管站 | 一、
b. 3.南山水管站 | 一、
b. （原由乡里代管。） | 一、
b. 4.北山水管站 | 一、
h. 二、保留的站所 |
b. 1.中山水管站 | 二、
b. 2.上山水管站 | 二、
h. 三、工作要求 |
b. … | 三、
b. 参加会议的单位有 | 三、
b. 水利局 | 三、
b. 农业局 | 三、
b. 林业站 | 三、
b. … | 三、
""",
    "the catalogue of a web page": """
d. • 索引号：某A01-0203-2022-0001 |
d. • 主题分类： |
d. • 发文机关：某县水利局 |
d. • [ 成文日期 ] |
d. • 2022-01-19 |
h. 某县水利局2022年工作总结 |
b. … |
h. 一、水库 |
b. … | 一、
""",
    "a bulletin with tables": """
h. 某县2022年统计公报 |
h. 一、农业 |
b. … | 一、
c. 2022年主要农产品产量 |
br 名称/产量 | 一、
br 粮食/3 | 一、
b. … | 一、
c. 单位：万吨 |
b. 粮食 12 3.5 | 一、
b. 油料 7 1.2 | 一、
b. 茶叶 44万吨 6.0 | 一、
b. … | 一、
h. 二、工业 |
b. … | 二、
""",
    "the first line of a paragraph that a reader tore": """
h. 某县工作报告 |
h. 一、去年工作 |
b. 全县渡口安全运行，粮食稳步增产，居民收入 | 一、
b. 比上年增长百分之六，财政收入增长百分之五。 | 一、
""",
    "a speech has only the headings that it shows": """
h. 在青年座谈会上的讲话 |
d. 县长 张三丰 |
b. 同志们： |
b. 今天请大家来谈谈看法。… |
b. 青年代表合影留念 |
b. 第一，要多读书。… | 第一，
b. 第二，要多走动。… | 第二，
b. … | 第二，
""",
    "what sums up all of （一） to （三）": """
h. 某县工作报告 |
h. 一、去年工作 |
b. （一）粮食增产。… | 一、/（一）
b. （二）渡口安全。… | 一、/（二）
b. 一年来，我们体会到： | 一、/（二）
b. 第一，必须依靠群众。… | 一、/第一，
b. 第二，必须实干。… | 一、/第二，
h. 二、今年工作 |
b. （一）改造渡口。… | 二、/（一）
b. … | 二、/（一）
b. 第一，加固堤岸。… | 二、/（一）/第一，
b. 第二，更换渡船。… | 二、/（一）/第二，
h. （二）扩建粮库 | 二、
b. 第一，扩建冷库。… | 二、/（二）/第一，
b. 第二，扩建货场。… | 二、/（二）/第二，
""",
    "headings without numbers above （一）, then above 第一，": """
h. 某县工作报告 |
b. 各位代表： |
h.* 过去五年的发展 |
b. （一）粮食增产。… | 过去/（一）
b. （二）渡口安全。… | 过去/（二）
h.* 今后五年的打算 |
b. … | 今后
b. 第一，改造渡口。… | 今后/第一，
b. 第二，扩建粮库。… | 今后/第二，
""",
    "rules numbered 一、 are no headings by a short first sentence": """
h. 某县防汛指挥部令 |
b. … |
b. 一、各乡镇要派专人看守水库，每日巡查并报告水位的变化，… |
b. 二、各单位要停止在河道里的作业。… |
b. 三、沿河的居民要在接到通知以后立即转移到安置的地点，… |
b. 四、任何个人都要服从指挥部的安排，不得擅自返回，… |
""",
    "paragraphs of which many open with a heading": """
h. 某县防汛工作安排 |
b. … |
b. 1.看守水库。… | 1.
b. 2.各单位要停止在河道里的作业，把船只和设备撤到安全的地点，并且派人日夜看守，每天报告两次。 |
b. 3.转移居民。… | 3.
b. 4.任何个人都要服从指挥部的安排，听到警报以后立即离开低洼的地点，不得擅自返回，也不得围观。 |
""",
    "two paragraphs that begin like articles": """
h. 某县交通建设情况 |
b. … |
b. 第一条公路已经通车。… |
b. 第二条公路正在建设。… |
b. … |
""",
    "the title again within the text": """
h. 某县渡口夜间值班办法（试行） |
b. … |
h2 背景 |
b. … | 背景
h2 某县渡口夜间值班办法 |
b. … |
h. 一、人员 |
b. … | 一、
""",
    "three short lines are a heading, four a list": """
h. 某县工作报告 |
h. 一、去年工作 |
b. … | 一、
b. 振奋精神 | 一、
b. 鼓足干劲 | 一、
h. 迎接新的一年 | 一、
b. … | 一、/迎接
b. 东渡口 | 一、/迎接
b. 西渡口 | 一、/迎接
b. 南渡口 | 一、/迎接
b. 北渡口 | 一、/迎接
b. … | 一、/迎接
""",
    "two numbered lines that come again are no table of contents": """
h. 某县渡口规划 |
b. … |
h. 一、现状 |
h. （一）数量 | 一、
b. … | 一、/（一）
h. 二、布局 |
h. （一）数量 | 二、
b. … | 二、/（一）
""",
    "the title of a report among its bylines, below the part that holds it": """
c. 目录 |
c. 第一部分 报告 |
c. 第二部分 表格 |
h. 第一部分 报告 |
h. 关于某县2022年预算执行情况的报告 | 第一部分
d. ——2022年12月18日在某县第六届人民代表大会第二次会议上 |
d. 某县财政局 |
b. 各位代表： | 第一部分/关于
h. 一、预算执行情况 | 第一部分/关于
b. … | 第一部分/关于/一、
h. 第二部分 表格 |
b. … | 第二部分
""",
    "an older preface and chapters": """
h.* 某省水利十年规划 |
h2 序言 |
b. … | 序言
h2 第一篇 目标 |
h3 第一章 灌溉 | 第一篇
b. … | 第一篇/第一章
h2 第二篇 措施 |
b. … | 第二篇
""",
    "decisions that name a people's congress": """
b. … |
h2 某县第九届人民代表大会第一次会议关于修渠的决定 |
d. 1998年3月10日 |
b. … | 某县
""",
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents(name: str) -> None:
    check(DOCUMENTS[name])


LINES = st.sampled_from(
    [
        *(
            "第一章 甲",
            "第二节 乙",
            "第三条 丙",
            "一、丁",
            "（二）戊",
            "1.己",
            "（1）庚",
            "第一，辛",
        ),
        *("附件1", "名词解释", "目录", "某市粮食局", "2024年1月1日", "小标题", "**粗标题**"),
        LONG,
        "（一）守库。" + LONG,
        "第五条 守库。" + LONG,
    ]
)


@given(st.lists(st.builds(Block, LINES, st.sampled_from([0, 0, 0, 1, 2, 3])), max_size=30))
def test_every_step_of_a_path_stands_above_its_piece(blocks: list[Block]) -> None:
    """Each step is a heading, or opens a paragraph, and its piece comes before."""
    _, pieces = split(Draft("a.txt", tuple(blocks), {}, lines=False))
    above: list[str] = []
    for piece in pieces:
        known = [*above, piece.text]
        assert all(any(text.startswith(step) for text in known) for step in piece.heading)
        if piece.kind not in ("heading", "body"):
            assert piece.heading == ()
        above.append(piece.text)


def lines_run(blocks: tuple[Block, ...]) -> int:
    """How many lines of Python run while a file of these blocks is split."""
    count = 0

    def trace(_frame: FrameType, event: str, _value: object) -> Callable[..., object]:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        split(Draft("a.txt", blocks, {}, lines=False))
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize(
    "block",
    [
        lambda at: Block(f"标题{at}甲", level=1 + at % 6),
        lambda at: Block(f"**标题{at}甲**"),
        lambda at: Block(f"附件：办法{at}甲"),
        lambda at: Block(f"{'一二三四五六七八九'[at % 9]}、办法{at}甲"),
        lambda at: Block(f"{'·' * (at % 40)}目录" if at % 2 else f"第一章 总则{at}甲"),
        lambda at: Block(("一、甲", "（一）乙", "1.丙", f"第一条 {LONG}")[at * 7 % 4]),
    ],
)
def test_the_work_grows_with_the_length_of_a_file(block: Callable[[int], Block]) -> None:
    """And not with its square, whatever headings a file has."""
    blocks = tuple(block(at) for at in range(800))
    assert lines_run(blocks) < 2.5 * lines_run(blocks[:400])
