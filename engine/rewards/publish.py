"""Writing what a training run made: heads, taste model, quiz bank and examples, in one directory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

from engine.files import write_atomically
from engine.preferences.examples import EXAMPLES_FILE
from engine.preferences.taste_model import QUIZ_BANK_FILE, TASTE_FILE
from engine.rewards.corpus import Corpus
from engine.rewards.example_bank import build_example_bank, example_rows
from engine.rewards.heads import HEADS_FILE, heads_version
from engine.rewards.quiz_bank import build_quiz_bank
from engine.rewards.training import Trained


@dataclass(frozen=True)
class Published:
    """heads_version: of the file that was written; n_quiz_pairs: in the bank."""

    heads_version: str
    n_quiz_pairs: int


def publish(
    directory: Path,
    corpus: Corpus,
    features: NDArray[np.float32],
    trained: Trained,
) -> Published:
    """Write everything. Files are replaced one by one, each atomically."""
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
    return Published(version, len(bank.pairs))
