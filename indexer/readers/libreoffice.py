"""Converts files to .docx with a LibreOffice of our own, which stays open between files.

LibreOffice takes two seconds of a processor to start, and a quarter of one to convert a
report. So each process keeps one open, with a profile of its own: ``soffice --convert-to``
with the same profile hands its file over to the open one. Where that one has ended, the new
one converts by itself.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from engine.errors import ReadError
from indexer.limits import MAX_OFFICE_CONVERSIONS, MAX_OFFICE_SECONDS
from indexer.readers import office_keeper

_START_SECONDS = 60  # for an open LibreOffice to be ready; else files are converted without
_OPEN_FILE = "open.txt"  # an open document keeps LibreOffice from ending when it is done


def find_program() -> str | None:
    """The path of LibreOffice; None where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def convert(program: str, path: Path, folder: Path, filter_name: str, source: str) -> Path:
    """Convert a file to .docx; returns the new file in ``folder``.

    ``filter_name`` is LibreOffice's for the format of the file; with "" LibreOffice finds out,
    and takes for text what it does not know. A file that fails in an open LibreOffice is
    tried once more in a fresh one. Raises ``ReadError`` where it fails, or takes too long.
    """
    # The file gets a name of ours, so that its name cannot be taken for an option.
    original = folder / f"report{path.suffix.lower()}"
    shutil.copyfile(path, original)
    office = _office(program)
    was_open = office.prepare()
    converted = office.convert(original, filter_name, source)
    if converted is None and was_open:
        office.close()
        converted = office.convert(original, filter_name, source)
    if converted is None:
        raise ReadError(source, "LibreOffice 不能转换这个文件；请用 WPS 或 Word 另存为 .docx")
    return converted


_offices: dict[str, _Office] = {}  # of this process, by their programs


def _office(program: str) -> _Office:
    if program not in _offices:
        _offices[program] = _Office(program)
        atexit.register(_offices[program].remove)
    return _offices[program]


class _Office:
    """A LibreOffice with a profile of its own, so that it does not join one that is open.

    All its files are in one folder, which is deleted when the process ends.
    """

    def __init__(self, program: str) -> None:
        self._folder = Path(tempfile.mkdtemp())
        self._environment = {**os.environ, "TMPDIR": str(self._folder)}
        profile = (self._folder / "profile").as_uri()
        self._command = [program, "--headless", "--norestore", f"-env:UserInstallation={profile}"]
        self._keeper: subprocess.Popen[bytes] | None = None
        self._can_open = True
        self._conversions = 0

    def prepare(self) -> bool:
        """Open LibreOffice where it is not; returns whether it is open."""
        if self._conversions >= MAX_OFFICE_CONVERSIONS:
            self.close()
        if self._can_open and (self._keeper is None or self._keeper.poll() is not None):
            self._can_open = self._open()
        self._conversions += 1
        return self._keeper is not None

    def _open(self) -> bool:
        """Start a LibreOffice that stays open, and wait until it is ready; returns whether it is.

        The lock of the document that it opens tells when it is.
        """
        self.close()
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        opened = folder / _OPEN_FILE
        opened.touch()
        keeper = [sys.executable, office_keeper.__file__, str(self._folder)]
        self._keeper = subprocess.Popen(
            [*keeper, *self._command, str(opened)],
            stdin=subprocess.PIPE,
            env=self._environment,
            start_new_session=True,
        )
        deadline = time.monotonic() + _START_SECONDS
        while not (folder / f".~lock.{_OPEN_FILE}#").exists():
            if self._keeper.poll() is not None or time.monotonic() > deadline:
                self.close()
                return False
            time.sleep(0.05)
        return True

    def convert(self, original: Path, filter_name: str, source: str) -> Path | None:
        """Convert a file, into a folder beside it; None where that fails.

        Raises ``ReadError`` where it takes too long, and ends the LibreOffice that hangs.
        """
        folder = original.parent / "converted"  # the original may be named .docx, too
        command = [*self._command, "--convert-to", "docx", "--outdir", str(folder)]
        command += [f"--infilter={filter_name}"] if filter_name else []
        with subprocess.Popen(
            [*command, str(original)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=self._environment,
            start_new_session=True,
        ) as process:
            try:
                process.wait(MAX_OFFICE_SECONDS)
            except subprocess.TimeoutExpired as error:
                self.close()
                raise ReadError(
                    source, "LibreOffice 没有及时转换完；请打开后另存为 .docx"
                ) from error
            finally:
                office_keeper.kill_group(process)
        converted = folder / f"{original.stem}.docx"
        return converted if converted.exists() else None

    def close(self) -> None:
        """End the LibreOffice that is open; its profile stays."""
        if self._keeper is not None:
            self._keeper.communicate(office_keeper.STAY)
            self._keeper = None
        self._conversions = 0

    def remove(self) -> None:
        """End LibreOffice, and delete its profile."""
        self.close()
        shutil.rmtree(self._folder, ignore_errors=True)
