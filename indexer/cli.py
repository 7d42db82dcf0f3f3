"""What all commands share: exit statuses, ``--index``, and how they name unread files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn, TypeVar

import click

from engine.errors import ReadError
from engine.printable import printable

DONE, FAULT, USAGE, UNREAD, UNUSABLE = 0, 1, 2, 3, 4  # exit statuses; docs/api.md explains them
INTERRUPTED = 130

_Command = TypeVar("_Command", bound=Callable[..., Any])


def say(message: str, nl: bool = True) -> None:
    """Print one line on stderr; it may name files."""
    click.echo(printable(message), err=True, nl=nl)


def fail(message: str, status: int) -> NoReturn:
    """Say why a command ends, and exit with its status."""
    say(message)
    sys.exit(status)


def exit_naming(failures: Sequence[ReadError]) -> None:
    """Name each file that could not be read, and exit with ``UNREAD`` if there is one."""
    for failure in failures:
        say(f"未读  {failure}")
    if failures:
        sys.exit(UNREAD)


def index_option(command: _Command) -> _Command:
    """Add ``--index DIR|URL`` to a command."""
    return click.option(
        "--index",
        "location",
        envvar="YINJU_INDEX",
        default="index",
        show_default=True,
        metavar="DIR|URL",
        help="索引所在的文件夹，或集群上的网址（也可用环境变量 YINJU_INDEX）。",
    )(command)
