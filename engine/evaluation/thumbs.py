"""Simulated streams of thumbs: do weights converge, run away, and recover after a change of taste? Numpy only.

Every message has a few drafts that differ in base rewards and quality; the shipped rule shows one; the person presses
a thumb up or down by their own rate and by how the shown draft compares with its siblings. How much of a preference a
thumb shows differs from person to person, and is not what the engine supposes: that is the noise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import msgspec
import numpy as np

from engine.evaluation.metrics import mean_interval
from engine.preferences.likelihood import THUMB_HALF_LIFE, thumb_decay
from engine.preferences.posterior import (
    THUMB_BIAS_MEAN,
    THUMB_BIAS_SD,
    THUMB_STRENGTH,
    Evidence,
    WeightPosterior,
    WeightPrior,
    choice_probability,
    fit_posteriors,
)
from engine.rerank import choose_draft
from engine.types import FloatArray

Habit = Literal["honest", "changing", "always up", "always down", "at random", "contradicting"]
"""honest: as above; changing: another person's taste from the middle on; contradicting: of each two messages with the
same drafts one up, one down; the others press without looking."""
HABITS: tuple[Habit, ...] = get_args(Habit)

N_DRAFTS = 4
DRAFT_SPREAD = 0.5
"""How much one model's drafts differ, beside different people's replies to one prompt in the quiz bank."""
QUALITY_SPREAD = 0.3
TRUE_STRENGTH, TRUE_STRENGTH_LOG_SD = 0.7, 0.5
"""How much of a preference people's thumbs show: log-normal over people."""
TRUE_BIAS, TRUE_BIAS_SD = 0.5, 1.0
"""People's own rates of thumbs up, in log-odds."""
REFIT_EVERY = 5


@dataclass(frozen=True)
class ThumbSettings:
    """What the engine supposes of thumbs: s, the half-life in thumbs, and the prior of the rate β."""

    strength: float = THUMB_STRENGTH
    half_life: float = THUMB_HALF_LIFE
    bias_mean: float = THUMB_BIAS_MEAN
    bias_sd: float = THUMB_BIAS_SD


class StreamResult(msgspec.Struct, frozen=True, kw_only=True):
    """After a number of thumbs, means over people with 95 % intervals.

    gain: log-odds, by the person's true weights, of the draft that would be shown over the population's choice
    (nothing is gained or lost by those who press without looking: None). share: gain over that of the true weights.
    moved: root mean square, over directions, of how far the weights are from the prior's mean, in prior sds.
    differs: the share of messages in which another draft is shown than the population's.
    """

    habit: str
    thumbs: int
    gain: float | None
    gain_ci: tuple[float, float] | None
    share: float | None
    moved: float
    moved_largest: float
    differs: float
    n_people: int


@dataclass(frozen=True, eq=False)
class _Messages:
    """phi: (n_people, n_messages, N_DRAFTS, n_base), quality: the same without the last axis."""

    phi: FloatArray
    quality: FloatArray


def simulate_thumbs(
    habit: Habit,
    prior: WeightPrior,
    draft_covariance: FloatArray,
    *,
    checkpoints: Sequence[int],
    n_people: int,
    settings: ThumbSettings | None = None,
    seed: int = 0,
) -> list[StreamResult]:
    """A stream for each of `n_people` drawn from the prior, who answered no quiz.

    Args:
        draft_covariance: (n_base, n_base), of one draft around its message's mean: see `draft_covariance_of`.
    """
    settings = settings or ThumbSettings()
    prior = WeightPrior(prior.mean, prior.covariance, settings.bias_mean, settings.bias_sd)
    rng = np.random.default_rng([seed, HABITS.index(habit)])
    n_thumbs = max(checkpoints)
    weights = rng.multivariate_normal(prior.mean, prior.covariance, n_people)
    later_weights = rng.multivariate_normal(prior.mean, prior.covariance, n_people) if habit == "changing" else weights
    strength = TRUE_STRENGTH * np.exp(TRUE_STRENGTH_LOG_SD * rng.normal(size=n_people))
    bias = rng.normal(TRUE_BIAS, TRUE_BIAS_SD, n_people)
    messages = _draw_messages(rng, draft_covariance, n_people, n_thumbs)
    if habit == "contradicting":
        messages.phi[:, 1::2], messages.quality[:, 1::2] = messages.phi[:, :-1:2], messages.quality[:, :-1:2]
    fresh = _draw_messages(rng, draft_covariance, n_people, 40)
    chance = rng.random((n_people, n_thumbs))

    x, offset, target = np.zeros((n_people, n_thumbs, len(prior.mean))), np.zeros((n_people, n_thumbs)), chance * 0
    posteriors = fit_posteriors(prior, [Evidence.comparisons(x[0, :0], offset[0, :0], offset[0, :0])] * n_people)
    results = []
    for t in range(n_thumbs):
        true = weights if t < n_thumbs // 2 else later_weights
        for person in range(n_people):
            phi, quality = messages.phi[person, t], messages.quality[person, t]
            shown = _shown(phi, quality, posteriors[person], prior)
            siblings = np.arange(N_DRAFTS) != shown
            x[person, t] = phi[shown] - phi[siblings].mean(axis=0)
            offset[person, t] = quality[shown] - quality[siblings].mean()
        lead = offset[:, t] + np.einsum("pd,pd->p", x[:, t], true)
        target[:, t] = _pressed(habit, t, choice_probability(bias + strength * lead), chance[:, t])
        if (t + 1) % REFIT_EVERY == 0 or t + 1 in checkpoints:
            seen = slice(t + 1)
            evidence = [
                thumb_evidence(x[person, seen], offset[person, seen], target[person, seen], settings)
                for person in range(n_people)
            ]
            posteriors = fit_posteriors(prior, evidence)
        if t + 1 in checkpoints:
            looks = habit in ("honest", "changing")
            results.append(_result(habit, t + 1, posteriors, prior, fresh, true if looks else None, seed))
    return results


