"""The page of trends in a real browser."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from browsing import expect, open_page, violations

pytestmark = pytest.mark.browser
ONE = "/trend?q=" + quote("营商环境")
FIVE = ONE + "".join(f"&vs={quote(text)}" for text in ("乡村振兴", "基金监管", "公共服务", "投资"))
SCREENS = [(width, scheme) for width in (375, 1440) for scheme in ("light", "dark")]


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_it_fits_and_is_accessible(browser: Any, large_site: str, width: int, scheme: str) -> None:
    options = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    for page in open_page(browser, large_site, **options):
        for path in ("/trend", ONE, FIVE):
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            assert violations(page) == [], path


def test_the_newest_years_of_the_picture_are_in_sight_on_a_phone(
    browser: Any, large_site: str
) -> None:
    for page in open_page(browser, large_site, viewport={"width": 375, "height": 900}):
        page.goto(ONE)
        right = page.locator("svg.chart").bounding_box()
        assert right["x"] < 0
        assert right["x"] + right["width"] <= 375


def test_the_form_compares_without_script(browser: Any, large_site: str) -> None:
    for page in open_page(browser, large_site, java_script_enabled=False):
        page.goto(ONE + "&level=city&year=2010..2020")
        page.locator("input[name=vs]").fill("乡村振兴")
        page.locator("select[name=by]").select_option("county")
        page.get_by_role("button", name="看趋势").click()
        expect(page.locator(".legend li")).to_have_count(2)
        for kept in ("level=city", "year=2010", "by=county"):
            assert kept in page.url


@pytest.mark.parametrize("media", ["screen", "print"])
def test_curves_differ_without_colours(browser: Any, large_site: str, media: str) -> None:
    for page in open_page(browser, large_site, forced_colors="active"):
        page.emulate_media(media=media)
        page.goto(FIVE)
        styles = page.locator(".legend svg").evaluate_all(
            """all => all.map(svg => {
                const [line, mark] = svg.children;
                return getComputedStyle(line).strokeDasharray + mark.getAttribute("d")
            })"""
        )
        assert len(set(styles)) == 5
        ink = page.locator(".chart .mark").first.evaluate("m => getComputedStyle(m).stroke")
        paper = page.locator("html").evaluate("e => getComputedStyle(e).backgroundColor")
        assert ink not in (paper, "none")
