"""One change of an index on the cluster; see ``engine.engine.Writer``.

A rebuild fills an index of its own, ``name-7`` beside ``name-6``, and moves the alias
``name`` from one to the other in one step. Any other change goes into the index there is, as
the next generation (see ``state``). In both, what a run that was cut off has left behind is
seen by nobody, and deleted by the next.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from types import TracebackType
from uuid import uuid4

from engine.analyze import Analyzer
from engine.errors import IndexMissing
from engine.model import FileRecord, Lexicon, Paragraph, Report
from engine.opensearch import mapping
from engine.opensearch.address import parse
from engine.opensearch.bulk import Bulk, writing_alias
from engine.opensearch.client import Absent, Busy, Connection, Exists, Json, patiently
from engine.opensearch.documents import FILE, GONE, MANIFEST, OUTDATED, PARAGRAPH, REPLACED, REPORT
from engine.opensearch.duplicates import Paragraphs, changes
from engine.opensearch.lock import Lock
from engine.opensearch.new_documents import (
    changed,
    manifest_documents,
    outdated_documents,
    report_documents,
)
from engine.opensearch.state import (
    Meta,
    belonging,
    counted,
    load_manifest,
    look,
    outdated,
    read_meta,
    voids,
    within,
)

_LONG = 1800.0  # seconds for what may take long: deleting, making all visible
# An index has its replicas before anything is written that they should hold; a cluster of too
# few nodes for them is not waited for.
_WITH_COPIES = {"wait_for_active_shards": "all", "timeout": "20s"}


class ClusterWriter:
    """Holds the index's lock from when it is made until it is left."""

    def __init__(self, location: str, lexicon: Lexicon, rebuild: bool = False) -> None:
        self._cluster = Connection(parse(location))
        self._lexicon = lexicon
        self._analyzer = Analyzer(lexicon.phrases)
        self._gone: list[str] = []
        self._old = ""  # the index that a new one takes the place of
        self._lock = Lock(self._cluster)
        self._is_deciding = False
        try:
            self._index, self._meta, self._generation = self._open(rebuild)
            self._bulk = Bulk(self._cluster, self._index)
        except BaseException:
            self._lock.release()
            raise
        self._added = self._paragraphs = 0

    @property
    def _is_new(self) -> bool:
        return self._meta.generation == 0

    def _open(self, rebuild: bool) -> tuple[str, Meta, int]:
        """The index to write to, without what is no part of it, and the number of this run."""
        try:
            self._old, told = look(self._cluster)
        except IndexMissing:
            rebuild = True
        left = self._leftovers()
        if rebuild:
            last = max([0, *(int(name.rpartition("-")[2]) for name in left)])
            index, meta = self._create(last)
            return index, meta, self._lock.number(meta.generation)
        meta = read_meta(told, self._cluster.address.location)
        index, self._old = self._old, ""
        number = self._lock.number(meta.generation)
        self._clean(index, meta, number)
        return index, meta, number

    def _leftovers(self) -> list[str]:
        """All indexes of this name; those that the alias does not name are deleted."""
        name = self._cluster.address.name
        found = self._cluster.ask("GET", f"/{name}-*")
        ours = [index for index in found if re.fullmatch(rf"{re.escape(name)}-[0-9]+", index)]
        for index in ours:
            if name not in found[index]["aliases"] and mapping.told_by(found[index]):
                self._lock.confirm()
                self._delete(index)
        return ours

    def _delete(self, index: str) -> None:
        """Delete an index that nobody needs; where that fails, the next run does it."""
        with suppress(Absent, Busy):
            self._cluster.ask("DELETE", f"/{index}")

    def _create(self, last: int) -> tuple[str, Meta]:
        index = f"{self._cluster.address.name}-{last + 1}"
        analyzer = self._analyzer
        meta = Meta(uuid4().hex, mapping.SCHEMA, analyzer.name, analyzer.dictionary)
        body = mapping.body(self._cluster.address, asdict(meta), writing_alias(index))
        try:
            self._cluster.ask("PUT", f"/{index}", body, _LONG, **_WITH_COPIES)
        except Exists:
            # Where an answer is lost on its way, the client asks again for what is done.
            made = self._cluster.ask("GET", f"/{index}/_mapping")[index]
            if mapping.told_by(made).get("build") != meta.build:
                raise
        return index, meta

    def _clean(self, index: str, meta: Meta, number: int) -> None:
        """Delete what came after a generation, and what it did away with.

        What comes with a higher ``number`` is of a writer that took this one for dead.
        """
        _, gone, replaced = load_manifest(self._cluster, index, meta.generation)
        before: Json = {"range": {"since": {"lt": meta.generation}}}
        listed: Json = {"terms": {"type": [FILE, MANIFEST, OUTDATED]}}
        out = [
            {"range": {"since": {"gt": meta.generation, "lt": number}}},
            {"bool": {"filter": [before, listed]}},
            *voids(meta),
            *outdated(index, meta, gone, replaced),
        ]
        self._cluster.ask("POST", f"/{index}/_refresh", patience=_LONG)
        self._cluster.ask(
            "POST",
            f"/{index}/_delete_by_query",
            {"query": {"bool": {"should": out}}},
            _LONG,
            refresh="true",
            conflicts="proceed",  # what is written meanwhile, by who was taken for dead, is void
        )

    def __enter__(self) -> ClusterWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bulk.close()
        self._lock.release(leave=not self._is_deciding)

    def add(self, report: Report, paragraphs: Sequence[Paragraph]) -> None:
        """Put in a report with all of its paragraphs."""
        number, since = self._meta.next + self._added, self._generation
        for document in report_documents(report, paragraphs, self._analyzer, number, since):
            self._bulk.add(document)
        self._added += 1
        self._paragraphs += len(paragraphs)

    def remove(self, report_id: str) -> None:
        """Take out a report with all of its paragraphs."""
        self._gone.append(report_id)

    def commit(self, files: Mapping[str, FileRecord]) -> None:
        """Make the change visible and durable; ``files`` is the new manifest's list."""
        gone = self._list(GONE, self._gone)
        self._finish()
        meta = self._following(gone)
        places, clusters = self._change_clusters(meta, gone)
        replaced = self._list(REPLACED, places)
        for document in manifest_documents(files, self._lexicon, gone, replaced, self._generation):
            self._bulk.add(document)
        self._finish()
        self._decide(replace(meta, clusters=clusters))
        if self._is_new and self._old:
            self._delete(self._old)

    def _decide(self, meta: Meta) -> None:
        """Make the new generation hold, and a new index take the place of the old one.

        Without an answer it may yet come to be, and so nobody else is let in for a while.
        """
        told = {"_meta": {mapping.META: asdict(meta)}}

        def attempt() -> None:
            self._lock.confirm()
            self._is_deciding = True
            self._cluster.ask("PUT", f"/{self._index}/_mapping", told)
            if self._is_new:
                self._take_over()

        patiently(attempt)
        self._is_deciding = False

    def _finish(self) -> None:
        """Wait until all that was added can be found."""
        self._bulk.finish()
        done = self._cluster.ask("POST", f"/{self._index}/_refresh", patience=_LONG)
        if done["_shards"]["failed"]:
            raise Busy("集群没能让新写入的段落可查；请检查各节点是否都在，再运行一次")

    def _list(self, what: str, values: Sequence[object]) -> list[str]:
        """Put in the lists of what the change does away with; their ids."""
        lists = [*outdated_documents(what, values, self._generation)]
        for document in lists:
            self._bulk.add(document)
        return [document.id for document in lists]

    def _following(self, gone: Sequence[str]) -> Meta:
        """What the index is to say of itself, but for its clusters."""
        gone_reports, gone_paragraphs = self._count(gone)
        skipped = (self._meta.generation + 1, self._generation - 1)  # by runs that were cut off
        return replace(
            self._meta,
            tokenizer=self._analyzer.name,
            dictionary=self._analyzer.dictionary,
            generation=self._generation,
            reports=self._meta.reports + self._added - gone_reports,
            paragraphs=self._meta.paragraphs + self._paragraphs - gone_paragraphs,
            next=self._meta.next + self._added,
            void=[*self._meta.void, skipped] if skipped[0] <= skipped[1] else self._meta.void,
        )

    def _change_clusters(self, meta: Meta, gone: Sequence[str]) -> tuple[list[int], int]:
        """Write again what has other near-duplicates now.

        What was there before this change is replaced: its places, and the number of the next
        cluster. Of what the change brought the documents themselves are overwritten, which
        nobody has seen yet.
        """
        here = belonging(PARAGRAPH, meta, outdated(self._index, meta, gone))
        paragraphs = Paragraphs(self._cluster, self._index, here)
        held = paragraphs.held(meta.next, meta.paragraphs)
        found, following = changes(held, paragraphs.shingles, meta.clusters)
        replaced = []
        for source, alike in paragraphs.changed(found):
            self._bulk.add(changed(source, alike, self._analyzer, meta.generation))
            if source["since"] < meta.generation:
                replaced.append(source["place"])
        return replaced, following

    def _count(self, gone: Sequence[str]) -> tuple[int, int]:
        """How many reports and paragraphs the lists take out."""
        if not gone:  # no list would mean everything
            return 0, 0
        some = {"bool": {"should": within(self._index, "report", GONE, gone)}}
        query = {"bool": {"filter": [belonging(REPORT, self._meta), some]}}
        sums: Json = {"paragraphs": {"sum": {"field": "paragraphs"}}}
        told = patiently(lambda: self._cluster.search(self._index, counted(query, sums)))
        paragraphs = told["aggregations"]["paragraphs"]["value"]
        return told["hits"]["total"]["value"], int(paragraphs)

    def _take_over(self) -> None:
        """Move the alias to the new index."""
        alias = self._cluster.address.name
        actions: list[Json] = [{"add": {"index": self._index, "alias": alias}}]
        if self._old:
            actions.append({"remove": {"index": self._old, "alias": alias}})
        self._cluster.ask("POST", "/_aliases", {"actions": actions})
