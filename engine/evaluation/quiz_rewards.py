"""A quiz on prompts that the readouts were fitted on, as the app's is, and predictions for prompts they were not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.evaluation.asking import Pool, ask
from engine.evaluation.held_out import choices_on
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
    pools = [Pool(q.x, q.offset, q.target, q.prompt, np.arange(len(q.target))) for q in quizzes]
    tests = choices_on(corpus, outputs, people, test_prompts)
    ((_, asked),) = ask(pools, trained.prior, (n_answers,), "active")
    accuracies = []
    for each, test in zip(asked, tests, strict=True):
        decided = test.target != 0.5
        logits = (test.offset + test.x @ each.posterior.mean)[decided]
        accuracies.append(float(np.mean((logits > 0) == (test.target[decided] > 0.5))))
    return np.array(accuracies)
