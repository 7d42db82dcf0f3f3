"""Paragraphs that say nearly the same: found from their tokens, the same way by both engines."""
