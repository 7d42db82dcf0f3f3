"""What ``make test-faults`` rests on: its disk, its table, and that its cases can fail."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from random import Random

import pytest
import readme
from faults import kills, power_cut, reports, runner
from faults.power_cut import Event

CASES = (*runner.ON_DISK, *runner.ON_SERVER)


def test_the_document_has_a_row_with_figures_for_each_case() -> None:
    text = (readme.ROOT / "docs/reliability.md").read_text("utf-8")
    for case, _, _ in CASES:
        assert text.count(f"\n| {case} | ") == 2, case


def test_a_count_that_is_not_zero_fails() -> None:
    good = runner.Row("a case", {"tries": 1200, "lost": 0, "late": 0}, 3.4)
    assert good.is_good()
    assert good.cells() == ["a case", "1,200", "0", "–", "–", "–", "0", "3"]
    assert not runner.Row("a case", {"tries": 5, "died": 1}, 1).is_good()
    with pytest.raises(ValueError, match="counts what is not shown"):
        runner.measured("a case", 5, lambda size, seed: {"tries": size, "wrong": 1}, 1)


def disks(*events: Event) -> list[dict[str, bytes]]:
    """What a disk that had the file ``old`` may hold after a power cut, in many tries."""
    chance = Random(1)
    return [power_cut._after_cut({"old": b"1"}, list(events), chance) for _ in range(200)]


NEW = Event("create", "new")
SYNCED = Event("sync", "new", content=b"2")
RENAMED = Event("rename", "new", "old")
FOLDER = Event("sync")


def test_what_is_not_synced_may_be_anything() -> None:
    assert {len(files) for files in disks(NEW)} == {1, 2}
    assert len({files.get("new") for files in disks(NEW)}) > 3
    assert {files["old"] for files in disks(NEW)} == {b"1"}
    assert {files.get("new") for files in disks(NEW, SYNCED)} == {None, b"2"}
    assert {files.get("old") for files in disks(Event("remove", "old"))} == {None, b"1"}


def test_what_is_synced_is_there() -> None:
    assert {files["new"] for files in disks(NEW, SYNCED, FOLDER)} == {b"2"}
    assert {files["old"] for files in disks(NEW, SYNCED, RENAMED)} == {b"1", b"2"}
    assert {files["old"] for files in disks(NEW, SYNCED, RENAMED, FOLDER)} == {b"2"}
    assert len({files["old"] for files in disks(NEW, RENAMED, FOLDER)}) > 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="runs forked processes")
def test_another_state_and_a_left_file_are_noticed(tmp_path: Path) -> None:
    location, whole = tmp_path / "index", tmp_path / "whole"
    given = reports.Reports(tmp_path / "reports", 2, Random(1))
    assert reports.finish(given, location)
    before = given.paragraphs()
    shutil.copytree(location, whole)
    (whole / "manifest_7.json").write_text("{}")
    assert not reports.is_whole(whole, before)
    given.rewrite(1)
    assert not reports.is_whole(location, given.paragraphs())
    engine = reports.open_engine(str(location))
    assert kills._fault(lambda: engine, (before, given.paragraphs())) == []
    assert kills._fault(lambda: engine, (given.paragraphs(), frozenset())) == ["mixed"]
    assert kills._fault(lambda: reports.open_engine(str(tmp_path)), (before, before)) == ["lost"]
