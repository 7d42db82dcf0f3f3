"""Reads the files of the index through, over and over, beside the requests of a worker.

A search notices by itself that a file got another size or time. Only reading notices what a disk
or a program changes without that. Each worker reads what it has open: nothing has to be told to
another process.
"""

from __future__ import annotations

import time
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING

from engine.errors import EngineUnavailable

if TYPE_CHECKING:
    from flask import Flask

    from search_app.holder import EngineHolder

_BYTES_PER_SECOND = 16 << 20  # takes a two-hundredth of a processor
_PAUSE = 5  # seconds between two rounds


def keep_checking(app: Flask) -> None:
    """Check the files of an app's index as long as the process lives."""
    Thread(target=_check, args=(app.extensions["yinju"],), daemon=True).start()


def _check(holder: EngineHolder) -> None:
    while True:
        if engine := holder.opened():
            with suppress(EngineUnavailable):  # closed meanwhile
                engine.check_files(_BYTES_PER_SECOND)
        time.sleep(_PAUSE)
