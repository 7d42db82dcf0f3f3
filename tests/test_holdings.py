"""The table of the start page: rows and columns that open, exact numbers, visible gaps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import large_index
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as dom

from engine.engine import open_engine
from engine.model import Overview
from search_app import create_app
from search_app.holdings import View, holdings

PATHS = ("湖南省", "湖南省/湘潭市", "湖南省/湘潭市/湘乡市", "湖北省", "unknown")
MAX_PAGE_BYTES = 60_000
VIEWS = ("/", "/?open=湖南省", "/?open=湖南省/长沙市&decade=1990", "/?decade=1980", "/?open=火星省")


@pytest.fixture(scope="module")
def large_client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder: Path = tmp_path_factory.mktemp("holdings") / "index"
    return create_app(open_engine(large_index.build(str(folder)))).test_client()


def links(page: str) -> Iterator[tuple[str, int]]:
    """The address and the number of each cell."""
    for link in dom.fromstring(page).xpath("//table//td/a"):
        yield link.get("href"), int(link.text.replace(",", ""))


@pytest.mark.parametrize("view", VIEWS)
def test_every_number_is_that_of_its_page(large_client: FlaskClient, view: str) -> None:
    found = dict(links(large_client.get(view).text))
    assert len(found) > 100
    for address, count in [*found.items()][:: len(found) // 60]:
        api = large_client.get("/api/search" + address.removeprefix("/") + "&limit=1").json
        assert api["reports"] == count, address


def test_the_start_page_stays_light(large_client: FlaskClient) -> None:
    assert len(large_client.get("/").data) < MAX_PAGE_BYTES


def test_recent_years_come_first_and_no_year_is_lost(large_client: FlaskClient) -> None:
    tree = dom.fromstring(large_client.get("/").text)
    heads = [head.text_content() for head in tree.xpath("//thead//th")]
    recent = [str(year) for year in range(2025, 2015, -1)]
    decades = ["2010—2015", "2000—2009", "1990—1999", "1989", "未标明"]
    assert heads == ["地区", "合计", *recent, *decades]
    assert "1989—2025 年间，2003 年一篇报告也没有收到" in tree.xpath("string(//main/p[last()])")


def test_a_decade_opens_into_its_years_with_a_gap(large_client: FlaskClient) -> None:
    tree = dom.fromstring(large_client.get("/").text)
    (link,) = tree.xpath("//thead//a[starts-with(., '2000')]/@href")
    tree = dom.fromstring(large_client.get(link).text)
    heads = [head.text_content() for head in tree.xpath("//thead//th")]
    assert [str(year) for year in range(2009, 1999, -1)] == heads[13:23]
    column = heads.index("2003")
    assert {row.xpath(f"string(*[{column + 1}])") for row in tree.xpath("//tbody/tr")} == {""}


def test_a_province_opens_into_cities_and_counties(large_client: FlaskClient) -> None:
    tree = dom.fromstring(large_client.get("/").text)
    (link,) = tree.xpath("//tbody//th/a[.='湖南省']/@href")
    tree = dom.fromstring(large_client.get(link).text)
    (toggle,) = tree.xpath("//tbody//th/a[.='湖南省']")
    assert (toggle.get("aria-expanded"), toggle.get("href")) == ("true", "/#held")
    city = tree.xpath("//tr[@class='d1']/th/a")[0]
    tree = dom.fromstring(large_client.get(city.get("href")).text)
    assert tree.xpath("//tr[@class='d2']")
    assert parse_qs(urlsplit(city.get("href")).query)["open"][0].startswith("湖南省/")


@given(
    st.dictionaries(
        st.tuples(st.sampled_from(PATHS), st.none() | st.integers(1949, 2030)),
        st.integers(1, 50),
    ),
    st.builds(View, st.sampled_from(("", *PATHS)), st.integers(1940, 2030)),
)
def test_rows_and_columns_add_up(own: dict[tuple[str, int | None], int], view: View) -> None:
    """``own`` has the reports of each region itself; the overview counts them for those above."""
    grid: dict[tuple[str, int | None], int] = {}
    for (path, year), count in own.items():
        levels = path.split("/")
        for depth in range(len(levels)):
            key = "/".join(levels[: depth + 1]), year
            grid[key] = grid.get(key, 0) + count
    table = holdings(Overview(1, 1, grid), view)
    every = table.all_reports
    assert every.total.count == sum(own.values())
    for row in (every, *table.rows):
        assert row.total.count == sum(cell.count for cell in row.cells)
    for at, cell in enumerate(every.cells):
        assert cell.count == sum(row.cells[at].count for row in table.rows if not row.depth)
        assert bool(cell.step) is False
    assert all(bool(cell.step) == bool(cell.count) for row in table.rows for cell in row.cells)


def test_an_empty_index_has_no_rows() -> None:
    table = holdings(Overview(0, 0, {}), View())
    assert (table.rows, table.columns, table.gaps) == ([], [], "")
