"""Two reports side by side: likeness, pairs, differences, phrases, the page, JSON, command line."""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace
from typing import Any

import compare_index
import pytest
from conftest import ROOT
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from openapi import SPEC, fits

import yinju
from engine.model import Lexicon, Paragraph, Theme
from search_app import create_app
from search_app.compare.alignment import MIN_LIKENESS, Sentence, align, sentences_of
from search_app.compare.changes import phrase_changes
from search_app.compare.likeness import NEGATIONS, bigrams, differences, pieces

SAMPLE = next((ROOT / "corpus").rglob("金寨县*.md")).read_text("utf-8").splitlines()


def _sentences(*texts: str, theme: str = "") -> list[Sentence]:
    themes = (Theme(theme),) if theme else ()
    return sentences_of(
        [Paragraph(f"p{at}", "r", at, text, text, themes=themes) for at, text in enumerate(texts)]
    )


# Likeness and differences.


def test_figures_and_negations_play_no_part_in_the_likeness() -> None:
    assert bigrams("增长5.2%") == bigrams("不增长1,012％。") == {"增长", "长0"}
    assert bigrams("醫保") == bigrams("医保")
    assert bigrams("增长") != bigrams("下降")


@pytest.mark.parametrize(
    ("a", "b", "marked"),
    [
        ("增长5.2%。", "增长5.3%。", [("a", "figure", "5.2%"), ("b", "figure", "5.3%")]),
        ("投资3亿元", "投资3万元", [("a", "figure", "3亿"), ("b", "figure", "3万")]),
        ("办好三件事", "办好四件事", [("a", "figure", "三"), ("b", "figure", "四")]),
        ("第十二次", "第十三次", [("a", "figure", "十二"), ("b", "figure", "十三")]),
        ("统一管理", "统筹管理", [("a", "word", "一"), ("b", "word", "筹")]),
        ("绝不姑息", "绝姑息", [("a", "negation", "不")]),
        ("无新增", "有新增", [("a", "negation", "无"), ("b", "word", "有")]),
        ("约120家", "超过95家", [("a", "figure", "120"), ("b", "figure", "95")]),
        ("１２％增幅", "12%增幅", []),
        ("異地就醫", "异地就医", []),
    ],
)
def test_differences(a: str, b: str, marked: list[tuple[str, str, str]]) -> None:
    found = differences(a, b)
    texts = [(d.side, d.kind, (a if d.side == "a" else b)[d.start : d.end]) for d in found]
    assert texts[: len(marked)] == marked
    assert all(kind == "word" for _, kind, _ in texts[len(marked) :])
    assert bool(marked) == bool(texts)


SENTENCES = st.text("增长超过不未姑息五亿5%.36，。", max_size=40)


@given(SENTENCES, SENTENCES)
def test_what_is_not_marked_is_the_same(a: str, b: str) -> None:
    spans = differences(a, b)
    rest = []
    for side, text in (("a", a), ("b", b)):
        cut = pieces(text, [span for span in spans if span.side == side])
        assert "".join(piece for piece, _ in cut) == text
        rest.append("".join(piece for piece, kind in cut if not kind))
    assert rest[0] == rest[1]
    assert [d.kind for d in spans] == sorted(
        (d.kind for d in spans), key=("figure", "negation", "word").index
    )


# Pairs.


@given(st.lists(SENTENCES), st.lists(SENTENCES))
def test_each_sentence_is_in_one_pair_or_left_over(texts_a: list[str], texts_b: list[str]) -> None:
    a, b = _sentences(*texts_a), _sentences(*texts_b)
    found = align(a, b, MIN_LIKENESS)
    key = lambda sentence: (sentence.paragraph.ordinal, sentence.start)  # noqa: E731
    assert sorted([*(pair.a for pair in found.pairs), *found.gone], key=key) == a
    assert sorted([*(pair.b for pair in found.pairs), *found.new], key=key) == b
    assert all(pair.likeness >= MIN_LIKENESS for pair in found.pairs)


def planted(rng: random.Random, sentences: list[Sentence]) -> tuple[Sentence, str, str]:
    """Choose a sentence and change one digit of it, or drop one negation.

    Returns the sentence, the kind of change, and the changed text.
    """
    places = [
        (sentence, at)
        for sentence in sentences
        for at, character in enumerate(sentence.text)
        if character in NEGATIONS or character.isdecimal()
    ]
    sentence, at = rng.choice(places)
    text, is_negation = sentence.text, sentence.text[at] in NEGATIONS
    new = "" if is_negation else str((int(text[at]) + rng.randint(1, 9)) % 10)
    return sentence, "negation" if is_negation else "figure", text[:at] + new + text[at + 1 :]


