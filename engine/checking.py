"""Compares the counts in the manifest of an index with what the index has, for every engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.model import FileRecord


def miscounted(
    listed: tuple[int, int],
    paragraphs: int,
    files: Mapping[str, FileRecord],
    reports: Mapping[str, tuple[int, int]],
) -> Iterator[str]:
    """Yield a message for each fault.

    ``listed`` has the numbers of reports and paragraphs according to the manifest, ``paragraphs``
    is the number in the index. ``reports`` maps the id of each report in the index to the number
    of paragraphs that it should have, and the number that the index has.
    """
    if (len(reports), paragraphs) != listed:
        yield f"登记了{listed[0]}篇{listed[1]}段，实有{len(reports)}篇{paragraphs}段"
    for report_id in sorted(
        {r for record in files.values() for r in record.reports} - set(reports)
    ):
        yield f"报告 {report_id} 登记在册，索引里却没有"
    for report_id, (report_listed, report_actual) in reports.items():
        if report_listed != report_actual:
            yield f"报告 {report_id} 应有{report_listed}段，实有{report_actual}段"
