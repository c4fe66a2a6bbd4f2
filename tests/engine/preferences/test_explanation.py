"""Weights in words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.taste import standard_prior, tiny_taste

from engine.preferences.explanation import (
    AXIS_WORDS,
    axis_likings,
    describe_change,
    describe_taste,
    explain_choice,
)
from engine.preferences.posterior import WeightPosterior
from engine.preferences.taste_model import TasteModel
from engine.types import AXES

TASTE = tiny_taste()


def belief(*mean: float, sd: float = 0.1) -> WeightPosterior:
    return WeightPosterior(np.array(mean), sd**2 * np.eye(len(mean)), standard_prior(len(mean)), ())


def test_every_axis_has_words_for_less_and_more():
    assert set(AXIS_WORDS) == set(AXES)
    assert all(less != more for less, more in AXIS_WORDS.values())


def test_contributions_sum_to_the_reward_difference(taste: TasteModel):
    rng = np.random.default_rng(0)
    for _ in range(20):
        weights = rng.normal(0, 1, taste.n_base)
        chosen, other = rng.normal(0, 1, (2, taste.n_base))
        axes = [dict(zip(AXES, rng.normal(0, 1, len(AXES)), strict=True)) for _ in range(2)]
        parts = explain_choice((chosen, axes[0]), (other, axes[1]), weights, taste)
        assert sum(part.value for part in parts) == pytest.approx(weights @ (chosen - other))


def test_contributions_come_largest_first_with_the_unexplained_rest_last():
    axes = dict.fromkeys(AXES, 0.0)
    parts = explain_choice(
        (np.array([1.0, 1.0]), axes | {"length": 1.0, "structure": 3.0}),
        (np.zeros(2), axes),
        np.array([1.0, 1.0]),
        TASTE,
    )
    assert [part.axis for part in parts[:2]] == ["structure", "length"]
    assert parts[-1].axis is None
    assert parts[-1].value == pytest.approx(2.0 - 4.0)


def test_a_liking_is_the_axis_map_applied_to_the_weights():
    likings = {liking.axis: liking for liking in axis_likings(belief(0.5, -0.2), TASTE)}
    assert (likings["length"].mean, likings["structure"].mean) == pytest.approx((0.5, -0.2))
    assert likings["length"].sd == pytest.approx(0.1)
    assert likings["humour"].sd == 0.0


@pytest.mark.parametrize(
    ("after", "words"),
    [
        ((-0.5, 0.0), "shorter"),
        ((0.5, 0.0), "longer"),
        ((-0.05, 0.0), "a little shorter"),
        ((0.0, 0.1), "a little more lists and headings"),
        ((0.01, 0.0), None),
    ],
)
def test_a_change_is_described_by_its_strongest_axis(after, words):
    assert describe_change(belief(0.0, 0.0), belief(*after), TASTE) == words


def test_only_sure_likings_are_said_strongest_first():
    assert describe_taste(belief(-0.3, 0.9), TASTE) == ["more lists and headings", "shorter"]
    assert describe_taste(replace(belief(-0.3, 0.9), covariance=np.diag([1.0, 0.01])), TASTE) == [
        "more lists and headings"
    ]
    assert describe_taste(belief(0.0, 0.0), TASTE) == []
