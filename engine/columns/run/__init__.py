"""Runs a query over columns: compiles it to a program, runs kernels, collects the results."""
