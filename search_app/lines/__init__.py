"""Lines: each occurrence of what was searched, between the words to its left and right."""
