"""Which pair to ask next: the one whose answer says most about the weights.

Mutual information I(answer; w) = H(E_w[p]) − E_w[H(p)] between the answer and the weights (BALD,
arXiv:1112.5745; for preferences Pep, arXiv:2602.15012). The logit of a pair is Gaussian under a Gaussian belief,
so both terms are one-dimensional integrals.
"""

from __future__ import annotations

import numpy as np

from engine.preferences.posterior import choice_probability
from engine.types import FloatArray

_NODES, _NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(31)
_NODE_WEIGHTS = _NODE_WEIGHTS / _NODE_WEIGHTS.sum()


def expected_information(x: FloatArray, offset: FloatArray, mean: FloatArray, covariance: FloatArray) -> FloatArray:
    """Mutual information of each pair's answer and the weights, in nats: (n_pairs,).

    Args:
        x: (n_pairs, n_base) base reward differences; offset: (n_pairs,) quality differences.
        mean, covariance: the belief about the weights, (n_base,) and (n_base, n_base).
    """
    center = offset + x @ mean
    spread = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", x, covariance, x), 0.0))
    p = choice_probability(center[:, None] + spread[:, None] * _NODES)
    information: FloatArray = _entropy(p @ _NODE_WEIGHTS) - _entropy(p) @ _NODE_WEIGHTS
    return np.maximum(information, 0.0)


def _entropy(p: FloatArray) -> FloatArray:
    return np.asarray(-p * np.log(p) - (1 - p) * np.log1p(-p))
