"""How many drafts fit a time budget, learned from steps that were timed."""

from __future__ import annotations

import numpy as np
import pytest

from engine.dropping import lanes
from engine.generation.speed import MIN_PERSONAL, STEERING_SHARE, STEERING_TOKENS, SpeedModel
from engine.types import SpeedRecord

MB = 10**6


def timed(
    a: float, b: float, numbers: tuple[int, ...] = (4,), *, n_replies: int = 6, noise: float = 0.05
) -> SpeedModel:
    """A model that has seen replies of 100-token drafts on a machine whose steps take a + b·n seconds."""
    rng = np.random.default_rng(3)
    model = SpeedModel(100 * MB, on_gpu=False)
    for reply in range(n_replies):
        n = numbers[reply % len(numbers)]
        model.observe_prefill(200, 200 * b)
        steps = (a + b * n) * rng.normal(1.0, noise, 100)
        model.observe_steps({n: (100, float(steps.sum()))})
        model.observe_reply([100] * n, 0.05 * n)
    return model


def test_the_time_of_a_step_is_learned_from_several_numbers_of_drafts():
    a, b = timed(0.02, 0.005, (2, 4, 8)).step_seconds()
    assert a == pytest.approx(0.02, rel=0.15)
    assert b == pytest.approx(0.005, rel=0.15)


def test_one_number_of_drafts_is_predicted_right_even_alone():
    a, b = timed(0.02, 0.005, (4,)).step_seconds()
    assert a + 4 * b == pytest.approx(0.04, rel=0.05)
    assert a >= 0
    assert b >= 0


@pytest.mark.parametrize(("a", "b"), [(0.0, 0.01), (0.03, 0.0)])
def test_neither_part_of_a_step_is_ever_negative(a: float, b: float):
    learned = timed(a, max(b, 1e-4), (2, 8), noise=0.3).step_seconds()
    assert min(learned) >= 0


def test_the_predicted_time_is_that_of_the_drafts():
    """100 steps of (20 + 5·4) ms, and the encoder's 50 ms a draft."""
    assert timed(0.02, 0.005, (2, 4, 8)).seconds(4, 512) == pytest.approx(100 * 0.04 + 0.2, rel=0.1)


def test_the_longest_of_many_drafts_is_longer_than_of_one():
    model = SpeedModel(100 * MB, on_gpu=True)
    model.observe_reply([20, 40, 80, 160], 0.0)
    model.observe_steps({1: (1000, 10.0), 8: (1000, 10.0)})  # a step takes 10 ms, however many drafts
    one, eight = model.seconds(1, 512), model.seconds(8, 512)
    assert 0.6 < one < 1.1  # about the mean, 75 steps, and one draft to read
    assert 1.5 < eight - 8 * 0.03 < 1.8  # nearly the longest


def test_a_token_limit_bounds_the_time():
    model = timed(0.02, 0.005, (2, 4, 8))
    assert model.seconds(4, 10) == pytest.approx(0.1 * (model.seconds(4, 512) - 0.2) + 0.2, rel=0.05)


def test_more_time_never_means_fewer_drafts():
    model = timed(0.02, 0.005, (2, 4, 8))
    numbers = [model.plan(budget, 16, 512, 0.5).n_drafts for budget in np.linspace(0.5, 20, 60)]
    assert numbers == sorted(numbers)
    assert numbers[0] == MIN_PERSONAL
    assert numbers[-1] == 16


def test_the_plan_keeps_to_the_budget_and_uses_it():
    model = timed(0.02, 0.005, (2, 4, 8))
    plan = model.plan(6.0, 16, 512, 0.5)
    assert 2 < plan.n_drafts < 16
    assert 0.5 + plan.expected_s <= 6.0 < 0.5 + model.seconds(plan.n_drafts + 1, 512)


