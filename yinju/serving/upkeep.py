"""What each worker does for its index beside the requests: two threads that never end.

One opens a new state of the index soon after it was committed. So whoever asks first does not wait
for it, nor get an answer of the state before.

The other reads the files of the index through, over and over. A search notices by itself that a
file got another size or time. Only reading notices what a disk or a program changes without that.
Each worker reads what it has open: nothing has to be told to another process.
"""

from __future__ import annotations

import time
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING

from engine.errors import EngineUnavailable, YinjuError

if TYPE_CHECKING:
    from flask import Flask

    from search_app.holder import EngineHolder

_LOOK_SECONDS = 1.0  # between two looks for a new state
_BYTES_PER_SECOND = 16 << 20  # takes a two-hundredth of a processor
_CHECK_SECONDS = 5.0  # between two readings


def keep_up(app: Flask) -> None:
    """Look after the index of an app as long as the process lives."""
    for work in (_follow, _check):
        Thread(target=work, args=(app.extensions["yinju"],), daemon=True).start()


def _follow(holder: EngineHolder) -> None:
    while True:
        time.sleep(_LOOK_SECONDS)
        if engine := holder.opened():
            with suppress(YinjuError), engine.searcher():  # a request says what is wrong
                pass


def _check(holder: EngineHolder) -> None:
    while True:
        if engine := holder.opened():
            with suppress(EngineUnavailable):  # closed meanwhile
                engine.check_files(_BYTES_PER_SECOND)
        time.sleep(_CHECK_SECONDS)
