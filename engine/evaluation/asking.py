"""Asking people pairs, one after another, as the quiz does: many people side by side. Numpy only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.preferences.posterior import SCALES, Evidence, WeightPosterior, WeightPrior, fit_posteriors
from engine.preferences.query_selection import expected_information
from engine.types import FloatArray

Select = Literal["active", "random"]


@dataclass(frozen=True, eq=False)
class Pool:
    """What one person may be asked, and what they would answer.

    x: (n, n_base) base reward differences a − b; offset: (n,) quality differences; target: (n,) 1 for a, 0 for b,
    ½ for a tie; prompt: (n,), no two pairs of one prompt are asked; order: (n,) rows in the order in which the random
    choice asks them, and in which the active choice breaks ties.
    """

    x: FloatArray
    offset: FloatArray
    target: FloatArray
    prompt: NDArray[np.intp]
    order: NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Asked:
    """rows: of the pool, in the order asked (fewer than wanted where the pool ran out); posterior: what they left."""

    rows: list[int]
    posterior: WeightPosterior


def ask(
    pools: Sequence[Pool],
    prior: WeightPrior,
    answers: Sequence[int],
    select: Select,
    scales: tuple[float, ...] = SCALES,
) -> Iterator[tuple[int, list[Asked]]]:
    """After each number of answers, in growing order: what was asked of each person and the belief that it left.

    `active` asks the pair with the largest mutual information of answer and weights, from the first on.

    Args:
        scales: of the prior, as in `fit_posterior`: the shipped ones, or others to compare with.
    """
    wanted = sorted(set(answers))
    left = [pool.order for pool in pools]
    rows: list[list[int]] = [[] for _ in pools]
    posteriors = fit_posteriors(prior, [evidence_of(pool, []) for pool in pools], scales)
    for k in range(wanted[-1] + 1):
        if k:
            for i, pool in enumerate(pools):
                if len(left[i]):
                    pick = _pick(pool, left[i], posteriors[i], select)
                    rows[i].append(pick)
                    left[i] = left[i][pool.prompt[left[i]] != pool.prompt[pick]]
            if select == "active" or k in wanted:
                posteriors = fit_posteriors(
                    prior, [evidence_of(p, r) for p, r in zip(pools, rows, strict=True)], scales
                )
        if k in wanted:
            yield k, [Asked(list(r), posterior) for r, posterior in zip(rows, posteriors, strict=True)]


def _pick(pool: Pool, left: NDArray[np.intp], posterior: WeightPosterior, select: Select) -> int:
    if select == "random":
        return int(left[0])
    information = expected_information(pool.x[left], pool.offset[left], posterior.components)
    return int(left[np.argmax(information)])


def evidence_of(pool: Pool, rows: list[int]) -> Evidence:
    """What the answers to these pairs say."""
    index = np.array(rows, dtype=np.intp)
    return Evidence.comparisons(pool.x[index], pool.offset[index], pool.target[index])
