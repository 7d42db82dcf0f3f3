"""Who made an index, and whether this program can use it."""

from __future__ import annotations

from engine.analyze import Analyzer
from engine.errors import IndexStale


def remedy(location: object) -> str:
    """What to run where an index cannot be used."""
    return f"请运行：yinju index --rebuild --index {location}"


def check_maker(tokenizer: str, dictionary: str, analyzer: Analyzer, location: object) -> None:
    """Raises ``IndexStale`` unless the tokenizer and dictionary that made an index are in use."""
    if tokenizer != analyzer.name:
        raise IndexStale(f"索引用 {tokenizer} 分词，现在装的是 {analyzer.name}。{remedy(location)}")
    if dictionary != analyzer.dictionary:
        raise IndexStale(f"索引的词典与登记的不符。{remedy(location)}")


def other_schema(schema: object, location: object) -> str:
    """What to say of an index in a form that this program does not know."""
    return f"索引是另一版引据建的（格式 {schema}）。{remedy(location)}"


def missing(location: object) -> str:
    """What to say where there is no index."""
    return f"{location} 里没有索引，请先运行：yinju index --index {location}"
