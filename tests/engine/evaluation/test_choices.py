"""Replaying choices of people whose weights are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.evaluation.choices import METHODS, UserChoices, evaluate_choices
from engine.evaluation.metrics import auc
from engine.preferences.posterior import WeightPrior, choice_probability

PRIOR = WeightPrior(np.zeros(3), np.eye(3))


def person(seed: int, n: int = 60) -> UserChoices:
    rng = np.random.default_rng(seed)
    x, weights = rng.normal(0, 1.5, (n, 3)), rng.normal(0, 1.5, 3)
    target = (rng.random(n) < choice_probability(x @ weights)).astype(float)
    return UserChoices(f"u{seed}", x, np.zeros(n), target, np.arange(n))


def results(users, answers=(0, 3, 20), select="random", n_splits=2, methods=tuple(METHODS)):
    found = evaluate_choices(users, PRIOR, answers=answers, select=select, n_splits=n_splits, seed=1, methods=methods)
    return {(r.method, r.answers): r for r in found}


PEOPLE = [person(seed) for seed in range(25)]


@pytest.fixture(scope="module")
def found():
    return results(PEOPLE)


def test_accuracy_grows_with_answers_and_beats_the_population(found):
    """25 people with weights drawn from the prior: the differences are many times their spread."""
    assert found["attune", 0].accuracy == pytest.approx(0.5, abs=0.01)
    assert found["attune", 3].accuracy > 0.55
    assert found["attune", 20].accuracy > found["attune", 3].accuracy + 0.05
    assert found["attune", 20].accuracy > found["population", 20].accuracy + 0.15
    assert found["attune", 20].log_loss < found["per_user", 20].log_loss


def test_the_intervals_contain_their_means(found):
    for one in found.values():
        for name in ("accuracy", "auc", "log_loss", "accuracy_gain", "auc_gain"):
            low, high = getattr(one, f"{name}_ci")
            assert low - 1e-12 <= getattr(one, name) <= high + 1e-12
        assert one.n_users == 25


def test_every_method_is_in_the_table_for_every_number_of_answers(found):
    assert set(found) == {(method, k) for method in METHODS for k in (0, 3, 20)}


def test_gains_are_counted_from_the_population_person_by_person(found):
    for (method, k), one in found.items():
        assert one.accuracy_gain == pytest.approx(one.accuracy - found["population", k].accuracy)
        assert method != "population" or one.accuracy_gain_ci == (0.0, 0.0)


def test_after_few_answers_predictions_without_a_prior_are_far_worse_calibrated(found):
    assert found["attune", 3].ece < found["per_user", 3].ece / 1.5


def test_the_number_of_pairs_asked_is_said_where_the_pool_runs_out():
    few = [person(seed, n=10) for seed in range(3)]
    found = results(few, answers=(4, 20), methods=("attune", "population"))
    assert (found["attune", 4].asked, found["attune", 20].asked) == (4, 5)


def test_one_seed_gives_one_table():
    assert results(PEOPLE[:4], select="active", answers=(0, 3)) == results(PEOPLE[:4], select="active", answers=(0, 3))


def test_somebody_who_only_ties_has_no_accuracy_and_disturbs_nobody():
    ties = replace(person(99), target=np.full(60, 0.5))
    few = ("attune", "population")
    alone, beside = results(PEOPLE[:3], methods=few), results([*PEOPLE[:3], ties], methods=few)
    assert beside["attune", 3].accuracy == pytest.approx(alone["attune", 3].accuracy)
    assert np.isfinite(beside["attune", 3].accuracy_ci).all()


def test_auc_is_the_share_of_pairs_put_right():
    assert auc(np.array([2.0, -1.0]), np.array([1.0, 0.0])) == 1.0
    assert auc(np.array([-2.0, 1.0]), np.array([1.0, 0.0])) == 0.0
    assert auc(np.array([0.0, 0.0]), np.array([1.0, 0.0])) == 0.5
    assert np.isnan(auc(np.zeros(0), np.zeros(0)))
