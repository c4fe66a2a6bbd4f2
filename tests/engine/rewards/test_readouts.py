"""Readouts on planted data: what is good differs between two kinds of replies, and axes do not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.rewards.readouts import LOG_WORDS_COLUMN, ReadoutRecipe, cross_fit, fit_readout
from engine.types import AXES

N, N_DIMS = 600, LOG_WORDS_COLUMN + 2
WARMTH, LENGTH = AXES.index("warmth"), AXES.index("length")
RECIPE = ReadoutRecipe(ridge=10.0)


@pytest.fixture(scope="module")
def planted() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(z, targets, groups): feature 0 tells the kinds apart; 1 is good in written replies and bad in sampled ones;
    2 is warmth; groups 1 and 2 are two models, the second better by one point."""
    rng = np.random.default_rng(0)
    z = np.zeros((N, N_DIMS))
    z[:, :6] = rng.normal(0, 1, (N, 6))
    z[:, LOG_WORDS_COLUMN] = rng.normal(0, 4, N)
    groups = rng.integers(0, 3, N)
    z[:, 0] = np.where(groups > 0, 2.0, -2.0) + rng.normal(0, 0.3, N)
    targets = np.zeros((N, len(AXES) + 1))
    targets[:, WARMTH] = z[:, 2] + rng.normal(0, 0.1, N)
    targets[:, LENGTH] = z[:, LOG_WORDS_COLUMN] / 4
    targets[:, -1] = 3 + np.where(groups > 0, -z[:, 1] - 1, z[:, 1]) + (groups == 2) + rng.normal(0, 0.1, N)
    return z, targets, groups


def within(values: np.ndarray, targets: np.ndarray, rows: np.ndarray) -> float:
    return float(np.corrcoef(values[rows], targets[rows, -1])[0, 1])


def test_each_kind_of_reply_is_judged_by_its_own_expert(planted):
    z, targets, groups = planted
    quality = fit_readout(z, targets, groups, RECIPE).quality(z)
    assert all(within(quality, targets, groups == group) > 0.9 for group in (0, 1, 2))


def test_one_regression_cannot_judge_both_kinds(planted):
    z, targets, groups = planted
    recipe = ReadoutRecipe(ridge=10.0, quality_experts=False)
    quality = fit_readout(z, targets, groups, recipe).quality(z)
    assert min(within(quality, targets, groups == group) for group in (0, 1, 2)) < 0.5


def test_axes_are_read_and_length_is_exact(planted):
    z, targets, groups = planted
    axes = fit_readout(z, targets, groups, RECIPE).axes(z)
    assert np.corrcoef(axes[:, WARMTH], targets[:, WARMTH])[0, 1] > 0.98
    assert axes[:, LENGTH] == pytest.approx(targets[:, LENGTH])


def test_a_model_that_is_better_throughout_does_not_teach_quality(planted):
    """The second model has a feature of its own and is better by a point: mostly not put down to that feature."""
    z, targets, groups = planted
    z = z.copy()
    z[:, 5] = groups == 2
    recipe = replace(RECIPE, n_quality_models=2)
    shared = fit_readout(z, targets, groups, recipe).experts.weights[5, 1]
    shown = fit_readout(z, targets, groups, replace(recipe, between_groups=1.0)).experts.weights[5, 1]
    assert shown > 0.8
    assert shared < 0.5 * shown


def test_a_corpus_without_sampled_replies_gets_one_expert_twice(planted):
    z, targets, _ = planted
    readout = fit_readout(z, targets, np.zeros(N, dtype=np.intp), RECIPE)
    assert readout.experts.weights[:, 0].tolist() == readout.experts.weights[:, 1].tolist()


def test_a_gate_that_is_given_is_kept(planted):
    z, targets, groups = planted
    gate = fit_readout(z, targets, groups, RECIPE).gate
    assert fit_readout(z[:300], targets[:300], groups[:300], RECIPE, gate).gate is gate


def test_cross_fitted_predictions_know_nothing_of_their_own_prompt(planted):
    """Changing the ratings of one prompt changes what is predicted for others only."""
    z, targets, groups = planted
    prompts = [str(row % 30) for row in range(N)]
    own = np.array(prompts) == "7"
    spoiled = targets.copy()
    spoiled[own] += 5.0
    before, after = (cross_fit(z, t, groups, prompts, RECIPE, seed=0) for t in (targets, spoiled))
    assert after.quality[own] == pytest.approx(before.quality[own])
    assert after.axes[own] == pytest.approx(before.axes[own])
    assert not np.allclose(after.quality[~own], before.quality[~own])


def test_only_the_models_meant_to_teach_quality_do(planted):
    """What the second model's replies are rated changes its axes' readouts and nothing of quality."""
    z, targets, groups = planted
    other = targets.copy()
    other[groups == 2, -1] = 1.0
    one = replace(RECIPE, n_quality_models=1)
    before, after = (fit_readout(z, each, groups, one) for each in (targets, other))
    assert after.experts.weights == pytest.approx(before.experts.weights)
    assert after.gate.weights == pytest.approx(before.gate.weights)
    both = replace(RECIPE, n_quality_models=2)
    assert fit_readout(z, other, groups, both).experts.weights != pytest.approx(before.experts.weights)


def test_the_gate_is_taught_by_its_own_models_and_asks_for_more_than_even_odds(planted):
    z, targets, groups = planted
    gates = [fit_readout(z, targets, groups, replace(RECIPE, n_gate_models=n)).gate for n in (1, 2)]
    assert gates[0].weights != pytest.approx(gates[1].weights)
    even = fit_readout(z, targets, groups, replace(RECIPE, gate_threshold=0.0)).gate
    assert gates[0](z) == pytest.approx(even(z) - RECIPE.gate_threshold)


def test_where_the_writer_is_known_to_be_a_small_model_its_expert_reads_alone(planted):
    z, targets, groups = planted
    readout = fit_readout(z, targets, groups, RECIPE)
    assert readout.quality(z, "small") == pytest.approx(readout.experts(z)[:, 1])
    by_writer = readout.writer_quality(z, groups)
    assert by_writer[groups > 0] == pytest.approx(readout.quality(z, "small")[groups > 0])
    assert by_writer[groups == 0] == pytest.approx(readout.quality(z)[groups == 0])
