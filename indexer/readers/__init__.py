"""One module a file format, each a function ``read(path, source) -> Draft``.

A reader undoes its format and nothing more: it decodes, parses and extracts.
What the text says, and how clean it is, is for later steps. A library is known
to one reader only, and imported when a file of that format turns up.
"""
