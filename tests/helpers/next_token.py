"""What a model predicts next, and how far apart two predictions are."""

from __future__ import annotations

import llama_cpp
import numpy as np

from engine.generation.model import LlamaModel


def next_token_probabilities(model: LlamaModel) -> np.ndarray:
    """(n_vocab,): of the token after the last one decoded with its logits."""
    pointer = llama_cpp.llama_get_logits_ith(model.context, -1)
    logits = np.ctypeslib.as_array(pointer, shape=(model.n_vocab,)).astype(np.float64)
    p = np.exp(logits - logits.max())
    return p / p.sum()


def total_variation(p: np.ndarray, q: np.ndarray) -> float:
    return float(np.abs(p - q).sum() / 2)
