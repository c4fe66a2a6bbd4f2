"""Streams of thumbs: what is learned from honest ones, and what is not learned from habits."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from helpers.taste import logged, scored, thumb, tiny_taste

from engine.evaluation.thumbs import HABITS, ThumbSettings, draft_covariance_of, simulate_thumbs, thumb_evidence
from engine.preferences.likelihood import evidence_from_log
from engine.preferences.posterior import WeightPrior
from engine.preferences.taste_model import TasteModel

N_PEOPLE = 20


def stream(taste: TasteModel, habit, checkpoints, settings=None):
    return simulate_thumbs(
        habit,
        WeightPrior(taste.prior_mean, taste.prior_covariance),
        draft_covariance_of(taste.quiz_differences[0]),
        checkpoints=checkpoints,
        n_people=N_PEOPLE,
        settings=settings,
        seed=3,
    )


def test_honest_thumbs_gain_and_gain_more_with_more(taste: TasteModel):
    few, many = stream(taste, "honest", [10, 100])
    assert (few.thumbs, many.thumbs) == (10, 100)
    assert many.gain > few.gain
    assert many.gain_ci[0] > 0
    assert many.share < 1


@pytest.mark.parametrize("habit", [habit for habit in HABITS if habit not in ("honest", "changing")])
def test_habits_do_not_move_the_weights_far(taste: TasteModel, habit):
    """Within a fifth of the population's spread on average, and hardly ever another draft than the population's."""
    [result] = stream(taste, habit, [80])
    assert result.moved < 0.2
    assert result.differs < 0.1
    assert result.gain is None


def test_after_a_change_of_taste_the_new_one_is_learned(taste: TasteModel):
    settings = ThumbSettings(half_life=30)
    change, later = stream(taste, "changing", [120, 200], settings)[-2:]
    assert later.gain > change.gain


def test_simulated_thumbs_are_read_as_the_logs_are():
    drafts = [scored(1.0, 0.5, quality=0.2), scored(-0.3, 0.8, quality=-0.1), scored(0.0, 0.0)]
    events = [thumb(i % 2 == 0, a, b, message=f"m{i}") for i, (a, b) in enumerate(itertools.pairwise(drafts))]
    read = evidence_from_log(logged(*events), tiny_taste())
    x = np.array([np.subtract(a.base_rewards, b.base_rewards) for a, b in itertools.pairwise(drafts)])
    simulated = thumb_evidence(x, read.offset, read.target, ThumbSettings())
    for field in ("x", "offset", "strength", "is_thumb", "target", "weight"):
        assert getattr(simulated, field) == pytest.approx(getattr(read, field)), field
