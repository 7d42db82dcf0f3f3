"""The fields and settings of an index on the cluster.

An index holds five types of document, told apart by the field ``type``: paragraphs; reports;
one document for each source file; one *manifest* for each generation, with the lexicon; and
lists of what a generation made *outdated* (see ``state``). Files and lexicon are documents
because the cluster state, which every node keeps in memory and receives anew with each change,
is no place for thousands of records. The few facts that a searcher reads before every search
are in the mapping's ``_meta``, which changes in one step.

Tokens come ready-made, joined by blanks. The blank and the line end, themselves tokens of the
exact field, are written as underscores, which no token can be. A token is cut where it is longer
than any query: OpenSearch takes no term of more than 32,766 bytes, and nobody can ask for the rest.

The exact field also has marks on the tokens with which a sentence begins and ends, as terms of
their own at the same positions. So a stretch of tokens crosses from one sentence to the next
where it contains an end beside a beginning.

The similarity gives the frequency of a term in a document and nothing else; the rest of BM25F
is in the query (see ``dsl``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.analyze import LINE_END
from engine.opensearch.address import Address
from engine.opensearch.client import Json
from engine.query.parser import MAX_LENGTH

SCHEMA = 10
META = "yinju"  # the key in ``_meta``

BEGIN, END = "_b", "_e"  # marks of sentences, which no token can be

_WRITTEN = {" ": "__", LINE_END: "___"}  # tokens that are blanks
_MAX_TOKEN_LENGTH = 2 * MAX_LENGTH  # code points
_MAX_TOKEN_UNITS = 2 * _MAX_TOKEN_LENGTH + len(BEGIN + END)  # UTF-16, which OpenSearch counts

_KEYWORD = {"type": "keyword"}
_NUMBER = {"type": "long"}
_LENGTH = {"type": "integer", "index": False}
_STORED = {"type": "keyword", "index": False, "doc_values": False}


def _text(index_options: str, analyzer: str = "ready") -> Json:
    return {
        "type": "text",
        "analyzer": analyzer,
        "search_analyzer": "ready",
        "similarity": "frequency",
        "index_options": index_options,
        "norms": False,
    }


_FIELDS: dict[str, Json] = {
    "type": _KEYWORD,
    "since": _NUMBER,  # the generation that brought the document
    "key": _KEYWORD,  # a paragraph's id, a report's, a file's path
    "former": _KEYWORD,  # former ids of a report
    "report": _KEYWORD,
    "of": _STORED,  # the id of the report's document
    "number": _NUMBER,  # of the report, in the order in which reports were added
    "place": _NUMBER,  # of the paragraph among all: PLACES_PER_REPORT * number + its ordinal from 0
    "kind": _KEYWORD,
    "document_kind": _KEYWORD,  # of the report; ``kind`` is the paragraph's
    "region": _KEYWORD,  # every level: 湖南省, 湖南省/怀化市
    "level": _KEYWORD,
    "year": _NUMBER,
    "theme": _KEYWORD,
    "day": _NUMBER,
    "arrived": _NUMBER,  # when the report came in, see ``engine.arrivals``
    "cluster": _NUMBER,  # the duplicate group, see ``duplicates``
    "wording": _KEYWORD,
    "sketch": {"type": "binary", "doc_values": True},
    "words": _text("freqs"),
    "exact": _text("positions", "marked"),
    "title": _text("positions"),
    "words_length": _LENGTH,
    "exact_length": _LENGTH,
    "title_length": _LENGTH,
    "terms": {"type": "keyword", "index": False},  # the distinct words, to be listed
    # Of a report: the number of its paragraphs, and of all their tokens, by field.
    "paragraphs": _LENGTH,
    "words_total": _NUMBER,
    "exact_total": _NUMBER,
    "title_total": _NUMBER,
    "gone": _STORED,  # ids of reports that were removed
    "replaced": {"type": "long", "index": False, "doc_values": False},  # places of paragraphs
    "data": _STORED,
}


def body(address: Address, meta: Json, alias: str) -> Json:
    """The request body that creates an index; ``alias`` is the writers' (see ``bulk``)."""
    return {
        "aliases": {alias: {}},
        "settings": {
            "number_of_shards": address.shards,
            "number_of_replicas": address.replicas,
            "refresh_interval": "-1",  # the writer refreshes when it commits
            "analysis": {
                "tokenizer": {
                    "ready": {"type": "whitespace", "max_token_length": _MAX_TOKEN_UNITS}
                },
                "filter": {
                    "marks": {
                        "type": "pattern_capture",
                        "preserve_original": False,
                        "patterns": [f"^({BEGIN})?(.+?)({END})?$"],
                    }
                },
                "analyzer": {
                    "ready": {"type": "custom", "tokenizer": "ready"},
                    "marked": {"type": "custom", "tokenizer": "ready", "filter": ["marks"]},
                },
            },
            "similarity": {
                "frequency": {"type": "scripted", "script": {"source": "return doc.freq"}}
            },
        },
        "mappings": {
            "dynamic": "strict",
            "_meta": {META: meta},
            "_source": {"excludes": ["words", "exact", "terms", "sketch"]},
            "properties": _FIELDS,
        },
    }


def meta_of(response: Json) -> Json:
    """The meta data of an index, from the response about it; empty where yinju did not make it."""
    meta: Json = response["mappings"].get("_meta", {}).get(META, {})
    return meta


def encoded(tokens: Iterable[str]) -> list[str]:
    """Each token as the term that stands for it in the index."""
    return [_WRITTEN.get(token) or token[:_MAX_TOKEN_LENGTH] for token in tokens]


def joined(tokens: Iterable[str]) -> str:
    """Tokens as the text that the ``ready`` analyzer takes apart again."""
    return " ".join(encoded(tokens))


def joined_sentences(sentences: Iterable[Sequence[str]]) -> str:
    """Sentences, which are tokens, as the text that the ``marked`` analyzer takes apart again."""
    return " ".join(f"{BEGIN}{joined(tokens)}{END}" for tokens in sentences if tokens)
