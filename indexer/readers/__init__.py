"""One module for each file format, with a function ``read(path, source) -> Draft``.

A reader undoes its format and nothing more: it decodes, parses and extracts.
Later steps clean and interpret the text. Only one reader knows a library, and
imports it when the first file of that format is read. What the formats of word
processors have in common is in ``word/``.
"""
