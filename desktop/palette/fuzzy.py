"""How well a few typed letters fit a text. Pure."""

from __future__ import annotations

from dataclasses import dataclass

_AT_WORD, _NEXT_TO, _ELSEWHERE = 10.0, 8.0, 1.0
"""What a letter is worth: at the start of a word, right after the one before it, anywhere else."""
_PER_LETTER = 0.02
"""Taken off for every letter of the text: of two that fit alike, the shorter one is meant."""


@dataclass(frozen=True)
class Match:
    """score: higher fits better; marks: (start, end) of the letters in the text."""

    score: float
    marks: tuple[tuple[int, int], ...] = ()


def match(typed: str, text: str) -> Match | None:
    """How well the letters of `typed` appear in `text` in their order; None where they do not.

    Spaces and upper case do not count. The best way to find the letters is sought, by dynamic programming over
    (letter, position): O(len(typed) · len(text)).
    """
    letters = "".join(typed.casefold().split())
    folded = text.casefold()
    if len(folded) != len(text):
        folded = text.lower() if len(text.lower()) == len(text) else text
    if not letters:
        return Match(-_PER_LETTER * len(text))
    worth = [_AT_WORD if i == 0 or not folded[i - 1].isalnum() else _ELSEWHERE for i in range(len(folded))]
    # best[i]: of the letters so far with the last one at i: (score, positions); None where it cannot be there
    best: list[tuple[float, tuple[int, ...]] | None] = [
        (worth[i], (i,)) if character == letters[0] else None for i, character in enumerate(folded)
    ]
    for letter in letters[1:]:
        following: list[tuple[float, tuple[int, ...]] | None] = [None] * len(folded)
        earlier: tuple[float, tuple[int, ...]] | None = None
        for i in range(1, len(folded)):
            before = best[i - 1]
            if folded[i] == letter:
                ways = [(way[0] + worth[i], (*way[1], i)) for way in (earlier, before) if way is not None]
                if before is not None:
                    ways.append((before[0] + max(_NEXT_TO, worth[i]), (*before[1], i)))
                following[i] = max(ways, default=None)
            if before is not None and (earlier is None or before > earlier):
                earlier = before
        best = following
    found = max((way for way in best if way is not None), default=None)
    if found is None:
        return None
    return Match(found[0] - _PER_LETTER * len(text), _runs(found[1]))


def _runs(positions: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """Neighbouring positions as one span."""
    runs: list[tuple[int, int]] = []
    for position in positions:
        if runs and runs[-1][1] == position:
            runs[-1] = (runs[-1][0], position + 1)
        else:
            runs.append((position, position + 1))
    return tuple(runs)
