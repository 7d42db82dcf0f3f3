"""What holds on every page in a real browser: older browsers, paper, colours, targets for fingers.

Chromium 86 is the oldest browser that is promised. What came later is taken away from the
browser here, from the scripts before they run and from the style sheet as it is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from browsing import LONG, PAGES, expect, open_page

pytestmark = pytest.mark.browser
STATIC = Path(str(files("search_app") / "static"))
RESULTS = "/?q=" + quote("基金监管 异地就医")

# What a script could call that Chromium 86 does not have.
TAKE_AWAY = """
delete globalThis.structuredClone; delete Array.prototype.at; delete String.prototype.at;
delete Array.prototype.findLast; delete Array.prototype.findLastIndex; delete Object.hasOwn;
delete Array.prototype.toSorted; delete Object.groupBy; delete Promise.withResolvers;
if (globalThis.Crypto) delete Crypto.prototype.randomUUID;
delete AbortSignal.timeout; delete AbortSignal.any; delete URL.canParse; delete URL.parse;
for (const proto of [Element.prototype, HTMLElement.prototype]) {
  for (const name of Object.getOwnPropertyNames(proto)) {
    if (/^aria[A-Z]|^role$|^inert$|^checkVisibility$/.test(name)) delete proto[name];
  }
}
const supports = CSS.supports.bind(CSS);
CSS.supports = (...given) => !given.join().includes("details-content") && supports(...given);
"""
# Of the style sheet: a declaration or a block that Chromium 86 does not read.
NEWER_DECLARATIONS = (
    r"[{;]\s*((?:margin|padding|border|inset)-(?:inline|block)|inset|aspect-ratio|accent-color"
    r"|text-wrap(?:-style)?|translate|rotate|scale|overflow-clip-margin|scrollbar-gutter)\s*:"
)
NEWER_VALUES = r"color-mix\(|\b\d+(?:dvh|svh|lvh|dvw)\b|oklch\(|light-dark\("
NEWER_SELECTORS = r":has\(|:is\(|:where\(|:user-valid|:not\([^()]*,"


def without_newer(css: str) -> str:
    css = re.sub(r"@supports selector\(::details-content\) \{.*?\n\}", "", css, flags=re.S)
    return re.sub(r"(?<=[{;])\s*accent-color:[^;}]*;?", "", css)


@pytest.mark.parametrize("sheet", sorted(STATIC.glob("*.css")), ids=lambda path: path.name)
def test_style_sheets_are_read_by_chromium_86(sheet: Path) -> None:
    older = without_newer(re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.S))
    for newer in (NEWER_DECLARATIONS, NEWER_VALUES, NEWER_SELECTORS):
        assert re.findall(newer, older) == []
    assert not re.search(r"\{[^{}]*[;{]\s*&", older)  # nesting


NEWER_SYNTAX = (
    r"^\s*(?:static\s+)?#\w+\s*[=(;]|^await |^\s*static\s*\{|/[dgimsuy]*v[dgimsuy]*[;,)]"
    r"|\.(?:at|findLast|toSorted|toReversed|with|replaceWithMarkup|setHTML)\("
    r"|structuredClone|hasOwn\(|randomUUID|\.aria[A-Z]\w* ?=|\(\?<[a-z]\w*>\)"
)


def test_the_scripts_are_read_by_chromium_86() -> None:
    for script in sorted((STATIC / "js").glob("*.js")):
        found = re.findall(NEWER_SYNTAX, script.read_text("utf-8"), flags=re.M)
        assert found == [], script.name


@pytest.fixture
def older_page(browser: Any, site: str) -> Iterator[Any]:
    """A page in a browser without what came after Chromium 86."""
    css = without_newer((STATIC / "yinju.css").read_text("utf-8"))
    for page in open_page(browser, site):
        page.add_init_script(TAKE_AWAY)
        page.route("**/yinju.css*", lambda route: route.fulfill(body=css, content_type="text/css"))
        yield page


def test_an_older_browser_searches_and_filters(older_page: Any) -> None:
    page = older_page
    page.goto("/")
    box = page.get_by_label("检索词")
    box.press_sequentially("异地就医 jjjg")
    expect(page.locator("#suggestions li")).to_have_text(["基金监管政策用语"])
    page.keyboard.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "suggestion-0")
    page.keyboard.press("Enter")
    page.wait_for_url("/?q=**")
    page.locator("input[name=region][value='湖南省']").check()
    page.wait_for_url("**region=**")
    expect(page.locator(".chip").first).to_contain_text("湖南省")
    page.get_by_label("排序").select_option("newest")
    page.wait_for_url("**sort=newest**")
    page.keyboard.press("?")
    assert page.get_by_role("dialog").is_visible()


def test_an_older_browser_keeps_a_memo(older_page: Any) -> None:
    page = older_page
    page.goto(RESULTS)
    for button in page.get_by_role("button", name="加入备忘").all()[:2]:
        button.click()
    page.get_by_role("link", name="整理并导出").click()
    page.wait_for_url("**/memo?**")
    order = page.locator(".quotes > li")
    before = order.evaluate_all("all => all.map(one => one.id)")
    page.get_by_role("button", name="下移第 1 段").click()
    assert order.evaluate_all("all => all.map(one => one.id)") == before[::-1]
    page.get_by_role("button", name="移除第 1 段").click()
    expect(order).to_have_count(1)
    page.get_by_role("button", name="撤销").click()
    expect(order).to_have_count(2)


def test_an_older_browser_opens_the_contents_and_quotes(older_page: Any) -> None:
    page = older_page
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/r/rep001?q=" + quote("基金"))
    assert page.locator(".contents li a").first.is_visible()
    page.get_by_role("button", name="下一处").click()
    expect(page.locator("#mark-number")).to_contain_text("1 / ")
    page.goto(f"/p/{LONG}")
    page.locator(".nth").first.click()
    expect(page.locator(".act b")).to_contain_text("第1句")


# Links and controls that a finger could miss. Inside running text a link may be as small as the
# text; a check box counts with its label.
SMALL = """() => [
    ...document.querySelectorAll('a, button, input:not([type=hidden]), select, summary')
  ]
  .filter((one) => one.getClientRects().length && getComputedStyle(one).visibility !== 'hidden')
  .filter((one) => !one.matches('.skip, .nth, :disabled'))
  .map((one) => [one, one.closest('label') || one])
  .map(([one, box]) => [one, box.getBoundingClientRect()])
  .filter(([, { width, height }]) => width && height && Math.min(width, height) < 23.9)
  .filter(([one]) => {
    const block = one.closest('p, dd, dt, li, td, th, div, h1, h2, h3');
    return !block || block.textContent.trim() === one.textContent.trim();
  })
  .map(([one, { width, height }]) => `${one.outerHTML.slice(0, 90)} ${width} x ${height}`)"""


@pytest.mark.parametrize("width", [375, 1440])
def test_targets_are_large_enough_for_a_finger(browser: Any, site: str, width: int) -> None:
    for page in open_page(browser, site, viewport={"width": width, "height": 900}):
        for name, path in PAGES.items():
            page.goto(path)
            assert page.evaluate(SMALL) == [], name


def test_colours_forced_motion_reduced_and_letters_doubled(browser: Any, site: str) -> None:
    options = {"forced_colors": "active", "reduced_motion": "reduce"}
    # A window of 1280 px at 200 % is one of 640 px.
    for page in open_page(browser, site, viewport={"width": 640, "height": 450}, **options):
        for name, path in PAGES.items():
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= 640, name
            moving = (
                "[...document.querySelectorAll('*')].filter((one) =>"
                " parseFloat(getComputedStyle(one).transitionDuration)).length"
            )
            assert page.evaluate(moving) == 0, name
            assert page.locator("h1").first.is_visible(), name


PRINTED = {
    "results": (RESULTS, ".hit .text"),
    "report": ("/r/rep001?q=" + quote("基金"), ".para .text"),
    "memo": (PAGES["memo"], ".quotes .text"),
    "start": ("/", ".grid td a"),
}


@pytest.mark.parametrize(("path", "text"), PRINTED.values(), ids=PRINTED)
def test_paper_shows_the_text_alone(page: Any, path: str, text: str) -> None:
    page.goto(path)
    page.emulate_media(media="print")
    assert page.locator(text).first.is_visible()
    controls = page.locator("button, select, input:not([type=hidden]), summary")
    assert [one for one in controls.all() if one.is_visible() and not one.is_disabled()] == []
    assert page.pdf().startswith(b"%PDF")


def test_an_input_method_keeps_its_enter(page: Any) -> None:
    """With the key code 229 the key belongs to the input method, whatever else is open."""
    page.goto("/")
    page.get_by_label("检索词").press_sequentially("异地就医 jjjg")
    expect(page.locator("#suggestions li")).to_have_count(1)
    page.evaluate(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown',"
        " { key: 'Enter', keyCode: 229, bubbles: true, cancelable: true }))"
    )
    expect(page.locator("#suggestions li")).to_have_count(1)
    assert page.url.endswith("/")
    assert page.get_by_label("检索词").input_value() == "异地就医 jjjg"
