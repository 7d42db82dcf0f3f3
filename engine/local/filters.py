"""The selections in the facets, as filters over reports and over labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from engine import facets
from engine.arrays import Array
from engine.columns.run.ops import SegmentFilter
from engine.columns.run.tally import Tally
from engine.local.snapshot import Snapshot
from engine.model import UNKNOWN, Query


class Filters(NamedTuple):
    """For each facet, the items that its selection keeps: reports, or labels of paragraphs."""

    region: Array  # bool[reports]
    year: Array
    theme: Array  # bool[labels]
    wording: Array

    @classmethod
    def of(cls, snapshot: Snapshot, query: Query) -> Filters:
        """The filters of a query whose values are full paths."""
        years = _years(snapshot, query) if query.years else ()
        return cls(
            _kept(snapshot.region, query.regions),
            _kept(snapshot.year, years, bool(query.years)),
            _kept(snapshot.theme, query.themes),
            _kept(snapshot.wording, query.wordings),
        )

    def keep(
        self, snapshot: Snapshot, reports: Array | None = None, labels: Array | None = None
    ) -> list[SegmentFilter]:
        """The filters for each segment; with only these reports and labels, where given.

        There are none where nothing is to be filtered.
        """
        if reports is None and labels is None and self._keeps_all(snapshot):
            return []
        fails = (~self.region).astype(np.uint8) + ~self.year
        if reports is not None:
            fails = np.where(reports, fails, 2).astype(np.uint8)
        kept = self.theme & self.wording
        if labels is not None:
            kept &= labels
        by_report, by_label = bool(fails.any()), not kept.all()
        keep, label = [], 0
        for segment in snapshot.index.segments:
            groups = fails[segment.first_group : segment.first_group + segment.reader.groups]
            of_segment = kept[label : label + len(segment.labels)]
            label += len(segment.labels)
            keep.append(SegmentFilter(by_report, groups, by_label, of_segment))
        return keep

    def _keeps_all(self, snapshot: Snapshot) -> bool:
        tallies = snapshot.region, snapshot.year, snapshot.theme, snapshot.wording
        return all(kept is tally.every for kept, tally in zip(self, tallies, strict=True))


def _kept(tally: Tally, values: Sequence[str], selective: bool | None = None) -> Array:
    """The items that bear a selected value; all of them where nothing is selected."""
    if bool(values) if selective is None else selective:
        return tally.items_with(values)
    return tally.every


def _years(snapshot: Snapshot, query: Query) -> list[str]:
    known = {name: None if name == UNKNOWN else int(name) for name in snapshot.year.names}
    return [name for name, year in known.items() if facets.in_years(year, query.years)]
