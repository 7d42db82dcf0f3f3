"""What the facets' selections keep of an index in columns: by report, and by label."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from engine import facets
from engine.arrays import Array
from engine.columns.run.ops import SegmentFilter
from engine.local.snapshot import Snapshot
from engine.model import UNKNOWN, Query


class Filters(NamedTuple):
    """What each facet's selection keeps: regions and years by report, the others by label."""

    region: Array  # bool[reports]
    year: Array
    theme: Array  # bool[labels]
    wording: Array

    @classmethod
    def of(cls, snapshot: Snapshot, query: Query) -> Filters:
        """The filters of a query whose values are full paths."""
        return cls(
            _selected(snapshot.region.items_with(query.regions), query.regions),
            _selected(snapshot.year.items_with(_years(snapshot, query)), query.years),
            _selected(snapshot.theme.items_with(query.themes), query.themes),
            _selected(snapshot.wording.items_with(query.wordings), query.wordings),
        )

    def keep(
        self, snapshot: Snapshot, reports: Array | None = None, labels: Array | None = None
    ) -> list[SegmentFilter]:
        """The filter of each segment; of these reports and labels alone, if given."""
        fails = (~self.region).astype(np.uint8) + ~self.year
        if reports is not None:
            fails = np.where(reports, fails, 2).astype(np.uint8)
        borne = self.theme & self.wording
        if labels is not None:
            borne &= labels
        by_report, by_label = bool(fails.any()), not borne.all()
        keep, label = [], 0
        for segment in snapshot.index.segments:
            groups = fails[segment.first_group : segment.first_group + segment.reader.groups]
            mine = borne[label : label + len(segment.labels)]
            label += len(segment.labels)
            keep.append(SegmentFilter(by_report, groups, by_label, mine))
        return keep


def _selected(borne: Array, values: Sequence[object]) -> Array:
    return borne if values else np.ones(len(borne), np.bool_)


def _years(snapshot: Snapshot, query: Query) -> list[str]:
    known = {name: None if name == UNKNOWN else int(name) for name in snapshot.year.names}
    return [name for name, year in known.items() if facets.in_years(year, query.years)]
