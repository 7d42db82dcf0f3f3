"""What a person typed, read and planned: what to ask of an index, and what to say about it."""
