"""Keeps a LibreOffice open as long as the process that started this program lives.

Run as ``python office_keeper.py FOLDER COMMAND…``. It ends LibreOffice when its standard
input ends: that happens however its parent ends, so no LibreOffice is left behind where an
indexing process is killed. It then deletes the folder of the profile, too, unless its parent
has written ``STAY``.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from threading import Event, Thread

STAY = b"stay"


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a process that leads a session, with the processes that it started."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def _end_with_parent(office: subprocess.Popen[bytes], is_orphan: Event) -> None:
    if sys.stdin.buffer.read() != STAY:
        is_orphan.set()
    kill_group(office)


def main(folder: str, command: list[str]) -> None:
    """Run the command until it ends, or until our parent closes our standard input."""
    is_orphan = Event()
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as office:
        Thread(target=_end_with_parent, args=(office, is_orphan), daemon=True).start()
        office.wait()
        kill_group(office)
    if is_orphan.is_set():
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
