"""Figures of a quality score, against counting by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.evaluation.quality import quality_figures, roc_auc
from engine.rewards.corpus import FLAWED, WRITTEN, Corpus


def test_the_area_is_the_share_of_pairs_won_with_ties_counting_half():
    positive, negative = np.array([3.0, 1.0, 2.0]), np.array([1.0, 0.0])
    wins = [p > n or (p == n) / 2 for p in positive for n in negative]
    assert roc_auc(positive, negative) == pytest.approx(np.mean(wins))
    assert roc_auc(-positive, -negative) == pytest.approx(1 - np.mean(wins))
    assert math.isnan(roc_auc(positive, np.zeros(0)))


def test_a_score_that_is_the_rating_is_perfect_and_a_constant_one_is_chance(corpus: Corpus):
    rated = np.array([reply.rating.qual for reply in corpus.replies])
    perfect, chance = quality_figures(corpus.replies, rated), quality_figures(corpus.replies, np.zeros(len(rated)))
    assert (perfect.sampled_sound, perfect.sampled_usable, perfect.sampled_pairs, perfect.written_pairs) == (1, 1, 1, 1)
    assert (chance.sampled_sound, chance.sampled_usable, chance.sampled_pairs, chance.written_pairs) == (0.5,) * 4
    assert set(perfect.by_model) == {reply.model for reply in corpus.replies if reply.model is not None}


def test_written_against_flawed_looks_at_those_two_sources_alone(corpus: Corpus):
    score = {WRITTEN: 1.0, FLAWED: 0.0}
    by_source = np.array([score.get(reply.source, 99.0) for reply in corpus.replies])
    assert quality_figures(corpus.replies, by_source).written_flawed == 1.0
