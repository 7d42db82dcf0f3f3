"""What tests in a real browser share: a server on an index, a page, and checks by axe.

Needs Debian's ``chromium`` (or another, named by ``CHROMIUM``) and Playwright; tests that
import this module are skipped where either is missing. No browser is downloaded.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest
from waitress import create_server

from search_app import create_app

sync_api = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")
# ``expect`` waits from outside: waiting inside a page needs its eval, which CSP forbids.
expect = sync_api.expect

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""
if not CHROMIUM:
    pytest.skip("no chromium: apt-get install chromium", allow_module_level=True)


@contextmanager
def serving(location: str) -> Iterator[str]:
    """Serve the index at ``location``; gives the address of the server."""
    server = create_server(create_app(location=location), host="127.0.0.1", port=0, threads=2)
    thread = Thread(target=server.run)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(5)


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
