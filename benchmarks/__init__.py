"""Speed and size of the engine beside others: see docs/benchmarks.md."""
