"""agreement of axes and quality with ratings of replies: within-prompt pairwise accuracy"""

from __future__ import annotations

import argparse
from pathlib import Path

import msgspec
import numpy as np

from engine.commands.base import Outcome
from engine.errors import InputFileError
from engine.evaluation.ratings import QUALITY, in_half, pairwise_accuracy, rated_axes
from engine.jsonl import read_rows
from engine.rewards.corpus import QUALITY_KEY, RATING_KEYS
from engine.types import AXES


class _Rated(msgspec.Struct, frozen=True, kw_only=True):
    prompt_id: str | int
    prompt: str
    reply: str
    ratings: dict[str, float]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--ratings", type=Path, required=True, metavar="F", help='JSONL of {"prompt_id", "prompt", "reply", "ratings"}'
    )
    parser.add_argument("--half", choices=("first", "second", "all"), default="all", help="every other prompt, or all")


def run(arguments: argparse.Namespace) -> Outcome:
    rows = read_rows(arguments.ratings, _Rated)
    keys = {**RATING_KEYS, QUALITY: QUALITY_KEY}
    if missing := [key for key in keys.values() if any(key not in row.ratings for row in rows)]:
        raise InputFileError(f"{arguments.ratings.name} has replies without the rating {missing[0]}.")
    kept = in_half([row.prompt_id for row in rows], arguments.half)
    rows = [row for row, keep in zip(rows, kept, strict=True) if keep]
    if not rows:
        raise InputFileError(f"{arguments.ratings} has no rows to evaluate.")

    from engine.rewards.scorer import ReplyScorer  # loads torch

    scorer = ReplyScorer()
    outputs = scorer.score([row.prompt for row in rows], [row.reply for row in rows])
    columns = {axis: outputs.axes[:, AXES.index(axis)] for axis in rated_axes()} | {QUALITY: outputs.quality}
    prompts = [row.prompt_id for row in rows]
    accuracy = {}
    for name, predicted in columns.items():
        rated = np.array([row.ratings[keys[name]] for row in rows])
        value, n_pairs = pairwise_accuracy(predicted, rated, prompts)
        accuracy[name] = {"accuracy": value, "n_pairs": n_pairs}
    mean = float(np.mean([accuracy[axis]["accuracy"] for axis in rated_axes()]))
    lines = [f"{name:<14}{entry['accuracy']:.3f}  ({entry['n_pairs']} pairs)" for name, entry in accuracy.items()]
    return Outcome(
        json={
            "axes": accuracy,
            "mean_axes": mean,
            "n_replies": len(rows),
            "half": arguments.half,
            "heads_version": scorer.version,
        },
        text="\n".join([*lines, f"{'ten axes':<14}{mean:.3f}  ({len(rows)} replies, {arguments.half} half)"]),
    )
