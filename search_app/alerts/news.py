"""What came in for each query since the last look, and until when each of them has been told.

A look is not at a time of the clock but at a state of the index: what comes in later has a later
time than all that this state holds (``engine.arrivals``). So nothing is told twice, and nothing
is lost that comes in while a look goes on. What an index began with is no news: an index that was
deleted and built again tells nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from engine.engine import Searcher
from engine.errors import QueryError
from engine.model import Page
from search_app import params
from search_app.alerts.queries import read_query
from search_app.batch.counts import Faulty

Seen = Mapping[str, int]  # address of a query → what came in before this time has been told


@dataclass(frozen=True, slots=True)
class News:
    """What came in for the query of a line; the page's query says since when."""

    line: int
    page: Page


@dataclass(frozen=True, slots=True)
class Look:
    """A look for news; ``seen`` is what the next one needs, ``begun`` the number of queries that
    were looked for the first time."""

    news: list[News]
    faults: list[Faulty]
    seen: Seen
    begun: int


def look(searcher: Searcher, lines: Iterable[tuple[int, str]], seen: Seen, limit: int) -> Look:
    """Look for news of each line; ``limit`` hits of each are listed, 0 means all.

    What the index cannot answer, such as a region that it has no report of, is watched all the
    same: its first report is news.
    """
    overview = searcher.overview()
    stock, until = overview.first_arrival + 1, overview.last_arrival + 1
    news: list[News] = []
    faults: list[Faulty] = []
    told: dict[str, int] = {}
    begun = 0
    for line, text in lines:
        try:
            query = read_query(text)
            key = params.address(query)
            since = told[key] = seen.get(key, until)
            query = replace(query, since=max(since, stock, query.since))
            page = searcher.search(replace(query, sort="arrived", limit=limit))
        except QueryError as error:
            faults.append(Faulty(line, text, error))
            continue
        begun += key not in seen
        told[key] = max(since, until)
        news.append(News(line, page))
    return Look(news, faults, told, begun)
