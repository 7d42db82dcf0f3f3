"""Archives: every member is read or named, and none of them does harm."""

from __future__ import annotations

import stat
import warnings
import zipfile
from pathlib import Path

import pytest

from engine.errors import ReadError
from indexer.draft import Draft
from indexer.read import read_file
from indexer.readers import archive

TEXT = "某县医疗保障局工作总结。全年参保率达98.25%。\n"


def results(path: Path) -> list[tuple[str, str]]:
    """The source of each member of an archive, with its first line or the reason of failure."""
    return [
        (one.source, one.reason if isinstance(one, ReadError) else one.blocks[0].text)
        for one in read_file(path, path.name)
    ]


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, data in members.items():
            pack.writestr(name, data)
    return path


def with_names(path: Path, encoding: str) -> Path:
    """A .zip from a system that does not declare the encoding of names."""
    name = "湖南省/辰溪县总结.txt".encode(encoding)
    with zipfile.ZipFile(path, "w") as pack:
        pack.writestr("x" * len(name), TEXT)
    data = path.read_bytes().replace(b"x" * len(name), name)
    path.write_bytes(data)
    return path


def test_readable_members_go_on_and_each_failure_is_named(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "pack.zip",
        {
            "a.txt": TEXT.encode("gb18030"),
            "inner/": b"",
            "inner/b.md": TEXT.encode(),
            "inner/c.docx": b"PK broken",
            "inner/d.png": b"x",
            "inner/e.zip": b"PK",
            "f.txt": b"",
            "__MACOSX/._a.txt": b"x",
            ".DS_Store": b"x",
        },
    )
    found = dict(results(path))
    assert list(found) == [
        "pack.zip/a.txt",
        "pack.zip/inner/b.md",
        "pack.zip/inner/c.docx",
        "pack.zip/inner/d.png",
        "pack.zip/inner/e.zip",
        "pack.zip/f.txt",
    ]
    assert found["pack.zip/a.txt"] == found["pack.zip/inner/b.md"] == TEXT.strip()
    assert "已损坏" in found["pack.zip/inner/c.docx"]
    assert "是图片" in found["pack.zip/inner/d.png"]
    assert "请先解压" in found["pack.zip/inner/e.zip"]
    assert found["pack.zip/f.txt"] == "空文件"


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_chinese_names_without_a_flag(tmp_path: Path, encoding: str) -> None:
    path = with_names(tmp_path / "pack.zip", encoding)
    assert results(path) == [("pack.zip/湖南省/辰溪县总结.txt", TEXT.strip())]


@pytest.mark.parametrize(
    "name",
    ["../evil.txt", "a/../../evil.txt", "/etc/evil.txt", "..\\evil.txt", "C:\\evil.txt"],
)
def test_a_name_that_leads_outside_is_refused(tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path / "pack.zip", {name: TEXT.encode(), "good.txt": TEXT.encode()})
    bad, good = results(path)
    assert "指向压缩包之外" in bad[1]
    assert good == ("pack.zip/good.txt", TEXT.strip())
    assert [one.name for one in tmp_path.rglob("*")] == ["pack.zip"]


def test_a_link_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "pack.zip", "w") as pack:
        pack.writestr(link, "/etc/hostname")
    ((_, reason),) = results(tmp_path / "pack.zip")
    assert "符号链接" in reason


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "pack.zip", {"a.txt": TEXT.encode()})
    data = bytearray(path.read_bytes())
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(header) + flags] |= 1
    path.write_bytes(data)
    ((_, reason),) = results(path)
    assert "已加密" in reason


def test_a_bomb_is_refused_before_it_goes_off(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack,
        pack.open("a.txt", "w") as member,
    ):
        for _ in range(30):
            member.write(bytes(1024 * 1024))
    ((source, reason),) = results(path)
    assert (source, "压缩炸弹" in reason) == ("bomb.zip", True)


def test_a_header_that_promises_less_gets_no_more(tmp_path: Path) -> None:
    path = zipped(tmp_path / "pack.zip", {"a.txt": TEXT.encode() * 100_000, "b.txt": b"b"})
    data = bytearray(path.read_bytes())
    for header, size in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.index(header) + size
        data[at : at + 4] = (10).to_bytes(4, "little")
    path.write_bytes(data)
    assert ("pack.zip/b.txt", "b") in results(path)
    ((_, reason),) = [one for one in results(path) if one[0] == "pack.zip/a.txt"]
    assert "已损坏" in reason


