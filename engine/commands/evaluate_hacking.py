"""reward hacking: read quality of the pick among N = 1 … 64 drafts, by ways of choosing"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import msgspec
import numpy as np

from engine.commands.base import Outcome
from engine.commands.evaluate_average import bank_pairs
from engine.errors import InputFileError
from engine.evaluation.hacking import DraftPool, HackingRow, hacking_rows, quiz_people
from engine.jsonl import read_rows
from engine.preferences.posterior import WeightPrior
from engine.preferences.taste_model import load_taste_model
from engine.types import WriterKind


class _Draft(msgspec.Struct, frozen=True, kw_only=True):
    text: str
    quality: float | None = None
    log_probabilities: list[float] | None = None


class _Prompt(msgspec.Struct, frozen=True, kw_only=True):
    id: str | int
    prompt: str
    drafts: list[_Draft]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--drafts",
        type=Path,
        required=True,
        metavar="F",
        help='JSONL of {"id", "prompt", "drafts": [{"text", "quality": 1 to 5 or null, "log_probabilities": […]}]}',
    )
    parser.add_argument("--n-people", type=int, default=12, metavar="N", help="people drawn from the prior (12)")
    parser.add_argument("--min-drafts", type=int, default=2, metavar="N", help="leave out prompts with fewer read (2)")
    parser.add_argument(
        "--writer", choices=get_args(WriterKind), default="small", help="of all the drafts: a small model (small)"
    )
    parser.add_argument("--seed", type=int, default=0, metavar="S")


def run(arguments: argparse.Namespace) -> Outcome:
    prompts = read_rows(arguments.drafts, _Prompt)
    kept = [(row, read) for row in prompts if len(read := _read_drafts(row)) >= max(arguments.min_drafts, 1)]
    if not kept:
        raise InputFileError(f"{arguments.drafts.name} has no prompt with drafts whose quality was read.")
    taste = load_taste_model()
    prior = WeightPrior(taste.prior_mean, taste.prior_covariance)
    pools = _score([row.prompt for row, _ in kept], [read for _, read in kept], arguments.writer)
    people = quiz_people(prior, bank_pairs(taste), arguments.n_people, arguments.seed)
    rows = hacking_rows(pools, people, prior.mean, seed=arguments.seed)
    sizes = [len(pool.read) for pool in pools]
    return Outcome(
        json={
            "rows": rows,
            "n_prompts": len(pools),
            "n_drafts": {"fewest": min(sizes), "most": max(sizes)},
            "n_people": len(people),
            "heads_version": taste.heads_version,
        },
        text=_table(rows),
    )


def _read_drafts(row: _Prompt) -> list[_Draft]:
    return [draft for draft in row.drafts if draft.quality is not None]


def _score(prompts: Sequence[str], drafts: Sequence[Sequence[_Draft]], writer: WriterKind) -> list[DraftPool]:
    from engine.rewards.scorer import ReplyScorer  # loads torch

    outputs = ReplyScorer().score(
        [prompt for prompt, some in zip(prompts, drafts, strict=True) for _ in some],
        [draft.text for some in drafts for draft in some],
        writer,
    )
    pools, start = [], 0
    for some in drafts:
        rows = slice(start, start := start + len(some))
        pools.append(
            DraftPool(
                base_rewards=outputs.base_rewards[rows],
                quality=outputs.quality[rows],
                bootstrap_base_rewards=outputs.bootstrap_base_rewards[:, rows],
                bootstrap_quality=outputs.bootstrap_quality[:, rows],
                read=np.array([draft.quality for draft in some], dtype=np.float64),
                likelihood=np.array(
                    [np.mean(draft.log_probabilities) if draft.log_probabilities else np.nan for draft in some]
                ),
            )
        )
    return pools


def _table(rows: Sequence[HackingRow]) -> str:
    sizes = sorted({row.n_drafts for row in rows})
    lines = [f"{'read quality of the pick':<34}" + "".join(f"{f'N = {n}':>9}" for n in sizes)]
    for title, value in (("", "quality"), ("share of bad picks", "bad"), ("reward", "reward"), ("taste", "taste")):
        lines += ["", title] if title else []
        for rule in dict.fromkeys(row.rule for row in rows):
            values = [getattr(row, value) for row in rows if row.rule == rule]
            lines.append(f"{rule:<34}" + "".join(f"{one:>9.2f}" for one in values))
    return "\n".join(lines)
