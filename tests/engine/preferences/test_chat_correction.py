"""A chat's own correction: exact on what was said, as little as possible on the rest, and nothing of the profile."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.listeners import RecordingListener
from helpers.taste import logged, quiz, scored, tiny_taste

from engine.generation.drafts import DraftWriter
from engine.preferences.chat_correction import (
    CORRECTABLE_AXES,
    MAX_STEPS,
    STEP_SDS,
    Correction,
    corrected_weights,
    valid_correction,
    weight_shift,
)
from engine.preferences.events import QuizAnswer
from engine.preferences.learner import posterior_from_log, weight_vector
from engine.preferences.taste_model import TasteModel
from engine.rerank import choose_draft
from engine.rewards.scorer import ReplyScorer
from engine.types import AXES, ChatMessage, SamplingSettings, WeightVector

CORRECTIONS: list[Correction] = [
    {"length": -3},
    {"warmth": 2},
    {"length": -1, "structure": 3, "technicality": -2, "formality": 1, "warmth": -3},
]
PROMPTS = ("What is a heat pump?", "Why do cats purr?")


def learned(taste: TasteModel, *answers: QuizAnswer) -> WeightVector:
    return weight_vector(posterior_from_log(logged(*answers), taste), taste)


def somebody(taste: TasteModel, n_answers: int = 3) -> WeightVector:
    """A person who has answered the first pairs of the shipped quiz."""
    pairs = taste.quiz.pairs[:n_answers]
    return learned(taste, *(quiz(pair.a_scored, pair.b_scored, "a", heads=taste.heads_version) for pair in pairs))


@pytest.mark.parametrize("correction", CORRECTIONS)
def test_each_corrected_axis_changes_by_exactly_what_was_said(taste: TasteModel, correction: Correction):
    change = taste.axis_map @ weight_shift(correction, taste)
    for axis, steps in correction.items():
        row = taste.axis_map[AXES.index(axis)]
        people = np.sqrt(row @ taste.prior_covariance @ row)
        assert change[AXES.index(axis)] == pytest.approx(steps * STEP_SDS * people, rel=1e-9)


@pytest.mark.parametrize("correction", CORRECTIONS)
def test_no_other_shift_that_says_the_same_changes_the_axes_less(taste: TasteModel, correction: Correction):
    shift = weight_shift(correction, taste)
    rows = taste.axis_map[[AXES.index(axis) for axis in correction]]
    _, _, basis = np.linalg.svd(rows)
    silent = basis[len(rows) :]  # directions that no corrected axis notices
    least = np.linalg.norm(taste.axis_map @ shift)
    rng = np.random.default_rng(3)
    for _ in range(100):
        other = shift + silent.T @ rng.normal(0, 0.3, len(silent))
        assert np.linalg.norm(taste.axis_map @ other) >= least


def test_a_correction_reads_the_same_whatever_the_basis_of_the_base_rewards(taste: TasteModel):
    rng = np.random.default_rng(5)
    mix = rng.normal(0, 1, (taste.n_base, taste.n_base))  # φ' = mix φ, so w' = mix⁻ᵀ w
    unmix = np.linalg.inv(mix)
    other = replace(
        taste,
        prior_mean=unmix.T @ taste.prior_mean,
        prior_covariance=unmix.T @ taste.prior_covariance @ unmix,
        axis_map=taste.axis_map @ mix.T,
    )
    for correction in CORRECTIONS:
        ours = taste.axis_map @ weight_shift(correction, taste)
        theirs = other.axis_map @ weight_shift(correction, other)
        assert np.allclose(ours, theirs, rtol=1e-6, atol=1e-9)


def test_the_profiles_weights_are_bitwise_what_they_were(taste: TasteModel):
    weights, same = somebody(taste), somebody(taste)
    corrected = corrected_weights(weights, {"length": -3, "warmth": 1}, taste)
    assert weights == same
    assert corrected.mean != weights.mean
    assert corrected.covariance == weights.covariance
    assert corrected.heads_version == weights.heads_version


def test_without_a_correction_the_profile_chooses_itself(taste: TasteModel):
    weights = somebody(taste)
    assert corrected_weights(weights, {}, taste) is weights


def test_steps_add_up_and_the_opposite_takes_back(taste: TasteModel):
    one = weight_shift({"length": 1}, taste)
    assert np.allclose(weight_shift({"length": 3}, taste), 3 * one)
    assert np.allclose(weight_shift({"length": -1}, taste), -one)


def test_a_correction_is_as_strong_for_somebody_sure_as_for_a_newcomer(taste: TasteModel):
    newcomer, sure = somebody(taste, 0), somebody(taste, len(taste.quiz.pairs))
    assert np.trace(sure.covariance) < np.trace(newcomer.covariance) / 2
    for weights in (newcomer, sure):
        shift = np.subtract(corrected_weights(weights, {"length": -2}, taste).mean, weights.mean)
        assert np.allclose(shift, weight_shift({"length": -2}, taste))


def test_only_whole_steps_on_axes_that_can_be_corrected_count():
    raw = {"length": -9, "warmth": 0, "humour": 2, "depth!": 1, "structure": "2", "formality": True, "technicality": 1}
    assert valid_correction(raw) == {"length": -MAX_STEPS, "technicality": 1}
    assert set(CORRECTABLE_AXES) <= set(AXES)


def test_shorter_here_picks_shorter_and_longer_here_longer_among_real_drafts(
    writer: DraftWriter, scorer: ReplyScorer, taste: TasteModel
):
    weights = learned(taste)
    words: dict[int, list[int]] = {-MAX_STEPS: [], 0: [], MAX_STEPS: []}
    for prompt in PROMPTS:
        run = writer.write(
            [ChatMessage("user", prompt)], 4, SamplingSettings(max_tokens=90), 7, RecordingListener(), lambda: False
        )
        texts = [draft.text for draft in run.drafts]
        outputs = scorer.score([prompt] * len(texts), texts)
        for steps, chosen_words in words.items():
            corrected = corrected_weights(weights, {"length": steps} if steps else {}, taste)
            choice = choose_draft(
                outputs.base_rewards,
                outputs.quality,
                outputs.bootstrap_base_rewards,
                np.array(corrected.mean),
                np.array(corrected.covariance),
                taste.prior_mean,
            )
            chosen_words.append(len(texts[choice.chosen].split()))
    shorter, as_ever, longer = (words[steps] for steps in sorted(words))
    assert all(s <= m for s, m in zip(shorter, as_ever, strict=True))
    assert sum(shorter) < sum(as_ever) <= sum(longer)


def test_a_correction_needs_no_more_than_the_map_of_axes():
    taste = tiny_taste(n_base=2)  # axis i reads weight i alone: length and structure
    weights = learned(taste, quiz(scored(1.0, 0.0), scored(0.0, 0.0), "a"))
    corrected = corrected_weights(weights, {"length": -2}, taste)
    assert np.subtract(corrected.mean, weights.mean).tolist() == pytest.approx([-2 * STEP_SDS, 0.0])
