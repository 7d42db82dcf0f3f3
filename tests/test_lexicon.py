"""The lexicon is data that people edit: what it promises, and what it says of a slip."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.analyze import Analyzer, normalise
from engine.errors import ReadError
from indexer.lexicon import load, policy_phrases

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
    ("让位给没有的主题", '[[theme]]\nname = "甲"\nyields = ["丙"]\n', "丙"),
]


def test_the_phrases_are_many_enough() -> None:
    tops = [theme.partition("/")[0] for theme in policy_phrases().phrases.values()]
    assert tops.count(MEDICAL) >= 150
    assert len(tops) - tops.count(MEDICAL) >= 150


@pytest.mark.parametrize(("phrase", "theme"), EXPECTED)
def test_a_term_of_the_field_is_a_phrase(phrase: str, theme: str) -> None:
    assert policy_phrases().phrases[phrase] == theme


def test_every_phrase_is_one_word_to_read() -> None:
    """No quotation marks or blanks: the tokenizer and the highlighter take it as it stands."""
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


@pytest.mark.shared
def test_the_themes_are_those_agreed() -> None:
    shared = Path(__file__).parents[1].parent / "shared"
    if not shared.is_dir():
        pytest.skip("no ../shared")
    lines = (shared / "themes" / "themes.tsv").read_text(encoding="utf-8").splitlines()[1:]
    agreed = {line.split("\t")[0] for line in lines if line}
    assert set(load().themes) == agreed | {MEDICAL}
