"""Links last: whatever a person may change, an old link leads to its paragraph."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from engine.engine import open_engine
from engine.model import Query
from indexer.build import build
from indexer.draft import Block, Draft
from indexer.identify import former_ids, opening_id
from indexer.split import split
from search_app import create_app
from yinju.cli import cli

OPENING = (
    "一年来，全县医疗保障系统坚持以人民为中心的发展思想，聚焦群众就医报销中的堵点难点，逐项列出清单，"
    "逐月督促落实，参保登记、待遇支付、基金监管和经办服务各项工作都取得了新的进展，群众的满意度持续提高。"
)


def write(path: Path, title: str, *paragraphs: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n\n".join([title, OPENING, *paragraphs]), "utf-8")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Reports 甲 and 乙, which open alike, and 丙, which does not; all three share a paragraph."""
    folder = tmp_path / "corpus"
    write(
        folder / "甲.txt", "某县2023年工作总结", "全年追回医保基金三百万元。", "各项工作有序推进。"
    )
    write(
        folder / "乙.txt", "某县2023年工作总结", "全年追回医保基金五百万元。", "各项工作有序推进。"
    )
    write(folder / "丙.txt", "另县2022年工作总结", "新建村卫生室二十个。", "各项工作有序推进。")
    return folder


def index(corpus: Path, rebuild: bool = False) -> None:
    assert not build([corpus], str(corpus.parent / "index"), rebuild).failures


def links(corpus: Path) -> dict[str, str]:
    """Map the id of each paragraph to its text."""
    hits = open_engine(str(corpus.parent / "index")).search(Query(limit=0)).hits
    return {hit.paragraph.id: hit.paragraph.text for hit in hits}


def client(corpus: Path) -> FlaskClient:
    return create_app(location=str(corpus.parent / "index")).test_client()


def test_reports_that_open_alike_have_ids_of_their_own(corpus: Path) -> None:
    index(corpus)
    found = links(corpus)
    assert len(found) == 12
    assert len({paragraph_id.partition("-")[0] for paragraph_id in found}) == 3
    assert list(open_engine(str(corpus.parent / "index")).check()) == []


RENAMES: dict[str, dict[str, str]] = {
    "another order": {"甲.txt": "z.txt", "乙.txt": "a.txt"},
    "exchanged": {"甲.txt": "乙.txt", "乙.txt": "甲.txt"},
    "a folder down": {"甲.txt": "x/y/甲.txt"},
}


@pytest.mark.parametrize("names", RENAMES)
@pytest.mark.parametrize("rebuild", [False, True])
def test_names_of_files_do_not_matter(
    tmp_path: Path, corpus: Path, names: str, rebuild: bool
) -> None:
    index(corpus)
    before = links(corpus)
    moved = tmp_path / "moved"
    shutil.move(corpus, moved)
    for old in ("甲.txt", "乙.txt", "丙.txt"):
        target = corpus / RENAMES[names].get(old, old)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(moved / old, target)
    index(corpus, rebuild)
    assert links(corpus) == before
    shutil.rmtree(tmp_path / "index")
    index(corpus)
    assert links(corpus) == before


def test_an_edited_report_that_opens_like_another_keeps_its_ids(corpus: Path) -> None:
    index(corpus)
    before = links(corpus)
    for name in ("甲.txt", "乙.txt"):
        path = corpus / name
        path.write_text(path.read_text("utf-8") + "\n\n补记一段。", "utf-8")
        index(corpus)
    after = links(corpus)
    assert {old: after[old] for old in before} == before
    assert len(after) == len(before) + 2


def test_no_report_takes_the_id_of_one_that_was_there_before(corpus: Path) -> None:
    (corpus / "乙.txt").rename(corpus.parent / "乙.txt")
    index(corpus)
    before = links(corpus)
    (corpus.parent / "乙.txt").rename(corpus / "0.txt")  # comes first in the order of names
    (corpus / "甲.txt").rename(corpus / "z.txt")
    index(corpus)
    after = links(corpus)
    assert {old: after[old] for old in before} == before
    assert len(after) == len(before) + 4


def correct_title(corpus: Path) -> None:
    (corpus / "metadata.csv").write_text("file,title\n甲.txt,某县医保局总结\n", "utf-8")


def export_labels(corpus: Path) -> None:
    done = CliRunner().invoke(cli, ["labels", "export", str(corpus)])
    assert done.exit_code == 0, done.output


