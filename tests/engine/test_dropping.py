"""Who is given up on the way, and when."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from engine.dropping import KEEP_MIN, lanes, weakest
from engine.types import N_DRAFTS_MAX


@pytest.mark.parametrize("n_drafts", range(1, N_DRAFTS_MAX + 1))
def test_dropping_only_ever_takes_away_and_stops_at_two(n_drafts: int):
    going = [lanes(n_drafts, n_tokens) for n_tokens in range(200)]
    assert going[0] == n_drafts
    assert all(later <= earlier for earlier, later in itertools.pairwise(going))
    assert going[-1] >= min(n_drafts, KEEP_MIN)


def test_many_drafts_are_halved_twice_and_few_once():
    assert [lanes(8, n) for n in (31, 32, 63, 64, 500)] == [8, 4, 4, 2, 2]
    assert [lanes(4, n) for n in (31, 32, 63, 64, 500)] == [4, 4, 4, 2, 2]
    assert lanes(3, 64) == 2


def test_the_most_drafts_there_may_be_end_as_a_quarter():
    assert [lanes(N_DRAFTS_MAX, n) for n in (31, 32, 63, 64, 500)] == [16, 8, 8, 4, 4]


def test_the_weakest_are_named_and_of_equals_the_earliest_stay():
    assert weakest(np.array([0.3, 0.9, 0.1, 0.9]), 2) == [0, 2]
    assert weakest(np.array([0.5, 0.5, 0.5]), 1) == [1, 2]
    assert weakest(np.array([0.5]), 2) == []
