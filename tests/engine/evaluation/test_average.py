"""What personalization costs people of average taste."""

from __future__ import annotations

import numpy as np
import pytest

from engine.commands.evaluate_average import bank_pairs
from engine.evaluation.average import accuracy_changes, average_people, cautious_lead, drawn_people
from engine.preferences.posterior import WeightPrior
from engine.preferences.taste_model import TasteModel
from engine.rerank import choose_draft


@pytest.fixture(scope="module")
def prior(taste: TasteModel) -> WeightPrior:
    return WeightPrior(taste.prior_mean, taste.prior_covariance)


def test_before_any_answer_nothing_changes(taste: TasteModel, prior: WeightPrior):
    bank = bank_pairs(taste)
    for change in accuracy_changes("average", average_people(prior, 3), prior, bank, bank, answers=[0]):
        assert (change.change, change.differs) == (0.0, 0.0)


def test_people_of_average_taste_lose_little_where_others_gain_much(taste: TasteModel, prior: WeightPrior):
    """Forty of each after six answers. The loss is some 0.5 ± 0.2 points, the gain some 7 ± 1."""
    bank = bank_pairs(taste)
    [average, choice] = accuracy_changes("average", average_people(prior, 40), prior, bank, bank, answers=[6])
    [drawn, _] = accuracy_changes("drawn", drawn_people(prior, 40, 0), prior, bank, bank, answers=[6])
    assert -1.3 < average.change <= 0.0
    assert average.change <= choice.change <= 0.0
    assert drawn.change > 3.0
    assert average.change_ci[0] <= average.change <= average.change_ci[1]


def test_the_cautious_lead_decides_as_the_rule_between_two_drafts():
    rng = np.random.default_rng(0)
    for _ in range(200):
        drafts, mean, population = rng.normal(0, 1, (2, 3)), rng.normal(0, 1, 3), rng.normal(0, 1, 3)
        quality = rng.normal(0, 0.3, 2)
        root = rng.normal(0, 1, (3, 3))
        chosen = choose_draft(drafts, quality, drafts[None], mean, root @ root.T, population).chosen
        x, offset = (drafts[0] - drafts[1])[None], quality[:1] - quality[1:]
        lead = cautious_lead(offset + x @ mean, x, root @ root.T, offset + x @ population)
        assert (lead[0] > 0) == (chosen == 0)
