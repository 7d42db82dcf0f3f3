"""What an index on the cluster is made of.

Five kinds of document lie in it, told apart by ``type``: paragraphs; reports; one for each
source file; one *manifest* a generation, with the lexicon; and lists of what a generation made
*outdated* (see ``state``). Files and lexicon are documents because the state of a
cluster, which every node holds in memory and gets anew with each change, is no place for
thousands of records. What must be looked at before every search is in the mapping's
``_meta``: a few facts, changed in one step.

Tokens come ready-made, joined by blanks. The one token that is a blank (of the exact field)
is written as two underscores, which no token can be. What is longer than any query is cut:
OpenSearch takes no term of more than 32,766 bytes, and nobody can ask for the rest.

A similarity that says how often a term stands in a document, and nothing else, is all that
is asked of Lucene; the rest of BM25F is in the query (see ``dsl``).
"""

from __future__ import annotations

from collections.abc import Iterable

from engine.opensearch.address import Address
from engine.opensearch.client import Json
from engine.query.parser import MAX_LENGTH

SCHEMA = 4
META = "yinju"  # in ``_meta``

_BLANK = "__"
_LONGEST = 2 * MAX_LENGTH  # code points of a token
_UNITS = 2 * _LONGEST  # UTF-16 units of it, as OpenSearch counts

_KEYWORD = {"type": "keyword"}
_NUMBER = {"type": "long"}
_LENGTH = {"type": "integer", "index": False}
_STORED = {"type": "keyword", "index": False, "doc_values": False}


def _text(options: str) -> Json:
    return {
        "type": "text",
        "analyzer": "ready",
        "similarity": "frequency",
        "index_options": options,
        "norms": False,
    }


_FIELDS: dict[str, Json] = {
    "type": _KEYWORD,
    "since": _NUMBER,  # the generation that brought the document
    "key": _KEYWORD,  # a paragraph's id, a report's, a file's path
    "report": _KEYWORD,
    "of": _STORED,  # the report's document
    "number": _NUMBER,  # of the report, in the order in which they came
    "place": _NUMBER,  # of the paragraph among all
    "kind": _KEYWORD,
    "region": _KEYWORD,  # every level: 湖南省, 湖南省/怀化市
    "year": _NUMBER,
    "theme": _KEYWORD,
    "day": _NUMBER,
    "cluster": _NUMBER,  # see ``duplicates``
    "wording": _KEYWORD,
    "sketch": {"type": "binary", "doc_values": True},
    "words": _text("freqs"),
    "exact": _text("positions"),
    "title": _text("positions"),
    "words_length": _LENGTH,
    "exact_length": _LENGTH,
    "title_length": _LENGTH,
    "terms": {"type": "keyword", "index": False},  # the distinct words, to list those there are
    "paragraphs": _LENGTH,  # of a report, and how many tokens they have together
    "words_total": _NUMBER,
    "exact_total": _NUMBER,
    "title_total": _NUMBER,
    "gone": _STORED,  # reports that were taken out
    "replaced": {"type": "long", "index": False, "doc_values": False},  # places
    "data": _STORED,
}


def body(address: Address, meta: Json, alias: str) -> Json:
    """What an index is created with."""
    return {
        "aliases": {alias: {}},
        "settings": {
            "number_of_shards": address.shards,
            "number_of_replicas": address.replicas,
            "refresh_interval": "-1",  # a commit refreshes
            "analysis": {
                "tokenizer": {"ready": {"type": "whitespace", "max_token_length": _UNITS}},
                "analyzer": {"ready": {"type": "custom", "tokenizer": "ready"}},
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


def told_by(index: Json) -> Json:
    """What an index says of itself, by what the cluster answers of it; nothing where it is not
    one of ours."""
    told: Json = index["mappings"].get("_meta", {}).get(META, {})
    return told


def spelled(tokens: Iterable[str]) -> list[str]:
    """Each token as it stands in the index."""
    return [_BLANK if token == " " else token[:_LONGEST] for token in tokens]


def ready(tokens: Iterable[str]) -> str:
    """Tokens as the index takes them."""
    return " ".join(spelled(tokens))
