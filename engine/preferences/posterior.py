"""The belief about one person's weights: a Gaussian prior, soft evidence, a Gaussian posterior at each scale.

Pure numpy; knows nothing of events, text or storage.

The reward is r(y) = q(y) + wᵀφ(y) (PReF, arXiv:2503.06358, with a shared quality q in log-odds). Every piece of
evidence is one of
    comparison   P(a over b) = γ + (1 − 2γ) σ(o + xᵀw),            x = φ_a − φ_b, o = q_a − q_b
    thumb        P(up)       = γ + (1 − 2γ) σ(β + s (o + xᵀw)),    x = φ_shown − φ_reference, likewise o
    statement    v ~ N(aᵀw, sd²)
with γ the noise floor (Pep's and AMPLe's outlier model, arXiv:2411.00524) and β the person's own rate of thumbs up.
The posterior at one scale is the closest Gaussian (`engine.preferences.variational`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.preferences.variational import ChoiceFits, fit_gaussians
from engine.types import FloatArray

NOISE_FLOOR = 0.04
"""γ: the share of answers that are slips, on each side."""
THUMB_STRENGTH = 0.7
"""s: how much of a preference between drafts a thumb shows."""
THUMB_BIAS_MEAN, THUMB_BIAS_SD = 0.5, 1.0
"""The prior of β: most people press up somewhat more often than down."""
SCALES = (0.05, 1.0, 2.0)
"""Factors that one person's spread around the population's taste may have: hardly any, the usual, a strong one's."""
SCALE_PROBABILITIES = (0.86, 0.12, 0.02)
"""How likely each is before any answer."""

SCALES_WITHOUT_SPIKE = (0.5, 1.0, 2.0)
"""For comparison: people differ from the population by half to twice the usual, nobody is of average taste."""

_NODES = ((60.0, 15), (150.0, 9), (np.inf, 5))
"""Quadrature nodes for logs of fewer than so many observations: the more is known, the less the logits spread. Against
61 nodes, means are off by at most 0.004 posterior standard deviations."""


@dataclass(frozen=True, eq=False)
class WeightPrior:
    """N(mean, covariance) over people's weights: (n_base,), (n_base, n_base); and N(mean, sd²) over rates of thumbs."""

    mean: FloatArray
    covariance: FloatArray
    thumb_bias_mean: float = THUMB_BIAS_MEAN
    thumb_bias_sd: float = THUMB_BIAS_SD


@dataclass(frozen=True, eq=False)
class Evidence:
    """All soft observations of one person, as arrays over n observations.

    x: (n, n_base); offset: (n,); strength: (n,) the factor s, 1 for comparisons; is_thumb: (n,) 1.0 where β enters;
    target: (n,) in [0, 1]: 1 for the first (or up), 0 for the second, ½ for a tie, which counts half each way;
    weight: (n,) ≥ 0. statements: rows a (m, n_base), values (m,), standard deviations (m,).
    """

    x: FloatArray
    offset: FloatArray
    strength: FloatArray
    is_thumb: FloatArray
    target: FloatArray
    weight: FloatArray
    statement_rows: FloatArray
    statement_values: FloatArray
    statement_sds: FloatArray

    @property
    def n(self) -> int:
        return len(self.offset) + len(self.statement_values)

    @classmethod
    def comparisons(cls, x: FloatArray, offset: FloatArray, target: FloatArray) -> Evidence:
        """Evidence of comparisons alone."""
        n, n_base = x.shape
        none = np.zeros(0)
        return cls(x, offset, np.ones(n), np.zeros(n), target, np.ones(n), np.zeros((0, n_base)), none, none)


@dataclass(frozen=True, eq=False)
class WeightComponent:
    """One Gaussian of a mixture: its share, mean (n_base,) and covariance (n_base, n_base).

    scale: the factor on the prior's standard deviations that it supposes.
    """

    share: float
    scale: float
    mean: FloatArray
    covariance: FloatArray


