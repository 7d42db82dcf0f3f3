"""All labels of a report together: the five seeds, metadata, issuers, and real reports at large."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from itertools import dropwhile
from pathlib import Path

import pytest

from indexer.evaluate import evaluate
from indexer.label import Labels, label
from indexer.metadata import read_metadata

SHARED = Path(__file__).parents[1].parent / "shared"
PINYIN = re.compile(r"([\u4e00-\u9fff])\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]+\)")

SEEDS: Mapping[str, tuple[str, int | None, str, str]] = {
    "000": ("", 2022, "", ""),
    "001": ("湖南省/怀化市/辰溪县", 2024, "辰溪县医疗保障局", "2024-12-23"),
    "002": ("浙江省/绍兴市/上虞区", 2023, "", ""),
    "003": ("", None, "", ""),
    "004": ("陕西省/商洛市", 2022, "商洛市医疗保障局", ""),
}


def summary(labels: Labels) -> tuple[str, int | None, str, str]:
    return "/".join(labels.region.names), labels.year, labels.issuer, labels.published


@pytest.mark.shared
@pytest.mark.parametrize("number", SEEDS)
def test_the_seeds_come_out_as_agreed(number: str) -> None:
    (path,) = (SHARED / "seeds").glob(f"{number}_*")
    text = PINYIN.sub(r"\1", path.read_text(encoding="utf-8-sig"))
    lines = [line.lstrip("# ").strip() for line in text.splitlines() if line.strip()]
    title = lines[0] if len(lines[0]) < 60 else ""
    for name in {title, ""}:
        assert summary(label(name, lines, {})) == SEEDS[number]


GOVERNMENT, OFFICE = "桃源县人民政府", "桃源县安全委员会办公室"
ISSUERS = [
    (
        "a letterhead, though the place is made up",
        "关于印发2024年重点工作安排的通知",
        ["某县人民政府文件", "某政发〔2024〕3号", "各乡镇人民政府：", "现印发给你们。"],
        "某县人民政府",
    ),
    (
        "a letterhead of two bodies",
        "关于开展专项整治的通知",
        ["某县财政局 某县审计局文件", "各乡镇：", "现通知如下。"],
        "某县财政局 某县审计局",
    ),
    (
        "a line about documents is no letterhead",
        "关于文件清理的通知",
        ["继续有效的规范性文件", "各乡镇：", "现通知如下。"],
        "",
    ),
    ("the title", "桃源县医疗保障局2023年工作总结", ["一年来。"], "桃源县医疗保障局"),
    ("the source", "讲话", ["来源：桃源县医疗保障局"], "桃源县医疗保障局"),
    ("an office", "桃源县人民政府办公室关于印发通知", ["各单位：", "好。"], "桃源县人民政府办公室"),
    ("a paper issues nothing", "桃源县纪事", ["来源：湖南日报"], ""),
    ("the signature", "桃源工作", ["一年来。", "桃源县医疗保障局"], "桃源县医疗保障局"),
    ("a government", "河池市政府工作报告", ["各位代表："], "河池市人民政府"),
    ("the State Council", "国务院政府工作报告", ["各位代表："], "国务院"),
    (
        "the body, when it is spoken of again",
        "桃源县纪事",
        ["桃源县医疗保障局坚持为民。", "县医疗保障局有序推进，县医疗保障局获奖。"],
        "桃源县医疗保障局",
    ),
    ("named once in passing", "桃源县纪事", ["会同桃源县财政局印发。"], ""),
    ("unnamed", "工作总结", ["县医疗保障局坚持为民，县医疗保障局。"], ""),
    (
        "a court is no government",
        "桃源县人民法院工作报告",
        ["各位代表：", "我代表桃源县人民法院向大会报告工作。"],
        "桃源县人民法院",
    ),
    (
        "a procuratorate",
        "",
        ["现在，我代表最高人民检察院向大会报告工作。"],
        "最高人民检察院",
    ),
    (
        "a congress, without its term",
        "工作报告",
        ["我受桃源县第十八届人民代表大会常务委员会委托，向大会报告工作。"],
        "桃源县人民代表大会常务委员会",
    ),
    (
        "a resolution",
        "",
        ["（2024年1月7日桃源县第十八届人民代表大会第三次会议通过）"],
        "桃源县第十八届人民代表大会第三次会议",
    ),
    ("a township", "政府工作报告", ["我代表桃花镇人民政府，向大会报告工作。"], "桃花镇人民政府"),
    ("a township by its title", "桃源县桃花镇政府工作报告", ["各位代表："], ""),
    ("a ministry's notice", "教育部 财政部关于管理的通知", ["好。"], "教育部 财政部"),
    (
        "the title before the site",
        "桃源县人民政府关于管理的通知",
        ["发布机构：桃源县教育局"],
        GOVERNMENT,
    ),
    ("a party committee", "中共桃源县委关于党建的意见", ["好。"], "中共桃源县委"),
    ("a university", "桃源大学2025年党政工作要点", ["好。"], "桃源大学"),
    ("who speaks", "", ["桃源县审计局局长 某某某", "现在报告。"], "桃源县审计局"),
    ("below the title", "预算草案的报告", ["桃源县财政局", "好。"], "桃源县财政局"),
    ("a joint signature", "通知", ["好。", "财政部 海关总署", "2020年2月1日"], "财政部 海关总署"),
    (
        "who adopted a law",
        "桃源县某某条例",
        [
            "2024年1月7日 桃源县第十八届人民代表大会常务委员会第三次会议通过",
            *["第一条 为。", "第二条 本。", "第三条 自。"],
        ],
        "桃源县人民代表大会常务委员会",
    ),
    (
        "a joint signature in several lines",
        "通知",
        ["好。", "财政部", "海关总署", "税务总局", "司法部", "2020年2月1日", *["附件。"] * 5],
        "财政部 海关总署 税务总局 司法部",
    ),
    (
        "partners of the source, below the title",
        "桃源县2021年统计公报",
        ["来源：桃源县统计局", "桃源县统计局", "国家统计局桃源调查队", "全年平稳。"],
        "桃源县统计局 国家统计局桃源调查队",
    ),
    (
        "a partner whose place is unknown",
        "通知",
        ["某某兵团统计局", "国家统计局兵团调查总队", "好。"],
        "某某兵团统计局 国家统计局兵团调查总队",
    ),
    ("a decree", "某某办法", ["桃源县人民政府令", "第148号", "第一条 为。"], GOVERNMENT),
    (
        "a decree that a law names",
        "桃源县某某办法",
        ["（2013年4月17日桃源县人民政府令第186号公布）", *["第一条 为。"] * 3],
        GOVERNMENT,
    ),
    (
        "a consultative conference, without its term",
        "",
        ["我代表政协桃源县第五届委员会常务委员会，向大会报告工作。"],
        "政协桃源县委员会常务委员会",
    ),
    ("a school", "桃源县第一中学2024年工作总结", ["好。"], "桃源县第一中学"),
    (
        "a university to its staff",
        "报告",
        ["——在桃源大学第三届教职工代表大会上的工作报告", "好。"],
        "桃源大学",
    ),
    (
        "no people's government",
        "澳门特别行政区政府工作报告",
        ["各位议员："],
        "澳门特别行政区政府",
    ),
    ("a button behind the source", "通知", ["来源：桃源县教育局收藏", "好。"], "桃源县教育局"),
    (
        "a centre of a government",
        "2021年桃源县人民政府政务服务中心部门决算",
        ["桃源县人民政府政务服务中心。" * 4],
        "桃源县人民政府政务服务中心",
    ),
    ("a government and what it does", "桃源县人民政府工作规则", ["好。"], GOVERNMENT),
    (
        "a law under its government",
        "桃源县某某规定",
        [GOVERNMENT, "桃源县某某规定", *["第一条 为。", "第二条 本。", "第三条 自。"]],
        GOVERNMENT,
    ),
    (
        "a township that signs with its party committee",
        "倡议书",
        ["好。", "中共青山乡委员会 青山乡人民政府", "2021年6月28日"],
        "中共青山乡委员会 青山乡人民政府",
    ),
    (
        "a township above its site",
        "青山乡人民政府关于某某的报告",
        ["桃源县人民政府"],
        "青山乡人民政府",
    ),
    ("no township", "通知", ["好。", "各乡镇人民政府", "2021年6月28日"], ""),
    ("a headline", "桃源县人代会今天开幕", ["某某代表桃源县人民政府作政府工作报告。"], ""),
    (
        "news",
        "桃源县教育局开展检查",
        ["昨日，桃源县财政局开会。", "桃源县财政局"],
        "桃源县教育局",
    ),
    ("media as source", "通知", ["来源：桃源县融媒体中心", "好。"], ""),
    ("an account as source", "通知", ["来源：桃源县财政局微信公众号", "好。"], ""),
    (
        "a standing committee, not its session",
        "任免名单",
        ["（2022年10月28日桃源县第五届人民代表大会常务委员会第九次会议通过）"],
        "桃源县人民代表大会常务委员会",
    ),
    (
        "the session of the national congress",
        "关于预算的决议",
        ["（2021年3月11日第十三届全国人民代表大会第四次会议通过）"],
        "第十三届全国人民代表大会第四次会议",
    ),
    ("news of a paper", "桃源县教育局开展检查", ["本报讯 昨日，桃源县财政局开会。"], ""),
    (
        "a body within another line",
        "桃源县2021年统计公报",
        ["桃源县关于接受某某辞去桃源县人民政府", "桃源县统计局", "全年平稳。"],
        "桃源县统计局",
    ),
    (
        "a staff of a long name",
        "桃源县应对新型冠状病毒感染肺炎疫情工作领导小组公告",
        ["好。"],
        "桃源县应对新型冠状病毒感染肺炎疫情工作领导小组",
    ),
    ("a ministry before its year", "国家卫生健康委2024年年度报告", ["好。"], "国家卫生健康委"),
    (
        "a session, not its meeting",
        "桃源县第五届人民代表大会第一次会议关于某某的决议",
        ["（2023年1月7日桃源县第五届人民代表大会第一次会议第四次全体会议通过）"],
        "桃源县第五届人民代表大会第一次会议",
    ),
]


@pytest.mark.parametrize(
    ("title", "paragraphs", "issuer"), [c[1:] for c in ISSUERS], ids=[c[0] for c in ISSUERS]
)
def test_who_issued_it(title: str, paragraphs: list[str], issuer: str) -> None:
    assert label(title, paragraphs, {}).issuer == issuer


DATES = [
    (["发布时间:2024-12-23 14:29"], "2024-12-23"),
    (["发布日期：２０２３年２月５日"], "2023-02-05"),
    (["正文。", "2024年1月5日"], "2024-01-05"),
    (["发布时间:2024-02-30"], ""),
    (["会议于2024年1月5日召开，研究工作。"], ""),
    (["索引号： | 0000 | 成文日期： | 2024-01-05 |"], "2024-01-05"),
    (["（2024年1月5日）", "正文。"], "2024-01-05"),
    (["一九九八年七月一六日"], "1998-07-16"),
    (["2024-04-12 08:41 来源：某县融媒体中心 作者：某"], "2024-04-12"),
    (["正文。", "某县医疗保障局", "2024年1月5日", *["附件的正文。"] * 5], "2024-01-05"),
]


LIBRARY = ["2025-06-07 16:43 来源：某某文库", "某政发〔2001〕85号", "好。"]
PAGE = ["时间：2024-07-22", *["第一条 为。", "第二条 本。", "第三条 自。"]]
PAGES = [
    ("a library's day is no day of publication", "某某通知", LIBRARY, ""),
    ("the notice's own day", "某某通知", [*LIBRARY, "某某局", "2001年5月4日"], "2001-05-04"),
    ("a day within the next year", "某某通知", ["2002-01-04", *LIBRARY[1:]], "2002-01-04"),
    ("a page's time on a law", "某某条例", PAGE, ""),
    ("a page's time on a summary", "工作总结", ["时间：2024-07-22", "好。"], "2024-07-22"),
    (
        "the day of promulgation",
        "某某条例",
        [PAGE[0], "颁布日期:2001-6-3", *PAGE[1:]],
        "2001-06-03",
    ),
    ("the day of a collection", "工作总结", ["收录时间：2024-05-26", "好。"], ""),
    ("in brackets", "某某报告", ["[ 成文日期 ] 2022-09-28 [ 发布日期 ] 2022-09-29"], "2022-09-28"),
    ("below its field", "某某规则", ["发布日期:", "2024年04月06日 16:34", "好。"], "2024-04-06"),
    (
        "a writer and the hour",
        "某某：进展顺利",
        ["某某某 2025-09-11 12:48:20", "好。"],
        "2025-09-11",
    ),
    ("a writer's birth", "某某：进展顺利", ["某某某 1975-09-11", "好。"], ""),
    ("a body and its day", "某某解读", ["桃源县人民政府 2024年1月8日", "好。"], "2024-01-08"),
    ("a day with its hour", "某某开幕", ["2003年02月16日 14:38", "好。"], "2003-02-16"),
    (
        "a day behind an address",
        "某某开幕",
        ["http://www.example.com 2007年05月25日01:38 某某报", "好。"],
        "2007-05-25",
    ),
]


@pytest.mark.parametrize(
    ("title", "paragraphs", "published"), [c[1:] for c in PAGES], ids=[c[0] for c in PAGES]
)
def test_a_page_may_be_younger_than_what_it_shows(
    title: str, paragraphs: list[str], published: str
) -> None:
    assert label(title, paragraphs, {}).published == published


@pytest.mark.parametrize(("paragraphs", "published"), DATES)
def test_when_it_was_published(paragraphs: list[str], published: str) -> None:
    assert label("工作总结", paragraphs, {}).published == published


def test_metadata_goes_before_the_text() -> None:
    stated = {"region": "湖南辰溪", "year": "2023年", "issuer": "某局", "published": "2024/1/2"}
    stated["kind"] = "某种"
    found = label("河池市2020年工作总结", ["来源：河池市医疗保障局"], stated)
    assert summary(found) == ("湖南省/怀化市/辰溪县", 2023, "某局", "2024-01-02")
    assert found.kind == "某种"
    assert set(found.evidence.values()) == {"据元数据"}


@pytest.mark.parametrize(
    ("key", "value"), [("region", "火星"), ("year", "去年"), ("published", "2024-13-01")]
)
def test_metadata_that_means_nothing_is_named(key: str, value: str) -> None:
    with pytest.raises(ValueError, match=value):
        label("工作总结", [], {key: value})


def test_traditional_text_is_read_and_evidence_is_given() -> None:
    found = label("辰溪縣醫療保障局2024年工作總結", ["縣醫療保障局堅持為民。"], {})
    assert found.region.names == ("湖南省", "怀化市", "辰溪县")
    assert found.evidence["region"].startswith("据标题“")


def test_a_glossary_tells_neither_place_nor_year() -> None:
    report = ["各位代表：", "去年成绩很大。", "二、2020年主要任务", *["做好工作。"] * 4]
    glossary = [
        "名词解释",
        "2035年远景目标：2035年主要任务是现代化。",
        "桃源县、桃源县、桃源县全县。",
    ]
    found = label("政府工作报告", [*report, *glossary, *["在桃源县实行。"] * 3], {})
    assert (found.region.names, found.year) == ((), 2020)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_metadata_csv_is_read(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.txt").touch()
    text = "file,title,region,year\r\nsub\\a.txt,总结,湖南省/怀化市/辰溪县,\r\n,,,\r\n"
    (tmp_path / "metadata.csv").write_bytes(text.encode(encoding))
    expected = {"sub/a.txt": {"title": "总结", "region": "湖南省/怀化市/辰溪县"}}
    assert read_metadata(tmp_path) == (expected, [])


def test_no_metadata_csv_is_no_metadata(tmp_path: Path) -> None:
    assert read_metadata(tmp_path) == ({}, [])


# What is wrong in a table; a part of the message; and what the table states all the same.
BROKEN = [
    ("file,地区,year\na.txt,x,2024\n", "地区", {"a.txt": {"year": "2024"}}),
    ("title,year\nx,2024\n", "file", {}),
    ("file,year,year\na.txt,1,2\n", "重复", {"a.txt": {"year": "1"}}),
    ("file,year\na.txt\nb.txt,2023\n", "第 2 行", {"b.txt": {"year": "2023"}}),
    (
        "file,year\na.txt,2024\na.txt,2023\nb.txt,2022\n",
        "第 3 行",
        {"a.txt": {"year": "2024"}, "b.txt": {"year": "2022"}},
    ),
    ("file,year\nc.txt,2024\na.txt,2023\n", "c.txt", {"a.txt": {"year": "2023"}}),
    ("file,year\n../a.txt,2024\nb.txt,2023\n", "第 2 行", {"b.txt": {"year": "2023"}}),
    ("file,year\n/a.txt,2024\n", "第 2 行", {}),
    (
        "file,region,year\na.txt,火星,2024\nb.txt,湖南省,\n",
        "火星",
        {"a.txt": {"year": "2024"}, "b.txt": {"region": "湖南省"}},
    ),
    ('file,title\nb.txt,报告\na.txt,"总结\n', "CSV", {"b.txt": {"title": "报告"}}),
    ("", "file", {}),
]


@pytest.mark.parametrize(("text", "named", "stated"), BROKEN)
def test_a_fault_of_a_table_is_named_and_the_rest_counts(
    tmp_path: Path, text: str, named: str, stated: dict[str, dict[str, str]]
) -> None:
    (tmp_path / "a.txt").touch()
    (tmp_path / "b.txt").touch()
    (tmp_path / "metadata.csv").write_text(text, encoding="utf-8")
    found, (fault,) = read_metadata(tmp_path)
    assert found == stated
    assert named in str(fault)


def test_a_table_in_no_known_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "metadata.csv").write_bytes(b"file,title\n\xff\xff\xff,\x81")
    stated, (fault,) = read_metadata(tmp_path)
    assert not stated
    assert "UTF-8" in fault.reason


def read_plainly(path: Path, body_only: bool) -> tuple[str, list[str]]:
    """Read title and paragraphs of a shared report without the project's reader."""
    front, title = re.match(r"---\n(.*?)\n---\n", path.read_text("utf-8"), re.DOTALL), ""
    text = path.read_text("utf-8")[front.end() if front else 0 :]
    if front and (match := re.search(r"^title:(.*)$", front[1], re.MULTILINE)):
        title = match[1].strip()
    lines = [line.strip() for line in re.sub(r"<!--.*?-->", "", text).splitlines() if line.strip()]
    if lines and lines[0].startswith(("#", "**")):
        title = title or lines.pop(0).strip("#* ")
    return "" if body_only else title, [line.strip("#* ") for line in lines]


