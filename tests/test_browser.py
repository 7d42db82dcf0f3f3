"""The pages in a real browser: what only a browser can tell."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import web_index
from browsing import FIRST, LARGE_PAGES, LONG, PAGES, expect, open_page, violations
from serving import serving

pytestmark = pytest.mark.browser
RESULTS_OF_BOTH = "/?q=" + quote("异地就医") + "+" + quote("基金监管")
RESULTS = "/?q=" + quote("基金监管 异地就医")
SCREENS = [(width, scheme) for width in (375, 1440) for scheme in ("light", "dark")]


def check_pages(browser: Any, address: str, paths: dict[str, str], width: int, scheme: str) -> None:
    """No page is wider than the screen, and axe finds nothing; pictures go to SCREENSHOTS."""
    options = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    shots = os.environ.get("SCREENSHOTS")
    for page in open_page(browser, address, **options):
        for name, path in paths.items():
            page.goto(path)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{name}: {wide} px wide"
            assert violations(page) == [], name
            if shots:
                file = Path(shots) / f"{name.replace(' ', '-')}-{width}-{scheme}.png"
                page.screenshot(path=file, full_page=True)


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_every_page_fits_and_is_accessible(
    browser: Any, site: str, width: int, scheme: str
) -> None:
    check_pages(browser, site, PAGES, width, scheme)


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_every_large_page_fits_and_is_accessible(
    browser: Any, large_site: str, width: int, scheme: str
) -> None:
    check_pages(browser, large_site, LARGE_PAGES, width, scheme)


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_without_an_index_the_page_fits_too(
    browser: Any, tmp_path: Path, width: int, scheme: str
) -> None:
    with serving(str(tmp_path / "none")) as address:
        check_pages(browser, address, {"no index": "/"}, width, scheme)


def test_a_facet_applies_at_once_and_keeps_the_focus(page: Any) -> None:
    page.goto(RESULTS)
    before = page.locator("#total").inner_text()
    page.locator("input[name=region][value='湖南省']").focus()
    page.keyboard.press("Space")
    page.wait_for_url("**region=**")
    expect(page.locator("input[name=region][value='湖南省']")).to_be_focused()
    assert page.locator("#total").inner_text() != before
    assert page.locator("#status").inner_text() == page.locator("#total").inner_text()
    assert page.locator(".chip").first.inner_text().split() == ["地区", "湖南省", "×"]
    page.go_back()
    expect(page.locator("#total")).to_have_text(before)


def test_what_is_typed_alone_stays_so_when_a_facet_applies(page: Any) -> None:
    page.goto("/?q=" + quote("飞行检查"))
    page.get_by_role("link", name="只查原词").click()
    page.locator(".facets input[name=region]").first.check()
    expect(page).to_have_url(re.compile("synonyms=0.*region=|region=.*synonyms=0"))
    expect(page.locator(".widened")).to_contain_text("只查了原词")


def test_ticking_below_a_ticked_value_narrows_and_above_widens(page: Any) -> None:
    page.goto(RESULTS + "&region=" + quote("湖南省"))
    page.locator("input[value='湖南省/怀化市']").check()
    page.wait_for_url("**" + quote("怀化市"))
    assert not page.locator("input[value='湖南省']").is_checked()
    page.locator("input[value='湖南省']").check()
    page.wait_for_url("**region=" + quote("湖南省"))
    assert not page.locator("input[value='湖南省/怀化市']").is_checked()


def test_suggestions_are_taken_by_key_and_by_mouse(page: Any) -> None:
    page.goto("/")
    box, options = page.get_by_label("检索词"), page.locator("#suggestions li")
    box.press_sequentially("异地就医 jjjg")
    expect(options).to_have_text(["基金监管政策用语"])
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    assert box.input_value() == "异地就医 jjjg"
    page.keyboard.type(" ")
    page.keyboard.press("Backspace")
    expect(options).to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "suggestion-0")
    page.keyboard.press("Enter")
    page.wait_for_url(RESULTS_OF_BOTH)
    box.fill("")
    box.press_sequentially("hunan")
    options.first.click()
    page.wait_for_url("/?region=" + quote("湖南省"))


def test_sorting_applies_at_once(page: Any) -> None:
    page.goto(PAGES["results"])
    page.get_by_label("排序").select_option("newest")
    page.wait_for_url("**sort=newest")
    assert "2024" in page.locator(".hit header span").first.inner_text()


def test_copying_a_citation(browser: Any, site: str) -> None:
    for page in open_page(browser, site, permissions=["clipboard-read", "clipboard-write"]):
        page.goto(f"/p/{FIRST}")
        page.get_by_role("button", name="复制 GB/T 7714—2025").click()
        expect(page.locator("#status")).to_have_text("已复制引用")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith(
            "甲县医疗保障局. 甲县医疗保障局2024年工作总结[R/OL]. 2024-12-23：第3段. "
        )


def test_copying_without_a_clipboard_api(page: Any) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.goto(f"/p/{FIRST}")
    page.evaluate("addEventListener('copy', () => { window.copied = String(getSelection()) })")
    page.get_by_role("button", name="复制正文").click()
    expect(page.locator("#status")).to_have_text("已复制正文")
    assert page.evaluate("window.copied")


def test_a_long_paragraph_unfolds_in_place(page: Any) -> None:
    page.goto("/?q=" + quote("基金监管 飞行检查"))
    text = page.locator(f".hit[data-id='{LONG}'] .text")
    assert len(text.inner_text()) < 200
    text.get_by_role("link", name="展开").click()
    expect(text).to_have_text(web_index.LONG)
    assert text.locator("mark").count() > 0
    assert text.locator("a").count() == 0


def test_keys(page: Any) -> None:
    page.goto(PAGES["results"])
    focused = "document.activeElement.closest('.hit')?.dataset.id"
    ids = page.locator(".hit").evaluate_all("all => all.map(one => one.dataset.id)")
    for key, wanted in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        page.keyboard.press(key)
        assert page.evaluate(focused) == ids[wanted]
    page.keyboard.press("m")
    assert page.locator(".memo li").count() == 1
    page.keyboard.press("?")
    assert page.get_by_role("dialog").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.type("j")  # a letter in the box stays a letter
    assert "j" in page.get_by_label("检索词").input_value()
    page.goto(PAGES["results"])
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/p/{ids[0]}**")


def test_keys_can_be_turned_off(page: Any) -> None:
    page.goto(PAGES["results"])
    page.keyboard.press("?")
    page.get_by_label("启用单键快捷键").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.closest('.hit')") is None


def test_without_javascript_everything_else_works(browser: Any, site: str) -> None:
    for page in open_page(
        browser, site, java_script_enabled=False, viewport={"width": 375, "height": 800}
    ):
        page.goto("/")
        page.get_by_label("检索词").fill("基金监管")
        page.get_by_role("button", name="检索").click()
        page.get_by_role("link", name="筛选", exact=True).click()
        page.locator("input[value='湖南省']").check()
        page.get_by_role("button", name="应用筛选").click()
        assert page.locator(".chip").first.inner_text().split() == ["地区", "湖南省", "×"]
        assert page.locator("#total").inner_text() == "6 段，出自 2 篇报告"
        assert page.get_by_role("button").all_inner_texts() == ["检索", "再查"]
        page.get_by_role("link", name="加入备忘").first.click()
        page.wait_for_url("**/memo?*p=**")
        page.go_back()
        page.get_by_role("link", name="引用").first.click()
        assert page.get_by_text("[R/OL]").first.is_visible()


def test_print_shows_the_results_alone(page: Any) -> None:
    page.goto(PAGES["results"])
    page.emulate_media(media="print")
    for hidden in (".head", ".facets", ".act", ".pages"):
        assert not page.locator(hidden).first.is_visible()
    assert page.locator(".hit .text").first.is_visible()


def test_print_says_what_was_searched(page: Any) -> None:
    page.goto(PAGES["narrowed"] + "&exact=1")
    said = page.get_by_text("检索：基金监管 · 精确 · 湖南省、2024、2019")
    assert not said.is_visible()
    page.emulate_media(media="print")
    assert said.is_visible()


def test_print_of_a_paragraph_has_nothing_to_click(page: Any) -> None:
    page.goto(PAGES["paragraph"])
    labels = ("回到", "更正标注", "另有：")
    assert all(page.get_by_text(label).first.is_visible() for label in labels)
    page.emulate_media(media="print")
    assert not any(page.get_by_text(label).first.is_visible() for label in labels)
    assert page.get_by_text("[R/OL]").first.is_visible()
