"""The page of a report, and quoting sentences, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from browsing import FIRST, expect, open_page, violations

pytestmark = pytest.mark.browser
LONG_REPORT, HUGE = "r0000007", "r0000011-00000003"
SEARCHED = f"/r/{LONG_REPORT}?q=" + quote("营商环境 投资")
SCREENS = [(375, "light"), (768, "dark"), (1440, "light"), (1440, "dark")]


@pytest.fixture
def copying_page(browser: Any, large_site: str) -> Iterator[Any]:
    """A page on the large site that may use the clipboard."""
    yield from open_page(browser, large_site, permissions=["clipboard-read", "clipboard-write"])


def select(page: Any, paragraph: str, first: int, last: int) -> None:
    """Select from inside a sentence to inside another one, counted from 1."""
    page.evaluate(
        """([id, first, last]) => {
          const sentences = document.querySelectorAll(`[data-id="${id}"] > .text .sentence`);
          const text = (sentence) => {
            const walker = document.createTreeWalker(sentence, NodeFilter.SHOW_TEXT);
            return walker.nextNode();
          };
          const [from, to] = [text(sentences[first - 1]), text(sentences[last - 1])];
          getSelection().setBaseAndExtent(from, 1, to, 2);
        }""",
        [paragraph, first, last],
    )


def many_sentences(page: Any) -> str:
    """The id of a paragraph on the page that has at least five sentences."""
    ids = page.locator(".para").evaluate_all(
        "all => all.filter(p => p.querySelectorAll('.sentence').length > 4).map(p => p.dataset.id)"
    )
    return str(ids[0])


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_reports_fit_and_are_accessible(
    browser: Any, large_site: str, width: int, scheme: str
) -> None:
    options = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    for page in open_page(browser, large_site, **options):
        for path in (SEARCHED, "/r/r0000011", f"/p/{HUGE}~3-5", f"/p/{HUGE}~900"):
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            assert violations(page) == [], path
        page.goto(SEARCHED)
        page.keyboard.press("n")
        select(page, many_sentences(page), 2, 3)
        expect(page.locator(".quoting")).to_be_visible()
        assert violations(page) == []


def test_contents_stand_beside_a_wide_page_and_fold_on_a_narrow_one(large_page: Any) -> None:
    large_page.goto(SEARCHED)
    heading = large_page.locator(".contents a").nth(3)
    assert heading.is_visible()
    heading.click()
    target = large_page.locator(".para:target")
    assert target.inner_text().endswith(heading.inner_text())
    expect(target).to_be_in_viewport()
    large_page.set_viewport_size({"width": 375, "height": 800})
    large_page.goto(SEARCHED + "&sort=newest")
    assert not heading.is_visible()
    large_page.locator(".contents summary").click()
    assert heading.is_visible()


def test_from_mark_to_mark(large_page: Any) -> None:
    large_page.goto(SEARCHED)
    total = large_page.locator("mark").count()
    number, at = large_page.locator("#mark-number"), large_page.locator("mark.at")
    assert f"标出 {total} 处" in large_page.locator(".steps").inner_text()
    large_page.keyboard.press("n")
    expect(number).to_have_text(f"1 / {total}")
    large_page.get_by_role("button", name="下一处").click()
    expect(number).to_have_text(f"2 / {total}")
    expect(at).to_be_in_viewport()
    large_page.keyboard.press("p")
    large_page.keyboard.press("p")
    expect(number).to_have_text(f"{total} / {total}")
    expect(at).to_be_in_viewport()
    expect(large_page.locator("#status")).to_have_text(f"第 {total} 处，共 {total} 处")


def test_marks_are_taken_up_where_one_reads(large_page: Any) -> None:
    large_page.goto(SEARCHED)
    last = large_page.locator(".para:has(mark)").last.get_attribute("id")
    large_page.goto(f"{SEARCHED}#{last}")
    large_page.keyboard.press("n")
    assert large_page.locator(f"[id='{last}'] mark.at").count() == 1


def test_searching_inside(large_page: Any) -> None:
    large_page.goto(f"/r/{LONG_REPORT}")
    assert large_page.locator("mark, .steps").count() == 0
    large_page.get_by_label("在本篇中查找").fill("乡村振兴")
    large_page.get_by_label("在本篇中查找").press("Enter")
    large_page.wait_for_url(f"/r/{LONG_REPORT}?find=" + quote("乡村振兴"))
    assert set(large_page.locator("mark").all_inner_texts()) == {"乡村振兴"}
    large_page.get_by_label("在本篇中查找").fill("海洋牧场")
    large_page.get_by_role("button", name="查找").click()
    expect(large_page.locator(".steps")).to_have_text("这一篇里没有 清除")
    large_page.goto(SEARCHED + "&sort=newest&page=2")
    back = large_page.locator(".back a").get_attribute("href")
    marks = large_page.locator("mark").count()
    large_page.get_by_label("在本篇中查找").fill("乡村振兴")
    large_page.get_by_role("button", name="查找").click()
    expect(large_page.locator("mark").first).to_have_text("乡村振兴")
    assert large_page.locator(".back a").get_attribute("href") == back
    large_page.get_by_role("link", name="清除").click()
    expect(large_page.locator("mark")).to_have_count(marks)


def test_quoting_what_is_selected_in_a_report(copying_page: Any) -> None:
    page = copying_page
    page.goto(f"/r/{LONG_REPORT}")
    paragraph = many_sentences(page)
    select(page, paragraph, 2, 3)
    bar = page.locator(".quoting")
    expect(bar.locator("b")).to_have_text("第2—3句")
    bar.get_by_role("button", name="复制这几句").click()
    expect(page.locator("#status")).to_have_text("已复制这几句")
    copied = page.evaluate("navigator.clipboard.readText()")
    bar.get_by_role("button", name="引用").click()
    expect(page.locator("#status")).to_have_text("已复制引用")
    reference = page.evaluate("navigator.clipboard.readText()")
    bar.get_by_role("button", name="加入备忘").click()
    expect(page.locator("[data-memo-link]")).to_have_text("备忘 1")
    page.locator("[data-memo-link]").click()
    assert page.locator(".quotes .text").inner_text() == copied
    page.goto(f"/p/{paragraph}~2-3")
    assert page.locator("#cite code").first.text_content() == reference
    assert "".join(page.locator(".chosen").all_text_contents()) == copied


@pytest.mark.parametrize(
    ("open_at", "first", "last", "place", "suffix"),
    [
        ("", 1, 1, "第1句", "~1"),
        ("~1-2", 4, 5, "第4—5句", "~4-5"),
        ("~3", 1, -1, "整段", ""),
    ],
)
def test_quoting_what_is_selected_in_a_paragraph(
    copying_page: Any, open_at: str, first: int, last: int, place: str, suffix: str
) -> None:
    page = copying_page
    page.goto(f"/r/{LONG_REPORT}")
    paragraph = many_sentences(page)
    page.goto(f"/p/{paragraph}{open_at}")
    count = page.locator(".here .sentence").count()
    select(page, paragraph, first, last if last > 0 else count)
    expect(page.locator(".quoting b")).to_have_text(place)
    page.locator(".quoting").get_by_role("button", name="引用").click()
    expect(page.locator("#status")).to_have_text("已复制引用")
    reference = page.evaluate("navigator.clipboard.readText()")
    page.goto(f"/p/{paragraph}{suffix}")
    assert page.locator("#cite code").first.text_content() == reference


def test_the_bar_goes_with_the_selection(large_page: Any) -> None:
    large_page.goto(f"/r/{LONG_REPORT}")
    paragraph = many_sentences(large_page)
    select(large_page, paragraph, 1, 1)
    expect(large_page.locator(".quoting")).to_be_visible()
    large_page.evaluate("getSelection().removeAllRanges()")
    expect(large_page.locator(".quoting")).to_have_count(0)


def test_acting_on_a_paragraph_without_leaving(copying_page: Any) -> None:
    page = copying_page
    page.goto(f"/r/{LONG_REPORT}")
    paragraph = page.locator(".para.body").first
    paragraph.hover()
    paragraph.get_by_role("button", name="引用").click()
    expect(page.locator("#status")).to_have_text("已复制引用")
    assert "：第3段. " in page.evaluate("navigator.clipboard.readText()")
    paragraph.get_by_role("button", name="加入备忘").click()
    expect(page.locator("[data-memo-link]")).to_have_text("备忘 1")
    assert page.url.endswith(f"/r/{LONG_REPORT}")


def test_a_huge_paragraph_keeps_its_buttons_in_reach(large_page: Any) -> None:
    large_page.goto(f"/r/r0000011#{HUGE}")
    large_page.locator(f"[id='{HUGE}'] .sentence").nth(400).scroll_into_view_if_needed()
    large_page.locator(f"[id='{HUGE}'] .sentence").nth(400).hover()
    expect(large_page.locator(f"[id='{HUGE}'] [data-memo]")).to_be_in_viewport()


def test_sentences_are_chosen_without_javascript(browser: Any, large_site: str) -> None:
    for page in open_page(browser, large_site, java_script_enabled=False):
        page.goto(f"/p/{HUGE}")
        page.get_by_role("link", name="选第3句", exact=True).click()
        page.wait_for_url(f"**/p/{HUGE}~3#chosen")
        page.get_by_role("link", name="选到第5句", exact=True).click()
        page.wait_for_url(f"**/p/{HUGE}~3-5#chosen")
        assert page.locator(".chosen").count() == 3
        page.get_by_role("link", name="取消选句").click()
        page.wait_for_url(f"**/p/{HUGE}")
        page.goto(SEARCHED)
        page.get_by_role("link", name="第一处").click()
        assert page.locator(".para:target mark").count() > 0


def test_print_gives_the_text_with_its_marks(large_page: Any) -> None:
    large_page.goto(SEARCHED)
    large_page.emulate_media(media="print")
    for hidden in (".head", ".tools", ".contents", ".act", ".ordinal"):
        assert not large_page.locator(hidden).first.is_visible()
    assert large_page.locator(".para mark").first.is_visible()


def test_a_theme_beside_its_evidence_is_seen_to_be_a_link(page: Any) -> None:
    """axe says so only of a theme that is shorter than its evidence, as many are."""
    page.goto(f"/p/{FIRST}")
    line = "one => getComputedStyle(one).textDecorationLine"
    assert page.locator(".facts .theme").first.evaluate(line) == "underline"


def test_a_paragraph_says_above_of_which_place_and_year_it_is(large_page: Any) -> None:
    """Hundreds of reports have the same title."""
    large_page.goto("/p/r0000013-00000003")
    facts = large_page.locator(".facts dd")
    region, year = facts.nth(0).inner_text(), facts.nth(1).inner_text()
    heading = large_page.locator("h1").inner_text()
    assert year.split()[0] in heading
    assert region.split(" 据")[0].replace(" › ", "") in heading
