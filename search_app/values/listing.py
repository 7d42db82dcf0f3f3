"""Values on a terminal: the lines of ``yinju values``."""

from __future__ import annotations

from collections.abc import Iterator

from search_app.figures.words import KINDS, bound_words, measure_words, sentence_of, year_words
from search_app.navigate import UNMARKED
from search_app.values.answer import Answer


def listing(found: Answer) -> Iterator[str]:
    """The values of a query, two lines each."""
    yield f"{len(found.values):,} 处数值，出自 {found.page.total:,} 段"
    if found.read < found.page.total:
        yield f"只读了最前的 {found.read:,} 段；缩小检索范围可读全"
    for value in found.values:
        start, end = sentence_of(value)
        text = value.hit.paragraph.text[max(start, value.start - 40) : min(end, value.end + 20)]
        place = "".join(value.hit.report.region.names) or UNMARKED
        facts = (value.name, measure_words(value), year_words(value), KINDS[value.kind], place)
        yield ""
        yield f"{value.text}{bound_words(value)}  {'  '.join(filter(None, facts))}"
        yield f"   {value.hit.paragraph.id}  {text}".rstrip()
