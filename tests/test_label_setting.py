"""``yinju labels set``: one row of a table changes, everything else stays, and so do ids."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.engine import open_engine
from engine.model import Query
from indexer.build import build
from indexer.label_setting import set_labels
from search_app import create_app
from yinju.cli import cli


@pytest.fixture
def file(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name in ("a.txt", "b.txt"):
        text = f"某县2023年工作总结{name}\n\n全年追回医保基金三百万元。"
        (folder / name).write_text(text, "utf-8")
    return folder / "a.txt"


TABLES = [
    ("no table", b"", b"\xef\xbb\xbffile,year\r\na.txt,2020\r\n"),
    ("a row of the file", b"file,year\na.txt,2019\n", b"file,year\na.txt,2020\n"),
    ("another spelling", b"File,Year\n./a.txt,2019\n", b"File,Year\n./a.txt,2020\n"),
    ("no row", b"file,year\nb.txt,2019\n", b"file,year\nb.txt,2019\na.txt,2020\n"),
    ("no column", b"file,x\nb.txt,1\n", b"file,x,year\nb.txt,1,\na.txt,,2020\n"),
    (
        "GB18030 and CR LF",
        'file,year,备注\r\nb.txt,,"甲,乙"\r\n'.encode("gb18030"),
        'file,year,备注\r\nb.txt,,"甲,乙"\r\na.txt,2020,\r\n'.encode("gb18030"),
    ),
    (
        "a byte-order mark",
        "file,year\nb.txt,\n".encode("utf-8-sig"),
        "file,year\nb.txt,\na.txt,2020\n".encode("utf-8-sig"),
    ),
]


@pytest.mark.parametrize(("what", "before", "after"), TABLES, ids=[case[0] for case in TABLES])
def test_one_row_changes(file: Path, what: str, before: bytes, after: bytes) -> None:
    table = file.parent / "metadata.csv"
    if before:
        table.write_bytes(before)
    assert set_labels(file, {"year": "2020"}) == table
    assert table.read_bytes() == after
    set_labels(file, {"year": "2020"})
    assert table.read_bytes() == after
    assert sorted(path.name for path in file.parent.iterdir()) == ["a.txt", "b.txt", "metadata.csv"]


REFUSED = [
    ({"yaer": "2020"}, "没有“yaer”这一列"),
    ({"file": "b.txt"}, "没有“file”这一列"),
    ({"year": "去年"}, "无法识别的年份"),
    ({"published": "2020-13-01"}, "无法识别的日期"),
    ({"region": "火星"}, "火星"),
    ({"url": "example.org"}, "不是网址"),
]


@pytest.mark.parametrize(("values", "reason"), REFUSED)
def test_what_reading_would_reject_is_refused(
    file: Path, values: dict[str, str], reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        set_labels(file, values)
    assert not (file.parent / "metadata.csv").exists()


def run(location: str, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["labels", "set", *arguments, "--index", location])


@pytest.mark.parametrize("form", ["{}", "{}-000000", "https://example.org/p/{}-000000。", "file"])
def test_a_label_changes_and_ids_stay(file: Path, form: str) -> None:
    location = str(file.parent.parent / "index")
    build([file.parent], location)
    before = open_engine(location).search(Query(limit=0)).hits
    report = next(hit.report for hit in before if hit.report.source.endswith("a.txt"))
    named = str(file) if form == "file" else form.format(report.id)
    done = run(location, named, "year=2020", "region=湖南省/怀化市")
    assert done.exit_code == 0, done.output
    assert "yinju index" in done.output
    build([file.parent], location)
    engine = open_engine(location)
    after = engine.search(Query(limit=0)).hits
    assert {hit.paragraph.id for hit in after} == {hit.paragraph.id for hit in before}
    changed = engine.report(report.id)
    assert changed
    assert (changed.year, changed.region.names) == (2020, ("湖南省", "怀化市"))
    assert changed.evidence["year"] == changed.evidence["region"] == "据元数据"
    page = create_app(engine).test_client().get(f"/r/{report.id}/labels").text
    assert "a.txt," in page
    assert "湖南省/怀化市,2020," in page


def test_an_unknown_report_is_named(file: Path) -> None:
    location = str(file.parent.parent / "index")
    build([file.parent], location)
    assert run(location, "zzzzzzzz", "year=2020").exit_code != 0
    assert "没有报告 zzzzzzzz" in run(location, "zzzzzzzz", "year=2020").output
    assert "没有写等号" in run(location, str(file), "2020").output
