"""Alerts: what came in for each query of a file since the last look."""
