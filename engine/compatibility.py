"""Checks whether this program can use an index, and says what to do where it cannot."""

from __future__ import annotations

from engine.analyze import Analyzer
from engine.errors import IndexStale


def remedy(location: object) -> str:
    """The command that repairs a damaged index, as a sentence."""
    return f"请运行：yinju index --rebuild --index {location}"


def _renewal(location: object) -> str:
    """The command that makes an index anew from all the files that went in, as a sentence."""
    return f"请运行：yinju index --index {location}"


def check_maker(tokenizer: str, dictionary: str, analyzer: Analyzer, location: object) -> None:
    """Raise ``IndexStale`` unless ``analyzer`` has the tokenizer and dictionary of the index."""
    if tokenizer != analyzer.name:
        raise IndexStale(
            f"索引用 {tokenizer} 分词，现在装的是 {analyzer.name}。{_renewal(location)}"
        )
    if dictionary != analyzer.dictionary:
        raise IndexStale(f"索引的词典与登记的不符。{_renewal(location)}")


def unknown_schema_message(schema: object, location: object) -> str:
    """The message for an index of a format that this program does not know."""
    return f"索引是另一版引据建的（格式 {schema}）。{_renewal(location)}"


def no_index_message(location: object) -> str:
    """The message for a location without an index."""
    return f"{location} 里没有索引，请先运行：yinju index --index {location}"
