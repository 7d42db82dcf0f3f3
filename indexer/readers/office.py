"""Reads old office files (.doc, .wps, .rtf), which LibreOffice converts to .docx.

Many files with these suffixes are really web pages or .docx files, which office programs
open all the same. They are read as what they are, without LibreOffice.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from engine.errors import ReadError
from indexer.draft import Draft
from indexer.limits import MAX_OFFICE_SECONDS
from indexer.readers import docx, text

_ZIP_MAGIC = b"PK\x03\x04"
_OFFICE_MAGIC = (b"\xd0\xcf\x11\xe0", b"{\\rtf")  # LibreOffice would take anything else for text


def read(path: Path, source: str) -> Draft:
    """Read a ``.doc``, ``.wps`` or ``.rtf`` file.

    Raises ``ReadError`` where LibreOffice is missing, fails or takes too long.
    """
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(_ZIP_MAGIC):
        return docx.read(path, source)
    if not head.startswith(_OFFICE_MAGIC):
        return text.read(path, source)
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        kind = path.suffix.lower()
        raise ReadError(source, f"读 {kind} 需要 LibreOffice；请安装 LibreOffice，或另存为 .docx")
    with tempfile.TemporaryDirectory() as folder:
        return docx.read(_convert(program, path, Path(folder), source), source)


def _convert(program: str, path: Path, folder: Path, source: str) -> Path:
    """Convert a file to .docx with LibreOffice; returns the new file in ``folder``.

    The process gets its own profile, so that it does not join a LibreOffice that is open.
    The file gets a name of ours, so that its name cannot be taken for an option.
    """
    with path.open("rb") as file:
        is_rtf = file.read(5) == b"{\\rtf"
    # LibreOffice goes by the suffix, which may be that of a text.
    original = folder / ("report.rtf" if is_rtf else "report.doc")
    shutil.copyfile(path, original)
    command = [program, "--headless", "--norestore", f"-env:UserInstallation={folder.as_uri()}/p"]
    command += ["--convert-to", "docx", "--outdir", str(folder), str(original)]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            process.wait(MAX_OFFICE_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise ReadError(source, "LibreOffice 没有及时转换完；请打开后另存为 .docx") from error
        finally:
            _stop(process)
    converted = original.with_suffix(".docx")
    if not converted.exists():
        raise ReadError(source, "LibreOffice 不能转换这个文件；请用 WPS 或 Word 另存为 .docx")
    return converted


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Kill the program with the processes that it started, which would outlive it."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
