"""Tags of a page from which Zotero's connector saves the passage.

They are Highwire's, which search engines read too, and Zotero's own (``z:``) for what Highwire
cannot say. Without ``z:itemType``, whatever has a ``citation_title`` and is no report is saved as
an article of a journal.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from search_app.references.record import Reference
from search_app.references.ris import whole_name
from search_app.references.source_types import PAGE, REPORT


def page_tags(reference: Reference) -> Sequence[tuple[str, str]]:
    """Names and contents of the tags, in order."""
    site = urlsplit(reference.source_url).netloc if reference.type is PAGE else ""
    tags = [
        ("citation_title", reference.title),
        *(("citation_author", whole_name(name)) for name in reference.authors),
        ("citation_technical_report_institution", reference.institution),
        ("citation_publication_date", reference.published),
        ("citation_firstpage", reference.place),
        ("citation_public_url", reference.url),
        ("citation_language", "zh-CN"),
        ("z:itemType", reference.type.zotero),
        ("z:reportType", reference.document_kind if reference.type is REPORT else ""),
        ("z:publicationTitle", reference.newspaper),
        ("z:websiteTitle", site),
        ("z:extra", reference.note_beside_pages),
    ]
    return [(name, content) for name, content in tags if content]
