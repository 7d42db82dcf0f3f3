"""What a reference says of a passage, in no form yet.

Every text is on one line and free of control characters, since a line ends a field in most forms.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from search_app.passages import Passage
from search_app.references.source_types import NEWSPAPER, PAGE, REPORT, SourceType, source_type

_BETWEEN_NAMES = re.compile(r"(?<=[\u4e00-\u9fff）)]) (?=[\u4e00-\u9fff])")

_UNSEEN = ("Cc", "Cs")  # control characters, and halves of characters that UTF-8 cannot write


@dataclass(frozen=True, slots=True)
class Reference:
    """The data of a reference.

    ``key`` is unique among passages. ``authors`` are institutions, each in one piece.
    ``document_kind`` is the kind of the document in Chinese, or empty; so is ``newspaper``.
    ``published`` is an ISO date or empty. ``place`` says where in the source the passage stands.
    ``source_url`` is where the source was published, or empty; ``permalink`` leads to the passage.
    """

    key: str
    type: SourceType
    title: str
    permalink: str
    accessed: date
    authors: tuple[str, ...] = ()
    document_kind: str = ""
    newspaper: str = ""
    published: str = ""
    place: str = ""
    source_url: str = ""
    text: str = ""

    @property
    def institution(self) -> str:
        """Who issued a report, in forms that name this beside the authors; empty for others."""
        return " ".join(self.authors) if self.type is REPORT else ""

    @property
    def url(self) -> str:
        """The one address, in forms that have room for one."""
        return self.source_url or self.permalink

    @property
    def note(self) -> str:
        """The place, and the permalink where ``url`` is another address."""
        return "，".join(filter(None, (self.place, self.permalink if self.source_url else "")))

    @property
    def note_beside_pages(self) -> str:
        """The note in forms that keep the place among the pages; there, web pages have none."""
        if self.type is PAGE:
            return self.note
        return self.permalink if self.source_url else ""


def reference_of(passage: Passage, permalink: str, accessed: date) -> Reference:
    """The reference of a passage; ``permalink`` is its full address.

    A reader must know if the text was recognised from a picture, so the place says that too.
    """
    report = passage.report
    kind = source_type(report)
    issuer = one_line(report.issuer)
    in_paper = kind is NEWSPAPER
    return Reference(
        key=_key(passage.id),
        type=kind,
        title=one_line(report.title),
        permalink=permalink,
        accessed=accessed,
        authors=() if in_paper or not issuer else tuple(_BETWEEN_NAMES.split(issuer)),
        document_kind=one_line(report.kind),
        newspaper=issuer.removesuffix("社") if in_paper else "",
        published=report.published,
        place=passage.locator + ("（识别自扫描件）" if passage.paragraph.ocr else ""),
        source_url=one_line(report.url),
        text=one_line(passage.text),
    )


def notice(text: str, url: str, made: date) -> Reference:
    """A sentence to whoever opens a file of references, as its last one; ``url`` tells more."""
    return Reference("yinju-note", PAGE, one_line(text), url, made)


def one_line(text: str) -> str:
    """The text on one line, without control characters."""
    kept = (sign for sign in text if sign.isspace() or unicodedata.category(sign) not in _UNSEEN)
    return " ".join("".join(kept).split())


def _key(passage_id: str) -> str:
    """A key that BibTeX and pandoc take: ``k3v9qd-7f2a~2-4`` → ``yinju-k3v9qd-7f2a-2-4``."""
    return "yinju-" + re.sub(r"[^A-Za-z0-9-]", "", passage_id.replace("~", "-"))
