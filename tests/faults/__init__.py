"""What happens to an index and its server when things go wrong; run by ``make test-faults``.

Each case is a module with one function ``run`` that returns counts.
"""
