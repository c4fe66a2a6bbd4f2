"""replays real people's choices: accuracy, AUC and log loss on held-out pairs, beside the baselines"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np

from engine.commands.base import Outcome
from engine.errors import InputFileError
from engine.evaluation.choices import Result, UserChoices, evaluate_choices
from engine.jsonl import read_rows
from engine.preferences.posterior import WeightPrior
from engine.preferences.taste_model import load_taste_model
from engine.types import FloatArray

_TARGET = {"a": 1.0, "b": 0.0, "tie": 0.5}


class _Pair(msgspec.Struct, frozen=True, kw_only=True):
    id: str | int
    prompt: str
    a: str
    b: str


class _Choice(msgspec.Struct, frozen=True, kw_only=True):
    user: str | int
    pair: str | int
    choice: Literal["a", "b", "tie"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--pairs", type=Path, required=True, metavar="F", help='JSONL of {"id", "prompt", "a", "b"}')
    parser.add_argument("--choices", type=Path, required=True, metavar="F", help='JSONL of {"user", "pair", "choice"}')
    parser.add_argument("--answers", default="0,3,5,10,20", metavar="K,…", help="numbers of answers (0,3,5,10,20)")
    parser.add_argument("--select", choices=("active", "random"), default="active", help="which pairs are asked")
    parser.add_argument("--splits", type=int, default=10, metavar="N", help="splits by prompt for each user (10)")
    parser.add_argument("--seed", type=int, default=0, metavar="S")


def run(arguments: argparse.Namespace) -> Outcome:
    answers = _numbers(arguments.answers)
    pairs = read_rows(arguments.pairs, _Pair)
    choices = read_rows(arguments.choices, _Choice)
    if not pairs or not choices:
        raise InputFileError("There are no pairs or no choices to evaluate.")
    known = {pair.id for pair in pairs}
    for choice in choices:
        if choice.pair not in known:
            raise InputFileError(f"A choice names the pair {choice.pair}, which {arguments.pairs.name} does not have.")
    taste = load_taste_model()

    from engine.rewards.scorer import ReplyScorer  # loads torch

    outputs = ReplyScorer().score(
        [pair.prompt for pair in pairs] * 2, [pair.a for pair in pairs] + [pair.b for pair in pairs]
    )
    n = len(pairs)
    x = outputs.base_rewards[:n] - outputs.base_rewards[n:]
    offset = outputs.quality[:n] - outputs.quality[n:]
    users = _users(pairs, choices, x, offset)
    prior = WeightPrior(taste.prior_mean, taste.prior_covariance)
    results = evaluate_choices(
        users, prior, answers=answers, select=arguments.select, n_splits=arguments.splits, seed=arguments.seed
    )
    return Outcome(json={"results": results, "heads_version": taste.heads_version}, text=results_table(results))


def results_table(results: Sequence[Result]) -> str:
    lines = [
        f"{'method':<12}{'select':<8}{'answers':>7}  {'accuracy (95 %)':<24}{'AUC':>6}{'log loss':>10}{'users':>7}"
    ]
    lines += [
        f"{r.method:<12}{r.select:<8}{r.answers:>7}  "
        f"{f'{r.accuracy:.3f} ({r.accuracy_ci[0]:.3f} to {r.accuracy_ci[1]:.3f})':<24}"
        f"{r.auc:>6.3f}{r.log_loss:>10.3f}{r.n_users:>7}"
        for r in results
    ]
    return "\n".join(lines)


def _numbers(text: str) -> list[int]:
    try:
        numbers = [int(part) for part in text.split(",")]
    except ValueError as exc:
        raise InputFileError(f"'{text}' is not a list of numbers like 0,5,10.") from exc
    if any(number < 0 for number in numbers):
        raise InputFileError("Numbers of answers cannot be negative.")
    return numbers


def _users(pairs: Sequence[_Pair], choices: Sequence[_Choice], x: FloatArray, offset: FloatArray) -> list[UserChoices]:
    row_of = {pair.id: row for row, pair in enumerate(pairs)}
    prompt_of = {prompt: number for number, prompt in enumerate(dict.fromkeys(pair.prompt for pair in pairs))}
    by_user: dict[str, list[tuple[int, float]]] = {}
    for choice in choices:
        by_user.setdefault(str(choice.user), []).append((row_of[choice.pair], _TARGET[choice.choice]))
    users = []
    for user, answers in by_user.items():
        rows = np.array([row for row, _ in answers])
        prompts = np.array([prompt_of[pairs[row].prompt] for row in rows])
        if len(np.unique(prompts)) < 2:
            continue  # no split by prompt leaves something to ask and something to predict
        users.append(
            UserChoices(
                user=user,
                x=x[rows],
                offset=offset[rows],
                target=np.array([target for _, target in answers]),
                prompt=prompts,
            )
        )
    if not users:
        raise InputFileError("Nobody chose in pairs of two prompts or more: there is nothing to hold out.")
    return users
