"""Control vectors, measured: does adding a direction to the hidden states move an axis, and what does it cost?

A vector is the mean difference, layer by layer, between a model's hidden states on replies of one prompt that were
rated high and low on the axis. It applies to a whole context, so that all drafts of a request share it.
The idea of mixing one such change a trait: Personalized Soups (arXiv:2310.11564).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import llama_cpp
import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.errors import EngineError
from engine.evaluation.inner_states import InnerStates
from engine.generation.drafts import DraftWriter, SilentListener
from engine.generation.model import LlamaModel
from engine.jsonl import read_rows
from engine.rewards.corpus import WRITTEN, Corpus, PromptRow, Reply, axis_values
from engine.rewards.scorer import ReplyScorer
from engine.types import AXES, ChatMessage, Finish, FloatArray, SamplingSettings, WriterKind

Vectors = NDArray[np.float32]
"""(n_axes, n_layers, width), high less low."""
LAYERS_FROM, LAYERS_TO = 0.3, 0.7
"""Of the depth: early layers read words, the last ones write them."""
MIN_DIFFERENCE = 0.5
"""Raw units from the prompt's mean at which a reply counts as high or low: half a point, or half a log word."""
MIN_SHIFT, MAX_LOSS = 0.5, 0.2
"""What a vector must do to be worth building in: standard deviations of its axis, and quality in log-odds."""


class VectorDraft(msgspec.Struct, frozen=True, kw_only=True):
    """One draft. axis: empty for a plain one; strength: in differences between high and low."""

    axis: str = ""
    strength: float = 0.0
    prompt_id: str
    text: str
    finish: Finish
    n_tokens: int


class VectorEffect(msgspec.Struct, frozen=True, kw_only=True):
    """One vector at one strength. shift: mean move of its axis in the direction of the strength's sign, in standard
    deviations of replies in general; quality: mean change, in log-odds; each with its standard error over prompts.
    """

    axis: str
    strength: float
    shift: float
    shift_se: float
    quality: float
    quality_se: float
    n_prompts: int
    n_drafts: int

    @property
    def pays(self) -> bool:
        return self.shift >= MIN_SHIFT and self.quality >= -MAX_LOSS


def control_vectors(
    model: LlamaModel, corpus: Corpus, n_prompts: int, on_progress: Callable[[str], None] = lambda _text: None
) -> Vectors:
    """From the written replies of the corpus's first prompts."""
    inner = InnerStates(model)
    try:
        differences: list[list[NDArray[np.float32]]] = [[] for _ in AXES]
        prompts = list(dict.fromkeys(reply.prompt_id for reply in corpus.replies))[:n_prompts]
        for number, prompt_id in enumerate(prompts, start=1):
            replies = [r for r in corpus.replies if r.prompt_id == prompt_id and r.source == WRITTEN]
            states = np.stack([_states(inner, model, reply) for reply in replies])
            values = axis_values(replies)
            for axis, deviation in enumerate((values - values.mean(axis=0)).T):
                high, low = deviation >= MIN_DIFFERENCE, deviation <= -MIN_DIFFERENCE
                if high.any() and low.any():
                    differences[axis].append(states[high].mean(axis=0) - states[low].mean(axis=0))
            on_progress(f"states: prompt {number} of {len(prompts)}")
    finally:
        inner.close()
    nothing = np.zeros((model.n_layers, inner.width), np.float32)  # no prompt had replies that differ enough
    return np.stack([np.mean(found, axis=0) if found else nothing for found in differences])


def _states(inner: InnerStates, model: LlamaModel, reply: Reply) -> NDArray[np.float32]:
    """(n_layers, width): mean over the reply, after its prompt."""
    prompt = model.template.tokens([ChatMessage("user", reply.prompt)], model.tokenize)
    return inner.mean_states([*prompt, *model.tokenize(reply.text, False)], len(prompt))


