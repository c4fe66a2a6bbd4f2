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

from dataclasses import dataclass, field

import numpy as np

from engine.types import FloatArray

NOISE_FLOOR = 0.04
"""γ: the share of answers that are slips, on each side."""
THUMB_STRENGTH = 0.7
"""s: how much of a preference between drafts a thumb shows."""
THUMB_BIAS_MEAN, THUMB_BIAS_SD = 0.5, 1.0
"""The prior of β: most people press up somewhat more often than down."""
SCALES = (0.5, 0.7, 1.0, 1.4, 2.0)
SCALE_LOG_SD = 0.35
"""Candidate scales of the prior's spread for one person, and the width of the belief about log scale."""

_MAX_STEPS = 60
_TOLERANCE = 1e-10


@dataclass(frozen=True, eq=False)
class WeightPrior:
    """N(mean, covariance) over people's weights: (n_base,), (n_base, n_base)."""

    mean: FloatArray
    covariance: FloatArray


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
class WeightPosterior:
    """A Gaussian belief about one person's weights: mean (n_base,), covariance (n_base, n_base).

    scale: the factor on the prior's standard deviations that the evidence asked for; prior: where it started.
    """

    mean: FloatArray
    covariance: FloatArray
    prior: WeightPrior
    scale: float = 1.0
    thumb_bias: float = THUMB_BIAS_MEAN
    n_observations: int = field(default=0)

    @property
    def certainty(self) -> float:
        """0 to 1: the share of the prior's entropy removed.

        With entropies as volumes, so that it cannot be negative or exceed one: one minus the geometric mean, over
        directions, of posterior sd over prior sd (at this person's scale). Independent of how the base rewards are
        rotated or scaled.
        """
        n_base = len(self.mean)
        _, log_posterior = np.linalg.slogdet(self.covariance)
        _, log_prior = np.linalg.slogdet(self.prior.covariance)
        log_ratio = (log_posterior - log_prior) / (2 * n_base) - np.log(self.scale)
        return float(np.clip(1.0 - np.exp(log_ratio), 0.0, 1.0))


def fit_posterior(prior: WeightPrior, evidence: Evidence, scales: tuple[float, ...] = SCALES) -> WeightPosterior:
    """The posterior given all evidence at once, so that its order cannot matter.

    The prior's spread is scaled per person by the value in `scales` with the largest Laplace marginal likelihood
    times its log-normal prior: some people hold stronger views than others.
    """
    if evidence.n == 0:
        return WeightPosterior(mean=prior.mean.copy(), covariance=prior.covariance.copy(), prior=prior)
    fits = [(_fit_at_scale(prior, evidence, scale), scale) for scale in scales]
    (_, mean, covariance), scale = max(fits, key=lambda fit: fit[0][0])
    n_base = len(prior.mean)
    return WeightPosterior(
        mean=mean[:n_base],
        covariance=covariance[:n_base, :n_base],
        prior=prior,
        scale=scale,
        thumb_bias=float(mean[n_base]),
        n_observations=evidence.n,
    )


def choice_probability(logit: FloatArray, noise_floor: float = NOISE_FLOOR) -> FloatArray:
    """γ + (1 − 2γ) σ(logit), elementwise."""
    return noise_floor + (1.0 - 2.0 * noise_floor) * sigmoid(logit)


def sigmoid(logit: FloatArray) -> FloatArray:
    return 0.5 * (1.0 + np.tanh(0.5 * logit))  # no overflow at either end


def _fit_at_scale(prior: WeightPrior, evidence: Evidence, scale: float) -> tuple[float, FloatArray, FloatArray]:
    """(log marginal likelihood up to a constant, mode of [w, β], its covariance) with prior sds times `scale`."""
    n_base = len(prior.mean)
    center = np.append(prior.mean, THUMB_BIAS_MEAN)
    prior_covariance = np.zeros((n_base + 1, n_base + 1))
    prior_covariance[:n_base, :n_base] = scale**2 * prior.covariance
    prior_covariance[n_base, n_base] = THUMB_BIAS_SD**2
    prior_precision = np.linalg.inv(prior_covariance)

    # one design matrix over [w, β]: logit = design @ θ + base
    design = np.hstack([evidence.strength[:, None] * evidence.x, evidence.is_thumb[:, None]])
    base = evidence.strength * evidence.offset
    rows = np.hstack([evidence.statement_rows, np.zeros((len(evidence.statement_values), 1))])
    row_precision = evidence.statement_sds**-2.0

    def log_posterior(theta: FloatArray) -> float:
        p = choice_probability(design @ theta + base)
        likelihood = evidence.weight @ (evidence.target * np.log(p) + (1 - evidence.target) * np.log1p(-p))
        residual = evidence.statement_values - rows @ theta
        delta = theta - center
        return float(likelihood - 0.5 * row_precision @ residual**2 - 0.5 * delta @ prior_precision @ delta)

    def information(theta: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Gradient of the log posterior, and Fisher information plus the prior's precision."""
        s = sigmoid(design @ theta + base)
        p = NOISE_FLOOR + (1 - 2 * NOISE_FLOOR) * s
        slope = (1 - 2 * NOISE_FLOOR) * s * (1 - s)
        score = evidence.weight * (evidence.target - p) * slope / (p * (1 - p))
        fisher = evidence.weight * slope**2 / (p * (1 - p))
        gradient = design.T @ score + rows.T @ (row_precision * (evidence.statement_values - rows @ theta))
        gradient -= prior_precision @ (theta - center)
        matrix = (design.T * fisher) @ design + (rows.T * row_precision) @ rows + prior_precision
        return gradient, matrix

    theta = center.copy()
    value = log_posterior(theta)
    for _ in range(_MAX_STEPS):
        gradient, matrix = information(theta)
        step = np.linalg.solve(matrix, gradient)
        size = 1.0
        while size > 1e-6 and (candidate := log_posterior(theta + size * step)) < value:
            size /= 2
        if size <= 1e-6:
            break
        theta = theta + size * step
        gain, value = candidate - value, candidate
        if gain < _TOLERANCE:
            break
    _, matrix = information(theta)
    covariance = np.linalg.inv(matrix)
    _, log_det_posterior = np.linalg.slogdet(covariance)
    _, log_det_prior = np.linalg.slogdet(prior_covariance)
    log_evidence = value + 0.5 * (log_det_posterior - log_det_prior) - 0.5 * (np.log(scale) / SCALE_LOG_SD) ** 2
    return float(log_evidence), theta, 0.5 * (covariance + covariance.T)
