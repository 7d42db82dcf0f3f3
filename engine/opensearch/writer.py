"""One change of an index on the cluster; see ``engine.engine.Writer``.

A rebuild fills an index of its own, ``name-7`` beside ``name-6``, and moves the alias ``name``
from one to the other in one step. Any other change is written to the existing index, as its
next generation (see ``state``). In both cases no reader sees what an interrupted writer has
left behind, and the next writer deletes it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from types import TracebackType
from uuid import uuid4

from engine.analyze import Analyzer
from engine.arrivals import Arrivals
from engine.errors import IndexMissing
from engine.model import FileRecord, Lexicon, Paragraph, Report
from engine.opensearch import mapping
from engine.opensearch.address import parse
from engine.opensearch.bulk import Bulk, writing_alias
from engine.opensearch.client import Absent, Busy, Connection, Exists, Json, patiently
from engine.opensearch.documents import FILE, GONE, MANIFEST, OUTDATED, PARAGRAPH, REPLACED, REPORT
from engine.opensearch.duplicates import ParagraphReader, changes
from engine.opensearch.lock import Lock
from engine.opensearch.new_documents import (
    manifest_documents,
    outdated_documents,
    report_documents,
    updated_document,
)
from engine.opensearch.state import (
    Meta,
    counting_body,
    find_index,
    known_arrivals,
    list_queries,
    live_query,
    load_manifest,
    outdated_queries,
    read_meta,
    void_queries,
)

_LONG = 1800.0  # seconds for a request that may take long: a deletion by query, a refresh
# A new index gets its replicas before documents come, which are then written to all copies. A
# cluster with too few nodes for them is not waited for.
_WITH_REPLICAS = {"wait_for_active_shards": "all", "timeout": "20s"}


class ClusterWriter:
    """Owns the index's lock from its creation until the context is left."""

    def __init__(self, location: str, lexicon: Lexicon, rebuild: bool = False) -> None:
        self._connection = Connection(parse(location))
        self._lexicon = lexicon
        self._analyzer = Analyzer(lexicon.phrases)
        self._gone: list[str] = []
        self._old = ""  # the index that a new one will replace
        self._lock = Lock(self._connection)
        self._is_deciding = False
        try:
            self._index, self._meta, self._generation = self._open(rebuild)
            self._bulk = Bulk(self._connection, self._index)
        except BaseException:
            self._lock.release()
            raise
        self._added_reports = self._added_paragraphs = 0

    @property
    def _is_new(self) -> bool:
        return self._meta.generation == 0

    def _open(self, rebuild: bool) -> tuple[str, Meta, int]:
        """The index to write to, cleaned, with its meta data; and this writer's generation."""
        known: Mapping[str, int] = {}
        try:
            self._old, data = find_index(self._connection)
            known = known_arrivals(self._connection, self._old, data.get("generation", 0))
        except IndexMissing:
            rebuild = True
        self._arrivals = Arrivals(known)
        existing = self._delete_leftovers()
        if rebuild:
            last = max([0, *(int(name.rpartition("-")[2]) for name in existing)])
            index, meta = self._create(last + 1)
            return index, meta, self._lock.number(meta.generation)
        meta = read_meta(data, self._connection.address.location)
        index, self._old = self._old, ""
        generation = self._lock.number(meta.generation)
        self._clean(index, meta, generation)
        return index, meta, generation

    def _delete_leftovers(self) -> list[str]:
        """Delete our indexes without the alias; returns the names that are in use, or were."""
        alias = self._connection.address.name
        response = self._connection.ask("GET", f"/{alias}-*")
        names = [name for name in response if re.fullmatch(rf"{re.escape(alias)}-[0-9]+", name)]
        for name in names:
            if alias not in response[name]["aliases"] and mapping.meta_of(response[name]):
                self._lock.confirm()
                self._delete(name)
        return names

    def _delete(self, index: str) -> None:
        """Delete an index that nobody needs; where that fails, the next writer does it."""
        with suppress(Absent, Busy):
            self._connection.ask("DELETE", f"/{index}")

    def _create(self, number: int) -> tuple[str, Meta]:
        index = f"{self._connection.address.name}-{number}"
        analyzer = self._analyzer
        meta = Meta(uuid4().hex, mapping.SCHEMA, analyzer.name, analyzer.dictionary)
        body = mapping.body(self._connection.address, asdict(meta), writing_alias(index))
        try:
            self._connection.ask("PUT", f"/{index}", body, _LONG, **_WITH_REPLICAS)
        except Exists:
            # Where a response is lost, the client repeats a request that was carried out.
            created = self._connection.ask("GET", f"/{index}/_mapping")[index]
            if mapping.meta_of(created).get("build") != meta.build:
                raise
        return index, meta

    def _clean(self, index: str, meta: Meta, generation: int) -> None:
        """Delete what came after the live generation, and what that one outdated.

        Documents above this writer's ``generation`` are those of a writer that took this one
        for dead.
        """
        manifest = load_manifest(self._connection, index, meta.generation)
        earlier: Json = {"range": {"since": {"lt": meta.generation}}}
        listed: Json = {"terms": {"type": [FILE, MANIFEST, OUTDATED]}}
        queries = [
            {"range": {"since": {"gt": meta.generation, "lt": generation}}},
            {"bool": {"filter": [earlier, listed]}},
            *void_queries(meta),
            *outdated_queries(index, meta, manifest.gone, manifest.replaced),
        ]
        self._connection.ask("POST", f"/{index}/_refresh", patience=_LONG)
        self._connection.ask(
            "POST",
            f"/{index}/_delete_by_query",
            {"query": {"bool": {"should": queries}}},
            _LONG,
            refresh="true",
            # A writer whose lock expired may still write some of these; they will be void.
            conflicts="proceed",
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
        self._lock.release(at_once=not self._is_deciding)

    def add(
        self, report: Report, paragraphs: Sequence[Paragraph], same_file: Collection[str] = ()
    ) -> None:
        """Put in a report with all of its paragraphs."""
        report = self._arrivals.dated(report, same_file)
        number, since = self._meta.next + self._added_reports, self._generation
        for document in report_documents(report, paragraphs, self._analyzer, number, since):
            self._bulk.add(document)
        self._added_reports += 1
        self._added_paragraphs += len(paragraphs)

    def remove(self, report_id: str) -> None:
        """Take out a report with all of its paragraphs."""
        self._gone.append(report_id)

    def commit(self, files: Mapping[str, FileRecord]) -> None:
        """Make the change visible and durable; ``files`` is the new manifest's list."""
        gone = self._write_lists(GONE, self._gone)
        self._finish()
        meta = self._next_meta(gone)
        places, next_group = self._regroup(meta, gone)
        replaced = self._write_lists(REPLACED, places)
        times, since = self._arrivals.times, self._generation
        for document in manifest_documents(files, self._lexicon, gone, replaced, times, since):
            self._bulk.add(document)
        self._finish()
        self._publish(replace(meta, clusters=next_group))
        if self._is_new and self._old:
            self._delete(self._old)

    def _publish(self, meta: Meta) -> None:
        """Make the new generation the live one, and a new index that of the alias.

        Where no response comes, the cluster may carry the request out later. So the lock is
        then left to expire.
        """
        body = {"_meta": {mapping.META: asdict(meta)}}

        def attempt() -> None:
            self._lock.confirm()
            self._is_deciding = True
            self._connection.ask("PUT", f"/{self._index}/_mapping", body)
            if self._is_new:
                self._move_alias()

        patiently(attempt)
        self._is_deciding = False

    def _finish(self) -> None:
        """Wait until all that was added can be found."""
        self._bulk.finish()
        response = self._connection.ask("POST", f"/{self._index}/_refresh", patience=_LONG)
        if response["_shards"]["failed"]:
            raise Busy("集群没能让新写入的段落可查；请检查各节点是否都在，再运行一次")

    def _write_lists(self, field: str, values: Sequence[object]) -> list[str]:
        """Write the lists of what this change outdates; returns their ids."""
        lists = [*outdated_documents(field, values, self._generation)]
        for document in lists:
            self._bulk.add(document)
        return [document.id for document in lists]

    def _next_meta(self, gone: Sequence[str]) -> Meta:
        """The meta data of the new generation, except for its duplicate groups."""
        gone_reports, gone_paragraphs = self._count_gone(gone)
        skipped = (self._meta.generation + 1, self._generation - 1)  # of interrupted writers
        return replace(
            self._meta,
            tokenizer=self._analyzer.name,
            dictionary=self._analyzer.dictionary,
            generation=self._generation,
            reports=self._meta.reports + self._added_reports - gone_reports,
            paragraphs=self._meta.paragraphs + self._added_paragraphs - gone_paragraphs,
            next=self._meta.next + self._added_reports,
            void=[*self._meta.void, skipped] if skipped[0] <= skipped[1] else self._meta.void,
        )

    def _regroup(self, meta: Meta, gone: Sequence[str]) -> tuple[list[int], int]:
        """Write paragraphs again whose near-duplicates changed.

        Returns the places of those that were there before this change, whose old documents are
        now replaced, and the number of the next duplicate group. Documents that this change
        added are overwritten: no reader has seen them yet.
        """
        live = live_query(PARAGRAPH, meta, outdated_queries(self._index, meta, gone))
        reader = ParagraphReader(self._connection, self._index, live)
        rows = reader.rows(meta.next, meta.paragraphs)
        changed, next_group = changes(rows, reader.shingles, meta.clusters)
        replaced = []
        for source, fields in reader.updates(changed):
            self._bulk.add(updated_document(source, fields, self._analyzer, meta.generation))
            if source["since"] < meta.generation:
                replaced.append(source["place"])
        return replaced, next_group

    def _count_gone(self, gone: Sequence[str]) -> tuple[int, int]:
        """The numbers of reports and paragraphs that the lists remove."""
        if not gone:  # an empty ``should`` would match every document
            return 0, 0
        listed = {"bool": {"should": list_queries(self._index, "report", GONE, gone)}}
        query = {"bool": {"filter": [live_query(REPORT, self._meta), listed]}}
        sums: Json = {"paragraphs": {"sum": {"field": "paragraphs"}}}
        body = counting_body(query, sums)
        response = patiently(lambda: self._connection.search(self._index, body))
        paragraphs = response["aggregations"]["paragraphs"]["value"]
        return response["hits"]["total"]["value"], int(paragraphs)

    def _move_alias(self) -> None:
        alias = self._connection.address.name
        actions: list[Json] = [{"add": {"index": self._index, "alias": alias}}]
        if self._old:
            actions.append({"remove": {"index": self._old, "alias": alias}})
        self._connection.ask("POST", "/_aliases", {"actions": actions})