class VectorTrial:
    """Writes drafts with vectors applied, and keeps them in a file, so that it can be stopped and go on."""

    def __init__(self, model: LlamaModel, vectors: Vectors, path: Path, sampling: SamplingSettings, seed: int) -> None:
        self._model, self._vectors, self._path = model, vectors, path
        self._writer = DraftWriter(model)
        self._sampling, self._seed = sampling, seed
        self.layers = round(LAYERS_FROM * model.n_layers), round(LAYERS_TO * model.n_layers)
        self._there = {(row.axis, row.strength, row.prompt_id) for row in vector_drafts(path)}

    def write(self, prompt: PromptRow, axis: str, strength: float, n_drafts: int) -> None:
        """Unless they are there. axis: empty for plain drafts."""
        if (axis, strength, prompt.prompt_id) in self._there:
            return
        self._apply(axis, strength)
        run = self._writer.write(
            [ChatMessage("user", prompt.prompt)],
            n_drafts,
            self._sampling,
            zlib.crc32(f"{self._seed}|{prompt.prompt_id}|{axis}|{strength}".encode()),
            SilentListener(),
            lambda: False,
        )
        with self._path.open("ab") as file:
            for draft in run.drafts:
                row = VectorDraft(
                    axis=axis,
                    strength=strength,
                    prompt_id=prompt.prompt_id,
                    text=draft.text.strip(),
                    finish=draft.finish or "cancelled",
                    n_tokens=draft.n_tokens,
                )
                file.write(msgspec.json.encode(row) + b"\n")

    def close(self) -> None:
        self._apply("", 0.0)
        self._writer.close()

    def _apply(self, axis: str, strength: float) -> None:
        """Spread over the layers: what is added to an earlier one is still there in a later one."""
        self._writer.cache.clear()  # what was read with another vector, or none, is another conversation
        context, (first, last) = self._model.context, self.layers
        if not axis:
            llama_cpp.llama_set_adapter_cvec(context, None, 0, 0, 0, 0)
            return
        added = self._vectors[AXES.index(axis)] * np.float32(strength / (last - first + 1))
        data = np.ascontiguousarray(added[1:], np.float32)  # llama.cpp's begin with layer 1
        pointer = data.ctypes.data_as(llama_cpp.ctypes.POINTER(llama_cpp.ctypes.c_float))
        if llama_cpp.llama_set_adapter_cvec(context, pointer, data.size, data.shape[1], first, last) != 0:
            raise EngineError(f"{self._model.name} takes no control vector.")


def vector_drafts(path: Path) -> list[VectorDraft]:
    """Those written so far."""
    return read_rows(path, VectorDraft) if path.exists() else []


def vector_effects(
    drafts: Sequence[VectorDraft], prompts: Sequence[PromptRow], scorer: ReplyScorer, writer: WriterKind
) -> list[VectorEffect]:
    """Each vector and strength beside plain drafts of the same prompts, read by the heads."""
    text_of = {row.prompt_id: row.prompt for row in prompts}
    drafts = [draft for draft in drafts if draft.prompt_id in text_of]
    outputs = scorer.score([text_of[draft.prompt_id] for draft in drafts], [draft.text for draft in drafts], writer)
    rows: dict[tuple[str, float], dict[str, list[int]]] = {}
    for row, draft in enumerate(drafts):
        rows.setdefault((draft.axis, draft.strength), {}).setdefault(draft.prompt_id, []).append(row)
    plain = rows.pop(("", 0.0), {})
    found = []
    for (axis, strength), by_prompt in sorted(rows.items()):
        column, sign = AXES.index(axis), np.sign(strength)
        common = [prompt_id for prompt_id in by_prompt if prompt_id in plain]
        moves = np.array(
            [
                [
                    sign * (outputs.axes[by_prompt[p], column].mean() - outputs.axes[plain[p], column].mean()),
                    outputs.quality[by_prompt[p]].mean() - outputs.quality[plain[p]].mean(),
                ]
                for p in common
            ]
        )
        (shift, quality), (shift_se, quality_se) = moves.mean(axis=0), _standard_errors(moves)
        found.append(
            VectorEffect(
                axis=axis,
                strength=strength,
                shift=float(shift),
                shift_se=float(shift_se),
                quality=float(quality),
                quality_se=float(quality_se),
                n_prompts=len(common),
                n_drafts=sum(len(by_prompt[p]) for p in common),
            )
        )
    return found


def _standard_errors(values: FloatArray) -> FloatArray:
    """(n_columns,) of the means of (n, n_columns)."""
    if len(values) < 2:
        return np.full(values.shape[1], np.inf)
    errors: FloatArray = values.std(axis=0, ddof=1) / np.sqrt(len(values))
    return errors
