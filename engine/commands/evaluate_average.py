"""what personalization costs people of average taste, and gains others: simulated people answer the quiz bank"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.commands.base import Outcome
from engine.commands.evaluate import numbers, pair_differences
from engine.evaluation.average import Change, PairSet, accuracy_changes, average_people, drawn_people
from engine.evaluation.choice_files import corpus_pairs
from engine.preferences.posterior import WeightPrior
from engine.preferences.taste_model import TasteModel, load_taste_model

ANSWERS = "1,2,3,5,10,20,40"
LIMIT = 0.5
"""Points of accuracy that people of average taste may lose: the upper end of the interval must stay below."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--n-people", type=int, default=2000, metavar="N", help="people of average taste (2000)")
    parser.add_argument("--n-drawn", type=int, default=500, metavar="N", help="people drawn from the prior (500)")
    parser.add_argument("--answers", default=ANSWERS, metavar="K,…", help=f"numbers of answers ({ANSWERS})")
    parser.add_argument(
        "--corpus", type=Path, metavar="DIR", help="predict this corpus folder's pairs; without one, the bank's others"
    )
    parser.add_argument("--seed", type=int, default=0, metavar="S")


def run(arguments: argparse.Namespace) -> Outcome:
    answers = numbers(arguments.answers)
    taste = load_taste_model()
    prior = WeightPrior(taste.prior_mean, taste.prior_covariance)
    bank, tests = _pairs(taste, arguments.corpus)
    people = {
        "average": average_people(prior, arguments.n_people),
        "drawn": drawn_people(prior, arguments.n_drawn, arguments.seed),
    }
    changes = [
        change
        for name, weights in people.items()
        if len(weights)
        for change in accuracy_changes(name, weights, prior, bank, tests, answers=answers, seed=arguments.seed)
    ]
    worst = {
        rule: min((c.change_ci[0] for c in changes if c.people == "average" and c.rule == rule), default=0.0)
        for rule in ("prediction", "choice")
    }
    return Outcome(
        json={"changes": changes, "largest_loss_bound": {rule: -value for rule, value in worst.items()},
              "limit": LIMIT, "heads_version": taste.heads_version},
        text=_table(changes, worst),
    )  # fmt: skip


def bank_pairs(taste: TasteModel) -> PairSet:
    """The quiz bank."""
    rewards, quality = taste.quiz_differences
    return PairSet(rewards, quality, _numbered([pair.prompt for pair in taste.quiz.pairs]))


def _pairs(taste: TasteModel, corpus: Path | None) -> tuple[PairSet, PairSet]:
    """The bank and the pairs to predict, their prompts numbered together."""
    bank = bank_pairs(taste)
    if corpus is None:
        return bank, bank
    pairs = corpus_pairs(corpus)
    number = _numbered([pair.prompt for pair in taste.quiz.pairs] + [pair.prompt for pair in pairs])
    return replace(bank, prompt=number[: len(bank.prompt)]), PairSet(
        *pair_differences(pairs), number[len(bank.prompt) :]
    )


def _numbered(prompts: Sequence[str]) -> NDArray[np.intp]:
    """Equal numbers for equal prompts."""
    number = {prompt: i for i, prompt in enumerate(dict.fromkeys(prompts))}
    return np.array([number[prompt] for prompt in prompts], dtype=np.intp)


def _table(changes: Sequence[Change], worst: dict[str, float]) -> str:
    lines = [
        f"{'people':<10}{'rule':<12}{'answers':>7}  {'accuracy change, points (95 %)':<34}{'differs':>8}{'people':>8}"
    ]
    lines += [
        f"{c.people:<10}{c.rule:<12}{c.answers:>7}  "
        f"{f'{c.change:+.2f} ({c.change_ci[0]:+.2f} to {c.change_ci[1]:+.2f})':<34}{c.differs:>8.3f}{c.n_people:>8}"
        for c in changes
    ]
    lines += [f"Largest loss of average taste, upper bound, by {rule}: {-value:.2f}" for rule, value in worst.items()]
    return "\n".join(lines)
