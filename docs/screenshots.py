"""Take the pictures of the README: the real pages on the sample corpus, in Chromium.

Run by ``make screenshots``. Needs Debian's ``chromium`` (or another, named by
``CHROMIUM``) and the fonts of ``fonts-noto-cjk``. What is shown is what a newcomer
sees after ``make serve``; only the two paragraphs in the memo are put there by a click.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Browser, Page, sync_playwright

from engine.engine import Engine, open_engine
from engine.model import Query
from indexer.build import build

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tests"))
from serving import serving  # noqa: E402

IMAGES = ROOT / "docs" / "images"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
RESULTS = "/?q=" + quote("支付方式改革")
VIEWS = {
    "lines": "/lines?sort=right&q=" + quote("医保基金"),
    "trend": "/trend?q=" + quote("基金监管") + "&vs=" + quote("长期护理保险"),
    "values": "/values?q=" + quote("参保率"),
}
MEMO = """各地把参保放在首位。
梅州要求“全市基本医保参保人数不少于412万人，常住人口参保率保持在98%以上”，
甘肃“建档立卡贫困人口参保率由年初98.9%提高到100%，当年补录漏保人员26418人”，
金寨“深化医保支付方式改革，加强监管，守好群众‘看病钱’”。"""
COMPARED = Query('标题:"溆浦县"', sort="oldest", limit=0)  # of two years
DESK: dict[str, Any] = {"viewport": {"width": 1440, "height": 960}}
VIEW: dict[str, Any] = {"viewport": {"width": 1100, "height": 940}}
DARK: dict[str, Any] = {**DESK, "color_scheme": "dark"}
PHONE: dict[str, Any] = {"viewport": {"width": 375, "height": 760}, "device_scale_factor": 2}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        build([ROOT / "corpus"], folder)
        with serving(folder) as root, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            take(browser, root + RESULTS)
            take_views(browser, root, open_engine(folder))
            take_check(browser, root)
            browser.close()


def take(browser: Browser, url: str) -> None:
    _open(browser, url, PHONE).screenshot(path=IMAGES / "search-phone.png")
    page = _open(browser, url, DESK)
    for hit in page.locator(".hit").all()[:2]:
        hit.get_by_text("加入备忘").click()
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur()")
    page.screenshot(path=IMAGES / "search.png")
    page = _open(browser, url, DARK)
    page.locator(".hit h2 a").first.click()
    page.wait_for_url("**/p/**")  # and for its scripts, which show the buttons
    page.screenshot(path=IMAGES / "paragraph-dark.png")


def take_views(browser: Browser, root: str, engine: Engine) -> None:
    earlier, later = dict.fromkeys(hit.report.id for hit in engine.search(COMPARED).hits)
    addresses = VIEWS | {"compare": f"/compare?a={earlier}&b={later}"}
    for name, address in addresses.items():
        _open(browser, root + address, VIEW).screenshot(path=IMAGES / f"{name}.png")


def take_check(browser: Browser, root: str) -> None:
    """What is found in a memo with one wrong figure, one right quotation and one word left out."""
    page = _open(browser, root + "/check", VIEW)
    page.get_by_label("文稿").fill(MEMO)
    page.get_by_role("button", name="核对", exact=True).click()
    page.get_by_role("heading", name="核对结果").wait_for()
    page.screenshot(path=IMAGES / "check.png")


def _open(browser: Browser, url: str, options: dict[str, Any]) -> Page:
    page = browser.new_context(**options).new_page()
    page.goto(url)
    return page


if __name__ == "__main__":
    main()
