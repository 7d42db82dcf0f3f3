"""Writes references as GB/T 7714 has them, of both editions.

- GB/T 7714-2015 (4.6.2) gives what is on line as
  ``责任者. 题名[R/OL]. 引文页码(发布日期)[引用日期]. 路径.``, and what a newspaper printed (4.4.2)
  as ``题名[N/OL]. 报纸名, 发布日期: 引文页码[引用日期]. 路径.``
- GB/T 7714-2025 gives reports (8.8.3, table 7) as
  ``责任者. 题名[R/OL]. 发布日期：引文页码. 路径.``, what a newspaper printed (8.5.3) as
  ``题名[N/OL]. 报纸名，发布日期：引文页码. 路径.``, and web pages (8.11.3.2) as
  ``责任者. 题名[EB/OL]. （发布日期）[引用日期]. 路径.`` Only web pages have a date of access still,
  and (clause 6) every mark but ``.`` and ``[ ]`` is in its full-width form.

A report without pages is cited by another locator (7.7 of 2025 allows it), here the numbers
of the paragraph and of its sentences. The edition of 2025 defines no place for it in web pages, so
there it stands before the dates, as 4.6.2 of 2015 has it. In both, an unknown author is left out
under the numeric system (8.1.3 of 2015, 7.1.3 of 2025), and so is an unknown date. Of more than
three authors, three are named (8.1.2 of 2015, 7.1.2 of 2025). A year that was only inferred for
the facets is no date of publication and never appears.

The path (获取和访问路径) is the address where the source was published, if it is known: a reader
can get the source there without this program. The permalink of the passage follows as a second
address, and stands alone where the first is unknown.
"""

from __future__ import annotations

from search_app.references.record import Reference
from search_app.references.source_types import NEWSPAPER, REPORT

_MAX_AUTHORS = 3


def gbt_2025(reference: Reference) -> str:
    """The reference after GB/T 7714-2025."""
    if reference.type is NEWSPAPER:
        issue = "，".join(filter(None, (reference.newspaper, reference.published)))
        where = f"{issue}：{reference.place}"
    elif reference.type is REPORT:
        where = "：".join(filter(None, (reference.published, reference.place)))
    else:
        published = f"（{reference.published}）" if reference.published else ""
        where = f"{reference.place}{published}[{reference.accessed.isoformat()}]"
    return _joined(reference, "，", where)


def gbt_2015(reference: Reference) -> str:
    """The reference after GB/T 7714-2015."""
    accessed = f"[{reference.accessed.isoformat()}]"
    if reference.type is NEWSPAPER:
        issue = ", ".join(filter(None, (reference.newspaper, reference.published)))
        where = f"{issue}: {reference.place}{accessed}"
    else:
        published = f"({reference.published})" if reference.published else ""
        where = f"{reference.place}{published}{accessed}"
    return _joined(reference, ", ", where)


def _joined(reference: Reference, comma: str, where: str) -> str:
    """The whole reference; it ends with the permalink and a stop."""
    authors = [*reference.authors[:_MAX_AUTHORS]]
    if len(reference.authors) > _MAX_AUTHORS:
        authors.append("等")
    parts = (
        comma.join(authors),
        f"{reference.title}[{reference.type.mark}/OL]",
        where,
        reference.source_url,
        reference.permalink,
    )
    return ". ".join(filter(None, parts)) + "."
