"""References for other programs: what is written is what other parsers read again."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import bibtexparser
import pytest
import rispy
from cited import COUNT, real_passages
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from engine.model import Hit, Paragraph, Report
from indexer.document_kinds import KINDS
from search_app.memo import memo_path
from search_app.passages import Passage
from search_app.references.csl import csl_item
from search_app.references.files import FILES
from search_app.references.page_tags import page_tags
from search_app.references.record import Reference, notice, one_line, reference_of
from search_app.references.source_types import source_type

TODAY = date(2026, 11, 22)
REPORT = Report(
    "k3v9qd",
    "辰溪县医疗保障局2024年工作总结",
    "corpus/a.txt",
    issuer="辰溪县医疗保障局",
    published="2024-12-23",
    kind="工作总结",
)
PARAGRAPH = Paragraph("k3v9qd-7f2a", "k3v9qd", 12, "甲。乙。丙。丁。", "甲。乙。丙。丁。")
TRICKY = "rep001-0003"

MARKS = {
    "R": (
        *("政府工作报告", "法院工作报告", "检察院工作报告", "人大常委会工作报告"),
        *("政协常委会工作报告", "审计报告", "预算报告", "计划报告", "统计公报", "信息公开年报"),
        "工作总结",
    ),
    "EB": (
        *("规划", "工作计划", "法律法规", "中央文件", "讲话", "新闻", "政策解读", "通知", "意见"),
        *("决定", "决议", "公告", "通告", "公示", "通报", "批复", "函", "纪要"),
    ),
}
UNLISTED = [
    ("调研报告", "关于养老的思考", "", "R", "a kind of one's own that ends like a report"),
    ("白皮书", "中国的医保", "", "R", "a white paper is a report"),
    ("报告的批复", "关于某报告的批复", "", "EB", "an answer to a report is none"),
    ("", "某县2023年度工作报告", "", "R", "of unknown kind: the title ends like a report"),
    ("", "某县工作总结（2023年1月5日 王某）", "", "R", "a remark behind it counts for nothing"),
    ("", "学习政府工作报告心得", "", "EB", "it speaks of a report"),
    ("", "", "", "EB", "nothing is known"),
    ("新闻", "改革提速", "人民日报", "N", "news of a newspaper"),
    ("新闻", "改革提速", "怀化日报社", "N", "the publisher of a newspaper"),
    ("新闻", "改革提速", "新华社", "EB", "no newspaper"),
    ("新闻", "改革提速", "", "EB", "news of an unknown newspaper"),
    ("通知", "参保通知", "人民日报", "EB", "a newspaper prints notices, which are no news"),
]


def test_every_kind_of_document_has_its_mark() -> None:
    expected = {kind: mark for mark, kinds in MARKS.items() for kind in kinds}
    assert set(expected) == set(KINDS)
    for kind, mark in expected.items():
        titled = Report("r", "某县政府工作报告", "a.txt", kind=kind)
        assert source_type(titled).mark == mark, kind


@pytest.mark.parametrize(
    ("kind", "title", "issuer", "mark", "why"), UNLISTED, ids=[case[4] for case in UNLISTED]
)
def test_other_kinds_have_a_mark(kind: str, title: str, issuer: str, mark: str, why: str) -> None:
    assert source_type(Report("r", title, "a.txt", issuer=issuer, kind=kind)).mark == mark


def passage(report: Report = REPORT, first: int = 0, last: int = 0, **facts: object) -> Passage:
    return Passage(Hit(replace(PARAGRAPH, **facts), report), first, last)  # type: ignore[arg-type]


def reference(report: Report = REPORT, first: int = 0, last: int = 0, **facts: object) -> Reference:
    cited = passage(report, first, last, **facts)
    return reference_of(cited, f"https://example.org/p/{cited.id}", TODAY)


def write(suffix: str, references: Iterable[Reference]) -> str:
    return b"".join(FILES[suffix](references)).decode()


UNESCAPED = (
    (r"\textbackslash{}", "\\"),
    (r"\textasciitilde{}", "~"),
    (r"\textasciicircum{}", "^"),
)


def plain(latex: str) -> str:
    """The text of a field of BibTeX, without braces around it and without escapes."""
    parts = re.split(r"(\\text\w+\{\}|\\[&%$#_{}])", latex)
    signs = dict(UNESCAPED)
    return "".join(
        signs.get(part, part[1:]) if part.startswith("\\") else re.sub("[{}]", "", part)
        for part in parts
    )


Facts = dict[str, object]


def read_ris(text: str) -> list[Facts]:
    """Title, authors and so on of each record, as rispy reads them."""
    return [
        {
            "key": record["id"],
            "type": record["type_of_reference"],
            "title": record["title"],
            "authors": [name.removesuffix(",") for name in record.get("authors", [])],
            "published": record.get("date", "").replace("/", "-"),
            "place": record.get("start_page", ""),
            "url": record["urls"],
            "text": record.get("abstract", ""),
        }
        for record in rispy.loads(text)
    ]


def read_bib(text: str) -> list[Facts]:
    """The same of each entry, as bibtexparser reads them."""
    library = bibtexparser.parse_string(text)
    assert library.failed_blocks == []
    found: list[Facts] = []
    for entry in library.entries:
        fields = {name: field.value for name, field in entry.fields_dict.items()}
        authors = fields["author"].split(" and ") if "author" in fields else []
        found.append(
            {
                "key": entry.key,
                "type": entry.entry_type,
                "title": plain(fields["title"]),
                "authors": [plain(name) for name in authors],
                "published": fields.get("date", ""),
                "place": fields.get("pages", ""),
                "url": [fields["url"]],
                "text": plain(fields.get("abstract", "")),
            }
        )
    return found


def read_csl(text: str) -> list[Facts]:
    """The same of each item."""
    return [
        {
            "key": item["id"],
            "type": item["type"],
            "title": item["title"],
            "authors": [name["literal"] for name in item.get("author", [])],
            "published": "-".join(
                f"{part:02}" for part in item.get("issued", {"date-parts": [[]]})["date-parts"][0]
            ),
            "place": item.get("page", ""),
            "url": [item["URL"]],
            "text": item.get("abstract", ""),
        }
        for item in json.loads(text)
    ]


READERS = {"ris": read_ris, "bib": read_bib, "csl.json": read_csl}


def stated(suffix: str, made: Reference) -> Facts:
    """What a reference says, in the terms of a format."""
    types = {"ris": made.type.ris, "bib": made.type.bibtex, "csl.json": made.type.csl}
    url = made.url if suffix != "bib" else re.sub(r"[{}\\]", lambda m: f"%{ord(m[0]):X}", made.url)
    return {
        "key": made.key,
        "type": types[suffix],
        "title": made.title,
        "authors": list(made.authors),
        "published": made.published,
        "place": made.place,
        "url": [url],
        "text": made.text,
    }


LETTERS = st.characters(codec="utf-8", exclude_categories=["Cs"])
REPORTS = st.builds(
    Report,
    st.just("k3v9qd"),
    st.text(LETTERS, min_size=1).filter(one_line),
    st.just("a.txt"),
    issuer=st.sampled_from(
        ["", "财政部", "国家医疗保障局 财政部", "World Bank", "人民日报", "A, B"]
    )
    | st.text(LETTERS),
    published=st.sampled_from(["", "2024-12-23", "2003-01-01"]),
    kind=st.sampled_from(["", "新闻", "通知", "政府工作报告"]),
    url=st.sampled_from(["", "https://example.org/a_(1).html?b=%20{c}&d~e#f\\"]),
)


@pytest.mark.parametrize("suffix", ["bib", "csl.json"])
@given(report=REPORTS, text=st.text(LETTERS, min_size=1))
def test_what_is_written_is_read_again(suffix: str, report: Report, text: str) -> None:
    made = [reference(report, text=text), reference(report, 1, 1)]
    assert READERS[suffix](write(suffix, made)) == [stated(suffix, each) for each in made]


@given(report=REPORTS, text=st.text(LETTERS, min_size=1))
def test_a_line_of_ris_is_a_field(report: Report, text: str) -> None:
    """Whatever the texts are, no line is any but a field, and each has its value whole."""
    made = reference(report, text=text)
    record = write("ris", [made])
    assert record.endswith("ER  - \n\n")
    fields = [
        re.fullmatch(r"([A-Z][A-Z0-9])  - (.*)", line)
        for line in record.removesuffix("\n\n").split("\n")
    ]
    values = [(field[1], field[2]) for field in fields if field]
    assert len(values) == len(fields)
    assert values[0] == ("TY", made.type.ris)
    assert dict(values)["TI"] == made.title
    assert [value.removesuffix(",") for tag, value in values if tag == "AU"] == [
        name.replace(",", "，").replace(";", "；") for name in made.authors
    ]
    assert dict(values).get("AB", "") == made.text


@given(st.text())
def test_one_line_is_one_line(text: str) -> None:
    line = one_line(text)
    assert line.splitlines() in ([], [line])
    assert not any(unicodedata.category(sign) == "Cc" for sign in line)
    assert one_line(line) == line


ONE_PIECE = [
    ("辰溪县医疗保障局", ["辰溪县医疗保障局"], "a name"),
    ("国家医疗保障局 财政部", ["国家医疗保障局", "财政部"], "two names"),
    ("World Bank Group", ["World Bank Group,"], "blanks of one name"),
    ("Shell, Ltd", ["Shell， Ltd,"], "a comma of one name"),
    ("甲局;乙局", ["甲局；乙局"], "a semicolon of one name"),
    ("北京（中国） 财政部", ["北京（中国）", "财政部"], "a bracket ends a name"),
]

HALF_WIDTH = str.maketrans("，；", ",;")


@pytest.mark.parametrize(("issuer", "names", "why"), ONE_PIECE, ids=[c[2] for c in ONE_PIECE])
def test_an_institution_stays_in_one_piece(issuer: str, names: Sequence[str], why: str) -> None:
    made = reference(replace(REPORT, issuer=issuer))
    literals = [{"literal": name.removesuffix(",").translate(HALF_WIDTH)} for name in names]
    assert csl_item(made)["author"] == literals
    assert re.findall(r"^AU  - (.+)$", write("ris", [made]), re.M) == names
    assert f"PB  - {issuer}\n" in write("ris", [made])
    braced = " and ".join(f"{{{each['literal']}}}" for each in literals)
    assert f"author = {{{braced}}}," in write("bib", [made])
    tags = page_tags(made)
    assert [content for name, content in tags if name == "citation_author"] == names
    assert dict(tags)["citation_technical_report_institution"] == issuer


def test_recognised_text_is_said_and_unknown_facts_are_left_out() -> None:
    bare = replace(REPORT, issuer="", published="", kind="")
    made = reference(bare, ocr=True)
    assert csl_item(made) == {
        "id": "yinju-k3v9qd-7f2a",
        "type": "report",
        "title": REPORT.title,
        "accessed": {"date-parts": [[2026, 11, 22]]},
        "page": "第12段（识别自扫描件）",
        "URL": "https://example.org/p/k3v9qd-7f2a",
        "language": "zh-CN",
        "abstract": "甲。乙。丙。丁。",
    }
    assert not re.search("^(AU|PB|PY|DA|M3|N1)  - ", write("ris", [made]), re.M)


def test_the_permalink_is_kept_beside_the_address_of_publication() -> None:
    made = reference(replace(REPORT, url="https://example.org/a.html"), 2, 4)
    permalink = "https://example.org/p/k3v9qd-7f2a~2-4"
    assert csl_item(made)["URL"] == "https://example.org/a.html"
    assert csl_item(made)["note"] == permalink
    assert f"N1  - {permalink}\n" in write("ris", [made])
    escaped = permalink.replace("~", r"\%7E")
    assert f"note = {{第12段第2—4句，{escaped}}}" in write("bib", [made])
    assert dict(page_tags(made))["z:extra"] == permalink


def test_dates_of_ris_have_slashes() -> None:
    record = write("ris", [reference()])
    for line in ("PY  - 2024", "DA  - 2024/12/23", "Y2  - 2026/11/22"):
        assert f"\n{line}\n" in record


def test_tags_name_the_newspaper_or_the_site() -> None:
    address = "https://www.example.gov.cn/a.html"
    news = replace(REPORT, kind="新闻", issuer="人民日报", url=address)
    tags = dict(page_tags(reference(news)))
    assert (tags["z:publicationTitle"], "z:websiteTitle" in tags) == ("人民日报", False)
    tags = dict(page_tags(reference(replace(news, issuer=""))))
    assert (tags["z:websiteTitle"], "z:publicationTitle" in tags) == ("www.example.gov.cn", False)


def test_a_web_page_has_its_place_in_the_note() -> None:
    made = reference(replace(REPORT, kind="通知"))
    assert csl_item(made)["note"] == "第12段"
    assert "N1  - 第12段\n" in write("ris", [made])
    tags = dict(page_tags(made))
    assert (tags["z:itemType"], tags["z:extra"]) == ("webpage", "第12段")
    assert "citation_technical_report_institution" not in tags


def test_keys_of_one_file_differ(client: FlaskClient) -> None:
    ids = [TRICKY, f"{TRICKY}~1", "rep001-0004", "zz-none"]
    for suffix, reader in READERS.items():
        found = reader(client.get(memo_path(ids, f".{suffix}")).text)
        keys = [str(each["key"]) for each in found]
        assert keys == [f"yinju-{TRICKY}", f"yinju-{TRICKY}-1", "yinju-rep001-0004", "yinju-note"]
        assert found[-1]["title"] == "以下各段未能列入（索引中找不到）：zz-none。"
        assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", key) for key in keys)


def test_a_notice_is_a_reference_without_source() -> None:
    made = notice("共 7 段，\n文件里是前 5 段", "https://example.org/?q=a", TODAY)
    for suffix, reader in READERS.items():
        (read,) = reader(write(suffix, [made]))
        assert read == stated(suffix, made)
        assert read["title"] == "共 7 段， 文件里是前 5 段"


@pytest.mark.parametrize("suffix", READERS)
def test_a_file_of_nothing_is_one(suffix: str) -> None:
    assert READERS[suffix](write(suffix, [])) == []


@pytest.mark.parametrize("suffix", READERS)
def test_a_passage_is_a_file(client: FlaskClient, suffix: str) -> None:
    answer = client.get(f"/cite/{TRICKY}~1.{suffix}")
    assert answer.status_code == 200
    (read,) = READERS[suffix](answer.text)
    assert read["key"] == f"yinju-{TRICKY}-1"
    assert read["url"] == [f"http://localhost/p/{TRICKY}~1"]
    disposition = answer.headers["Content-Disposition"]
    assert re.search(rf'filename="yinju-reference-[\d-]+\.{re.escape(suffix)}"; ', disposition)
    page = client.get(f"/p/{TRICKY}~1").text
    assert f'href="/cite/{TRICKY}~1.{suffix}"' in page
    again = client.get(f"/cite/{TRICKY}~1-1.{suffix}")
    assert again.headers["Location"] == f"/cite/{TRICKY}~1.{suffix}"
    assert client.get(f"/cite/rep001-9999.{suffix}").status_code in (404, 410)
    assert client.get(f"/cite/{TRICKY}~99.{suffix}").status_code == 404


def test_a_page_has_tags_for_zotero(client: FlaskClient) -> None:
    page = client.get(f"/p/{TRICKY}").text
    for name, content in (
        ("citation_title", "甲县医疗保障局2024年工作总结"),
        ("citation_author", "甲县医疗保障局"),
        ("citation_technical_report_institution", "甲县医疗保障局"),
        ("citation_publication_date", "2024-12-23"),
        ("citation_firstpage", "第3段"),
        ("citation_public_url", f"http://localhost/p/{TRICKY}"),
        ("citation_language", "zh-CN"),
        ("z:itemType", "report"),
    ):
        assert page.count(f'<meta name="{name}" content="{content}">') == 1, name
    assert "citation_" not in client.get("/r/rep001").text


@pytest.mark.shared
def test_references_of_real_passages_are_read_again(tmp_path: Path) -> None:
    passages = real_passages(tmp_path / "index")
    made = [reference_of(each, f"https://example.org/p/{each.id}", TODAY) for each in passages]
    assert len(made) >= COUNT
    assert len({each.type.mark for each in made}) > 1
    assert len({each.key for each in made}) == len(made)
    for suffix, reader in READERS.items():
        assert reader(write(suffix, made)) == [stated(suffix, each) for each in made]
