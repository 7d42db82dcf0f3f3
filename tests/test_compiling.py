"""Where compiled code is kept, and that damaged code is never run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT

from engine import compiling
from engine.compiling import cache_folder, list_checksums, remove_damaged


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "cache_folder", cache_folder.__wrapped__)


def filled(folder: Path) -> list[Path]:
    """A folder with files as numba would write them."""
    paths = [folder / name for name in ("columns/a.nbi", "columns/a.1.nbc", "b.nbi")]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(path.name.encode() * 40)
    return paths


def test_whole_files_stay(tmp_path: Path) -> None:
    paths = filled(tmp_path)
    list_checksums(tmp_path)
    remove_damaged(tmp_path)
    assert all(path.exists() for path in paths)


HARMS: list[Callable[[Path], object]] = [
    lambda path: os.truncate(path, 0),
    lambda path: os.truncate(path, 5),
    lambda path: path.write_bytes(path.read_bytes().replace(b"a", b"c", 1)),
    lambda path: path.write_bytes(b"\0" * path.stat().st_size),
]


@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_file_goes_and_the_others_stay(
    tmp_path: Path, harm: Callable[[Path], object]
) -> None:
    damaged, *whole = filled(tmp_path)
    list_checksums(tmp_path)
    harm(damaged)
    remove_damaged(tmp_path)
    assert [path.exists() for path in (damaged, *whole)] == [False, True, True]


@pytest.mark.parametrize("listed", [b"", b"[]", b"{", b"\xff", b'{"b.nbi": 1}'])
def test_without_checksums_nothing_is_believed(tmp_path: Path, listed: bytes) -> None:
    paths = filled(tmp_path)
    (tmp_path / "checksums.json").write_bytes(listed)
    remove_damaged(tmp_path)
    assert not any(path.exists() for path in paths)


def test_what_nobody_may_write_to_is_no_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file stands for a read-only folder here, since root may write everywhere."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file" / "cache"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    assert compiling.cache_folder().parent == tmp_path / "home" / "yinju"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert "yinju-" in compiling.cache_folder().parent.name
    assert compiling.is_temporary()
    assert os.environ["NUMBA_CACHE_DIR"] == str(compiling.cache_folder().parent)


def test_a_command_without_a_place_for_code_still_works(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    place = str(tmp_path / "file" / "cache")
    env = {**os.environ, "NUMBA_CACHE_DIR": place, "XDG_CACHE_HOME": place}
    env["TMPDIR"] = str(tmp_path)
    code = "from engine.jit import njit"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert not list(tmp_path.glob("yinju-*"))
