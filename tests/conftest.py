"""Fixtures that several tests share: locations and small real indexes, a cluster, the web app."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import large_index
import pytest
import web_index
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from nodes import Cluster
from serving import serving

from engine.engine import Engine, open_engine, open_writer, warm_up
from engine.model import Lexicon, Paragraph, Region, Report, Theme
from search_app import create_app

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"

for name in ("YINJU_LEXICON", "YINJU_OPENSEARCH_USER", "YINJU_OPENSEARCH_PASSWORD", "YINJU_URL"):
    os.environ.pop(name, None)  # the tests must not use a person's own packs or cluster

# No deadlines: the first example loads dictionaries, and machines differ.
settings.register_profile("unhurried", parent=settings(), deadline=None, max_examples=50)
settings.load_profile("unhurried")


def pytest_configure(config: pytest.Config) -> None:
    """Compile what there is to compile before several processes would do it at once."""
    if getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput"):
        with TemporaryDirectory() as folder:
            making_indexes(lambda: folder)((("医保基金监管",), (), None, ())).ask(warm_up)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark tests as skipped that need the real reports where these do not exist, and tests that
    need a cluster or other programs unless the run selects them."""
    needs = {
        "shared": SHARED.is_dir() or "../shared is not here",
        "citing": "citing" in config.option.markexpr or "run by make test-citing",
        "cluster": "cluster" in config.option.markexpr or "run by make test-cluster",
    }
    for item in items:
        for marker, there in needs.items():
            if there is not True and item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=there))


@pytest.fixture(autouse=True)
def patient_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let whoever sees a commit wait for it, however slow the machine is just now."""
    monkeypatch.setattr("engine.local.engine.GRACE", 600.0)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Three running OpenSearch nodes; a test that stops one must start it again."""
    with Cluster(tmp_path_factory.mktemp("cluster")) as running:
        yield running


_names = (f"made{number}" for number in count())


@pytest.fixture
def address(cluster: Cluster) -> Iterator[str]:
    """Where no index is yet, on the cluster; all its nodes run, before and afterwards."""
    name = next(_names)
    yield cluster.location(name)
    cluster.start("yellow")
    cluster.delete(name)
    cluster.start()


ENGINES = ["local", pytest.param("cluster", marks=pytest.mark.cluster)]
NewLocation = Callable[[], str]


@pytest.fixture(scope="module", params=ENGINES)
def new_location(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[NewLocation]:
    """Makes locations without an index: folders, or addresses on the cluster."""
    if request.param == "local":
        yield lambda: str(tmp_path_factory.mktemp("engine") / "index")
        return
    nodes: Cluster = request.getfixturevalue("cluster")
    names: list[str] = []

    def new() -> str:
        names.append(next(_names))
        return nodes.location(names[-1])

    yield new
    for name in names:
        nodes.delete(name)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the logs of the nodes to the report of a failed test that uses them."""
    report = yield
    nodes = getattr(item, "funcargs", {}).get("cluster")
    if report.failed and nodes:
        report.sections.append(("nodes", nodes.logs()))
    return report


MakeIndex = Callable[..., Engine]


@pytest.fixture
def make_index(tmp_path: Path) -> MakeIndex:
    """``making_indexes`` in a folder."""
    return making_indexes(lambda: str(tmp_path / "index"))


def making_indexes(new_location: NewLocation) -> MakeIndex:
    """Build a real index of ``(texts, region path, year, themes)`` reports, and open it.

    Report ``n`` has the id ``r<n>``, its paragraph ``m`` the id ``r<n>-<m>``, both from 0.
    """

    def make(*reports: tuple[Sequence[str], Sequence[str], int | None, Sequence[str]]) -> Engine:
        location = new_location()
        lexicon = Lexicon({"打击欺诈骗保": "医疗保障/基金监管", "DIP": "医疗保障/支付方式改革"})
        with open_writer(location, lexicon, rebuild=True) as writer:
            for number, report in enumerate(reports):
                writer.add(*_report(number, *report))
            writer.commit({})
        return open_engine(location)

    return make


def _report(
    number: int,
    texts: Sequence[str],
    region: Sequence[str] = (),
    year: int | None = None,
    themes: Sequence[str] = (),
) -> tuple[Report, list[Paragraph]]:
    key = f"r{number}"
    path = Region(tuple(region), tuple("000000" for _ in region))
    report = Report(
        key, f"第{number}号报告", f"{key}.txt", region=path, year=year, paragraphs=len(texts)
    )
    bears = tuple(Theme(theme) for theme in themes)
    return report, [
        Paragraph(f"{key}-{at}", key, at + 1, text, text, themes=bears)
        for at, text in enumerate(texts)
    ]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The web app over the made-up reports of ``web_index``."""
    return create_app(location=web_index.build(str(tmp_path_factory.mktemp("web") / "index")))


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A running Chromium; modules that use it import ``browsing``, which may skip them."""
    from browsing import running_browser

    with running_browser() as running:
        yield running


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server on the small index of ``web_index``."""
    with serving(web_index.build(str(tmp_path_factory.mktemp("site") / "index"))) as address:
        yield address


@pytest.fixture(scope="session")
def large_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server on the 1,200 reports of ``large_index``."""
    with serving(large_index.build(str(tmp_path_factory.mktemp("large") / "index"))) as address:
        yield address


@pytest.fixture
def page(browser: Any, site: str) -> Iterator[Any]:
    """A fresh desktop page on the small site."""
    from browsing import open_page

    yield from open_page(browser, site)


@pytest.fixture
def large_page(browser: Any, large_site: str) -> Iterator[Any]:
    """A fresh desktop page on the large site."""
    from browsing import open_page

    yield from open_page(browser, large_site)


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that every user of this machine may enter, for ``unprivileged``."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        yield Path(folder)