def correct_labels(corpus: Path) -> None:
    table = "file,region,year,issuer,published\n甲.txt,湖南省,2020,某局,2020-01-02\n"
    (corpus / "metadata.csv").write_text(table, "utf-8")


def take_out_the_other(corpus: Path) -> None:
    (corpus / "乙.txt").unlink()


def add_one_that_opens_alike(corpus: Path) -> None:
    write(corpus / "0.txt", "另县2022年工作总结", "新建村卫生室九十个。")


def edit_elsewhere(corpus: Path) -> None:
    path = corpus / "丙.txt"
    path.write_text(path.read_text("utf-8") + "\n\n补记一段。", "utf-8")


def write_in_word(corpus: Path) -> None:
    from docx import Document

    document = Document()
    for text in (corpus / "丙.txt").read_text("utf-8").split("\n\n"):
        document.add_paragraph(text)
    document.save(str(corpus / "丙.docx"))
    (corpus / "丙.txt").unlink()


CHANGES: list[Callable[[Path], None]] = [
    correct_title,
    export_labels,
    correct_labels,
    take_out_the_other,
    add_one_that_opens_alike,
    edit_elsewhere,
    write_in_word,
]


@pytest.mark.parametrize("rebuild", [False, True])
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_an_old_link_leads_to_its_paragraph(
    corpus: Path, change: Callable[[Path], None], rebuild: bool
) -> None:
    index(corpus)
    before = links(corpus)
    report = next(old for old, text in before.items() if "五百万" in text).partition("-")[0]
    gone = [old for old in before if old.startswith(report) and change is take_out_the_other]
    change(corpus)
    index(corpus, rebuild)
    app = client(corpus)
    for old, text in before.items():
        page = app.get(f"/api/paragraphs/{old}")
        if old in gone:
            assert page.status_code == 404
        else:
            assert page.json == {**page.json, "id": old, "text": text}
            assert app.get(f"/p/{old}").status_code == 200


def without_the_index(corpus: Path) -> dict[str, str]:
    """Map the texts of 甲 to ids that it had while 乙 was not there, then forget the index."""
    shutil.move(corpus / "乙.txt", corpus.parent / "乙.txt")
    index(corpus)
    before = {text: old for old, text in links(corpus).items()}
    shutil.move(corpus.parent / "乙.txt", corpus / "乙.txt")
    shutil.rmtree(corpus.parent / "index")
    index(corpus)
    return before


def test_a_former_id_redirects_and_keeps_the_query(corpus: Path) -> None:
    app, old = client(corpus), without_the_index(corpus)["全年追回医保基金三百万元。"]
    answer = app.get(f"/p/{old}?q=医保")
    assert answer.status_code == 302
    place = answer.headers["Location"]
    assert place.endswith("?q=%E5%8C%BB%E4%BF%9D")
    new = place.partition("?")[0].removeprefix("/p/")
    assert links(corpus)[new] == "全年追回医保基金三百万元。"
    assert new in app.get(f"/memo?p={old}").text


def test_a_former_id_of_several_names_them_all(corpus: Path) -> None:
    app, before = client(corpus), without_the_index(corpus)
    old = before[OPENING]
    page = app.get(f"/p/{old}")
    assert page.status_code == 300
    assert page.text.count('href="/p/') == 2
    assert app.get(f"/r/{old.partition('-')[0]}").text.count('href="/r/') == 2
    done = CliRunner().invoke(cli, ["show", old, "--index", str(corpus.parent / "index")])
    assert "曾是几篇报告共有的编号" in done.output


def test_ids_of_former_versions_are_known() -> None:
    """They were made from the stated title, and numbered reports that open alike."""
    draft = Draft("a.txt", (Block("某县2023年工作总结"), Block(OPENING)))
    title, pieces = split(draft)
    assert opening_id("某县总结", pieces) in former_ids("某县总结", title, pieces)
    assert opening_id(title, pieces, copy=1) in former_ids("", title, pieces)


def test_the_command_line_follows_former_ids(corpus: Path) -> None:
    old = without_the_index(corpus)["全年追回医保基金三百万元。"]
    location = str(corpus.parent / "index")
    done = CliRunner().invoke(cli, ["show", old, "--index", location])
    assert "全年追回医保基金三百万元。" in done.output
    cited = CliRunner().invoke(cli, ["cite", old, "--index", location]).output
    new = next(new for new, text in links(corpus).items() if "三百万" in text)
    assert f"/p/{new}" in cited
