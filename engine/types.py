"""The words everyone shares. Plain frozen values: they cross packages, threads and the process boundary.

Knows nothing of llama.cpp, torch, Qt or SQLite.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]

Role = Literal["system", "user", "assistant"]
Mode = Literal["instant", "personal"]
Finish = Literal["stop", "length", "context", "cancelled"]
"""Why a draft ended: by itself, at the token limit, at the end of the context, or stopped by the person."""

AXES: tuple[str, ...] = (
    "length",
    "structure",
    "formality",
    "warmth",
    "enthusiasm",
    "humour",
    "confidence",
    "depth",
    "technicality",
    "concreteness",
    "engagement",
)
"""The named axes, in the order in which every array of axes holds them."""

N_DRAFTS_MAX = 16


class ChatMessage(msgspec.Struct, frozen=True):
    """One turn of a conversation, as the model reads it."""

    role: Role
    content: str


class SamplingSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How tokens are drawn. `seed` None means a fresh one for each request."""

    temperature: float = 0.8
    top_k: int = 40
    top_p: float = 0.95
    min_p: float = 0.05
    repeat_penalty: float = 1.1
    repeat_last_n: int = 64
    max_tokens: int = 512
    seed: int | None = None


class WeightVector(msgspec.Struct, frozen=True, kw_only=True):
    """A Gaussian belief about one person's weights, as plain numbers.

    mean: n_base numbers; covariance: n_base rows of n_base; heads_version: the reward heads that they belong to.
    """

    mean: list[float]
    covariance: list[list[float]]
    heads_version: str


class ScoredDraft(msgspec.Struct, frozen=True, kw_only=True):
    """One finished draft with what the reward heads say of it.

    base_rewards: n_base numbers (φ); quality: shared log-odds (q); uncertainty: standard deviation of this
    person's reward relative to the population's choice, from the belief about the weights and the bootstrap heads
    together; score: what the choice was made by; axes: named axes in standard deviations of replies in general.
    """

    index: int
    text: str
    finish: Finish
    n_tokens: int
    base_rewards: list[float]
    quality: float
    uncertainty: float
    score: float
    axes: dict[str, float]


class Timings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the time of one reply went, in seconds."""

    load_s: float = 0.0
    prefill_s: float = 0.0
    decode_s: float = 0.0
    score_s: float = 0.0
    total_s: float = 0.0
    n_prompt_tokens: int = 0
    n_reused_tokens: int = 0
