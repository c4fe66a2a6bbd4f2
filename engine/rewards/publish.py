"""Writing what a training run made: heads, taste model, quiz bank and model card, in one directory."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

from engine.evaluation.choices import Result
from engine.evaluation.quality import QualityFigures, quality_figures
from engine.files import write_atomically
from engine.preferences.examples import EXAMPLES_FILE
from engine.preferences.taste_model import QUIZ_BANK_FILE, TASTE_FILE
from engine.rewards.corpus import Corpus
from engine.rewards.example_bank import build_example_bank, example_rows
from engine.rewards.heads import HEADS_FILE, heads_version
from engine.rewards.quiz_bank import build_quiz_bank
from engine.rewards.training import Recipe, Trained

MODEL_CARD_FILE = "MODEL_CARD.md"


def publish(
    directory: Path,
    corpus: Corpus,
    features: NDArray[np.float32],
    trained: Trained,
    recipe: Recipe,
    results: list[Result],
) -> str:
    """Write everything; returns the heads' version. Files are replaced one by one, each atomically."""
    directory.mkdir(parents=True, exist_ok=True)
    heads = trained.heads.to_bytes()
    version = heads_version(heads)
    outputs = trained.heads.score(features)
    bank = build_quiz_bank(corpus, outputs, trained.prior, trained.quality_scale, version)
    rows = example_rows(corpus, {pair.prompt for pair in bank.pairs})
    examples = build_example_bank(
        [corpus.replies[row] for row in rows], trained.heads.score(features[rows]), trained.prior.covariance, version
    )
    taste = {
        "prior_mean": trained.prior.mean.astype(np.float32),
        "prior_covariance": trained.prior.covariance.astype(np.float32),
        "axis_map": trained.axis_map.astype(np.float32),
        "heads_version": np.frombuffer(version.encode(), dtype=np.uint8).copy(),
    }
    write_atomically(directory / HEADS_FILE, heads)
    write_atomically(directory / TASTE_FILE, save(taste))
    write_atomically(directory / QUIZ_BANK_FILE, msgspec.json.format(msgspec.json.encode(bank), indent=1))
    write_atomically(directory / EXAMPLES_FILE, msgspec.json.encode(examples))
    quality = quality_figures(corpus.replies, trained.cross_fitted_writer_quality)
    card = _model_card(version, trained, recipe, results, quality, len(bank.pairs))
    write_atomically(directory / MODEL_CARD_FILE, card.encode())
    return version


def _model_card(
    version: str, trained: Trained, recipe: Recipe, results: list[Result], quality: QualityFigures, n_bank: int
) -> str:
    rows = "\n".join(
        f"| {r.method} | {r.select} | {r.answers} | {r.accuracy:.3f} ({r.accuracy_ci[0]:.3f} to {r.accuracy_ci[1]:.3f})"
        f" | {r.auc:.3f} | {r.log_loss:.3f} | {r.n_users} |"
        for r in results
    )
    by_model = "; ".join(f"{name} {sound:.3f}, {usable:.3f}" for name, (sound, usable) in quality.by_model.items())
    numbers = {**vars(recipe.readout), **{name: value for name, value in vars(recipe).items() if name != "readout"}}
    settings = ", ".join(f"{name} {value}" for name, value in numbers.items())
    return f"""# Reward heads {version}

Written by `attune-engine train`; do not edit.

**What they are.** {recipe.n_base} base rewards, a shared quality score and eleven named style axes, read from the
pooled layers of all-MiniLM-L6-v2 and a few dozen style features; all linear, but for quality, which mixes two linear
experts; {recipe.n_bootstrap} bootstrap versions for uncertainty; a Gaussian prior over people's weights; a quiz bank
of {n_bank} pairs.

**Data.** `assets/corpus` (CC0): {trained.n_replies} replies rated by reading, {trained.n_pairs} pairs chosen between
by {trained.n_people} described people, and {recipe.n_simulated} simulated people over the ratings. People are
role-played by a language model, which also wrote and rated the corpus: no human being is in the data.

**Licence.** Apache-2.0, as the encoder.

**Recipe.** PReF (arXiv:2503.06358) on cross-fitted axis readouts; {settings}. One point of rated quality is worth
{trained.quality_scale:.2f} log-odds to the people.

**Figures.** People and prompts used for nothing else: for each fold of prompts, heads trained without them and
without the held-out people predict what those people chose. `attune-engine train --folds 5` reruns this. The
intervals are over people (bootstrap, 95 %).

| method | pairs asked | answers | accuracy | AUC | log loss | people |
|---|---|---|---|---|---|---|
{rows}

`attune`: this prior and posterior; `population`: the prior's mean; `quality`: the shared quality alone; `per_user`:
a logistic regression of that person's answers, without prior or quality.

**Quality**, every prompt read by readouts of other prompts, small models' replies as such. Of these, those rated at
least 3, and at least 2, against those rated 1: area under the ROC curve
{quality.sampled_sound:.3f}, {quality.sampled_usable:.3f} ({by_model});
of two of theirs rated differently, the better in {quality.sampled_pairs:.1%}. Of two written replies rated differently,
the better in {quality.written_pairs:.1%}; written against flawed {quality.written_flawed:.3f}.

**Limits.** English. The quality score sees form, fluency and likeness to the question, not truth. Replies much longer
than 300 words, code and poetry are rare in the corpus. The people's tastes are plausible, not a sample of mankind.
"""