@dataclass(frozen=True, eq=False)
class WeightPosterior:
    """The belief about one person's weights: mean (n_base,) and covariance (n_base, n_base) of a mixture.

    components: the mixture, a Gaussian for each scale of the prior; prior: where it started; scale: the root mean
    square of the components' scales, as the evidence weighs them.
    """

    mean: FloatArray
    covariance: FloatArray
    prior: WeightPrior
    components: tuple[WeightComponent, ...]
    scale: float = 1.0
    thumb_bias: float = THUMB_BIAS_MEAN
    n_observations: int = 0

    @property
    def certainty(self) -> float:
        """0 to 1: the share of the prior's entropy removed, were this person's spread the usual one.

        With entropies as volumes, so that it cannot be negative or exceed one: one minus the geometric mean, over
        directions, of posterior sd over prior sd, at the scale nearest to 1. Independent of how the base rewards are
        rotated or scaled.
        """
        usual = min(self.components, key=lambda component: abs(np.log(component.scale)))
        _, log_posterior = np.linalg.slogdet(usual.covariance)
        _, log_prior = np.linalg.slogdet(usual.scale**2 * self.prior.covariance)
        return float(np.clip(1.0 - np.exp((log_posterior - log_prior) / (2 * len(self.mean))), 0.0, 1.0))


def fit_posterior(
    prior: WeightPrior,
    evidence: Evidence,
    scales: tuple[float, ...] = SCALES,
    probabilities: tuple[float, ...] | None = None,
) -> WeightPosterior:
    """The posterior given all evidence at once, so that its order cannot matter. See `fit_posteriors`."""
    return fit_posteriors(prior, [evidence], scales, probabilities)[0]


def fit_posteriors(
    prior: WeightPrior,
    evidence: Sequence[Evidence],
    scales: tuple[float, ...] = SCALES,
    probabilities: tuple[float, ...] | None = None,
) -> list[WeightPosterior]:
    """The posteriors of many people under one prior, fitted side by side.

    A person's weights are N(mean, scale² covariance) with a scale of their own, so that over people they are a scale
    mixture of Gaussians: many near the population's taste, some far from it. Each scale's Gaussian counts by its
    bound on the marginal likelihood times the scale's probability; mean and covariance are the mixture's.

    Args:
        probabilities: of the scales, before any answer; `SCALE_PROBABILITIES` for `SCALES`, else all the same.
    """
    if probabilities is None:
        probabilities = SCALE_PROBABILITIES if scales == SCALES else (1.0,) * len(scales)
    shares_before = np.array(probabilities) / sum(probabilities)
    posteriors = [_unanswered(prior, scales, shares_before) for _ in evidence]
    sizes = np.array([one.n for one in evidence])
    shortest = 1.0
    for longer, n_nodes in _NODES:
        some = np.flatnonzero((sizes >= shortest) & (sizes < longer))
        if len(some):
            fitted = _fitted(prior, [evidence[i] for i in some.tolist()], scales, shares_before, n_nodes)
            for i, posterior in zip(some.tolist(), fitted, strict=True):
                posteriors[i] = posterior
        shortest = longer
    return posteriors


