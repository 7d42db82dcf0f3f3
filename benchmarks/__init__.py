"""How fast, how big, and against whom: see docs/benchmarks.md."""
