"""The Gaussian that comes closest to a posterior: variational inference for choices with a noise floor. Numpy only.

Maximises the evidence lower bound over N(m, S) (Opper and Archambeau, Neural Computation 2009):

    L = Σ weight E[log p(z)] − KL(N(m, S) ‖ prior),   z = xᵀθ + base,   p(z) = γ + (1 − 2γ) σ(z)

The expectations are one-dimensional: under N(m, S) each z is Gaussian, and Gauss-Hermite quadrature does the rest. A
step follows the natural gradient, S⁻¹ ← prior⁻¹ + Σ weight c xxᵀ and m ← m + S ∇L, with c = −E[(log p)″] (Khan & Rue,
arXiv:2107.04562), and is halved until L does not fall. Unlike the mode with the curvature there (Laplace), this is
right about skewed posteriors, which few answers leave; and L bounds the log marginal likelihood.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.types import FloatArray

_MAX_STEPS = 200
_TOLERANCE = 1e-9
_SMALLEST_STEP = 1e-4
_SMALLEST_VARIANCE = 1e-12


@dataclass(frozen=True, eq=False)
class ChoiceFits:
    """f independent fits, padded with observations of no weight.

    design: (f, n, d), base: (f, n): logits z = design θ + base of what was chosen, so that every observation says yes;
    weight: (f, n); center: (f, d) and precision: (f, d, d) of the Gaussian prior.
    """

    design: FloatArray
    base: FloatArray
    weight: FloatArray
    center: FloatArray
    precision: FloatArray


@dataclass(frozen=True, eq=False)
class GaussianFits:
    """means: (f, d), covariances: (f, d, d), log_evidence: (f,) the bound on the log marginal likelihood."""

    means: FloatArray
    covariances: FloatArray
    log_evidence: FloatArray


def fit_gaussians(fits: ChoiceFits, noise_floor: float, n_nodes: int) -> GaussianFits:
    """Each posterior's Gaussian, started at its prior, so that the result depends on nothing but the evidence.

    Args:
        n_nodes: of the quadrature: the more, the wider the logits' spread.
    """
    data = _Data.of(fits, noise_floor, n_nodes)
    means, precisions = fits.center.copy(), fits.precision.copy()
    log_evidence = np.zeros(len(means))
    active = np.arange(len(means))
    state = data.at(means, precisions)
    for _ in range(_MAX_STEPS):
        previous, state = state.bound, _improved(data, state)
        means[active], precisions[active], log_evidence[active] = state.mean, state.precision, state.bound
        going_on = state.bound - previous >= _TOLERANCE
        if not going_on.any():
            break
        if not going_on.all():  # most are done long before the last
            active, data, state = active[going_on], data.rows(going_on), state.rows(going_on)
    return GaussianFits(means, _symmetric(np.asarray(np.linalg.inv(precisions), dtype=np.float64)), log_evidence)


@dataclass(frozen=True, eq=False)
class _State:
    """Gaussians mean (f, d), precision (f, d, d), with their bound (f,), and where a full step leads.

    gradient: of the bound by the mean (f, d); next_precision: (f, d, d).
    """

    mean: FloatArray
    precision: FloatArray
    bound: FloatArray
    gradient: FloatArray
    next_precision: FloatArray

    def rows(self, index: NDArray[np.bool_]) -> _State:
        return _State(
            self.mean[index],
            self.precision[index],
            self.bound[index],
            self.gradient[index],
            self.next_precision[index],
        )


@dataclass(frozen=True, eq=False)
class _Data:
    """A `ChoiceFits`, the prior's log determinants (f,), and the quadrature."""

    fits: ChoiceFits
    log_prior: FloatArray
    noise_floor: float
    nodes: FloatArray
    node_weights: FloatArray

    @classmethod
    def of(cls, fits: ChoiceFits, noise_floor: float, n_nodes: int) -> _Data:
        nodes, weights = np.polynomial.hermite_e.hermegauss(n_nodes)
        return cls(fits, _log_determinant(fits.precision), noise_floor, nodes, weights / weights.sum())

    def rows(self, index: NDArray[np.bool_]) -> _Data:
        fits = self.fits
        return _Data(
            ChoiceFits(
                fits.design[index], fits.base[index], fits.weight[index], fits.center[index], fits.precision[index]
            ),
            self.log_prior[index],
            self.noise_floor,
            self.nodes,
            self.node_weights,
        )

    def at(self, mean: FloatArray, precision: FloatArray) -> _State:
        """The bound of these Gaussians, and the step from there."""
        fits = self.fits
        covariance = np.linalg.inv(precision)
        center = (fits.design @ mean[..., None])[..., 0] + fits.base
        variance = ((fits.design @ covariance) * fits.design).sum(axis=2)
        value, slope, curvature = self._expected(center, np.sqrt(np.maximum(variance, _SMALLEST_VARIANCE)))
        away = mean - fits.center
        pull = (fits.precision @ away[..., None])[..., 0]
        divergence = 0.5 * (
            (away * pull).sum(axis=1)
            + (fits.precision * covariance).sum(axis=(1, 2))
            - mean.shape[1]
            + _log_determinant(precision)
            - self.log_prior
        )
        gradient = ((fits.weight * slope)[:, None] @ fits.design)[:, 0] - pull
        seen = fits.design.swapaxes(1, 2) @ (fits.design * (fits.weight * curvature)[..., None])
        bound = (fits.weight * value).sum(axis=1) - divergence
        return _State(mean, precision, bound, gradient, fits.precision + seen)

    def _expected(self, center: FloatArray, sd: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """E[log p(z)], E[(log p)′], −E[(log p)″] under z ~ N(center, sd²), elementwise."""
        tanh = np.multiply(0.5 * sd[..., None], self.nodes)
        tanh += 0.5 * center[..., None]
        np.tanh(tanh, out=tanh)
        share = 0.5 - self.noise_floor
        p = share * tanh
        p += 0.5
        # (log p)′ = (1 − 2γ) σ (1 − σ) / p, with σ (1 − σ) = (1 − tanh²) / 4
        tanh *= tanh
        np.subtract(1.0, tanh, out=tanh)
        tanh /= p
        value = np.log(p, out=p) @ self.node_weights
        moments = tanh @ np.column_stack([self.node_weights, self.node_weights * self.nodes])
        moments *= 0.5 * share
        # by parts: E[(log p)″] = E[node (log p)′] / sd, and exactly the derivative of the quadrature
        return value, moments[..., 0], -moments[..., 1] / sd


def _improved(data: _Data, state: _State) -> _State:
    """One step along the natural gradient, halved where it would lose; where nothing is gained, the same state."""
    size = np.ones(len(state.bound))
    while True:
        candidate = _stepped(data, state, size)
        worse = ~(candidate.bound >= state.bound) & (size > 0)
        if not worse.any():
            return candidate
        size[worse] = np.where(size[worse] > _SMALLEST_STEP, size[worse] / 2, 0.0)


def _stepped(data: _Data, state: _State, size: FloatArray) -> _State:
    """A share of the full step. Bound −∞ where what would be the precision is not positive definite."""
    share = size[:, None, None]
    precision = (1 - share) * state.precision + share * state.next_precision
    proper = np.linalg.eigvalsh(precision)[:, 0] > 0
    precision = np.where(proper[:, None, None], precision, state.precision)
    step = np.linalg.solve(precision, state.gradient[..., None])[..., 0]
    candidate = data.at(state.mean + size[:, None] * step, precision)
    candidate.bound[~proper] = -np.inf
    return candidate


def _log_determinant(matrix: FloatArray) -> FloatArray:
    return np.asarray(np.linalg.slogdet(matrix)[1])


def _symmetric(matrix: FloatArray) -> FloatArray:
    return np.asarray(0.5 * (matrix + matrix.swapaxes(-1, -2)))
