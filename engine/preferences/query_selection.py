"""Which pair to ask next: the one whose answer says most about the weights.

Mutual information I(answer; w) = H(E_w[p]) − E_w[H(p)] between the answer and the weights (BALD,
arXiv:1112.5745; for preferences Pep, arXiv:2602.15012). The logit of a pair is Gaussian under each Gaussian of the
belief, so both terms are one-dimensional integrals.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.preferences.posterior import WeightComponent, choice_probability
from engine.types import FloatArray

_NODES, _NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(31)
_NODE_WEIGHTS = _NODE_WEIGHTS / _NODE_WEIGHTS.sum()


def expected_information(x: FloatArray, offset: FloatArray, belief: Sequence[WeightComponent]) -> FloatArray:
    """Mutual information of each pair's answer and the weights, in nats: (n_pairs,).

    The belief is a mixture of Gaussians, one for each scale that the person's taste may have: whether it is the
    population's at all is part of what an answer can tell.

    Args:
        x: (n_pairs, n_base) base reward differences; offset: (n_pairs,) quality differences;
        belief: the mixture's components, `WeightPosterior.components`.
    """
    chosen, entropy_given_weights = np.zeros(len(x)), np.zeros(len(x))
    for component in belief:
        center = offset + x @ component.mean
        spread = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", x, component.covariance, x), 0.0))
        p = choice_probability(center[:, None] + spread[:, None] * _NODES)
        chosen += component.share * (p @ _NODE_WEIGHTS)
        entropy_given_weights += component.share * (_entropy(p) @ _NODE_WEIGHTS)
    return np.maximum(_entropy(chosen) - entropy_given_weights, 0.0)


def _entropy(p: FloatArray) -> FloatArray:
    return np.asarray(-p * np.log(p) - (1 - p) * np.log1p(-p))
