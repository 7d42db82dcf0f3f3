"""References of passages: one record, and a writer for each form.

``record.py`` says what a reference says, ``source_types.py`` what kind of source it is of, in
the terms of each form. ``gbt7714.py`` writes what people read; ``csl.py``, ``ris.py`` and
``bibtex.py`` write what Zotero, Word's tools, LaTeX and pandoc read, ``files.py`` whole files of
these; ``page_tags.py`` writes what a browser's Zotero reads on a page.
"""
