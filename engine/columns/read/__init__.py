"""Opens a segment, for the product and for Whoosh's own searcher."""
