"""The page of values in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
import values_index
from browsing import expect, open_page, serving, violations

pytestmark = pytest.mark.browser
VALUES = "/values?q=" + quote("完成投资")
PAGES = {"values": VALUES, "nothing": "/values?q=" + quote("海洋牧场养殖场"), "empty": "/values"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1440])
@pytest.mark.parametrize("name", PAGES)
def test_it_fits_and_is_accessible(
    browser: Any, large_site: str, width: int, scheme: str, name: str
) -> None:
    size = {"width": width, "height": 900}
    for page in open_page(browser, large_site, viewport=size, color_scheme=scheme):
        page.goto(PAGES[name])
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert violations(page) == []


def test_a_region_is_drawn_and_left_out(browser: Any, tmp_path: Path) -> None:
    with serving(values_index.build(str(tmp_path / "index"))) as site:
        for page in open_page(browser, site):
            page.goto("/values?q=" + quote("参保率"))
            curves = page.locator("figure.curve")
            expect(curves).to_have_count(1)
            assert page.locator("figure.curve circle").count() == 3
            assert violations(page) == []
            page.get_by_role("link", name="画出").first.click()
            expect(curves).to_have_count(2)
            page.get_by_role("link", name="不画").first.click()
            expect(curves).to_have_count(1)


def test_another_indicator_stays_on_the_page_with_its_filters(large_page: Any) -> None:
    large_page.goto(VALUES + "&year=2024")
    large_page.locator("input[name=q]").fill("营商环境")
    large_page.get_by_role("button", name="检索").click()
    expect(large_page).to_have_title("营商环境 的数值 - 引据")
    address = urlsplit(large_page.url)
    assert address.path == "/values"
    assert parse_qs(address.query)["year"] == ["2024"]


def test_without_javascript_it_is_the_same(browser: Any, large_site: str) -> None:
    for page in open_page(browser, large_site, java_script_enabled=False):
        page.goto(VALUES + "&year=2024")
        page.get_by_role("link", name="下一页").first.click()
        expect(page.get_by_text("第 2 页")).to_have_count(1)
        page.get_by_role("searchbox", name="检索词").fill("营商环境")
        page.get_by_role("button", name="检索").click()
        expect(page).to_have_title("营商环境 的数值 - 引据")
        assert parse_qs(urlsplit(page.url).query)["year"] == ["2024"]
