"""Trends: in which share of the reports a phrase stands, by year and by region."""
