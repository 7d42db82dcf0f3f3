"""Memos too long for a file."""

from __future__ import annotations

import pytest
import web_index
from flask.testing import FlaskClient

from search_app import create_app
from search_app.memo import MAX_MEMO_PARAGRAPHS, memo_path


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    location = web_index.build(str(tmp_path_factory.mktemp("memo") / "index"))
    return create_app(location=location).test_client()


@pytest.mark.parametrize("suffix", [".docx", ".md", ".csv", ".xlsx"])
def test_a_file_that_would_leave_paragraphs_out_is_refused(
    client: FlaskClient, suffix: str
) -> None:
    answer = client.get(memo_path([f"a-{i}" for i in range(MAX_MEMO_PARAGRAPHS + 1)], suffix))
    assert answer.status_code == 400
    assert "至多" in answer.text
