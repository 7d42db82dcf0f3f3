"""The memo in a real browser: what the browser keeps, tabs, undo, moving, and without script."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import pytest
from browsing import expect, open_page, violations

pytestmark = pytest.mark.browser
RESULTS = "/?q=" + quote("基金监管") + "&region=" + quote("湖南省")
FIRST, LONG, DAMAGED, FORMULA = (f"rep001-000{number}" for number in (3, 4, 5, 6))
GONE = "rep001-ffffff"
IDS = [FIRST, LONG, DAMAGED, FORMULA]
TITLE = "基金监管材料"


def path(ids: Sequence[str], title: str = "") -> str:
    pairs = [f"t={quote(title)}"] if title else []
    return "/memo?" + "&".join(pairs + [f"p={each}" for each in ids])


def keep(page: Any, ids: Sequence[str], title: str = "") -> None:
    """Let the browser keep a memo."""
    items = [{"id": each, "text": f"开头 {each}", "place": "甲县"} for each in ids]
    memo = json.dumps({"version": 2, "title": title, "items": items})
    page.goto("/help")
    page.evaluate(f"localStorage.setItem('memo', {json.dumps(memo)})")


def kept(page: Any) -> list[str]:
    """The ids of the memo that the browser keeps."""
    memo = json.loads(page.evaluate("localStorage.getItem('memo')"))
    return [item["id"] for item in memo["items"]]


def expect_shown(page: Any, ids: Sequence[str]) -> None:
    """Wait until the page shows these ids, and check that its address does so too."""
    rows = page.locator(".quotes > li")
    expect(rows).to_have_count(len(ids))
    for at, each in enumerate(ids):
        expect(rows.nth(at)).to_have_id(f"p-{each}")
    addressed = page.evaluate("new URLSearchParams(location.search).getAll('p')")
    assert addressed == list(ids)


def count_loads(page: Any) -> list[str]:
    """The addresses of the documents that the page loads from now on."""
    loads: list[str] = []
    page.on("request", lambda r: r.is_navigation_request() and loads.append(r.url))
    return loads


def notice(page: Any) -> Any:
    return page.locator("#notice p")


def undo(page: Any) -> None:
    page.get_by_role("button", name="撤销").click()


def test_the_memo_is_kept_at_the_side_and_becomes_an_address(page: Any) -> None:
    page.goto(RESULTS)
    page.get_by_role("button", name="加入备忘").first.click()
    page.get_by_role("button", name="加入备忘").first.click()
    expect(page.locator(".memo li")).to_have_count(2)
    ids = page.locator(".hit").evaluate_all("all => all.slice(0, 2).map(one => one.dataset.id)")
    page.reload()
    expect(page.locator("[data-memo-link]")).to_have_text("备忘 2")
    page.get_by_role("link", name="整理并导出").click()
    expect_shown(page, ids)
    page.get_by_role("button", name="移除第 1 段").click()
    expect_shown(page, ids[1:])
    expect(page.locator("[data-memo-link]")).to_have_text("备忘 1")
    assert kept(page) == ids[1:]


def test_removing_at_the_side_can_be_undone_and_keeps_the_order(page: Any) -> None:
    keep(page, IDS)
    page.goto(RESULTS)
    page.get_by_role("button", name="移出第 2 段").click()
    assert kept(page) == [FIRST, DAMAGED, FORMULA]
    expect(page.locator(".memo h2")).to_have_text("备忘 · 3 段")
    expect(page.get_by_role("button", name="移出第 2 段")).to_be_focused()
    undo(page)
    assert kept(page) == IDS
    expect(notice(page)).to_have_text("已撤销")
    page.locator(f".hit[data-id='{LONG}']").get_by_role("button", name="移出备忘").click()
    assert kept(page) == [FIRST, DAMAGED, FORMULA]
    undo(page)
    assert kept(page) == IDS


def test_a_memo_as_it_was_kept_before_is_read(page: Any) -> None:
    page.goto("/help")
    old = [{"id": FIRST, "text": "基金监管", "place": "甲县"}]
    page.evaluate(f"localStorage.setItem('memo', JSON.stringify({json.dumps(old)}))")
    page.goto("/memo")
    expect_shown(page, [FIRST])
    assert json.loads(page.evaluate("localStorage.getItem('memo')"))["version"] == 2


@pytest.mark.parametrize("content", ["null", "7", "{", '{"items": 3}', '[null, {"id": 5}]'])
def test_what_is_no_memo_is_an_empty_one(page: Any, content: str) -> None:
    page.goto("/help")
    page.evaluate(f"localStorage.setItem('memo', {json.dumps(content)})")
    page.goto("/memo")
    expect(page.locator("#empty")).to_be_visible()
    page.goto(RESULTS)
    page.get_by_role("button", name="加入备忘").first.click()
    assert len(kept(page)) == 1


def test_the_bare_address_shows_what_is_kept(page: Any) -> None:
    keep(page, IDS, TITLE)
    page.goto("/memo")
    expect_shown(page, IDS)
    expect(page.locator("h1")).to_have_text(TITLE)
    assert page.url.endswith(path(IDS, TITLE))
    page.go_back()  # the bare address is not in the history
    assert page.url.endswith("/help")


def test_another_persons_memo_is_merged_and_that_undone(page: Any) -> None:
    keep(page, [LONG, FORMULA], TITLE)
    page.goto(path([FIRST, LONG], "别人的"))
    expect(page.locator("#not-mine")).to_contain_text("我的备忘（2 段）")
    assert kept(page) == [LONG, FORMULA]
    page.get_by_role("button", name="合并到我的备忘").click()
    expect(notice(page)).to_have_text("已并入 1 段，我的备忘共 3 段")
    assert kept(page) == [LONG, FORMULA, FIRST]
    assert violations(page) == []
    page.get_by_role("button", name="合并到我的备忘").click()
    expect(notice(page)).to_have_text("这些段我的备忘里都有了")
    assert kept(page) == [LONG, FORMULA, FIRST]
    page.get_by_role("button", name="移除第 1 段").click()  # theirs: mine stays as it is
    assert kept(page) == [LONG, FORMULA, FIRST]
    undo(page)
    expect_shown(page, [FIRST, LONG])


def test_another_persons_memo_replaces_mine_and_that_is_undone(page: Any) -> None:
    keep(page, [LONG, FORMULA], TITLE)
    page.goto(path([FIRST, LONG], "别人的"))
    page.get_by_role("button", name="换成这份").click()
    expect(page.locator("#not-mine")).to_be_hidden()
    assert kept(page) == [FIRST, LONG]
    undo(page)
    expect(page.locator("#not-mine")).to_be_visible()
    expect_shown(page, [FIRST, LONG])
    assert kept(page) == [LONG, FORMULA]
    page.get_by_role("link", name="看我的备忘").click()
    expect(page.locator("h1")).to_have_text(TITLE)


def test_with_nothing_kept_another_persons_memo_is_taken_with_its_places(page: Any) -> None:
    page.goto(path([FIRST, LONG]))
    expect(page.locator("[data-memo-link]")).to_have_text("备忘")
    page.get_by_role("button", name="用作我的备忘").click()
    expect(page.locator("[data-memo-link]")).to_have_text("备忘 2")
    page.goto(RESULTS)
    expect(page.locator(".memo li").first).to_contain_text("甲县")


def test_clearing_is_undone_and_keeps_what_came_since(page: Any) -> None:
    keep(page, [FIRST, LONG], TITLE)
    page.goto("/memo")
    page.get_by_role("button", name="清空").click()
    expect(page.locator("#empty")).to_be_visible()
    assert kept(page) == []
    expect(page.get_by_role("button", name="撤销")).to_be_focused()
    other = page.context.new_page()
    other.goto(RESULTS)
    other.locator(f".hit[data-id='{FORMULA}']").get_by_role("button", name="加入备忘").click()
    expect_shown(page, [FORMULA])
    undo(page)
    expect_shown(page, [FIRST, LONG, FORMULA])
    expect(page.locator("h1")).to_have_text(TITLE)
    assert kept(other) == [FIRST, LONG, FORMULA]


def test_clearing_can_be_undone_on_the_next_pages(page: Any) -> None:
    keep(page, IDS, TITLE)
    page.goto("/memo")
    page.get_by_role("button", name="清空").click()
    page.get_by_role("link", name="去检索").click()
    expect(notice(page)).to_have_text("已清空 4 段")
    page.goto(RESULTS)
    undo(page)
    expect(page.locator(".memo h2")).to_have_text(f"{TITLE} · 4 段")
    assert kept(page) == IDS
    page.reload()
    expect(page.locator(".memo h2")).to_be_visible()
    expect(notice(page)).to_have_count(0)
    page.goto("/memo")
    page.get_by_role("button", name="清空").click()
    page.get_by_role("button", name="关闭").click()
    page.goto(RESULTS)
    expect(page.locator("[data-memo]").first).to_have_text("加入备忘")
    expect(notice(page)).to_have_count(0)


def test_undoing_keeps_what_another_tab_removed_and_added(page: Any) -> None:
    keep(page, [FIRST, LONG, DAMAGED])
    page.goto("/memo")
    page.get_by_role("button", name="移除第 1 段").click()
    other = page.context.new_page()
    other.goto(RESULTS)
    other.locator(f".hit[data-id='{FORMULA}'] [data-memo]").click()
    other.get_by_role("button", name="移出第 2 段").click()
    expect_shown(page, [LONG, FORMULA])
    undo(page)
    expect_shown(page, [FIRST, LONG, FORMULA])


def test_two_tabs_agree(page: Any) -> None:
    other = page.context.new_page()
    page.goto(RESULTS)
    other.goto(RESULTS)
    button = f".hit[data-id='{FIRST}'] [data-memo]"
    page.locator(button).click()
    expect(other.locator(button)).to_have_attribute("aria-pressed", "true")
    expect(other.locator("[data-memo-link]")).to_have_text("备忘 1")
    expect(other.locator(".memo li")).to_have_count(1)
    other.goto("/memo")
    page.locator(f".hit[data-id='{LONG}'] [data-memo]").click()
    expect_shown(other, [FIRST, LONG])
    other.get_by_role("button", name="上移第 2 段").click()
    expect(page.locator(".memo li a").first).to_have_attribute("href", f"/p/{LONG}")
    other.get_by_role("button", name="移除第 1 段").click()
    expect(page.locator(f".hit[data-id='{LONG}'] [data-memo]")).to_have_text("加入备忘")
    expect(page.locator(".memo h2")).to_have_text("备忘 · 1 段")


@pytest.mark.parametrize(
    ("button", "left"),
    [("下移第 1 段", [LONG, FIRST, FORMULA]), ("移除第 1 段", [LONG, FORMULA])],
)
def test_a_page_that_is_behind_overwrites_nothing(page: Any, button: str, left: list[str]) -> None:
    keep(page, [FIRST, LONG])
    page.goto("/memo")
    expect_shown(page, [FIRST, LONG])
    items = [{"id": each, "text": "", "place": ""} for each in (FIRST, LONG, FORMULA)]
    memo = json.dumps({"version": 2, "title": "", "items": items})
    page.evaluate(f"localStorage.setItem('memo', {json.dumps(memo)})")  # the tab hears nothing
    page.get_by_role("button", name=button).click()
    expect_shown(page, left)
    assert kept(page) == left


def test_moving_by_buttons_and_keys_loads_no_page(page: Any) -> None:
    keep(page, IDS, TITLE)
    page.goto("/memo")
    expect_shown(page, IDS)
    loads = count_loads(page)
    page.get_by_role("button", name="下移第 1 段").click()
    expect_shown(page, [LONG, FIRST, DAMAGED, FORMULA])
    expect(page.locator("#status")).to_have_text("已移到第 2 段，共 4 段")
    expect(page.get_by_role("button", name="下移第 2 段")).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+ArrowDown")
    expect_shown(page, [LONG, DAMAGED, FORMULA, FIRST])
    page.keyboard.press("Alt+ArrowDown")  # it is the last already
    expect_shown(page, [LONG, DAMAGED, FORMULA, FIRST])
    assert page.evaluate("document.activeElement.closest('li').id") == f"p-{FIRST}"
    page.locator(f"#p-{DAMAGED} .text").click()
    page.keyboard.press("Alt+ArrowUp")
    expect_shown(page, [DAMAGED, LONG, FORMULA, FIRST])
    assert kept(page) == [DAMAGED, LONG, FORMULA, FIRST]
    assert loads == []
    word = page.get_by_role("link", name="下载 Word").get_attribute("href")
    assert word == path(kept(page), TITLE).replace("/memo", "/memo.docx")
    page.reload()
    expect_shown(page, [DAMAGED, LONG, FORMULA, FIRST])
    expect(page.locator("#clear")).to_be_visible()  # it is still mine


def drag(page: Any, row: int, to: int) -> None:
    """Drag a row by its handle to the lower part of another row (or the upper, if above)."""
    handle = page.locator(".handle").nth(row).bounding_box()
    page.mouse.move(handle["x"] + 5, handle["y"] + 5)
    page.mouse.down()
    target = page.locator(".quotes > li").nth(to).bounding_box()
    y = target["y"] + target["height"] * (0.9 if to > row else 0.1)
    page.mouse.move(handle["x"] + 5, y, steps=12)


def test_dragging_with_the_mouse(browser: Any, site: str) -> None:
    for page in open_page(browser, site, viewport={"width": 1440, "height": 1600}):
        keep(page, IDS)
        page.goto("/memo")
        expect_shown(page, IDS)
        loads = count_loads(page)
        drag(page, 0, 2)
        page.mouse.up()
        expect_shown(page, [LONG, DAMAGED, FIRST, FORMULA])
        assert kept(page) == [LONG, DAMAGED, FIRST, FORMULA]
        drag(page, 3, 0)
        page.mouse.up()
        expect_shown(page, [FORMULA, LONG, DAMAGED, FIRST])
        drag(page, 0, 2)
        page.keyboard.press("Escape")
        page.mouse.up()
        expect_shown(page, [FORMULA, LONG, DAMAGED, FIRST])
        assert kept(page) == [FORMULA, LONG, DAMAGED, FIRST]
        assert loads == []


def test_dragging_near_an_edge_scrolls(large_page: Any) -> None:
    page = large_page
    ids = [f"r{number:07}-00000003" for number in range(20, 32)]
    keep(page, ids)
    page.goto("/memo")
    handle = page.locator(".handle").first.bounding_box()
    page.mouse.move(handle["x"] + 5, handle["y"] + 5)
    page.mouse.down()
    page.mouse.move(handle["x"] + 5, page.viewport_size["height"] - 8, steps=4)
    expect(page.locator(".quotes > li").last).to_have_id(f"p-{ids[0]}")
    page.mouse.up()
    assert kept(page) == [*ids[1:], ids[0]]


def test_the_201st_is_refused_with_words(large_page: Any) -> None:
    page = large_page
    ids = [f"r{number:07}-00000003" for number in range(100, 300)]
    keep(page, ids)
    page.goto("/?q=" + quote("营商环境"))
    page.locator("[data-memo][aria-pressed=false]").first.click()
    expect(notice(page)).to_contain_text("已满 200 段")
    assert kept(page) == ids
    page.goto(path(["r0000001-00000003", "r0000002-00000003"]))
    page.get_by_role("button", name="合并到我的备忘").click()
    expect(notice(page)).to_contain_text("已满 200 段")
    keep(page, ids[1:])
    page.goto(path(["r0000001-00000003", "r0000002-00000003"]))
    page.get_by_role("button", name="合并到我的备忘").click()
    expect(notice(page)).to_contain_text("已满 200 段，其余 1 段没有并入")
    assert kept(page) == [*ids[1:], "r0000001-00000003"]


def test_a_memo_that_was_filled_beyond_the_limit_opens_and_loses_nothing(large_page: Any) -> None:
    page = large_page
    ids = [f"r{number:07}-00000003" for number in range(230)]
    keep(page, ids)
    page.goto("/memo")
    expect(page.locator("#rest")).to_contain_text("230 段")
    page.get_by_role("button", name="移除第 1 段").click()
    expect(page.locator("#rest")).to_contain_text("229 段")
    assert kept(page) == ids[1:]
    page.get_by_role("link", name="其余 29 段").click()
    expect_shown(page, ids[201:])


def test_the_title_is_edited_in_place(page: Any) -> None:
    keep(page, [FIRST, LONG])
    page.goto("/memo")
    loads = count_loads(page)
    page.get_by_text("改标题").click()
    expect(page.get_by_label("标题")).to_be_focused()
    page.keyboard.type(f"  {TITLE}  ")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(TITLE)
    expect(page).to_have_title(f"{TITLE} - 引据")
    assert page.url.endswith(path([FIRST, LONG], TITLE))
    page.get_by_text("改标题").click()
    page.keyboard.type("不要的")
    page.keyboard.press("Escape")
    expect(page.locator("h1")).to_have_text(TITLE)
    assert loads == []
    page.goto(RESULTS)
    expect(page.locator(".memo h2")).to_have_text(f"{TITLE} · 2 段")
    page.get_by_role("link", name="整理并导出").click()
    expect(page.locator("h1")).to_have_text(TITLE)
    page.get_by_text("改标题").click()
    page.get_by_label("标题").fill("")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("备忘")
    assert page.url.endswith(path([FIRST, LONG]))


def test_an_id_with_a_tilde_stays_as_it_is(page: Any) -> None:
    part = f"{FIRST}~2-4"
    keep(page, [part, LONG, GONE])
    page.goto("/memo")
    page.get_by_role("button", name="下移第 1 段").click()
    expect(page.locator("#status")).to_have_text("已移到第 2 段，共 3 段")
    assert page.url.endswith(path([LONG, part, GONE]))
    page.get_by_role("button", name="移除第 1 段").click()
    assert page.url.endswith(path([part, GONE]))
    undo(page)
    expect(page.locator(".quotes > li")).to_have_count(3)
    assert page.url.endswith(path([LONG, part, GONE]))
    assert kept(page) == [LONG, part, GONE]


def test_a_missing_paragraph_can_be_moved_and_removed(page: Any) -> None:
    keep(page, [FIRST, GONE, LONG])
    page.goto("/memo")
    expect(page.locator(".missing")).to_contain_text("改过或删去")
    page.get_by_role("button", name="上移第 2 段").click()
    expect_shown(page, [GONE, FIRST, LONG])
    page.get_by_role("button", name="移除第 1 段").click()
    expect_shown(page, [FIRST, LONG])


def test_a_page_from_the_cache_of_the_browser_is_brought_up_to_date(page: Any) -> None:
    page.goto(RESULTS)
    button = page.locator(f".hit[data-id='{FIRST}'] [data-memo]")
    expect(button).to_have_text("加入备忘")
    items = json.dumps([{"id": FIRST, "text": "", "place": ""}])
    page.evaluate(f"localStorage.setItem('memo', {json.dumps(items)})")  # the tab hears nothing
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(button).to_have_text("移出备忘")


def test_a_browser_that_keeps_nothing_says_so(page: Any) -> None:
    page.add_init_script("Storage.prototype.setItem = () => { throw new Error('full'); }")
    page.goto(RESULTS)
    page.get_by_role("button", name="加入备忘").first.click()
    expect(notice(page)).to_contain_text("浏览器没有保存")
    expect(page.locator("[data-memo]").first).to_have_text("加入备忘")


STATES = {
    "mine": (IDS, path([*IDS, GONE])),
    "another's": (IDS, path([LONG, GONE], TITLE)),
    "first": ([], path(IDS)),
}


@pytest.mark.parametrize("width", [375, 768, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_fits_and_is_accessible(
    browser: Any, site: str, width: int, scheme: str
) -> None:
    options = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    for page in open_page(browser, site, **options):
        for name, (ids, address) in STATES.items():
            keep(page, [*ids, GONE] if name == "mine" else ids)
            page.goto(address)
            page.get_by_role("button", name="移除第 1 段").click()
            expect(notice(page)).to_be_visible()
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            assert violations(page) == [], name
            page.locator(".titled summary").click()
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            assert [v for v in violations(page) if v[0] != "page-has-heading-one"] == [], name


def test_print_shows_the_quotations_alone(page: Any) -> None:
    keep(page, IDS)
    page.goto("/memo")
    page.get_by_role("button", name="下移第 1 段").click()
    page.emulate_media(media="print")
    for hidden in (".head", ".files", ".act", ".titled details", "#clear"):
        assert not page.locator(hidden).first.is_visible(), hidden
    assert page.locator("h1").is_visible()
    assert page.locator(".quotes .text").first.is_visible()


def test_without_javascript_moves_removal_and_title_work(browser: Any, site: str) -> None:
    for page in open_page(browser, site, java_script_enabled=False):
        page.goto("/memo")
        expect(page.get_by_text("要启用 JavaScript")).to_be_visible()
        part = f"{FIRST}~2-4"
        page.goto(path([part, LONG, FORMULA]))
        page.get_by_role("button", name="下移第 1 段").click()
        expect(page).to_have_url(re.compile(re.escape(path([LONG, part, FORMULA])) + "#"))
        page.get_by_role("button", name="移除第 3 段").click()
        page.get_by_text("改标题").click()
        page.get_by_label("标题").fill(TITLE)
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text(TITLE)
        assert page.url.endswith(path([LONG, part], TITLE))
        for name in ("合并到我的备忘", "换成这份", "清空", "拖动第 1 段"):
            assert not page.get_by_role("button", name=name).first.is_visible(), name


# --- The words searched for -------------------------------------------------------------------


def addressed(page: Any) -> list[str]:
    """The queries in the address of the page."""
    return page.evaluate("new URLSearchParams(location.search).getAll('q')")


def test_what_was_searched_goes_into_the_memo_and_is_marked(page: Any) -> None:
    page.goto(RESULTS)
    page.get_by_role("button", name="加入备忘").first.click()
    page.goto(f"/p/{LONG}?exact=1&q=" + quote("飞行检查"))
    page.get_by_role("button", name="加入备忘").click()
    page.locator("[data-memo-link]").click()
    expect(page.locator(".quotes > li")).to_have_count(2)
    assert addressed(page) == ["基金监管", '"飞行检查"']
    assert {*page.locator(".quotes mark").all_inner_texts()} == {"基金监管", "飞行检查"}
    page.get_by_role("button", name="不再标出“基金监管”").click()
    expect(page.locator(".searched .chip")).to_have_count(1)
    assert addressed(page) == ['"飞行检查"']
    assert {*page.locator(".quotes mark").all_inner_texts()} == {"飞行检查"}
    expect(page.locator("#status")).to_have_text("不再标出“基金监管”")
    expect(page.locator("#none-mine")).to_be_hidden()  # it is still one's own
    page.get_by_role("button", name="下移第 1 段").click()
    assert addressed(page) == ['"飞行检查"']
    page.reload()
    expect(page.locator(".quotes mark")).to_have_count(1)
    assert violations(page) == []


def test_the_queries_of_anothers_memo_are_merged_and_undone(page: Any) -> None:
    keep(page, [FIRST])
    page.goto(path([LONG]) + "&q=" + quote("参保"))
    page.get_by_role("button", name="不再标出").click()
    expect(page.locator(".searched")).to_have_count(0)
    assert kept(page) == [FIRST]
    page.goto(path([LONG]) + "&q=" + quote("参保"))
    page.get_by_role("button", name="合并到我的备忘").click()
    memo = json.loads(page.evaluate("localStorage.getItem('memo')"))
    assert memo["queries"] == ["参保"]
    undo(page)
    memo = json.loads(page.evaluate("localStorage.getItem('memo')"))
    assert memo["queries"] == []


def test_the_queries_print_and_work_without_javascript(browser: Any, site: str) -> None:
    for page in open_page(browser, site, java_script_enabled=False):
        page.goto("/memo?q=" + quote("基金监管") + f"&p={FIRST}&p={LONG}")
        page.get_by_role("button", name="下移第 1 段").click()
        assert page.url.partition("#")[0].endswith(f"&p={LONG}&p={FIRST}")
        assert page.locator(".quotes mark").count() == 3
        page.emulate_media(media="print")
        assert page.locator(".searched .chip").is_visible()
        assert not page.locator(".searched button").is_visible()
        page.emulate_media(media="screen")
        page.get_by_role("button", name="不再标出“基金监管”").click()
        assert page.locator("mark").count() == 0
