"""The quick tests on every Python that yinju supports: ``nox``, or ``nox -s tests-3.12``.

Each session installs the package as people do, from a wheel, with its newest dependencies. A
Python that is not installed is left out; ``nox --error-on-missing-interpreters`` is for CI, and
``nox -- tests/test_cli.py`` runs some of the tests.
"""

from __future__ import annotations

import nox

PYTHONS = ["3.10", "3.11", "3.12", "3.13", "3.14"]
QUICK = "not browser and not shared and not oracle"
PARALLEL = ["--numprocesses", "auto", "--dist", "loadscope"]

nox.options.default_venv_backend = "venv"


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    session.install(".[dev]")
    session.run("python", "-m", "pytest", "-q", "-m", QUICK, *PARALLEL, *session.posargs)
