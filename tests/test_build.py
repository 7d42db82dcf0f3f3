"""Builds of real files: which files are read again, which are named, and which ids stay."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

from engine.engine import Engine, Writer, open_engine, open_writer
from engine.errors import EngineUnavailable, ReadError
from engine.model import Lexicon, Query
from indexer import ahead, stamps
from indexer.assemble import Assembled
from indexer.build import build
from indexer.draft import Draft
from indexer.update import Summary

BODY = (
    "{name}全年追回医保基金{amount}万元，参保人数稳中有升，群众满意度不断提高。"
    "一年来，全县坚持问题导向，把群众的急难愁盼当作工作的着力点，逐项列出清单，逐月督促落实，"
    "办结率和回访率都比上一年有明显提高。"
)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Three reports in a folder: 甲县, 乙县 and, one folder down, 丙县."""
    folder = tmp_path / "corpus"
    for number, name in enumerate(["甲县", "乙县", "more/丙县"], 1):
        put(folder / f"{name}.txt", name[-2:], number)
    return folder


def put(path: Path, name: str, amount: int, more: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = (
        f"{name}2024年工作总结\n\n{BODY.format(name=name, amount=amount)}\n\n{name}概况。\n{more}"
    )
    path.write_text(text, "utf-8")
    return path


def run(tmp_path: Path, *roots: Path, rebuild: bool = False) -> Summary:
    return build(roots or (tmp_path / "corpus",), str(tmp_path / "index"), rebuild)


def opened(tmp_path: Path) -> Engine:
    return open_engine(str(tmp_path / "index"))


def ids(tmp_path: Path) -> dict[str, str]:
    """Map the text of each paragraph to its id."""
    hits = opened(tmp_path).search(Query(limit=0)).hits
    return {hit.paragraph.text: hit.paragraph.id for hit in hits}


def counts(summary: Summary) -> tuple[int, int, int, int]:
    """The numbers of files added, changed, removed and unchanged."""
    return (
        len(summary.added),
        len(summary.changed),
        len(summary.removed),
        summary.unchanged,
    )


def test_a_file_saved_while_it_is_read_is_read_again(
    tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where size and time of change stay the same."""
    assemble, path = ahead.assemble, corpus / "甲县.txt"
    os.utime(path, ns=(10**18, 10**18))
    saved: list[bool] = []

    def save_meanwhile(draft: Draft, stated: Mapping[str, str]) -> Assembled:
        if draft.source.endswith("甲县.txt") and not saved:
            saved.append(True)
            path.write_text(path.read_text("utf-8").replace("追回", "挽回"), "utf-8")
            os.utime(path, ns=(10**18, 10**18))
        return assemble(draft, stated)

    monkeypatch.setattr(ahead, "assemble", save_meanwhile)
    assert run(tmp_path).failures == []
    assert opened(tmp_path).search(Query('"甲县全年挽回"')).total == 1
    assert counts(run(tmp_path)) == (0, 0, 0, 3)


def test_a_file_that_never_stops_changing_is_taken_in_and_named(
    tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assemble, path, saves = ahead.assemble, corpus / "甲县.txt", count(100)

    def save_meanwhile(draft: Draft, stated: Mapping[str, str]) -> Assembled:
        if draft.source.endswith("甲县.txt"):
            put(path, "甲县", next(saves))
        return assemble(draft, stated)

    monkeypatch.setattr(ahead, "assemble", save_meanwhile)
    (fault,) = run(tmp_path).failures
    assert "一直在变" in str(fault)
    monkeypatch.setattr(ahead, "assemble", assemble)
    summary = run(tmp_path)
    assert (summary.changed, summary.failures) == (["corpus/甲县.txt"], [])
    assert opened(tmp_path).search(Query(f'"追回医保基金{next(saves) - 1}万元"')).total == 1


def test_a_fault_of_our_rules_costs_one_file(
    tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assemble = ahead.assemble

    def fail(draft: Draft, stated: Mapping[str, str]) -> Assembled:
        return {}["月"] if "乙县" in draft.source else assemble(draft, stated)

    monkeypatch.setattr(ahead, "assemble", fail)
    summary = run(tmp_path)
    assert counts(summary) == (2, 0, 0, 0)
    (fault,) = summary.failures
    assert (fault.source, "KeyError" in fault.reason) == ("corpus/乙县.txt", True)


def test_the_first_run_reads_everything(tmp_path: Path, corpus: Path) -> None:
    summary = run(tmp_path)
    assert summary.added == ["corpus/more/丙县.txt", "corpus/乙县.txt", "corpus/甲县.txt"]
    assert counts(summary) == (3, 0, 0, 0)
    overview = opened(tmp_path).overview()
    assert (summary.reports, summary.paragraphs) == (3, overview.paragraphs)
    assert list(opened(tmp_path).check()) == []


def test_progress_is_told_of_each_file_about_to_be_read(tmp_path: Path, corpus: Path) -> None:
    told: list[tuple[int, int, str]] = []
    build([corpus], str(tmp_path / "index"), progress=lambda *args: told.append(args))
    assert [(done, total) for done, total, _ in told] == [(0, 3), (1, 3), (2, 3)]
    build([corpus], str(tmp_path / "index"), progress=lambda *args: told.append(args))
    assert len(told) == 3


def test_an_unchanged_file_is_not_opened(tmp_path: Path, corpus: Path) -> None:
    """A changed text of the same size and time goes unnoticed, because the file is not read."""
    path = corpus / "甲县.txt"
    os.utime(path, ns=(10**18, 10**18))
    run(tmp_path)
    about = path.stat()
    path.write_text(path.read_text("utf-8").replace("追回", "挽回"), "utf-8")
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))
    summary = run(tmp_path)
    assert counts(summary) == (0, 0, 0, 3)
    assert (summary.reports, opened(tmp_path).search(Query('"挽回"')).total) == (0, 0)


def test_a_run_without_change_commits_nothing(tmp_path: Path, corpus: Path) -> None:
    run(tmp_path)
    before = sorted((p.name, p.stat().st_mtime_ns) for p in (tmp_path / "index").iterdir())
    assert counts(run(tmp_path)) == (0, 0, 0, 3)
    assert before == sorted((p.name, p.stat().st_mtime_ns) for p in (tmp_path / "index").iterdir())


def test_a_touched_file_is_not_changed(tmp_path: Path, corpus: Path) -> None:
    run(tmp_path)
    os.utime(corpus / "甲县.txt", ns=(1, 1))
    assert counts(run(tmp_path)) == (0, 0, 0, 3)


def test_a_changed_file_is_read_again(tmp_path: Path, corpus: Path) -> None:
    run(tmp_path)
    before = ids(tmp_path)
    put(corpus / "甲县.txt", "甲县", 1, "\n新增一段。\n")
    summary = run(tmp_path)
    assert summary.changed == ["corpus/甲县.txt"]
    assert counts(summary) == (0, 1, 0, 2)
    after = ids(tmp_path)
    assert set(after) - set(before) == {"新增一段。"}
    assert all(after[text] == before[text] for text in before if text != "甲县概况。")
    assert list(opened(tmp_path).check()) == []


def test_a_file_that_is_gone_is_taken_out(tmp_path: Path, corpus: Path) -> None:
    run(tmp_path)
    (corpus / "more" / "丙县.txt").unlink()
    summary = run(tmp_path)
    assert summary.removed == ["corpus/more/丙县.txt"]
    assert counts(summary) == (0, 0, 1, 2)
    assert opened(tmp_path).search(Query("丙县")).total == 0


def test_ids_survive_a_rename_and_a_rebuild(tmp_path: Path, corpus: Path) -> None:
    run(tmp_path)
    before = ids(tmp_path)
    (corpus / "甲县.txt").rename(corpus / "总结.txt")
    summary = run(tmp_path)
    assert (summary.added, summary.removed) == (["corpus/总结.txt"], ["corpus/甲县.txt"])
    assert ids(tmp_path) == before
    assert "按要求" in run(tmp_path, rebuild=True).rebuilt
    assert ids(tmp_path) == before
    moved = (tmp_path / "corpus").rename(tmp_path / "elsewhere")
    run(tmp_path, moved, rebuild=True)
    assert ids(tmp_path) == before


def test_files_of_another_root_stay(tmp_path: Path, corpus: Path) -> None:
    run(tmp_path)
    other = put(tmp_path / "other" / "丁县.txt", "丁县", 4)
    assert counts(run(tmp_path, other.parent)) == (1, 0, 0, 3)
    assert counts(run(tmp_path)) == (0, 0, 0, 4)
    put(tmp_path / "other" / "戊县.txt", "戊县", 5)
    run(tmp_path, other.parent)
    other.unlink()
    assert run(tmp_path).removed == ["other/丁县.txt"]


def test_rebuild_keeps_only_what_is_given(tmp_path: Path, corpus: Path) -> None:
    run(tmp_path)
    summary = run(tmp_path, corpus / "more", rebuild=True)
    assert (summary.added, opened(tmp_path).overview().reports) == (["more/丙县.txt"], 1)


def test_a_copy_is_named_and_not_counted_twice(tmp_path: Path, corpus: Path) -> None:
    (corpus / "again.txt").write_bytes((corpus / "甲县.txt").read_bytes())
    summary = run(tmp_path)
    assert summary.copies == [("corpus/甲县.txt", "corpus/again.txt")]
    assert opened(tmp_path).overview().reports == 3
    (corpus / "again.txt").unlink()
    run(tmp_path)
    assert opened(tmp_path).search(Query("甲县概况", exact=True)).total == 1


def test_copies_are_looked_for_without_comparing_all_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each checksum is compared a few times, however many files there are."""
    compared: list[str] = []

    class Checksum(str):
        __slots__ = ()
        __hash__ = str.__hash__

        def __eq__(self, other: object) -> bool:
            compared.append(self)
            return str.__eq__(self, other)

    def compared_stamp(path: Path) -> stamps.Stamp:
        stamp = stamps.take_stamp(path)
        return stamp._replace(sha256=Checksum(stamp.sha256))

    monkeypatch.setattr("indexer.ahead.take_stamp", compared_stamp)
    for number in range(60):
        put(tmp_path / "corpus" / f"{number}.txt", f"第{number}县", number)
    (tmp_path / "corpus" / "copy.txt").write_bytes((tmp_path / "corpus" / "7.txt").read_bytes())
    summary = run(tmp_path)
    assert (len(summary.added), len(summary.copies)) == (60, 1)
    assert len(compared) < 4 * 61


def test_reports_that_open_alike_are_two(tmp_path: Path) -> None:
    for name, more in (("a", "末段甲。"), ("b", "末段乙。")):
        put(tmp_path / "corpus" / f"{name}.txt", "甲县", 1, more * 3)
    run(tmp_path)
    engine = opened(tmp_path)
    assert engine.overview().reports == 2
    hits = engine.search(Query(limit=0)).hits
    assert len({hit.paragraph.id for hit in hits}) == len(hits) == engine.overview().paragraphs
    assert list(engine.check()) == []


def test_a_repeated_paragraph_is_found_each_time(tmp_path: Path) -> None:
    put(tmp_path / "corpus" / "a.txt", "甲县", 1, "\n此处同上。\n\n此处同上。\n\n此处同上。\n")
    run(tmp_path)
    hits = opened(tmp_path).search(Query('"此处同上"')).hits
    assert len({hit.paragraph.id for hit in hits}) == 3


# --- metadata.csv --------------------------------------------------------------------------------


def state(folder: Path, *rows: str) -> None:
    (folder / "metadata.csv").write_text("\n".join(["file,region,year", *rows]), "utf-8")


def test_what_a_table_states_is_noticed(tmp_path: Path, corpus: Path) -> None:
    run(tmp_path)
    state(corpus, "甲县.txt,湖南省/怀化市/辰溪县,2020", "more/丙县.txt,,2019")
    assert counts(run(tmp_path)) == (0, 2, 0, 1)
    engine = opened(tmp_path)
    assert engine.search(Query(regions=("湖南省/怀化市",))).reports == 1
    assert engine.search(Query(years=((2019, 2020),))).reports == 2
    assert counts(run(tmp_path)) == (0, 0, 0, 3)
    state(corpus, "甲县.txt,湖南省/怀化市/辰溪县,2021")
    assert counts(run(tmp_path)) == (0, 2, 0, 1)
    assert opened(tmp_path).search(Query(years=((2019, 2020),))).reports == 0


def test_the_nearest_table_has_the_last_word(tmp_path: Path, corpus: Path) -> None:
    state(corpus, "more/丙县.txt,湖南省,2018")
    state(corpus / "more", "丙县.txt,,2019")
    run(tmp_path)
    page = opened(tmp_path).search(Query(regions=("湖南省",), years=((2019, 2019),)))
    assert page.reports == 1


def test_a_broken_table_is_named_and_the_files_are_read(tmp_path: Path, corpus: Path) -> None:
    state(corpus, "甲县.txt,火星,")
    summary = run(tmp_path)
    assert [Path(failure.source).name for failure in summary.failures] == ["metadata.csv"]
    assert "第 2 行" in summary.failures[0].reason
    assert counts(summary) == (3, 0, 0, 0)


# --- what cannot be read -------------------------------------------------------------------------


def test_a_broken_file_among_good_ones(tmp_path: Path, corpus: Path) -> None:
    (corpus / "坏.docx").write_bytes(b"not a zip")
    (corpus / "空.txt").write_bytes(b"")
    (corpus / "图.jpg").write_bytes(b"\xff\xd8")
    for summary in (run(tmp_path), run(tmp_path)):  # named every time
        named = {failure.source for failure in summary.failures}
        assert named == {"corpus/坏.docx", "corpus/图.jpg", "corpus/空.txt"}
        assert all(failure.reason for failure in summary.failures)
    assert opened(tmp_path).overview().reports == 3
    put(corpus / "空.txt", "丁县", 4)
    assert run(tmp_path).added == ["corpus/空.txt"]
    (corpus / "坏.docx").unlink()
    (corpus / "图.jpg").unlink()
    assert run(tmp_path).failures == []


def test_a_file_that_breaks_goes_out_and_comes_back(tmp_path: Path, corpus: Path) -> None:
    run(tmp_path)
    before = ids(tmp_path)
    path = corpus / "甲县.txt"
    whole = path.read_bytes()
    path.write_bytes(b"")
    assert [failure.source for failure in run(tmp_path).failures] == ["corpus/甲县.txt"]
    assert opened(tmp_path).overview().reports == 2
    path.write_bytes(whole)
    run(tmp_path)
    assert ids(tmp_path) == before


def test_members_of_an_archive(tmp_path: Path, corpus: Path) -> None:
    run(tmp_path)
    pack = corpus / "pack.zip"
    with zipfile.ZipFile(pack, "w") as archive:
        for name, amount in (("丁县", 4), ("戊县", 5)):
            path = put(tmp_path / f"{name}.txt", name, amount)
            archive.write(path, f"inner/{name}.txt")
        archive.writestr("inner/坏.pdf", b"%PDF-")
    summary = run(tmp_path)
    assert [failure.source for failure in summary.failures] == ["corpus/pack.zip/inner/坏.pdf"]
    engine = opened(tmp_path)
    assert engine.overview().reports == 5
    sources = {hit.report.source for hit in engine.search(Query("丁县|戊县")).hits}
    assert sources == {"corpus/pack.zip/inner/丁县.txt", "corpus/pack.zip/inner/戊县.txt"}
    again = run(tmp_path)
    assert (again.unchanged, len(again.failures)) == (4, 1)
    pack.unlink()
    assert run(tmp_path).removed == ["corpus/pack.zip"]
    assert opened(tmp_path).overview().reports == 3


# --- the index behind the build ------------------------------------------------------------------


def test_a_corpus_that_is_not_there(tmp_path: Path, corpus: Path) -> None:
    run(tmp_path)
    with pytest.raises(ReadError, match="没有这个文件或文件夹"):
        run(tmp_path, tmp_path / "nowhere")
    assert opened(tmp_path).overview().reports == 3


def test_an_empty_corpus_makes_an_empty_index(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    assert counts(run(tmp_path)) == (0, 0, 0, 0)
    assert opened(tmp_path).search(Query()).total == 0


def test_a_damaged_index_is_made_anew_with_all_its_files(tmp_path: Path, corpus: Path) -> None:
    other = put(tmp_path / "other" / "丁县.txt", "丁县", 4)
    run(tmp_path, corpus, other.parent)
    before = ids(tmp_path)
    next((tmp_path / "index").glob("*.columns")).unlink()
    summary = run(tmp_path)
    assert "缺少索引文件" in summary.rebuilt
    assert ids(tmp_path) == before


def test_other_words_make_the_index_anew(
    tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path)
    other = Lexicon({"追回医保基金": "医疗保障"}, version="2")
    monkeypatch.setattr("indexer.build._lexicon", lambda: other)
    assert run(tmp_path).rebuilt == "词典或标注规则有变"
    hit = opened(tmp_path).search(Query("甲县 追回")).hits[0]
    phrases = [s for s in hit.spans if s.kind == "phrase"]
    assert [hit.paragraph.text[s.start : s.end] for s in phrases] == ["追回医保基金"]
    assert run(tmp_path).rebuilt == ""


def test_other_synonyms_are_taken_in_without_reading(
    tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path)
    before = opened(tmp_path)
    assert before.search(Query("讨回")).total == 0
    other = replace(before.lexicon(), synonyms=(("追回", "讨回"),))
    monkeypatch.setattr("indexer.build._lexicon", lambda: other)
    monkeypatch.setattr("indexer.update.read_ahead", lambda files: iter(files))  # nothing to read
    summary = run(tmp_path)
    assert (summary.synonyms, summary.rebuilt, counts(summary)) == (True, "", (0, 0, 0, 3))
    for engine in (before, opened(tmp_path)):  # one open before sees them too
        assert engine.search(Query("讨回")).total == 3
    assert list(opened(tmp_path).check()) == []
    assert run(tmp_path).synonyms is False


def test_processes_read_what_one_reads(
    tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several processes give the reports in the order of the files, and name every failure."""
    (corpus / "坏.pdf").write_bytes(b"%PDF-1.4 nothing")
    put(corpus / "丁县.txt", "甲县", 1, "另一份。")  # opens as 甲县's does
    with zipfile.ZipFile(corpus / "包.zip", "w") as archive:
        archive.write(corpus / "甲县.txt", "甲.txt")
        archive.write(corpus / "乙县.txt", "乙.txt")
    alone = build([corpus], str(tmp_path / "alone"))
    monkeypatch.setattr("indexer.ahead._MIN_FILES_FOR_PROCESSES", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 3)
    together = build([corpus], str(tmp_path / "together"))
    assert (together.added, together.copies) == (alone.added, alone.copies)
    assert list(map(str, together.failures)) == list(map(str, alone.failures))
    hits = [open_engine(str(tmp_path / name)).search(Query(limit=0)).hits for name in NAMES]
    assert hits[0] == hits[1]


NAMES = ("alone", "together")


def test_a_process_that_dies_is_done_without(
    tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object) -> None:
        raise BrokenProcessPool

    monkeypatch.setattr("indexer.ahead._MIN_FILES_FOR_PROCESSES", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr("indexer.ahead.ProcessPoolExecutor.submit", break_down)
    assert counts(run(tmp_path)) == (3, 0, 0, 0)


@pytest.mark.parametrize("error", [NotImplementedError, PermissionError])
def test_a_machine_without_processes_reads_all_the_same(
    tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr("indexer.ahead._MIN_FILES_FOR_PROCESSES", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr("indexer.ahead.ProcessPoolExecutor", refuse)
    assert counts(run(tmp_path)) == (3, 0, 0, 0)


def test_after_a_build_nothing_is_left_to_compile(tmp_path: Path, corpus: Path) -> None:
    """Indexing compiles everything, so a new process that searches compiles nothing."""
    run(tmp_path)
    code = (
        "import sys\n"
        "from engine.engine import open_engine, reporting_compilation\n"
        "from engine.model import Query\n"
        "told = []\n"
        "with reporting_compilation(lambda: told.append(1)):\n"
        "    engine = open_engine(sys.argv[1])\n"
        "    for text in ('', '基金', '“医保基金” 参保*', '标题:甲县 -基金', '没有 这个 基金'):\n"
        "        for sort in ('relevance', 'oldest'):\n"
        "            engine.search(Query(text, sort=sort, years=((2024, 2024),)))\n"
        "sys.exit(len(told))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "index")]
    assert subprocess.run(command, cwd=ROOT).returncode == 0


def test_a_search_waits_for_no_numba(tmp_path: Path, corpus: Path) -> None:
    """Its kernels are machine code, which indexing has compiled."""
    run(tmp_path)
    code = (
        "import sys, yinju.cli\n"
        "for query in ('没有 这个 基金', '医保基金怎么监管？', '“医保基金” 参保* -标题:甲'):\n"
        "    yinju.cli.main(['search', query, '--index', sys.argv[1]])\n"
        "sys.exit(any(name in sys.modules for name in ('numba', 'rensa', 'flask', 'werkzeug')))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "index")]
    assert subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE).returncode == 0


def test_somebody_else_has_written_since_files_were_compared(
    tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise files that both processes found new would be in the index twice."""

    def late(*about: Any) -> Writer:
        monkeypatch.undo()
        run(tmp_path)
        return open_writer(*about)

    monkeypatch.setattr("indexer.build.open_writer", late)
    with pytest.raises(EngineUnavailable, match="请再运行一次"):
        run(tmp_path)
    assert counts(run(tmp_path)) == (0, 0, 0, 3)


def test_somebody_else_is_writing(tmp_path: Path, corpus: Path) -> None:
    run(tmp_path)
    put(corpus / "丁县.txt", "丁县", 4)
    with (
        open_writer(str(tmp_path / "index"), Lexicon()),
        pytest.raises(EngineUnavailable),
    ):
        run(tmp_path)
    assert run(tmp_path).added == ["corpus/丁县.txt"]


def test_a_name_that_is_no_utf8_is_named(tmp_path: Path, corpus: Path) -> None:
    """Unpacking an archive from an old Windows makes such a name."""
    bad = os.fsencode(corpus) + "/总结.txt".encode("gb18030")
    try:
        Path(os.fsdecode(bad)).write_text("甲县总结", "utf-8")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    summary = run(tmp_path)
    assert [str(failure) for failure in summary.failures] == [
        "总结.txt：路径不是 UTF-8 编码；请改名后再试"
    ]
    assert counts(summary) == (3, 0, 0, 0)
