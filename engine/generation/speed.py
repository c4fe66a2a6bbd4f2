"""How long N drafts take with this model on this machine, learned from every reply; and the N that fits a time budget.

A step that writes one token of each of n drafts takes `a + b·n` seconds: reading the weights once, then computing a
token each. Draft lengths are kept as they came, so that the longest of N is counted as what it is.
Pure arithmetic: knows nothing of llama.cpp.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from engine.types import FloatArray, SpeedRecord

FIRST_LENGTHS = (30, 60, 90, 120, 160, 200, 260, 340)
"""Tokens of replies, before any was seen."""
N_LENGTHS = 48
FORGET = 0.8
"""What an earlier reply's steps still count after another reply."""
TOKEN_SHARE = {False: 0.5, True: 0.03}
"""A guess of what one more draft costs in a step, as a share of reading the weights, until a prompt was timed."""
PRIOR_STEPS = 8.0
"""How many steps the first guess of a step's time counts as."""
BYTES_PER_S = {False: 8e9, True: 200e9}
"""A guess of how fast weights are read (CPU, GPU), until a step was timed."""
SCORE_S = 0.06
"""Reading one draft with the reply encoder, before it was timed."""
STEERING_SHARE = 0.1
"""Of the time that the drafts take, for reading what only steered ones read; the next turn reads the reply again."""
STEERING_TOKENS = 128
"""As many may always be: a request after the message has hardly more, and reading them is not felt."""
MIN_PERSONAL = 2
"""Personal mode always has something to choose from, even where the budget would allow one draft only."""

Lanes: TypeAlias = Callable[[int, int], int]
"""(drafts that were begun, tokens of each) → how many of them are at most still written."""


@dataclass(frozen=True)
class Plan:
    """How many drafts, the seconds they are expected to take from here, and what limited them."""

    n_drafts: int
    expected_s: float


class SpeedModel:
    """Predicts the time of N drafts.

    Args:
        weights_bytes: of the model; on_gpu: whether most of it runs there. Both only matter for the first guess.
        record: what earlier runs learned.
    """

    def __init__(self, weights_bytes: int, on_gpu: bool, record: SpeedRecord | None = None) -> None:
        record = record or SpeedRecord()
        self._weights_s = weights_bytes / BYTES_PER_S[on_gpu]
        self._token_s = self._weights_s * TOKEN_SHARE[on_gpu]
        self._prefill = record.prefill_tokens_per_s
        self._moments: FloatArray = np.array(record.step_moments, dtype=np.float64)
        self._lengths = list(record.lengths)
        self._score_s = record.score_s or SCORE_S

    @property
    def record(self) -> SpeedRecord:
        w, wn, wnn, wt, wnt = self._moments.tolist()
        return SpeedRecord(
            prefill_tokens_per_s=self._prefill,
            step_moments=(w, wn, wnn, wt, wnt),
            lengths=tuple(self._lengths),
            score_s=self._score_s,
        )

    # learning

    def observe_prefill(self, n_tokens: int, seconds: float) -> None:
        """A few tokens say nothing of the speed: they cost what one step costs."""
        if n_tokens >= 16 and seconds > 0:
            rate = n_tokens / seconds
            self._prefill = rate if not self._prefill else 0.5 * self._prefill + 0.5 * rate

    def observe_steps(self, steps: Mapping[int, tuple[int, float]]) -> None:
        """steps: (number of steps, seconds in all) by number of drafts in the step."""
        if not steps:
            return
        self._moments *= FORGET
        for n, (count, seconds) in steps.items():
            self._moments += [count, count * n, count * n * n, seconds, n * seconds]

    def observe_reply(self, lengths: Sequence[int], score_s: float) -> None:
        """lengths: tokens of the drafts that came to an end; score_s: for all of them together."""
        self._lengths = [*self._lengths, *lengths][-N_LENGTHS:]
        if lengths:
            self._score_s = 0.5 * self._score_s + 0.5 * score_s / len(lengths)

    # predicting

    @property
    def _read_token_s(self) -> float:
        """Seconds for a token of a prompt."""
        return 1 / self._prefill if self._prefill else self._token_s

    def step_seconds(self) -> tuple[float, float]:
        """(a, b): a step of n drafts takes a + b·n seconds.

        Least squares over what was timed, drawn towards the first guess: one number of drafts alone cannot tell
        the two apart.
        """
        # a token more in a step costs about what a token of a prompt costs: both are arithmetic
        guess = np.array([self._weights_s, self._read_token_s])
        w, wn, wnn, wt, wnt = self._moments
        # relative errors of the guess count alike in both numbers
        precision = np.diag(PRIOR_STEPS * (guess.sum() / guess) ** 2 / 4)
        a, b = np.linalg.solve(np.array([[w, wn], [wn, wnn]]) + precision, np.array([wt, wnt]) + precision @ guess)
        if a < 0 or b < 0:  # noise: all of it is then the other
            a, b = (0.0, wnt / wnn) if a < 0 else (wt / w, 0.0)
        return float(a), float(b)

    def seconds(self, n_drafts: int, max_tokens: int, lanes: Lanes | None = None) -> float:
        """Writing and scoring N drafts, the prompt being read.

        Σ over steps s of a·P(any draft is longer than s) + b·N·P(a draft is longer than s). lanes: where weak ones are
        dropped; that those are read then, and not at the end, makes no difference here.
        """
        a, b = self.step_seconds()
        lengths = np.minimum(np.array(self._lengths or FIRST_LENGTHS), max_tokens)
        longer = (lengths[None, :] > np.arange(lengths.max())[:, None]).mean(axis=1)
        most = np.full(len(longer), float(n_drafts))
        if lanes is not None:
            most = np.array([float(lanes(n_drafts, step)) for step in range(len(longer))])
        going = np.empty(len(longer))
        left, before = float(n_drafts), 1.0
        for step, share in enumerate(longer):
            left = min(left * share / before, most[step])
            going[step], before = left, share
        any_longer = 1 - (1 - going / most) ** most
        return float((a * any_longer + b * going).sum() + n_drafts * self._score_s)

    def steering_tokens(self, n_drafts: int, max_tokens: int, lanes: Lanes | None = None) -> int:
        """How many tokens may be read for steered drafts alone, of N drafts that are about to be written."""
        read_s = STEERING_SHARE * self.seconds(n_drafts, max_tokens, lanes)
        return max(STEERING_TOKENS, int(read_s / self._read_token_s))

    def plan(
        self,
        budget_s: float,
        n_max: int,
        max_tokens: int,
        read_s: float,
        slowdown: float = 1.0,
        lanes: Lanes | None = None,
    ) -> Plan:
        """The most drafts that are expected to be there within the budget, from `MIN_PERSONAL` to `n_max`.

        Args:
            budget_s: seconds from the request to the reply; read_s: those that reading the prompt took.
            slowdown: how many times longer everything takes now than it usually does.
            lanes: which drafts go on, where weak ones are dropped.
        """
        least = max(1, min(MIN_PERSONAL, n_max))
        # from the most down: where weak drafts are dropped, more of them may well take less time
        fitting = (
            n for n in range(n_max, least, -1) if read_s + slowdown * self.seconds(n, max_tokens, lanes) <= budget_s
        )
        n = next(fitting, least)
        return Plan(n, slowdown * self.seconds(n, max_tokens, lanes))
