"""Draft writers on a model that tests share."""

from __future__ import annotations

from engine.generation.drafts import DraftWriter
from engine.generation.model import LlamaModel

# a model keeps a pointer to its last writer's abort callback, so writers live as long as their models
_writers: list[DraftWriter] = []


def new_writer(model: LlamaModel) -> DraftWriter:
    """A writer that remembers no conversation."""
    _writers.append(DraftWriter(model))
    return _writers[-1]