@given(st.randoms(use_true_random=False))
def test_a_planted_change_is_marked(rng: random.Random) -> None:
    paragraphs = [Paragraph(f"p{at}", "r", at, line, line) for at, line in enumerate(SAMPLE)]
    a = sentences_of(paragraphs)
    sentence, kind, changed = planted(rng, a)
    text = sentence.paragraph.text
    text = text[: sentence.start] + changed + text[sentence.end :]
    b = sentences_of([replace(p, text=text) if p == sentence.paragraph else p for p in paragraphs])
    found = align(a, b, MIN_LIKENESS)
    (pair,) = (pair for pair in found.pairs if pair.spans)
    assert not found.new
    assert not found.gone
    assert (pair.a, pair.b.text) == (sentence, changed.strip())
    assert (pair.spans[0].side, pair.spans[0].kind) == ("a", kind)


def test_pairs_may_stand_elsewhere_and_salutations_have_none() -> None:
    a = _sentences("各位代表！", "全面推进乡村振兴。", "深入开展基金监管。")
    b = _sentences("各位代表：", "深入开展基金监管。", "全面推进乡村振兴。")
    found = align(a, b, MIN_LIKENESS)
    assert [pair.a.text for pair in found.pairs] == ["深入开展基金监管。", "全面推进乡村振兴。"]
    assert not found.new
    assert not found.gone


def test_sentences_of_different_themes_have_to_be_more_alike() -> None:
    texts = "优化环境资源配置方案", "优化环境资源利用办法"
    same = align(_sentences(texts[0], theme="生态"), _sentences(texts[1], theme="生态"), 0.45)
    other = align(_sentences(texts[0], theme="生态"), _sentences(texts[1], theme="教育"), 0.45)
    assert (len(same.pairs), len(other.pairs)) == (1, 0)


# Phrases.


def test_a_phrase_inside_a_longer_one_is_not_gone() -> None:
    lexicon = Lexicon({"异地就医": "", "异地就医直接结算": "", "DIP": "", "四好农村路": ""})
    a = _sentences("推进异地就医直接结算，建“四好”农村路。", "dipole")
    b = _sentences("异地就医，DIP付费。")
    found = phrase_changes(lexicon, a, b)
    names = {state: [change.name for change in group] for state, group in found.by_state()}
    assert names == {
        "new": ["DIP"],
        "kept": ["异地就医"],
        "gone": ["四好农村路", "异地就医直接结算"],
    }


# The page, JSON and the command line, on a real index.


@pytest.fixture(scope="module")
def location(tmp_path_factory: pytest.TempPathFactory) -> str:
    return compare_index.build(str(tmp_path_factory.mktemp("compare") / "index"))


@pytest.fixture(scope="module")
def client(location: str) -> FlaskClient:
    return create_app(location=location).test_client()


@pytest.fixture(scope="module")
def answer(client: FlaskClient) -> Any:
    return client.get("/api/compare?a=earlier&b=later").json


def test_the_answer(answer: Any) -> None:
    phrases = {
        state: [each["phrase"] for each in group] for state, group in answer["phrases"].items()
    }
    assert phrases == {
        "new": ["集中带量采购", "飞行检查"],
        "kept": ["异地就医"],
        "gone": ["异地就医直接结算", "长期护理保险"],
    }
    themes = {state: [each["theme"] for each in group] for state, group in answer["themes"].items()}
    assert themes == {
        "new": ["医疗保障/集采"],
        "kept": ["医疗保障/基金监管", "医疗保障/异地就医"],
        "gone": ["医疗保障/长期护理"],
    }
    assert answer["phrases"]["new"][0]["b"] == [{"id": "later-2", "sentence": 1}]
    assert answer["values"] == []
    assert [(pair["a"]["id"], pair["b"]["id"]) for pair in answer["sentences"]] == [
        ("earlier-2", "later-4"),
        ("earlier-2", "later-4"),
    ]
    first, second = answer["sentences"]
    assert first["spans"] == [
        {"side": "a", "start": 8, "end": 12, "kind": "figure"},
        {"side": "b", "start": 8, "end": 12, "kind": "figure"},
    ]
    assert [(span["side"], span["kind"]) for span in second["spans"]] == [("a", "negation")]
    assert [each["id"] for each in answer["new"]] == ["later-2", "later-3", "later-5"]
    assert [each["id"] for each in answer["gone"]] == ["earlier-3", "earlier-4", "earlier-5"]


def test_the_answer_is_as_described(answer: Any) -> None:
    fits(answer, SPEC["components"]["schemas"]["Comparison"])


