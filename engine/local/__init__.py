"""The embedded engine: an index in a folder, kept in columns."""
