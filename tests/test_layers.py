"""Checks the rules of docs/architecture.md: what each room may import, and the size of pieces."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("engine", "indexer", "search_app", "yinju")
MODULES = sorted(
    path.relative_to(ROOT).as_posix() for room in ROOMS for path in (ROOT / room).rglob("*.py")
)
MAY_IMPORT = {
    "engine": {"engine"},
    "indexer": {"indexer", "engine"},
    "search_app": {"search_app", "engine"},
    "yinju": {"yinju", "engine", "indexer", "search_app"},
}
# The modules, or whole rooms (ending in /), that alone may import a library.
HOME = {
    "jieba": ("engine/analyze.py", "indexer/divisions/make.py"),
    "rjieba": ("engine/analyze.py",),
    "opencc": ("engine/folding.py",),
    "whoosh": ("engine/",),
    "numba": ("engine/jit.py", "engine/columns/"),
    "llvmlite": ("engine/columns/",),
    "numpy": (
        *(
            "engine/arrays.py",
            "engine/hashing.py",
            "engine/columns/",
            "engine/duplicates/",
        ),
        *("engine/local/", "engine/opensearch/duplicates.py", "engine/opensearch/sketches.py"),
        *("indexer/cues.py", "indexer/mining.py"),
    ),
    "ahocorasick_rs": ("engine/phrases.py",),
    "rensa": ("engine/duplicates/sketches.py",),
    "opensearchpy": ("engine/opensearch/client.py",),
    "zstandard": ("engine/columns/texts.py",),
    "xxhash": ("engine/local/files.py",),
    "pypinyin": ("search_app/pinyin.py",),
    "flask": ("search_app/", "yinju/assistant/", "yinju/serving/"),
    "werkzeug": ("search_app/",),
    "jinja2": ("search_app/",),
    "click": (
        "yinju/cli.py",
        "yinju/indexing.py",
        "yinju/assistant/command.py",
        "indexer/cli.py",
        "indexer/label_commands.py",
        "indexer/lexicon_commands.py",
        "search_app/alerts/command.py",
        "search_app/batch/command.py",
        "search_app/export/command.py",
        "search_app/lines/command.py",
        "search_app/search_options.py",
        "search_app/terminal.py",
        "search_app/trend/command.py",
        "search_app/compare/command.py",
        "yinju/memo_check.py",
        "yinju/serving/command.py",
    ),
    "granian": ("yinju/serving/workers.py",),
    "prometheus_client": ("yinju/serving/metrics.py",),
    "pandas": ("yinju/answers.py",),
    "mcp": ("yinju/assistant/route.py", "yinju/assistant/server.py"),
    "pydantic": ("yinju/assistant/server.py", "yinju/assistant/tools.py"),
    "charset_normalizer": ("indexer/readers/decode.py",),
    "docx": ("search_app/memo_docx.py",),
    "xlsxwriter": ("search_app/table.py",),
    "rapidfuzz": ("search_app/check/align.py",),
    "lxml": (
        "indexer/readers/html.py",
        "indexer/readers/ofd.py",
        "indexer/readers/word/package.py",
        *(
            f"indexer/readers/web_{part}.py"
            for part in ("blocks", "hidden", "metadata", "report", "tables")
        ),
        "search_app/check/word/markup.py",
        "search_app/check/word/package.py",
    ),
    "python_calamine": ("indexer/readers/sheets_child.py",),
    "pypdfium2": (
        "indexer/readers/pdf/additions.py",
        "indexer/readers/pdf/child.py",
        "indexer/readers/pdf/glyphs.py",
        "indexer/readers/pdf/objects.py",
        "indexer/readers/pdf/recognise.py",
    ),
    "rapidocr": ("indexer/readers/pdf/recognise.py",),
}
MAKES_DATA = "indexer.divisions.make"  # run by hand; the product must not need it
LONGEST_MODULE, LONGEST_FUNCTION = 320, 45


def imports(module: str) -> Iterator[str]:
    """The dotted names that a module imports anywhere; ``from a import b`` gives ``a.b``."""
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: a relative import hides its room"
            yield from (f"{node.module}.{name.name}" for name in node.names)


def _tree(module: str) -> ast.Module:
    return ast.parse((ROOT / module).read_text(encoding="utf-8"))


@pytest.mark.parametrize("module", MODULES)
def test_imports_go_one_way(module: str) -> None:
    rooms = {name.split(".")[0] for name in imports(module)} & {*ROOMS, "tests"}
    assert rooms <= MAY_IMPORT[module.split("/")[0]]


# Either engine does without the other, and the cluster's without columns.
APART = {
    "engine/opensearch/": ("engine.local", "engine.columns"),
    "engine/local/": ("engine.opensearch",),
    "engine/columns/": ("engine.opensearch", "engine.local"),
    "engine/query/": ("engine.opensearch", "engine.local", "engine.columns"),
    "engine/duplicates/": ("engine.opensearch", "engine.local", "engine.columns"),
}


@pytest.mark.parametrize("module", MODULES)
def test_engines_stay_apart(module: str) -> None:
    others = tuple(other for room in APART if module.startswith(room) for other in APART[room])
    assert [n for n in imports(module) if f"{n}.".startswith(tuple(f"{o}." for o in others))] == []


@pytest.mark.parametrize("module", MODULES)
def test_libraries_stay_at_home(module: str) -> None:
    for library in {name.split(".")[0] for name in imports(module)} & set(HOME):
        assert any(module == home or module.startswith(home) for home in HOME[library]), library


def test_every_home_is_lived_in() -> None:
    used = {(name.split(".")[0], module) for module in MODULES for name in imports(module)}
    for library in set(HOME) - {"jinja2"}:  # Flask brings Jinja; only its templates use it
        for home in HOME[library]:
            assert any(lib == library and at.startswith(home) for lib, at in used), (library, home)


def test_nothing_needs_what_makes_data() -> None:
    assert not [m for m in MODULES if any(n.startswith(MAKES_DATA) for n in imports(m))]


@pytest.mark.parametrize("module", MODULES)
def test_pieces_stay_readable(module: str) -> None:
    lines = (ROOT / module).read_text(encoding="utf-8").count("\n")
    assert lines <= LONGEST_MODULE, "which part of it is a step of its own?"
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno < LONGEST_FUNCTION, node.name


def test_only_what_searches_or_indexes_waits_for_numba() -> None:
    """Numba takes half a second to load; `yinju --help` and an error page do not need it."""
    code = (
        "import sys, yinju.cli, search_app.present, search_app.params;"
        "import indexer.assemble, engine.engine;"
        "from search_app import create_app; create_app();"
        "sys.exit('numba' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_searching_a_cluster_waits_for_no_numba() -> None:
    """Kernels search columns and find near-duplicates, which on a cluster the writer does."""
    code = "import sys, engine.opensearch.engine; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


@pytest.mark.parametrize("module", MODULES)
def test_every_module_says_what_it_is_for(module: str) -> None:
    assert ast.get_docstring(_tree(module))
