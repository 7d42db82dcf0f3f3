"""Searches within results and in one sentence, in a real browser, with and without JavaScript."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from browsing import expect, open_page, violations

pytestmark = pytest.mark.browser
RESULTS = "/?q=" + quote("营商环境")
WITHIN = RESULTS + "&in=" + quote("乡村振兴") + "&in=" + quote("财政部门")
APART = RESULTS + quote(" 新质生产力") + "&within=sentence"


def parameters(page: Any) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_searching_within_results_and_back(
    browser: Any, large_site: str, java_script_enabled: bool
) -> None:
    """Two searches within the results, a new last one in the main box, and a chip removed."""
    for page in open_page(browser, large_site, java_script_enabled=java_script_enabled):
        page.goto(RESULTS)
        before = page.locator("#total").inner_text()
        second = page.get_by_label("在结果中检索")
        assert second.input_value() == ""
        second.fill("乡村振兴")
        page.get_by_role("button", name="再查").click()
        expect(page.locator("#total")).not_to_have_text(before)
        narrowed = page.locator("#total").inner_text()
        assert parameters(page) == {"in": ["营商环境"], "q": ["乡村振兴"]}
        assert page.title() == "乡村振兴 · 先前：营商环境 - 引据"
        page.get_by_label("在结果中检索").fill("财政部门")
        page.get_by_label("在结果中检索").press("Enter")
        expect(page.locator(".chip")).to_have_count(3)
        page.get_by_label("检索词").fill("基金监管")
        page.get_by_label("检索词").press("Enter")
        expect(page).to_have_title("基金监管 · 先前：营商环境、乡村振兴 - 引据")
        assert parameters(page)["in"] == ["营商环境", "乡村振兴"]
        page.get_by_label("检索词").fill("乡村振兴")
        page.get_by_role("button", name="检索").click()
        page.get_by_role("link", name="移除条件：先前检索 乡村振兴").click()
        expect(page.locator("#total")).to_have_text(narrowed)


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_the_second_box_keeps_filters(
    browser: Any, large_site: str, java_script_enabled: bool
) -> None:
    kept = {"kind": ["政府工作报告"], "year": ["2019..2022"], "sort": ["newest"], "fold": ["1"]}
    for page in open_page(browser, large_site, java_script_enabled=java_script_enabled):
        page.goto(f"{RESULTS}&{urlencode(kept, doseq=True)}")
        page.get_by_label("在结果中检索").fill("乡村振兴")
        page.get_by_role("button", name="再查").click()
        expect(page).to_have_title("乡村振兴 · 先前：营商环境 · 2019—2022、政府工作报告 - 引据")
        assert parameters(page) == {**kept, "q": ["乡村振兴"], "in": ["营商环境"]}


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_one_sentence_and_the_way_out(
    browser: Any, large_site: str, java_script_enabled: bool
) -> None:
    """Nothing in one sentence: one click leads to the paragraphs, whose number was given."""
    for page in open_page(browser, large_site, java_script_enabled=java_script_enabled):
        page.goto(APART)
        expect(page.get_by_label("词语的范围")).to_have_value("sentence")
        note = page.locator(".apart").inner_text()
        assert note.startswith("不在同一句、但在同一段的有 ")
        number = note.split(" ")[1]
        page.get_by_role("link", name="改查同段").click()
        expect(page.get_by_label("词语的范围")).to_have_value("")
        assert page.locator("#total").inner_text().startswith(f"{number} 段，")


def test_same_sentence_applies_at_once_and_stays(large_page: Any) -> None:
    large_page.goto(RESULTS + quote(" 财政部门"))
    before = large_page.locator("#total").inner_text()
    choice = large_page.get_by_label("词语的范围")
    choice.focus()
    choice.select_option("sentence")
    expect(large_page.locator("#total")).not_to_have_text(before)
    expect(choice).to_be_focused()
    together = large_page.locator("#total").inner_text()
    large_page.locator("input[name=kind]").first.check()
    expect(large_page.locator("#total")).not_to_have_text(together)
    assert parameters(large_page)["within"] == ["sentence"]
    large_page.get_by_label("匹配方式").select_option("1")
    large_page.wait_for_url("**exact=1**")
    expect(large_page.get_by_label("词语的范围")).to_have_value("sentence")
    large_page.get_by_label("词语的范围").select_option("")
    large_page.get_by_label("匹配方式").select_option("")
    large_page.locator("input[name=kind]").first.uncheck()
    expect(large_page.locator("#total")).to_have_text(before)


def test_earlier_queries_alone_can_be_read_in_one_sentence(large_page: Any) -> None:
    """The box may be empty: the choice beside it still applies to the earlier query."""
    large_page.goto("/?in=" + quote("营商环境 财政部门"))
    before = large_page.locator("#total").inner_text()
    large_page.get_by_label("词语的范围").select_option("sentence")
    expect(large_page.locator("#total")).not_to_have_text(before)


def test_a_suggested_place_keeps_earlier_queries(large_page: Any) -> None:
    large_page.goto(WITHIN + "&within=sentence")
    large_page.get_by_label("检索词").fill("湖南省")
    large_page.locator("#suggestions li", has_text="地区").first.click()
    expect(large_page.locator(".chip", has_text="湖南省")).to_be_visible()
    assert parameters(large_page)["in"] == ["乡村振兴", "财政部门"]
    assert parameters(large_page)["within"] == ["sentence"]
    assert "q" not in parameters(large_page)


@pytest.mark.parametrize("width", [375, 1440])
@pytest.mark.parametrize("path", [WITHIN, APART, WITHIN + "&in=" + quote("(医保")])
@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_axe_finds_nothing(
    browser: Any, large_site: str, width: int, path: str, color_scheme: str
) -> None:
    size = {"width": width, "height": 800}
    for page in open_page(browser, large_site, viewport=size, color_scheme=color_scheme):
        page.goto(path)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width
