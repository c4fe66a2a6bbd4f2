"""Ways of choosing among drafts of known quality."""

from __future__ import annotations

import numpy as np
import pytest

from engine.evaluation.hacking import DraftPool, Person, _Subsets, all_rules, hacking_rows
from engine.preferences.taste_model import TasteModel
from engine.rerank import CAUTION, QUALITY_MARGIN, choose_draft

PERSON = Person("p", np.array([1.0, 0.0]), np.array([0.8, 0.1]), 0.3 * np.eye(2))
NOBODY = Person("population", np.zeros(2), np.zeros(2), np.eye(2))


def pool(seed: int, n: int = 16, *, predicted: float = 1.0, likelihood: bool = False) -> DraftPool:
    """Predicted quality is `predicted` times the read one (in points over 3), whatever the style."""
    rng = np.random.default_rng(seed)
    read = rng.integers(1, 6, n).astype(float)
    phi, quality = rng.normal(0, 1, (n, 2)), predicted * (read - 3) + rng.normal(0, 0.01, n)
    return DraftPool(
        base_rewards=phi,
        quality=quality,
        bootstrap_base_rewards=phi + rng.normal(0, 0.2, (5, n, 2)),
        bootstrap_quality=quality + rng.normal(0, 0.2, (5, n)),
        read=read,
        likelihood=read if likelihood else np.full(n, np.nan),
    )


def table(pools, people=(NOBODY, PERSON)):
    return {(row.rule, row.n_drafts): row for row in hacking_rows(pools, people, np.zeros(2))}


POOLS = [pool(seed, likelihood=True) for seed in range(12)]


def test_with_one_draft_all_rules_agree_and_sizes_double():
    found = table(POOLS)
    assert {n for _, n in found} == {1, 2, 4, 8, 16}
    assert len({round(row.quality, 9) for (_, n), row in found.items() if n == 1}) == 1


def test_of_all_drafts_the_best_by_a_perfect_head_is_the_best_read():
    found = table(POOLS)
    best = np.mean([one.read.max() for one in POOLS])
    assert found["quality alone", 16].quality == pytest.approx(best)
    assert found["log-probability alone", 16].quality == pytest.approx(best)
    assert found["random", 16].quality == pytest.approx(np.mean([one.read.mean() for one in POOLS]))
    assert found["floor 0.5", 16].quality > found["floor 3", 16].quality - 1e-9


def test_a_head_that_is_wrong_is_hacked_more_with_more_drafts():
    found = table([pool(seed, predicted=-1.0) for seed in range(12)])
    quality = [found["taste and quality", n].quality for n in (1, 4, 16)]
    assert quality[0] > quality[1] > quality[2]
    reward = [found["taste and quality", n].reward for n in (1, 4, 16)]
    assert reward[0] < reward[1] < reward[2]
    assert found["soft 2", 16].quality > found["taste and quality", 16].quality
    assert found["taste and quality", 16].bad > found["random", 16].bad


def test_the_shipped_rule_is_the_one_that_chooses_drafts(taste: TasteModel):
    rule = all_rules(False)[f"shipped: floor {QUALITY_MARGIN:g}, caution {CAUTION:g}"]
    rng = np.random.default_rng(4)
    population = np.array([0.2, -0.4])
    for seed in range(30):
        one = pool(seed, n=6)
        quality = one.quality * 0.4
        subsets = _Subsets(
            one.base_rewards[None],
            quality[None],
            one.bootstrap_base_rewards[:, None],
            quality[None, None],
            quality[None],
        )
        person = Person("p", rng.normal(0, 1, 2), rng.normal(0, 1, 2), np.eye(2) * rng.random())
        chosen = choose_draft(
            one.base_rewards, quality, one.bootstrap_base_rewards, person.mean, person.covariance, population
        ).chosen
        assert rule(subsets, person, population)[0].argmax() == chosen


def test_prompts_with_fewer_drafts_bound_the_sizes():
    assert {n for _, n in table([pool(0, 16), pool(1, 5)])} == {1, 2, 4}
