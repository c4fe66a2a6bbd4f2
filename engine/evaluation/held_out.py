"""The figures of the model card: held-out people on prompts that the heads were not trained on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.asking import Select
from engine.evaluation.choices import Result, Scores, UserChoices, summarise, user_scores
from engine.evaluation.metrics import mean_of_present
from engine.rewards.corpus import Corpus
from engine.rewards.heads import HeadOutputs
from engine.rewards.training import Recipe, answer_matrix, pair_rows, train_heads

ANSWERS = (0, 3, 5, 10, 20)
METHODS = ("attune", "population", "quality", "shared", "per_user")
"""Of `engine.evaluation.choices`: the card stays readable, `attune-engine evaluate` has them all."""


def evaluate_held_out(
    corpus: Corpus,
    features: NDArray[np.float32],
    recipe: Recipe,
    *,
    n_folds: int,
    users: Sequence[str] | None = None,
    on_progress: Callable[[str], None] = lambda _text: None,
) -> list[Result]:
    """Cross-validated by prompt, for people who are in no training set.

    Args:
        users: whom to hold out and predict; the corpus's held-out people where it is None.
    """
    people = list(users) if users is not None else [p.user for p in corpus.people if p.held_out]
    prompts = np.unique([reply.prompt_id for reply in corpus.replies])
    folds = np.array_split(np.random.default_rng(recipe.seed).permutation(prompts), n_folds)
    per_fold: dict[Select, list[Scores]] = {"active": [], "random": []}
    for number, fold in enumerate(folds, start=1):
        on_progress(f"evaluation: fold {number} of {n_folds}")
        prompts_out = frozenset(fold.tolist())
        trained = train_heads(
            corpus,
            features,
            replace(recipe, n_bootstrap=1),
            without_prompts=prompts_out,
            without_people=frozenset(people),
        )
        choices = choices_on(corpus, trained.heads.score(features), people, prompts_out)
        for select, folds_scores in per_fold.items():
            folds_scores.append(
                user_scores(choices, trained.prior, answers=ANSWERS, select=select, n_splits=5, methods=METHODS)
            )
    results: list[Result] = []
    for select, folds_scores in per_fold.items():
        mean = {key: mean_of_present(np.array([scores[key] for scores in folds_scores])) for key in folds_scores[0]}
        results += summarise(mean, select)
    return results


def choices_on(
    corpus: Corpus, outputs: HeadOutputs, people: Sequence[str], prompts: frozenset[str]
) -> list[UserChoices]:
    """These people's answers to the pairs of these prompts, as the heads see them."""
    on_prompt = [corpus.replies[a].prompt_id in prompts for a, _ in pair_rows(corpus)]
    corpus = replace(corpus, pairs=[pair for pair, keep in zip(corpus.pairs, on_prompt, strict=True) if keep])
    a, b = pair_rows(corpus).T
    _, prompt = np.unique([corpus.replies[row].prompt_id for row in a], return_inverse=True)
    targets, answered = answer_matrix(corpus, people)
    return [
        UserChoices(
            user=user,
            x=(outputs.base_rewards[a] - outputs.base_rewards[b])[seen > 0],
            offset=(outputs.quality[a] - outputs.quality[b])[seen > 0],
            target=target[seen > 0],
            prompt=prompt[seen > 0],
        )
        for user, target, seen in zip(people, targets, answered, strict=True)
    ]
