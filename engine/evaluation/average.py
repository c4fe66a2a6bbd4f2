"""What personalization costs somebody whose taste is the population's, and what it gains somebody drawn from it.

Simulated people answer the real quiz bank; what counts is the expected accuracy, over their noisy answers, of what is
predicted on pairs of other prompts, less that of the population's prediction. Numpy only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.evaluation.asking import Pool, Select, ask
from engine.evaluation.metrics import mean_interval
from engine.preferences.posterior import WeightPosterior, WeightPrior, choice_probability
from engine.rerank import CAUTION
from engine.types import FloatArray

RULES = ("prediction", "choice")
"""prediction: the sign of the expected difference; choice: `engine.rerank`'s rule between two drafts, caution included
(without the bootstrap heads' spread, which only adds caution)."""


@dataclass(frozen=True, eq=False)
class PairSet:
    """x: (n, n_base) base reward and offset: (n,) quality differences; prompt: (n,), equal for equal prompts."""

    x: FloatArray
    offset: FloatArray
    prompt: NDArray[np.intp]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Points of expected accuracy over the population's, mean over simulated people; interval: 95 %, over people.

    differs: the share of pairs in which another side is picked than the population's.
    """

    people: str
    rule: str
    answers: int
    change: float
    change_ci: tuple[float, float]
    differs: float
    n_people: int


def average_people(prior: WeightPrior, n_people: int) -> FloatArray:
    """(n_people, n_base): the population's weights, every time."""
    return np.tile(prior.mean, (n_people, 1))


def drawn_people(prior: WeightPrior, n_people: int, seed: int) -> FloatArray:
    """(n_people, n_base): drawn from the prior."""
    return np.random.default_rng([seed, 1]).multivariate_normal(prior.mean, prior.covariance, n_people)


def accuracy_changes(
    people: str,
    weights: FloatArray,
    prior: WeightPrior,
    bank: PairSet,
    tests: PairSet,
    *,
    answers: Sequence[int],
    select: Select = "active",
    seed: int = 0,
) -> list[Change]:
    """Ask each person pairs of `bank`, then predict `tests` of prompts not asked.

    Args:
        people: a name for the table; weights: (n_people, n_base), what these people's answers follow (with the noise
        floor); tests: may be the bank itself. Prompts are numbered alike in both.
    """
    rng = np.random.default_rng([seed, 2])
    probability = choice_probability(bank.offset + weights @ bank.x.T)
    targets = (rng.random(probability.shape) < probability).astype(np.float64)
    pools = [Pool(bank.x, bank.offset, target, bank.prompt, rng.permutation(len(bank.offset))) for target in targets]
    population = tests.offset + tests.x @ prior.mean
    expected = choice_probability(tests.offset + weights @ tests.x.T)
    base = np.where(population > 0, expected, 1 - expected)
    changes = []
    for k, asked in ask(pools, prior, answers, select):
        values = np.zeros((len(weights), len(RULES), 2))
        for person, one in enumerate(asked):
            other = ~np.isin(tests.prompt, bank.prompt[one.rows])
            for rule, leads in enumerate(_leads(tests, one.posterior, population)):
                right = np.where(leads > 0, expected[person], 1 - expected[person])
                flipped = (leads > 0) != (population > 0)
                values[person, rule] = (right - base[person])[other].mean(), flipped[other].mean()
        changes += [
            Change(
                people=people,
                rule=rule,
                answers=k,
                change=float(100 * values[:, column, 0].mean()),
                change_ci=mean_interval(100 * values[:, column, 0], seed),
                differs=float(values[:, column, 1].mean()),
                n_people=len(weights),
            )
            for column, rule in enumerate(RULES)
        ]
    return changes


def _leads(pairs: PairSet, posterior: WeightPosterior, population: FloatArray) -> tuple[FloatArray, FloatArray]:
    """How far a leads b by each of `RULES`: (n,) each."""
    lead = pairs.offset + pairs.x @ posterior.mean
    return lead, cautious_lead(lead, pairs.x, posterior.covariance, population)


def cautious_lead(lead: FloatArray, x: FloatArray, covariance: FloatArray, population: FloatArray) -> FloatArray:
    """`engine.rerank`'s score of a less that of b, between two drafts of which neither is below the quality floor.

    The population's choice is the reference: the other's score is lowered by `CAUTION` standard deviations.
    """
    spread = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", x, covariance, x), 0.0))
    return np.asarray(lead + np.where(population >= 0, CAUTION, -CAUTION) * spread)
