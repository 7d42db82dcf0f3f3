"""When each report came into an index.

A feed dates what it announces by this, so the date must not change when a file is corrected or
renamed, nor when the index is built again. The manifest therefore keeps the time of every report
that the index ever had, removed ones too: a folder that was away for a while brings no news.

All reports that are new in one commit have the same time, which is later than that of every
earlier commit, whatever the clock says. So whoever has seen all up to a time finds the rest by
asking for what came in later, even where a commit took an hour.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import replace

from engine.model import Report


def now() -> int:
    """The time in seconds since 1970 UTC."""
    return int(time.time())


class Arrivals:
    """The times of one change of an index; ``times`` maps the ids of reports to theirs."""

    def __init__(self, known: Mapping[str, int]) -> None:
        """``known`` has the times of the index before the change."""
        self.times = dict(known)
        self._now = max(now(), 1 + max(known.values(), default=0))

    def dated(self, report: Report, same_file: Collection[str]) -> Report:
        """The report with the time at which it first came in; see ``Writer.add``."""
        if report.id not in self.times:
            before = (self.times[id] for id in same_file if id in self.times)
            self.times[report.id] = min(before, default=self._now)
        return replace(report, arrived=self.times[report.id])