def draft_covariance_of(within_prompt_differences: FloatArray) -> FloatArray:
    """A draft's spread around its message's mean, from differences of two replies to one prompt: (n, n_base)."""
    # the difference of two drafts has twice the variance of one
    covariance = within_prompt_differences.T @ within_prompt_differences / len(within_prompt_differences) / 2
    return np.asarray(DRAFT_SPREAD**2 * covariance)


def thumb_evidence(x: FloatArray, offset: FloatArray, target: FloatArray, settings: ThumbSettings) -> Evidence:
    """Thumbs in order, as `engine.preferences.likelihood` reads them: x (n, n_base), offset, target (n,)."""
    n, none = len(x), np.zeros(0)
    weight = thumb_decay([True] * n, settings.half_life)
    return Evidence(
        x=x,
        offset=offset,
        strength=np.full(n, settings.strength),
        is_thumb=np.ones(n),
        target=target,
        weight=weight,
        statement_rows=np.zeros((0, x.shape[1])),
        statement_values=none,
        statement_sds=none,
    )


def _draw_messages(rng: np.random.Generator, covariance: FloatArray, n_people: int, n: int) -> _Messages:
    root = np.linalg.cholesky(covariance + 1e-9 * np.eye(len(covariance)))
    phi = rng.normal(size=(n_people, n, N_DRAFTS, len(covariance))) @ root.T
    return _Messages(phi, rng.normal(0.0, QUALITY_SPREAD, (n_people, n, N_DRAFTS)))


def _pressed(habit: Habit, t: int, probability: FloatArray, chance: FloatArray) -> FloatArray:
    """(n_people,) 1 for up, 0 for down."""
    match habit:
        case "always up":
            return np.ones_like(chance)
        case "always down":
            return np.zeros_like(chance)
        case "at random":
            return (chance < 0.5).astype(np.float64)
        case "contradicting":
            return np.full_like(chance, float(t % 2 == 0))
    return (chance < probability).astype(np.float64)


def _shown(phi: FloatArray, quality: FloatArray, posterior: WeightPosterior, prior: WeightPrior) -> int:
    return choose_draft(phi, quality, phi[None], posterior.mean, posterior.covariance, prior.mean).chosen


def _result(
    habit: Habit,
    thumbs: int,
    posteriors: Sequence[WeightPosterior],
    prior: WeightPrior,
    fresh: _Messages,
    true: FloatArray | None,
    seed: int,
) -> StreamResult:
    """What would be shown of messages that nobody has seen."""
    gains, best, differs = [], [], []
    for person, posterior in enumerate(posteriors):
        pairs = list(zip(fresh.phi[person], fresh.quality[person], strict=True))
        shown = [_shown(phi, quality, posterior, prior) for phi, quality in pairs]
        usual = [int(np.argmax(quality + phi @ prior.mean)) for phi, quality in pairs]
        differs.append(np.mean(np.not_equal(shown, usual)))
        if true is not None:
            rewards = [quality + phi @ true[person] for phi, quality in pairs]
            gains.append(np.mean([r[s] - r[u] for r, s, u in zip(rewards, shown, usual, strict=True)]))
            best.append(np.mean([r.max() - r[u] for r, u in zip(rewards, usual, strict=True)]))
    root = np.linalg.cholesky(np.linalg.inv(prior.covariance))
    moved = np.array([np.sqrt(np.mean(np.square((p.mean - prior.mean) @ root))) for p in posteriors])
    return StreamResult(
        habit=habit,
        thumbs=thumbs,
        gain=float(np.mean(gains)) if gains else None,
        gain_ci=mean_interval(np.array(gains), seed) if gains else None,
        share=float(np.sum(gains) / np.sum(best)) if gains else None,
        moved=float(moved.mean()),
        moved_largest=float(moved.max()),
        differs=float(np.mean(differs)),
        n_people=len(posteriors),
    )
