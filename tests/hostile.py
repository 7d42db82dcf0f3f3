"""Word files that somebody makes so that a server falls; each is made in a moment."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Callable

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MEGABYTE = 1 << 20
QUOTED = "“城乡居民基本医疗保险参保率达99.6%”"
PARAGRAPH = f"<w:p><w:r><w:t>报告说{QUOTED}。</w:t></w:r></w:p>"

Parts = dict[str, bytes]


def document(body: str = PARAGRAPH, before: str = "") -> bytes:
    opening = f'<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>'
    return f"{before}{opening}{body}</w:body></w:document>".encode()


def relationships(*entries: tuple[str, str]) -> bytes:
    """The relationships of a part: kinds with their targets, named rId0, rId1 …"""
    inside = "".join(
        f'<Relationship Id="rId{n}" Type="{R}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(entries)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inside}</Relationships>'.encode()


def parts(body: bytes, **others: bytes) -> Parts:
    """A whole Word file of these parts; ``others`` are named without folder and suffix."""
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>'.encode(),
        "_rels/.rels": relationships(("officeDocument", "word/document.xml")),
        "word/document.xml": body,
        **{f"word/{name}.xml": data for name, data in others.items()},
    }


def archive(members: Parts, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method, compresslevel=1) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return out.getvalue()


def related(body: str, *entries: tuple[str, str], **others: bytes) -> bytes:
    """A Word file whose body refers to other parts."""
    made = parts(document(body), **others)
    made["word/_rels/document.xml.rels"] = relationships(*entries)
    return archive(made)


def stretched(block: bytes, count: int) -> bytes:
    """A Word file whose text part is one block many times, however large that is."""
    opening, closing = document("\0").split(b"\0")
    out = zlib.compressobj(1, zlib.DEFLATED, -15)
    piece = zlib.compressobj(9, zlib.DEFLATED, -15)
    repeated = piece.compress(block) + piece.flush(zlib.Z_FULL_FLUSH)
    data = out.compress(opening) + out.flush(zlib.Z_FULL_FLUSH) + repeated * count
    last = zlib.compressobj(1, zlib.DEFLATED, -15)
    data += last.compress(closing) + last.flush()
    crc = zlib.crc32(opening)
    for _ in range(count):
        crc = zlib.crc32(block, crc)
    size = len(opening) + len(block) * count + len(closing)
    return inserted("word/document.xml", data, zlib.crc32(closing, crc), size)


def inserted(name: str, deflated: bytes, crc: int, size: int) -> bytes:
    """A Word file with one member that is deflated already, whatever its sum and size are."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made:
        for other, content in parts(b"").items():
            if other != name:
                made.writestr(other, content)
        made.writestr(name, deflated)
        info = made.getinfo(name)
        info.compress_type, info.CRC, info.file_size = zipfile.ZIP_DEFLATED, crc, size
        made.fp.seek(info.header_offset)
        made.fp.write(info.FileHeader())
        made.fp.seek(0, io.SEEK_END)
    return out.getvalue()


def lying() -> bytes:
    """A member of 500 MB that says it has 200 bytes."""
    data = zlib.compress(bytes(MEGABYTE), 9)[2:-4]
    return inserted("word/document.xml", data * 500, 0, 200)


def damaged() -> bytes:
    """A member whose compressed bytes are noise."""
    whole = bytearray(archive(parts(document(PARAGRAPH * 1000))))
    at = whole.rindex(b"word/document.xml", 0, whole.rindex(b"PK\1\2")) + 60
    whole[at : at + 200] = bytes(range(200))
    return bytes(whole)


def outside() -> bytes:
    """Members that would be written outside a folder, and a link, beside a text that is well."""
    out = io.BytesIO(archive(parts(document())))
    with zipfile.ZipFile(out, "a") as made:
        for name in ("../../evil.txt", "/tmp/evil.txt", "word/../../evil.txt", "C:\\evil.txt"):
            made.writestr(name, b"evil")
        link = zipfile.ZipInfo("word/media/link")
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        made.writestr(link, "/etc/passwd")
    return out.getvalue()


