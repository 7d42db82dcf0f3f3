"""What all commands share: exit statuses, and how they name the files that they could not read."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from engine.errors import ReadError

DONE, FAULT, USAGE, UNREAD, UNUSABLE = 0, 1, 2, 3, 4  # exit statuses; docs/api.md explains them
INTERRUPTED = 130


def exit_naming(failures: Sequence[ReadError]) -> None:
    """Name each file that could not be read, and exit with ``UNREAD`` if there is one."""
    for failure in failures:
        click.echo(f"未读  {failure}", err=True)
    if failures:
        sys.exit(UNREAD)
