"""Java programs of a folder with a ``pom.xml``: Maven fetches what they need and compiles them.

What Maven makes is kept in ``target`` of that folder, and is made again where a source is newer.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

OLDEST = 21  # Lucene 10 asks for this release of Java
_PLACES = (
    "/usr/lib/jvm",
    "/opt",
    "/usr/java",
    "/usr/local",
    "/Library/Java/JavaVirtualMachines",
)


@lru_cache(maxsize=1)
def home() -> Path:
    """A JDK that is new enough: that of JAVA_HOME, else the newest installed.

    Raises ``RuntimeError`` where there is none.
    """
    named = os.environ.get("JAVA_HOME")
    if named and release(Path(named)) >= OLDEST:
        return Path(named)
    homes = {path.resolve() for place in _PLACES for path in Path(place).glob("*")}
    homes |= {path / "Contents" / "Home" for path in homes}
    if compiler := shutil.which("javac"):
        homes.add(Path(compiler).resolve().parents[1])
    newest = max(homes, key=release, default=Path())
    if release(newest) < OLDEST:
        raise RuntimeError(f"no JDK {OLDEST} or newer; install one, or name it in JAVA_HOME")
    return newest


def release(folder: Path) -> int:
    """The feature release of a JDK, from its compiler; 0 where there is no JDK."""
    try:
        said = subprocess.run(
            [folder / "bin" / "javac", "-version"], capture_output=True, text=True
        )
    except OSError:
        return 0
    release = re.search(r"javac (?:1\.)?(\d+)", said.stdout + said.stderr)
    return int(release[1]) if release else 0


@lru_cache
def class_path(folder: Path) -> str:
    """Where the folder's classes and their libraries are, compiled where that is to be done.

    Raises ``RuntimeError`` where there is no JDK, no Maven, or Maven fails.
    """
    jdk = home()
    target = folder / "target"
    stamp = target / "compiled"
    newest = max(path.stat().st_mtime for path in folder.iterdir() if path.is_file())
    with (folder / "pom.xml").open() as pom:
        fcntl.flock(pom, fcntl.LOCK_EX)  # tests in several processes compile once
        if not stamp.exists() or stamp.stat().st_mtime < newest:
            shutil.rmtree(target, ignore_errors=True)
            _compile(folder, jdk)
            stamp.touch()
    return f"{target / 'classes'}{os.pathsep}{target / 'lib' / '*'}"


def _compile(folder: Path, jdk: Path) -> None:
    maven = shutil.which("mvn")
    if not maven:
        raise RuntimeError("no Maven; Debian has it as the package maven")
    done = subprocess.run(
        [maven, "-q", "-B", "process-classes"],
        cwd=folder,
        env={**os.environ, "JAVA_HOME": str(jdk)},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        errors = [line for line in done.stdout.splitlines() if "ERROR" in line]
        raise RuntimeError(errors[0] if errors else f"Maven failed in {folder}")


def command(folder: Path, options: Sequence[str], program: str, *arguments: str) -> list[str]:
    """The command that runs a program of the folder; raises what ``class_path`` raises."""
    java = str(home() / "bin" / "java")
    return [java, *options, "-cp", class_path(folder), program, *arguments]
