"""The selections of a query, as filters over reports and over labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from engine.arrays import Array
from engine.columns.run.ops import SegmentFilter
from engine.columns.run.tally import Tally
from engine.local.snapshot import Snapshot
from engine.model import Query


class Filters(NamedTuple):
    """For each facet, the items that its selection keeps: reports, or labels of paragraphs.

    ``admitted`` are those of a level and a time; these are no facets: what they exclude
    contributes to no count.
    """

    admitted: Array  # bool[reports]
    region: Array
    year: Array
    kind: Array
    theme: Array  # bool[labels]
    wording: Array

    @classmethod
    def of(cls, snapshot: Snapshot, query: Query) -> Filters:
        """The filters of a query whose values are full paths."""
        years = snapshot.year_list.within(query.years)
        return cls(
            _admitted(snapshot, query),
            _kept(snapshot.region, query.regions),
            _kept(snapshot.year, years, bool(query.years)),
            _kept(snapshot.kind, query.kinds),
            _kept(snapshot.theme, query.themes),
            _kept(snapshot.wording, query.wordings),
        )

    def keep(
        self, snapshot: Snapshot, reports: Array | None = None, labels: Array | None = None
    ) -> list[SegmentFilter]:
        """The filters for each segment; with only these reports and labels, where given.

        There are none where nothing is to be filtered.
        """
        by_label = labels is not None or self._selects_labels(snapshot)
        if reports is None and not by_label and not self.selects_reports(snapshot):
            return []
        region, year, kind = ((~of).view(np.uint8) for of in (self.region, self.year, self.kind))
        kept_reports = self.admitted if reports is None else self.admitted & reports
        fails = np.where(kept_reports, region + year + kind, 2).astype(np.uint8)
        kept = self.theme & self.wording if by_label else self.theme
        if labels is not None:
            kept &= labels
        by_report, by_label = bool(fails.any()), by_label and not kept.all()
        keep, label = [], 0
        for segment in snapshot.index.segments:
            groups = fails[segment.first_group : segment.first_group + segment.reader.groups]
            of_segment = kept[label : label + len(segment.labels)]
            label += len(segment.labels)
            keep.append(SegmentFilter(by_report, groups, by_label, of_segment))
        return keep

    def selects_reports(self, snapshot: Snapshot) -> bool:
        """Whether a region, a level, a time, a year or a kind is selected."""
        tallies = (snapshot.level, snapshot.region, snapshot.year, snapshot.kind)
        kept = (self.admitted, self.region, self.year, self.kind)
        return any(k is not tally.every for k, tally in zip(kept, tallies, strict=True))

    @property
    def reports(self) -> Array:
        """The reports that every selection keeps."""
        return self.admitted & self.region & self.year & self.kind

    def _selects_labels(self, snapshot: Snapshot) -> bool:
        return not (self.theme is snapshot.theme.every and self.wording is snapshot.wording.every)


def _admitted(snapshot: Snapshot, query: Query) -> Array:
    """The reports of the selected levels that came in at the time asked for or later."""
    of_levels = _kept(snapshot.level, query.levels)
    return of_levels & (snapshot.arrived >= query.since) if query.since else of_levels


def _kept(tally: Tally, values: Sequence[str], selective: bool | None = None) -> Array:
    """The items that bear a selected value; all of them where nothing is selected."""
    if bool(values) if selective is None else selective:
        return tally.items_with(values)
    return tally.every
