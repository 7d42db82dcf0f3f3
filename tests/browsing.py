"""What tests in a real browser share: a server on an index, a page, and checks by axe.

Needs Debian's ``chromium`` (or another, named by ``CHROMIUM``) and Playwright; tests that
import this module are skipped where either is missing. No browser is downloaded.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pytest

sync_api = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")
# ``expect`` waits from outside: waiting inside a page needs its eval, which CSP forbids.
expect = sync_api.expect

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""
if not CHROMIUM:
    pytest.skip("no chromium: apt-get install chromium", allow_module_level=True)

# Every state of every page: on the small index, then those that need many reports.
FIRST, LONG = "rep001-0003", "rep001-0004"
PAGES = {
    "start": "/",
    "start open": "/?open=" + quote("湖南省"),
    "results": "/?q=" + quote("基金监管"),
    "widened": "/?q=" + quote("飞检 异地看病|基金"),
    "typed alone": "/?q=" + quote("飞行检查") + "&synonyms=0",
    "all regions": "/facet/region?q=" + quote("基金监管"),
    "narrowed": "/?q=" + quote("基金监管") + "&region=" + quote("湖南省") + "&year=2024&year=2019",
    "did you mean": "/?q=" + quote("飞型检查"),
    "nothing": "/?q=" + quote("海洋牧场养殖场") + "&exact=1",
    "bad query": "/?q=" + quote("(基金"),
    "beyond the end": "/?q=" + quote("基金监管") + "&page=90",
    "paragraph": f"/p/{LONG}?q=" + quote("基金监管"),
    "sentences": f"/p/{LONG}~2-3",
    "gone": "/p/rep001-ffffff",
    "malformed": "/p/" + quote("没有 这个"),
    "report": "/r/rep001",
    "report searched": "/r/rep001?q=" + quote("基金"),
    "labels": "/r/rep001/labels",
    "memo": f"/memo?p={FIRST}&p={LONG}&p=zz-none&t=" + quote("基金监管"),
    "empty memo": "/memo",
    "help": "/help",
}
LARGE_PAGES = {
    "large start": "/",
    "large start open": "/?open=" + quote("湖南省"),
    "many facets": "/?q=" + quote("营商环境 乡村振兴"),
    "many regions": "/facet/region?q=" + quote("营商环境"),
    "regions found": "/facet/region?q=" + quote("营商环境") + "&contains=" + quote("州"),
    "narrowed to years": "/?q=" + quote("基金监管") + "&year=2015..2024&fold=1&sort=newest",
    "offers": "/?q=" + quote("湖南 2022年 营商环境"),
    "long paragraph": "/p/r0000011-00000003?q=" + quote("营商环境"),
    "report of 150 paragraphs": "/r/r0000007?q=" + quote("营商环境"),
    "memo of 20": "/memo?" + "&".join(f"p=r{n:07}-00000003" for n in range(20, 40)),
    "memo too long": "/memo?" + "&".join(f"p=r{n:07}-00000003" for n in range(20, 225)),
}


@contextmanager
def running_browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def open_page(browser: Any, site: str, **options: Any) -> Iterator[Any]:
    """Yield a fresh page on the site; any script error or refused content fails the test."""
    context = browser.new_context(base_url=site, **options)
    context.set_default_timeout(10_000)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: "Content Security" in said.text and faults.append(said.text))
    page.on("request", lambda r: r.url.startswith((site, "data:")) or faults.append(r.url))
    yield page
    context.close()
    assert faults == []


def violations(page: Any) -> list[tuple[str, str]]:
    """What axe finds on the page: each rule with the first element that breaks it."""
    found = axe.Axe().run(page).response["violations"]
    return [(each["id"], each["nodes"][0]["html"]) for each in found]
