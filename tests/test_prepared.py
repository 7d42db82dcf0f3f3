"""Folders that somebody prepared: nothing in them runs, escapes or crashes.

Checksums do not help here, since whoever prepares a folder computes them as well.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import test_contract
from conftest import ROOT
from manifests import rewrite_manifest
from test_contract import FILES, LEXICON
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from engine.columns.codec import ColumnSegment
from engine.columns.layout import read_columns, write_columns
from engine.engine import open_engine, open_writer
from engine.errors import IndexCorrupt
from engine.local.files import checksum
from engine.local.store import NAME, schema
from engine.model import Query


@pytest.fixture
def location(tmp_path: Path) -> Path:
    """An index of the reports r0 and r1."""
    test_contract.write(str(tmp_path / "index"), 0, 1, files=FILES)
    return tmp_path / "index"


def sign(location: Path, name: str, to: str | None = None) -> None:
    """Put a file, with its size and checksum, into the manifest."""
    file = location / name
    entry = {name if to is None else to: (file.stat().st_size, checksum(file))}
    rewrite_manifest(location, lambda data: data["parts"].update(entry))


class Payload:
    """Unpickling it makes a folder."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.marker),)


def segments(location: Path) -> list[ColumnSegment]:
    listed: list[ColumnSegment] = TOC.read(FileStorage(str(location)), NAME).segments
    return listed


def list_segments(location: Path, listed: object) -> None:
    """Replace the table of contents, and sign it."""
    (path,) = location.glob("_MAIN_*.toc")
    path.unlink()
    TOC(schema(), listed, int(path.stem.rpartition("_")[2])).write(FileStorage(str(location)), NAME)
    sign(location, path.name)


def with_attribute(location: Path, name: str, value: object) -> None:
    (segment,) = segments(location)
    setattr(segment, name, value)
    list_segments(location, [segment])


def compound(location: Path, marker: Path) -> None:
    """A compound file, which begins with the place of a pickle."""
    (segment,) = segments(location)
    with segment.create_file(FileStorage(str(location)), ".seg") as file:
        file.write_long(16)
        file.write_int(0)
        file.write_int(0)
        file.write_pickle(Payload(marker))
    with_attribute(location, "compound", True)


def in_schema(location: Path, marker: Path) -> None:
    """The pickle of the schema replaced by another one."""
    (path,) = location.glob("_MAIN_*.toc")
    content, old = path.read_bytes(), pickle.dumps(schema(), 2)
    payload = pickle.dumps(Payload(marker), 2)
    assert old in content
    assert len(payload) < len(old)
    path.write_bytes(content.replace(old, payload + b"\0" * (len(old) - len(payload))))
    sign(location, path.name)


def in_old_form(location: Path, marker: Path) -> None:
    """A table of contents of Whoosh's version -110, which has a reader of its own."""
    list_segments(location, Payload(marker))
    (path,) = location.glob("_MAIN_*.toc")
    content = path.read_bytes()
    version, old = (number.to_bytes(4, "big", signed=True) for number in (-111, -110))
    assert content.count(version) == 1
    path.write_bytes(content.replace(version, old))
    sign(location, path.name)


def in_clusters(location: Path, marker: Path) -> None:
    (path,) = location.glob("clusters_*.npy")
    np.save(path, np.array([Payload(marker)] * 4, object), allow_pickle=True)
    sign(location, path.name)


PICKLES: list[tuple[Callable[[Path, Path], None], bool]] = [  # and whether it stops a writer
    (lambda location, marker: list_segments(location, Payload(marker)), True),
    (lambda location, marker: list_segments(location, [Payload(marker)]), True),
    (lambda location, marker: with_attribute(location, "deleted", Payload(marker)), True),
    (lambda location, marker: with_attribute(location, "codec", Payload(marker)), True),
    (compound, True),
    (in_old_form, True),
    (in_clusters, False),
]


