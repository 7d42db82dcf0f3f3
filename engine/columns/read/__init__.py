"""A segment, opened: for searching, and for Whoosh's own searcher."""
