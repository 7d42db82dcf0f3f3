"""Compares the quotations of a memo with the reports."""
