"""Writes files of references, as pieces in order; each is made when it is taken."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable, Mapping

from search_app.references.bibtex import bibtex_entry
from search_app.references.csl import csl_item
from search_app.references.record import Reference
from search_app.references.ris import ris_record

Pieces = Generator[bytes, None, None]


def ris_file(references: Iterable[Reference]) -> Pieces:
    for reference in references:
        yield ris_record(reference).encode()


def bibtex_file(references: Iterable[Reference]) -> Pieces:
    for reference in references:
        yield f"{bibtex_entry(reference)}\n\n".encode()


def csl_file(references: Iterable[Reference]) -> Pieces:
    """A JSON array, an item a line."""
    before = "[\n"
    for reference in references:
        yield (before + json.dumps(csl_item(reference), ensure_ascii=False)).encode()
        before = ",\n"
    yield b"[]\n" if before == "[\n" else b"\n]\n"


FILES: Mapping[str, Callable[[Iterable[Reference]], Pieces]] = {
    "ris": ris_file,
    "bib": bibtex_file,
    "csl.json": csl_file,
}
MEDIA_TYPES: Mapping[str, str] = {
    "ris": "application/x-research-info-systems; charset=utf-8",
    "bib": "application/x-bibtex; charset=utf-8",
    "csl.json": "application/vnd.citationstyles.csl+json; charset=utf-8",
}
NAMES: Mapping[str, str] = {"ris": "RIS", "bib": "BibTeX", "csl.json": "CSL-JSON"}
