"""The lexicon, which people edit: the properties of its data, and the messages for mistakes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from engine.analyze import Analyzer, normalise
from engine.errors import ReadError
from indexer.lexicon import FOLDER_VARIABLE, PHRASE_WEIGHT, SURE_WEIGHT, Cue, load, policy_phrases

MEDICAL = "医疗保障"

# Terms an official would miss if they were not marked.
EXPECTED = [
    ("打击欺诈骗保", "医疗保障/基金监管"),
    ("飞行检查", "医疗保障/基金监管"),
    ("智能监控", "医疗保障/基金监管"),
    ("门诊共济", "医疗保障/待遇保障"),
    ("两病", "医疗保障/待遇保障"),
    ("双通道", "医疗保障/集采与价格"),
    ("DIP", "医疗保障/支付方式改革"),
    ("DRG", "医疗保障/支付方式改革"),
    ("一站式结算", "医疗保障/经办服务"),
    ("长期护理保险", "医疗保障/长护与商保"),
    ("放管服", "改革与营商环境"),
    ("河长制", "生态环境"),
    ("乡村振兴", "农业农村"),
    ("专精特新", "产业与企业"),
    ("枫桥经验", "公共安全与社会治理"),
    ("简政放权", "改革与营商环境"),
    ("扩大内需", "经济发展"),
    ("市级统筹", "医疗保障/基金运行"),
    ("两票制", "医疗保障/集采与价格"),
    ("公益诉讼", "司法与法治"),
    ("经济责任审计", "审计监督"),
    ("出口退税", "税费"),
    ("反垄断", "市场监管与知识产权"),
    ("统一战线", "人大政协统战"),
    ("三定方案", "机构编制与干部"),
    ("联防联控", "卫生健康"),
    ("应急预案", "应急与疫情"),
    ("人口老龄化", "人口"),
]

SLIPS = [
    ("不是 TOML", "[[theme]\n", "TOML"),
    ("不认识的栏目", '[[theme]]\nname = "甲"\ncues = ["医保"]\n', "cues"),
    ("没有名称", '[[theme]]\nsure = ["医保"]\n', "name"),
    ("主题重复", '[[theme]]\nname = "甲"\n[[theme]]\nname = "甲"\n', "甲"),
    ("线索重复", '[[theme]]\nname = "甲"\nsure = ["医保", "医保"]\n', "写了两次"),
    (
        "短语分属两处",
        '[[theme]]\nname = "甲"\nphrases = ["医保码"]\nquiet = ["医保码"]\n',
        "医保码",
    ),
    ("只有一个字", '[[theme]]\nname = "甲"\nsure = ["医"]\n', "太短"),
    ("不是列表", '[[theme]]\nname = "甲"\nsure = "医保"\n', "列表"),
    ("没有的词组", '[[theme]]\nname = "甲"\n[theme.beside]\n"乙" = ["医保"]\n', "乙"),
    ("短语不是列表", '[[theme]]\nname = "甲"\nquiet = "医保"\n', "甲.quiet"),
    ("一层方括号", '[theme]\nname = "甲"\n', "两层方括号"),
    ("词组不是一节", 'groups = ["医保"]\n', "groups"),
    ("套语不是一节", 'ignore = "医保"\n', "ignore"),
    ("线索不成节", '[[theme]]\nname = "甲"\nbeside = ["医保"]\n', "beside"),
    ("重叠的主题不存在", '[[theme]]\nname = "甲"\noverlaps = ["乙"]\n', "乙"),
    ("重叠不是列表", '[[theme]]\nname = "甲"\noverlaps = "甲"\n', "甲.overlaps"),
    ("三层的主题", '[[theme]]\nname = "甲/乙/丙"\n', "主题名"),
    ("主题名里有竖线", '[[theme]]\nname = "甲|乙"\n', "主题名"),
    ("主题名是保留字", '[[theme]]\nname = "unknown"\n', "主题名"),
]


def test_the_phrases_are_many_enough() -> None:
    tops = [theme.partition("/")[0] for theme in policy_phrases().phrases.values()]
    assert tops.count(MEDICAL) >= 150
    assert len(tops) - tops.count(MEDICAL) >= 150


@pytest.mark.parametrize(("phrase", "theme"), EXPECTED)
def test_a_term_of_the_field_is_a_phrase(phrase: str, theme: str) -> None:
    assert policy_phrases().phrases[phrase] == theme


def test_every_phrase_is_one_word_to_read() -> None:
    """A phrase has no quotation marks or blanks, which tokenizer and highlighter cannot use."""
    odd = [p for p in policy_phrases().phrases if not re.fullmatch(r"[\w+.、]{2,}", p)]
    assert odd == []


def test_no_two_phrases_mean_the_same_characters() -> None:
    phrases = [normalise(phrase) for phrase in policy_phrases().phrases]
    assert len(phrases) == len(set(phrases))


def test_every_theme_named_exists() -> None:
    pack = load()
    named = {cue.theme for cues in pack.cues.values() for cue in cues}
    assert named | set(pack.phrases.values()) == set(pack.themes)
    assert {theme.partition("/")[0] for theme in pack.themes} <= set(pack.themes)


def test_the_tokenizer_keeps_phrases_whole() -> None:
    words = Analyzer(policy_phrases().phrases).cut("推进门诊共济与河长制")
    assert {"门诊共济", "河长制"} <= {word.text for word in words}


@pytest.mark.parametrize(("text", "named"), [case[1:] for case in SLIPS], ids=[s[0] for s in SLIPS])
def test_a_slip_is_named_with_its_file(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ReadError, match=named) as caught:
        load(tmp_path)
    assert "own.toml" in caught.value.source


# --- packs of one's own ---------------------------------------------------------------------------

COMMON = """
[groups]
"医保" = ["医保"]
[[theme]]
name = "甲"
phrases = ["医保钱包"]
sure = ["医保"]
"""
MINE = """
[groups]
"医保" = ["医疗保障"]
[[theme]]
name = "甲"
quiet = ["亲情账户"]
sure = ["参保"]
[theme.beside]
"医保" = ["缴费"]
[[theme]]
name = "乙"
phrases = ["村医通"]
"""


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """A folder with common packs, and a person's own folder."""
    for name, text in (("common", COMMON), ("mine", MINE)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "pack.toml").write_text(text, "utf-8-sig")  # as an editor may save it
    return tmp_path / "common", tmp_path / "mine"


