"""The words everyone shares. Plain frozen values: they cross packages, threads and the process boundary.

Knows nothing of llama.cpp, torch, Qt or SQLite.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.errors import DraftCountError

FloatArray: TypeAlias = NDArray[np.float64]

Role = Literal["system", "user", "assistant"]
Mode = Literal["instant", "personal"]
PlanReason = Literal["", "time", "battery", "busy"]
"""Why fewer drafts than the most allowed are written: the time allowed, the battery, other programs at work."""
Finish = Literal["stop", "length", "context", "cancelled", "dropped"]
"""Why a draft ended: by itself, at the token limit, at the end of the context, stopped by the person, or given up as
one of the weaker ones."""
DirectionKind = Literal["plain", "yours", "exploring"]
"""How a draft is steered: not at all, by what is known of the person, or by a taste that is still uncertain."""


class Channels(msgspec.Struct, frozen=True, kw_only=True):
    """By what drafts may be steered, each of which the person can switch off.

    profile: what they seem to like, in words; examples: their own choices; exploring: what is not yet known of them.
    """

    profile: bool = True
    exploring: bool = True
    examples: bool = True


ALL_CHANNELS = Channels()


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

WriterKind = Literal["any", "small"]
"""Who wrote a reply, as far as that decides what is good in it: a model of fewer than `SMALL_MODEL_PARAMETERS`; or a
larger one, a person, nobody knows."""
SMALL_MODEL_PARAMETERS = 1_000_000_000
"""What is known of small models' replies was learned from one of 135 and one of 494 million parameters."""


def writer_kind(n_parameters: int) -> WriterKind:
    return "small" if n_parameters < SMALL_MODEL_PARAMETERS else "any"


N_DRAFTS_MAX = 16
CELLS_PER_WINDOW = 2
"""Cells of the shared KV cache per token of the window: the drafts share the prompt's and add their own."""


class ChatMessage(msgspec.Struct, frozen=True):
    """One turn of a conversation, as the model reads it."""

    role: Role
    content: str


class SamplingSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How tokens are drawn, and when a reply ends. The defaults of what is off are the values that do nothing.

    temperature: 0 takes the likeliest token; top_k: 0 for all; typical_p: locally typical sampling
    (arXiv:2202.00666), 1 off; repeat, frequency and presence penalties over the last `repeat_last_n` tokens (−1: the
    whole context, 0: none); dry_*: "don't repeat yourself", off at multiplier 0; xtc_*: "exclude top choices", off at
    probability 0. stop: texts at which a reply ends, not shown themselves. grammar: GBNF; json_schema: a JSON schema
    as text; at most one of the two. seed: None for a fresh one with each request.
    """

    temperature: float = 0.8
    top_k: int = 40
    top_p: float = 0.95
    min_p: float = 0.05
    typical_p: float = 1.0
    repeat_penalty: float = 1.1
    repeat_last_n: int = 64
    frequency_penalty: float = 0.0
    presence_penalty: float = 0.0
    dry_multiplier: float = 0.0
    dry_base: float = 1.75
    dry_allowed_length: int = 2
    dry_last_n: int = -1
    xtc_probability: float = 0.0
    xtc_threshold: float = 0.1
    stop: tuple[str, ...] = ()
    grammar: str | None = None
    json_schema: str | None = None
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
    together; score: what the choice was made by; axes: named axes in standard deviations of replies in general;
    reasoning: what the model thought before the text, never scored; mean_log_probability: of its tokens under the
    model, natural logarithm, 0 where a server does not tell; direction: whether it was steered, and by what.
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
    reasoning: str = ""
    mean_log_probability: float = 0.0
    direction: DirectionKind = "plain"


class DroppedDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A draft that was given up as one of the weaker ones. text: as far as it had come."""

    index: int
    text: str
    n_tokens: int


class Timings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the time of one reply went, in seconds. steering_s: reading what only steered drafts read.

    n_dropped, n_dropped_tokens: drafts that were given up on the way as the weaker ones, and what was written of them.
    """

    load_s: float = 0.0
    prefill_s: float = 0.0
    decode_s: float = 0.0
    score_s: float = 0.0
    total_s: float = 0.0
    n_prompt_tokens: int = 0
    n_reused_tokens: int = 0
    n_steering_tokens: int = 0
    steering_s: float = 0.0
    n_dropped: int = 0
    n_dropped_tokens: int = 0


class SpeedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What was learned of one model on one machine, as plain numbers that can be kept.

    prefill_tokens_per_s: reading a prompt; step_moments: Σw, Σwn, Σwn², Σwt, Σwnt over timed steps of n drafts and
    t seconds, w their weights; lengths: tokens of the latest finished drafts; score_s: the encoder's time a draft.
    """

    prefill_tokens_per_s: float = 0.0
    step_moments: tuple[float, float, float, float, float] = (0.0, 0.0, 0.0, 0.0, 0.0)
    lengths: tuple[int, ...] = ()
    score_s: float = 0.0


def check_number_of_drafts(*numbers: int) -> None:
    """Raises: DraftCountError, where one is out of range."""
    if not all(1 <= n <= N_DRAFTS_MAX for n in numbers):
        raise DraftCountError(N_DRAFTS_MAX)
