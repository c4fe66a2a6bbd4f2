"""Readouts: from features z of a reply to the named axes a(z) and to quality, fitted on ratings by reading.

Axes are ridge regressions. Quality is a mixture of two: what is good in a reply written by somebody who can write
(complete, concrete) is not what is good in a small model's (plain, short, on the subject), and one linear map for both
is bad at either. Where the writer is known to be a small model, the second reads alone; else a gate, itself linear,
says how much a reply reads like that.
Numpy only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.preferences.posterior import sigmoid
from engine.rewards.encoder import LAYERS
from engine.rewards.factorization import solve_ridge
from engine.rewards.heads import RewardHeads
from engine.rewards.style_features import FEATURE_NAMES
from engine.types import AXES, FloatArray, WriterKind

ENCODER_WIDTH = 384
LOG_WORDS_COLUMN = len(LAYERS) * ENCODER_WIDTH + FEATURE_NAMES.index("log_words")
"""The feature that is the length axis: computed, not learned."""
Groups = NDArray[np.intp]
"""(n,) who wrote each reply: 0 for those written for the corpus, a number above for each model sampled from."""


@dataclass(frozen=True)
class ReadoutRecipe:
    """The numbers of this step; how they were chosen is in `docs/lab-notes.md`."""

    n_folds: int = 5
    style_weight: float = 4.0
    """How many times a style feature counts beside one encoder dimension, of which there are forty times as many."""
    ridge: float = 10_000.0
    between_groups: float = 0.2
    """How much of the difference between groups' means the readouts are shown. Drafts to choose among come from one
    model, and telling one author from another must not pass for telling good from bad."""
    sampled_weight: float = 4.0
    """Weight of a sampled reply beside another, for the axes."""
    quality_experts: bool = True
    """Two experts and a gate for quality; else one ridge regression like an axis."""
    n_quality_models: int = 2
    """Models, in the order in which they appear in the corpus, whose replies teach quality; all teach the axes."""
    n_gate_models: int = 1
    """Of them, those whose replies teach the gate what small models write like."""
    between_kinds: float = 0.5
    """How much of the difference in mean quality between written and sampled replies the mixture keeps. With little, a
    text that reads like a model's gains by it; with all, the gate's errors outweigh what the experts say."""
    gate_sharpness: float = 4.0
    """Slope of the gate, whose linear part is regressed on −1 (written) and +1 (sampled)."""
    gate_threshold: float = 1.0
    """Taken off it: larger models' replies, which are not in the corpus, read a little like small models'."""


@dataclass(frozen=True, eq=False)
class Scaler:
    """Features in clipped standard deviations, style features weighted. mean, sd, weight: (n_dims,)."""

    mean: FloatArray
    sd: FloatArray
    weight: FloatArray

    @classmethod
    def fit(cls, features: NDArray[np.float32], style_weight: float) -> Scaler:
        weight = np.ones(features.shape[1])
        weight[len(LAYERS) * ENCODER_WIDTH :] = style_weight
        # the floor: what hardly varies in the corpus must not become large elsewhere
        sd = np.maximum(features.std(axis=0, dtype=np.float64), 1e-3)
        return cls(features.mean(axis=0, dtype=np.float64), sd, weight)

    def __call__(self, features: NDArray[np.float32]) -> FloatArray:
        z = (features.astype(np.float64) - self.mean) / self.sd
        return np.clip(z, -RewardHeads.CLIP, RewardHeads.CLIP) * self.weight


@dataclass(frozen=True, eq=False)
class Linear:
    """x ↦ x·weights + bias; weights: (n_dims, n_outputs), bias: (n_outputs,)."""

    weights: FloatArray
    bias: FloatArray

    def __call__(self, z: FloatArray) -> FloatArray:
        """z: (n, n_dims) → (n, n_outputs)."""
        return z @ self.weights + self.bias


@dataclass(frozen=True, eq=False)
class Readout:
    """One fit: axes in standard deviations; experts on quality in rating points about the mean (written, sampled);
    gate: one output, positive where a reply reads like a small model's."""

    axes: Linear
    experts: Linear
    gate: Linear

    def quality(self, z: FloatArray, writer: WriterKind = "any") -> FloatArray:
        """(n,) in rating points, about an arbitrary origin."""
        written, sampled = self.experts(z).T
        if writer == "small":
            return np.asarray(sampled)
        share = sigmoid(self.gate(z)[:, 0])
        mixed: FloatArray = (1.0 - share) * written + share * sampled
        return mixed

    def writer_quality(self, z: FloatArray, groups: Groups) -> FloatArray:
        """The same, (n,), small models' replies read as such."""
        return np.where(groups > 0, self.quality(z, "small"), self.quality(z))


@dataclass(frozen=True, eq=False)
class CrossFitted:
    """fit: on everything; axes (n, n_axes), quality (n,): what is predicted for prompts that were not fitted on;
    writer_quality: quality once more, small models' replies read as such.
    """

    fit: Readout
    axes: FloatArray
    quality: FloatArray
    writer_quality: FloatArray


