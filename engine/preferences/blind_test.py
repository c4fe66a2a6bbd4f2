"""What a blind self-test says: how often a person chose Attune's pick over the first draft, and how sure that is.

Pure functions of the choices. A round in which Attune's pick *is* the first draft leaves nothing to choose: it is
counted and said, and is no evidence either way. Nor is a round without preference. The rest are Bernoulli trials.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from typing import Literal

import numpy as np

RoundChoice = Literal["mine", "first", "tie", "same"]
"""mine: Attune's pick; first: the draft that came first; tie: no preference; same: both were one reply, not shown."""
Conclusion = Literal["mine", "first", "unclear", "none"]

N_ROUNDS = 10
"""Rounds that the person judges."""
LEVEL = 0.05
"""A result that guessing reaches more rarely than this is said to be more than chance."""
COVERAGE = 0.95
_GRID = 20001


@dataclass(frozen=True)
class Verdict:
    """n_mine, n_first: rounds chosen each way; n_ties, n_same: rounds without a choice.

    chance: how often somebody who guesses gets a result at least as lopsided (two-sided exact binomial test);
    low, high: a 95 % interval of the share of such rounds in which this person would choose Attune's pick.
    conclusion: "mine" or "first" where chance is below `LEVEL`; "none" without a decided round.
    """

    n_mine: int
    n_first: int
    n_ties: int
    n_same: int
    chance: float
    low: float
    high: float
    conclusion: Conclusion

    @property
    def n_decided(self) -> int:
        return self.n_mine + self.n_first

    @property
    def n_judged(self) -> int:
        return self.n_decided + self.n_ties


def verdict(choices: Sequence[RoundChoice]) -> Verdict:
    """What the rounds say together."""
    mine, first = choices.count("mine"), choices.count("first")
    chance = two_sided_chance(mine, mine + first)
    low, high = jeffreys_interval(mine, mine + first)
    conclusion: Conclusion = "unclear"
    if mine + first == 0:
        conclusion = "none"
    elif chance < LEVEL:
        conclusion = "mine" if mine > first else "first"
    return Verdict(mine, first, choices.count("tie"), choices.count("same"), chance, low, high, conclusion)


def two_sided_chance(k: int, n: int) -> float:
    """P(X at least as far from n/2 as k) for X ~ Binomial(n, ½): the exact two-sided test of guessing; 1 for n = 0."""
    further = max(k, n - k)
    as_far = sum(comb(n, i) for i in range(further, n + 1))
    return min(1.0, float(2 * as_far / 2**n))


def needed_for_conclusion(n: int) -> int | None:
    """How many of n choices one way are more than chance; None where not even all of them would be."""
    return next((k for k in range(n // 2 + 1, n + 1) if two_sided_chance(k, n) < LEVEL), None)


def jeffreys_interval(k: int, n: int, coverage: float = COVERAGE) -> tuple[float, float]:
    """The central interval of the share under Jeffreys' prior Beta(½, ½) (Brown, Cai, DasGupta 2001).

    With share = sin²t the posterior's density is sin(t)^2k cos(t)^2(n−k), bounded, and summed on a grid. As there, an
    end at which nothing was ever chosen otherwise is 0 or 1.
    """
    t = np.linspace(0.0, np.pi / 2, _GRID)
    cumulative = np.cumsum(np.sin(t) ** (2 * k) * np.cos(t) ** (2 * (n - k)))
    ends = np.searchsorted(cumulative / cumulative[-1], [(1 - coverage) / 2, (1 + coverage) / 2])
    low, high = (float(share) for share in np.sin(t[ends]) ** 2)
    return (0.0 if k == 0 else low, 1.0 if k == n else high)
