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
from functools import cache

import numpy as np
from numpy.typing import NDArray

from engine.types import FloatArray

_MAX_STEPS = 200
_TOLERANCE = 1e-9
_SMALLEST_STEP = 1e-4
_SMALLEST_VARIANCE = 1e-12


@dataclass(frozen=True, eq=False)
class ChoiceFits:
    """The answers of f people, padded with observations of no weight, under s priors each.

    design: (f, n, d), base: (f, n): logits z = design θ + base of what was chosen, so that every observation says yes;
    weight: (f, n); center: (f, s, d) and precision: (f, s, d, d) of the Gaussian priors, the narrowest first.
    """

    design: FloatArray
    base: FloatArray
    weight: FloatArray
    center: FloatArray
    precision: FloatArray


@dataclass(frozen=True, eq=False)
class GaussianFits:
    """means: (f, s, d), covariances: (f, s, d, d), log_evidence: (f, s) the bound on the log marginal likelihood."""

    means: FloatArray
    covariances: FloatArray
    log_evidence: FloatArray


def fit_gaussians(fits: ChoiceFits, noise_floor: float, n_nodes: int) -> GaussianFits:
    """Each posterior's Gaussian. The first prior's starts at that prior, the next where the one before ended, so that
    the result depends on nothing but the evidence.

    Args:
        n_nodes: of the quadrature: the more, the wider the logits' spread.
    """
    answers = _Answers.of(fits, noise_floor, n_nodes)
    states: list[_State] = []
    for center, precision in zip(fits.center.swapaxes(0, 1), fits.precision.swapaxes(0, 1), strict=True):
        prior = _Prior(center, precision, _log_determinant(precision))
        states.append(_climbed(answers, prior, states[-1] if states else None))
    return GaussianFits(
        means=np.stack([state.mean for state in states], axis=1),
        covariances=np.stack([_symmetric(state.covariance) for state in states], axis=1),
        log_evidence=np.stack([state.bound for state in states], axis=1),
    )


@dataclass(frozen=True, eq=False)
class _Prior:
    """N(center, precision⁻¹) of each fit: (f, d), (f, d, d), and the log determinants (f,) of the precisions."""

    center: FloatArray
    precision: FloatArray
    log_determinant: FloatArray

    def rows(self, index: NDArray[np.bool_]) -> _Prior:
        return _Prior(self.center[index], self.precision[index], self.log_determinant[index])


@dataclass(frozen=True, eq=False)
class _Gaussian:
    """mean (f, d), precision and covariance (f, d, d), log_determinant (f,) of the precision."""

    mean: FloatArray
    precision: FloatArray
    covariance: FloatArray
    log_determinant: FloatArray


@dataclass(frozen=True, eq=False)
class _State:
    """Gaussians as in `_Gaussian`, their bound (f,), and where a full step leads.

    gradient: of the bound by the mean (f, d); seen: (f, d, d), what a full step adds to the prior's precision;
    bend: (f, n), weight E[(log p)‴], by which half of a change of the logits' variances changes the gradient.
    """

    mean: FloatArray
    precision: FloatArray
    covariance: FloatArray
    bound: FloatArray
    gradient: FloatArray
    seen: FloatArray
    bend: FloatArray

    def rows(self, index: NDArray[np.bool_]) -> _State:
        return _State(*(values[index] for values in self._arrays))

    def put(self, index: NDArray[np.intp], others: _State) -> None:
        """The rows of `index` become these others."""
        for values, new in zip(self._arrays, others._arrays, strict=True):
            values[index] = new

    @property
    def _arrays(self) -> tuple[FloatArray, ...]:
        return self.mean, self.precision, self.covariance, self.bound, self.gradient, self.seen, self.bend


@dataclass(frozen=True, eq=False)
class _Triangle:
    """A symmetric (d, d) matrix as the d (d + 1) / 2 entries of its upper triangle, row by row.

    first, second: of each entry, its row and column; times: how often it is in the matrix; place: (d, d), which entry
    is where.
    """

    first: NDArray[np.intp]
    second: NDArray[np.intp]
    times: FloatArray
    place: NDArray[np.intp]


