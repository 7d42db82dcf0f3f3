"""Tags with too many attributes are found before a page is parsed: the parser takes hours."""

from __future__ import annotations

from pathlib import Path

import pytest
from drafts import only
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import document_fromstring

from engine.errors import ReadError
from indexer.limits import MAX_ATTRIBUTES
from indexer.readers.web_tags import has_crowded_tag

SENTENCE = "今年以来，全县医疗保障工作平稳推进，参保率达98.25%，基金收支平衡，群众比较满意。"
PIECES = (
    *("<p", "<a", "</p>", "<br/", "<!--", "-->", "<script>", "</script>", "<title>", "</title>"),
    *(
        " a",
        " b",
        "\nc",
        "/d",
        " e=1",
        " f = 'x y'",
        ' g=">"',
        " h=",
        "=",
        "==",
        '"',
        "'",
        ">",
        " ",
    ),
    *("<", "文", "<textarea>", "</textarea>", " i='", ' j="'),
)


@pytest.mark.parametrize(
    ("markup", "most"),
    [
        ("<p>文</p>", 0),
        ("<p a b=1 c = 2>", 3),
        ("<p a='>' b=\">\" c>", 3),
        ("<p a/b/c/>", 3),
        ("<p a><p b c>", 2),
        ("<p a='unclosed b c d e>", 1),
        ("<p a b", 2),
        ("1 < 2 < 3 a b c", 0),
    ],
)
def test_the_attributes_of_one_tag_are_counted(markup: str, most: int) -> None:
    assert not has_crowded_tag(markup, most)
    assert most == 0 or has_crowded_tag(markup, most - 1)


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_the_parser_never_sees_more_attributes(markup: str) -> None:
    """No markup hides a crowded tag: the parser's elements never have more than were counted."""
    markup = f"<html><body><p>文</p>{markup}</body></html>"
    most = max(len(element.attrib) for element in document_fromstring(markup).iter())
    assert most == 0 or has_crowded_tag(markup, most - 1)


@pytest.mark.parametrize("suffix", [".html", ".txt", ".mht"])
def test_a_page_with_such_a_tag_is_refused(tmp_path: Path, suffix: str) -> None:
    head = (
        "MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n" if suffix == ".mht" else ""
    )
    page = "<html><body><p {}>" + SENTENCE * 5 + "</p></body></html>"
    attributes = [f"a{number}" for number in range(MAX_ATTRIBUTES + 1)]
    path = tmp_path / f"report{suffix}"
    path.write_text(head + page.format(" ".join(attributes)), "utf-8")
    refused = only(path)
    assert isinstance(refused, ReadError)
    assert "属性" in str(refused)
    path.write_text(head + page.format(" ".join(attributes[1:])), "utf-8")
    assert not isinstance(only(path), ReadError)
