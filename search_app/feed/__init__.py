"""Feeds: what came in last for a search, for feed readers."""
