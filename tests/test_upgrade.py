"""An index of another version: it says what to run, nothing is lost, and links lead on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from manifests import manifest_path, rewrite_manifest
from test_build import ids, put, run
from test_missing import NAMES, fill, found, sources

from engine.engine import open_engine
from engine.errors import IndexLocked
from engine.local.manifest import SCHEMA_VERSION
from search_app import create_app
from yinju.cli import cli, main


def older(data: dict[str, Any]) -> None:
    data["schema"] = SCHEMA_VERSION - 1


def newer(data: dict[str, Any]) -> None:
    data["schema"] = SCHEMA_VERSION + 1


def other_tokenizer(data: dict[str, Any]) -> None:
    data["tokenizer"] = "rjieba 0.1.0"


def as_before_checksums(folder: Path) -> None:
    """The manifest as versions up to schema 10 wrote it."""
    path = manifest_path(folder)
    data = json.loads(path.read_text("utf-8").rpartition("\n")[0])
    path.write_text(json.dumps({**data, "schema": 10}, ensure_ascii=False, indent=1), "utf-8")


OTHERS: dict[str, Callable[[Path], object]] = {
    "older": lambda folder: rewrite_manifest(folder, older),
    "before checksums": as_before_checksums,
    "newer": lambda folder: rewrite_manifest(folder, newer),
    "other tokenizer": lambda folder: rewrite_manifest(folder, other_tokenizer),
}


@pytest.mark.parametrize("other", OTHERS)
def test_an_index_of_another_version_says_what_to_run_and_is_made_anew(
    tmp_path: Path, other: str, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = fill(tmp_path / "first", NAMES[:2]), fill(tmp_path / "second", NAMES[2:])
    index = tmp_path / "index"
    run(tmp_path, first, second)
    links = ids(tmp_path)
    OTHERS[other](index)

    for command in (["search", "医保"], ["check"], ["show", links["甲县概况。"]]):
        with pytest.raises(SystemExit) as end:
            main([*command, "--index", str(index)])
        assert end.value.code == 4
        said = capsys.readouterr().err
        assert "yinju index" in said
        assert len(said.splitlines()) == 1
    client = create_app(location=str(index)).test_client()
    for path in ("/", f"/p/{links['甲县概况。']}", "/api/search?q=医保", "/readyz"):
        answer = client.get(path)
        assert answer.status_code == 503
        assert "yinju index" in answer.text

    summary = run(tmp_path, first)  # one folder is named, all files go in
    assert summary.rebuilt
    assert found(tmp_path) == sources("first", NAMES[:2]) | sources("second", NAMES[2:])
    assert ids(tmp_path) == links
    assert {client.get(f"/p/{link}").status_code for link in links.values()} == {200}


def test_everything_that_tells_the_version_tells_the_same() -> None:
    told = CliRunner().invoke(cli, ["--version"]).output
    described = create_app(location="nowhere").test_client().get("/openapi.json").json
    assert told == f"yinju {version('yinju')}\n"
    assert described["info"]["version"] == version("yinju")


def test_a_copy_made_under_the_lock_is_whole_and_keeps_writers_out(tmp_path: Path) -> None:
    """As docs/operating.md has it, with the lock that ``flock`` of the shell takes."""
    fcntl = pytest.importorskip("fcntl")
    fill(tmp_path / "corpus", NAMES[:3])
    run(tmp_path)
    index = tmp_path / "index"
    put(tmp_path / "corpus/丁县.txt", "丁县", 4)
    with (index / "MAIN_WRITELOCK").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(IndexLocked):
            run(tmp_path)
        shutil.copytree(index, tmp_path / "copy")
    run(tmp_path)
    assert list(open_engine(str(tmp_path / "copy")).check()) == []
    assert (len(found(tmp_path)), open_engine(str(tmp_path / "copy")).overview().reports) == (4, 3)
