"""The functions that templates may call."""

from __future__ import annotations

from collections.abc import Mapping

from search_app import marks, memo, navigate, params, present, remarks, site
from search_app.export.hits import MAX_ROWS
from search_app.quotation import flaws
from search_app.references.files import NAMES as REFERENCE_FILES
from search_app.static_files import static_url

HELPERS: Mapping[str, object] = {
    "LABELS": navigate.LABELS,
    "LONG": marks.LONG,
    "MAX_EXPORTED": MAX_ROWS,
    "REFERENCE_FILES": REFERENCE_FILES,
    "address": params.address,
    "back_pairs": params.back_pairs,
    "chips": navigate.chips,
    "describe": navigate.describe,
    "feed_address": params.feed_address,
    "filtered_by": navigate.filtered_by,
    "flaws_of": flaws,
    "full_title": navigate.full_title,
    "hidden_pairs": params.hidden_pairs,
    "name_of": navigate.name_of,
    "names_of": navigate.names_of,
    "memo_path": memo.memo_path,
    "permalink": present.permalink,
    "remarks": remarks.remarks,
    "root": site.root,
    "is_unstated": site.is_unstated,
    "place": navigate.place,
    "same_as": navigate.same_as,
    "searched": memo.searched,
    "runs": marks.runs,
    "snippet": marks.snippet,
    "static_url": static_url,
    "unfiltered": navigate.unfiltered,
    "way_back": params.way_back,
}
