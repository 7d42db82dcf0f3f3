"""Batches: many queries at once, counted by region or year."""
