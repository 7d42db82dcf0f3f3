"""The Word file of a memo: its text to check, and the same file with comments.

The file is changed as little as can be: marks of comments are set into its body, a part with the
comments is added or extended, and digital signatures go, as they would no longer be valid.
Everything else stays byte for byte.
"""

from __future__ import annotations

from collections.abc import Sequence

from search_app.check.comments import Comment
from search_app.check.memo_text import MemoText
from search_app.check.word.comments_part import add_comments
from search_app.check.word.document import read_document
from search_app.check.word.package import Package
from search_app.check.word.ranges import mark_ranges

__all__ = ["read_word", "with_comments"]


def read_word(data: bytes) -> MemoText:
    """The text of a Word file (.docx, .docm, .dotx); raises ``ReadError`` where it is none."""
    return read_document(Package(data)).memo_text()


def with_comments(data: bytes, comments: Sequence[Comment]) -> bytes:
    """The bytes of a Word file with these comments added.

    Their pieces are those of the blocks that ``read_word`` gives for the same bytes. Raises
    ``ReadError`` as ``read_word`` does.
    """
    if not comments:
        return data
    package = Package(data)
    document = read_document(package)
    package.change(package.main)
    package.drop_signatures()
    ids = add_comments(package, document, comments)
    style = document.styles.id_of("annotation reference")
    pieces = [its.pieces for its in comments]
    mark_ranges(document.paragraphs, list(zip(ids, pieces, strict=True)), style)
    return package.save()
