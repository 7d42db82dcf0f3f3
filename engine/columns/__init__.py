"""What makes the embedded engine fast: Whoosh segments kept as columns of numbers.

Whoosh walks postings one Python call at a time. Here a segment keeps them as
arrays that are read through a memory map, and a search runs over them in a few
compiled functions. Whoosh's schema, queries, segments, locks and table of
contents stay; ``docs/engine.md`` follows a query through all of it.

- ``layout``: the columns of a segment, and the file they are in;
- ``write/``: from tokens to a segment;
- ``read/``: a segment, opened, for us and for Whoosh's own searcher;
- ``run/``: from a query tree to counts and the best hits;
- ``codec``: where Whoosh finds the first two.
"""
