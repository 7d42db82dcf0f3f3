"""Every number that is a link equals a number of the page that it leads to."""

from __future__ import annotations

import random
import re
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import large_index
import pytest
import values_index
from flask.testing import FlaskClient
from lxml import html as dom

from search_app import create_app

MAX_FOLLOWED = 40  # links of one page
# A number of paragraphs, reports or values; of ``12/40``, the search finds the first.
COUNT = re.compile(r"(?P<count>\d[\d,]*)(?:/\d[\d,]*)?\s*(?:段|篇|处|句)?")
AT_END = re.compile(
    r"(?:（| )(?P<count>\d[\d,]*) ?(?:段|篇|处|句)?(?:）.*)?$"
)  # 只看湖南省（7 段）
# Links whose number is no count: years and decades, pages, sentences, figures, dates.
NO_COUNT = "ancestor::th or ancestor::nav or ancestor::ol or ancestor::svg"

LARGE = {
    "start": "/",
    "start, opened": "/?open=湖南省&decade=1990",
    "results": "/?q=营商环境",
    "results, filtered": "/?q=乡村振兴 基金监管&region=湖南省&year=2010..2019&level=city",
    "results, within": "/?q=持续&in=财政部门&within=sentence&fold=1",
    "place and year in the query": "/?q=湖南省2015年乡村振兴",
    "regions": "/facet/region?q=营商环境",
    "years": "/facet/year?q=营商环境&region=四川省",
    "lines": "/lines?q=新质生产力",
    "trend": "/trend?q=营商环境&vs=乡村振兴&region=湖南省",
    "trend of a level": "/trend?q=新质生产力&level=county&by=province",
}
VALUED = {
    "values": "/values?q=参保率",
    "values of a region": "/values?q=参保率&region=甲省",
    "results": "/?q=参保率",
    "lines": "/lines?q=参保率",
    "trend": "/trend?q=参保率",
}


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder: Path = tmp_path_factory.mktemp("numbers") / "large"
    return create_app(location=large_index.build(str(folder))).test_client()


@pytest.fixture(scope="module")
def valued(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder: Path = tmp_path_factory.mktemp("numbers") / "valued"
    return create_app(location=values_index.build(str(folder))).test_client()


def number(text: str) -> int:
    return int(text.replace(",", ""))


def counts(tree: dom.HtmlElement) -> list[tuple[int, str]]:
    """The numbers of a page that are links, with their addresses."""
    found = []
    for link in tree.xpath(f"//main//a[not({NO_COUNT})]"):
        href = link.get("href")
        tail = (link.tail or "").strip()
        words = "".join(link.itertext()).strip() + (tail if tail.startswith("（") else "")
        match = COUNT.fullmatch(words) or AT_END.search(words)
        if match and href and urlsplit(href).path in ("/", "/values", "/lines", "/trend"):
            found.append((number(match["count"]), href))
    return found


def boxes(tree: dom.HtmlElement, path: str) -> list[tuple[int, str]]:
    """The numbers of the facets, with the addresses that ticking one value alone gives.

    A facet's counts ignore its own selection.
    """
    asked = parse_qsl(urlsplit(path).query)
    found = []
    for box in tree.xpath("//main//input[@type='checkbox'][@form='ask'][not(@name='fold')]"):
        name, value = box.get("name"), box.get("value")
        (count,) = box.xpath("string(../span[contains(@class, 'num')][last()])").split("/")[:1]
        kept = [pair for pair in asked if pair[0] != name]
        found.append((number(count), f"/?{urlencode([*kept, (name, value)])}"))
    return found


def shown(tree: dom.HtmlElement) -> set[int]:
    """The numbers that a page says of itself: in its first lines and in its headings."""
    said = tree.xpath(
        "//main//*[self::h1 or self::h2 or @class='found']//text()[not(ancestor::nav)]"
    )
    return {number(each) for each in re.findall(r"\d[\d,]*", " ".join(said))}


def follow(client: FlaskClient, path: str) -> None:
    """Follow numbers of a page."""
    tree = dom.fromstring(client.get(path).text)
    found = counts(tree) + boxes(tree, path)
    chosen = random.Random(path).sample(found, min(MAX_FOLLOWED, len(found)))
    for count, href in chosen:
        answer = client.get(href)
        assert answer.status_code == 200, href
        numbers = shown(dom.fromstring(answer.text)) or {0}
        assert count in numbers or (count == 0 and "没有找到" in answer.text), (count, href)


@pytest.mark.parametrize("path", LARGE.values(), ids=LARGE.keys())
def test_numbers_of_a_large_collection(large: FlaskClient, path: str) -> None:
    follow(large, path)


@pytest.mark.parametrize("path", VALUED.values(), ids=VALUED.keys())
def test_numbers_of_figures(valued: FlaskClient, path: str) -> None:
    follow(valued, path)


def test_enough_is_followed(large: FlaskClient, valued: FlaskClient) -> None:
    """The walk would notice that pages lost their links."""
    for client, path, least in (
        (large, LARGE["start"], 100),
        (large, LARGE["results, filtered"], 20),
        (large, LARGE["regions"], 20),
        (large, LARGE["place and year in the query"], 20),
        (large, LARGE["trend"], 40),
        (large, LARGE["lines"], 1),
        (valued, VALUED["values"], 4),
    ):
        tree = dom.fromstring(client.get(path).text)
        assert len(counts(tree) + boxes(tree, path)) >= least, path
