"""The shipped quiz bank keeps its promises."""

from __future__ import annotations

from collections import Counter

import numpy as np

from engine.preferences.taste_model import TasteModel
from engine.rewards.corpus import Corpus
from engine.rewards.quiz_bank import MAX_PER_PROMPT


def test_there_are_enough_pairs_on_enough_prompts(taste: TasteModel):
    assert len(taste.quiz.pairs) >= 120
    prompts = Counter(pair.prompt for pair in taste.quiz.pairs)
    assert len(prompts) >= 60
    assert max(prompts.values()) <= MAX_PER_PROMPT
    assert len({pair.id for pair in taste.quiz.pairs}) == len(taste.quiz.pairs)


def test_every_side_is_short_enough_to_read_at_a_glance(taste: TasteModel):
    words = [len(side.split()) for pair in taste.quiz.pairs for side in (pair.a, pair.b)]
    assert max(words) <= 80
    assert min(words) >= 1


def test_the_sides_of_a_pair_differ_in_style_and_match_in_rated_quality(taste: TasteModel, corpus: Corpus):
    ratings = {reply.id: reply.rating.qual for reply in corpus.replies}
    rewards, _ = taste.quiz_differences
    assert np.linalg.norm(rewards, axis=1).min() > 0.3
    for pair in taste.quiz.pairs:
        a, b = pair.id.split("-", 1)
        assert abs(ratings[a] - ratings[b]) <= 0.5


def test_the_longer_side_is_on_the_left_about_half_the_time(taste: TasteModel):
    left = np.mean([len(pair.a) > len(pair.b) for pair in taste.quiz.pairs])
    assert 0.35 < left < 0.65


def test_the_pairs_cover_every_direction_of_taste(taste: TasteModel):
    """All pairs together would shrink every direction of the prior to less than 0.6 of its spread."""
    rewards, _ = taste.quiz_differences
    information = np.linalg.inv(taste.prior_covariance) + 0.25 * rewards.T @ rewards
    shrunk = np.linalg.eigvals(np.linalg.solve(taste.prior_covariance, np.linalg.inv(information))).real
    assert np.sqrt(shrunk.max()) < 0.6
