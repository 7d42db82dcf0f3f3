"""What a reader takes for the title of a document, with what surrounds it on pages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.draft import Block, Draft
from indexer.split import split

BODY = "一年来，各项工作有序推进，参保率达98.25%，基金运行平稳，群众满意度不断提高。" * 3
NOTICE = "某县医疗保障局关于开展基金检查的通知"


def title(*lines: str, given: str = "") -> str:
    metadata = {"title": given} if given else {}
    return split(Draft("a.txt", tuple(map(Block, (*lines, BODY))), metadata))[0]


CASES = [
    ("alone", [NOTICE], NOTICE),
    ("below navigation", ["导航", "您的位置： 首页>政务公开>通知", NOTICE, "各乡镇："], NOTICE),
    ("below buttons", ["字体大小：【大】 【中】 【小】", "打印本页", NOTICE], NOTICE),
    (
        "below a catalogue",
        ["索引号：0000/2024-1", "发布机构：某县医疗保障局", "文号：某医〔2024〕1号", NOTICE],
        NOTICE,
    ),
    (
        "below a catalogue in a table",
        ["索引号： | 0000G/2024-1 | 成文日期： | 2024-01-02 |", "发布机构： | 某县 | |", NOTICE],
        NOTICE,
    ),
    (
        "in the catalogue",
        ["| 索引号：0000/2024-1 | |", f"| 标题：{NOTICE} | |", "| 发布日期：2024-01-02 |"],
        NOTICE,
    ),
    (
        "broken into lines",
        ["关于2023年度县级预算执行", "和其他财政收支的审计工作报告", "某县审计局局长 某某某"],
        "关于2023年度县级预算执行和其他财政收支的审计工作报告",
    ),
    (
        "below its issuer and a letterhead",
        ["某县人民政府文件", "某政发〔2024〕5号", "某县人民政府", "关于加强管理的意见"],
        "某县人民政府关于加强管理的意见",
    ),
    (
        "of several bodies",
        ["财政部", "海关总署", "税务总局关于进口政策的公告"],
        "财政部 海关总署 税务总局关于进口政策的公告",
    ),
    ("with its noun apart", ["某县医保局关于检查的", "通  知"], "某县医保局关于检查的通知"),
    ("like a speaker", ["某某人民法院 公告", "各乡镇："], "某某人民法院 公告"),
    ("doubled in a line", [f"{NOTICE} {NOTICE}"], NOTICE),
    ("doubled in two lines", [NOTICE, NOTICE, "各乡镇："], NOTICE),
    ("with its site", [f"{NOTICE}_某县人民政府门户网站", "各乡镇："], NOTICE),
    ("with its site and again", [f"{NOTICE}_某县人民政府网", NOTICE, "各乡镇："], NOTICE),
    ("with its number", [f"{NOTICE}某医保发〔2024〕11号"], NOTICE),
    ("with the number of its series", ["某部关于税的公告某部公告2024年第6号"], "某部关于税的公告"),
    (
        "with the mark of a note",
        ["某县2023年国民经济和社会发展统计公报[1]"],
        "某县2023年国民经济和社会发展统计公报",
    ),
    (
        "a slogan above a subtitle",
        ["奋进新征程", "谱写医保事业新篇章", "——在全县医保工作会议上的讲话", "某某某"],
        "奋进新征程谱写医保事业新篇章",
    ),
    (
        "below its contents",
        ["目录", "第一部分 报告", "一、收支情况表", "关于某县预算草案的报告"],
        "关于某县预算草案的报告",
    ),
    (
        "a headline",
        ["某县开展宣讲活动成效显著", "本报讯 近日，我县开展宣讲。"],
        "某县开展宣讲活动成效显著",
    ),
    (
        "below the number of a paper",
        ["第664期：《某某报》", "某校获评优秀等次"],
        "某校获评优秀等次",
    ),
    ("below navigation in one line", ["某县人民政府 首页 政务公开", NOTICE], NOTICE),
    ("of a decree", ["某市人民政府令", "第148号", "某市道路挖掘管理办法"], "某市道路挖掘管理办法"),
    (
        "that a decree names",
        ["某市人民政府令", "第8号", "《某市节水办法》已经2018年3月28日会议通过，现予公布。"],
        "某市节水办法",
    ),
    ("below a masthead", ["医保工作简报", "第17期", "经办服务下沉到村"], "经办服务下沉到村"),
    ("a masthead alone", ["医保工作简报", "第17期"], "医保工作简报"),
    ("not the site above a headline", ["某县财政局", "某县：助企纾困"], "某县：助企纾困"),
    (
        "broken after a noun",
        ["关于某县2022年预算执行情况", "与2023年预算（草案）的", "报  告"],
        "关于某县2022年预算执行情况与2023年预算（草案）的报告",
    ),
    (
        "broken in three lines",
        ["关于做好2022年城乡低保年度", "核查工作的", "通  知"],
        "关于做好2022年城乡低保年度核查工作的通知",
    ),
    (
        "broken within a plan's name",
        ["某县医疗保障局2024年打击欺诈骗保", "专项整治工作方案"],
        "某县医疗保障局2024年打击欺诈骗保专项整治工作方案",
    ),
    ("in a table's cell", [f"| 标 题 | {NOTICE} |", "| 文号 | 某医〔2024〕1号 |"], NOTICE),
    ("after the number of a proposal", ["对第108号建议的答复", "某代表："], "对第108号建议的答复"),
    (
        "below the name of a site",
        ["某某新闻社", "某某分类新闻查询>>", "某县：助企纾困"],
        "某县：助企纾困",
    ),
    ("below the rank of a law", ["某律网", "效力位阶：地方性条例", "某市立法条例"], "某市立法条例"),
    ("below a paper and buttons", ["某城报数字报", "放大字体 缩小字体", NOTICE], NOTICE),
    ("behind its number", [f"某政办发〔2016〕26号《{NOTICE}》", f"《{NOTICE}》"], NOTICE),
    ("after a copy with its province", [f"（湖南省）{NOTICE}", NOTICE], f"（湖南省）{NOTICE}"),
    ("with its year again", ["某县2020年统计公报 2020"], "某县2020年统计公报"),
    ("with another year", ["某县2020年统计公报2021"], "某县2020年统计公报2021"),
    ("with its issuer", ["桃源县2020年统计公报桃源县统计局"], "桃源县2020年统计公报"),
    (
        "broken within a body's name",
        ["桃源县新型冠状病毒感染的肺炎疫情", "防控工作领导小组", "公 告"],
        "桃源县新型冠状病毒感染的肺炎疫情防控工作领导小组公告",
    ),
    (
        "broken before what it quotes",
        ["某市人大常委会关于修改", "《某市", "立法条例》的决定"],
        "某市人大常委会关于修改《某市立法条例》的决定",
    ),
    (
        "below a page's words",
        ["日前，某县印发某某通知，要求严格落实。", "文件详情如下：", NOTICE, "各乡镇、各部门："],
        NOTICE,
    ),
    (
        "of what it issues",
        ["各乡镇，各部门：", "《某县工作规则》已经2024年11月13日会议通过，现予印发。"],
        "某县工作规则",
    ),
    (
        "run into the address",
        [f"{NOTICE} 各乡镇人民政府、各部门： 现将事项通知如下。{BODY} |"],
        NOTICE,
    ),
    (
        "below a library's words",
        ["简介：小编整理了《某县文件》", "第一篇：某县文件", NOTICE],
        NOTICE,
    ),
    ("on a page of a paper", ["第06版：周口水利 PDF版", "某县开展宣讲"], "某县开展宣讲"),
    (
        "a meeting of chairs",
        ["市人大常委会主任会议召开", "2月8日，会议举行。"],
        "市人大常委会主任会议召开",
    ),
    ("below the column of a site", ["工作计划", f"{NOTICE}", "时间：2020-05-21"], NOTICE),
    (
        "above its day, though it has no noun",
        ["移动媒体", "某某搜索", "某县：议程公布", "2015-07-14 03:09:06"],
        "某县：议程公布",
    ),
    ("below the site's words in its line", [f"某某商城，购物网，{NOTICE}", NOTICE], NOTICE),
    (
        "with its issuer, as the page's title has it",
        ["桃源县医保局关于开展检查的公告-桃源县政府门户网站", "关于开展检查的公告"],
        "桃源县医保局关于开展检查的公告",
    ),
    (
        "with its issuer, as the document has it",
        ["落实《某某纲要》实施意见", "桃源县人民政府关于落实《某某纲要》的实施意见"],
        "桃源县人民政府关于落实《某某纲要》的实施意见",
    ),
    (
        "below the office whose site it is",
        ["桃源县人民政府办公室", "桃源县人民政府", "关于加强管理的意见"],
        "桃源县人民政府关于加强管理的意见",
    ),
    (
        "run into its source",
        [f"某县公安提示勿忘禁放 来源： 发布时间：2022-02-15 15:52 {BODY}"],
        "某县公安提示勿忘禁放",
    ),
    ("below a line with a source", ["某某报微信整理，来源：某某网", NOTICE], NOTICE),
    (
        "in two lines within a page's words",
        [
            "12月12日，某网发布通知，支持企业。",
            "全文：",
            "某县关于支持企业",
            "发展的通知",
            "某发〔2018〕6号",
            "各乡镇：",
        ],
        "某县关于支持企业发展的通知",
    ),
    (
        "of what is issued to an address",
        ["各乡镇，各部门：", "现将《某县增收实施方案》印发给你们，请认真组织实施。"],
        "某县增收实施方案",
    ),
    (
        "broken where its verb stands",
        ["某省人民政府办公厅关于印发某省", "进一步支持民间投资", "实施方案的通知"],
        "某省人民政府办公厅关于印发某省进一步支持民间投资实施方案的通知",
    ),
    ("below fields in brackets", ["[ 体裁分类 ] 工作报告", NOTICE], NOTICE),
    (
        "run into its day",
        [f"4月份某县经济运行平稳（2018年5月15日）某县统计局 4月份，增长。{BODY}"],
        "4月份某县经济运行平稳",
    ),
    ("with the ending of a file", ["2021年度部门决算公开说明.pdf"], "2021年度部门决算公开说明"),
    (
        "run into the text",
        [f"市教育局2022年工作总结和2023年工作计划2022年，我局认真贯彻精神。{BODY}"],
        "市教育局2022年工作总结和2023年工作计划",
    ),
    ("not a plan that the text names", [f"我局按照2022年工作要点，2022年认真落实。{BODY}"], ""),
    ("none", ["各位代表："], ""),
]


@pytest.mark.parametrize(("lines", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_the_title_among_the_lines_above_the_text(lines: list[str], expected: str) -> None:
    assert title(*lines) == expected


GIVEN = [
    (NOTICE, NOTICE),
    (f"{NOTICE} - 某县人民政府门户网站", NOTICE),
    ("2003年", "某县2003年统计公报"),
    ("首页", "某县2003年统计公报"),
    ("某县政府工作报告_某县政府网", "某县政府工作报告_某县政府网"),  # ids are made from it
]


@pytest.mark.parametrize(("given_title", "expected"), GIVEN)
def test_the_title_that_a_file_gives_counts_if_it_tells_anything(
    given_title: str, expected: str
) -> None:
    assert title("某县2003年统计公报", given=given_title) == expected


@given(st.lists(st.text("关于某县的通知报告|>：、《》 [1]〔2024〕号\n_", max_size=30), max_size=5))
def test_no_line_is_an_error(lines: list[str]) -> None:
    assert "\n" not in title(*(line.replace("\n", "") for line in lines))
