"""chooses the replies that the end of the quiz shows, for heads that are trained already"""

from __future__ import annotations

import argparse
from pathlib import Path

import msgspec

from engine.commands.base import Outcome
from engine.files import write_atomically
from engine.paths import assets_dir
from engine.preferences.examples import EXAMPLES_FILE
from engine.preferences.taste_model import heads_dir, load_taste_model


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--corpus", type=Path, default=assets_dir() / "corpus", metavar="DIR", help="(the shipped one)")
    parser.add_argument("--heads", type=Path, default=heads_dir(), metavar="DIR", help="whose numbers, and where to")


def run(arguments: argparse.Namespace) -> Outcome:
    from engine.rewards.corpus import load_corpus
    from engine.rewards.example_bank import build_example_bank, example_rows
    from engine.rewards.scorer import ReplyScorer

    model = load_taste_model(arguments.heads)
    corpus = load_corpus(arguments.corpus)
    rows = example_rows(corpus, {pair.prompt for pair in model.quiz.pairs})
    replies = [corpus.replies[row] for row in rows]
    outputs = ReplyScorer(arguments.heads).score([reply.prompt for reply in replies], [reply.text for reply in replies])
    bank = build_example_bank(replies, outputs, model.prior_covariance, model.heads_version)
    write_atomically(arguments.heads / EXAMPLES_FILE, msgspec.json.encode(bank))
    return Outcome(
        json={"heads_version": bank.heads_version, "prompts": len(bank.prompts)},
        text=f"{len(bank.prompts)} prompts for heads {bank.heads_version} are in {arguments.heads / EXAMPLES_FILE}.",
    )
