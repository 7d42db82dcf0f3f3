"""Search engine: paragraphs and queries in, ranked hits and exact facet counts out."""
