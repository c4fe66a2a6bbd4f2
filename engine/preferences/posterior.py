"""The belief about one person's weights: a Gaussian prior, soft evidence, a Gaussian (Laplace) posterior.

Pure numpy; knows nothing of events, text or storage.

The reward is r(y) = q(y) + wᵀφ(y) (PReF, arXiv:2503.06358, with a shared quality q in log-odds). Every piece of
evidence is one of
    comparison   P(a over b) = γ + (1 − 2γ) σ(o + xᵀw),            x = φ_a − φ_b, o = q_a − q_b
    thumb        P(up)       = γ + (1 − 2γ) σ(β + s (o + xᵀw)),    x = φ_shown − φ_reference, likewise o
    statement    v ~ N(aᵀw, sd²)
with γ the noise floor (Pep's and AMPLe's outlier model, arXiv:2411.00524) and β the person's own rate of thumbs up.
The floor makes the likelihood not log-concave, so it is fitted by Fisher scoring with step-halving.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.types import FloatArray

NOISE_FLOOR = 0.04
"""γ: the share of answers that are slips, on each side."""
THUMB_STRENGTH = 0.7
"""s: how much of a preference between drafts a thumb shows."""
THUMB_BIAS_MEAN, THUMB_BIAS_SD = 0.5, 1.0
"""The prior of β: most people press up somewhat more often than down."""
SCALES = (0.05, 1.0, 2.0)
"""Factors that one person's spread around the population's taste may have: hardly any, the usual, a strong one's."""
SCALE_PROBABILITIES = (0.82, 0.15, 0.03)
"""How likely each is before any answer."""

SCALES_WITHOUT_SPIKE = (0.5, 1.0, 2.0)
"""For comparison: people differ from the population by half to twice the usual, nobody is of average taste."""

_MAX_STEPS = 60
_TOLERANCE = 1e-10
_SMALLEST_STEP = 1e-6


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
    mixture of Gaussians: many near the population's taste, some far from it. Each scale's Laplace fit counts by its
    marginal likelihood times the scale's probability; mean and covariance are the mixture's.

    Args:
        probabilities: of the scales, before any answer; `SCALE_PROBABILITIES` for `SCALES`, else all the same.
    """
    if probabilities is None:
        probabilities = SCALE_PROBABILITIES if scales == SCALES else (1.0,) * len(scales)
    shares_before = np.array(probabilities) / sum(probabilities)
    posteriors = [_unanswered(prior, scales, shares_before) for _ in evidence]
    answered = [i for i, one in enumerate(evidence) if one.n]
    if not answered:
        return posteriors
    n_base = len(prior.mean)
    log_evidence, modes, covariances = _fit_at_scales(_Stack.of([evidence[i] for i in answered], prior, scales))
    log_share = log_evidence + np.log(shares_before)
    shares = np.exp(log_share - log_share.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    means = np.einsum("ps,psd->pd", shares, modes)
    apart = modes - means[:, None]
    mixed = np.einsum("ps,psde->pde", shares, covariances + apart[..., :, None] * apart[..., None, :])
    for row, i in enumerate(answered):
        posteriors[i] = WeightPosterior(
            mean=means[row, :n_base],
            covariance=mixed[row, :n_base, :n_base],
            prior=prior,
            scale=float(np.sqrt(shares[row] @ np.square(scales))),
            thumb_bias=float(means[row, n_base]),
            n_observations=evidence[i].n,
            components=tuple(
                WeightComponent(float(share), scale, mode[:n_base], covariance[:n_base, :n_base])
                for share, scale, mode, covariance in zip(
                    shares[row], scales, modes[row], covariances[row], strict=True
                )
            ),
        )
    return posteriors


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


@dataclass(frozen=True, eq=False)
class _Stack:
    """The evidence of p people over θ = [w, β], padded with observations of no weight, and priors at s scales.

    logit = design @ θ + base: (p, n, d), (p, n); target, weight: (p, n); statements: rows (p, m, d), values and
    precision (p, m); prior: center (d,), precision (s, d, d).
    """

    design: FloatArray
    base: FloatArray
    target: FloatArray
    weight: FloatArray
    rows: FloatArray
    values: FloatArray
    precision: FloatArray
    center: FloatArray
    prior_precision: FloatArray

    @classmethod
    def of(cls, evidence: Sequence[Evidence], prior: WeightPrior, scales: Sequence[float]) -> _Stack:
        n_people, n_base = len(evidence), len(prior.mean)
        n, m = max(len(one.offset) for one in evidence), max(len(one.statement_values) for one in evidence)
        design, rows = np.zeros((n_people, n, n_base + 1)), np.zeros((n_people, m, n_base + 1))
        base, weight, values, precision = (np.zeros((n_people, size)) for size in (n, n, m, m))
        target = np.full((n_people, n), 0.5)
        for i, one in enumerate(evidence):
            observations, statements = slice(len(one.offset)), slice(len(one.statement_values))
            design[i, observations] = np.column_stack([one.strength[:, None] * one.x, one.is_thumb])
            base[i, observations] = one.strength * one.offset
            target[i, observations], weight[i, observations] = one.target, one.weight
            rows[i, statements, :n_base], values[i, statements] = one.statement_rows, one.statement_values
            precision[i, statements] = one.statement_sds**-2.0
        prior_precision = np.zeros((len(scales), n_base + 1, n_base + 1))
        prior_precision[:, :n_base, :n_base] = np.linalg.inv(prior.covariance) / np.square(scales)[:, None, None]
        prior_precision[:, n_base, n_base] = prior.thumb_bias_sd**-2.0
        center = np.append(prior.mean, prior.thumb_bias_mean)
        return cls(design, base, target, weight, rows, values, precision, center, prior_precision)

    def people(self, index: NDArray[np.intp]) -> _Stack:
        """Some of the people."""
        per_person = ("design", "base", "target", "weight", "rows", "values", "precision")
        return replace(self, **{name: getattr(self, name)[index] for name in per_person})

    def log_posterior(self, theta: FloatArray) -> FloatArray:
        """Up to a constant; theta: (p, s, d), the result (p, s)."""
        p = choice_probability(theta @ self.design.swapaxes(1, 2) + self.base[:, None])
        target = self.target[:, None]
        likelihood = (self.weight[:, None] * (target * np.log(p) + (1 - target) * np.log1p(-p))).sum(axis=-1)
        residual = self.values[:, None] - theta @ self.rows.swapaxes(1, 2)
        delta = theta - self.center
        stated = (self.precision[:, None] * residual**2).sum(axis=-1)
        value: FloatArray = likelihood - 0.5 * (stated + _quadratic(delta, self.prior_precision))
        return value

    def information(self, theta: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Gradient of the log posterior (p, s, d); Fisher information plus the prior's precision (p, s, d, d)."""
        s = sigmoid(theta @ self.design.swapaxes(1, 2) + self.base[:, None])
        p = NOISE_FLOOR + (1 - 2 * NOISE_FLOOR) * s
        slope = (1 - 2 * NOISE_FLOOR) * s * (1 - s)
        score = self.weight[:, None] * (self.target[:, None] - p) * slope / (p * (1 - p))
        fisher = self.weight[:, None] * slope**2 / (p * (1 - p))
        residual = self.values[:, None] - theta @ self.rows.swapaxes(1, 2)
        gradient = score @ self.design + (self.precision[:, None] * residual) @ self.rows
        gradient -= np.einsum("sde,pse->psd", self.prior_precision, theta - self.center)
        matrix = _weighted_squares(self.design, fisher) + self.prior_precision
        return gradient, matrix + _weighted_squares(self.rows, self.precision[:, None])