def test_a_slow_machine_and_a_long_prompt_both_mean_fewer_drafts():
    model = timed(0.02, 0.005, (2, 4, 8))
    usual = model.plan(6.0, 16, 512, 0.5).n_drafts
    assert model.plan(6.0, 16, 512, 0.5, slowdown=2.0).n_drafts < usual
    assert model.plan(6.0, 16, 512, 3.0).n_drafts < usual


def test_a_machine_that_has_become_slower_is_noticed_within_a_few_replies():
    model = timed(0.02, 0.005, (4,))
    before = model.plan(6.0, 16, 512, 0.5).n_drafts
    for _ in range(4):
        model.observe_steps({4: (100, 100 * 3 * 0.04)})
    assert model.seconds(4, 512) > 2 * timed(0.02, 0.005, (4,)).seconds(4, 512)
    assert model.plan(6.0, 16, 512, 0.5).n_drafts < before


def test_the_first_guess_counts_on_a_gpu_and_on_small_models():
    small, large = SpeedModel(100 * MB, on_gpu=False), SpeedModel(8000 * MB, on_gpu=False)
    gpu = SpeedModel(2000 * MB, on_gpu=True)
    numbers = [model.plan(10.0, 16, 512, 0.0).n_drafts for model in (large, small, gpu)]
    assert numbers[0] == MIN_PERSONAL
    assert numbers[1] > 2
    assert numbers[2] > 2


def test_what_was_learned_survives_being_written_down():
    model = timed(0.02, 0.005, (2, 4))
    again = SpeedModel(100 * MB, on_gpu=False, record=model.record)
    assert again.record == model.record
    assert again.plan(6.0, 16, 512, 0.5).n_drafts == model.plan(6.0, 16, 512, 0.5).n_drafts


def test_a_record_of_nothing_is_the_first_guess():
    assert SpeedModel(100 * MB, False, SpeedRecord()).step_seconds() == SpeedModel(100 * MB, False).step_seconds()


def test_dropping_leaves_time_for_more_drafts():
    model = timed(0.02, 0.005, (2, 4, 8))
    assert model.seconds(8, 512, lanes) < 0.8 * model.seconds(8, 512)
    assert model.seconds(2, 512, lanes) == pytest.approx(model.seconds(2, 512))
    assert model.plan(5.5, 8, 512, 0.5, lanes=lanes).n_drafts > model.plan(5.5, 8, 512, 0.5).n_drafts


def test_where_dropping_makes_eight_cheaper_than_seven_eight_are_planned():
    model = timed(0.02, 0.005, (2, 4, 8))
    eight, seven = model.seconds(8, 512, lanes), model.seconds(7, 512, lanes)
    assert eight < seven
    assert model.plan((eight + seven) / 2, 8, 512, 0.0, lanes=lanes).n_drafts == 8


def test_the_last_of_few_drafts_is_expected_to_end_sooner_than_the_last_of_many():
    model = SpeedModel(100 * MB, False, SpeedRecord(lengths=(100, 100, 100, 400)))
    a, b = model.step_seconds()
    scored = 8 * model.seconds(1, 1) - 8 * (a + b)
    # eight until 32, four until 64, then two, each of which goes on past 100 with one chance in four
    two_past_100 = 300 * (a * (1 - 0.75**2) + b * 2 * 0.25)
    expected = 32 * (a + 8 * b) + 32 * (a + 4 * b) + 36 * (a + 2 * b) + two_past_100 + scored
    assert model.seconds(8, 512, lanes) == pytest.approx(expected)


def test_reading_for_steered_drafts_may_take_a_share_of_writing_them():
    model = timed(0.1, 0.005, (2, 4, 8))
    room = model.steering_tokens(4, 512)
    assert room * 0.005 == pytest.approx(STEERING_SHARE * model.seconds(4, 512), rel=0.02)
    assert model.steering_tokens(8, 512) > room
    assert model.steering_tokens(4, 5) == STEERING_TOKENS  # a short request may always be made
