"""A quiz on prompts that the readouts were fitted on, as the app's is, and predictions for prompts they were not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.evaluation.choices import UserChoices
from engine.evaluation.held_out import choices_on
from engine.preferences.posterior import Evidence, WeightPosterior, fit_posterior
from engine.preferences.query_selection import expected_information
from engine.rewards.corpus import Corpus
from engine.rewards.heads import HeadOutputs
from engine.rewards.training import Trained
from engine.types import FloatArray


def accuracy_after_quiz(
    corpus: Corpus,
    outputs: HeadOutputs,
    trained: Trained,
    people: Sequence[str],
    test_prompts: frozenset[str],
    *,
    n_answers: int,
) -> FloatArray:
    """(n_people,) the share of decided choices on `test_prompts` that are predicted after a quiz on the others.

    Args:
        outputs: base rewards of `corpus.replies`: the quiz's as its bank would hold them.
    """
    asked_prompts = frozenset(reply.prompt_id for reply in corpus.replies) - test_prompts
    quizzes = choices_on(corpus, outputs, people, asked_prompts)
    tests = choices_on(corpus, outputs, people, test_prompts)
    accuracies = []
    for quiz, test in zip(quizzes, tests, strict=True):
        belief = _take(quiz, trained, n_answers)
        decided = test.target != 0.5
        logits = (test.offset + test.x @ belief.mean)[decided]
        accuracies.append(float(np.mean((logits > 0) == (test.target[decided] > 0.5))))
    return np.array(accuracies)


def _take(quiz: UserChoices, trained: Trained, n_answers: int) -> WeightPosterior:
    """Ask the most informative pairs, one a prompt."""
    left = np.arange(len(quiz.target))
    asked: list[int] = []
    belief = fit_posterior(trained.prior, Evidence.comparisons(quiz.x[:0], quiz.offset[:0], quiz.target[:0]))
    while len(left) and len(asked) < n_answers:
        information = expected_information(quiz.x[left], quiz.offset[left], belief.mean, belief.covariance)
        pick = int(left[int(np.argmax(information))])
        asked.append(pick)
        left = left[quiz.prompt[left] != quiz.prompt[pick]]
        index = np.array(asked)
        belief = fit_posterior(
            trained.prior, Evidence.comparisons(quiz.x[index], quiz.offset[index], quiz.target[index])
        )
    return belief
