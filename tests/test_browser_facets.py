"""The facets of the results page in a real browser, over many reports."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from browsing import expect, open_page, violations

pytestmark = pytest.mark.browser
RESULTS = "/?q=" + quote("营商环境")
FIRST = ".regions > ul > li:first-child > label input"
PHONE = {"viewport": {"width": 375, "height": 740}}
FAILS: dict[str, Callable[[Any], None]] = {
    "连接不上服务器": lambda route: route.abort(),
    "服务器出错（502）": lambda route: route.fulfill(status=502, body="Bad Gateway"),
    "程序出错了": lambda route: route.fulfill(
        status=500,
        content_type="text/html; charset=utf-8",
        body="<main id=main><h1>程序出错了</h1></main>",
    ),
}


def top(locator: Any) -> float:
    return float(locator.bounding_box()["y"])


def find(page: Any, text: str) -> Any:
    """Search for a region; gives the rows found."""
    page.get_by_label("查找地区").fill(text)
    rows = page.locator(".finder li")
    expect(rows.first).to_contain_text(text)
    return rows


def test_a_county_that_the_page_does_not_show_is_found_and_ticked(large_page: Any) -> None:
    page = large_page
    page.goto(RESULTS)
    path = page.evaluate(
        "fetch('/api/facets?facet=region&contains=县').then(reply => reply.json())"
        ".then(({values}) => values.find(({path}) => path.split('/').length === 3).path)"
    )
    assert page.locator(f"input[value='{path}']").count() == 0
    names = path.split("/")
    county = names[-1]
    rows = find(page, county)
    row = rows.filter(has_text=" › ".join(names))
    count = row.locator(".num").inner_text()
    assert page.locator(".regions > ul").is_hidden()
    assert violations(page) == []
    box = row.locator("input")
    box.focus()
    page.keyboard.press("Space")
    page.wait_for_url("**region=**")
    expect(page.locator("#total")).to_have_text(re.compile(f"^{count} 段"))
    expect(box).to_be_focused()
    expect(page.get_by_label("查找地区")).to_have_value(county)
    assert page.locator(".chip").first.inner_text().split() == ["地区", county, "×"]
    page.keyboard.press("Space")
    expect(page.locator(".chip")).to_have_count(0)
    page.get_by_label("查找地区").fill("")
    expect(page.locator(".regions > ul")).to_be_visible()


def test_what_is_found_agrees_with_the_tree(large_page: Any) -> None:
    page = large_page
    page.goto(RESULTS + "&region=" + quote("湖南省"))
    box = find(page, "湖南省").first.locator("input")
    expect(box).to_be_checked()
    box.uncheck()
    page.wait_for_url(RESULTS)
    expect(page.locator(".chip")).to_have_count(0)


def test_what_is_being_typed_outlives_a_change_of_the_results(large_page: Any) -> None:
    page = large_page
    page.goto(RESULTS)
    held: list[Any] = []
    page.route("**/?q=**", lambda route: held.append(route), times=1)
    page.locator("input[name=year][value='2024']").check()
    box = page.get_by_label("查找地区")
    box.fill("湖")
    box.press("End")
    held[0].continue_()
    page.wait_for_url("**year=2024")
    expect(box).to_be_focused()
    expect(box).to_have_value("湖")
    expect(page.locator(".finder li").first).to_contain_text("湖")


def test_no_match_and_many_matches_are_said(large_page: Any) -> None:
    page = large_page
    page.goto(RESULTS)
    page.get_by_label("查找地区").fill("火星")
    expect(page.locator(".finder p")).to_have_text("没有名称含“火星”的地区")
    expect(page.locator("#status")).to_have_text("没有名称含“火星”的地区")
    find(page, "市")
    expect(page.locator(".finder li")).to_have_count(50)
    expect(page.locator(".finder p")).to_have_text(re.compile("^另有 [0-9]+ 个，请再输入几个字$"))


def test_a_search_for_values_that_fails_can_be_tried_again(large_page: Any) -> None:
    page = large_page
    page.goto(RESULTS)
    page.route("**/api/facets?**", lambda route: route.abort(), times=1)
    page.get_by_label("查找地区").fill("湖南")
    expect(page.locator(".finder p")).to_contain_text("没能查找")
    page.locator(".finder").get_by_role("button", name="重试").click()
    expect(page.locator(".finder li").first).to_contain_text("湖南省")


def test_years_from_and_to(large_page: Any) -> None:
    page = large_page
    first, last = page.get_by_label("从", exact=True), page.get_by_label("到", exact=True)
    page.goto(RESULTS + "&year=1998")
    first.fill("2019")
    last.fill("2022")
    page.keyboard.press("Enter")
    page.wait_for_url("**&year=1998&year=2019..2022")
    chips = page.locator(".chip")
    expect(chips.nth(0)).to_contain_text("2019—2022")
    expect(chips.nth(1)).to_contain_text("1998")
    expect(last).to_be_focused()
    expect(last).to_have_value("")
    page.locator(FIRST).check()
    page.wait_for_url("**region=**&year=2019..2022&year=1998")
    assert violations(page) == []
    first.fill("2023")
    last.fill("2020")
    page.get_by_role("button", name="确定").click()
    expect(page.locator("#notice")).to_contain_text("前后颠倒")
    expect(page).to_have_url(re.compile(r"region=.*&year=2019\.\.2022&year=1998$"))
    page.locator("input[value='2019..2022']").click()
    page.wait_for_url("**region=**&year=1998")
    expect(page.locator("#notice")).to_have_count(0)


def test_years_keep_their_order_however_they_are_ticked(large_page: Any) -> None:
    page = large_page
    page.goto(RESULTS)
    page.locator(".years .more summary").click()
    for year in ("1999", "2024", "2001"):
        page.locator(f"input[name=year][value='{year}']").check()
        page.wait_for_url(f"**year={year}**")
        expect(page.locator(f"input[name=year][value='{year}']")).to_be_focused()
    chips = page.locator(".chip:has(b)").all_inner_texts()
    assert [chip.split()[1] for chip in chips] == ["2024", "2001", "1999"]
    shown = page.locator(".years > ul input").evaluate_all("all => all.map(box => box.value)")
    assert shown == sorted(shown, reverse=True)
    assert page.locator(".years .more").get_attribute("open") is not None


def test_a_tick_on_a_phone_keeps_the_view_and_a_bar_leads_to_the_results(
    browser: Any, large_site: str
) -> None:
    for page in open_page(browser, large_site, has_touch=True, **PHONE):
        page.goto(RESULTS)
        expect(page.locator(".choices")).to_be_hidden()
        page.get_by_role("button", name="筛选").tap()
        expect(page.get_by_role("button", name="筛选")).to_have_attribute("aria-expanded", "true")
        page.locator(".regions > .more summary").tap()
        assert violations(page) == []
        box = page.locator(".regions > .more input").nth(12)
        value = box.get_attribute("value")
        box.scroll_into_view_if_needed()
        before = top(box)
        box.tap()
        page.wait_for_url("**region=**")
        expect(page.get_by_role("button", name="筛选（已选 1 项）")).to_have_count(1)
        after = page.locator(f"input[value='{value}']")
        expect(after).to_be_checked()
        assert abs(top(after) - before) <= 1
        assert page.locator(".regions > .more").get_attribute("open") is not None
        total = page.locator("#total").inner_text().split()[0]
        bar = page.get_by_role("link", name=f"显示 {total} 段")
        expect(bar).to_be_in_viewport()
        bar.tap()
        expect(page.locator(".choices")).to_be_hidden()
        expect(page.locator("#total")).to_be_in_viewport()
        expect(page.locator("#results")).to_be_focused()


@pytest.mark.parametrize("why", FAILS)
def test_a_failed_request_keeps_the_page_and_can_be_tried_again(large_page: Any, why: str) -> None:
    page = large_page
    page.goto(RESULTS + "&region=" + quote("浙江省"))
    address, total = page.url, page.locator("#total").inner_text()
    page.get_by_label("检索词").fill("别的词")
    page.route("**/?q=**", FAILS[why], times=1)
    page.locator(FIRST).click()
    expect(page.locator("#notice")).to_contain_text(f"没能更新结果：{why}。")
    expect(page.locator("#status")).to_have_text(f"没能更新结果：{why}。")
    expect(page.locator(FIRST)).not_to_be_checked()
    assert page.locator("input[value='浙江省']").is_checked()
    assert (page.url, page.locator("#total").inner_text()) == (address, total)
    assert page.get_by_label("检索词").input_value() == "别的词"
    assert violations(page) == []
    page.get_by_role("button", name="重试").click()
    page.wait_for_url("**region=**region=**")
    expect(page.locator(FIRST)).to_be_checked()
    expect(page.locator("#notice")).to_be_hidden()


def test_a_failed_change_of_the_order_puts_it_back(large_page: Any) -> None:
    page = large_page
    page.goto(RESULTS + "&sort=oldest")
    page.route("**/?q=**", lambda route: route.abort(), times=1)
    page.get_by_label("排序").select_option("newest")
    expect(page.locator("#notice")).to_be_visible()
    expect(page.get_by_label("排序")).to_have_value("oldest")
    page.get_by_role("button", name="关闭").click()
    expect(page.locator("#notice")).to_be_hidden()


def test_a_slow_request_shows_and_a_newer_one_wins(large_page: Any) -> None:
    page = large_page
    page.goto(RESULTS)
    region = page.locator(FIRST).get_attribute("value")
    held: list[Any] = []
    page.route("**/?q=**", lambda route: held.append(route), times=1)
    page.locator(FIRST).check()
    expect(page.locator("#notice p")).to_have_text("正在更新结果……")
    expect(page.locator("#results")).to_have_attribute("aria-busy", "true")
    assert violations(page) == []
    page.locator("input[name=year][value='2024']").check()
    page.wait_for_url("**year=2024")
    expect(page.locator("#notice")).to_be_hidden()
    expect(page.locator("#results")).not_to_have_attribute("aria-busy", "true")
    expect(page.locator(f"input[value='{region}']")).to_be_checked()
    assert len(held) == 1  # the first request was never answered


@pytest.mark.parametrize("more", ["", "&year=2020&year=2021&year=2022&region=" + quote("湖南省")])
def test_the_first_hit_is_within_ten_tab_stops(large_page: Any, more: str) -> None:
    page = large_page
    page.goto(RESULTS + more)
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.hit') !== null"):
            break
        if page.evaluate("document.activeElement.textContent === '跳过筛选'"):
            page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('.hit') !== null")


def test_the_facets_can_be_skipped_from_their_start(large_page: Any) -> None:
    page = large_page
    page.goto(RESULTS)
    skip = page.get_by_role("link", name="跳过筛选")
    skip.focus()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#results') !== null")


@pytest.mark.parametrize("script", [True, False])
def test_facets_are_open_on_wide_screens_and_folded_on_phones(
    browser: Any, large_site: str, script: bool
) -> None:
    """No rule for it needs a browser newer than Chromium 86: none is below ``@supports``."""
    for width in (768, 1440):
        options = {"viewport": {"width": width, "height": 800}, "java_script_enabled": script}
        for page in open_page(browser, large_site, **options):
            css = page.request.get("/static/yinju.css").text()
            newer = re.findall(r"(?ms)^@supports.*?^}", css)
            assert not [rule for rule in newer if "facets" in rule]
            page.goto(RESULTS)
            expect(page.locator(".years input[type=checkbox]").first).to_be_visible()
            expect(page.locator(".toggle")).to_be_hidden()
            expect(page.locator(".done")).to_be_hidden()
    for page in open_page(browser, large_site, java_script_enabled=script, **PHONE):
        page.goto(RESULTS)
        expect(page.locator(".years input[type=checkbox]").first).to_be_hidden()
        page.get_by_role("button" if script else "link", name="筛选").click()
        expect(page.locator(".years input[type=checkbox]").first).to_be_visible()
        page.locator(".done").click()
        expect(page.locator(".years input[type=checkbox]").first).to_be_hidden()


def test_without_javascript_all_values_and_years_work(browser: Any, large_site: str) -> None:
    for page in open_page(browser, large_site, java_script_enabled=False):
        page.goto(RESULTS)
        page.get_by_label("从", exact=True).fill("2015")
        page.get_by_role("button", name="确定").click()
        page.wait_for_url("**year=2015..2025")
        page.get_by_role("link", name=re.compile("^全部 .* 个地区$")).click()
        page.get_by_label("查找地区").fill("湖南")
        page.get_by_role("button", name="查找").click()
        page.get_by_role("checkbox", name=re.compile("^湖南省 ?[0-9,]+$")).check()
        page.get_by_role("button", name="应用筛选").click()
        chips = page.locator(".chip").all_inner_texts()
        assert [chip.split()[1] for chip in chips[:2]] == ["湖南省", "2015—2025"]


def test_the_page_of_all_values_is_accessible(browser: Any, large_site: str) -> None:
    for width in (375, 768, 1440):
        for scheme in ("light", "dark"):
            options = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
            for page in open_page(browser, large_site, **options):
                for path in ("/facet/region?q=" + quote("营商环境"), "/facet/year?year=2019..2022"):
                    page.goto(path)
                    assert page.evaluate("document.documentElement.scrollWidth") <= width
                    assert violations(page) == [], path


@pytest.mark.parametrize("width", [375, 1440])
def test_everything_to_touch_in_the_facets_is_large_enough(
    browser: Any, large_site: str, width: int
) -> None:
    for page in open_page(browser, large_site, viewport={"width": width, "height": 900}):
        page.goto(RESULTS + "&year=2019..2022&region=" + quote("湖南省"))
        if width == 375:
            page.locator(".toggle").click()
        for summary in page.locator(".facets summary").all():
            summary.click()
        targets = page.locator(
            ".facets label:visible, .facets a:visible, .facets button:visible, "
            ".facets summary:visible, .facets input[type=search]:visible, .chips a"
        )
        small = [
            (target.inner_text(), box)
            for target in targets.all()
            if (box := target.bounding_box())["height"] < 24 or box["width"] < 24
            if "hidden" not in (target.get_attribute("class") or "")
            if "skip" not in (target.get_attribute("class") or "")
        ]
        assert small == []


def test_ticks_and_bars_stay_visible_in_forced_colours(browser: Any, large_site: str) -> None:
    for page in open_page(browser, large_site, forced_colors="active"):
        page.goto(RESULTS + "&year=2024")
        colours = "bar => [bar, document.body].map(e => getComputedStyle(e).backgroundColor)"
        bars = page.locator(".years > ul .bar")
        plain, paper = bars.nth(0).evaluate(colours)
        ticked = page.locator("input:checked ~ .bar").evaluate(colours)[0]
        assert len({plain, paper, ticked}) == 3


def test_at_twice_the_size_nothing_has_to_be_scrolled_sideways(
    browser: Any, large_site: str
) -> None:
    options = {"viewport": {"width": 720, "height": 450}, "device_scale_factor": 2}
    for page in open_page(browser, large_site, **options):
        for path in (RESULTS + "&year=2019..2022", "/facet/region?q=" + quote("营商环境")):
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= 720
