"""What kind of source a report is, in the terms of each form of a reference.

GB/T 7714-2025 (8.11.1) tells the kinds apart: a report on a web page is cited as a report, and so
with newspapers; everything else that is published on a page is cited as the page,
``[EB/OL]``: its own examples have a regulation so (B.11). Neither edition has a mark for laws or
official documents. ``S`` is for standards alone, ``A`` for what an archive holds, and ``Z`` for
what no other mark fits. The edition of 2015 (4.6) marks what is on line alike.

A kind of document is a report if its name ends like one (统计公报, 信息公开年报, 工作总结), so
that kinds people write themselves (调研报告) count as well. Where the kind is unknown, the title
decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.model import Report


@dataclass(frozen=True, slots=True)
class SourceType:
    """A kind of source: its mark in GB/T 7714, and its type in CSL, RIS, BibTeX and Zotero."""

    mark: str
    csl: str
    ris: str
    bibtex: str
    zotero: str


REPORT = SourceType("R", "report", "RPRT", "techreport", "report")
PAGE = SourceType("EB", "webpage", "ELEC", "online", "webpage")
NEWSPAPER = SourceType("N", "article-newspaper", "NEWS", "article", "newspaperArticle")

_NEWS = "新闻"
_REPORT = re.compile(r"(?:报告|总结|汇报|公报|年报|白皮书)$")
_REMARK = re.compile(r"\s*[(（\[〔【][^()（）]*[)）\]〕】]\s*$")  # （摘要）, （2024年）
_PAPER = re.compile(r"报(?:社)?$")  # 人民日报, 怀化日报社


def source_type(report: Report) -> SourceType:
    """The kind of source, by the kind of the document, or by its title where that is unknown."""
    if report.kind == _NEWS and _PAPER.search(report.issuer):
        return NEWSPAPER
    name = report.kind or _REMARK.sub("", report.title)
    return REPORT if _REPORT.search(name) else PAGE
