"""The counts of an index held against each other, whatever engine keeps it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.model import FileRecord


def miscounted(
    listed: int, held: int, files: Mapping[str, FileRecord], reports: Mapping[str, tuple[int, int]]
) -> Iterator[str]:
    """Each fault in words.

    ``listed`` and ``held`` are the paragraphs that the manifest tells of and that there are;
    ``reports`` maps the id of each report to the same two numbers.
    """
    if held != listed:
        yield f"登记了{listed}段，实有{held}段"
    for report_id in sorted(
        {r for record in files.values() for r in record.reports} - set(reports)
    ):
        yield f"报告 {report_id} 登记在册，索引里却没有"
    for report_id, (expected, found) in reports.items():
        if expected != found:
            yield f"报告 {report_id} 应有{expected}段，实有{found}段"
