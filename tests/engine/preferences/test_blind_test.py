"""The verdict of a blind self-test, against values that can be looked up or computed by hand."""

from __future__ import annotations

import numpy as np
import pytest

from engine.preferences.blind_test import (
    RoundChoice,
    jeffreys_interval,
    needed_for_conclusion,
    two_sided_chance,
    verdict,
)


def rounds(mine: int, first: int, ties: int = 0, same: int = 0) -> list[RoundChoice]:
    return [*["mine"] * mine, *["first"] * first, *["tie"] * ties, *["same"] * same]  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("k", "n", "chance"), [(5, 10, 1.0), (7, 10, 352 / 1024), (9, 10, 22 / 1024), (1, 10, 22 / 1024), (0, 0, 1.0)]
)
def test_the_chance_of_guessing_so_is_the_exact_binomial_one(k: int, n: int, chance: float):
    assert two_sided_chance(k, n) == pytest.approx(chance)


@pytest.mark.parametrize(
    # scipy.stats.beta.ppf([0.025, 0.975], k + 0.5, n - k + 0.5), the ends at 0 and n as Brown et al. set them
    ("k", "n", "interval"),
    [(7, 10, (0.3941, 0.9073)), (5, 10, (0.2235, 0.7765)), (0, 10, (0.0, 0.2172)), (10, 10, (0.7828, 1.0))],
)
def test_the_interval_is_jeffreys(k: int, n: int, interval: tuple[float, float]):
    assert jeffreys_interval(k, n) == pytest.approx(interval, abs=2e-3)


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(0)
    shares = rng.random(400)
    held = 0
    for share in shares:
        low, high = jeffreys_interval(int(rng.binomial(10, share)), 10)
        held += low <= share <= high
    assert 0.91 <= held / 400 <= 0.99


def test_seven_of_ten_is_not_called_more_than_chance_and_nine_is():
    assert verdict(rounds(7, 3)).conclusion == "unclear"
    assert verdict(rounds(9, 1)).conclusion == "mine"
    assert verdict(rounds(1, 9)).conclusion == "first"


def test_of_ten_choices_nine_are_needed_and_five_are_too_few_to_say_anything():
    assert needed_for_conclusion(10) == 9
    assert needed_for_conclusion(5) is None


def test_rounds_without_a_choice_change_nothing_but_their_own_count():
    with_them, without = verdict(rounds(7, 3, ties=2, same=4)), verdict(rounds(7, 3))
    assert (with_them.low, with_them.high, with_them.chance) == (without.low, without.high, without.chance)
    assert (with_them.n_ties, with_them.n_same, with_them.n_decided, with_them.n_judged) == (2, 4, 10, 12)


def test_no_decided_round_gives_no_conclusion_and_the_whole_interval():
    nothing = verdict(rounds(0, 0, ties=3))
    assert nothing.conclusion == "none"
    assert (nothing.low, nothing.high) == (0.0, 1.0)
