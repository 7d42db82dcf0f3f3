"""Comments in a Word memo: where they stand, and that nothing else changes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from word_files import NAMESPACES, packed, paragraph, run, table
from word_memos import STRICT_W, W, body_of, commented, content, parts_of, zipped

from search_app.check.comments import Comment
from search_app.check.memo_text import Piece
from search_app.check.word import read_word, with_comments
from search_app.check.word.document import read_document
from search_app.check.word.package import Package

URL = "http://127.0.0.1:8000/p/0a1b2c3d-4e5f~2?q=a&b=医保"
PARENTS = {"p", "hyperlink", "ins", "moveTo", "fldSimple", "smartTag", "sdtContent"}


def comment(*pieces: tuple[int, int, int]) -> Comment:
    texts = ("与来源不同", "来源：“参保率达98.25%”", "永久链接")
    return Comment(tuple(Piece(*piece) for piece in pieces), texts, URL)


def document(folder: Path, body: str, **known: str) -> bytes:
    return packed(folder / "a.docx", body, **known).read_bytes()


def ids(data: bytes) -> list[str]:
    root = etree.fromstring(parts_of(data)["word/comments.xml"])
    return [its.get(f"{W}id") or its.get(f"{STRICT_W}id") for its in root]


# --- Any document, any stretches ---------------------------------------------------------------

words = st.text("甲乙丙丁“”98.25% ", min_size=1, max_size=6)
looks = st.sampled_from(["", "<w:b/>", '<w:rFonts w:hint="eastAsia"/><w:sz w:val="28"/>'])
runs = st.builds(run, words, looks)
mixed = st.builds(
    lambda *texts: (
        "<w:r><w:rPr><w:i/></w:rPr><w:t>{}</w:t><w:tab/><w:t>{}</w:t><w:br/>"
        '<w:t xml:space="preserve">{} </w:t><w:drawing/><w:t> {}</w:t></w:r>'.format(*texts)
    ),
    *[words] * 4,
)
marked = st.builds(
    "<w:r><w:t>{}</w:t><w:footnoteReference w:id='1'/><w:t>{}</w:t></w:r>".format, words, words
)
deleted = st.builds('<w:del w:id="90"><w:r><w:delText>{}</w:delText></w:r></w:del>'.format, words)
hidden = st.builds(run, words, st.just("<w:vanish/>"))
equations = st.builds("<m:oMath><m:r><m:t>{}</m:t></m:r></m:oMath>".format, words)
ruby = st.builds(
    "<w:r><w:t>{}</w:t><w:ruby><w:rt>{}</w:rt><w:rubyBase>{}</w:rubyBase></w:ruby><w:t>{}</w:t></w:r>".format,
    *(words, runs, runs, words),
)
emoji = st.just(
    '<w:r><w:t>甲</w:t><mc:AlternateContent><mc:Choice Requires="w14"/><mc:Fallback><w:t>😊</w:t>'
    "</mc:Fallback></mc:AlternateContent><w:t>乙</w:t></w:r>"
)
raised = st.just(run("12", '<w:vertAlign w:val="superscript"/>'))
typed = st.builds(
    "<w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>".format, runs
)
FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r>{}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
AROUND = (
    '<w:ins w:id="91">{}</w:ins>',
    '<w:hyperlink w:anchor="x">{}</w:hyperlink>',
    '<w:smartTag w:element="date"><w:smartTagPr/>{}</w:smartTag>',
    '<w:fldSimple w:instr="DATE">{}</w:fldSimple>',
    "<w:sdt><w:sdtPr><w:id/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>",
    FIELD,
)
atoms = st.one_of(runs, runs, mixed, marked, deleted, hidden, equations, ruby, emoji, typed, raised)
inline = st.recursive(
    atoms,
    lambda inner: st.builds(
        lambda around, inside: around.format("".join(inside)),
        st.sampled_from(AROUND),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=6,
)
GOES_ON = '<w:rPr><w:del w:id="92"/></w:rPr>'
paragraphs = st.builds(
    lambda inside, properties: paragraph("".join(inside), properties),
    st.lists(inline, min_size=1, max_size=4),
    st.sampled_from(["", "", '<w:jc w:val="left"/>', GOES_ON]),
)
tables = st.builds(lambda a, b, c: table([a, b], [c]), *[paragraphs] * 3)
bodies = st.lists(st.one_of(paragraphs, paragraphs, tables), min_size=1, max_size=4).map("".join)


def grown(spans: Sequence[Any], start: int, end: int) -> tuple[int, int]:
    """A stretch with all of the elements that cannot be split."""
    for span in spans:
        names = [
            etree.QName(its).localname for its in (span.element, *span.element.iterancestors())
        ]
        in_control = span.element.find("../../../{*}sdtPr/{*}text") is not None
        is_raised = span.element.find("../{*}rPr/{*}vertAlign") is not None
        is_whole = names[0] != "t" or in_control or is_raised or {"rubyBase", "Fallback"} & {*names}
        if is_whole and span.start < end and start < span.end:
            start, end = min(start, span.start), max(end, span.end)
    return start, end


def cell_of(spans: Sequence[Any]) -> Any:
    return next(spans[0].element.iterancestors(f"{W}tc"), None)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(body=bodies, data=st.data())
def test_only_marks_are_added_and_they_stand_where_they_should(
    tmp_path_factory: pytest.TempPathFactory, body: str, data: st.DataObject
) -> None:
    folder = tmp_path_factory.getbasetemp()
    notes = f'<w:footnote w:id="1">{paragraph("注")}</w:footnote>'
    before = document(folder, body, footnotes=notes)
    blocks = read_word(before).blocks
    own = [n for n, its in enumerate(blocks) if not its.place.startswith("脚注")]
    if not own:
        return
    comments = [draw_comment(data, blocks, own) for _ in range(data.draw(st.integers(1, 4)))]
    after = with_comments(before, comments)

    assert read_word(after) == read_word(before)
    assert content(body_of(after)) == content(body_of(before))
    spans = [its.spans for its in read_document(Package(before)).paragraphs]
    assert ids(after) == [str(number) for number in range(len(comments))]
    for key, one in zip(ids(after), comments, strict=True):
        expected = [
            (n, *grown(spans[n], start, end))
            for n, start, end in one.pieces
            if cell_of(spans[n]) is cell_of(spans[one.pieces[0].block])
        ]
        assert commented(after, key) == expected
    check_marks(body_of(after), ids(after))


def draw_comment(data: st.DataObject, blocks: Sequence[Any], own: Sequence[int]) -> Comment:
    first = data.draw(st.sampled_from(own))
    last = data.draw(st.sampled_from([n for n in own if first <= n <= first + 2]))
    start = data.draw(st.integers(0, len(blocks[first].text) - 1))
    low = start + 1 if first == last else 1
    end = data.draw(st.integers(low, len(blocks[last].text)))
    pieces = []
    for n in range(first, last + 1):
        its_end = end if n == last else len(blocks[n].text)
        pieces.append((n, start if n == first else 0, its_end))
    return comment(*pieces)


def check_marks(root: Any, keys: Sequence[str]) -> None:
    """Each comment has its three marks once, in order, where the schema allows them."""
    for key in keys:
        marks = [its for its in root.iter() if its.get(f"{W}id") == key and "comment" in its.tag]
        names = [etree.QName(its).localname for its in marks]
        assert names == ["commentRangeStart", "commentRangeEnd", "commentReference"]
        for its in (*marks[:2], marks[2].getparent()):
            assert etree.QName(its.getparent()).localname in PARENTS


@pytest.mark.parametrize("around", AROUND)
def test_a_mark_stands_outside_of_what_ends_with_the_stretch(tmp_path: Path, around: str) -> None:
    """An insertion may be rejected and a field updated: a comment would go with them."""
    body = paragraph(run("前") + around.format(run("引文") + run("一处")) + run("后"))
    after = body_of(with_comments(document(tmp_path, body), [comment((0, 1, 5))]))
    (reference,) = after.iter(f"{W}commentReference")
    outer = reference.getparent()
    assert outer.getparent().tag == f"{W}p"
    assert "".join(outer.getnext().itertext()) == "后"


WHOLE = {
    "ruby": "<w:r><w:t>前</w:t><w:ruby><w:rt/><w:rubyBase><w:r><w:t>引文</w:t></w:r></w:rubyBase>"
    "</w:ruby><w:t>后</w:t></w:r>",
    "a raised number": run("前") + run("12", '<w:vertAlign w:val="superscript"/>') + run("后"),
    "an equation": run("前") + "<m:oMath><m:r><m:t>引文</m:t></m:r></m:oMath>" + run("后"),
    "a control of plain text": run("前")
    + f"<w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent>{run('引文')}</w:sdtContent></w:sdt>"
    + run("后"),
    "alternatives of runs": run("前")
    + '<mc:AlternateContent><mc:Choice Requires="wps">'
    + f"{run('引文')}</mc:Choice><mc:Fallback/></mc:AlternateContent>{run('后')}",
}


@pytest.mark.parametrize("content_of", WHOLE.values(), ids=WHOLE)
def test_a_stretch_grows_to_all_of_what_cannot_be_split(tmp_path: Path, content_of: str) -> None:
    data = document(tmp_path, paragraph(content_of))
    length = len(read_word(data).blocks[0].text)
    after = with_comments(data, [comment((0, 2, length)), comment((0, 0, 2))])
    assert [commented(after, key) for key in "01"] == [[(0, 1, length)], [(0, 0, length - 1)]]
    assert len([*body_of(after).iter(f"{W}t")]) == len([*body_of(data).iter(f"{W}t")])
    assert content(body_of(after)) == content(body_of(data))


def test_the_parts_of_a_run_keep_its_properties_and_blanks(tmp_path: Path) -> None:
    split = '<w:r w:rsidR="00AB12CD"><w:rPr><w:b/></w:rPr><w:t>甲 乙 丙</w:t></w:r>'
    data = document(tmp_path, paragraph(split))
    after = with_comments(data, [comment((0, 1, 4))])
    texts = list(body_of(after).iter(f"{W}t"))
    assert [its.text for its in texts] == ["甲", " 乙 ", "丙"]
    for its in texts:
        assert its.getparent().get(f"{W}rsidR") == "00AB12CD"
        assert its.getparent().find(f"{W}rPr/{W}b") is not None
    assert read_word(after) == read_word(data)


# --- Where Word allows no comments --------------------------------------------------------------


def around(data: bytes, key: str = "0") -> list[str]:
    """The names of the elements between the marks of a comment."""
    root = body_of(data)
    (start,) = (its for its in root.iter(f"{W}commentRangeStart") if its.get(f"{W}id") == key)
    names = []
    for its in start.itersiblings():
        if its.tag == f"{W}commentRangeEnd":
            return names
        names += [etree.QName(e).localname for e in its.iter()]
    raise AssertionError("no end")


def test_a_comment_on_a_note_stands_at_its_mark(tmp_path: Path) -> None:
    body = paragraph("<w:r><w:t>甲</w:t><w:footnoteReference w:id='1'/><w:t>乙</w:t></w:r>")
    notes = f'<w:footnote w:id="1">{paragraph("注文")}</w:footnote>'
    data = document(tmp_path, table([body]), footnotes=notes)
    after = with_comments(data, [comment((1, 0, 2))])
    assert around(after) == ["r", "footnoteReference"]
    (its,) = etree.fromstring(parts_of(after)["word/comments.xml"])
    assert "".join(its[0].itertext()) == "脚注1：“注文”"
    assert parts_of(after)["word/footnotes.xml"] == parts_of(data)["word/footnotes.xml"]
    assert content(body_of(after)) == content(body_of(data))


def test_a_comment_on_a_text_box_stands_around_it(tmp_path: Path) -> None:
    inside = paragraph(run("框") + "<w:r><w:pict/></w:r>")
    text_box = f"<v:textbox><w:txbxContent>{inside}</w:txbxContent></v:textbox>"
    shape = f"<w:pict><v:shape>{text_box}</v:shape></w:pict>"
    data = document(tmp_path, paragraph(f"<w:r><w:t>甲</w:t>{shape}</w:r>{run('乙')}"))
    after = with_comments(data, [comment((1, 0, 1))])
    assert around(after)[:2] == ["r", "pict"]
    assert "commentRangeStart" not in around(after)
    assert content(body_of(after)) == content(body_of(data))


@pytest.mark.parametrize("body", [paragraph("甲", '<w:jc w:val="left"/>'), ""])
def test_a_comment_on_a_header_stands_at_the_beginning(tmp_path: Path, body: str) -> None:
    parts = {"header1.xml": f"<w:hdr {NAMESPACES}>{paragraph('页眉')}</w:hdr>"}
    section = '<w:sectPr><w:headerReference w:type="default" r:id="h1"/></w:sectPr>'
    path = packed(tmp_path / "a.docx", body + section, parts, {"h1": ("header", "header1.xml")})
    header = len(read_word(path.read_bytes()).blocks) - 1
    after = with_comments(path.read_bytes(), [comment((header, 0, 2))])
    first = body_of(after).find(f".//{W}p")
    names = [etree.QName(its).localname for its in first if its.tag != f"{W}pPr"]
    assert names[:3] == ["commentRangeStart", "commentRangeEnd", "r"]
    assert read_word(after) == read_word(path.read_bytes())


# --- The comments -------------------------------------------------------------------------------

OLD = (
    '<w:comment w:id="{}" w:author="张三" w:initials="张"><w:p w14:paraId="1A2B3C4D">'
    "<w:r><w:annotationRef/></w:r><w:r><w:t>请核对</w:t></w:r></w:p></w:comment>"
)
OLD_MARKS = (
    '<w:commentRangeStart w:id="7"/>{}<w:commentRangeEnd w:id="7"/>'
    '<w:r><w:commentReference w:id="7"/></w:r>'
)


def test_what_a_comment_says(tmp_path: Path) -> None:
    after = with_comments(document(tmp_path, paragraph("参保率")), [comment((0, 0, 2))])
    parts = parts_of(after)
    (its,) = etree.fromstring(parts["word/comments.xml"])
    assert (its.get(f"{W}author"), its.get(f"{W}initials")) == ("引据", "引")
    written = datetime.strptime(its.get(f"{W}date"), "%Y-%m-%dT%H:%M:%SZ").replace(
        tzinfo=timezone.utc
    )
    assert abs((datetime.now(timezone.utc) - written).total_seconds()) < 600
    texts = ["".join(p.itertext()) for p in its]
    assert texts == ["与来源不同", "来源：“参保率达98.25%”", "永久链接"]
    (link,) = its.iter(f"{W}hyperlink")
    assert "".join(link.itertext()) == "永久链接"
    (target,) = re.findall('Target="(.*?)"', parts["word/_rels/comments.xml.rels"].decode())
    assert target == "http://127.0.0.1:8000/p/0a1b2c3d-4e5f~2?q=a&amp;b=%E5%8C%BB%E4%BF%9D"


def test_lines_of_a_text_are_paragraphs(tmp_path: Path) -> None:
    one = Comment((Piece(0, 0, 1),), ("来源：甲\n乙", "链接"), URL)
    after = parts_of(with_comments(document(tmp_path, paragraph("甲")), [one]))
    (its,) = etree.fromstring(after["word/comments.xml"])
    assert ["".join(p.itertext()) for p in its] == ["来源：甲", "乙", "链接"]


def test_characters_that_xml_forbids(tmp_path: Path) -> None:
    one = Comment((Piece(0, 0, 1),), ("甲\x00\x0b乙",))
    after = with_comments(document(tmp_path, paragraph("甲")), [one])
    assert "甲\ufffd\ufffd乙" in parts_of(after)["word/comments.xml"].decode()


def test_comments_that_were_there_stay(tmp_path: Path) -> None:
    path = packed(
        tmp_path / "a.docx",
        paragraph(OLD_MARKS.format(run("参保率达")) + run("98%")),
        {"commentsExtended.xml": "<w15:commentsEx/>", "people.xml": "<w15:people/>"},
        {"ex": ("commentsExtended", "commentsExtended.xml"), "p": ("people", "people.xml")},
        comments=OLD.format(7),
    )
    before = path.read_bytes()
    after = with_comments(before, [comment((0, 2, 6)), comment((0, 0, 1))])
    assert ids(after) == ["7", "8", "9"]
    old, new = (etree.fromstring(parts_of(its)["word/comments.xml"])[0] for its in (before, after))
    assert etree.tostring(old) == etree.tostring(new)
    assert [commented(after, key) for key in ids(after)] == [[(0, 0, 4)], [(0, 2, 6)], [(0, 0, 1)]]
    for name in ("word/commentsExtended.xml", "word/people.xml"):
        assert parts_of(after)[name] == parts_of(before)[name]


def test_ids_of_comments_that_are_no_longer_there_are_not_used_again(tmp_path: Path) -> None:
    data = document(tmp_path, paragraph(OLD_MARKS.format(run("甲"))))
    assert ids(with_comments(data, [comment((0, 0, 1))])) == ["8"]


def test_comments_twice(tmp_path: Path) -> None:
    data = document(tmp_path, paragraph("参保率达98%"))
    once = with_comments(data, [comment((0, 1, 4))])
    twice = with_comments(once, [comment((0, 2, 6))])
    assert [commented(twice, key) for key in ids(twice)] == [[(0, 1, 4)], [(0, 2, 6)]]
    assert read_word(twice) == read_word(data)


def test_the_order_of_comments_that_end_together(tmp_path: Path) -> None:
    data = document(tmp_path, paragraph("甲乙丙"))
    after = with_comments(data, [comment((0, 0, 3)), comment((0, 1, 3)), comment((0, 2, 3))])
    references = body_of(after).iter(f"{W}commentReference")
    assert [its.get(f"{W}id") for its in references] == ["0", "1", "2"]


def test_the_reference_has_the_style_of_the_document(tmp_path: Path) -> None:
    name = '<w:name w:val="annotation reference"/>'
    style = f'<w:style w:type="character" w:styleId="a7">{name}</w:style>'
    after = with_comments(document(tmp_path, paragraph("甲"), styles=style), [comment((0, 0, 1))])
    (reference,) = body_of(after).iter(f"{W}commentReference")
    assert reference.getparent().find(f"{W}rPr/{W}rStyle").get(f"{W}val") == "a7"


# --- The package --------------------------------------------------------------------------------


def test_nothing_to_say_changes_nothing(tmp_path: Path) -> None:
    data = document(tmp_path, paragraph("甲"))
    assert with_comments(data, []) == data


def test_the_rest_of_the_package_stays_byte_for_byte(tmp_path: Path) -> None:
    parts = {"media/image1.png": b"\x89PNG" + bytes(range(256)), "vbaProject.bin": b"macro"}
    path = packed(tmp_path / "a.docm", paragraph("甲"), parts, styles="<w:style/>")
    before, after = (
        parts_of(path.read_bytes()),
        parts_of(with_comments(path.read_bytes(), [comment((0, 0, 1))])),
    )
    changed = ["[Content_Types].xml", "word/document.xml", "word/_rels/document.xml.rels"]
    assert [*after] == [*before, "word/comments.xml", "word/_rels/comments.xml.rels"]
    assert [name for name in before if before[name] != after[name]] == [
        name for name in before if name in changed
    ]


def test_a_strict_file_stays_strict(tmp_path: Path) -> None:
    parts = parts_of(document(tmp_path, paragraph("参保率")))
    space = b"http://schemas.openxmlformats.org/%s2006/%s"
    for name in parts:
        parts[name] = (
            parts[name]
            .replace(space % (b"wordprocessingml/", b"main"), STRICT_W[1:-1].encode())
            .replace(
                space % (b"officeDocument/", b""), b"http://purl.oclc.org/ooxml/officeDocument/"
            )
        )
    after = parts_of(with_comments(zipped(parts), [comment((0, 1, 2))]))
    names = [its.tag for its in etree.fromstring(after["word/document.xml"]).iter()]
    assert f"{STRICT_W}commentRangeStart" in names
    for name in ("word/document.xml", "word/comments.xml", "word/_rels/document.xml.rels"):
        assert b"schemas.openxmlformats.org/wordprocessingml" not in after[name]
        assert b"schemas.openxmlformats.org/officeDocument" not in after[name]


def test_signatures_go(tmp_path: Path) -> None:
    parts = parts_of(document(tmp_path, paragraph("甲")))
    origin = "_xmlsignatures/origin.sigs"
    parts |= {origin: b"", "_xmlsignatures/sig1.xml": b"<Signature/>"}
    signature = f'<Relationship Id="s" Type="http://x/digital-signature/origin" Target="{origin}"/>'
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(b"</Rel", signature.encode() + b"</Rel")
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        b"</Types", b'<Override PartName="/_xmlsignatures/sig1.xml" ContentType="x/y"/></Types'
    )
    after = parts_of(with_comments(zipped(parts), [comment((0, 0, 1))]))
    assert not any("sig" in name for name in after)
    assert b"sig" not in after["_rels/.rels"] + after["[Content_Types].xml"]
    assert b"officeDocument" in after["_rels/.rels"]


def test_a_name_that_is_taken(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.docx", paragraph("甲"), {"comments.xml": "<other/>"})
    after = parts_of(with_comments(path.read_bytes(), [comment((0, 0, 1))]))
    assert after["word/comments.xml"] == b"<other/>"
    assert b"/word/comments2.xml" in after["word/_rels/document.xml.rels"]
