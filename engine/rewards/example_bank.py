"""Choosing the prompts by which the quiz's end shows what a taste changes: those that tastes differ about most."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from engine.preferences.events import Scored
from engine.preferences.examples import Candidate, ExampleBank, ExamplePrompt
from engine.rewards.corpus import WRITTEN, Corpus, Reply
from engine.rewards.heads import HeadOutputs
from engine.types import FloatArray

MAX_WORDS = 100
MIN_CANDIDATES = 4
MAX_CANDIDATES = 5
N_PROMPTS = 40


def example_rows(corpus: Corpus, not_these: Collection[str] = ()) -> list[int]:
    """The replies that may be shown: written ones of good quality, four or more to a prompt that is not in the quiz.

    not_these: texts of the quiz's prompts.
    """
    by_prompt: dict[str, list[int]] = {}
    for row, reply in enumerate(corpus.replies):
        fits = reply.source == WRITTEN and reply.n_words <= MAX_WORDS and reply.rating.qual >= 3
        if fits and reply.prompt not in not_these:
            by_prompt.setdefault(reply.prompt_id, []).append(row)
    return [row for rows in by_prompt.values() if len(rows) >= MIN_CANDIDATES for row in rows[:MAX_CANDIDATES]]


def build_example_bank(
    replies: Sequence[Reply], outputs: HeadOutputs, prior_covariance: FloatArray, heads_version: str
) -> ExampleBank:
    """The prompts whose candidates people like most differently: the largest prior variance of wᵀ(φ_a − φ_b).

    Args:
        replies: as `example_rows` picks them; outputs: what the heads say of each, in the same order.
    """
    by_prompt: dict[str, list[int]] = {}
    for row, reply in enumerate(replies):
        by_prompt.setdefault(reply.prompt_id, []).append(row)
    spread = {prompt: _spread(outputs.base_rewards[rows], prior_covariance) for prompt, rows in by_prompt.items()}
    chosen = sorted(by_prompt, key=lambda prompt: -spread[prompt])[:N_PROMPTS]
    return ExampleBank(
        heads_version=heads_version,
        prompts=[
            ExamplePrompt(
                id=prompt_id,
                prompt=replies[by_prompt[prompt_id][0]].prompt,
                candidates=[
                    Candidate(
                        id=replies[row].id,
                        text=replies[row].text,
                        scored=Scored(
                            base_rewards=[round(float(value), 5) for value in outputs.base_rewards[row]],
                            quality=round(float(outputs.quality[row]), 5),
                        ),
                    )
                    for row in by_prompt[prompt_id]
                ],
            )
            for prompt_id in sorted(chosen)
        ],
    )


def _spread(rewards: FloatArray, covariance: FloatArray) -> float:
    apart = rewards[:, None] - rewards[None]
    return float(np.einsum("ijk,kl,ijl->ij", apart, covariance, apart).max())
