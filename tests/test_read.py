"""Which files of a corpus are read, how text is decoded, and what is refused."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import SHARED
from drafts import drafted, only
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import ReadError
from indexer import limits, read
from indexer.draft import Block, Draft
from indexer.read import SUFFIXES, find_files, may_hang, read_file

REPORT = """某县医疗保障局2024年工作总结

　　一、主要工作
　　全年参保率达98.25%，比上年提高0.3个百分点；报销2.85亿元。
　　（一）守好基金。约谈定点机构19家，追回资金46万元。
"""


def text_of(draft: Draft) -> str:
    return "\n".join(block.text for block in draft.blocks)


# ---- which files


def test_a_folder_is_walked_in_order_without_what_is_no_report(tmp_path: Path) -> None:
    for name in ("b.txt", "a/2.md", "a/1.txt", "a/x.png", ".git/config", "metadata.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("字", encoding="utf-8")
    for name in (".hidden.txt", "~$报告.docx", "Thumbs.db", "a/metadata.csv"):
        (tmp_path / name).write_text("字", encoding="utf-8")
    found = [path.relative_to(tmp_path).as_posix() for path in find_files(tmp_path)]
    assert found == ["a/1.txt", "a/2.md", "a/x.png", "b.txt"]


def test_a_file_is_a_corpus_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("字", encoding="utf-8")
    assert list(find_files(path)) == [path]


def test_a_missing_corpus_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="没有这个文件或文件夹"):
        list(find_files(tmp_path / "nowhere"))


def test_links_are_followed_but_loops_end(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "a.txt").write_text("字", encoding="utf-8")
    (inside / "loop").symlink_to(tmp_path)
    (tmp_path / "linked.txt").symlink_to(inside / "a.txt")
    (tmp_path / "lost.txt").symlink_to(tmp_path / "gone")
    found = [path.relative_to(tmp_path).as_posix() for path in find_files(tmp_path)]
    assert found == ["inside/a.txt", "linked.txt", "lost.txt"]
    assert "失效的链接" in str(only(tmp_path / "lost.txt"))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_what_may_not_be_read_is_named(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir()
    secret = tmp_path / "secret.txt"
    secret.write_text("字", encoding="utf-8")
    for path in (locked, secret):
        path.chmod(0)
    try:
        assert list(find_files(tmp_path)) == [locked, secret]
        assert all("没有读取权限" in str(only(path)) for path in (locked, secret))
    finally:
        locked.chmod(0o700)


# ---- encodings

ENCODINGS = {
    "utf-8": b"",
    "utf-8-sig": b"",
    "gb18030": b"",
    "gb18030 with mark": b"\x84\x31\x95\x33",
    "utf-16": b"",  # Python writes the mark
    "utf-16-le": b"",
    "utf-16-be": b"",
    "utf-16-be with mark": b"\xfe\xff",
    "utf-32": b"",
    "big5hkscs": b"",
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("suffix", [".txt", ".md", ".html"])
def test_every_encoding_gives_the_same_text(tmp_path: Path, encoding: str, suffix: str) -> None:
    text = REPORT
    if encoding == "big5hkscs":
        text = "某縣醫療保障局工作總結\n全年參保率達98.25%，約談機構19家，追回資金46萬元。\n"
    path = tmp_path / f"report{suffix}"
    path.write_bytes(ENCODINGS[encoding] + text.encode(encoding.split(" ")[0]))
    expected = text.split() if suffix == ".html" else text.splitlines()
    assert text_of(drafted(path)).split() == "\n".join(expected).split()


@pytest.mark.parametrize("text", ["全县参保率达到目标", "参保率98.25%", "醫療保障", "2024年"])
@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-16-le", "utf-16-be"])
def test_a_few_characters_without_line_end_are_enough(
    tmp_path: Path, text: str, encoding: str
) -> None:
    path = tmp_path / "short.txt"
    path.write_bytes(text.encode(encoding))
    assert text_of(drafted(path)) == text


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_damage_costs_some_characters_not_the_file(tmp_path: Path, encoding: str) -> None:
    lines = [f"第{n}项工作按时完成，群众满意。" for n in range(200)]
    data = bytearray("\n".join(lines).encode(encoding))
    for at in range(1000, len(data), 1000):
        data[at : at + 2] = b"\xff\x80"
    path = tmp_path / "damaged.txt"
    path.write_bytes(data)
    draft = drafted(path)
    whole = sum(block.text in lines for block in draft.blocks)
    assert whole > 180
    assert "�" in text_of(draft)


def test_gb18030_after_much_ascii_is_still_found(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    script = "<script>" + "var a = 1;\n" * 60_000 + "</script>"
    path.write_bytes(f"<html>{script}<p>全年参保率达98.25%。</p></html>".encode("gb18030"))
    assert text_of(drafted(path)) == "全年参保率达98.25%。"


LINE, OTHER = "全县参保率达98.25%，报销2.85亿元。", "后半部分由另一台电脑拼进来，编码不同。"


@pytest.mark.parametrize("lines", [[LINE, OTHER], [OTHER, LINE, OTHER, "", "ASCII 2024"]])
@pytest.mark.parametrize("first", [0, 1])
def test_each_line_may_have_its_encoding(tmp_path: Path, lines: list[str], first: int) -> None:
    path = tmp_path / "mixed.txt"
    encodings = ("utf-8", "gb18030")
    path.write_bytes(
        b"\n".join(line.encode(encodings[(n + first) % 2]) for n, line in enumerate(lines))
    )
    assert text_of(drafted(path)).split("\n") == lines


def as_cp1252(data: bytes) -> str:
    """As browsers decode it: where code page 1252 has nothing, the byte itself."""
    return "".join(
        bytes([byte]).decode("latin-1" if byte in b"\x81\x8d\x8f\x90\x9d" else "cp1252")
        for byte in data
    )


@pytest.mark.parametrize(
    "misread", [lambda data: data.decode("latin-1"), as_cp1252, lambda data: data.decode("gb18030")]
)
@pytest.mark.parametrize("text", ["县医保局工作总结", "一、主要工作\n“参保率”达98.25%；报销。完成"])
def test_text_decoded_wrongly_once_is_put_right(
    tmp_path: Path, misread: Callable[[bytes], str], text: str
) -> None:
    path = tmp_path / "mojibake.txt"
    try:
        path.write_text(misread(text.encode()), encoding="utf-8")
    except UnicodeDecodeError:
        return  # an odd number of bytes is no GB 18030: there characters were lost
    assert text_of(drafted(path)) == text


@pytest.mark.parametrize(
    "text", ["“医保”——café、naïve、Ångström：10°±5…", "锛、鍏、銆：字", "Ä Ö Ü ß é à ç", "①②③×÷·"]
)
def test_text_that_only_looks_odd_stays(tmp_path: Path, text: str) -> None:
    path = tmp_path / "odd.txt"
    path.write_text(text, encoding="utf-8")
    assert text_of(drafted(path)) == text


# ---- text and Markdown


def test_lines_are_kept_as_they_are_blank_ones_too(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("　　报\r\n\r\n<U+00A0>销金额 2.85亿元 \r\n<!-- x -->".encode())
    draft = drafted(path)
    assert [b.text for b in draft.blocks] == [
        "　　报",
        "",
        "<U+00A0>销金额 2.85亿元 ",
        "<!-- x -->",
    ]
    assert draft.lines


BREAKS = "\x0b\x0c\x1c\x1d\x1e\x85\u2028"


@pytest.mark.parametrize("mark", BREAKS)
def test_a_break_within_a_paragraph_does_not_cut_it(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"新建农村{mark}公路。{mark}二、打算\n{mark}三、建议{mark}\n", encoding="utf-8")
    blocks = [block.text for block in drafted(path).blocks if block.text]
    assert blocks == ["新建农村公路。", "二、打算", "三、建议"]


TABS = {
    "rows": (
        "镇\t去年\t今年\n甲\t\t12\n末",
        [("镇｜去年｜今年", True), ("甲｜｜12", True), ("末", False)],
    ),
    "one line is none": ("甲\t乙\n丙", [("甲\t乙", False), ("丙", False)]),
    "other lengths": ("甲\t乙\n丙\t丁\t戊", [("甲\t乙", False), ("丙\t丁\t戊", False)]),
    "indents": ("\t甲\n\t乙", [("\t甲", False), ("\t乙", False)]),
    "numbers of items": ("一、\t甲\n二、\t乙", [("一、\t甲", False), ("二、\t乙", False)]),
}


@pytest.mark.parametrize("case", TABS)
def test_tables_by_tabs_become_rows(tmp_path: Path, case: str) -> None:
    text, expected = TABS[case]
    path = tmp_path / "a.txt"
    path.write_text(text, encoding="utf-8")
    assert [(block.text, block.row) for block in drafted(path).blocks] == expected


@pytest.mark.parametrize(
    ("line", "block"),
    [
        ("# 工作总结", Block("工作总结", 1)),
        ("### 一、主要工作 ###", Block("一、主要工作", 3)),
        ("#话题", Block("#话题")),
        ("####### 七级", Block("####### 七级")),
        ("**二、下一步**", Block("**二、下一步**")),
    ],
)
@pytest.mark.parametrize("suffix", [".txt", ".md"])
def test_headings_lose_their_marks(tmp_path: Path, line: str, block: Block, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_text(line, encoding="utf-8")
    assert drafted(path).blocks == (block,)


FRONT_MATTER = {
    "all keys": (
        "title: 总结\nregion: 湖南省/怀化市\nyear: 2024\nissuer: 某局\npublished: 2024-12-23\n"
        "kind: 通知\nurl: http://a/b",
        {
            "title": "总结",
            "region": "湖南省/怀化市",
            "year": "2024",
            "issuer": "某局",
            "published": "2024-12-23",
            "kind": "通知",
            "url": "http://a/b",
        },
    ),
    "a source that is an address": ("source: https://a.gov.cn/x", {"url": "https://a.gov.cn/x"}),
    "a source that is none": ("source: 县政府网站", {}),
    "quoted, with a colon": ('Title: "总结：2024"', {"title": "总结：2024"}),
    "other keys, lists, comments": ("tags:\n  - 医保\n# x\nyear: '2024'", {"year": "2024"}),
    "empty": ("title:", {}),
    "keys of other programs": (
        "authors:\n  - 甲办公厅\n  - 乙办公厅\ndate: '2013-12-19'\ntags:\n  - 医保",
        {"issuer": "甲办公厅 乙办公厅", "published": "2013-12-19"},
    ),
    "ours before those": ("author: 甲局\nissuer: 乙局\ndate: 2013", {"issuer": "乙局"}),
}


@pytest.mark.parametrize("case", FRONT_MATTER)
def test_front_matter_becomes_metadata(tmp_path: Path, case: str) -> None:
    lines, metadata = FRONT_MATTER[case]
    path = tmp_path / "a.md"
    path.write_text(f"---\n{lines}\n---\n正文。", encoding="utf-8-sig")
    draft = drafted(path)
    assert (dict(draft.metadata), draft.blocks) == (metadata, (Block("正文。"),))


@pytest.mark.parametrize("text", ["---\n正文一。\n---\n正文二。", "---\ntitle: 没有结尾\n正文。"])
def test_a_rule_is_no_front_matter(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.md"
    path.write_text(text, encoding="utf-8")
    assert (text_of(drafted(path)), drafted(path).metadata) == (text, {})


def test_a_web_page_named_txt_is_read_as_one(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(
        "<!DOCTYPE html><html><body><h2>一、</h2><p>正文。</p></body>", encoding="utf-8"
    )
    assert drafted(path).blocks == (Block("一、", 2), Block("正文。"))


# ---- what is refused


def refused(path: Path, why: str) -> None:
    result = only(path)
    assert isinstance(result, ReadError)
    assert result.source == path.name
    assert why in result.reason


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_empty_file(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"empty{suffix}"
    path.touch()
    refused(path, "空文件")


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html"])
def test_a_file_of_blanks(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"blank{suffix}"
    path.write_text(" \n\n　", encoding="utf-8")
    refused(path, "没有文字")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_gigabyte_is_refused_unread(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"huge{suffix}"
    with path.open("wb") as file:
        file.truncate(1024 * limits.MEGABYTE + 1)  # sparse: it takes no room on the disk
    refused(path, "请拆分")


def test_too_many_characters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "MAX_CHARACTERS", 10_000)
    path = tmp_path / "long.txt"
    path.write_text("字" * 10_001, encoding="utf-8")
    refused(path, "超过 1 万字")


def test_a_picture_named_txt(tmp_path: Path) -> None:
    path = tmp_path / "photo.txt"
    noise = random.Random(7).randbytes(50_000)
    path.write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + noise)
    refused(path, "是图片")


REFUSED = {
    "a.rar": (b"Rar!\x1a\x07\x01\x00", "解压后再放入"),
    "a.txt": (b"7z\xbc\xaf\x27\x1c\x00", "解压后再放入"),
    "b.7z": (b"?", "解压后再放入"),
    "a.tar": (b"?", "解压后再放入"),
    "a.caj": (b"CAJ\x00", "CAJViewer"),
    "a.nh": (b"?", "CAJViewer"),
    "a.ceb": (b"Founder CEB 3.0", "PDF"),
    "a.pptx": (b"?", "另存为 PDF"),
    "a.png": (b"\x89PNG\r\n\x1a\n", "OCR"),
    "a.md": (b"\xff\xd8\xff\xe0", "OCR"),
    "a.csv": ("甲,乙".encode(), ".xlsx"),
    "a.json": ("甲".encode(), "不是报告"),
    "a.dat": (bytes(range(256)), ".docx .docm"),
    "README": (b"English only.", "没有中文"),
    "b.doc": (b"MZ\x90\x00\x03", "是程序"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_read_is_named_with_its_remedy(tmp_path: Path, name: str) -> None:
    data, why = REFUSED[name]
    path = tmp_path / name
    path.write_bytes(data)
    refused(path, why)


@pytest.mark.parametrize("name", ["README", "总结.正文", "a.dat", "a.text", "a.markdown", "a.htm"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_readable_text_is_read_whatever_its_name(tmp_path: Path, name: str, encoding: str) -> None:
    path = tmp_path / name
    path.write_bytes(REPORT.encode(encoding))
    assert text_of(drafted(path)).split() == REPORT.split()


def test_what_is_no_file(tmp_path: Path) -> None:
    refused(tmp_path, "不是普通文件")
    refused(tmp_path / "gone.txt", "不存在")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.txt")
        refused(tmp_path / "pipe.txt", "不是普通文件")


MAGIC = (
    b"",
    b"PK\x03\x04",
    b"%PDF-1.7\n",
    b"<html>",
    b"\xff\xfe",
    b"\xd0\xcf\x11\xe0",
    b"---\n",
    b"{\\\\rtf1",
)


@pytest.mark.parametrize("suffix", SUFFIXES)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    magic=st.sampled_from(MAGIC), rest=st.binary(max_size=400), end=st.sampled_from((b"", b"%%EOF"))
)
def test_random_bytes_never_raise(
    tmp_path: Path, suffix: str, magic: bytes, rest: bytes, end: bytes
) -> None:
    path = tmp_path / f"random{suffix}"
    path.write_bytes(magic + rest + end)
    for result in read_file(path, "random"):
        assert isinstance(result, Draft | ReadError)
        assert "读取时出错" not in str(result)  # every reader knows how its format fails


# ---- real files


def shared_files() -> list[Path]:
    files = [path for name in ("seeds", "rough") for path in sorted((SHARED / name).glob("*.txt"))]
    return files + sorted((SHARED / "reports").glob("*.md"))[::53]


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="needs ../shared")
@pytest.mark.parametrize("path", shared_files(), ids=lambda path: path.name)
def test_real_reports_are_read_whole(path: Path) -> None:
    draft = drafted(path)
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030")
    body = text.split("---\n", 2)[2] if draft.metadata else text
    bare = "".join(text_of(draft).split()).replace("#", "")
    assert bare == "".join(body.split()).replace("#", "")
    assert "�" not in bare


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.txt", "医保基金。", False),
        ("a.md", "# 医保", False),
        ("a.txt", "<html><body>医保</body></html>", True),
        ("a.txt", "正文<p>医保</p>", True),
        ("a.txt", "%PDF-1.7", False),  # PDFs have processes of their own
        ("a.pdf", "医保", False),
        ("a.rar", "Rar!", False),
        ("a.html", "医保", False),
        ("a.html", "<p>医保", True),
        ("a.docx", "PK", True),
        ("a.zip", "", True),
    ],
)
def test_what_may_hang(tmp_path: Path, name: str, content: str, expected: bool) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    assert may_hang(tmp_path / name) is expected


def test_what_is_no_file_cannot_hang(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.pdf", Path(os.devnull)):
        assert not may_hang(path)
