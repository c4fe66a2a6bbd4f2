"""z(x, y): what the heads read of a reply and its prompt. One function, so that training and use cannot differ."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.rewards.encoder import LAYERS, ReplyEncoder
from engine.rewards.style_features import FEATURE_NAMES, style_features


def reply_features(encoder: ReplyEncoder, prompts: Sequence[str], replies: Sequence[str]) -> NDArray[np.float32]:
    """(n, n_dims): pooled layers of the reply ⊕ style features ⊕ likeness of prompt and reply in meaning.

    Equal prompts are encoded once.
    """
    if len(prompts) != len(replies):
        raise ValueError(f"{len(prompts)} prompts for {len(replies)} replies")
    if not replies:
        return np.zeros((0, n_feature_dims(encoder)), dtype=np.float32)
    distinct = list(dict.fromkeys(prompts))
    vectors = encoder.encode([*distinct, *replies])
    prompt_row = {prompt: row for row, prompt in enumerate(distinct)}
    prompt_vectors = vectors[[prompt_row[prompt] for prompt in prompts]]
    reply_vectors = vectors[len(distinct) :]
    style = np.stack([style_features(prompt, reply) for prompt, reply in zip(prompts, replies, strict=True)])
    likeness = _last_layer_cosine(prompt_vectors, reply_vectors)
    return np.hstack([reply_vectors, style, likeness[:, None]])


def n_feature_dims(encoder: ReplyEncoder) -> int:
    return encoder.n_dims + len(FEATURE_NAMES) + 1


def _last_layer_cosine(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    width = a.shape[1] // len(LAYERS)
    a, b = a[:, -width:], b[:, -width:]
    norms = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    cosine: NDArray[np.float32] = (a * b).sum(1) / np.maximum(norms, 1e-6)
    return cosine
