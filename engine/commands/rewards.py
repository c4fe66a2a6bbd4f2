"""base rewards, quality, uncertainty and named axes of prompt/reply pairs"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import get_args

import msgspec
import numpy as np

from engine.commands.base import Outcome
from engine.errors import InputFileError
from engine.jsonl import read_rows
from engine.preferences.taste_model import load_taste_model
from engine.types import AXES, WriterKind


class _Item(msgspec.Struct, frozen=True, kw_only=True):
    id: str | int
    prompt: str
    reply: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--input", type=Path, required=True, metavar="F", help='JSONL of {"id", "prompt", "reply"}')
    parser.add_argument(
        "--writer", choices=get_args(WriterKind), default="any", help="of all the replies: a small model (any)"
    )


def run(arguments: argparse.Namespace) -> Outcome:
    items = read_rows(arguments.input, _Item)
    if not items:
        raise InputFileError(f"{arguments.input} has no rows.")
    population = load_taste_model().prior_mean

    from engine.rewards.scorer import ReplyScorer  # loads torch

    scorer = ReplyScorer()
    outputs = scorer.score([item.prompt for item in items], [item.reply for item in items], arguments.writer)
    # of the population's reward, over the bootstrap heads
    uncertainty = (outputs.bootstrap_base_rewards @ population + outputs.bootstrap_quality).std(axis=0)
    rows = [
        {
            "id": item.id,
            "base_rewards": outputs.base_rewards[i].tolist(),
            "quality": float(outputs.quality[i]),
            "uncertainty": float(uncertainty[i]),
            "axes": dict(zip(AXES, outputs.axes[i].tolist(), strict=True)),
        }
        for i, item in enumerate(items)
    ]
    text = "\n".join(
        f"{item.id}: quality {outputs.quality[i]:+.2f}; "
        + ", ".join(f"{axis} {value:+.1f}" for axis, value in zip(AXES, np.round(outputs.axes[i], 1), strict=True))
        for i, item in enumerate(items)
    )
    return Outcome(json={"items": rows, "heads_version": scorer.version}, text=text)
