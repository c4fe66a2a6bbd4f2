"""Prompt and replies in, base rewards, quality and named axes out: encoder and heads put together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.preferences.taste_model import heads_dir
from engine.rewards.encoder import ReplyEncoder
from engine.rewards.features import n_feature_dims, reply_features
from engine.rewards.heads import HeadOutputs, load_heads
from engine.types import WriterKind


class ReplyScorer:
    """Raises: EngineError (EncoderError), when encoder or heads are missing or damaged."""

    def __init__(self, directory: Path | None = None) -> None:
        self._encoder = ReplyEncoder()
        self._heads = load_heads(directory or heads_dir(), n_feature_dims(self._encoder))

    @property
    def version(self) -> str:
        return self._heads.version

    def score(self, prompts: Sequence[str], replies: Sequence[str], writer: WriterKind = "any") -> HeadOutputs:
        """One row for each prompt-reply pair; writer: of all the replies."""
        return self._heads.score(reply_features(self._encoder, prompts, replies), writer)
