"""Which ids reports have got already, so that they keep them.

Links use these ids. So a report keeps its id for as long as the index remembers it, even
where a newer report opens alike, and where a rule that makes ids would decide otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.model import FileRecord
from indexer.assemble import Assembled


class GivenIds:
    """The ids of all reports in a manifest, by what stays when something else changes.

    A report that was moved has the same text; one that was edited has the same path, and opens
    as before.
    """

    def __init__(self, files: Mapping[str, FileRecord]) -> None:
        self._by_text: dict[str, str] = {}
        self._by_place: dict[tuple[str, str], str] = {}
        self._by_bytes = {
            record.sha256: record.reports
            for record in files.values()
            if record.sha256 and record.reports  # neither a file that kept changing, nor a copy
        }
        for path, record in files.items():
            for report, opening, whole in zip(
                record.reports, record.opening_ids, record.whole_ids, strict=False
            ):
                self._by_text[whole] = report
                self._by_place.setdefault((path, opening), report)
        self._given = frozenset(self._by_text.values())

    def choose(self, path: str, assembled: Assembled) -> str:
        """The id of a report from the file at ``path``, as far as other new ones allow it."""
        opening, whole = assembled.opening_id, assembled.whole_id
        known = self._by_text.get(whole) or self._by_place.get((path, opening))
        return known or (whole if opening in self._given else opening)

    def of_bytes(self, sha256: str) -> tuple[str, ...]:
        """The ids that reports from these bytes got, whatever the rules were then."""
        return self._by_bytes.get(sha256, ())

    def has(self, path: str, report_id: str, opening_id: str, whole_id: str) -> bool:
        """Whether a report had its id before."""
        return report_id in (self._by_text.get(whole_id), self._by_place.get((path, opening_id)))
