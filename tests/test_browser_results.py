"""The page of results in a real browser, on the 1,200 reports of ``large_index``."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import pytest
from browsing import expect, open_page, violations

pytestmark = pytest.mark.browser
RESULTS = "/?q=" + quote("营商环境")
NARROWED = RESULTS + "&kind=" + quote("政府工作报告") + "&sort=newest&page=2"


def test_the_skip_link_moves_the_focus_and_loads_nothing(large_page: Any) -> None:
    large_page.goto(RESULTS)
    large_page.evaluate("window.sameDocument = true")
    large_page.keyboard.press("Tab")
    large_page.keyboard.press("Enter")
    expect(large_page.locator("#main")).to_be_focused()
    assert large_page.url.endswith("#main")
    large_page.go_back()
    assert not large_page.url.endswith("#main")
    assert large_page.evaluate("window.sameDocument")


def test_going_back_over_a_fragment_still_brings_back_the_results(large_page: Any) -> None:
    large_page.goto(RESULTS)
    before = large_page.locator("#total").inner_text()
    large_page.locator("input[name=kind]").first.check()
    expect(large_page.locator("#total")).not_to_have_text(before)
    large_page.evaluate("location.hash = 'main'")
    narrowed = large_page.locator("#total").inner_text()
    large_page.go_back()
    expect(large_page.locator("#total")).to_have_text(narrowed)
    large_page.go_back()
    expect(large_page.locator("#total")).to_have_text(before)


def test_the_way_back_leads_to_the_hit_on_its_page(large_page: Any) -> None:
    large_page.goto(NARROWED)
    hit = large_page.locator(".hit").nth(6)
    key = hit.get_attribute("data-id")
    hit.locator("h2 a").click()
    large_page.wait_for_url("**/p/**")
    large_page.get_by_role("link", name="‹ 回到").click()
    large_page.wait_for_url(re.compile(r"sort=newest&page=2#" + re.escape(key)))
    expect(large_page.locator(f"[id='{key}'] h2")).to_be_in_viewport()


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_a_new_search_keeps_the_filters_and_can_clear_them(
    browser: Any, large_site: str, java_script_enabled: bool
) -> None:
    for page in open_page(browser, large_site, java_script_enabled=java_script_enabled):
        page.goto(NARROWED + "&year=2019..2022")
        page.get_by_label("检索词").fill("乡村振兴")
        page.get_by_role("button", name="检索").click()
        page.wait_for_url(re.compile(quote("乡村振兴")))
        chips = page.get_by_role("list", name="已选条件")
        expect(chips).to_contain_text("2019—2022")
        expect(chips).to_contain_text("政府工作报告")
        assert "page=" not in page.url
        chips.get_by_role("link", name="全部清除").click()
        expect(page.locator(".chip")).to_have_count(0)
        assert page.get_by_label("检索词").input_value() == "乡村振兴"


def test_a_bad_query_is_mended_without_losing_the_filters(large_page: Any) -> None:
    large_page.goto("/?q=" + quote("(营商") + "&year=2020&kind=" + quote("政府工作报告"))
    expect(large_page.get_by_role("list", name="已选条件")).to_contain_text("政府工作报告")
    assert violations(large_page) == []
    large_page.get_by_label("检索词").fill("营商")
    large_page.keyboard.press("Enter")
    large_page.wait_for_url(re.compile("year=2020&kind="))
    expect(large_page.locator(".hit").first).to_be_visible()


def test_a_year_says_its_share_on_hover_and_on_focus(large_page: Any) -> None:
    large_page.goto("/?q=" + quote("新质生产力"))
    row = large_page.locator(".years li label").first
    tip, box = row.locator(".tip"), row.locator("input")
    assert re.fullmatch(r"[\d,]+ 篇，占当年 [\d,]+ 篇报告的 [\d.]+%；[\d,]+ 段", tip.inner_text())
    assert tip.bounding_box()["width"] <= 1
    row.hover()
    assert tip.bounding_box()["width"] > 100
    large_page.mouse.move(0, 0)
    assert tip.bounding_box()["width"] <= 1
    box.focus()
    large_page.keyboard.press("Tab")
    large_page.keyboard.press("Shift+Tab")
    assert tip.bounding_box()["width"] > 100
    assert violations(large_page) == []