@pytest.mark.parametrize(("prepare", "stops_writers"), PICKLES)
def test_no_pickle_of_a_folder_is_run(
    location: Path, tmp_path: Path, prepare: Callable[[Path, Path], None], stops_writers: bool
) -> None:
    marker = tmp_path / "marker"
    prepare(location, marker)
    assert_corrupt(location, stops_writers)
    assert not marker.exists()


def assert_corrupt(location: Path, for_writers: bool = True) -> None:
    with pytest.raises(IndexCorrupt) as caught:
        open_engine(str(location))
    assert str(caught.value).endswith(f"请运行：yinju index --rebuild --index {location}")
    if for_writers:
        with pytest.raises(IndexCorrupt, match="--rebuild"), open_writer(str(location), LEXICON):
            pass
    test_contract.write(str(location), 3, rebuild=True)
    assert test_contract.total(str(location)) == 2


def test_the_schema_is_not_read(location: Path, tmp_path: Path) -> None:
    in_schema(location, tmp_path / "marker")
    assert test_contract.total(str(location)) == 4
    test_contract.write(str(location), 2)
    assert test_contract.total(str(location)) == 6
    assert not (tmp_path / "marker").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("segid", "../index/x"),
        ("segid", "a\n"),
        ("segid", 7),
        ("indexname", "../MAIN"),
        ("name", "../MAIN_x"),  # Whoosh takes it for the segment's id
        ("documents", -1),
        ("documents", 4.0),
        ("documents", 10**6),
        ("deleted", {4}),
        ("deleted", {-1}),
        ("deleted", {"0"}),
        ("deleted", [0]),
        ("gone", {2}),
        ("length", {"words": 1}),
        ("length", {"words": 1, "exact": -1, "title": 1}),
        ("make_filename", "x"),
    ],
)
def test_segments_have_the_attributes_of_segments(location: Path, name: str, value: object) -> None:
    with_attribute(location, name, value)
    assert_corrupt(location, for_writers=value not in (10**6, {2}))  # seen with the columns


@pytest.mark.parametrize("again", [lambda listed: [*listed, *listed], lambda listed: {}, tuple])
def test_segments_are_a_list_of_different_ones(
    location: Path, again: Callable[[list[ColumnSegment]], object]
) -> None:
    list_segments(location, again(segments(location)))
    assert_corrupt(location)


@pytest.mark.parametrize("name", ["../file", "/dev/zero", "..", ""])
def test_a_manifest_names_files_of_its_folder(location: Path, name: str) -> None:
    sign(location, f"_{NAME}_1.toc", name)
    assert_corrupt(location)


def test_links_are_not_followed(location: Path, tmp_path: Path) -> None:
    """Neither into a file that a commit writes, nor into a folder that Whoosh would empty."""
    for name in ("manifest_2.json", "clusters_2.npy"):
        (tmp_path / name).write_text("mine")
        (location / name).symlink_to(tmp_path / name)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").write_text("mine")
    (location / "MAIN.tmp").symlink_to(tmp_path / "folder")
    test_contract.write(str(location), 2)
    assert test_contract.total(str(location)) == 6
    left = [*tmp_path.glob("*_2.*"), tmp_path / "folder" / "file"]
    assert [path.read_text() for path in left] == ["mine"] * 3


# --- columns ----------------------------------------------------------------------------------


def change(location: Path, name: str, to: Callable[[Any], Any]) -> None:
    """Write the columns of the segment again with another value for one of them, and sign."""
    (path,) = location.glob("*.columns")
    columns, about = read_columns(path)
    if name in columns:
        columns[name] = to(columns[name].copy())
    else:
        about[name] = to(about[name])
    path.unlink()  # the columns read are still mapped
    write_columns(path, columns, about)
    sign(location, path.name)


def increased(at: int, by: int = 1) -> Callable[[Any], Any]:
    """One number of a column increased."""

    def increase(column: Any) -> Any:
        column[at] += by
        return column

    return increase


