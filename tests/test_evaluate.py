"""``yinju labels``: counts of right, wrong and unknown labels, and the table to start from."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from engine.errors import ReadError
from indexer.evaluate import evaluate
from indexer.label_table import doubtful, export
from indexer.metadata import read_metadata
from yinju.cli import main

TEXT = "# {title}\n\n一年来，各项工作有序推进，参保率达98.25%，基金运行平稳。\n"
TITLES = {
    "a.md": "湖南省怀化市辰溪县医疗保障局2024年工作总结",
    "b.md": "浙江省绍兴市上虞区医疗保障局2023年工作总结",
    "c.md": "医疗保障工作总结",
    "sub/d.md": "河池市人民政府2022年工作总结",
}
DUE = """file\tregion\tyear\tlevel
a.md\t辰溪县\t2024\tcounty
b.md\t湖南省/怀化市/辰溪县\t2023\tcounty
c.md\t\tunknown\t
sub/d.md\t河池市\t2021\tcity
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, title in TITLES.items():
        path = tmp_path / "reports" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TEXT.format(title=title), "utf-8")
    return tmp_path / "reports"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "labels.tsv"
    path.write_text(DUE, "utf-8")
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Exit status, stdout and stderr of a command."""
    code: object = 0
    try:
        main([str(argument) for argument in arguments])
    except SystemExit as end:
        code = end.code
    assert isinstance(code, int)
    return code, *capsys.readouterr()


def test_labels_are_counted(folder: Path, table: Path) -> None:
    scores, failures = evaluate(folder, table)
    assert not failures
    assert {name: (s.right, s.wrong, s.unknown, s.total) for name, s in scores.items()} == {
        "region": (2, 1, 0, 3),
        "province": (2, 1, 0, 3),
        "year": (3, 1, 0, 4),
    }
    assert scores["region"].confusions == Counter(
        {("湖南省/怀化市/辰溪县", "浙江省/绍兴市/上虞区"): 1}
    )
    assert scores["year"].examples["2021", "2022"] == "sub/d.md"


def test_what_a_person_reads(folder: Path, table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "labels", "evaluate", folder, table)
    assert (code, err) == (0, "")
    assert "地区  3 份：对 66.67%，错 33.33%，未标明 0.00%" in out
    assert "  2021 → 2022  1 次，例如 sub/d.md" in out
    (folder / "b.md").write_bytes(b"")
    code, out, err = run(capsys, "labels", "evaluate", folder, table)
    assert (code, "地区  2 份：对 100.00%" in out) == (3, True)
    assert err.startswith("未读  b.md：")


def test_names_are_compared_whole(folder: Path, table: Path) -> None:
    table.write_text("file\tregion\nb.md\t虞区\n", "utf-8")
    scores, _ = evaluate(folder, table)
    assert (scores["region"].wrong, "province" in scores) == (1, False)


def test_each_alternative_is_right(folder: Path, table: Path) -> None:
    cells = [
        ("a.md", "辰溪县|溆浦县", "2023|2024", "", "", "工作总结"),
        (
            "b.md",
            "",
            "2022|2023",
            "",
            "浙江省绍兴市上虞区医疗保障局 2023 年工作總結",
            "工作总结-区",
        ),
        ("c.md", "全国|", "2023|", "某局", "", "某类"),
        ("sub/d.md", "unknown|河池市", "", "河池市，人民政府", "别的", "讲话"),
    ]
    rows = ("\t".join(row) for row in cells)
    table.write_text("\n".join(["file\tregion\tyear\tissuer\ttitle\tkind", *rows]), "utf-8")
    scores, _ = evaluate(folder, table)
    assert {name: (s.right, s.wrong, s.unknown, s.total) for name, s in scores.items()} == {
        "region": (3, 0, 0, 3),
        "province": (3, 0, 0, 3),
        "year": (3, 0, 0, 3),
        "issuer": (1, 0, 1, 2),
        "title": (1, 1, 0, 2),
        "kind": (2, 1, 0, 3),
    }


BROKEN = [
    ("file\tplace\na.md\tx\n", "第 1 行"),
    ("region\n湖南省\n", "第 1 行"),
    ("", "第 1 行"),
    ("file\tyear\na.md\n", "第 2 行"),
    ("file\tyear\nz.md\t2024\n", "z.md"),
]


@pytest.mark.parametrize(("text", "named"), BROKEN)
def test_a_broken_table_names_the_place(
    folder: Path, table: Path, text: str, named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    table.write_text(text, "utf-8")
    with pytest.raises(ReadError, match=named):
        evaluate(folder, table)
    code, out, err = run(capsys, "labels", "evaluate", folder, table)
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_export_is_a_metadata_csv(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows, _ = export(folder)
    assert {row["file"]: (row["region"], row["year"]) for row in rows} == {
        "a.md": ("湖南省/怀化市/辰溪县", "2024"),
        "b.md": ("浙江省/绍兴市/上虞区", "2023"),
        "c.md": ("", ""),
        "sub/d.md": ("广西壮族自治区/河池市", "2022"),
    }
    code, out, err = run(capsys, "labels", "export", folder)
    assert (code, out) == (0, "")
    assert err.startswith("4个文件的标注 → ")
    stated, _ = read_metadata(folder)
    assert stated["sub/d.md"]["region"] == "广西壮族自治区/河池市"
    assert "region" not in stated["c.md"]
    code, _, err = run(capsys, "labels", "export", folder)
    assert (code, err.count("\n")) == (2, 1)
    assert "先移走" in err
    code, out, _ = run(capsys, "labels", "export", folder, "--output", "-")
    assert [row["file"] for row in csv.DictReader(out.splitlines())] == sorted(TITLES)


def test_doubtful_labels_come_first_and_make_a_metadata_csv(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "e.md").write_text("一年来，各项工作有序推进，基金运行平稳。\n", "utf-8")
    rows, _ = doubtful(folder)
    assert [row["file"] for row in rows] == ["e.md", "c.md"]
    assert rows[0]["title"] == "", "the first words of the text are no title"
    code, out, err = run(capsys, "labels", "doubtful", folder)
    assert (code, err) == (0, "")
    assert list(csv.DictReader(out.splitlines())) == rows
    corrected = tmp_path / "corrected.csv"
    assert run(capsys, "labels", "doubtful", folder, "--output", corrected)[0] == 0
    assert run(capsys, "labels", "doubtful", folder, "--output", corrected)[0] == 2
    (folder / "metadata.csv").write_text(
        "file,title,region,year,issuer,kind\n"
        "c.md,,湖南省,2023,某局,\ne.md,某某总结,湖南省,2023,某局,工作总结\n",
        "utf-8",
    )
    assert doubtful(folder)[0] == []


def test_faults_of_a_metadata_csv_are_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "metadata.csv").write_text("file,地方\na.md,x\n", "utf-8")
    code, out, err = run(capsys, "labels", "doubtful", folder)
    assert (code, "c.md" in out, "地方" in err) == (3, True, True)