@cache
def _triangle(d: int) -> _Triangle:
    first, second = np.triu_indices(d)
    place = np.zeros((d, d), dtype=np.intp)
    place[first, second] = place[second, first] = np.arange(len(first))
    return _Triangle(first, second, np.where(first == second, 1.0, 2.0), place)


@cache
def _quadrature(n_nodes: int) -> tuple[FloatArray, FloatArray]:
    """`_Answers.nodes` and `moments`."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(n_nodes)
    weights /= weights.sum()
    return nodes, np.stack([weights, weights * nodes, weights * (nodes**2 - 1)])


@dataclass(frozen=True, eq=False)
class _Answers:
    """What was answered, as in `ChoiceFits`, and the quadrature.

    products: (f, d (d + 1) / 2, n), xᵢ xⱼ for i ≤ j, with which both xᵀSx and Σ c xxᵀ are one matrix product.
    moments: (3, n_nodes), the quadrature of E[f(z)], E[node f(z)] and E[(node² − 1) f(z)].
    """

    design: FloatArray
    products: FloatArray
    base: FloatArray
    weight: FloatArray
    noise_floor: float
    nodes: FloatArray
    moments: FloatArray

    @classmethod
    def of(cls, fits: ChoiceFits, noise_floor: float, n_nodes: int) -> _Answers:
        f, n, d = fits.design.shape
        columns = np.ascontiguousarray(fits.design.swapaxes(1, 2))
        products = np.empty((f, d * (d + 1) // 2, n))
        start = 0
        for i in range(d):
            np.multiply(columns[:, i : i + 1], columns[:, i:], out=products[:, start : start + d - i])
            start += d - i
        return cls(fits.design, products, fits.base, fits.weight, noise_floor, *_quadrature(n_nodes))

    def rows(self, index: NDArray[np.bool_]) -> _Answers:
        return _Answers(
            self.design[index],
            self.products[index],
            self.base[index],
            self.weight[index],
            self.noise_floor,
            self.nodes,
            self.moments,
        )

    def under(self, prior: _Prior, belief: _Gaussian) -> _State:
        """The bound of these Gaussians, and the step from there."""
        mean, covariance = belief.mean, belief.covariance
        center = (self.design @ mean[..., None])[..., 0] + self.base
        sd = np.sqrt(np.maximum(self.variance(covariance), _SMALLEST_VARIANCE))
        value, slope, curvature, bend = self._expected(center, sd)
        away = mean - prior.center
        pull = (prior.precision @ away[..., None])[..., 0]
        divergence = 0.5 * (
            (away * pull).sum(axis=1)
            + (prior.precision * covariance).sum(axis=(1, 2))
            - mean.shape[1]
            + belief.log_determinant
            - prior.log_determinant
        )
        seen = (self.products @ (self.weight * curvature)[..., None])[..., 0]
        return _State(
            mean=mean,
            precision=belief.precision,
            covariance=covariance,
            bound=(self.weight * value).sum(axis=1) - divergence,
            gradient=((self.weight * slope)[:, None] @ self.design)[:, 0] - pull,
            seen=seen[:, _triangle(mean.shape[1]).place],
            bend=self.weight * bend,
        )

    def variance(self, covariance: FloatArray) -> FloatArray:
        """xᵀSx: (f, n)."""
        triangle = _triangle(covariance.shape[1])
        packed = covariance[:, triangle.first, triangle.second] * triangle.times
        return np.asarray((packed[:, None] @ self.products)[:, 0])

    def _expected(self, center: FloatArray, sd: FloatArray) -> tuple[FloatArray, ...]:
        """E[log p(z)], E[(log p)′], −E[(log p)″], E[(log p)‴] under z ~ N(center, sd²), elementwise."""
        # nodes first and observations last, so that every loop is a long one; exp takes a third of tanh's time
        sigma = np.multiply.outer(self.nodes, -sd.ravel())
        sigma -= center.ravel()
        with np.errstate(over="ignore"):  # 1 / (1 + ∞) is the 0 that it should be
            np.exp(sigma, out=sigma)
        sigma += 1.0
        np.reciprocal(sigma, out=sigma)
        share = 1.0 - 2.0 * self.noise_floor
        p = share * sigma
        p += self.noise_floor
        # (log p)′ = (1 − 2γ) σ (1 − σ) / p
        slope = sigma * sigma
        np.subtract(sigma, slope, out=slope)
        slope /= p
        value = (self.moments[0] @ np.log(p, out=p)).reshape(sd.shape)
        first, second, third = (share * self.moments @ slope).reshape(3, *sd.shape)
        # by parts: E[(log p)″] = E[node (log p)′] / sd and so on, and exactly the derivatives of the quadrature
        return value, first, -second / sd, third / sd**2


def _climbed(answers: _Answers, prior: _Prior, beside: _State | None) -> _State:
    """The Gaussians of the largest bound; from the prior itself, or from those found beside, under another prior."""
    state = _start(answers, prior, beside)
    done = state.rows(np.ones(len(state.bound), dtype=bool))
    active = np.arange(len(state.bound))
    for _ in range(_MAX_STEPS):
        previous, state = state.bound, _improved(answers, prior, state)
        going_on = state.bound - previous >= _TOLERANCE
        if going_on.all():
            continue
        done.put(active, state)  # most are done long before the last
        if not going_on.any():
            return done
        active, answers, prior = active[going_on], answers.rows(going_on), prior.rows(going_on)
        state = state.rows(going_on)
    done.put(active, state)
    return done


def _start(answers: _Answers, prior: _Prior, beside: _State | None) -> _State:
    mean, precision = prior.center, prior.precision
    if beside is not None:
        likely = prior.precision + beside.seen
        proper, _ = _determinants(likely)
        mean = np.where(proper[:, None], beside.mean, mean)
        precision = np.where(proper[:, None, None], likely, precision)
    _, log_determinant = _determinants(precision)
    return answers.under(prior, _Gaussian(mean, precision, _inverse(precision), log_determinant))


def _improved(answers: _Answers, prior: _Prior, state: _State) -> _State:
    """One step along the natural gradient, halved where it would lose; where nothing is gained, the same state."""
    size = np.ones(len(state.bound))
    while True:
        candidate = _stepped(answers, prior, state, size)
        worse = ~(candidate.bound >= state.bound) & (size > 0)
        if not worse.any():
            return candidate
        size[worse] = np.where(size[worse] > _SMALLEST_STEP, size[worse] / 2, 0.0)


def _stepped(answers: _Answers, prior: _Prior, state: _State, size: FloatArray) -> _State:
    """A share of the full step. Bound −∞ where what would be the precision is not positive definite."""
    precision = state.precision + size[:, None, None] * (prior.precision + state.seen - state.precision)
    proper, log_determinant = _determinants(precision)
    if not proper.all():
        precision = np.where(proper[:, None, None], precision, state.precision)
    covariance = _inverse(precision)
    # the new covariance has changed the gradient
    turned = 0.5 * state.bend * answers.variance(covariance - state.covariance)
    gradient = state.gradient + (turned[:, None] @ answers.design)[:, 0]
    step = (covariance @ gradient[..., None])[..., 0]
    mean = state.mean + size[:, None] * step
    candidate = answers.under(prior, _Gaussian(mean, precision, covariance, log_determinant))
    candidate.bound[~proper] = -np.inf
    return candidate


def _determinants(precision: FloatArray) -> tuple[NDArray[np.bool_], FloatArray]:
    """(f,): which are positive definite, and the logarithms of their determinants; nothing of use for the others."""
    try:
        root = np.linalg.cholesky(precision)
    except np.linalg.LinAlgError:  # says that one is not, not which
        return np.linalg.eigvalsh(precision)[:, 0] > 0, _log_determinant(precision)
    return np.ones(len(precision), dtype=bool), 2 * np.log(root.diagonal(axis1=1, axis2=2)).sum(axis=1)


def _inverse(matrix: FloatArray) -> FloatArray:
    return np.asarray(np.linalg.inv(matrix), dtype=np.float64)


def _log_determinant(matrix: FloatArray) -> FloatArray:
    return np.asarray(np.linalg.slogdet(matrix)[1])


def _symmetric(matrix: FloatArray) -> FloatArray:
    return np.asarray(0.5 * (matrix + matrix.swapaxes(-1, -2)))
