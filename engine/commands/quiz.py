"""the quiz without a window: records an answer in the profile file and returns the next pair"""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.commands.base import Outcome
from engine.errors import EngineError
from engine.preferences.explanation import describe_taste
from engine.preferences.learner import TasteLearner
from engine.preferences.profile_file import ProfileFile
from engine.preferences.taste_model import QuizPair, load_taste_model

CHOICES = ("a", "b", "tie", "both_bad")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--profile", type=Path, required=True, metavar="F", help="the profile file; made if missing")
    parser.add_argument(
        "--answer",
        nargs="+",
        metavar=("PAIR", "CHOICE"),
        help=f"a pair's id and one of {', '.join(CHOICES)}; or 'undo' alone, to take the last answer back",
    )


def run(arguments: argparse.Namespace) -> Outcome:
    learner = TasteLearner(ProfileFile(arguments.profile), load_taste_model())
    if arguments.answer:
        _record(learner, arguments.answer)
    pair = learner.next_pair()
    return Outcome(
        json={
            "next": {"id": pair.id, "prompt": pair.prompt, "a": pair.a, "b": pair.b} if pair else None,
            "answered": learner.n_quiz_answers,
            "certainty": learner.posterior.certainty,
            "axes": {liking.axis: {"mean": liking.mean, "sd": liking.sd} for liking in learner.likings()},
        },
        text=_text(learner, pair),
    )


def _record(learner: TasteLearner, answer: list[str]) -> None:
    if answer[-1] == "undo" and len(answer) <= 2:
        learner.undo_last_answer()
        return
    if len(answer) != 2 or answer[1] not in CHOICES:
        raise EngineError(f"An answer is a pair's id and one of {', '.join(CHOICES)}; or 'undo'.")
    pair = next((pair for pair in learner.model.quiz.pairs if pair.id == answer[0]), None)
    if pair is None:
        raise EngineError(f"The quiz has no pair {answer[0]}.")
    learner.answer(pair, answer[1])  # type: ignore[arg-type]  # checked against CHOICES


def _text(learner: TasteLearner, pair: QuizPair | None) -> str:
    if pair is None:
        likes = ", ".join(describe_taste(learner.posterior, learner.model)) or "nothing in particular"
        return f"Enough is known after {learner.n_quiz_answers} answers. You seem to like: {likes}."
    return (
        f"{learner.n_quiz_answers} answered.\n\n{pair.prompt}\n\n--- a\n{pair.a}\n\n--- b\n{pair.b}\n\n"
        f"Answer with: --answer {pair.id} a|b|tie|both_bad"
    )
