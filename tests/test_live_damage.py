"""Files of an index that are changed while it is open: what answers, and what says so."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import web_index
from serving import ROOT, server
from test_serve import JSON_SEARCH, LINUX, children, get, until

from engine.columns.layout import MAPPED, TYPES
from engine.engine import Engine, open_engine
from engine.errors import IndexCorrupt
from engine.model import Query

TEXTS = ("基金监管", '"基金监管"', "基*", "标题:报告 OR 标题:要点", "异地 就医 -医保", "的", "")


@pytest.fixture
def location(tmp_path: Path) -> Path:
    return Path(web_index.build(str(tmp_path / "index")))


def file(location: Path, suffix: str) -> Path:
    (path,) = location.glob(f"*{suffix}")
    return path


def change(path: Path, to: Callable[[bytes], bytes], is_silent: bool = True) -> bytes:
    """Change a file in place, its time of change too unless that ``is_silent``; its old bytes."""
    about, whole = path.stat(), path.read_bytes()
    with path.open("r+b") as stream:
        stream.write(to(whole))
        stream.truncate()
    if is_silent:
        os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))
    return whole


def flipped(whole: bytes) -> bytes:
    """Every fortieth byte inverted."""
    return bytes(byte ^ 0xFF if at % 40 == 7 else byte for at, byte in enumerate(whole))


def halved(whole: bytes) -> bytes:
    return whole[: len(whole) // 2]


def places(whole: bytes) -> dict[str, tuple[int, int]]:
    """Where each column of a segment begins and ends in its file."""
    line = whole[: whole.index(b"\n") + 1]
    base = -(-len(line) // 64) * 64
    found = {}
    for name, (kind, shape, at) in json.loads(line)["columns"].items():
        size = TYPES[name].dtype.itemsize
        for number in shape:
            size *= number
        assert kind == TYPES[name].dtype.str
        found[name] = base + at, base + at + size
    return found


def answers(engine: Engine) -> list[Any]:
    pages = [engine.search(Query(text)) for text in TEXTS]
    return [(page.total, page.facets, page.hits) for page in pages]


def test_no_index_is_read_from_the_file_again(location: Path) -> None:
    """All of the file but the mapped columns may become anything."""
    engine = open_engine(str(location))
    right = answers(engine)

    def other(whole: bytes) -> bytes:
        changed = bytearray(b"\xa5" * len(whole))
        for name, (begin, end) in places(whole).items():
            if name in MAPPED:
                changed[begin:end] = whole[begin:end]
        return bytes(changed)

    change(file(location, ".columns"), other)
    assert answers(engine) == right


def test_mapped_columns_may_become_anything(location: Path) -> None:
    code = (
        "import sys; from pathlib import Path; import test_live_damage\n"
        "test_live_damage.garble_mapped(Path(sys.argv[1]))"
    )
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    run = [sys.executable, "-c", code, str(location)]
    subprocess.run(run, check=True, timeout=300, env={**os.environ, "PYTHONPATH": path})


def garble_mapped(location: Path) -> None:
    for pattern in (b"\0", b"\xff", b"\x80", b"\xc1\x3f", b"\x01\xf0\x7f"):
        engine = open_engine(str(location))

        def other(whole: bytes, pattern: bytes = pattern) -> bytes:
            changed = bytearray(whole)
            for name, (begin, end) in places(whole).items():
                if name in MAPPED:
                    changed[begin:end] = (pattern * (end - begin))[: end - begin]
            return bytes(changed)

        whole = change(file(location, ".columns"), other)
        for text in TEXTS:
            with suppress(IndexCorrupt):
                engine.search(Query(text))
        change(file(location, ".columns"), lambda _, whole=whole: whole)


def test_a_damaged_text_is_never_shown(location: Path) -> None:
    """One bit of every few bytes is changed, one at a time; some bits of a chunk mean nothing."""
    path = file(location, ".texts")
    right = [hit.paragraph for hit in open_engine(str(location)).search(Query("", limit=0)).hits]
    noticed = 0
    for at in range(0, path.stat().st_size, 29):
        engine = open_engine(str(location))
        bit = 1 << at % 8
        whole = change(
            path, lambda old, at=at, b=bit: old[:at] + bytes([old[at] ^ b]) + old[at + 1 :]
        )
        for paragraph in right:
            try:
                hit = engine.hit(paragraph.id)
                assert hit is not None
                assert hit.paragraph == paragraph
            except IndexCorrupt:
                noticed += 1
        change(path, lambda _, whole=whole: whole)
    assert noticed


@pytest.mark.parametrize("suffix", [".columns", ".texts"])
@pytest.mark.parametrize("to", [flipped, halved, lambda whole: b"", lambda whole: whole + b"x"])
def test_a_change_is_noticed_by_the_next_search(
    location: Path, suffix: str, to: Callable[[bytes], bytes]
) -> None:
    engine = open_engine(str(location))
    right = answers(engine)
    whole = change(file(location, suffix), to, is_silent=False)
    for _ in range(3):
        with pytest.raises(IndexCorrupt, match="--rebuild"):
            engine.search(Query("基金监管"))
    replacement = location / "replacement"
    replacement.write_bytes(whole)
    replacement.replace(file(location, suffix))
    assert answers(engine) == right


def test_a_silent_change_is_noticed_by_reading(location: Path) -> None:
    engine = open_engine(str(location))
    right = answers(engine)
    engine.check_files()
    assert answers(engine) == right
    whole = change(file(location, ".columns"), flipped)
    engine.check_files()
    with pytest.raises(IndexCorrupt, match="--rebuild"):
        engine.search(Query("基金监管"))
    change(file(location, ".columns"), lambda _: whole)
    assert answers(engine) == right


def test_a_new_time_alone_is_no_damage(location: Path) -> None:
    engine = open_engine(str(location))
    right = answers(engine)
    for path in location.iterdir():
        path.touch()
    assert answers(engine) == right


def test_what_is_replaced_by_rename_stays_as_it_was(location: Path) -> None:
    engine = open_engine(str(location))
    right = answers(engine)
    for path in (file(location, ".columns"), file(location, ".texts")):
        other = location / "other"
        other.write_bytes(b"other")
        other.replace(path)
    engine.check_files()
    assert answers(engine) == right
    with pytest.raises(IndexCorrupt):
        open_engine(str(location))


def test_a_rebuilt_index_answers_again(location: Path) -> None:
    engine = open_engine(str(location))
    right = answers(engine)
    change(file(location, ".columns"), halved, is_silent=False)
    with pytest.raises(IndexCorrupt):
        engine.search(Query("基金监管"))
    web_index.build(str(location))
    assert answers(engine) == right


# --- under a server ---------------------------------------------------------------------------


def said(address: str) -> set[tuple[int, str]]:
    """What the workers say: the status, and the code of an error."""
    found = set()
    for _ in range(20):
        status, body = get(address + JSON_SEARCH)
        found.add((status, json.loads(body).get("error", {}).get("code", "")))
    return found


RIGHT, CORRUPT = {(200, "")}, {(503, "index_corrupt")}


@LINUX
@pytest.mark.parametrize("suffix", [".columns", ".texts"])
def test_a_server_says_that_a_file_was_cut_off(location: Path, suffix: str) -> None:
    with server(str(location), "--workers", "2") as (process, address):
        until(lambda: len(children(process.pid)) == 2)
        assert said(address) == RIGHT
        whole = change(file(location, suffix), lambda _: b"", is_silent=False)
        assert said(address) == CORRUPT
        status, body = get(address)
        assert status == 503
        assert "yinju index --rebuild" in body.decode()
        assert get(f"{address}/readyz")[0] == 503
        assert get(f"{address}/healthz")[0] == 200
        replacement = location / "replacement"
        replacement.write_bytes(whole)
        replacement.replace(file(location, suffix))
        until(lambda: said(address) == RIGHT)


@LINUX
def test_a_server_reads_its_files_through(location: Path) -> None:
    with server(str(location), "--workers", "2") as (process, address):
        until(lambda: len(children(process.pid)) == 2)
        assert said(address) == RIGHT
        change(file(location, ".columns"), flipped)
        until(lambda: said(address) == CORRUPT)
        web_index.build(str(location))
        until(lambda: said(address) == RIGHT)


@LINUX
def test_who_replaces_a_dead_worker_has_read_the_files(location: Path) -> None:
    """What a failing disk does to a worker is not repeated by the next one."""
    with server(str(location), "--workers", "1") as (process, address):
        until(lambda: len(children(process.pid)) == 1)
        assert said(address) == RIGHT
        kept = shutil.copytree(location, location.with_name("kept"))
        change(file(location, ".columns"), flipped)
        (first,) = children(process.pid)
        os.kill(first, signal.SIGBUS)
        until(lambda: children(process.pid) - {first} != set())
        assert said(address) == CORRUPT
        for path in kept.glob("MAIN_*.*"):
            path.replace(location / path.name)
        until(lambda: said(address) == RIGHT)
