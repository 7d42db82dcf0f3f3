"""Asks advisory services about the packages installed in an environment: audit.py BIN/python.

Run by ``.ci/package`` with an interpreter that has pip-audit. A service that cannot be reached, or
that does not know a vulnerability which is known for years, is no service: a mirror of an index
may answer that it knows of none. Without any service nothing was audited, and the output says so;
that is no failure. A vulnerability is one.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

SERVICES = ("pypi", "osv")
KNOWN = "jinja2==2.10"  # CVE-2019-10906 and others
SECONDS = 300


def main(python: str) -> int:
    installed = _output([python, "-m", "pip", "freeze", "--exclude", "yinju"])
    if not installed:
        sys.exit(f"{python}: no packages are installed there")
    for service in SERVICES:
        known = any(package.get("vulns") for package in _audit(service, KNOWN))
        if known and (packages := _audit(service, installed)):
            return _report(service, packages)
        print(f"{service}: cannot be asked from here, or does not know that {KNOWN} is unsafe")
    print("NOT AUDITED: no advisory service could be asked. Nothing is known of these packages:")
    print(" ".join(installed.split()))
    return 0


def _report(service: str, packages: list[dict[str, Any]]) -> int:
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    unsafe = [package for package in packages if package.get("vulns")]
    print(f"{service}: {len(packages) - len(unknown)} packages audited, {len(unsafe)} unsafe")
    for package in unsafe:
        names = ", ".join(found["id"] for found in package["vulns"])
        print(f"{package['name']} {package['version']}: {names}")
    if unknown:
        print(f"NOT AUDITED, unknown to the service: {', '.join(unknown)}")
    return 1 if unsafe else 0


def _audit(service: str, requirements: str) -> list[dict[str, Any]]:
    """What pip-audit says of each package; nothing where it does not get an answer."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "requirements.txt"
        path.write_text(requirements, "utf-8")
        command = [sys.executable, "-m", "pip_audit", "--vulnerability-service", service]
        command += ["--requirement", str(path), "--no-deps", "--disable-pip", "--format", "json"]
        try:
            answer = json.loads(_output(command))
        except (ValueError, subprocess.TimeoutExpired):
            return []
    packages: list[dict[str, Any]] = answer["dependencies"]
    return packages


def _output(command: list[str]) -> str:
    run = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=SECONDS)
    return run.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
