"""trains the reward heads from a corpus: heads, prior, quiz bank and model card"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from engine.commands.base import Outcome
from engine.commands.evaluate import results_table
from engine.paths import assets_dir
from engine.preferences.taste_model import heads_dir


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--corpus", type=Path, default=assets_dir() / "corpus", metavar="DIR", help="(the shipped one)")
    parser.add_argument("--out", type=Path, default=heads_dir(), metavar="DIR", help="where the files go (in place)")
    parser.add_argument("--folds", type=int, default=5, metavar="N", help="folds by prompt for the figures (5)")
    parser.add_argument("--n-base", type=int, metavar="N", help="number of base rewards")
    parser.add_argument("--seed", type=int, metavar="S")


def run(arguments: argparse.Namespace) -> Outcome:
    from engine.evaluation.held_out import evaluate_held_out
    from engine.rewards.corpus import load_corpus
    from engine.rewards.encoder import ReplyEncoder
    from engine.rewards.features import reply_features
    from engine.rewards.publish import publish
    from engine.rewards.training import Recipe, train_heads

    started = time.perf_counter()

    def progress(text: str) -> None:
        print(f"{time.perf_counter() - started:6.0f} s  {text}", file=sys.stderr, flush=True)

    changes = {"n_base": arguments.n_base, "seed": arguments.seed}
    recipe = Recipe(**{name: value for name, value in changes.items() if value is not None})
    corpus = load_corpus(arguments.corpus)
    progress(f"features of {len(corpus.replies)} replies")
    features = reply_features(
        ReplyEncoder(device="cpu"), [reply.prompt for reply in corpus.replies], [reply.text for reply in corpus.replies]
    )
    results = evaluate_held_out(corpus, features, recipe, n_folds=arguments.folds, on_progress=progress)
    trained = train_heads(corpus, features, recipe, on_progress=progress)
    version = publish(arguments.out, corpus, features, trained, recipe, results)
    return Outcome(
        json={"heads_version": version, "results": results},
        text=f"Heads {version} are in {arguments.out}.\n\n{results_table(results)}",
    )
