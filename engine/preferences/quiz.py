"""The quiz: which pair comes next, and when enough is known."""

from __future__ import annotations

import numpy as np

from engine.preferences.events import LoggedEvent, QuizAnswer, active_events
from engine.preferences.posterior import WeightPosterior
from engine.preferences.query_selection import expected_information
from engine.preferences.taste_model import QuizPair, TasteModel

QUIZ_LENGTH = 10
MIN_ANSWERS = 6
MIN_INFORMATION = 0.02
"""Nats: once the best remaining pair promises less, after MIN_ANSWERS, asking on wastes the person's time."""


def answered(log: list[LoggedEvent], heads_version: str) -> list[QuizAnswer]:
    """The quiz answers that count, in order: those to other heads say nothing here, so the quiz asks anew."""
    events = [entry.event for entry in active_events(log)]
    return [event for event in events if isinstance(event, QuizAnswer) and event.heads_version == heads_version]


def next_pair(log: list[LoggedEvent], posterior: WeightPosterior, model: TasteModel) -> QuizPair | None:
    """The most informative pair whose prompt was not asked yet; None when the quiz is over."""
    answers = answered(log, model.heads_version)
    if len(answers) >= QUIZ_LENGTH:
        return None
    by_id = {pair.id: pair for pair in model.quiz.pairs}
    prompts_asked = {by_id[answer.pair].prompt for answer in answers if answer.pair in by_id}
    left = [index for index, pair in enumerate(model.quiz.pairs) if pair.prompt not in prompts_asked]
    if not left:
        return None
    rewards, quality = model.quiz_differences
    information = expected_information(rewards[left], quality[left], posterior.components)
    best = int(np.argmax(information))
    if len(answers) >= MIN_ANSWERS and information[best] < MIN_INFORMATION:
        return None
    return model.quiz.pairs[left[best]]
