"""Two reports side by side: likeness, pairs, differences, phrases, the page, JSON, command line."""

from __future__ import annotations

import json
import math
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

from engine.model import Hit, Lexicon, Paragraph, Report, Theme
from search_app import create_app
from search_app.compare.alignment import MIN_LIKENESS, Sentence, align, sentences_of
from search_app.compare.changes import phrase_changes
from search_app.compare.likeness import NEGATIONS, differences, pieces, trigrams
from search_app.compare.values import indicators
from search_app.figures.indicators import indicators_in
from yinju.cli import main

SAMPLE = next((ROOT / "corpus").rglob("金寨县*.md")).read_text("utf-8").splitlines()


def _sentences(*texts: str, theme: str = "") -> list[Sentence]:
    themes = (Theme(theme),) if theme else ()
    return sentences_of(
        [Paragraph(f"p{at}", "r", at, text, text, themes=themes) for at, text in enumerate(texts)]
    )


# Likeness and differences.


def test_figures_and_negations_play_no_part_in_the_likeness() -> None:
    assert trigrams("增长5.2%") == trigrams("不增长1,012％。") == trigrams("增长十二%") == {"增长0"}
    assert trigrams("醫保") == trigrams("医保") == {"医保"}
    assert trigrams("增长快") != trigrams("下降快")


@pytest.mark.parametrize("number", ["（二）", "(12)", "二是", "第三，", "3.", "——一、"])
def test_the_number_of_an_item_plays_no_part_in_the_likeness(number: str) -> None:
    assert trigrams(f"{number}打好攻坚战") == trigrams("打好攻坚战")
    assert trigrams("2.5亿元投资") == {"0亿元", "亿元投", "元投资"}


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
def test_each_sentence_is_in_pairs_or_left_over(texts_a: list[str], texts_b: list[str]) -> None:
    a, b = _sentences(*texts_a), _sentences(*texts_b)
    found = align(a, b, MIN_LIKENESS)
    for side, paired, left in (
        (a, {pair.a for pair in found.pairs}, found.gone),
        (b, {pair.b for pair in found.pairs}, found.new),
    ):
        assert paired.isdisjoint(left)
        assert paired | set(left) == set(side)
    assert all(MIN_LIKENESS <= pair.likeness <= 1 for pair in found.pairs)


@given(st.lists(SENTENCES, unique=True))
def test_a_report_beside_itself_has_every_sentence_for_its_own_partner(texts: list[str]) -> None:
    sentences = _sentences(*texts)
    found = align(sentences, sentences, MIN_LIKENESS)
    assert not found.new
    assert not found.gone
    assert all(pair.a is pair.b and not pair.spans for pair in found.pairs)


def test_one_sentence_may_be_the_partner_of_several() -> None:
    whole = "森林覆盖率达到六成以上，城镇登记失业率控制在较低水平。"
    found = align(
        _sentences(whole),
        _sentences("森林覆盖率达到六成以上。", "城镇登记失业率控制在较低水平。"),
        MIN_LIKENESS,
    )
    assert [pair.a.text for pair in found.pairs] == [whole, whole]
    assert not found.new


def test_what_both_reports_say_all_the_time_tells_little() -> None:
    goods = "鱼虾蟹贝稻麦豆薯桑蚕茶果棉麻丝绸煤铁铜锌"
    often = [f"加快推进高质量发展，增产{goods[at : at + 4]}。" for at in range(0, 20, 2)]
    a = _sentences(*often, "加快推进高质量发展，扶持渔业。", "整治采石场，扶持果园。")
    b = _sentences(*often, "加快推进高质量发展，整治采石场。")
    found = align(a, b, MIN_LIKENESS)
    (partner, *_) = sorted(
        (pair for pair in found.pairs if pair.b is b[-1]), key=lambda pair: -pair.likeness
    )
    assert partner.a.text == "整治采石场，扶持果园。"


def test_the_longer_sentence_counts_a_quarter() -> None:
    (pair,) = align(_sentences("森林覆盖率"), _sentences("森林覆盖率提高"), 0).pairs
    shared, rest = 3 * math.log(2), 2 * math.log(3)
    assert pair.likeness == pytest.approx(shared / (0.75 * shared + 0.25 * (shared + rest)))


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
    a, b = "优化环境资源配置方案", "优化环境资源利用，推广办法和经验"
    (pair,) = align(_sentences(a), _sentences(b), 0).pairs
    least = pair.likeness - 0.05  # a tenth more is asked
    for theme, pairs in (("生态", 1), ("教育", 0), ("", 1)):
        found = align(_sentences(a, theme="生态"), _sentences(b, theme=theme), least).pairs
        assert len(found) == pairs, theme


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


# Figures.


def _hits(year: int, *paragraphs: tuple[str, str]) -> list[Hit]:
    """Paragraphs of a report of a year: heading and text."""
    report = Report(f"r{year}", "政府工作报告", "r.txt", year=year)
    return [
        Hit(Paragraph(f"p{at}", report.id, at, text, text, (heading,)), report)
        for at, (heading, text) in enumerate(paragraphs)
    ]


RESULTS, PLANS = "一、{}年工作回顾", "二、{}年主要目标"


def _shown(a: list[Hit], b: list[Hit]) -> dict[tuple[str, str | None, str], list[Any]]:
    return {
        (found.name, found.unit, found.measure): [
            (
                year.year,
                *([(v.text, v.kind) for v in side] for side in (year.a, year.b)),
            )
            for year in found.years
        ]
        for found in indicators(a, b)
    }


