"""Choosing the quiz's pairs from the corpus: short, matched in quality, different in style, covering every taste."""

from __future__ import annotations

import numpy as np

from engine.preferences.events import Scored
from engine.preferences.posterior import WeightPrior
from engine.preferences.taste_model import QuizBank, QuizPair
from engine.rewards.corpus import WRITTEN, Corpus, Reply
from engine.rewards.heads import HeadOutputs
from engine.types import FloatArray

MAX_WORDS = 80
MAX_QUALITY_DIFFERENCE = 0.5
"""In rating points."""
MAX_PER_PROMPT = 2
BANK_SIZE = 160


def build_quiz_bank(
    corpus: Corpus, outputs: HeadOutputs, prior: WeightPrior, quality_scale: float, heads_version: str
) -> QuizBank:
    """Greedy D-optimal design: each pair added is the one that would tell most beyond those already in.

    With information matrix M = Σ⁻¹ + ¼ Σ x xᵀ (the logistic's at even odds), a pair adds log(1 + ¼ xᵀM⁻¹x).
    """
    candidates = _candidates(corpus.replies)
    x = np.array([outputs.base_rewards[i] - outputs.base_rewards[j] for i, j in candidates])
    picked = _d_optimal(x, [corpus.replies[i].prompt_id for i, _ in candidates], prior.covariance)
    order = np.random.default_rng(0).random(len(picked)) < 0.5  # the longer side is not always on the left
    pairs = []
    for index, swap in zip(picked, order, strict=True):
        i, j = candidates[index][::-1] if swap else candidates[index]
        a, b = corpus.replies[i], corpus.replies[j]
        pairs.append(
            QuizPair(
                id=f"{a.id}-{b.id}",
                prompt=a.prompt,
                a=a.text,
                b=b.text,
                topic=a.category,
                a_scored=_scored(outputs, corpus.replies, i, quality_scale),
                b_scored=_scored(outputs, corpus.replies, j, quality_scale),
            )
        )
    return QuizBank(heads_version=heads_version, pairs=pairs)


def _scored(outputs: HeadOutputs, replies: list[Reply], row: int, quality_scale: float) -> Scored:
    # quality as read, not as predicted: what an answer says of taste must not be explained by the head's error
    return Scored(
        base_rewards=[round(float(value), 5) for value in outputs.base_rewards[row]],
        quality=round(replies[row].rating.qual * quality_scale, 5),
    )


def _candidates(replies: list[Reply]) -> list[tuple[int, int]]:
    by_prompt: dict[str, list[int]] = {}
    for row, reply in enumerate(replies):
        if reply.source == WRITTEN and reply.n_words <= MAX_WORDS and reply.rating.qual >= 3:
            by_prompt.setdefault(reply.prompt_id, []).append(row)
    return [
        (i, j)
        for rows in by_prompt.values()
        for n, i in enumerate(rows)
        for j in rows[n + 1 :]
        if abs(replies[i].rating.qual - replies[j].rating.qual) <= MAX_QUALITY_DIFFERENCE
    ]


def _d_optimal(x: FloatArray, prompts: list[str], covariance: FloatArray) -> list[int]:
    inverse = covariance.copy()
    used: dict[str, int] = {}
    left = set(range(len(x)))
    picked: list[int] = []
    while left and len(picked) < BANK_SIZE:
        rows = sorted(left)
        gain = np.einsum("ij,jk,ik->i", x[rows], inverse, x[rows])
        best = rows[int(np.argmax(gain))]
        left.remove(best)
        if used.get(prompts[best], 0) >= MAX_PER_PROMPT:
            continue
        used[prompts[best]] = used.get(prompts[best], 0) + 1
        picked.append(best)
        direction = inverse @ x[best]
        inverse = inverse - np.outer(direction, direction) / (4.0 + x[best] @ direction)
    return picked
