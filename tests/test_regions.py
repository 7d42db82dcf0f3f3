"""Inferring the place of a report: the spellings of names, and misleading names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import document_kinds, regions
from indexer.divisions.gazetteer import COUNTY, gazetteer
from indexer.divisions.naming import forms, stem
from indexer.divisions.weighing import mentions, spoken_rank
from indexer.label import prepare

PLACES = gazetteer()


def path(title: str, *paragraphs: str) -> str:
    name, lines = prepare(title), [prepare(p) for p in paragraphs]
    kind, _ = document_kinds.infer(name, lines)
    region, evidence = regions.infer(kind, name, lines)
    assert bool(region.names) == bool(evidence), "a label has evidence, its absence has none"
    return "/".join(region.names)


TITLES = [
    ("辰溪县医疗保障局2024年工作总结", "湖南省/怀化市/辰溪县"),
    ("恩施州医疗保障局2022年工作总结", "湖北省/恩施土家族苗族自治州"),
    ("黔西南州政府工作报告", "贵州省/黔西南布依族苗族自治州"),
    ("克州政府工作报告", "新疆维吾尔自治区/克孜勒苏柯尔克孜自治州"),
    ("锡林郭勒盟医疗保障局工作总结", "内蒙古自治区/锡林郭勒盟"),
    ("阿拉善左旗医疗保障局工作总结", "内蒙古自治区/阿拉善盟/阿拉善左旗"),
    ("广西2023年政府工作报告", "广西壮族自治区"),
    ("北京市朝阳区医疗保障局工作总结", "北京市/朝阳区"),
    ("朝阳市政府工作报告", "辽宁省/朝阳市"),
    ("吉林市政府工作报告", "吉林省/吉林市"),
    ("海南藏族自治州政府工作报告", "青海省/海南藏族自治州"),
    ("海南省政府工作报告", "海南省"),
    ("仙桃市医疗保障局工作总结", "湖北省/仙桃市"),
    ("阿拉尔市政府工作报告", "新疆维吾尔自治区/阿拉尔市"),
    ("东莞市政府工作报告", "广东省/东莞市"),
    ("义乌市政府工作报告", "浙江省/金华市/义乌市"),
    ("公安县医疗保障局工作总结", "湖北省/荆州市/公安县"),
    ("香港特别行政区施政报告", "香港特别行政区"),
    ("上虞市2010年工作总结", "浙江省/绍兴市/上虞区"),
    ("襄樊市政府工作报告", "湖北省/襄阳市"),
    ("思茅市政府工作报告", "云南省/普洱市"),
    ("渝北区医疗保障局2023年工作总结", "重庆市/渝北区"),
    ("鼓楼区医疗保障局工作总结", ""),
    ("兰州路街道工作总结", ""),
    ("国家级示范县创建工作总结", ""),
    ("新建区域中心工作总结", ""),
    ("和平东方城区公安工作总结", ""),
    ("山西省长治市医疗保障局工作总结", "山西省/长治市"),
    ("学习三明医改经验工作总结", ""),
    ("弘扬延安精神工作总结", ""),
    ("两个老城区改造工作总结", ""),
    ("省和县两级财政工作总结", ""),
    ("焦作市解放区医疗保障局工作总结", "河南省/焦作市/解放区"),
    ("和县医疗保障局工作总结", "安徽省/马鞍山市/和县"),
    ("香港特别行政区沙田区工作总结", "香港特别行政区/沙田区"),
    ("南投縣政府施政报告", "台湾省/南投县"),
    ("数据平台中心工作总结", ""),
    ("中华人民共和国2003年统计公报", "全国"),
    ("国家税务总局关于减税的通知", "全国"),
    ("国家税务总局四川省税务局关于减税的通知", "四川省"),
    ("上海市实施《中华人民共和国气象法》办法", "上海市"),
    ("浙江重庆两地专家连线", ""),
    ("上海市新建住宅交付规定", "上海市"),
    ("宁波市台湾同胞投资保障条例", "浙江省/宁波市"),
    ("最高人民法院关于北京金融法院案件管辖的规定", "全国"),
    ("全国各地有序复工", "全国"),
    ("财政部门工作总结", ""),
    ("国家级示范社区医疗保障局工作总结", ""),
    ("中共中央关于农村改革的决定", "全国"),
    ("中共桃源县委关于农村改革的决定", "湖南省/常德市/桃源县"),
]


@pytest.mark.parametrize(("title", "expected"), TITLES)
def test_a_title_names_the_place(title: str, expected: str) -> None:
    assert path(title) == expected


def test_a_dateline_corrects_a_title_that_names_a_county_for_its_prefecture() -> None:
    dateline = "——2014年2月18日在大理白族自治州第十三届人民代表大会第二次会议上"
    assert path("大理市政府工作报告", dateline) == "云南省/大理白族自治州"
    assert path("大理市政府工作报告", "今年在云南省人大会议上的要求，我市已落实。") == (
        "云南省/大理白族自治州/大理市"
    )


LAW = ["第一条 为了规范管理。", "第二条 本条例适用于储户。", "第三条 自公布之日起施行。"]
BODIES = [
    (
        "the dateline",
        ["——2022年1月12日在河池市第五届人民代表大会第二次会议上", "市长 某某"],
        "广西壮族自治区/河池市",
    ),
    (
        "the speaker",
        ["各位代表:", "现在，我代表贵港市人民政府，向大会报告工作。"],
        "广西壮族自治区/贵港市",
    ),
    (
        "the source line",
        ["发布时间：2023-01-05 信息来源：辰溪縣醫療保障局"],
        "湖南省/怀化市/辰溪县",
    ),
    (
        "the signature",
        ["一年来工作有序。", "临潭县医疗保障局", "2024年1月5日"],
        "甘肃省/甘南藏族自治州/临潭县",
    ),
    (
        "paired assistance, however often it is named",
        [
            "与对口支援的那曲市、协作的威海市结对，赴威海市学习，威海市援建大厅，援那曲市。",
            "我县参保率居全州第一。临潭县印发办法，全县推进，临潭县医共体挂牌，全县覆盖。",
        ],
        "甘肃省/甘南藏族自治州/临潭县",
    ),
    (
        "one of many districts of a name, known by its city",
        ["全区参保率居徐州第一，徐州市下达的任务完成。", "鼓楼区、鼓楼区、鼓楼区，我区全区。"],
        "江苏省/徐州市/鼓楼区",
    ),
    (
        "products named for a province support its districts",
        [
            "全区推进浙里惠民保，越惠保扩面，浙里惠民保理赔。",
            "建设勤廉上虞，全区奋进，为上虞助力。",
        ],
        "浙江省/绍兴市/上虞区",
    ),
    ("the State Council", ["——2024年3月5日在第十四届全国人民代表大会第二次会议上"], "全国"),
    ("plain words that are counties too", ["全县公安、资源、合作、和平、平安、长治久安。"], ""),
    ("words with a county inside", ["全县创建示范县、示范县，党和政府、党和政府重视。"], ""),
    ("two places alike", ["桂林市、柳州市各有进展，全市。"] * 4, "广西壮族自治区"),
    ("anonymised", ["2022年，县医疗保障局坚持为民，**县全县参保。"], ""),
    ("a notice to all provinces", ["各省、自治区、直辖市财政厅（局）：", "现通知如下。"], "全国"),
    ("one that names them all", ["要求各省、自治区、直辖市及新疆生产建设兵团办理。" * 3], ""),
    ("no governor", ["湖南省长沙市、吉林省长春市、山西省长治市来访。", "各有进展。"], ""),
    ("a city that begins as 省长 ends", ["湖南省长沙市", "好。"], "湖南省/长沙市"),
    ("a governor", ["湖南省省长 某某", "各有进展。"], "湖南省"),
    ("a mayor", ["长沙市市长 某某", "各有进展。"], "湖南省/长沙市"),
    ("a court", ["我代表桃源县人民法院，向大会报告工作。"], "湖南省/常德市/桃源县"),
    ("the head of an office", ["桃源县审计局局长 某某某", "现在报告。"], "湖南省/常德市/桃源县"),
    ("who signs", ["好。", "财政部 海关总署 税务总局", "2020年2月1日"], "全国"),
    ("a local office of a national body", ["好。", "国家税务总局山西省税务局"], "山西省"),
    (
        "a headline on all",
        ["本报讯 各地有序复工。", "江苏省、浙江省、安徽省、福建省恢复客运。"],
        "",
    ),
    (
        "who adopted a law",
        ["2006年10月26日 桃源县第十二届人民代表大会常务委员会第三次会议通过"],
        "湖南省/常德市/桃源县",
    ),
    ("an order of the State Council", [*LAW, "1992年 国务院令第1号发布"], "全国"),
    ("a law that names the State Council", [*LAW, "国务院负责本条例的实施。"], "全国"),
    ("a law of a city", [*LAW, "国务院另有规定的，本市从其规定。"], ""),
    ("the country", ["我国经济平稳，全国各族人民，我国科技进步，我国农业，我国工业。"], "全国"),
    ("news", ["本报讯 近日，泰州市审计局报告，靖江开会。"], "江苏省/泰州市"),
    ("an agency's dateline", ["新华社北京2月15日电 记者获悉，江西省发布通知。"], "江西省"),
    ("a single place", ["近期，某某在桃源县指导工作。"], "湖南省/常德市/桃源县"),
    ("a paper", ["来源：湖南日报", "临潭县、临潭县、我县全县。"], "甘肃省/甘南藏族自治州/临潭县"),
    (
        "offices that only Hong Kong has",
        ["以下是政务司司长在立法会的致辞。", "特区政府为香港的整体利益努力。"],
        "香港特别行政区",
    ),
    ("Hong Kong unnamed", ["行政长官在立法会的发言。", "多谢立法会主席。"], "香港特别行政区"),
    ("Macao", ["澳门的行政长官在立法会的发言。", "多谢立法会主席。"], "澳门特别行政区"),
    ("the head of a ministry", ["国家统计局副局长 某某某", "经济平稳。"], "全国"),
    ("a text that a ministry opens", ["国务院新闻办公室定于10月21日举行发布会。"], "全国"),
    ("a law of the country in passing", ["中华人民共和国条例的要求，落实有力。"], ""),
    ("a ministry behind its field", ["发文机关最高人民法院", "经济平稳。"], "全国"),
    ("a ministry beside a place", ["本报讯 国家统计局来桃源县调研。"], "湖南省/常德市/桃源县"),
    ("Hong Kong beside Macao", ["香港和澳门的立法会、行政长官、特区政府。"], ""),
    ("Hong Kong in passing", ["香港立法会代表团来访。"], ""),
    ("the capital as a venue", ["本报讯 8月25日，全国人大常委会会议在北京举行。"], "全国"),
    ("a meeting of the capital", ["本报讯 8月25日，北京市人大常委会会议举行。"], "北京市"),
    ("news of a ministry", ["本报讯 10月24日，国家统计局发布消息，经济恢复。"], "全国"),
    ("a ministry and its day", ["国家统计局 2024-10-18 10:15", "经济平稳。"], "全国"),
    ("a ministry in full", ["中华人民共和国国家统计局", "经济平稳。"], "全国"),
    ("nothing", [], ""),
]


@pytest.mark.parametrize(
    ("paragraphs", "expected"), [case[1:] for case in BODIES], ids=[case[0] for case in BODIES]
)
def test_the_text_tells_the_place(paragraphs: list[str], expected: str) -> None:
    assert path("", *paragraphs) == expected


RANKS = [
    ("全市经济居全省第一，市委、市政府、全市", "市"),
    ("全省全省省委，居全国前列", "省"),
    ("全区各族人民，自治区党委，我区全区", "自治区"),
    ("全区参保，我区，区委区政府，市委", "区"),
    ("我县全县，居全市第一，县委", "县"),
    ("一切都好", ""),
]


@pytest.mark.parametrize(("text", "expected"), RANKS)
def test_a_report_says_its_rank(text: str, expected: str) -> None:
    assert spoken_rank(text) == expected


STATED = [
    ("湖南省/怀化市/辰溪县", "431223"),
    ("辰溪县", "431223"),
    ("湖南辰溪", "431223"),
    ("431223", "431223"),
    ("上虞市", "330604"),
    ("海南", "460000"),
    ("徐州鼓楼", "320302"),
    ("全国", "100000"),
]


@pytest.mark.parametrize(("value", "adcode"), STATED)
def test_a_person_may_name_a_region_in_several_ways(value: str, adcode: str) -> None:
    assert regions.resolve(value).adcodes[-1] == adcode


@pytest.mark.parametrize("value", ["unknown", "未知"])
def test_a_person_may_say_that_a_region_is_unknown(value: str) -> None:
    assert regions.resolve(value).names == ()


@pytest.mark.parametrize("value", ["火星", "鼓楼区", "湖南省/绍兴市", "999999", "湖南省某县"])
def test_a_region_that_cannot_be_told_is_named_in_the_error(value: str) -> None:
    with pytest.raises(ValueError, match=value):
        regions.resolve(value)


def test_every_path_resolves_to_itself() -> None:
    for code, division in PLACES.divisions.items():
        region = PLACES.region(code)
        assert region.adcodes[-1] == code
        if not division.until:
            assert regions.resolve("/".join(region.names)) == region


def test_the_table_is_whole() -> None:
    current = [d for d in PLACES.divisions.values() if not d.until]
    assert sum(not d.parent for d in current) == 34
    assert all(d.parent in PLACES.divisions for d in PLACES.divisions.values() if d.parent)
    assert sum(PLACES.level(d.code) == COUNTY for d in current) > 2800
    assert all(len(PLACES.above(d.code)) <= 3 for d in PLACES.divisions.values())


@given(st.text(alphabet="在与省市县区公安和平东方范新建长沙辰溪湖南的，。", max_size=30))
def test_a_mention_is_its_slice_and_mentions_do_not_overlap(text: str) -> None:
    end = 0
    for mention in mentions(text):
        assert text[mention.start : mention.end] == mention.name
        assert mention.start >= end
        end = mention.end


@pytest.mark.parametrize(
    ("name", "short", "written"),
    [
        ("恩施土家族苗族自治州", "恩施", ["恩施土家族苗族自治州", "恩施州"]),
        ("内蒙古自治区", "内蒙古", ["内蒙古自治区"]),
        ("辰溪县", "辰溪", ["辰溪县"]),
        ("赵县", "", ["赵县"]),
        ("麻阳苗族自治县", "麻阳", ["麻阳苗族自治县", "麻阳县"]),
    ],
)
def test_names_are_shortened(name: str, short: str, written: list[str]) -> None:
    assert stem(name) == short
    assert forms(name) == written
