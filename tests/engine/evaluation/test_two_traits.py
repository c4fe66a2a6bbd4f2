"""The paper's people on the corpus's ratings; the features are the ratings with noise, so that learning is quick."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from engine.evaluation import two_traits
from engine.evaluation.metrics import AUC
from engine.evaluation.two_traits import SAME, STRENGTH, Variant, ablations, fold_scores, make_folds, make_setting
from engine.rewards.corpus import Corpus, axis_values
from engine.types import AXES


@pytest.fixture(scope="module")
def setting(corpus: Corpus) -> Iterator[two_traits.Setting]:
    values = axis_values(corpus.replies)
    values = (values - values.mean(axis=0)) / values.std(axis=0)
    noisy = values + np.random.default_rng(0).normal(0, 0.3, values.shape)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(two_traits, "PAIRS_PER_PROMPT", 2)
        yield make_setting(corpus.replies, noisy.astype(np.float32), noisy.shape[1], strength=STRENGTH, seed=0)


def test_the_people_are_the_papers(setting):
    assert setting.weights.shape == (84, len(AXES))
    assert ((setting.weights != 0).sum(axis=1) == 2).all()
    assert len(np.unique(setting.weights, axis=0)) == 84


def test_choices_follow_the_ratings_but_for_slips_and_ties(setting):
    a, b = setting.pairs.T
    wanted = setting.weights @ (setting.ratings[a] - setting.ratings[b]).T
    same = np.abs(wanted) < SAME * STRENGTH
    assert (setting.choices[same] == 0.5).all()
    clear = np.abs(wanted) > 4
    agreement = ((wanted > 0) == (setting.choices > 0.5))[clear].mean()
    assert 0.94 < agreement < 0.98  # the noise floor is 4 % each way


def test_pairs_are_within_a_prompt_and_folds_hold_everybody_and_every_prompt_out_once(setting):
    assert (setting.reply_prompt[setting.pairs[:, 0]] == setting.reply_prompt[setting.pairs[:, 1]]).all()
    folds = make_folds(setting, 0)
    assert sum((~fold.train_people).astype(int) for fold in folds).tolist() == [1] * 84
    assert set(sum((~fold.train_pairs).astype(int) for fold in folds)) == {1}
    for fold in folds:
        assert not set(setting.prompt[fold.train_pairs]) & set(setting.prompt[~fold.train_pairs])


def test_a_persons_two_traits_are_learned_from_answers(setting):
    """21 people of one fold: after 20 answers the AUC is far above chance, and below that of the true weights."""
    fold = make_folds(setting, 0)[0]
    found = fold_scores(
        setting,
        fold,
        Variant("axes", n_base=7),
        answers=(0, 20),
        selects=("active",),
        methods=("attune", "shared"),
        seed=0,
    )["active"]
    none, many, oracle = (found[key][:, AUC].mean() for key in (("attune", 0), ("attune", 20), ("oracle", 20)))
    assert 0.35 < none < 0.65
    assert none + 0.15 < many < oracle
    assert found["shared", 20][:, AUC].mean() < many


def test_the_ablations_are_the_papers_for_both_kinds_of_base_rewards():
    variants = ablations((1, 12))
    assert len({variant.name for variant in variants}) == len(variants) == 12
    assert {(v.svd, v.l2) for v in variants} == {(True, True), (False, True), (True, False), (False, False)}
    assert {v.n_base for v in variants} == {1, 8, 12}
