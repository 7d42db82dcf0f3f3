"""Writes docs/licences.md: the licences of what is installed with yinju.

Run it after a change of the dependencies: ``pip install '.[cluster,mcp,ocr]'``, then
``python docs/licences.py``. A test compares the page with what is installed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PAGE = Path(__file__).parent / "licences.md"
EXTRAS = ("cluster", "mcp", "metrics", "ocr")  # the other extras are for work on yinju itself
ACCEPTED = {
    *("0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause"),
    *("CC0-1.0", "ISC", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0", "PSF-2.0", "Zlib", "ZPL-2.1"),
    "BSD",  # where a package says no more
}

_TABLE = "| package | licence | for |\n|---|---|---|\n"

# What packages write in place of an SPDX expression, in a classifier or as free text.
_SPDX = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "BSD-3-Clause, Apache-2.0, dependency licenses": "BSD-3-Clause AND Apache-2.0",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Two-clause BSD license": "BSD-2-Clause",
    "ZPL 2.1": "ZPL-2.1",
}
_VAGUE = {"BSD", "", "UNKNOWN"}


def installed_licences(extra: str = "") -> dict[str, str]:
    """The licence of each package that yinju needs here, for an extra or ("") at all."""
    found: dict[str, str] = {}
    done: set[tuple[str, tuple[str, ...]]] = set()
    todo: list[tuple[str, tuple[str, ...]]] = [("yinju", (extra,))]
    while todo:
        name, extras = todo.pop()
        package = distribution(name)
        found[name] = licence(package)
        done.add((name, extras))
        todo += [needed for needed in _requirements(package, extras) if needed not in done]
    del found["yinju"]
    return found


def _requirements(
    package: Distribution, extras: tuple[str, ...]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for text in package.requires or ():
        needed = Requirement(text)
        if not needed.marker or any(needed.marker.evaluate({"extra": e}) for e in ("", *extras)):
            yield canonicalize_name(needed.name), tuple(sorted(needed.extras))


def licence(package: Distribution) -> str:
    """The licence that a package states in its metadata, as SPDX has it where we know how."""
    metadata = package.metadata
    stated = [metadata.get("License-Expression") or "", metadata.get("License") or ""]
    for classifier in metadata.get_all("Classifier") or ():
        if classifier.startswith("License :: OSI Approved :: "):
            stated.append(classifier.rsplit(" :: ", 1)[1])
    names = [_SPDX.get(text.strip(), text.strip()) for text in stated if "\n" not in text.strip()]
    return next((name for name in names if name not in _VAGUE), "BSD" if "BSD" in names else "")


def is_accepted(expression: str) -> bool:
    """Whether an SPDX expression has accepted licences only; of alternatives, one is enough."""
    choices = expression.strip("()").split(" OR ")
    return any(all(part.strip("() ") in ACCEPTED for part in c.split(" AND ")) for c in choices)


def listed_licences() -> dict[str, str]:
    """The licence of each package on the page, those of some systems only included."""
    text = PAGE.read_text("utf-8")
    elsewhere = re.findall(r"`([\w-]+)` \(([\w.-]+)\)", text)
    return dict(re.findall(r"^\| `([\w-]+)` \| (.+?) \|", text, re.M) + elsewhere)


def table() -> str:
    """The rows for what is installed; raises ``PackageNotFoundError`` where an extra is not."""
    needed = installed_licences()
    uses = dict.fromkeys(needed, "yinju")
    for extra in EXTRAS:
        for name, stated in installed_licences(extra).items():
            needed[name] = stated
            if uses.get(name) != "yinju":
                uses[name] = ", ".join(filter(None, (uses.get(name), f"`{extra}`")))
    rows = (f"| `{name}` | {needed[name]} | {uses[name]} |\n" for name in sorted(needed))
    return _TABLE + "".join(rows)


if __name__ == "__main__":
    try:
        rows = table()
    except PackageNotFoundError as error:
        raise SystemExit(f"{error}: pip install '.[{','.join(EXTRAS)}]' first") from error
    text = PAGE.read_text("utf-8")
    PAGE.write_text(re.sub(re.escape(_TABLE) + r"(?:\|.*\n)*", rows, text), "utf-8")
