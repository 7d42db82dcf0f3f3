"""The searched fields of an index, and what each holds; both engines name them so.

``words`` has the tokenizer's words, which rank; ``exact`` has one token a character, which
finds; ``title`` has the characters of the report's title.
"""

from __future__ import annotations

WORDS, EXACT, TITLE = "words", "exact", "title"
TEXT = (WORDS, EXACT)  # fields of a paragraph's own text
FIELDS = (*TEXT, TITLE)  # the order in which columns number their terms
POSITIONAL = (EXACT, TITLE)  # fields in which phrases can be searched
