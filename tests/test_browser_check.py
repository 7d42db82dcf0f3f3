"""The check of a memo in a real browser, with and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import check_index
import pytest
from browsing import expect, open_page, violations
from docx import Document
from serving import serving

pytestmark = pytest.mark.browser
GOOD = "城乡居民基本医疗保险参保率达98.6%"
BAD = "新建改建农村公路120米，改造高标准农田3.5万亩，“四好农村路”建设成效极为显著"
MEMO = f"说“{GOOD}”（http://old.example/p/k3v9qdab-7f2a1c）。\n又说「{BAD}」，“{GOOD}”，“双碳”。"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(check_index.make(tmp_path_factory.mktemp("check"))) as address:
        yield address


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1440])
def test_form_and_answer_fit_and_are_accessible(
    browser: Any, site: str, width: int, scheme: str
) -> None:
    size = {"width": width, "height": 900}
    for page in open_page(browser, site, viewport=size, color_scheme=scheme):
        page.goto("/check")
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert violations(page) == []
        page.get_by_label("文稿").fill(MEMO)
        page.get_by_role("button", name="核对", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("核对结果")
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert violations(page) == []


@pytest.mark.parametrize("javascript", [True, False])
def test_a_fault_is_shown_with_its_source(browser: Any, site: str, javascript: bool) -> None:
    for page in open_page(browser, site, java_script_enabled=javascript):
        page.goto("/check")
        page.get_by_label("文稿").fill(MEMO)
        page.get_by_role("button", name="核对", exact=True).click()
        fault = page.locator("article.quoted").first
        assert fault.locator("mark").all_inner_texts() == ["米", "公里"]
        assert fault.locator(".other").all_inner_texts() == ["极为"]
        page.get_by_role("link", name="不在所注的出处 1").click()
        expect(page.locator("#elsewhere")).to_be_in_viewport()
        page.locator("article.quoted").nth(1).get_by_role("link").first.click()
        expect(page.locator(".here")).to_contain_text(GOOD)


def test_the_word_file_comes_back(browser: Any, site: str, tmp_path: Path) -> None:
    path = tmp_path / "备忘.docx"
    document = Document()
    document.add_paragraph(MEMO)
    document.save(str(path))
    for page in open_page(browser, site):
        page.goto("/check")
        page.locator("input[type=file]").set_input_files(path)
        with page.expect_download() as started:
            page.get_by_role("button", name="带批注的 Word 文件").click()
        saved = tmp_path / "saved.docx"
        started.value.save_as(saved)
        assert len(list(Document(str(saved)).comments)) == 2


FOREIGN = """<!DOCTYPE html><meta charset="utf-8"><title>別的站点</title>
<form method="post" action="{site}/check" enctype="{kind}">
<input name="text" value="“新建改建农村公路120米，改造高标准农田”"><button>看照片</button></form>"""


@pytest.fixture
def other_site(site: str, tmp_path: Path) -> Iterator[str]:
    """A site of another port, thus another origin, with a form for each way to send one."""
    for name, kind in (
        *(("form", "application/x-www-form-urlencoded"), ("parts", "multipart/form-data")),
        ("plain", "text/plain"),
    ):
        page = FOREIGN.format(site=site, kind=kind)
        (tmp_path / f"{name}.html").write_text(page, encoding="utf-8")
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("form", ["form", "parts", "plain"])
def test_a_form_of_another_site_is_refused(
    browser: Any, site: str, other_site: str, form: str
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{other_site}/{form}.html")
    with page.expect_response(f"{site}/check") as sent:
        page.get_by_role("button").click()
    assert sent.value.status == 403
    expect(page.get_by_text("别的网站的页面")).to_be_visible()
    page.goto(f"{site}/check")  # and what its own page sends is not
    page.get_by_label("文稿").fill(MEMO)
    page.get_by_role("button", name="核对", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("核对结果")
    context.close()


FETCH = """([address, headers]) => fetch(address, {
    method: "POST", body: "没有引文", mode: headers ? "cors" : "no-cors",
    credentials: "include", headers: headers || {},
}).then(() => "sent", () => "refused")"""


@pytest.mark.parametrize("headers", [None, {"Content-Type": "application/json"}])
def test_a_script_of_another_site_learns_nothing(
    browser: Any, site: str, other_site: str, headers: dict[str, str] | None
) -> None:
    """Without CORS the request is sent, and its answer is kept from the script; with CORS the
    browser does not send it."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{other_site}/form.html")
    assert page.evaluate(FETCH, [f"{site}/api/check", headers]) == "refused"
    context.close()
