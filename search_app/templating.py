"""The functions that templates may call."""

from __future__ import annotations

from collections.abc import Mapping

from search_app import marks, memo, navigate, params, present, remarks

HELPERS: Mapping[str, object] = {
    "LABELS": navigate.LABELS,
    "LONG": marks.LONG,
    "address": params.address,
    "filtered_by": navigate.filtered_by,
    "facet_boxes": navigate.boxes,
    "mark_parameters": params.mark_parameters,
    "memo_path": memo.memo_path,
    "moved": memo.moved,
    "permalink": present.permalink,
    "remarks": remarks.remarks,
    "place": navigate.place,
    "same_as": navigate.same_as,
    "runs": marks.runs,
    "snippet": marks.snippet,
}