def test_a_sentence_is_a_stretch_of_its_paragraph(client: FlaskClient, answer: Any) -> None:
    pairs = [pair[side] for pair in answer["sentences"] for side in ("a", "b")]
    for sentence in (*pairs, *answer["new"], *answer["gone"]):
        paragraph = client.get(f"/api/paragraphs/{sentence['id']}").json
        assert paragraph["text"][sentence["start"] : sentence["end"]] == sentence["text"]


def test_every_number_of_the_page_is_that_of_what_it_leads_to(client: FlaskClient) -> None:
    html = client.get("/compare?a=earlier&b=later").get_data(as_text=True)
    links = re.findall(r'<a href="#([\w-]+)">\S+ <span class="num">(\d+)</span>', html)
    assert len(links) == 9
    for name, number in links:
        heading = re.search(rf'id="{name}">\S+ <span class="num">(\d+)</span>', html)
        assert heading
        assert heading[1] == number
    lists = re.findall(
        r'id="[a-z]+-[a-z]+">\S+ <span class="num">(\d+)</span></h3>\s*<ul(.*?)</ul>', html, re.S
    )
    assert [int(number) for number, _ in lists] == [body.count("<details>") for _, body in lists]
    details = re.findall(r'quiet num">(\d+) 句</span>(.*?)</details>', html, re.S)
    assert details
    assert all(int(number) == body.count('class="text"') for number, body in details)
    both = re.findall(r"甲 (\d+) [句段]，乙 (\d+) [句段]</span>(.*?)</details>", html, re.S)
    assert both
    assert all(int(a) + int(b) == body.count('href="/p/') for a, b, body in both)
    pairs = re.search(r'id="sentences">\S+ <span class="num">(\d+)', html)
    assert pairs
    assert int(pairs[1]) == html.count('class="sides pair"')
    for name, number in links[-2:]:
        part = html.split(f'id="{name}"')[1].split("</section>")[0]
        assert part.count("<span>") == int(number)


def test_paragraphs_linked_for_a_phrase_hold_it(client: FlaskClient) -> None:
    html = client.get("/compare?a=earlier&b=later").get_data(as_text=True)
    addresses = set(re.findall(r'href="(/p/[^"]*\?[^"]+)"', html))
    assert addresses
    for path in addresses:
        assert "<mark>" in client.get(path.replace("&amp;", "&")).get_data(as_text=True)


def test_text_is_escaped(client: FlaskClient) -> None:
    html = client.get("/compare?a=earlier&b=later").get_data(as_text=True)
    assert "&lt;40&gt;座 &amp; 修复" in html


def test_of_two_places_the_page_says_where_something_stands(client: FlaskClient) -> None:
    html = client.get("/compare?a=later&b=other").get_data(as_text=True)
    assert "仅乙篇" in html
    assert "新提" not in html
    swapped = client.get("/compare?a=later&b=earlier").get_data(as_text=True)
    assert "新提" not in swapped


def test_a_report_links_what_to_compare_it_with(client: FlaskClient) -> None:
    assert 'href="/compare?a=later"' in client.get("/r/later").get_data(as_text=True)
    html = client.get("/compare?a=later").get_data(as_text=True)
    assert re.findall(r'href="/compare\?([^"]+)"', html) == [
        "a=earlier&amp;b=later",
        "a=later&amp;b=other",
    ]
    alone = client.get("/compare?a=nowhere").get_data(as_text=True)
    assert "没有同一地区的" in alone
    assert client.get("/compare").status_code == 200


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/compare?a=earlier", 400, "bad_query"),
        ("/api/compare?a=earlier&b=none", 404, "not_found"),
        ("/api/compare?a=earlier&b=later&c=1", 400, "bad_query"),
    ],
)
def test_what_is_refused(client: FlaskClient, path: str, status: int, code: str) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.json
    assert answer.json["error"]["code"] == code
    assert client.get(path.removeprefix("/api")).status_code in (200, status)


def test_the_command(location: str, answer: Any, capsys: pytest.CaptureFixture[str]) -> None:
    yinju.main(["compare", "earlier", "later", "--index", location, "--json"])
    assert json.loads(capsys.readouterr().out) == answer
    yinju.main(["compare", "earlier", "later", "--index", location])
    printed = capsys.readouterr().out
    assert "政策用语新提 2  集中带量采购、飞行检查" in printed
    assert "相近的句子 2" in printed
    with pytest.raises(SystemExit) as end:
        yinju.main(["compare", "earlier", "none", "--index", location])
    assert end.value.code == 2
