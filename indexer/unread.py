"""How a command ends that read files: those it could not read are named."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from engine.errors import ReadError

UNREAD = 3  # exit status: done, but some files could not be read


def end(failures: Sequence[ReadError]) -> None:
    """Name each file with its reason, and leave with status 3 if there are any."""
    for failure in failures:
        click.echo(f"未读  {failure}", err=True)
    if failures:
        sys.exit(UNREAD)
