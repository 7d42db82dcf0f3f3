"""Reads single files into drafts, for the tests of the readers."""

from __future__ import annotations

from pathlib import Path

from engine.errors import ReadError
from indexer.draft import Draft
from indexer.read import read_file


def only(path: Path) -> Draft | ReadError:
    """The single draft or error that a plain file yields."""
    (result,) = read_file(path, path.name)
    return result


def drafted(path: Path) -> Draft:
    result = only(path)
    assert isinstance(result, Draft), result
    return result