def test_the_target_of_a_year_stands_beside_its_result() -> None:
    a = _hits(2023, (PLANS.format(2023), "全市地区生产总值增长6%以上，城镇新增就业3万人。"))
    b = _hits(
        2024,
        (RESULTS.format(2023), "地区生产总值达到1200亿元，增长5.8%。开通公交线路12条。"),
        (PLANS.format(2024), "地区生产总值预期增长6.5%左右。"),
    )
    assert _shown(a, b) == {
        ("地区生产总值", "%", "change"): [
            (2023, [("6%", "target")], [("5.8%", "result")]),
            (2024, [], [("6.5%", "target")]),
        ]
    }


def test_all_values_of_an_indicator_are_shown_those_of_no_certain_year_last() -> None:
    a = _hits(2023, ("概况", "森林覆盖率达到41%。森林覆盖率提高到43%。"))
    b = _hits(2024, (RESULTS.format(2023), "森林覆盖率为44%。"))
    assert _shown(a, b) == {
        ("森林覆盖率", "%", "level"): [
            (2023, [], [("44%", "result")]),
            (None, [("41%", "unknown"), ("43%", "unknown")], []),
        ]
    }


def test_indicators_with_values_for_the_same_year_come_first() -> None:
    a = _hits(
        2023,
        (RESULTS.format(2022), "参保人数达到90万人。"),
        (PLANS.format(2023), "参保率达到95%。"),
    )
    b = _hits(2024, (RESULTS.format(2023), "参保人数达到92万人。参保率达到96%。"))
    assert [name for name, _, _ in _shown(a, b)] == ["参保率", "参保人数"]


def test_a_figure_counts_once_for_the_longest_name() -> None:
    texts = "农村居民人均可支配收入增长7%。", "居民人均可支配收入增长6%。"
    a, b = (_hits(year, *((RESULTS.format(2023), text) for text in texts)) for year in (2023, 2024))
    found = _shown(a, b)
    assert [name for name, _, _ in found] == ["农村居民人均可支配收入", "居民人均可支配收入"]
    assert all(len(side) == 1 for ((_, *sides),) in found.values() for side in sides)


def test_town_and_country_listed_together_are_indicators_of_their_own() -> None:
    listed = "城镇、农村居民人均可支配收入分别增长7%、8%。"
    alone = "城镇居民人均可支配收入增长6%，农村居民人均可支配收入增长9%。"
    a, b = (
        _hits(2024, (RESULTS.format(2023), listed)),
        _hits(2024, (RESULTS.format(2023), listed + alone)),
    )
    assert [
        (name, len(years[0][1]), len(years[0][2])) for (name, _, _), years in _shown(a, b).items()
    ] == [
        ("城镇居民人均可支配收入", 1, 2),
        ("农村居民人均可支配收入", 1, 2),
    ]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("全市地区生产总值增长6%。", ["地区生产总值"]),
        (
            "规模以上工业增加值比上年增长6.1%，社会消费品零售总额达到82亿元",
            ["规模以上工业增加值", "社会消费品零售总额"],
        ),
        ("万元工业增加值用水量下降5%", ["万元工业增加值用水量"]),
        ("到位资金300亿元", ["到位资金"]),
        ("建成区绿化覆盖率达到40%", ["建成区绿化覆盖率"]),
        ("森林覆盖率达到63%，提高2个百分点。", ["森林覆盖率"]),
        ("新建12所。2023年5月。", []),
        ("落实“中国制造2025”战略。", []),
    ],
)
def test_indicators_of_a_text(text: str, names: list[str]) -> None:
    assert list(indicators_in(text)) == names


@given(st.text("全市森林覆盖率增长达到12.5%亿元，。、比上年", max_size=60))
def test_indicators_of_any_text_stand_in_it(text: str) -> None:
    assert all(name in text for name in indicators_in(text))


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
    assert [
        (each["indicator"], each["unit"], each["measure"], [year["year"] for year in each["years"]])
        for each in answer["values"]
    ] == [("追回医保基金", "元", "level", [None]), ("追回医保基金", "%", "change", [None])]
    sums = answer["values"][0]["years"][0]
    assert [value["text"] for value in sums["a"] + sums["b"]] == ["320万元", "410万元"]
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
    assert len(links) == 10
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
    indicators = re.search(r'id="values">\S+ <span class="num">(\d+)', html)
    assert indicators
    assert int(indicators[1]) == html.count('scope="rowgroup"')
    pairs = re.search(r'id="sentences">\S+ <span class="num">(\d+)', html)
    assert pairs
    assert int(pairs[1]) == html.count('class="sides pair"')
    for name, number in links[-2:]:
        part = html.split(f'id="{name}"')[1].split("</section>")[0]
        assert part.count("<span>") == int(number)


def test_a_figure_leads_to_the_sentence_that_has_it(client: FlaskClient, answer: Any) -> None:
    html = client.get("/compare?a=earlier&b=later").get_data(as_text=True)
    table = html.split('id="values"')[1].split("</section>")[0]
    links = re.findall(r'<a href="(/p/[^"]+~\d+)">([^<]+)</a>', table)
    values = [
        value
        for indicator in answer["values"]
        for year in indicator["years"]
        for value in year["a"] + year["b"]
    ]
    assert len(links) == len(values) == 4
    for path, figure in links:
        quoted = client.get(f"/api/paragraphs/{path.removeprefix('/p/')}").json
        assert quoted
        assert figure in quoted["quoted"]["text"]


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
    main(["compare", "earlier", "later", "--index", location, "--json"])
    assert json.loads(capsys.readouterr().out) == answer
    main(["compare", "earlier", "later", "--index", location])
    printed = capsys.readouterr().out
    assert "政策用语新提 2  集中带量采购、飞行检查" in printed
    assert "    未定  甲 320万元（未定）  乙 410万元（未定）" in printed
    assert "相近的句子 2" in printed
    with pytest.raises(SystemExit) as end:
        main(["compare", "earlier", "none", "--index", location])
    assert end.value.code == 2