def _fit_at_scales(stack: _Stack) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Log marginal likelihoods up to a constant (p, s), modes of θ (p, s, d) and their covariances (p, s, d, d)."""
    n_people, n_scales = len(stack.base), len(stack.prior_precision)
    modes = np.tile(stack.center, (n_people, n_scales, 1))
    values = np.zeros((n_people, n_scales))
    active, part = np.arange(n_people), stack
    theta, value = modes, stack.log_posterior(modes)
    for _ in range(_MAX_STEPS):
        theta, gain = _improved(part, theta, value)
        value = value + gain
        modes[active], values[active] = theta, value
        going_on = gain.max(axis=1) >= _TOLERANCE
        if not going_on.any():
            break
        if not going_on.all():  # most people are done long before the last
            active, theta, value = active[going_on], theta[going_on], value[going_on]
            part = stack.people(active)
    precision = stack.information(modes)[1]
    covariance = np.linalg.inv(precision)
    covariance = 0.5 * (covariance + covariance.swapaxes(-1, -2))
    log_ratio = np.linalg.slogdet(stack.prior_precision)[1] - np.linalg.slogdet(precision)[1]
    return values + 0.5 * log_ratio, modes, covariance


def _improved(stack: _Stack, theta: FloatArray, value: FloatArray) -> tuple[FloatArray, FloatArray]:
    """One step of Fisher scoring, halved until it does not lose: the new θ, and what was gained."""
    gradient, matrix = stack.information(theta)
    step = np.linalg.solve(matrix, gradient[..., None])[..., 0]
    # where the step promises less than the tolerance, rounding would be all there is to find
    size = np.where((gradient * step).sum(axis=-1) > _TOLERANCE, 1.0, 0.0)
    candidate = stack.log_posterior(theta + size[..., None] * step)
    while (worse := (candidate < value) & (size > 0)).any():
        size[worse] = np.where(size[worse] > _SMALLEST_STEP, size[worse] / 2, 0.0)
        candidate = stack.log_posterior(theta + size[..., None] * step)
    return theta + size[..., None] * step, np.maximum(candidate - value, 0.0)


def _quadratic(delta: FloatArray, precision: FloatArray) -> FloatArray:
    """deltaᵀ precision delta: (p, s, d), (s, d, d) → (p, s)."""
    return np.asarray(np.einsum("psd,sde,pse->ps", delta, precision, delta))


def _weighted_squares(design: FloatArray, weight: FloatArray) -> FloatArray:
    """Σ_n weight xxᵀ: rows x (p, n, d), weight (p, s, n) → (p, s, d, d)."""
    n_people, n, d = design.shape
    squares = (design[..., :, None] * design[..., None, :]).reshape(n_people, n, d * d)
    return np.asarray(weight @ squares).reshape(n_people, weight.shape[1], d, d)
