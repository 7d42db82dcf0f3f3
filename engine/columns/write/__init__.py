"""From tokens to a segment's columns."""
