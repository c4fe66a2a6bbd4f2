"""Early dropping: how many drafts are still written after so many tokens, and which. Pure functions.

Successive halving that stops at two. What ranks the drafts is what the heads say of each as far as it has come, as if
it were the whole reply. For every number of drafts that there may be, its schedule keeps nine tenths or more of
best-of-N's gain (`attune-engine measure-early`).
"""

from __future__ import annotations

import numpy as np

from engine.types import FloatArray

KEEP_MIN = 2
"""Dropping stops here, so that a reply always has a sibling."""
MANY = 8
SCHEDULE_MANY: tuple[tuple[int, float], ...] = ((32, 1 / 2), (64, 1 / 4))
"""From `MANY` drafts on: after so many tokens, the share of the drafts that goes on at most."""
SCHEDULE_FEW: tuple[tuple[int, float], ...] = ((64, 1 / 2),)
"""With fewer, each is a larger part of the choice, and its end must be surer."""


def lanes(n_drafts: int, n_tokens: int) -> int:
    """How many of `n_drafts` are at most still written once `n_tokens` tokens of each are there.

    Those that have ended by then are kept besides.
    """
    most = n_drafts
    for after, share in SCHEDULE_MANY if n_drafts >= MANY else SCHEDULE_FEW:
        if n_tokens >= after:
            most = min(most, max(KEEP_MIN, round(share * n_drafts)))
    return most


def weakest(rewards: FloatArray, n_keep: int) -> list[int]:
    """All but the `n_keep` best, as positions in rewards (n,); of equals the earliest stay."""
    return sorted(np.argsort(-rewards, kind="stable")[n_keep:].tolist())
