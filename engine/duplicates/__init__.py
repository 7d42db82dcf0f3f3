"""Finds near-duplicate paragraphs from their tokens, in the same way for both engines."""