def entities() -> bytes:
    """A billion laughs."""
    lines = ['<!ENTITY a0 "哈哈哈哈哈哈哈哈哈哈">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)]
    before = f"<!DOCTYPE w [{''.join(lines)}]>"
    return archive(parts(document("<w:p><w:r><w:t>&a9;</w:t></w:r></w:p>", before)))


def external_entity() -> bytes:
    before = '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    return archive(parts(document("<w:p><w:r><w:t>&a;</w:t></w:r></w:p>", before)))


def cyclic() -> bytes:
    """Parts and styles that refer to each other, and headers that are the body."""
    body = f'<w:p><w:pPr><w:pStyle w:val="a"/></w:pPr>{PARAGRAPH[5:]}' + "".join(
        f'<w:sectPr><w:headerReference r:id="rId{n}"/></w:sectPr>' for n in range(4)
    )
    styles = f"""<w:styles xmlns:w="{W}">
      <w:style w:type="paragraph" w:styleId="a"><w:basedOn w:val="b"/></w:style>
      <w:style w:type="paragraph" w:styleId="b"><w:basedOn w:val="a"/></w:style></w:styles>"""
    targets = [("header", "document.xml"), ("footnotes", "document.xml"), ("styles", "styles.xml")]
    return related(body, *targets, ("header", "_rels/document.xml.rels"), styles=styles.encode())


def one_part_with_many_names() -> bytes:
    """A large body that is also a thousand headers, each time by another name."""
    names = [
        "".join(c.upper() if n >> k & 1 else c for k, c in enumerate("document"))
        for n in range(250)
    ]
    body = PARAGRAPH[:5] + "<w:r/>" * 500_000 + "</w:p>"
    body += "".join(f'<w:sectPr><w:headerReference r:id="rId{n}"/></w:sectPr>' for n in range(250))
    return related(body, *(("header", f"{name}.xml") for name in names))


def style_of_digits() -> bytes:
    """A name on which a regular expression tries for hours."""
    styles = f"""<w:styles xmlns:w="{W}"><w:style w:type="paragraph" w:styleId="a">
      <w:name w:val="{"1" * 2_000_000}x"/></w:style></w:styles>"""
    body = f'<w:p><w:pPr><w:pStyle w:val="a"/></w:pPr>{PARAGRAPH[5:]}'
    return related(body, ("styles", "styles.xml"), styles=styles.encode())


def run(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def links_to_many_links() -> bytes:
    """Four hundred links, each to a paragraph where a thousand links lead elsewhere."""
    addresses = " ".join(f"http://a.cn/{n}" for n in range(1_000))
    links = "".join(
        f'<w:hyperlink w:anchor="a"><w:r><w:t>{n}</w:t></w:r></w:hyperlink><w:r><w:t>、</w:t></w:r>'
        for n in range(400)
    )
    return body(f'<w:p><w:bookmarkStart w:name="a"/>{run(addresses)[5:]}<w:p>{links}</w:p>')()


def attributes() -> bytes:
    names = " ".join(f'w:a{n}=""' for n in range(1_000_000))
    return archive(parts(document(f"<w:p {names}/>")))


def names_of_elements() -> bytes:
    """Fifty thousand elements, each of another name."""
    return archive(
        parts(
            document("<w:p>" + "".join(f"<w:x{n}/>" for n in range(50_000)) + "</w:p>" + PARAGRAPH)
        )
    )


def many_members() -> bytes:
    return archive(parts(document()) | {f"word/media/{n}": b"" for n in range(5_000)})


def too_much_for_the_memory() -> bytes:
    """Five million elements, which take more than 600 MB as a tree."""
    made = parts(document())
    many = "<a/>" * 5_200_000
    made["[Content_Types].xml"] = f'<Types xmlns="{PACKAGE}/content-types">{many}</Types>'.encode()
    return archive(made)


def body(inside: str) -> Callable[[], bytes]:
    return lambda: archive(parts(document(inside)))


# What has to become of each, as somebody would read the file: words of the error, or "" where it
# is a file like any other, however odd.
KINDS: dict[str, tuple[Callable[[], bytes], str]] = {
    "a bomb of 400 MB": (lambda: stretched(b" " * MEGABYTE, 400), "大得反常"),
    "one run of 200 MB": (lambda: stretched(run("字" * 350_000).encode(), 200), "大得反常"),
    "a part of 21 MB": (lambda: stretched(b" " * MEGABYTE, 21), "正文过大"),
    "a member that lies about its size": (lying, "已损坏"),
    "five thousand members": (many_members, "大得反常"),
    "noise where deflated bytes should be": (damaged, "已损坏"),
    "no archive": (lambda: bytes(range(256)) * 1000, "已损坏"),
    "nothing": (bytes, "已损坏"),
    "packed with LZMA": (lambda: archive(parts(document()), zipfile.ZIP_LZMA), ""),
    "names outside the folder": (outside, ""),
    "elements that never close": (body("<w:p>" * 400_000), "已损坏"),
    "tables in each other": (body("<w:tbl>" * 200 + "</w:tbl>" * 200), "嵌套"),
    "more tables in each other": (body("<w:tbl>" * 9_000 + "</w:tbl>" * 9_000), "已损坏"),
    "entities": (entities, "已损坏"),
    "an entity of a file": (external_entity, "已损坏"),
    "a million attributes": (attributes, "已损坏"),
    "many names of elements": (names_of_elements, ""),
    "one run of 9 MB": (body(run("字" * 3_000_000)), "3,000,000 字"),
    "parts in a circle": (cyclic, ""),
    "links to many links": (links_to_many_links, "内容太多"),
    "too much for the memory": (too_much_for_the_memory, "内容太多"),
}
# These take minutes or hours, if nobody stops them.
ENDLESS: dict[str, Callable[[], bytes]] = {
    "four million runs": body("<w:p>" + "<w:r/>" * 3_300_000 + "</w:p>"),
    "two million cells": body("<w:tbl>" + f"<w:tr>{'<w:tc/>' * 1000}</w:tr>" * 2400 + "</w:tbl>"),
    "one part with many names": one_part_with_many_names,
    "a regular expression that never ends": style_of_digits,
}
