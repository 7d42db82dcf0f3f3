"""A query over columns: compiled to a program, run by kernels, collected."""
