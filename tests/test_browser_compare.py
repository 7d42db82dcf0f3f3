"""The page of two reports side by side, in a real browser at the widths of a desk and a phone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import compare_index
import pytest
from browsing import expect, open_page, violations
from serving import serving

pytestmark = pytest.mark.browser
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 375, "height": 800}
ADDRESS = "/compare?a=earlier&b=later"


@pytest.fixture(scope="module")
def compare_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(compare_index.build(str(tmp_path_factory.mktemp("compare") / "i"))) as address:
        yield address


@pytest.fixture
def page(browser: Any, compare_site: str) -> Iterator[Any]:
    yield from open_page(browser, compare_site)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("address", [ADDRESS, "/compare?a=later", "/compare"])
def test_axe_finds_nothing_and_nothing_is_cut_off(
    page: Any, address: str, size: Any, scheme: str
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(size)
    page.goto(address)
    for summary in page.locator("main summary").all():
        summary.click()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@pytest.mark.parametrize(("size", "beside"), [(DESK, True), (PHONE, False)])
def test_columns_stand_beside_each_other_where_there_is_room(
    page: Any, size: Any, beside: bool
) -> None:
    page.set_viewport_size(size)
    page.goto(ADDRESS)
    left, right = (each.bounding_box() for each in page.locator(".pair").first.locator("p").all())
    assert (left["y"] == right["y"]) == beside
    assert (left["x"] < right["x"]) == beside


def test_from_a_report_to_its_comparison_and_down_to_a_paragraph(page: Any) -> None:
    page.goto("/r/later")
    page.get_by_role("link", name="与另一篇对照").click()
    page.get_by_role("link", name="甲市2023年政府工作报告").click()
    expect(page).to_have_url(f"{page.url.split('/compare')[0]}{ADDRESS}")
    page.get_by_role("link", name="新提 2").click()
    assert page.locator("#phrases-new").evaluate("e => e.getBoundingClientRect().top >= 0")
    page.get_by_text("飞行检查 1 句").click()
    page.get_by_role("link", name="第 5 段").first.click()
    expect(page.locator("#text mark")).to_have_text("飞行检查")


def test_figures_and_negations_are_marked_apart_from_other_words(page: Any) -> None:
    page.goto(ADDRESS)
    marked = page.locator(".pair mark")
    expect(marked).to_have_text(["320万", "410万", "不"])
