"""Clients that search without a pause while the index is changed."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import web_index
from asking import asking
from serving import server
from sockets import get

from engine.engine import open_writer
from engine.model import Paragraph, Report

_CLIENTS = 8
_REPORTS = 20
_PARAGRAPHS = 4  # of a report; all lines are in one answer, which has up to 100
_PATHS = ("/api/search?q=%E7%89%88%E6%9C%AC&limit=1000", "/api/lines?q=%E7%89%88%E6%9C%AC")


def run(seconds: int, seed: int) -> Counter[str]:
    """Ask for so long; each commit replaces all reports by those of the next version.

    ``tries`` are the answers; one that is not 200 counts as ``died``. One whose paragraphs are of
    two versions, or are not as many as it says or as there are, is ``mixed``.
    """
    chance = Random(seed)
    counts = Counter(tries=0, mixed=0, died=0)
    with TemporaryDirectory(prefix="yinju-faults-") as place:
        location = str(Path(place) / "index")
        _commit(location, 0)
        with server(location, "--workers", "2") as (_, address):

            def ask() -> None:
                status, body = get(address + chance.choice(_PATHS))
                counts["tries"] += 1
                counts["died"] += status != 200
                if status == 200 and not _is_of_one_version(json.loads(body)):
                    counts["mixed"] += 1

            end = time.monotonic() + seconds
            version = 0
            with asking(ask, _CLIENTS) as errors:
                while time.monotonic() < end:
                    version += 1
                    _commit(location, version)
                    time.sleep(chance.uniform(0, 1))
    for error in errors:
        print(repr(error), file=sys.stderr)
    counts["died"] += len(errors)
    return counts


def _commit(location: str, version: int) -> None:
    """Write all reports anew: as many as before, and one more in every other version."""
    with open_writer(location, web_index.LEXICON) as writer:
        for number in range(_REPORTS + 1):
            writer.remove(f"r{number}")
        for number in range(_REPORTS + version % 2):
            key = f"r{number}"
            text = f"版本{version}。"
            paragraphs = [
                Paragraph(f"{key}-{at}", key, at + 1, f"{text}第{at}段。", text)
                for at in range(_PARAGRAPHS)
            ]
            title = f"第{number}号报告"
            writer.add(Report(key, title, f"{key}.txt", paragraphs=_PARAGRAPHS), paragraphs)
        writer.commit({})


def _is_of_one_version(answer: dict[str, object]) -> bool:
    if "lines" in answer:
        texts = [line["match"] + line["right"] for line in answer["lines"]]  # type: ignore[attr-defined]
    else:
        texts = [hit["text"] for hit in answer["hits"]]  # type: ignore[attr-defined]
    versions = {text.removeprefix("版本").partition("。")[0] for text in texts}
    if len(versions) != 1:
        return False
    return answer["total"] == len(texts) == (_REPORTS + int(versions.pop()) % 2) * _PARAGRAPHS