def _fitted(
    prior: WeightPrior,
    evidence: Sequence[Evidence],
    scales: tuple[float, ...],
    shares_before: FloatArray,
    n_nodes: int,
) -> list[WeightPosterior]:
    """Of people who all have some evidence."""
    n_base = len(prior.mean)
    fits, stated = _choice_fits(evidence, prior, scales)
    fitted = fit_gaussians(fits, NOISE_FLOOR, n_nodes)
    centers, covariances = fitted.means, fitted.covariances
    log_share = fitted.log_evidence + stated + np.log(shares_before)
    shares = np.exp(log_share - log_share.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    means = np.einsum("ps,psd->pd", shares, centers)
    apart = centers - means[:, None]
    mixed = np.einsum("ps,psde->pde", shares, covariances + apart[..., :, None] * apart[..., None, :])
    return [
        WeightPosterior(
            mean=means[row, :n_base],
            covariance=mixed[row, :n_base, :n_base],
            prior=prior,
            scale=float(np.sqrt(shares[row] @ np.square(scales))),
            thumb_bias=float(means[row, n_base]),
            n_observations=one.n,
            components=tuple(
                WeightComponent(float(share), scale, center[:n_base], covariance[:n_base, :n_base])
                for share, scale, center, covariance in zip(
                    shares[row], scales, centers[row], covariances[row], strict=True
                )
            ),
        )
        for row, one in enumerate(evidence)
    ]


def _unanswered(prior: WeightPrior, scales: tuple[float, ...], shares: FloatArray) -> WeightPosterior:
    components = tuple(
        WeightComponent(float(share), scale, prior.mean, scale**2 * prior.covariance)
        for share, scale in zip(shares, scales, strict=True)
    )
    spread = float(shares @ np.square(scales))
    return WeightPosterior(
        mean=prior.mean.copy(),
        covariance=spread * prior.covariance,
        prior=prior,
        components=components,
        scale=float(np.sqrt(spread)),
    )


def choice_probability(logit: FloatArray, noise_floor: float = NOISE_FLOOR) -> FloatArray:
    """γ + (1 − 2γ) σ(logit), elementwise."""
    return noise_floor + (1.0 - 2.0 * noise_floor) * sigmoid(logit)


def sigmoid(logit: FloatArray) -> FloatArray:
    return 0.5 * (1.0 + np.tanh(0.5 * logit))  # no overflow at either end


def _choice_fits(
    evidence: Sequence[Evidence], prior: WeightPrior, scales: Sequence[float]
) -> tuple[ChoiceFits, FloatArray]:
    """The fits of p people at s scales, over θ = [w, β]; and what the statements say of the scales.

    A tie is two observations of half the weight. Statements are Gaussian evidence on a Gaussian prior: they go into it,
    and leave their own log marginal likelihood, (p, s), up to a constant of the person's.
    """
    n_base, n_scales = len(prior.mean), len(scales)
    rows = [_as_choices(one) for one in evidence]
    n = max(len(weight) for _, _, weight in rows)
    design, base, weight = np.zeros((len(rows), n, n_base + 1)), np.zeros((len(rows), n)), np.zeros((len(rows), n))
    for person, (x, offset, w) in enumerate(rows):
        design[person, : len(w)], base[person, : len(w)], weight[person, : len(w)] = x, offset, w
    before = np.zeros((n_scales, n_base + 1, n_base + 1))
    before[:, :n_base, :n_base] = np.linalg.inv(prior.covariance) / np.square(scales)[:, None, None]
    before[:, n_base, n_base] = prior.thumb_bias_sd**-2.0
    start = np.append(prior.mean, prior.thumb_bias_mean)
    precision = np.tile(before, (len(rows), 1, 1, 1))
    center = np.tile(start, (len(rows), n_scales, 1))
    stated = np.zeros((len(rows), n_scales))
    for person, one in enumerate(evidence):
        if len(one.statement_values):
            about = np.pad(one.statement_rows, ((0, 0), (0, 1)))
            precision[person] += (about.T * one.statement_sds**-2.0) @ about
            residual = one.statement_values - about @ start
            step = np.linalg.solve(precision[person], about.T @ (residual * one.statement_sds**-2.0))
            center[person] += step
            narrowed = np.linalg.slogdet(before)[1] - np.linalg.slogdet(precision[person])[1]
            stated[person] = 0.5 * (narrowed + np.einsum("sd,sde,se->s", step, precision[person], step))
    return ChoiceFits(design, base, weight, center, precision), stated


def _as_choices(evidence: Evidence) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Rows over θ = [w, β], offsets and weights, each turned so that the logit is that of what was observed."""
    design = np.column_stack([evidence.strength[:, None] * evidence.x, evidence.is_thumb])
    base = evidence.strength * evidence.offset
    yes, no = evidence.weight * evidence.target, evidence.weight * (1.0 - evidence.target)
    first, second = yes > 0, no > 0
    return (
        np.vstack([design[first], -design[second]]),
        np.concatenate([base[first], -base[second]]),
        np.concatenate([yes[first], no[second]]),
    )
