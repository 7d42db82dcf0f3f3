"""Figures that paragraphs give for what a query asks: a page, an API, a command."""
