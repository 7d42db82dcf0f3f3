"""Themes of paragraphs: by example and by property."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.lexicon import Cue, Pack, load
from indexer.theme_scores import ThemeScorer
from indexer.themes import themes_of

# (why, paragraph, themes)
CASES = [
    (
        "one clause, one theme",
        "县医保局会同公安、卫健部门查处定点医药机构32家，追回医保基金58万元，打击欺诈骗保形成声势。",
        ["医疗保障/基金监管"],
    ),
    (
        "a child stands for its parent, which is not repeated",
        "职工医保门诊共济政策落地，高血压、糖尿病门诊用药报销比例提高到六成。",
        ["医疗保障/待遇保障"],
    ),
    (
        "the parent alone where no child fits",
        "稳步推进新型农村合作医疗与城镇居民医保的制度整合。",
        ["医疗保障"],
    ),
    (
        "several themes of medical insurance",
        "全县基本医保参保率稳定在97%以上。二级以上医院全部开通跨省异地就医直接结算，医保码激活率超过八成。",
        ["医疗保障/参保扩面", "医疗保障/经办服务", "医疗保障/信息化"],
    ),
    (
        "enrolment without a word of medical insurance is social security",
        "深入实施全民参保计划，城乡居民基本养老保险参保率达到96%。",
        ["社会保障与就业"],
    ),
    (
        "the same words beside medical insurance are enrolment",
        "推动灵活就业人员参加基本医疗保险，参保率逐年提高。",
        ["医疗保障/参保扩面"],
    ),
    (
        "a longer word hides a shorter one",
        "帮扶高校毕业生和返乡农民工就业创业，发放创业担保贷款。",
        ["社会保障与就业"],
    ),
    (
        "a passing mention weighs too little",
        "粮食播种面积稳定在60万亩，新建高标准农田5万亩，设施农业、家庭农场加快发展，"
        "农产品加工业产值增长一成，生猪存栏恢复，乡村振兴示范村达到40个，农民收入继续增加，"
        "村口也通了公交。",
        ["农业农村"],
    ),
    (
        "the same mention with a sentence of its own counts",
        "粮食播种面积稳定在60万亩，新建高标准农田5万亩，设施农业、家庭农场加快发展，"
        "农产品加工业产值增长一成，生猪存栏恢复，乡村振兴示范村达到40个，农民收入继续增加。"
        "环城公路建成通车。",
        ["农业农村", "交通与基础设施"],
    ),
    (
        "among figures each clause counts, however long the list",
        "预计地区生产总值增长6%左右，固定资产投资增长8%，社会消费品零售总额增长7%，"
        "一般公共预算收入增长4%，进出口总额增长5%，城镇新增就业5万人。",
        [
            "经济发展",
            "投资与项目",
            "消费与商贸",
            "财政金融",
            "开放与区域合作",
            "社会保障与就业",
        ],
    ),
    (
        "the first character of an autonomous region is no self-government",
        "现在，我代表自治区人民政府作报告。",
        [],
    ),
    (
        "a list of many matters bears none of them",
        "继续做好统计、档案、地方志、气象、外事、侨务、宗教等工作。",
        [],
    ),
    (
        "public services of medical insurance are no reform of the administration",
        "县医保局把医保政务服务事项放到乡镇办理。参保群众在村里就能办医保报销，办事少跑腿。"
        "医保窗口推行一窗受理。",
        ["医疗保障/经办服务"],
    ),
    (
        "elsewhere public services are",
        "县里把政务服务事项放到乡镇办理，企业开办一天办结，证照分离改革全面推开。",
        ["改革与营商环境"],
    ),
    ("a heading names its theme", "（三）着力发展现代农业", ["农业农村"]),
    ("a heading that names none", "二、下一年主要任务", []),
    ("the dateline bears none", "某某县人民政府县长 张三", []),
    (
        "a closing appeal bears none",
        "各位代表，让我们更加紧密地团结起来，为推动医疗保障和乡村振兴再上新台阶而努力奋斗！",
        [],
    ),
    (
        "figures count as their themes",
        "地区生产总值增长6.2%，一般公共预算收入增长4%，社会消费品零售总额增长7%。",
        ["经济发展", "财政金融", "消费与商贸"],
    ),
    (
        "a court's year",
        "全市法院受理案件3.2万件，审结3.1万件，其中民事案件占七成，法官人均结案数居全省前列。",
        ["司法与法治"],
    ),
    (
        "taxes are public finance too",
        "税务机关办理增值税留抵退税6亿元，减税降费惠及小微企业1.8万户。",
        ["财政金融", "税费"],
    ),
    (
        "an audit of the budget",
        "对8个部门的预算执行情况进行审计，发现违规金额4200万元，审计整改率达96%。",
        ["财政金融", "审计监督"],
    ),
    (
        "supervision of the market",
        "查处侵权假冒和不正当竞争案件210起，召回缺陷产品，特种设备检验合格率达99%。",
        ["市场监管与知识产权"],
    ),
    (
        "a people's congress at work",
        "县人大常委会开展执法检查3次，听取和审议专项工作报告12项，办理代表建议86件。",
        ["人大政协统战"],
    ),
    (
        "offices and posts",
        "核定编制160名，撤并内设机构5个，完善年轻干部选拔任用制度。",
        ["机构编制与干部"],
    ),
    (
        "a flood",
        "启动防汛应急响应，转移群众2300人，抢险队伍封堵堤防险情4处。",
        ["公共安全与社会治理", "应急与疫情"],
    ),
    (
        "an epidemic is a matter of health too",
        "继续做好新冠肺炎疫情防控，对密切接触者实行集中隔离，全员核酸检测两轮。",
        ["卫生健康", "应急与疫情"],
    ),
    (
        "the epidemic as a point in time",
        "疫情防控期间，农产品批发市场不停业，蔬菜每天到货800吨，保障市场供应。",
        ["消费与商贸", "农业农村", "应急与疫情"],
    ),
    (
        "population",
        "年末常住人口42.6万人，人口自然增长率为千分之三，出生率略有回升。",
        ["卫生健康", "人口"],
    ),
    (
        "ministries in a list are no matters",
        "外交部、财政部、教育部、民政部、水利部按照各自分工抓好落实。",
        [],
    ),
    (
        "no cue stands across two words",
        "强化工作调度，绿化工程完成八成。",
        ["生态环境"],
    ),
    (
        "the formulas of a law are no matters of the courts or of the party",
        "工作人员滥用职权、玩忽职守，构成犯罪的，依法追究刑事责任。",
        [],
    ),
    ("the heading of a law's penalties", "第六章 法律责任", []),
    (
        "who is addressed is no matter of the congress",
        "我受市人民政府委托，向市人大常委会报告预算执行情况，请予审议。",
        ["财政金融"],
    ),
    ("what a congress is given", "现将预算草案的报告提请大会审议。", ["财政金融"]),
    (
        "hearings on laws are no matter of the party",
        "推进立法听证，听证机构公布听证人名单。",
        ["司法与法治"],
    ),
    (
        "a tax is public finance",
        "企业所得税汇算清缴期限延长一个月。",
        ["财政金融", "税费"],
    ),
    (
        "the epidemic beside the economy is no matter of health",
        "统筹做好新冠肺炎疫情防控和经济社会发展，发放失业保险稳岗返还资金1.2亿元，惠及企业310家。",
        ["社会保障与就业", "应急与疫情"],
    ),
    (
        "checks and funds of others are none of medical insurance",
        "全年进场现场检查40次，编制基金收入预算，补偿标准提高一成。",
        ["财政金融"],
    ),
    ("a service industry of science", "科技服务业营业收入增长一成。", ["产业与企业", "科技创新"]),
    ("a row of a population", "其中：女性 | 391 | 46.9", ["人口"]),
    (
        "traditional script",
        "縣醫保局開展飛行檢查，追回違規使用的醫保基金。",
        ["医疗保障/基金监管"],
    ),
    (
        "full-width letters",
        "全面推行ＤＩＰ付费，病种覆盖所有住院机构。",
        ["医疗保障/支付方式改革"],
    ),
]


@pytest.mark.parametrize(("text", "names"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_example(text: str, names: list[str]) -> None:
    assert {theme.name for theme in themes_of(text)} == set(names)


def test_evidence_is_what_the_text_says() -> None:
    (theme,) = themes_of("縣醫保局開展飛行檢查。")
    assert theme.evidence == ("飛行檢查",)


def test_the_heading_tells_what_a_text_is_about() -> None:
    text = "推行首问负责，办理时限压缩一半。"
    assert themes_of(text) == ()
    (theme,) = themes_of(text, heading=("二、医保经办更加便民",))
    assert theme.name == "医疗保障/经办服务"
    assert "首问" in theme.evidence


def test_a_heading_bears_no_theme_for_the_text() -> None:
    assert themes_of("会议由县长主持。", heading=("一、医保基金监管",)) == ()


HEADED = [
    ("an item of a list", "3.煤炭工业部", ["一、撤销的部门：机构编制调整"], ["机构编制与干部"]),
    ("an item that ends in a semicolon", "甲种作物；", ["一、农业"], ["农业农村"]),
    ("a row of a table", "房地产业 | 1053 | 42.9", ["四、固定资产投资"], ["投资与项目"]),
    (
        "a row that names its own matter twice",
        "公路 | 亿吨公里 | 120",
        ["四、服务业"],
        ["交通与基础设施"],
    ),
    ("a row without borders", "牛奶产量250万吨14.2", ["一、农业"], ["农业农村"]),
    (
        "a row about the heading's matter",
        "粮食 | 120 | 3",
        ["一、农业和乡村振兴"],
        ["农业农村"],
    ),
    ("the nearest heading that names any", "（一）其他；", ["一、农业", "第三条"], ["农业农村"]),
    ("one that names many", "甲 | 1", ["教育事业、卫生事业、公路建设和农业生产"], []),
    ("no item", "会议由县长主持。", ["一、农业"], []),
    ("an item with a matter of its own", "3.修建公路；", ["一、农业"], ["交通与基础设施"]),
]


@pytest.mark.parametrize(
    ("text", "heading", "names"), [c[1:] for c in HEADED], ids=[c[0] for c in HEADED]
)
def test_a_heading_speaks_for_what_says_too_little(
    text: str, heading: list[str], names: list[str]
) -> None:
    found = themes_of(text, heading)
    assert {theme.name for theme in found} == set(names)
    assert all(word in text or word in "".join(heading) for t in found for word in t.evidence)


def test_a_heading_under_a_heading_bears_only_what_it_names() -> None:
    assert themes_of("一、主要目标", heading=["农业发展规划"], kind="heading") == ()


def test_a_heading_tips_the_balance_between_themes() -> None:
    filler = "，各单位各司其职，压实责任，细化举措，及时总结，持续推进"
    text = f"落实河湖长制，沿线开展巡查，顺带检查公路{filler * 4}。"
    assert themes_of(text) == ()
    (theme,) = themes_of(text, heading=["五、改善水生态环境"])
    assert theme.name == "生态环境"
    assert theme.evidence == ("河湖长制",)


def test_overlapping_themes_do_not_compete() -> None:
    """A theme that overlaps another neither takes its clauses nor counts as a further theme."""
    text = "召开大会，财政稳健，税务规范。"
    cues = {"财政": [Cue("财政", 0.5)], "税务": [Cue("税收", 1), Cue("财政", 0.5)]}
    alone = _scores(text, Pack(["财政"], {"财政": set()}, cues={**cues, "税务": cues["税务"][1:]}))
    apart = _scores(text, Pack(["财政", "税收"], {"财政": set(), "税收": set()}, cues=cues))
    overlaps = {"财政": set(), "税收": {"财政"}}
    together = _scores(text, Pack(["财政", "税收"], overlaps, cues=cues))
    assert together["财政"] == alone["财政"] != apart["财政"]


def test_themes_may_overlap_each_other() -> None:
    cues = {"财政": [Cue("财政", 1)], "税务": [Cue("税收", 1)]}
    overlaps = {"财政": {"税收"}, "税收": {"财政"}}
    assert set(_scores("财政、税务", Pack(["财政", "税收"], overlaps, cues=cues))) == {
        "财政",
        "税收",
    }


def _scores(text: str, pack: Pack) -> dict[str, tuple[float, float]]:
    """For each theme, its share of clauses and the threshold of the text."""
    scorer = ThemeScorer(pack)
    claims = scorer.claims(list(scorer.finder.sentences(text)), ())
    threshold = scorer._threshold(claims, len(text))
    return {name: (claim.clauses, threshold) for name, claim in claims.items()}


@given(
    st.lists(st.sampled_from([*load().cues, "，", "。", "的", "醫", "\n"]), max_size=40).map(
        "".join
    )
)
def test_evidence_stands_in_the_text(text: str) -> None:
    for theme in themes_of(text):
        assert 1 <= len(theme.evidence) <= 4
        assert len(set(theme.evidence)) == len(theme.evidence)
        assert all(word in text for word in theme.evidence)
        assert theme.name in load().themes
