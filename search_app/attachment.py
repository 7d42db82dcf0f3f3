"""The headers of a file to save, and the media types of Office."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from search_app import site

_OFFICE = "application/vnd.openxmlformats-officedocument"
SHEET, WORD = f"{_OFFICE}.spreadsheetml.sheet", f"{_OFFICE}.wordprocessingml.document"


def attachment(title: str, ascii_title: str, suffix: str) -> Mapping[str, str]:
    """Headers to save a file under its title and the day; old clients get the name in ASCII."""
    end = f"{site.today().isoformat()}.{suffix}"
    names = f"filename=\"{ascii_title}-{end}\"; filename*=UTF-8''{quote(f'{title}-{end}', safe='')}"
    return {"Content-Disposition": f"attachment; {names}"}
