"""Which characters mean the same, and which nobody sees (stand-in until the real table lands)."""

from __future__ import annotations

INVISIBLE = frozenset(
    {"\u00ad", "\u034f", "\u180e", "\ufeff", *map(chr, range(0x200B, 0x2010))}
    | {
        chr(c)
        for a, b in ((0x202A, 0x202F), (0x2060, 0x2065), (0x2066, 0x206A))
        for c in range(a, b)
    }
    | {chr(c) for a, b in ((0xFE00, 0xFE10), (0xE0100, 0xE01F0)) for c in range(a, b)}
)
