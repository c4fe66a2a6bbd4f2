"""trains the reward heads from a corpus: heads, prior, quiz bank and model card"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from engine.commands.base import Outcome
from engine.commands.evaluate import results_table
from engine.errors import EngineError
from engine.files import write_atomically
from engine.paths import assets_dir
from engine.preferences.taste_model import heads_dir


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--corpus", type=Path, default=assets_dir() / "corpus", metavar="DIR", help="(the shipped one)")
    parser.add_argument("--out", type=Path, default=heads_dir(), metavar="DIR", help="where the files go (in place)")
    parser.add_argument(
        "--folds",
        type=int,
        default=5,
        metavar="N",
        help="folds by prompt for the figures (5); 0: no figures, to try something",
    )
    parser.add_argument("--n-base", type=int, metavar="N", help="number of base rewards")
    parser.add_argument("--seed", type=int, metavar="S")


def run(arguments: argparse.Namespace) -> Outcome:
    from engine.evaluation.held_out import evaluate_held_out
    from engine.evaluation.model_card import MODEL_CARD_FILE, model_card
    from engine.evaluation.quality import quality_figures
    from engine.rewards.corpus import load_corpus
    from engine.rewards.encoder import ReplyEncoder
    from engine.rewards.features import reply_features
    from engine.rewards.publish import publish
    from engine.rewards.training import Recipe, train_heads

    if arguments.folds < 0 or arguments.folds == 1:
        raise EngineError("At least two folds are needed for figures; 0 trains without any.")
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
    results = (
        []
        if arguments.folds == 0
        else evaluate_held_out(corpus, features, recipe, n_folds=arguments.folds, on_progress=progress)
    )
    trained = train_heads(corpus, features, recipe, on_progress=progress)
    published = publish(arguments.out, corpus, features, trained)
    quality = quality_figures(corpus.replies, trained.cross_fitted_writer_quality)
    card = model_card(published, trained, recipe, results, quality)
    write_atomically(arguments.out / MODEL_CARD_FILE, card.encode())
    said = f"Heads {published.heads_version} are in {arguments.out}."
    return Outcome(
        json={"heads_version": published.heads_version, "results": results},
        text=f"{said}\n\n{results_table(results)}" if results else said,
    )
