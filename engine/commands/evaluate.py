"""replays people's choices: accuracy, AUC, log loss and calibration on held-out pairs, beside the baselines"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from engine.commands.base import Outcome
from engine.errors import InputFileError
from engine.evaluation.choice_files import ChoiceFiles, Pair, read_choice_files, read_corpus_choices, users_of
from engine.evaluation.choices import METHODS, Result, evaluate_choices
from engine.preferences.posterior import SCALES, SCALES_WITHOUT_SPIKE, WeightPrior
from engine.preferences.taste_model import load_taste_model
from engine.types import FloatArray

ANSWERS = "0,1,2,3,5,10,20,40"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--pairs", type=Path, metavar="F", help='JSONL of {"id", "prompt", "a", "b"}')
    parser.add_argument("--choices", type=Path, metavar="F", help='JSONL of {"user", "pair", "choice"}')
    parser.add_argument("--corpus", type=Path, metavar="DIR", help="a corpus folder, in place of the two files")
    parser.add_argument(
        "--people",
        choices=("held-out", "all"),
        default="held-out",
        help="of a corpus: those held out (everybody, where nobody is), or all",
    )
    parser.add_argument("--answers", default=ANSWERS, metavar="K,…", help=f"numbers of answers ({ANSWERS})")
    parser.add_argument(
        "--select", choices=("active", "random", "both"), default="active", help="which pairs are asked (active)"
    )
    parser.add_argument("--methods", default=",".join(METHODS), metavar="M,…", help=f"({','.join(METHODS)})")
    parser.add_argument(
        "--no-spike", action="store_true", help="our own belief without the protection of average taste, to compare"
    )
    parser.add_argument("--splits", type=int, default=10, metavar="N", help="splits by prompt for each user (10)")
    parser.add_argument("--seed", type=int, default=0, metavar="S")


def run(arguments: argparse.Namespace) -> Outcome:
    answers = numbers(arguments.answers)
    methods = _methods(arguments.methods)
    files = _files(arguments)
    taste = load_taste_model()
    x, offset = pair_differences(files.pairs)
    users = users_of(files, x, offset)
    prior = WeightPrior(taste.prior_mean, taste.prior_covariance)
    results: list[Result] = []
    for select in ("active", "random"):
        if arguments.select in (select, "both"):
            results += evaluate_choices(
                users,
                prior,
                answers=answers,
                select=select,
                n_splits=arguments.splits,
                seed=arguments.seed,
                methods=methods,
                scales=SCALES_WITHOUT_SPIKE if arguments.no_spike else SCALES,
            )
    return Outcome(
        json={"results": results, "heads_version": taste.heads_version, "methods": {m: METHODS[m] for m in methods}},
        text=results_table(results),
    )


def pair_differences(pairs: Sequence[Pair]) -> tuple[FloatArray, FloatArray]:
    """Base reward differences a − b, (n, n_base), and quality's, (n,), by the shipped heads."""
    from engine.rewards.scorer import ReplyScorer  # loads torch

    n = len(pairs)
    outputs = ReplyScorer().score(
        [pair.prompt for pair in pairs] * 2, [pair.a for pair in pairs] + [pair.b for pair in pairs]
    )
    return outputs.base_rewards[:n] - outputs.base_rewards[n:], outputs.quality[:n] - outputs.quality[n:]


def results_table(results: Sequence[Result]) -> str:
    lines = [
        f"{'method':<12}{'select':<8}{'answers':>7}  {'accuracy (95 %)':<24}{'gain (95 %)':<27}"
        f"{'AUC':>6}{'log loss':>10}{'calibration':>13}{'users':>7}"
    ]
    lines += [
        f"{r.method:<12}{r.select:<8}{r.answers:>7}  "
        f"{f'{r.accuracy:.3f} ({r.accuracy_ci[0]:.3f} to {r.accuracy_ci[1]:.3f})':<24}"
        f"{f'{r.accuracy_gain:+.3f} ({r.accuracy_gain_ci[0]:+.3f} to {r.accuracy_gain_ci[1]:+.3f})':<27}"
        f"{r.auc:>6.3f}{r.log_loss:>10.3f}{r.ece:>13.3f}{r.n_users:>7}"
        for r in results
    ]
    return "\n".join(lines)


def numbers(text: str) -> list[int]:
    """A list of numbers of answers.

    Raises: InputFileError, when it is none.
    """
    try:
        found = [int(part) for part in text.split(",")]
    except ValueError as exc:
        raise InputFileError(f"'{text}' is not a list of numbers like 0,5,10.") from exc
    if any(number < 0 for number in found):
        raise InputFileError("Numbers of answers cannot be negative.")
    return found


def _methods(text: str) -> list[str]:
    methods = text.split(",")
    if unknown := [method for method in methods if method not in METHODS]:
        raise InputFileError(f"There is no method '{unknown[0]}'. There are {', '.join(METHODS)}.")
    return methods


def _files(arguments: argparse.Namespace) -> ChoiceFiles:
    if arguments.corpus is not None and arguments.pairs is None and arguments.choices is None:
        return read_corpus_choices(arguments.corpus, arguments.people)
    if arguments.corpus is None and arguments.pairs is not None and arguments.choices is not None:
        return read_choice_files(arguments.pairs, arguments.choices)
    raise InputFileError("Name a file of pairs and one of choices, or a corpus folder.")
