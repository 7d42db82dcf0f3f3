"""What an answer tells browsers and caches: how long it may be kept, and what a page may not do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from search_app import static_files
from search_app.sending import FOR_GOOD
from search_app.static_files import static_url

ERRORS = {
    "/p/none": 404, "/p/rep001-zzzzzz": 410, "/nowhere": 404, "/?year=x": 400, "/static/none": 404,
    "/api/search?year=x": 400, f"/?q={'a' * 30_000}": 414,
}  # fmt: skip
LIFETIMES = {  # path, what a browser is told, the same where people sign on
    "/p/rep001-0003": ("max-age=60", "private, max-age=60"),
    "/p/rep001-0003~1": ("max-age=60", "private, max-age=60"),
    "/r/rep001": ("max-age=60", "private, max-age=60"),
    "/cite/rep001-0003.ris": ("max-age=60", "private, max-age=60"),
    "/p/rep001-0003~1-1": ("no-cache", "private, no-cache"),  # leads elsewhere
    "/": ("no-cache", "private, no-cache"),
    "/?q=基金监管": ("no-cache", "private, no-cache"),
    "/api/search": ("no-cache", "private, no-cache"),
    "/memo.docx?p=rep001-0003": ("no-cache", "private, no-cache"),
    "/export.csv": ("no-cache", "private, no-cache"),
    "/static/yinju.css": ("no-cache", "no-cache"),
    static_url("yinju.css"): (FOR_GOOD, FOR_GOOD),
    static_url("js/main.js"): (FOR_GOOD, FOR_GOOD),
    "/healthz": ("no-store", "no-store"),
    "/readyz": ("no-store", "no-store"),
    **dict.fromkeys(ERRORS, ("no-store", "no-store")),
}


@pytest.mark.parametrize(("path", "lifetimes"), LIFETIMES.items())
def test_an_answer_says_how_long_it_may_be_kept(
    client: FlaskClient, path: str, lifetimes: tuple[str, str]
) -> None:
    for lifetime, told in zip(lifetimes, ({}, {"REMOTE_USER": "zhang"}), strict=True):
        answer = client.get(path, environ_overrides=told)
        assert answer.status_code == ERRORS.get(path, answer.status_code)
        assert answer.headers.getlist("Cache-Control") == [lifetime]
        if tag := answer.headers.get("ETag"):
            again = client.get(path, environ_overrides=told, headers={"If-None-Match": tag})
            if again.status_code == 304:
                assert again.headers.getlist("Cache-Control") == [lifetime]


@pytest.mark.parametrize("path", ["/", "/p/rep001-0003", "/p/none", "/api/search", "/healthz"])
def test_every_answer_says_what_browsers_must_not_do(client: FlaskClient, path: str) -> None:
    for scheme in ("http", "https"):
        headers = client.get(path, base_url=f"{scheme}://localhost").headers
        assert headers.getlist("Cross-Origin-Opener-Policy") == ["same-origin"]
        assert headers.getlist("Cross-Origin-Resource-Policy") == ["same-origin"]
        assert "camera=()" in headers["Permissions-Policy"]
        assert ("Strict-Transport-Security" in headers) == (scheme == "https")


@pytest.mark.parametrize("path", ["/", "/check", "/lines?q=基金监管", "/nowhere"])
def test_pages_link_files_whose_address_has_their_checksum(client: FlaskClient, path: str) -> None:
    linked = re.findall(r'"(/static/[^"]+)"', client.get(path).text)
    assert len(linked) >= 3
    for link in linked:
        answer = client.get(link)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, FOR_GOOD)


def test_what_a_script_imports_has_the_checksum_too() -> None:
    for script in (static_files.FOLDER / "js").iterdir():
        for name in re.findall(r'\b(?:from|import)\s*\(?"([^"]+)"', script.read_text("utf-8")):
            assert name.startswith("./"), script.name
            assert (script.parent / name).is_file()


def test_another_checksum_gives_what_there_is_now(client: FlaskClient) -> None:
    old = client.get("/static/0123456789ab/yinju.css")
    assert (old.status_code, old.headers["Cache-Control"]) == (200, "no-cache")
    assert old.data == client.get("/static/yinju.css").data
    assert client.get("/static/0123456789ab/0123456789ab/yinju.css").status_code == 404
    assert client.get(static_url("../__init__.py")).status_code == 404


def test_the_checksum_is_that_of_all_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(static_files, "FOLDER", tmp_path)
    version = static_files.version.__wrapped__
    (tmp_path / "js").mkdir()
    seen = {version()}
    for name, content in [("a.css", "a"), ("a.css", "b"), ("js/b.js", ""), ("js/b.js", "b")]:
        (tmp_path / name).write_text(content)
        seen.add(version())
    (tmp_path / "js/b.js").rename(tmp_path / "b.js")
    assert len({*seen, version()}) == 6
    assert version() == version()
