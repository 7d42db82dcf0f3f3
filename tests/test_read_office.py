"""Old office files, which LibreOffice converts, and other files under their names."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from drafts import drafted, only
from word_files import packed, paragraph, texts

from engine.errors import ReadError
from indexer.readers import libreoffice, office_keeper

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
WORD = OLE + "WordDocument".encode("utf-16-le")
needs_libreoffice = pytest.mark.skipif(
    libreoffice.find_program() is None, reason="needs LibreOffice"
)
needs_shell = pytest.mark.skipif(shutil.which("sh") is None, reason="needs a POSIX shell")


def refused(path: Path, why: str) -> None:
    result = only(path)
    assert isinstance(result, ReadError)
    assert (result.source, why in result.reason) == (path.name, True), result.reason


def rich_text(text: str) -> str:
    codes = "".join(f"\\u{ord(sign)}?" for sign in text)
    return f"{{\\rtf1\\ansi {codes}\\par}}"


def test_without_libreoffice_the_remedy_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("a.doc", "a.wps", "a.rtf"):
        path = tmp_path / name
        path.write_bytes(WORD)
        refused(path, "安装 LibreOffice，或另存为 .docx")


def test_old_names_with_new_contents_need_no_libreoffice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    packed(tmp_path / "a.docx", paragraph("正文。")).rename(tmp_path / "a.wps")
    (tmp_path / "b.doc").write_text("<html><body><p>正文。</p></body></html>", encoding="gb18030")
    (tmp_path / "c.doc").write_text("正文。", encoding="gb18030")
    for name in ("a.wps", "b.doc", "c.doc"):
        assert texts(drafted(tmp_path / name)) == ["正文。"]


NO_DOCUMENTS = [
    ("EncryptedPackage", "去掉密码"),
    ("Workbook", "另存为 .xlsx"),
    ("PowerPoint Document", "演示文稿"),
    ("", "已损坏"),
]


@pytest.mark.parametrize(("stream", "why"), NO_DOCUMENTS)
def test_other_ole_files_are_not_taken_for_text(tmp_path: Path, stream: str, why: str) -> None:
    path = tmp_path / "a.doc"
    path.write_bytes(OLE + stream.encode("utf-16-le"))
    refused(path, why)


@needs_shell
def test_a_conversion_that_hangs_or_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(libreoffice, "MAX_OFFICE_SECONDS", 0.3)
    monkeypatch.setattr(libreoffice, "_START_SECONDS", 0.3)
    program = tmp_path / "soffice"
    path = tmp_path / "a.doc"
    path.write_bytes(WORD)
    for script, why in (("sleep 60 & wait", "没有及时转换完"), ("exit 1", "不能转换")):
        program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        program.chmod(0o755)
        refused(path, why)


# Stands in for LibreOffice: with --convert-to it writes a copy of a document, unless the
# folder of its profile has a file "broken"; else it makes the lock of an open file and waits.
PROGRAM = """#!/bin/sh
profile=${3#-env:UserInstallation=file://}
for last; do :; done
case "$*" in
  *--convert-to*)
    test -e "$profile.broken" && exit 1
    echo converted >> "$profile.log"
    mkdir -p "$(dirname "$last")/converted"
    cp "$DOCUMENT" "$(dirname "$last")/converted/report.docx" ;;
  *)
    echo opened >> "$profile.log"
    touch "$(dirname "$last")/.~lock.open.txt#"
    sleep 60 & wait ;;
esac
"""


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a stand-in for LibreOffice, and a file ``a.doc`` for it to convert."""
    document = packed(tmp_path / "document.docx", paragraph("正文。"))
    monkeypatch.setenv("DOCUMENT", str(document))
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    (tmp_path / "soffice").write_text(PROGRAM, encoding="utf-8")
    (tmp_path / "soffice").chmod(0o755)
    (tmp_path / "a.doc").write_bytes(WORD)
    return tmp_path


def log_of(folder: Path) -> list[str]:
    (log,) = folder.glob("*/profile.log")
    return log.read_text().split()


@needs_shell
def test_one_libreoffice_stays_open(office: Path) -> None:
    for _ in range(4):
        assert texts(drafted(office / "a.doc")) == ["正文。"]
    log = log_of(office)
    assert (log.count("opened"), log.count("converted")) == (1, 4)


@needs_shell
def test_a_file_that_fails_is_tried_once_more_and_stops_no_other(office: Path) -> None:
    for _ in range(2):
        drafted(office / "a.doc")
    (profile,) = {path.parent for path in office.glob("*/profile.log")}
    (profile / "profile.broken").touch()
    refused(office / "a.doc", "不能转换")
    (profile / "profile.broken").unlink()
    assert texts(drafted(office / "a.doc")) == ["正文。"]
    assert log_of(office).count("opened") == 2


@needs_shell
def test_a_libreoffice_ends_after_many_files(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libreoffice, "MAX_OFFICE_CONVERSIONS", 3)
    for _ in range(7):
        drafted(office / "a.doc")
    assert log_of(office).count("opened") == 3


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


@needs_shell
def test_no_libreoffice_outlives_a_process_that_is_killed(tmp_path: Path) -> None:
    """The parent starts the keeper as the reader does, says which process it keeps, and dies."""
    profile = tmp_path / "profile"
    profile.mkdir()
    told = tmp_path / "process"
    kept = ["sh", "-c", f"echo $$ > {told}.new; mv {told}.new {told}; sleep 60"]
    keeper = [sys.executable, office_keeper.__file__, str(profile), *kept]
    parent = (
        "import subprocess, sys, time\n"
        f"process = subprocess.Popen({keeper!r}, stdin=subprocess.PIPE, start_new_session=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", parent]) as process:
        wait_until(told.exists)
        process.send_signal(signal.SIGKILL)
    wait_until(lambda: not is_running(int(told.read_text())))
    wait_until(lambda: not profile.exists())


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@needs_libreoffice
def test_libreoffice_converts(tmp_path: Path) -> None:
    for name in ("- 总结.rtf", "b.rtf"):
        path = tmp_path / name
        path.write_text(rich_text("参保率达98.25%。"), encoding="ascii")
        assert texts(drafted(path)) == ["参保率达98.25%。"]


@needs_libreoffice
def test_libreoffice_takes_no_broken_document_for_text(tmp_path: Path) -> None:
    path = tmp_path / "a.doc"
    path.write_bytes(WORD)
    refused(path, "不能转换")
