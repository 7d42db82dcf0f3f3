"""The text that a Word memo is read as, and what is said of it."""

from __future__ import annotations

from pathlib import Path

from word_files import packed, paragraph, run

from search_app.check.comments import Comment
from search_app.check.memo_text import Piece
from search_app.check.word import read_word, with_comments


def test_a_comment_changes_no_text(tmp_path: Path) -> None:
    data = packed(tmp_path / "a.docx", paragraph(run("参保率达") + run("98.25%"))).read_bytes()
    memo = read_word(data)
    assert [(its.text, its.place) for its in memo.blocks] == [("参保率达98.25%", "正文第1段")]
    comment = Comment((Piece(0, 2, 6),), ("与原文不同", "永久链接"), "http://127.0.0.1/p/a-b")
    assert read_word(with_comments(data, [comment])) == memo
