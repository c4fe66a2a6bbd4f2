"""What is shared by everybody and needed without torch: the prior, the axes' map, the quiz bank. Numpy only.

Written by `engine.rewards.training`, read by the window, the quiz and the worker alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec
import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file

from engine.errors import EngineError
from engine.paths import assets_dir
from engine.preferences.events import Scored
from engine.types import AXES, FloatArray

TASTE_FILE = "taste.safetensors"
QUIZ_BANK_FILE = "quiz_bank.json"


class QuizPair(msgspec.Struct, frozen=True, kw_only=True):
    """Two replies to one prompt, matched in quality and different in style."""

    id: str
    prompt: str
    a: str
    b: str
    topic: str
    a_scored: Scored
    b_scored: Scored


class QuizBank(msgspec.Struct, frozen=True, kw_only=True):
    heads_version: str
    pairs: list[QuizPair]


@dataclass(frozen=True, eq=False)
class TasteModel:
    """The population's taste and how weights read in words.

    prior_mean: (n_base,); prior_covariance: (n_base, n_base), both over people, estimated by EM.
    axis_map: (n_axes, n_base): `axis_map @ w` is how much weights w like one more standard deviation of each
        axis, in log-odds: the regression of wᵀφ on the named axes over the corpus.
    quiz: the bank with its base rewards.
    heads_version: the reward heads all of this belongs to.
    """

    prior_mean: FloatArray
    prior_covariance: FloatArray
    axis_map: FloatArray
    quiz: QuizBank
    heads_version: str

    @property
    def n_base(self) -> int:
        return len(self.prior_mean)

    @cached_property
    def quiz_differences(self) -> tuple[FloatArray, FloatArray]:
        """Of all bank pairs: base reward differences a − b, (n_pairs, n_base), and quality's, (n_pairs,)."""
        pairs = self.quiz.pairs
        rewards = np.array([np.subtract(p.a_scored.base_rewards, p.b_scored.base_rewards) for p in pairs])
        quality = np.array([p.a_scored.quality - p.b_scored.quality for p in pairs])
        return rewards.reshape(len(pairs), self.n_base), quality


def heads_dir() -> Path:
    return assets_dir() / "heads"


def load_taste_model(directory: Path | None = None) -> TasteModel:
    """Read the shipped (or another) taste model.

    Raises: EngineError, when a file is missing, damaged, or does not belong to the other.
    """
    directory = directory or heads_dir()
    try:
        arrays = load_file(directory / TASTE_FILE)
        bank = msgspec.json.decode((directory / QUIZ_BANK_FILE).read_bytes(), type=QuizBank)
        version = bytes(arrays["heads_version"].astype(np.uint8)).decode()
        model = TasteModel(
            prior_mean=arrays["prior_mean"].astype(np.float64),
            prior_covariance=arrays["prior_covariance"].astype(np.float64),
            axis_map=arrays["axis_map"].astype(np.float64),
            quiz=bank,
            heads_version=version,
        )
    except (OSError, SafetensorError, msgspec.DecodeError, KeyError, UnicodeDecodeError) as exc:
        raise EngineError(
            f"Attune's taste files in {directory} are missing or damaged ({exc}). Reinstall Attune."
        ) from exc
    n_base = model.n_base
    consistent = (
        model.prior_covariance.shape == (n_base, n_base)
        and model.axis_map.shape == (len(AXES), n_base)
        and bank.heads_version == version
        and all(len(p.a_scored.base_rewards) == n_base == len(p.b_scored.base_rewards) for p in bank.pairs)
    )
    if not consistent:
        raise EngineError(
            f"Attune's taste files in {directory} do not belong together. Reinstall Attune, or train them anew "
            "(attune-engine train) where you changed the axes or the corpus yourself."
        )
    return model