def test_too_many_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBERS", 3)
    path = zipped(tmp_path / "pack.zip", {f"{n}.txt": b"x" for n in range(4)})
    ((_, reason),) = results(path)
    assert "超过 3 个" in reason


def test_a_member_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_FILE_BYTES", 100)
    path = zipped(tmp_path / "pack.zip", {"a.txt": bytes(101), "b.txt": b"b"})
    assert [("MB" in reason) for _, reason in results(path)] == [True, False]


@pytest.mark.parametrize("cut", [1, 100, 3000])
def test_a_truncated_archive_is_named(tmp_path: Path, cut: int) -> None:
    path = zipped(tmp_path / "pack.zip", {f"{n}.txt": TEXT.encode() * n for n in range(1, 40)})
    path.write_bytes(path.read_bytes()[:-cut])
    ((source, reason),) = results(path)
    assert (source, "已损坏" in reason) == ("pack.zip", True)


def test_a_damaged_member_does_not_stop_the_others(tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    with zipfile.ZipFile(path, "w") as pack:
        pack.writestr("a.txt", "会被损坏的正文")
        pack.writestr("b.txt", TEXT)
    path.write_bytes(path.read_bytes().replace("损坏".encode(), "完好".encode(), 1))
    (_, reason), good = results(path)
    assert "已损坏" in reason
    assert good == ("pack.zip/b.txt", TEXT.strip())


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    path = zipped(tmp_path / "pack.zip", {f"{n}.txt": TEXT.encode() for n in range(3)})
    reading = read_file(path, path.name)
    assert isinstance(next(reading), Draft)
    reading.close()  # type: ignore[attr-defined]
    assert list(scratch.iterdir()) == []


def test_members_of_one_name_get_sources_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w") as pack:
        warnings.simplefilter("ignore")  # zipfile names each duplicate
        for name in ("总结.txt", "总结.txt", "总结（2）.txt", "总结.txt", "b.d/无", "b.d/无"):
            pack.writestr(name, TEXT)
    assert [source.removeprefix("pack.zip/") for source, _ in results(path)] == [
        "总结.txt",
        "总结（2）.txt",
        "总结（2）（2）.txt",
        "总结（3）.txt",
        "b.d/无",
        "b.d/无（2）",
    ]


@pytest.mark.parametrize("name", ["一.txt", "编/二〇二四年.txt", "总结.txt"])
def test_gb18030_that_is_valid_utf8(tmp_path: Path, name: str) -> None:
    data = name.encode("gb18030")
    path = tmp_path / "pack.zip"
    with zipfile.ZipFile(path, "w") as pack:
        pack.writestr("x" * len(data), TEXT)
    path.write_bytes(path.read_bytes().replace(b"x" * len(data), data))
    assert results(path) == [(f"pack.zip/{name}", TEXT.strip())]


def test_a_table_inside_states_labels_of_its_files(tmp_path: Path) -> None:
    table = "file,title,year\n{},{},2021\n"
    path = zipped(
        tmp_path / "pack.zip",
        {
            "metadata.csv": table.format("in/a.txt", "外表").encode("gb18030"),
            "in/METADATA.csv": table.format("a.txt", "内表").encode(),
            "in/a.txt": TEXT.encode(),
            "b.txt": TEXT.encode(),
            "bad/metadata.csv": table.format("gone.txt", "甲").encode(),
            "bad/c.txt": TEXT.encode(),
        },
    )
    error, *drafts = read_file(path, path.name)
    assert isinstance(error, ReadError)
    assert error.source == "pack.zip/bad/metadata.csv"
    assert "找不到文件“gone.txt”" in error.reason
    stated = {one.source: one.stated for one in drafts if isinstance(one, Draft)}
    assert stated == {
        "pack.zip/in/a.txt": {"title": "内表", "year": "2021"},
        "pack.zip/b.txt": {},
        "pack.zip/bad/c.txt": {},
    }


def test_an_archive_by_another_name_inside_is_refused(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", {"a.txt": TEXT.encode()}).read_bytes()
    path = zipped(tmp_path / "pack.zip", {"inner": inner, "b.txt": TEXT.encode()})
    (_, reason), good = results(path)
    assert "请先解压" in reason
    assert good == ("pack.zip/b.txt", TEXT.strip())