CHANGES: list[tuple[str, Callable[[Any], Any]]] = [
    ("first", increased(-1)),
    ("first", increased(0)),
    ("first", increased(1, 9)),
    ("labels", increased(0, 9)),
    ("labels", lambda labels: labels[:0]),
    ("lengths", lambda column: column[:, 1:]),
    ("title_lengths", lambda column: column[1:]),
    ("totals", lambda column: column[1:]),
    ("fields", lambda fields: fields | {"title": [0, 1]}),
    ("fields", lambda fields: {}),
    ("fields", lambda fields: fields | {"words": [0, "1"]}),
    *((name, increased(at)) for name in ("runs", "docs_at", "freqs_at") for at in (0, 1, -1)),
    ("dense_at", increased(-1)),
    ("run_block", increased(0)),
    ("run_size", increased(0)),
    ("run_size", lambda column: column[1:]),
    ("docs", lambda column: column[1:]),
    ("docs", lambda column: column.astype(np.uint32)),
    ("freqs", lambda column: column[1:]),
    ("large", lambda column: np.ones(1, np.uint16)),
    *((f"{name}_at", increased(at, 900)) for name in ("id", "report", "about") for at in (0, -1)),
    ("term_at", increased(-1, 900)),
    ("id_order", increased(0, 9)),
    ("exact_at", increased(-1, 9)),
    ("exact_at", increased(1, 900)),
    ("title_data", lambda column: column[:-8]),
    ("title_codes", lambda column: column[1:]),
    ("exact_codes", increased(0, 1 << 30)),
    *((f"{name}_sizes_at", increased(at, 900)) for name in ("exact", "title") for at in (0, -1)),
    ("exact_sizes_at", lambda column: column[1:]),
    ("pair_terms", increased(1, 900)),
    ("pair_sentences_at", increased(-1)),
    ("pair_listed", lambda column: np.zeros(1, np.uint32)),
    ("pair_at", increased(-1)),
    ("chunk_number", increased(-1)),
    ("chunk_first", increased(0)),
]


@pytest.mark.parametrize(("name", "to"), CHANGES)
def test_columns_that_do_not_fit_are_damage(
    location: Path, name: str, to: Callable[[Any], Any]
) -> None:
    change(location, name, to)
    assert_corrupt(location, for_writers=False)


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"[]\n",
        b"{}\n",
        b"[" * 100_000 + b"\n",
        b'{"about": {}, "columns": {"first": ["|O", [1], 0]}}\n',
        b'{"about": {}, "columns": {"first": ["<i8", [-1], 0]}}\n',
    ],
)
def test_a_file_of_something_else_is_damage(location: Path, header: bytes) -> None:
    (path,) = location.glob("*.columns")
    path.write_bytes(header)
    sign(location, path.name)
    assert_corrupt(location, for_writers=False)


def test_changed_bytes_crash_nothing(location: Path) -> None:
    """Bytes of columns changed one after the other, searched, merged and compared."""
    run = subprocess.run(
        [sys.executable, "-c", _HARM, str(location)], cwd=ROOT / "tests", capture_output=True
    )
    assert run.returncode == 0, run.stderr.decode()


_HARM = """
import random, shutil, sys
from pathlib import Path
sys.path.insert(0, "..")
from test_prepared import harm
luck, whole = random.Random(3), Path(sys.argv[1])
for number in range(60):
    place = whole.with_name(f"harmed{number}")
    shutil.copytree(whole, place)
    harm(place, luck)
    shutil.rmtree(place)
"""


def harm(location: Path, luck: Any) -> None:
    (path,) = location.glob("*.columns")
    content = bytearray(path.read_bytes())
    begin = content.index(b"\n")
    for _ in range(8):
        content[luck.randrange(begin, len(content))] = luck.randrange(256)
    path.write_bytes(content)
    sign(location, path.name)
    try:
        engine = open_engine(str(location))
        for text in ("医保", '"基金监管"', "医*", "标题:报告"):
            engine.search(Query(text))
        test_contract.write(str(location), 2)  # merges
    except (IndexCorrupt, ValueError, AssertionError):
        pass  # a text or key may be of other bytes
