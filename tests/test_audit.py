"""The audit of packages never says that all is well where nobody looked."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[1] / ".ci/audit.py"
UNSAFE = [{"id": "CVE-2019-10906"}]


@pytest.fixture
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _service(knows: dict[str, Any]) -> Callable[[list[str]], str]:
    """Answers for pip (two packages are installed) and for pip-audit, on every service."""

    def output(command: list[str]) -> str:
        if "freeze" in command:
            return "flask==3.1\nhouse-made==1\n"
        if not knows:
            return ""  # pip-audit ends with a traceback
        lines = Path(command[command.index("--requirement") + 1]).read_text("utf-8").split()
        packages = [line.split("==") for line in lines]
        found = [{"name": n, "version": v, **knows.get(n, {"vulns": []})} for n, v in packages]
        return json.dumps({"dependencies": found})

    return output


CANARY = {"jinja2": {"vulns": UNSAFE}}


@pytest.mark.parametrize(
    ("knows", "status", "said", "unsaid"),
    [
        pytest.param(CANARY, 0, "2 packages audited, 0 unsafe", "NOT AUDITED", id="all is well"),
        pytest.param(
            {**CANARY, "flask": {"vulns": UNSAFE}},
            1,
            "flask 3.1: CVE-2019-10906",
            "NOT AUDITED",
            id="one is unsafe",
        ),
        pytest.param(
            {**CANARY, "house-made": {"skip_reason": "not found"}},
            0,
            "NOT AUDITED, unknown to the service: house-made",
            "2 packages",
            id="one is unknown",
        ),
        pytest.param({}, 0, "NOT AUDITED: no advisory service", "audited, 0", id="no answer"),
        pytest.param(
            {"jinja2": {"vulns": []}},
            0,
            "NOT AUDITED: no advisory service",
            "audited, 0",
            id="a mirror that knows of nothing",
        ),
        pytest.param(
            {"jinja2": {"skip_reason": "not found"}},
            0,
            "NOT AUDITED: no advisory service",
            "audited, 0",
            id="a mirror that knows nothing",
        ),
    ],
)
def test_what_is_said(
    audit: ModuleType,
    capsys: pytest.CaptureFixture[str],
    knows: dict[str, Any],
    status: int,
    said: str,
    unsaid: str,
) -> None:
    setattr(audit, "_output", _service(knows))  # noqa: B010
    assert audit.main("python") == status
    printed = capsys.readouterr().out
    assert said in printed
    assert unsaid not in printed
    assert "house-made" in printed or "NOT AUDITED" not in printed
