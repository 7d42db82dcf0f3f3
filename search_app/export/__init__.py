"""Exports: all hits of a search in one file."""
