"""What makes the embedded engine fast: Whoosh segments as columns of numbers.

Whoosh walks postings one Python call at a time. Here a segment is a set of arrays that are read
through a memory map, and a search runs over them in a few compiled functions. Whoosh's schema,
queries, segments, locks and table of contents stay in use. ``docs/engine.md`` follows a query
through all of it.

- ``layout`` defines the columns of a segment and the file that holds them;
- ``write/`` makes a segment from tokens;
- ``read/`` opens a segment, for the product and for Whoosh's own searcher;
- ``run/`` runs a query: from a query tree to counts and the best hits;
- ``codec`` tells Whoosh about ``write/`` and ``read/``.
"""
