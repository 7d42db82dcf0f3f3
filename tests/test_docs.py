"""Checks that the documents are right, and that they mention everything they should."""

from __future__ import annotations

import csv
import doctest
import inspect
import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import openapi
import pytest
import readme

from engine import errors
from engine.engine import Engine, open_engine
from engine.model import Query
from indexer import cli as command_line
from indexer import lexicon, limits
from indexer.build import build
from indexer.metadata import COLUMNS
from indexer.read import SUFFIXES
from search_app import create_app, failures, params
from search_app.lines import concordance
from search_app.lines import page as lines_page
from yinju.cli import cli

ROOT = readme.ROOT
API = (ROOT / "docs/api.md").read_text(encoding="utf-8")
FILES = (ROOT / "docs/files.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in readme.DOCUMENTS}
EXAMPLES = [(path, example) for path in readme.READMES for example in readme.examples(path)]
SESSIONS = {s.command: s for path in readme.READMES for s in readme.sessions(path)}
SHELL = [
    line
    for path in readme.DOCUMENTS
    for block in readme.blocks(path, "sh")
    for line in block.splitlines()
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The sample reports, indexed."""
    location = str(tmp_path_factory.mktemp("docs") / "index")
    assert build([ROOT / "corpus"], location).failures == []
    return location


@pytest.fixture(scope="module")
def engine(index: str) -> Engine:
    return open_engine(index)


def test_each_readme_has_five_examples_and_names_the_other() -> None:
    english, chinese = (readme.examples(path) for path in readme.READMES)
    assert len(english) == 5
    assert english == chinese
    assert "(README.zh.md)" in TEXTS["README.md"]
    assert "(README.md)" in TEXTS["README.zh.md"]


@pytest.mark.parametrize(("path", "example"), EXAMPLES)
def test_an_example_finds_what_the_readme_says(
    path: Path, example: readme.Example, engine: Engine
) -> None:
    page = engine.search(Query(example.query))
    assert (page.total, page.reports) == (example.total, example.reports)


@pytest.mark.parametrize("command", SESSIONS)
def test_a_command_of_the_readme_runs(command: str, index: str) -> None:
    words = shlex.split(command)
    assert words.pop(0) == "yinju"
    run = subprocess.run(
        [sys.executable, "-m", "yinju", *words],
        cwd=ROOT,
        env={**os.environ, "YINJU_INDEX": index, "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
    )
    assert run.returncode == 0, run.stderr
    for line in SESSIONS[command].printed:
        assert line in run.stdout


@pytest.mark.parametrize("name", [name for name, text in TEXTS.items() if "```pycon" in text])
def test_examples_for_python_run(name: str, index: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pandas")
    monkeypatch.setenv("YINJU_INDEX", index)
    path = next(p for p in readme.DOCUMENTS if p.name == name)
    examples = doctest.DocTestParser().get_doctest(
        "".join(readme.blocks(path, "pycon")), {}, name, None, 0
    )
    run = doctest.DocTestRunner(optionflags=doctest.IGNORE_EXCEPTION_DETAIL).run(examples)
    assert run.attempted > 3
    assert run.failed == 0


def test_the_steps_without_make_are_commands_there_are() -> None:
    steps = [line for line in SHELL if line.startswith(".venv/bin/yinju")]
    assert {shlex.split(step)[1] for step in steps} == {"index", "serve"}
    assert all(shlex.split(step)[1] in cli.commands for step in steps)


def test_make_targets() -> None:
    (phony,) = re.findall(r"^\.PHONY: (.+)$", MAKEFILE, re.M)
    for path in readme.READMES:
        named = re.findall(r"(?:^|`)make ([a-z][a-z-]+)", TEXTS[path.name], re.M)
        assert set(named) == set(phony.split()) - {
            "help",
            "index",
            "port",
        }  # these are only steps of other targets


def _commands() -> dict[str, click.Command]:
    """Every command by its full name: ``search``, ``labels export``."""
    found: dict[str, click.Command] = {}
    for name, command in cli.commands.items():
        if isinstance(command, click.Group):
            nowhere = click.Context(command)
            parts = {
                part: command.get_command(nowhere, part) for part in command.list_commands(nowhere)
            }
            found |= {f"{name} {part}": one for part, one in parts.items() if one}
        else:
            found[name] = command
    return found


COMMANDS = _commands()


@pytest.mark.parametrize("name", TEXTS)
def test_commands_and_options_named_exist(name: str) -> None:
    typed = re.findall(r"(?:^\$ |`|/bin/)yinju ([a-z][a-z-]*)([^`\n]*)", TEXTS[name], re.M)
    for command, rest in typed:
        both = f"{command} {rest.split()[0]}" if rest.strip() else command
        known = {
            option for p in COMMANDS.get(both, COMMANDS.get(command)).params for option in p.opts
        }
        assert set(re.findall(r"--[a-z]+", rest)) <= known, command


def test_every_command_and_option_is_documented() -> None:
    table = API[API.index("## Command line") : API.index("## From Python")]
    for name, command in COMMANDS.items():
        assert f"`yinju {name}`" in table
        row = next(line for line in table.splitlines() if f"`yinju {name}`" in line)
        options = (p for p in command.params if isinstance(p, click.Option))
        for option in options:
            assert f"`{option.opts[0]}`" in (table if option.name == "location" else row), name
    assert set(re.findall(r"`yinju ([a-z -]+)`", table)) == set(COMMANDS)


@pytest.mark.parametrize("name", ["compose.yaml", "yinju.service"])
def test_what_is_deployed_starts_with_options_there_are(name: str) -> None:
    text = (ROOT / "deploy" / name).read_text(encoding="utf-8")
    (typed,) = re.findall(r"yinju serve((?: +[^ \n]+|\n +--[^\n]+)+)$", text, re.M)
    for options in [typed, *re.findall("SERVE_OPTIONS=(.+)", text)]:
        words = shlex.split(options.replace("$SERVE_OPTIONS", ""))
        given = COMMANDS["serve"].make_context("serve", words).params
        assert given["user_header"] or name == "yinju.service"
        assert bool(given["user_header"]) == bool(given["sign_on"])


def test_exit_statuses_are_documented() -> None:
    ends = ("DONE", "FAULT", "USAGE", "UNREAD", "UNUSABLE", "INTERRUPTED")
    statuses = {getattr(command_line, end) for end in ends}
    table = API[API.index("## Command line") : API.index("## From Python")]
    assert {int(status) for status in re.findall(r"^\| ([0-9]+) \|", table, re.M)} == statuses


def test_routes_and_documents_agree() -> None:
    app = create_app(location="nowhere")
    routes = {rule.rule for rule in app.url_map.iter_rules()}
    named = set(re.findall(r"`(/[^`?\s]*)`", API))
    assert named == routes


def test_parameters_are_documented() -> None:
    section = API[API.index("## Parameters") : API.index("## Lines")]
    named = re.findall(r"^\| `([a-z]+)` \|", section, re.M)
    assert named == openapi.parameters("/api/search")
    assert f"0 to {params.MAX_API_HITS}" in section


def test_limits_of_lines_are_documented() -> None:
    section = API[API.index("## Lines") : API.index("## Errors")]
    limits = (concordance.MAX_PARAGRAPHS, concordance.MAX_COUNTED, lines_page.PAGE_LINES)
    for limit in (*limits, concordance.CONTEXT):
        assert re.search(rf"\b{limit:,}\b", section), limit
    assert f"0 to {lines_page.MAX_API_LINES}" in section


def test_every_error_is_documented() -> None:
    tree = {
        name
        for name, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, errors.YinjuError)
    }
    named = set(re.findall(r"`([A-Z][a-zA-Z]+)`", API[API.index("## From Python") :]))
    assert named == tree
    codes = {code for code, _, _ in failures._HTTP.values()} | set(failures._INDEX.values())
    codes |= {"bad_query", "foreign_page", "gone", "internal", "http_error"}
    section = API[API.index("## Errors") : API.index("## Command line")]
    assert set(re.findall(r"`([a-z]+_?[a-z_]*)`", section)) >= codes


def test_file_types_columns_and_keys_are_documented() -> None:
    section = FILES[FILES.index("## What is read") : FILES.index("Hidden files")]
    assert set(re.findall(r"`(\.[a-z]+)`", section)) == set(SUFFIXES)
    table = FILES[FILES.index("## metadata.csv") : FILES.index("## Labels")]
    assert tuple(re.findall(r"^\| `([a-z]+)` \|", table, re.M)) == COLUMNS
    keys = FILES[FILES.index("## The lexicon") :]
    assert set(re.findall(r"`([a-z]+)`", keys)) == set(lexicon._KEYS) - {"name"}


@pytest.mark.parametrize("path", readme.DOCUMENTS, ids=lambda path: path.name)
def test_tables_of_metadata_are_such_tables(path: Path) -> None:
    for block in readme.blocks(path, "csv"):
        rows = list(csv.reader(io.StringIO(re.sub(r"^ +", "", block, flags=re.M))))
        assert set(rows[0]) <= set(COLUMNS)
        assert {len(row) for row in rows} == {len(rows[0])}


def test_limits_are_documented() -> None:
    table = FILES[FILES.index("## Limits") : FILES.index("## Adding")]
    for name, value in vars(limits).items():
        if name.startswith("MAX_"):
            shown = value // limits.MEGABYTE if "BYTES" in name else value
            assert re.search(rf"\b{shown:,}\b", table), name


@pytest.mark.parametrize("name", TEXTS)
def test_links_lead_somewhere(name: str) -> None:
    path = next(p for p in readme.DOCUMENTS if p.name == name)
    links = re.findall(r"\]\(([^)]+)\)|src=\"([^\"]+)\"", TEXTS[name])
    for target in (first or second for first, second in links):
        if not target.startswith("http"):
            assert (path.parent / target).exists(), target


@pytest.mark.parametrize("name", TEXTS)
def test_modules_named_exist(name: str) -> None:
    for module in re.findall(r"`((?:engine|indexer|search_app|tests)/[\w/]+\.\w+)`", TEXTS[name]):
        assert (ROOT / module).is_file(), module


def test_environment_variables_are_documented() -> None:
    rooms = ("engine", "indexer", "search_app", "yinju")
    modules = [path for room in rooms for path in (ROOT / room).rglob("*.py")]
    sources = "".join(path.read_text(encoding="utf-8") for path in modules)
    section = API[API.index("## Environment") :]
    assert set(re.findall(r"YINJU_[A-Z]+", section)) == set(re.findall(r"YINJU_[A-Z]+", sources))
