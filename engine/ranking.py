"""The numbers by which hits are ranked, in one place for both engines.

``docs/relevance.md`` has what each of them is worth on judged queries.
"""

from __future__ import annotations

# BM25F, as ``whoosh.scoring.BM25F`` has it.
K1, B = 1.2, 0.75

# A heading or caption is short, which BM25 rewards, but says little: what stands
# under it should come first. Its score is multiplied by this.
HEADING_WEIGHT = 0.25

# Of the weight of what was typed; among equals the word typed comes first.
SYNONYM_WEIGHT = 0.8

# A question also scores by its characters, and by every two of them side by side.
CHARACTER_WEIGHT, CHARACTER_PAIR_WEIGHT = 0.3, 0.6
# How often a report counts as naming the region or year that it is filed under.
NAMED_WEIGHT = 2.0
# Where a question for a figure names both, the reports filed under both come first,
# whatever else they score, then those filed under one.
NAMED_BOTH_SCORE = 1000.0

# The first hits of a question are scored again, token by token.
RESCORED = 150  # hits
NEIGHBOURS = 4  # paragraphs of the same report on either side that tell what one is about
NEIGHBOURS_WEIGHT, TITLE_WEIGHT = 3.0, 2.0  # beside 1 for the paragraph itself
NEIGHBOURS_B = 0.9  # BM25's b there: the length of neighbours tells more of other subjects
PAIR_WEIGHT = 0.5  # of a pair of tokens, beside a single token that is as rare

# The first hits of several words are scored again by how near these stand to each other:
# these shares of the words' weight go to the densest stretch, and to one sentence with all.
DENSITY_WEIGHT, SENTENCE_WEIGHT = 0.5, 1.0
# The first hits of a passage are put in order by the share of its runs of three tokens.
OVERLAP_WEIGHT = 1000.0
OVERLAP_TOKENS = 3
