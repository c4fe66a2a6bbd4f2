"""what decided between small models' drafts when they were read: quality or taste, and how much of each"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

from engine.commands.base import Outcome
from engine.errors import InputFileError
from engine.evaluation.choice_files import read_choice_files
from engine.evaluation.readings import ReadingRow, ReadReply, explain_reading, read_pairs
from engine.evaluation.reply_rows import Judgment
from engine.jsonl import read_rows
from engine.paths import assets_dir
from engine.preferences.taste_model import heads_dir, load_taste_model
from engine.rewards.corpus import PromptRow

JUDGMENTS, REPLIES = "judgments_", "replies_"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    here = assets_dir() / "corpus" / "head_to_head"
    parser.add_argument(
        "directories",
        nargs="*",
        type=Path,
        default=[here, here / "second", here / "third"],
        metavar="DIR",
        help="each with prompts, choices, judgments and the replies that were read (those of the corpus)",
    )
    parser.add_argument("--pairs", type=Path, default=here / "pairs.jsonl", metavar="F", help="what the quiz asked")


def run(arguments: argparse.Namespace) -> Outcome:
    directories = [directory for directory in dict.fromkeys(arguments.directories) if _readings(directory)]
    if not directories:
        raise InputFileError(f"There is no file {JUDGMENTS}….jsonl in any of these folders.")

    from engine.evaluation.replying import people_after_quiz  # loads torch
    from engine.rewards.encoder import ReplyEncoder
    from engine.rewards.features import n_feature_dims, reply_features
    from engine.rewards.heads import SMALL_QUALITY, load_heads

    taste, encoder = load_taste_model(), ReplyEncoder()
    heads = load_heads(heads_dir(), n_feature_dims(encoder))
    found = []
    for directory in directories:
        files = read_choice_files(arguments.pairs, directory / "choices.jsonl")
        weights = {p.user: np.array(p.weights.mean) for p in people_after_quiz(encoder, files, taste)}
        prompts = {row.prompt_id: row.prompt for row in read_rows(directory / "prompts.jsonl", PromptRow)}
        for path in _readings(directory):
            print(f"{directory.name}, {path.name}", file=sys.stderr, flush=True)
            replies = read_rows(directory / path.name.replace(JUDGMENTS, REPLIES), ReadReply)
            try:
                pairs = read_pairs(read_rows(path, Judgment), replies)
                texts = [prompts[reply.prompt_id] for reply in replies], [reply.text for reply in replies]
                outputs = heads.score(reply_features(encoder, *texts), "small")
                row = explain_reading(
                    f"{directory.name}/{path.stem.removeprefix(JUDGMENTS)}",
                    pairs,
                    {(reply.prompt_id, reply.text): i for i, reply in enumerate(replies)},
                    outputs.quality / SMALL_QUALITY,
                    outputs.base_rewards,
                    weights,
                    taste.prior_mean,
                )
            except KeyError as exc:
                raise InputFileError(f"{path} names {exc}, which the files beside it do not have.") from exc
            found.append(row)
    return Outcome(json={"readings": found}, text=_table(found))


def _readings(directory: Path) -> list[Path]:
    return sorted(directory.glob(f"{JUDGMENTS}*.jsonl"))


def _table(rows: list[ReadingRow]) -> str:
    weights = list(rows[0].agreement)
    lines = [f"{'agreement with readers':<24}{'pairs':>7}{'quality':>9}" + "".join(f"{w + 'q+t':>8}" for w in weights)]
    lines += [
        f"{row.reading:<24}{row.n_decided:>7}{row.quality_alone:>9.3f}"
        + "".join(f"{row.agreement[w]:>8.3f}" for w in weights)
        for row in rows
    ]
    lines += ["", "log-odds of the choice for each unit (95 % over people)"]
    lines += [
        f"{row.reading:<24}"
        + "   ".join(
            f"{name} {row.coefficients[name]:.2f} ({row.intervals[name][0]:.2f} to {row.intervals[name][1]:.2f})"
            for name in row.coefficients
        )
        for row in rows
    ]
    return "\n".join(lines)