@pytest.mark.shared
@pytest.mark.parametrize(("body_only", "right", "wrong"), [(False, 0.99, 0.01), (True, 0.97, 0.01)])
def test_real_reports_are_labelled_right(body_only: bool, right: float, wrong: float) -> None:
    """Of every twelfth report: the minimum share of right labels, the maximum of wrong ones."""
    folder = SHARED / "reports"
    with (folder / "labels.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))[::12]
    found = [label(*read_plainly(folder / row["file"], body_only), {}) for row in rows]
    assert_shares(
        [f.region.names[-1:] for f in found], [(r["region"],) for r in rows], right, wrong
    )
    assert_shares([f.year for f in found], [int(r["year"]) for r in rows], right, wrong)


@pytest.mark.shared
def test_the_year_is_found_in_the_running_text_alone() -> None:
    """Without title and all short lines above the first paragraph, dateline and salutation."""
    folder = SHARED / "reports"
    with (folder / "labels.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))[::4]
    bodies = []
    for row in rows:
        _, lines = read_plainly(folder / row["file"], body_only=True)
        bodies.append(list(dropwhile(lambda line: len(line) < 60, lines)))
    found = [label("", body, {}).year for body in bodies]
    assert_shares(found, [int(row["year"]) for row in rows], 0.96, 0.01)


FLOORS = {  # the least share of right labels, the largest of wrong ones
    "region": (0.95, 0.02),
    "year": (0.94, 0.02),
    "issuer": (0.88, 0.02),
    "published": (0.92, 0.02),
    "title": (0.92, 0.08),
    "kind": (0.9, 0.02),
}


@pytest.mark.shared
def test_documents_of_other_kinds_are_labelled_right() -> None:
    folder = SHARED / "documents"
    scores, failures = evaluate(folder, folder / "gold.tsv")
    assert not failures
    for name, (right, wrong) in FLOORS.items():
        score = scores[name]
        assert score.right >= right * score.total, (name, score.confusions)
        assert score.wrong <= wrong * score.total, (name, score.confusions)


def assert_shares(got: Sequence[object], due: Sequence[object], right: float, wrong: float) -> None:
    pairs = list(zip(got, due, strict=True))
    share = sum(g == d for g, d in pairs) / len(pairs)
    false = sum(bool(g) and g != d for g, d in pairs) / len(pairs)
    assert share >= right, f"{share:.3f} right"
    assert false <= wrong, f"{false:.3f} wrong"
