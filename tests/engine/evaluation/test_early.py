"""Telling the end of a draft from its beginning, and dropping by it, on tables whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from engine.evaluation.draft_table import DraftTable
from engine.evaluation.early import (
    PREDICTORS,
    StepCost,
    leave_one_group_out,
    predictions,
    prefix_fit,
    regret_curve,
    within,
)
from engine.evaluation.head_to_head import Person
from engine.evaluation.recorded_drafts import CHECKPOINTS
from engine.preferences.taste_model import TasteModel
from engine.rewards.heads import HeadOutputs
from engine.types import AXES, WeightVector

N_PROMPTS, N_FITTING, N = 16, 10, 8
N_BASE = 8
COST = StepCost(0.005, 0.005)


def table(noise: float, seed: int = 0) -> DraftTable:
    """Every block is the targets turned about, with so much noise."""
    rng = np.random.default_rng(seed)
    n = (N_PROMPTS + N_FITTING) * N
    prompt = np.repeat(np.arange(N_PROMPTS + N_FITTING), N)
    phi, quality, axes = rng.normal(size=(n, N_BASE)), rng.normal(size=n), rng.normal(size=(n, len(AXES)))
    # prompts differ far more than the drafts of one do, and this difference tells nothing
    phi += 3 * rng.normal(size=(N_PROMPTS + N_FITTING, N_BASE))[prompt]
    targets = np.column_stack([phi, quality, axes])
    n_tokens = rng.integers(20, 160, n)
    going = [n_tokens > checkpoint for checkpoint in CHECKPOINTS]
    blocks = {}
    for name in sorted({name for names in PREDICTORS.values() for name in names}):
        turn = rng.normal(size=(targets.shape[1], 40))
        values = within(targets, prompt) @ turn + 10 * rng.normal(size=(N_PROMPTS + N_FITTING, 40))[prompt]
        values += noise * rng.normal(size=values.shape)
        blocks[name] = [np.where(at[:, None], values, np.nan).astype(np.float32) for at in going]
    bootstrap = np.repeat(phi[None], 2, axis=0), np.repeat(quality[None], 2, axis=0)
    return DraftTable(prompt, prompt >= N_PROMPTS, n_tokens, HeadOutputs(phi, quality, axes, *bootstrap), blocks, going)


def people(taste: TasteModel) -> list[Person]:
    rng = np.random.default_rng(1)
    return [
        Person(
            user=str(number),
            weights=WeightVector(
                mean=(taste.prior_mean + 0.7 * rng.normal(size=N_BASE)).tolist(),
                covariance=(0.01 * np.eye(N_BASE)).tolist(),
                heads_version="test",
            ),
            examples=[],
            rest=[],
        )
        for number in range(4)
    ]


def test_a_beginning_that_tells_all_is_read_and_one_of_noise_is_not(taste: TasteModel):
    for noise, low, high in ((0.1, 0.9, 1.0), (1000.0, -0.2, 0.1)):
        known = table(noise)
        fit = prefix_fit(known, "text", 1, predictions(known, "text", 1), people(taste))
        assert low < fit.reward <= high
        assert low < np.mean(list(fit.r2.values())) <= high
        assert fit.n_drafts == known.going[1][~known.fit_only].sum()


def test_nothing_is_predicted_of_prompts_to_fit_on_nor_of_drafts_that_ended(taste: TasteModel):
    known = table(1.0)
    found = np.isfinite(predictions(known, "readings", 2)).all(axis=1)
    assert (found == (known.going[2] & ~known.fit_only)).all()


def test_leaving_a_group_out_in_closed_form_is_a_fit_without_it():
    rng = np.random.default_rng(5)
    group = np.repeat(np.arange(6), 5)
    x, y = within(rng.normal(size=(30, 12)), group), within(rng.normal(size=(30, 2)), group)
    left_out = leave_one_group_out(x @ x.T, y, group, np.array([0.5, 20.0]))
    for ridge, predicted in zip((0.5, 20.0), left_out, strict=True):
        for number in range(6):
            train, test = x[group != number], x[group == number]
            weights = np.linalg.solve(train.T @ train + ridge * np.eye(12), train.T @ y[group != number])
            assert np.allclose(predicted[group == number], test @ weights)


def test_dropping_by_the_end_itself_costs_next_to_nothing_and_at_random_what_fewer_drafts_cost(taste: TasteModel):
    known = table(1.0)
    curve = regret_curve(known, people(taste), taste, {}, COST, N, seed=0)
    by = {(point.schedule, point.predictor): point for point in curve}
    assert by["1 whole drafts", ""].kept == pytest.approx(0, abs=1e-9)
    assert by["1/4 at 32", "knowing the end"].kept > 0.97
    random = by["1/2 at 32", "at random"]
    assert random.kept < by["1/2 at 32", "knowing the end"].kept - 0.1
    assert random.same_tokens == pytest.approx(random.kept, abs=0.25)
    shares = [by[f"{m} whole drafts", ""] for m in range(1, N)]
    assert [point.kept for point in shares] == sorted(point.kept for point in shares)
    assert all(0 < point.tokens < 1 and 0 < point.seconds < 1 for point in shares)
    assert by["4 whole drafts", ""].tokens == pytest.approx(0.5)


def test_dropping_more_and_earlier_writes_less(taste: TasteModel):
    known = table(1.0)
    curve = regret_curve(known, people(taste), taste, {}, COST, N, seed=0)
    tokens = {point.schedule: point.tokens for point in curve if point.predictor == "knowing the end"}
    assert tokens["1/2 at 16"] < tokens["1/2 at 32"] < tokens["1/2 at 64"] < 1
    assert tokens["1/4 at 32"] < tokens["1/2 at 32, 1/4 at 64"] < tokens["1/2 at 32"]


def test_the_cost_of_a_step_is_found_in_timed_steps():
    steps = [(n, count, count * (0.004 + 0.003 * n)) for n, count in ((1, 50), (4, 80), (8, 20))]
    found = StepCost.fit(steps)
    assert (found.a, found.b) == (pytest.approx(0.004), pytest.approx(0.003))
    assert found.seconds(np.array([10, 4])) == pytest.approx(10 * 0.004 + 14 * 0.003)
