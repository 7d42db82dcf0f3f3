"""The start page and filters from the query in a real browser."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from browsing import expect, open_page, violations

pytestmark = pytest.mark.browser
STOPS = (
    "[...document.querySelectorAll('.grid tr')].map(row =>"
    " [...row.querySelectorAll('a')].filter(link => link.tabIndex >= 0).length)"
)
FOCUSED = "document.activeElement.textContent"


@pytest.mark.parametrize("width", [375, 768, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_table_fits_at_size(browser: Any, large_site: str, width: int, scheme: str) -> None:
    options = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    for page in open_page(browser, large_site, **options):
        for path in ("/", "/?open=" + quote("湖南省") + "&decade=1990"):
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert violations(page) == []
            first = page.locator(".grid tbody tr").nth(1).locator("td")
            assert first.first.is_visible()
            filled = page.locator(".grid td a").evaluate_all(
                "all => all.filter(a => { const b = a.getBoundingClientRect();"
                " return b.top < innerHeight && b.right < innerWidth; }).length"
            )
            assert filled > 40


def test_one_tab_stop_a_row_and_arrows_between_cells(large_page: Any) -> None:
    large_page.goto("/")
    assert max(large_page.evaluate(STOPS)) == 1
    row = large_page.locator(".grid tbody tr").nth(1)
    row.locator("a").first.focus()
    name = large_page.evaluate(FOCUSED)
    large_page.keyboard.press("ArrowRight")
    assert large_page.evaluate(FOCUSED) == row.locator("td a").first.text_content()
    large_page.keyboard.press("ArrowLeft")
    assert large_page.evaluate(FOCUSED) == name
    large_page.keyboard.press("End")
    assert large_page.evaluate(FOCUSED) == row.locator("td a").last.text_content()
    large_page.keyboard.press("ArrowDown")
    assert max(large_page.evaluate(STOPS)) == 1
    below = large_page.evaluate("document.activeElement.closest('tr').rowIndex")
    assert below == row.evaluate("row => row.rowIndex") + 1
    large_page.keyboard.press("Home")
    large_page.keyboard.press("Enter")
    large_page.wait_for_url("**open=**")


def test_without_javascript_provinces_open_and_every_cell_is_reached(
    browser: Any, large_site: str
) -> None:
    for page in open_page(browser, large_site, java_script_enabled=False):
        page.goto("/")
        page.locator(".grid").get_by_role("link", name="湖南省").click()
        page.locator(".grid .d1 th a").first.click()
        assert page.locator(".grid .d2 td a").first.is_visible()
        assert page.locator(".grid a[tabindex]").count() == 0


def test_the_table_prints_on_one_sheet(large_page: Any) -> None:
    large_page.goto("/")
    printed = large_page.pdf(
        format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), "1cm")
    )
    assert printed.count(b"/Type /Page\n") == 1
    large_page.emulate_media(media="print")
    large_page.set_viewport_size({"width": 718, "height": 1000})  # A4 without its margins
    assert large_page.evaluate("document.documentElement.scrollWidth") <= 718


def test_a_region_or_year_after_a_word_becomes_a_filter(large_page: Any) -> None:
    large_page.goto("/")
    box, options = large_page.get_by_label("检索词"), large_page.locator("#suggestions li")
    box.press_sequentially("营商环境 湖南")
    options.filter(has_text="湖南省地区").first.click()
    large_page.wait_for_url("/?region=" + quote("湖南省") + "&q=" + quote("营商环境"))
    box = large_page.get_by_label("检索词")
    assert box.input_value() == "营商环境"
    box.press("End")
    box.press_sequentially(" 2022")
    options.filter(has_text="2022年").first.click()
    large_page.wait_for_url("**year=2022**")
    expect(large_page.locator(".chip")).to_have_count(3)  # both, and 全部清除


def test_an_offer_is_taken_with_one_click(large_page: Any) -> None:
    large_page.goto("/?q=" + quote("湖南 2022年 营商环境"))
    large_page.locator(".offers a").first.click()
    large_page.wait_for_url("**year=2022**")
    assert large_page.get_by_label("检索词").input_value() == "营商环境"


def test_the_enter_of_an_input_method_submits_nothing(large_page: Any) -> None:
    large_page.goto("/")
    large_page.get_by_label("检索词").fill("营商")
    for code, prevented in ((229, True), (13, False)):
        assert (
            large_page.evaluate(
                "code => { const e = new KeyboardEvent('keydown',"
                " { key: 'Enter', keyCode: code, cancelable: true, bubbles: true });"
                " document.querySelector('#ask').q.dispatchEvent(e); return e.defaultPrevented; }",
                code,
            )
            is prevented
        )
