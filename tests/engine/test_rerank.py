"""Best-of-N on drafts small enough to check by eye."""

from __future__ import annotations

import numpy as np
import pytest

from engine.rerank import CAUTION, QUALITY_MARGIN, choose_draft


def choose(base_rewards, mean, *, quality=None, covariance=None, population=None, bootstrap=None, candidates=None):
    base_rewards = np.asarray(base_rewards, dtype=float)
    n, n_base = base_rewards.shape
    return choose_draft(
        base_rewards,
        np.zeros(n) if quality is None else np.asarray(quality, dtype=float),
        np.repeat(base_rewards[None], 3, axis=0) if bootstrap is None else np.asarray(bootstrap, dtype=float),
        np.asarray(mean, dtype=float),
        np.zeros((n_base, n_base)) if covariance is None else np.asarray(covariance, dtype=float),
        np.zeros(n_base) if population is None else np.asarray(population, dtype=float),
        None if candidates is None else np.asarray(candidates),
    )


def test_flipping_the_weights_flips_the_choice():
    assert choose(np.eye(2), [1.0, -1.0]).chosen == 0
    assert choose(np.eye(2), [-1.0, 1.0]).chosen == 1


def test_with_the_priors_belief_the_choice_is_the_populations():
    """Whatever the uncertainty: an unknown person gets what the population would choose."""
    rng = np.random.default_rng(0)
    for _ in range(200):
        drafts, mean = rng.normal(0, 1, (5, 3)), rng.normal(0, 1, 3)
        quality = rng.normal(0, 0.4, 5)
        root = rng.normal(0, 1, (3, 3))
        choice = choose(
            drafts,
            mean,
            quality=quality,
            covariance=root @ root.T,
            population=mean,
            bootstrap=drafts + rng.normal(0, 0.5, (4, 5, 3)),
        )
        sound = quality >= quality.max() - QUALITY_MARGIN
        assert choice.chosen == int(np.argmax(np.where(sound, quality + drafts @ mean, -np.inf)))


def test_a_tie_goes_to_the_earliest():
    assert choose([[0.0], [1.0], [1.0]], [1.0]).chosen == 1
    assert choose([[1.0], [1.0], [1.0]], [1.0]).chosen == 0


def test_a_draft_below_the_quality_floor_is_out_whatever_its_style():
    drafts = [[0.0], [100.0]]
    assert choose(drafts, [1.0], quality=[0.0, -QUALITY_MARGIN + 0.01]).chosen == 1
    assert choose(drafts, [1.0], quality=[0.0, -QUALITY_MARGIN - 0.01]).chosen == 0


def test_only_candidates_are_chosen_and_set_the_quality_floor():
    drafts = [[0.0], [1.0], [2.0]]
    assert choose(drafts, [1.0], candidates=[True, True, False]).chosen == 1
    # the excluded draft's high quality must not push the others out
    assert choose(drafts, [1.0], quality=[0.0, 0.0, 50.0], candidates=[True, True, False]).chosen == 1


def test_no_candidate_at_all_is_a_broken_contract():
    with pytest.raises(ValueError, match="no draft may be chosen"):
        choose(np.eye(2), [1.0, 1.0], candidates=[False, False])


def test_of_two_equally_good_drafts_the_less_certain_one_loses():
    """Drafts 1 and 2 have one expected reward; the belief is vague about what sets draft 1 apart."""
    drafts = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]
    choice = choose(drafts, [0.5, 0.5], covariance=np.diag([1.0, 0.01]))
    assert choice.chosen == 2
    assert choice.uncertainty == pytest.approx([0.0, 1.0, 0.1])
    assert choice.scores == pytest.approx([0.0, 0.5 - CAUTION, 0.5 - 0.1 * CAUTION])


def test_heads_that_disagree_about_a_draft_count_against_it():
    drafts = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    bootstrap = np.repeat(drafts[None], 4, axis=0)
    bootstrap[:, 1, 0] += [-1.0, 1.0, -1.0, 1.0]
    choice = choose(drafts, [0.5, 0.5], bootstrap=bootstrap)
    assert choice.chosen == 2
    assert choice.uncertainty == pytest.approx([0.0, 0.5, 0.0])


def test_the_choice_does_not_depend_on_the_origin_of_the_base_rewards():
    rng = np.random.default_rng(1)
    drafts, mean = rng.normal(0, 1, (6, 3)), rng.normal(0, 1, 3)
    first = choose(drafts, mean, covariance=np.eye(3))
    moved = choose(drafts + 40.0, mean, covariance=np.eye(3))
    assert first.chosen == moved.chosen
    assert first.scores == pytest.approx(moved.scores)


def test_a_single_draft_is_chosen():
    assert choose([[3.0, -1.0]], [1.0, 1.0], covariance=np.eye(2)).chosen == 0
