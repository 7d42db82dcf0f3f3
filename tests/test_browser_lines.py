"""The page of lines in a real browser, on the 1,200 reports of ``large_index``."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from browsing import expect, violations

pytestmark = pytest.mark.browser
LINES = "/lines?q=" + quote("营商环境") + "&sort=left"


@pytest.mark.parametrize("width", [1440, 1000, 750])
def test_occurrences_stand_in_one_column(large_page: Any, width: int) -> None:
    large_page.set_viewport_size({"width": width, "height": 900})
    large_page.goto(LINES)
    marks = large_page.locator(".rows mark").all()
    boxes = [mark.bounding_box() for mark in marks[:30]]
    assert len(marks) == 100
    assert {round(box["x"]) for box in boxes} == {round(boxes[0]["x"])}
    # What stands left ends at the mark, whether it is cut or shorter than its column.
    for side, box in zip(large_page.locator(".rows bdi").all()[:30], boxes, strict=True):
        left = side.bounding_box()
        assert abs(left["x"] + left["width"] - box["x"]) < 1


@pytest.mark.parametrize("width", [1440, 1000, 375])
def test_no_line_is_wider_than_the_page(large_page: Any, width: int) -> None:
    large_page.set_viewport_size({"width": width, "height": 800})
    large_page.goto(LINES)
    assert large_page.evaluate("document.documentElement.scrollWidth") == width
    assert large_page.locator(".rows mark").first.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", [LINES, "/lines", "/lines?q=" + quote('"哪里也没有"')])
def test_axe_finds_nothing(large_page: Any, path: str, scheme: str) -> None:
    large_page.emulate_media(color_scheme=scheme)
    large_page.goto(path)
    assert violations(large_page) == []


def test_another_word_is_shown_as_lines_in_the_same_order(large_page: Any) -> None:
    large_page.goto(LINES + "&year=2010..2020")
    large_page.locator("#ask input[name=q]").fill("乡村振兴")
    large_page.keyboard.press("Enter")
    large_page.wait_for_url("**/lines?*")
    expect(large_page.locator("#total")).to_contain_text("乡村振兴 · 2010—2020：")
    expect(large_page.locator(".sort b")).to_have_text("左边的字")
    expect(large_page.locator(".rows mark").first).to_have_text("乡村振兴")


def test_a_line_opens_its_paragraph(large_page: Any) -> None:
    large_page.goto(LINES)
    line = large_page.locator(".rows a").nth(40)
    text = line.inner_text().replace("\n", "")
    line.click()
    large_page.wait_for_url("**/p/**")
    expect(large_page.locator(".here mark").first).to_have_text("营商环境")
    assert text in large_page.locator(".here .text").inner_text()
