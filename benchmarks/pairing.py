"""How right the pairs of sentences of two reports are, beside what a reader chose.

``tests/cases/compare.tsv`` names sentences by a hash of their letters, with the partner that a
reader chose, ``-`` for none, and several with ``|`` where each would do. A sentence has a partner
where another says the same of the same thing: with half the words of one and a third of the other
in common, it must be found; with less, the reader wrote ``-`` beside the partner, and it counts
only if something else is found. The reader saw the candidates of three other measures, not the
pairs. The set ``tune`` served to choose the measure, ``measure`` was measured once.

Run ``python -m benchmarks.pairing FOLDER``, the folder with the reports that the table names.
"""

from __future__ import annotations

import csv
import hashlib
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from statistics import median

from engine.analyze import normalise
from engine.engine import Searcher, open_engine
from engine.model import Query, Report
from indexer.build import build
from search_app.compare.comparison import compare

TABLE = Path(__file__).parents[1] / "tests/cases/compare.tsv"
_NONE = "-"


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence of the file ``b`` by its hash, and the hashes of its partners in ``a``."""

    set: str
    a: str
    b: str
    sentence: str
    partner: str

    @property
    def partners(self) -> Sequence[str]:
        return self.partner.split("|")


@dataclass(slots=True)
class Score:
    """Partners found, others found, partners missed, and found where none would do as well."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    either: int = 0

    @property
    def f1(self) -> float:
        return 2 * self.right / (2 * self.right + self.wrong + self.missed)

    @property
    def f1_with_either(self) -> float:
        """F1 if what the reader allowed, but did not ask for, counts as found."""
        right = 2 * (self.right + self.either)
        return right / (right + self.wrong + self.missed)

    def count(self, found: str | None, partners: Sequence[str]) -> None:
        """Count one sentence, for which ``found`` was found or nothing."""
        is_right = found in partners
        is_free = _NONE in partners
        if is_right:
            self.either += is_free
            self.right += not is_free
        else:
            self.wrong += found is not None
            self.missed += not is_free


def cases() -> list[Case]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return [Case(**row) for row in csv.DictReader(lines, delimiter="\t")]


def pairs_of(cases: Sequence[Case]) -> list[tuple[str, str]]:
    """The pairs of files of the cases, each once."""
    return list(dict.fromkeys((case.a, case.b) for case in cases))


def digest(text: str) -> str:
    """The hash that names a sentence: of its letters and digits, normalised."""
    letters = "".join(filter(str.isalnum, normalise(text)))
    return hashlib.sha256(letters.encode()).hexdigest()[:10]


@contextmanager
def opened(folder: Path) -> Iterator[tuple[Searcher, Mapping[str, Report]]]:
    """A searcher of all reports of the table, and the reports by the names of their files."""
    files = sorted({folder / name for pair in pairs_of(cases()) for name in pair})
    with tempfile.TemporaryDirectory() as location:
        failures = build(files, location).failures
        if failures:
            raise SystemExit(f"cannot read {failures}")
        with open_engine(location).searcher() as searcher:
            found = (match.report for match in searcher.report_matches(Query(limit=0)))
            yield searcher, {Path(report.source).name: report for report in found}


def score(searcher: Searcher, reports: Mapping[str, Report], part: str) -> Score:
    """The score of the cases of one set."""
    found = Score()
    chosen = [case for case in cases() if case.set == part]
    for a, b in pairs_of(chosen):
        best: defaultdict[str, tuple[float, str | None]] = defaultdict(lambda: (0.0, None))
        for pair in compare(searcher, reports[a], reports[b]).sentences.pairs:
            key = digest(pair.b.text)
            best[key] = max(best[key], (pair.likeness, digest(pair.a.text)))
        for case in chosen:
            if (case.a, case.b) == (a, b):
                found.count(best[case.sentence][1], case.partners)
    return found


def chance(searcher: Searcher, reports: Mapping[str, Report], pairs: int) -> tuple[int, int]:
    """Sentences with a partner, and all, in the second of two reports of different provinces."""
    names = {name: report.region.names[:1] for name, report in reports.items()}
    apart = [(a, b) for a, b in combinations(sorted(names), 2) if names[a] != names[b]]
    paired = sentences = 0
    for a, b in random.Random(1).sample(apart, pairs):
        found = compare(searcher, reports[a], reports[b]).sentences
        partnered = len({id(pair.b) for pair in found.pairs})
        paired += partnered
        sentences += partnered + len(found.new)
    return paired, sentences


def _milliseconds(searcher: Searcher, reports: Mapping[str, Report]) -> Iterator[float]:
    for a, b in pairs_of(cases()):
        started = time.process_time()
        compare(searcher, reports[a], reports[b])
        yield 1000 * (time.process_time() - started)


def main(folder: str) -> None:
    with opened(Path(folder)) as (searcher, reports):
        for part in sorted({case.set for case in cases()}):
            found = score(searcher, reports, part)
            print(f"{part}: F1 {found.f1:.3f}, {found.f1_with_either:.3f} with either, {found}")
        paired, sentences = chance(searcher, reports, 40)
        print(f"partners by chance: {paired} of {sentences}, {paired / sentences:.2%}")
        spent = median(_milliseconds(searcher, reports))
        print(f"median of a comparison: {spent:.0f} ms of processor time")


if __name__ == "__main__":
    main(*sys.argv[1:])
