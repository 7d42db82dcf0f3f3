"""The page of values in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
import values_index
from browsing import expect, open_page, violations
from serving import serving

pytestmark = pytest.mark.browser
VALUES = "/values?q=" + quote("完成投资")
PAGES = {
    "values": VALUES + "&year=2024",
    "nothing": "/values?q=" + quote("海洋牧场养殖场"),
    "empty": "/values",
}


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


@pytest.fixture(scope="module")
def small_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(values_index.build(str(tmp_path_factory.mktemp("site") / "index"))) as address:
        yield address


def test_a_region_is_drawn_and_left_out(browser: Any, small_site: str) -> None:
    for page in open_page(browser, small_site):
        page.goto("/values?q=" + quote("参保率"))
        curves = page.locator("figure.curve")
        expect(curves).to_have_count(1)
        assert page.locator("figure.curve circle").count() == 3
        assert violations(page) == []
        page.get_by_role("link", name="画出").first.click()
        expect(curves).to_have_count(2)
        page.get_by_role("link", name="不画").first.click()
        expect(curves).to_have_count(1)


@pytest.mark.parametrize("javascript", [True, False])
def test_another_indicator_stays_on_the_page_with_its_filters(
    browser: Any, small_site: str, javascript: bool
) -> None:
    for page in open_page(browser, small_site, java_script_enabled=javascript):
        page.goto("/values?year=2023&q=" + quote("参保率"))
        page.locator("input[name=q]").fill("基金支出")
        page.get_by_role("button", name="检索").click()
        expect(page).to_have_title("数值 · 基金支出 · 2023 - 引据")
        address = urlsplit(page.url)
        assert address.path == "/values"
        assert parse_qs(address.query)["year"] == ["2023"]