def cross_fit(
    z: FloatArray, targets: FloatArray, groups: Groups, prompts: Sequence[str], recipe: ReadoutRecipe, seed: int
) -> CrossFitted:
    """Fit readouts, and predict each fold of prompts from the others.

    Args:
        z: (n, n_dims) scaled features; targets: (n, n_axes + 1) axes in standard deviations, quality in points last.
    """
    prompt = np.array(prompts)
    axes, quality, writer_quality = np.zeros((len(z), len(AXES))), np.zeros(len(z)), np.zeros(len(z))
    shuffled = np.random.default_rng(seed).permutation(np.unique(prompt))
    for fold in np.array_split(shuffled, recipe.n_folds):
        test = np.isin(prompt, fold)
        fitted = fit_readout(z[~test], targets[~test], groups[~test], recipe)
        axes[test], quality[test] = fitted.axes(z[test]), fitted.quality(z[test])
        writer_quality[test] = fitted.writer_quality(z[test], groups[test])
    return CrossFitted(fit_readout(z, targets, groups, recipe), axes, quality, writer_quality)


def fit_readout(
    z: FloatArray, targets: FloatArray, groups: Groups, recipe: ReadoutRecipe, gate: Linear | None = None
) -> Readout:
    """Fit axes, experts and gate. A gate that is given is kept (bootstrap)."""
    sampled = groups > 0
    weight = np.where(sampled, recipe.sampled_weight, 1.0)
    both = _ridge(z, targets, groups, weight, recipe)
    axes = _with_exact_length(Linear(both.weights[:, :-1], both.bias[:-1]), z, targets)
    return Readout(axes, *_quality_readout(z, targets[:, -1:], groups, both, recipe, gate))


def _quality_readout(
    z: FloatArray, quality: FloatArray, groups: Groups, both: Linear, recipe: ReadoutRecipe, gate: Linear | None
) -> tuple[Linear, Linear]:
    """(experts, gate). both: the one regression, taken for each expert where there is one kind of reply only."""
    teaches = groups <= recipe.n_quality_models
    z, quality, groups = z[teaches], quality[teaches], groups[teaches]
    sampled = groups > 0
    if not recipe.quality_experts or not sampled.any() or sampled.all():
        twice = np.repeat(both.weights[:, -1:], 2, axis=1), np.repeat(both.bias[-1:], 2)
        return Linear(*twice), Linear(np.zeros((z.shape[1], 1)), np.zeros(1))
    if gate is None:
        known = groups <= recipe.n_gate_models
        gate = _fit_gate(z[known], sampled[known], recipe)
    kept = recipe.between_kinds * (quality[~sampled].mean() - quality[sampled].mean())
    experts = [
        _centred(_ridge(z[rows], quality[rows], groups[rows], np.ones(rows.sum()), recipe), z[rows], offset)
        for rows, offset in ((~sampled, kept), (sampled, 0.0))
    ]
    return (
        Linear(np.hstack([e.weights for e in experts]), np.concatenate([e.bias for e in experts])),
        gate,
    )


def _fit_gate(z: FloatArray, sampled: NDArray[np.bool_], recipe: ReadoutRecipe) -> Linear:
    """Regression on ∓1, the two kinds weighing the same."""
    weight = np.where(sampled, (~sampled).sum() / sampled.sum(), 1.0)
    side = np.where(sampled, 1.0, -1.0)[:, None]
    one_group = np.zeros(len(z), dtype=np.intp)
    gate = _ridge(z, side, one_group, weight, recipe)
    return Linear(gate.weights * recipe.gate_sharpness, gate.bias * recipe.gate_sharpness - recipe.gate_threshold)


def _ridge(z: FloatArray, targets: FloatArray, groups: Groups, weight: FloatArray, recipe: ReadoutRecipe) -> Linear:
    """Ridge regression, mostly from differences within a group."""
    mean_z = np.average(z, axis=0, weights=weight)
    mean_target = np.average(targets, axis=0, weights=weight)
    z_within, targets_within = z - mean_z, targets - mean_target
    for group in np.unique(groups):
        rows = groups == group
        for values in (z_within, targets_within):
            values[rows] -= (1 - recipe.between_groups) * np.average(values[rows], axis=0, weights=weight[rows])
    root_weight = np.sqrt(weight)[:, None]
    weights = solve_ridge(z_within * root_weight, targets_within * root_weight, recipe.ridge)
    return Linear(weights, mean_target - mean_z @ weights)


def _centred(readout: Linear, z: FloatArray, offset: float) -> Linear:
    """With `offset` as its mean over z."""
    return Linear(readout.weights, offset - z.mean(axis=0) @ readout.weights)


def _with_exact_length(readout: Linear, z: FloatArray, targets: FloatArray) -> Linear:
    """Length is a linear function of one feature: solve for it exactly."""
    length = AXES.index("length")
    slope, intercept = np.polyfit(z[:, LOG_WORDS_COLUMN], targets[:, length], 1)
    weights, bias = readout.weights.copy(), readout.bias.copy()
    weights[:, length] = 0.0
    weights[LOG_WORDS_COLUMN, length] = slope
    bias[length] = intercept
    return Linear(weights, bias)
