"""Times at which reports came in, as they are written in an address."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import QueryError
from engine.model import Query
from search_app.since import in_china, parse_since, utc
from search_app.terminal import _command

READ = [
    ("", 0),
    ("2023-11-14T22:13:20Z", 1_700_000_000),
    ("2023-11-14t22:13:20z", 1_700_000_000),
    ("2023-11-15T06:13:20+08:00", 1_700_000_000),
    ("2023-11-15T06:13:20", 1_700_000_000),  # without a zone it is a time in China
    ("2023-11-15", 1_699_977_600),
    (" 2023-11-15 ", 1_699_977_600),
]


@pytest.mark.parametrize(("text", "seconds"), READ)
def test_reading(text: str, seconds: int) -> None:
    assert parse_since(text) == seconds


@pytest.mark.parametrize(
    "text", ["昨天", "2024", "2024-02-30", "1969-12-31", "0001-01-01", "1700000000"]
)
def test_what_is_no_time_is_named(text: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_since(text)
    assert text in caught.value.message
    assert "2026-11-30T04:31:07Z" in caught.value.hint


@given(st.integers(1, 253_402_300_799))
def test_what_is_written_is_read_again(seconds: int) -> None:
    assert parse_since(utc(seconds)) == seconds
    assert (
        datetime.fromisoformat(utc(seconds)[:-1]).replace(tzinfo=timezone.utc).timestamp()
        == seconds
    )


def test_for_a_person_it_is_a_time_in_china() -> None:
    assert in_china(1_700_000_000) == "2023-11-15 06:13"
    assert in_china(1_699_977_600) == "2023-11-15"


def test_a_command_has_the_time_and_the_levels() -> None:
    query = Query("医保", levels=("county",), since=1_700_000_000, sort="arrived")
    expected = "yinju search 医保 --level county --since 2023-11-14T22:13:20Z --sort arrived"
    assert _command(query).replace("'", "") == expected
