"""Checks the sample corpus as raw bytes, because it is what a newcomer indexes first.

These tests do not use the indexer, so that a fault of a sample and a fault of a
reader cannot hide each other.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path

import docx
import pypdfium2
import pytest
import trafilatura

CORPUS = Path(__file__).parents[1] / "corpus"
SHARED = Path(__file__).parents[1].parent / "shared"
RUN = 30  # characters in a row; a longer match with a real report would be a copy


def raw_reports() -> dict[str, bytes]:
    """Every report of the corpus, members of archives too, by its path."""
    found: dict[str, bytes] = {}
    for path in sorted(p for p in CORPUS.rglob("*") if p.is_file() and p.suffix != ".csv"):
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as pack:
                found |= {f"{path.name}/{name}": pack.read(name) for name in pack.namelist()}
        else:
            found[path.relative_to(CORPUS).as_posix()] = path.read_bytes()
    return found


def plain_text(name: str, data: bytes) -> str:
    """The text of a report, extracted in the simplest way for its format."""
    suffix = Path(name).suffix
    if suffix == ".docx":
        return "\n".join(p.text for p in docx.Document(io.BytesIO(data)).paragraphs)
    if suffix == ".pdf":
        with pypdfium2.PdfDocument(data) as pdf:
            return "\n".join(page.get_textpage().get_text_range() for page in pdf)
    if suffix == ".html":
        return trafilatura.extract(data, favor_recall=True) or ""
    if data.startswith(b"\xff\xfe"):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


REPORTS = raw_reports()
TEXTS = {name: plain_text(name, data) for name, data in REPORTS.items()}


def one(part: str) -> str:
    """The only report whose path holds ``part``."""
    (name,) = [name for name in REPORTS if part in name]
    return name


def test_enough_reports_in_every_format() -> None:
    assert len(REPORTS) >= 16
    assert {Path(n).suffix for n in REPORTS} == {".txt", ".md", ".html", ".docx", ".pdf"}
    assert any(".zip/" in name for name in REPORTS)


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_has_real_length_and_says_that_it_is_a_sample(name: str) -> None:
    assert 1500 <= len(re.findall(r"[\u4e00-\u9fff]", TEXTS[name])) <= 6000
    assert "示例文稿" in TEXTS[name]


@pytest.mark.parametrize(
    ("part", "mark", "codec"),
    [
        ("宣汉县", b"", "gb18030"),
        ("科左后旗", b"\xff\xfe", "utf-16"),
        ("商城县", b"\xef\xbb\xbf", "utf-8-sig"),
        ("黔东南州", b"<HTML>", "gb18030"),
        ("溆浦县医保局-2023", b"", "utf-8"),
    ],
)
def test_encodings(part: str, mark: bytes, codec: str) -> None:
    data = REPORTS[one(part)]
    assert data.startswith(mark)
    assert "医保" in data.decode(codec)
    if codec == "gb18030":
        with pytest.raises(UnicodeDecodeError):
            data.decode("utf-8")


@pytest.mark.parametrize(
    ("part", "shape"),
    [
        ("繁体", r"醫\(yī\)療保障.*總結\(jié\)"),
        ("繁体", r"\?lián\)"),  # destroyed in the source, to be kept and flagged
        ("某县", r"\*\*县委.*某镇"),
        ("硬换行", r"&amp;ldquo;.*&amp;rdquo;"),
        ("硬换行", r"2 0 2 3 年"),
        ("硬换行", r"２０２３年度"),
        ("硬换行", r"[^。]\r\n[^　&]"),
        ("硬换行", "\u200b"),
        ("黔江区", r"^---\ntitle: "),
    ],
)
def test_each_blemish_is_there(part: str, shape: str) -> None:
    assert re.search(shape, TEXTS[one(part)], re.DOTALL)


def test_successive_years_of_one_county() -> None:
    years = re.findall(r"溆浦县医保局-(\d{4})", "\n".join(REPORTS))
    assert sorted(years) == ["2023", "2024"]


def test_metadata_rows_name_files_that_exist() -> None:
    with (CORPUS / "metadata.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert list(rows[0]) == ["file", "title", "region", "year", "issuer", "published"]
    assert all((CORPUS / row["file"]).is_file() for row in rows)


def runs(text: str) -> set[str]:
    """Every run of ``RUN`` characters, blanks left out."""
    dense = re.sub(r"\s", "", text)
    return {dense[i : i + RUN] for i in range(len(dense) - RUN + 1)}


def test_no_two_reports_share_a_sentence() -> None:
    seen: dict[str, str] = {}
    for name, text in TEXTS.items():
        for run in runs(re.sub(r"（本文.{0,80}?）", "", text, flags=re.DOTALL)):
            assert seen.setdefault(run, name) == name, run


@pytest.mark.shared
def test_nothing_is_copied_from_real_reports() -> None:
    if not SHARED.is_dir():
        pytest.skip("../shared is not here")
    ours = set().union(*(runs(text) for text in TEXTS.values()))
    real = [*(SHARED / "seeds").glob("*.txt"), *sorted((SHARED / "reports").glob("*.md"))[::40]]
    assert real
    for path in real:
        assert not ours & runs(path.read_text(encoding="utf-8")), path.name
