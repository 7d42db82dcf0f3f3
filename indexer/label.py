"""Labels of a report as a whole: kind of document, region, year, issuer, date published.

The kind comes first, because it decides how the others are inferred. Each comes from the
metadata where a person stated it, else from the text, and keeps the words it rests on as
evidence. A label without evidence stays unknown. Themes belong to paragraphs and are labelled
in ``themes.py``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from engine.analyze import normalise
from engine.model import Region
from indexer import document_kinds, issuers, publication, regions, years
from indexer.dates import FIRST_YEAR, LAST_YEAR, plain
from indexer.title_trimming import MAX_LENGTH as MAX_TITLE_LENGTH

STATED = "据元数据"
MAX_HEADING_LENGTH = 30  # characters
GLOSSARY = re.compile(r"\W*(?:附件?\d?:?)?(?:名词|用语|术语|有关|相关).{0,8}(?:解释|注释|说明)")
HALF_WIDTH = tuple(zip("，：；！？－～", ",:;!?-~", strict=True))  # so that rules need one spelling


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of a report; where unknown, ``year`` is None and the others are empty.

    ``published`` is an ISO date. ``kind`` is a Chinese name, among ``document_kinds.KINDS``
    unless a person stated another. ``evidence`` maps ``region``, ``year``, ``issuer``,
    ``published`` and ``kind`` to the words each rests on, in Chinese.
    """

    region: Region = field(default_factory=Region)
    year: int | None = None
    issuer: str = ""
    published: str = ""
    kind: str = ""
    evidence: Mapping[str, str] = field(default_factory=dict)


def label(title: str, paragraphs: Sequence[str], metadata: Mapping[str, str]) -> Labels:
    """Label a report from its title, its cleaned paragraphs and its metadata.

    ``metadata`` may state ``title``, ``kind``, ``region``, ``year``, ``issuer`` and
    ``published``; a stated value overrides the text. Raises ``ValueError`` with a
    message in Chinese where a stated region, year or date makes no sense.
    """
    evidence: dict[str, str] = {}
    name = prepare((title or metadata.get("title", "").strip())[:MAX_TITLE_LENGTH])
    lines = without_glossary([prepare(paragraph) for paragraph in paragraphs])
    kind, evidence["kind"] = _kind(name, lines, metadata)
    published, evidence["published"] = _published(kind, name, lines, metadata)
    region, evidence["region"] = _region(kind, name, lines, metadata)
    year, evidence["year"] = _year(kind, name, lines, metadata, published)
    issuer, evidence["issuer"] = _issuer(kind, name, lines, metadata, region)
    kept = {key: words for key, words in evidence.items() if words}
    return Labels(region, year, issuer, published, kind, kept)


def prepare(text: str) -> str:
    """The form that the rules read: normalised, punctuation half-width, dates in one spelling."""
    text = normalise(text)
    for mark, half in HALF_WIDTH:
        text = text.replace(mark, half)
    return plain(text)


def without_glossary(lines: Sequence[str]) -> Sequence[str]:
    """The lines before the explanations of terms, which name places and years at large."""
    for at in range(len(lines) // 2, len(lines)):
        if len(lines[at]) <= MAX_HEADING_LENGTH and GLOSSARY.match(lines[at]):
            return lines[:at]
    return lines


def _kind(title: str, lines: Sequence[str], metadata: Mapping[str, str]) -> tuple[str, str]:
    if stated := metadata.get("kind", "").strip():
        return stated, STATED
    return document_kinds.infer(title, lines, prepare(metadata.get("issuer", "").strip()))


def _region(
    kind: str, title: str, lines: Sequence[str], metadata: Mapping[str, str]
) -> tuple[Region, str]:
    if stated := metadata.get("region", "").strip():
        return regions.resolve(prepare(stated)), STATED
    issuer = prepare(metadata.get("issuer", ""))
    return regions.infer(kind, title, [f"来源:{issuer}", *lines] if issuer else lines)


def _year(
    kind: str, title: str, lines: Sequence[str], metadata: Mapping[str, str], published: str
) -> tuple[int | None, str]:
    stated = metadata.get("year", "").strip()
    if not stated:
        return years.infer(kind, title, lines, published)
    match = re.fullmatch(r"(\d{4})年?", prepare(stated))
    if not match or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        raise ValueError(f"无法识别的年份“{stated}”：请写四位数字，如 2024")
    return int(match[1]), STATED


def _issuer(
    kind: str, title: str, lines: Sequence[str], metadata: Mapping[str, str], region: Region
) -> tuple[str, str]:
    if stated := metadata.get("issuer", "").strip():
        return stated, STATED
    return issuers.infer(kind, title, lines, region)


def _published(
    kind: str, title: str, lines: Sequence[str], metadata: Mapping[str, str]
) -> tuple[str, str]:
    stated = metadata.get("published", "").strip()
    if not stated:
        return publication.infer(kind, title, lines)
    match = re.match(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?(?:$|[ T])", prepare(stated))
    try:
        if match:
            return date(int(match[1]), int(match[2]), int(match[3])).isoformat(), STATED
    except ValueError:
        pass
    raise ValueError(f"无法识别的日期“{stated}”：请写成 2024-12-23")
