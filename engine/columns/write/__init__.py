"""Writes a segment: tokens become columns."""
