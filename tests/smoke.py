"""Check a running site against the README: ``python tests/smoke.py http://127.0.0.1:8000``.

Used by ``.ci/run`` on a fresh clone; needs nothing but Python itself.
"""

from __future__ import annotations

import json
import sys
from urllib.parse import quote
from urllib.request import urlopen

import readme


def main(site: str) -> None:
    if "引据" not in _get(f"{site}/") or "检索" not in _get(f"{site}/"):
        sys.exit("the start page is not what it should be")
    for query, total, reports in readme.examples(readme.READMES[0]):
        found = json.loads(_get(f"{site}/api/search?q={quote(query)}"))
        print(f"{query}: {found['total']} paragraphs, {found['reports']} reports")
        if (found["total"], found["reports"]) != (total, reports):
            sys.exit(f"the README says {total} paragraphs in {reports} reports")
        if f"{total} 段，出自 {reports} 篇报告" not in _get(f"{site}/?q={quote(query)}"):
            sys.exit("the page does not say so")
        if found["hits"][0]["id"] not in _get(site + found["hits"][0]["url"]):
            sys.exit("the permalink does not lead there")


def _get(url: str) -> str:
    with urlopen(url, timeout=30) as answer:
        text: str = answer.read().decode("utf-8")
    return text


if __name__ == "__main__":
    main(sys.argv[1])