def test_a_later_folder_adds_to_themes_and_groups(folders: tuple[Path, Path]) -> None:
    pack = load(*folders)
    assert pack.themes == ["甲", "乙"]
    assert pack.phrases == {"医保钱包": "甲", "亲情账户": "甲", "村医通": "乙"}
    assert pack.groups["医保"] == {"医保", "医疗保障"}
    assert pack.cues == {
        "医保钱包": [Cue("甲", PHRASE_WEIGHT)],
        "医保": [Cue("甲", SURE_WEIGHT)],
        "参保": [Cue("甲", SURE_WEIGHT)],
        "缴费": [Cue("甲", SURE_WEIGHT, beside="医保")],
        "村医通": [Cue("乙", PHRASE_WEIGHT)],
    }


AGAIN = [
    ("短语已有主题", '[[theme]]\nname = "乙"\nquiet = ["医保钱包"]\n', "医保钱包.*“甲”"),
    ("线索已有", '[[theme]]\nname = "甲"\nphrases = ["医保"]\n', "“医保”写了两次.*quiet"),
    ("自己写了两遍", '[[theme]]\nname = "甲"\n[[theme]]\nname = "甲"\n', "主题重复"),
]


@pytest.mark.parametrize(("text", "named"), [case[1:] for case in AGAIN], ids=[c[0] for c in AGAIN])
def test_what_is_told_twice_is_named(folders: tuple[Path, Path], text: str, named: str) -> None:
    own = folders[1] / "pack.toml"
    own.write_text(text, "utf-8")
    with pytest.raises(ReadError, match=named) as caught:
        load(*folders)
    assert caught.value.source == str(own)


def run(tmp_path: Path, *arguments: str, own: Path | None = None) -> tuple[int, str, str]:
    """Exit status, stdout and stderr of a command in a new process."""
    done = subprocess.run(
        [sys.executable, "-m", "yinju", *arguments, "--index", str(tmp_path / "index")],
        cwd=ROOT,
        env={**os.environ, "PYTHONUTF8": "1", **({FOLDER_VARIABLE: str(own)} if own else {})},
        capture_output=True,
        encoding="utf-8",
    )
    return done.returncode, done.stdout, done.stderr


def test_an_index_follows_the_packs(tmp_path: Path) -> None:
    """A theme of an own pack becomes a facet, its phrases are marked, and changes are noticed."""
    corpus, own = tmp_path / "corpus", tmp_path / "own"
    for folder in (corpus, own):
        folder.mkdir()
    text = "# 甲县2024年工作总结\n\n全县推广村医驿站平台，村村都有。\n\n新建农村公路12公里。\n"
    (corpus / "a.md").write_text(text, "utf-8")
    pack = own / "mine.toml"
    pack.write_text('[[theme]]\nname = "数字乡村/村医"\nphrases = ["村医驿站"]\n', "utf-8")

    assert run(tmp_path, "index", str(corpus))[0] == 0
    status, _, said = run(tmp_path, "search", "--theme", "数字乡村")
    assert (status, "索引里没有主题“数字乡村”" in said) == (2, True)

    status, _, said = run(tmp_path, "index", str(corpus), own=own)
    assert (status, "全部重建：词典或标注规则有变" in said) == (0, True)
    status, out, _ = run(tmp_path, "search", "--json", "--theme", "数字乡村")
    page = json.loads(out)
    (hit,) = page["hits"]
    assert "数字乡村/村医" in hit["themes"]
    marked = [hit["text"][s["start"] : s["end"]] for s in hit["spans"] if s["kind"] == "phrase"]
    assert marked == ["村医驿站"]
    (facet,) = [one for one in page["facets"]["theme"] if one["value"] == "数字乡村"]
    assert (facet["count"], facet["children"][0]["value"]) == (1, "村医")

    assert "重建" not in run(tmp_path, "index", str(corpus), own=own)[2]
    pack.write_text('[[theme]]\nname = "数字乡村"\nphrases = ["村医驿站"]\n', "utf-8")
    assert "词典或标注规则有变" in run(tmp_path, "index", str(corpus), own=own)[2]
    assert "词典或标注规则有变" in run(tmp_path, "index", str(corpus))[2]


def test_a_folder_without_packs_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("甲县2024年工作总结", "utf-8")
    for own in (tmp_path, tmp_path / "nowhere"):
        status, _, said = run(tmp_path, "index", str(tmp_path / "a.txt"), own=own)
        assert (status, said.count("\n")) == (2, 1)
        assert str(own) in said
        assert FOLDER_VARIABLE in said


@pytest.mark.shared
def test_the_themes_are_those_agreed() -> None:
    shared = Path(__file__).parents[1].parent / "shared"
    if not shared.is_dir():
        pytest.skip("no ../shared")
    lines = (shared / "themes" / "themes.tsv").read_text(encoding="utf-8").splitlines()[1:]
    agreed = {line.split("\t")[0] for line in lines if line}
    assert set(load().themes) >= agreed | {MEDICAL}
