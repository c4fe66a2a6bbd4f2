"""Replaying choices of people whose weights are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.evaluation.choices import UserChoices, evaluate_choices
from engine.evaluation.metrics import auc
from engine.preferences.posterior import WeightPrior, choice_probability

PRIOR = WeightPrior(np.zeros(3), np.eye(3))


def person(seed: int, n: int = 60) -> UserChoices:
    rng = np.random.default_rng(seed)
    x, weights = rng.normal(0, 1.5, (n, 3)), rng.normal(0, 1.5, 3)
    target = (rng.random(n) < choice_probability(x @ weights)).astype(float)
    return UserChoices(f"u{seed}", x, np.zeros(n), target, np.arange(n))


def results(users, answers=(0, 3, 20), select="random", n_splits=2):
    found = evaluate_choices(users, PRIOR, answers=answers, select=select, n_splits=n_splits, seed=1)
    return {(r.method, r.answers): r for r in found}


PEOPLE = [person(seed) for seed in range(25)]


def test_accuracy_grows_with_answers_and_beats_the_population():
    """25 people with weights drawn from the prior: the differences are many times their spread."""
    found = results(PEOPLE)
    assert found["attune", 0].accuracy == pytest.approx(0.5, abs=0.01)
    assert found["attune", 3].accuracy > 0.55
    assert found["attune", 20].accuracy > found["attune", 3].accuracy + 0.05
    assert found["attune", 20].accuracy > found["population", 20].accuracy + 0.15
    assert found["attune", 20].log_loss < found["per_user", 20].log_loss


def test_the_interval_contains_the_accuracy():
    for one in results(PEOPLE).values():
        low, high = one.accuracy_ci
        assert low <= one.accuracy <= high
        assert one.n_users == 25


def test_one_seed_gives_one_table():
    assert results(PEOPLE[:4], select="active", answers=(0, 3)) == results(PEOPLE[:4], select="active", answers=(0, 3))


def test_somebody_who_only_ties_has_no_accuracy_and_disturbs_nobody():
    ties = replace(person(99), target=np.full(60, 0.5))
    alone, beside = results(PEOPLE[:3]), results([*PEOPLE[:3], ties])
    assert beside["attune", 3].accuracy == pytest.approx(alone["attune", 3].accuracy)
    assert np.isfinite(beside["attune", 3].accuracy_ci).all()


def test_auc_is_the_share_of_pairs_put_right():
    assert auc(np.array([2.0, -1.0]), np.array([1.0, 0.0])) == 1.0
    assert auc(np.array([-2.0, 1.0]), np.array([1.0, 0.0])) == 0.0
    assert auc(np.array([0.0, 0.0]), np.array([1.0, 0.0])) == 0.5
    assert np.isnan(auc(np.zeros(0), np.zeros(0)))
