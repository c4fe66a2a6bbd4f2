"""Asking many people side by side is asking each alone."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.taste import numbers

from engine.evaluation.asking import Pool, ask
from engine.preferences.posterior import Evidence, WeightPrior, choice_probability, fit_posterior
from engine.preferences.query_selection import expected_information

PRIOR = WeightPrior(np.array([0.3, 0.0, -0.2]), np.eye(3))


def pool(seed: int, n: int = 24) -> Pool:
    """Two pairs for each prompt."""
    rng = np.random.default_rng(seed)
    x = rng.normal(0, 1, (n, 3))
    target = (rng.random(n) < choice_probability(x @ rng.normal(0, 1, 3))).astype(float)
    return Pool(x, rng.normal(0, 0.3, n), target, np.arange(n) // 2, rng.permutation(n))


POOLS = [pool(seed) for seed in range(4)]


@pytest.mark.parametrize("select", ["active", "random"])
def test_no_two_pairs_of_one_prompt_are_asked_and_all_prompts_run_out(select):
    [(_, asked)] = ask(POOLS, PRIOR, [30], select)
    for one, some in zip(asked, POOLS, strict=True):
        assert len(one.rows) == 12
        assert sorted(some.prompt[one.rows]) == list(range(12))


@pytest.mark.parametrize("select", ["active", "random"])
def test_each_person_is_asked_as_if_alone(select):
    [(_, together)] = ask(POOLS, PRIOR, [6], select)
    for one, some in zip(together, POOLS, strict=True):
        [(_, [alone])] = ask([some], PRIOR, [6], select)
        assert alone.rows == one.rows
        assert alone.posterior.mean == pytest.approx(one.posterior.mean, abs=1e-6)


def test_fewer_answers_are_the_beginning_of_more():
    by_k = dict(ask(POOLS, PRIOR, [5, 0, 2], "active"))
    assert list(by_k) == [0, 2, 5]
    assert all(two.rows == five.rows[:2] for two, five in zip(by_k[2], by_k[5], strict=True))


def test_the_belief_is_that_of_the_answers_given():
    [(_, asked)] = ask(POOLS[:1], PRIOR, [4], "random")
    rows, some = asked[0].rows, POOLS[0]
    assert rows == [row for row in some.order if row in rows]
    expected = fit_posterior(PRIOR, Evidence.comparisons(some.x[rows], some.offset[rows], some.target[rows]))
    assert numbers(asked[0].posterior) == numbers(expected)


def test_the_active_choice_asks_the_most_informative_pair_first():
    [(_, asked)] = ask(POOLS, PRIOR, [1], "active")
    nothing = Evidence.comparisons(np.zeros((0, 3)), np.zeros(0), np.zeros(0))
    belief = fit_posterior(PRIOR, nothing).components
    for one, some in zip(asked, POOLS, strict=True):
        assert one.rows == [int(np.argmax(expected_information(some.x, some.offset, belief)))]
