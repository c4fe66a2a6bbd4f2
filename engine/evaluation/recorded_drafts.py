"""Drafts recorded while they are written, with what the model knew of each at a few checkpoints.

Hidden states are those of the last layer, taken beside the logits from the very decodes that write the drafts. Kept in
a folder, a pair of files for each batch of drafts, so that writing can be stopped at any time and go on.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path

import llama_cpp
import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.errors import InputFileError
from engine.generation.drafts import DraftWriter, SilentListener
from engine.generation.model import LlamaModel
from engine.types import ChatMessage, Finish, SamplingSettings

CHECKPOINTS = (16, 32, 64, 96)
"""Tokens of a draft after which its end is predicted."""
BATCH = 8
"""Drafts written at a time."""
N_POOLED = 2
"""Of the hidden states up to a checkpoint: their mean, and the last one."""


class RecordedDraft(msgspec.Struct, frozen=True, kw_only=True):
    """prefixes: its text at each checkpoint that it reached; log_probabilities: of its tokens, natural logarithm."""

    text: str
    finish: Finish
    n_tokens: int
    prefixes: list[str]
    log_probabilities: list[float]


class _BatchFile(msgspec.Struct, frozen=True, kw_only=True):
    prompt_id: str
    prompt: str
    drafts: list[RecordedDraft]
    steps: dict[int, tuple[int, float]]


@dataclass(frozen=True, eq=False)
class RecordedPrompt:
    """All drafts of one prompt. hidden: (n_drafts, n_checkpoints, N_POOLED, width), NaN where a draft ended before;
    steps: (number of steps, seconds) by drafts in the step.
    """

    prompt_id: str
    prompt: str
    drafts: list[RecordedDraft]
    hidden: NDArray[np.float16]
    steps: list[tuple[int, int, float]]


class DraftRecorder:
    """Writes and records drafts with one model. Used from one thread."""

    def __init__(self, model: LlamaModel, directory: Path, sampling: SamplingSettings, seed: int) -> None:
        self._model = model
        self._writer = DraftWriter(model)
        self._directory = directory
        self._sampling = sampling
        self._seed = seed

    def record(self, prompt_id: str, prompt: str, batch: int) -> None:
        """Write a batch of drafts, unless it is there.

        Raises: InputFileError, when the folder cannot be written.
        """
        path = _path(self._directory, prompt_id, batch)
        if path.exists():
            return
        listener = _Recorder(self._model)
        try:
            run = self._writer.write(
                [ChatMessage("user", prompt)],
                BATCH,
                self._sampling,
                zlib.crc32(f"{self._seed}|{prompt_id}|{batch}".encode()),
                listener,
                lambda: False,
            )
        finally:
            llama_cpp.llama_set_embeddings(self._model.context, False)
        if any(draft.finish == "cancelled" for draft in run.drafts):
            raise KeyboardInterrupt  # it came while llama.cpp was at work, which then gives the drafts up
        drafts = [
            RecordedDraft(
                text=draft.text.strip(),
                finish=draft.finish or "cancelled",
                n_tokens=draft.n_tokens,
                prefixes=listener.prefixes[draft.index],
                log_probabilities=[round(value, 4) for value in draft.log_probabilities],
            )
            for draft in run.drafts
        ]
        content = _BatchFile(prompt_id=prompt_id, prompt=prompt, drafts=drafts, steps=run.steps)
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            np.save(path.with_suffix(".npy"), listener.pooled)
            path.write_bytes(msgspec.json.encode(content))  # last: the batch counts as there once this file is
        except OSError as exc:
            raise InputFileError(f"Cannot write {path} ({exc.strerror or exc}).") from exc

    def close(self) -> None:
        self._writer.close()


class _Recorder(SilentListener):
    """Takes the hidden states after each step, while they are valid."""

    def __init__(self, model: LlamaModel) -> None:
        self._context = model.context
        width = llama_cpp.llama_model_n_embd(llama_cpp.llama_get_model(model.context))
        self._texts = [""] * BATCH
        self._sums = np.zeros((BATCH, width), np.float64)
        self._n_fed: list[int] | None = None
        """Tokens that each draft fed to the model in the step just done; 0 where it had ended."""
        self.pooled = np.full((BATCH, len(CHECKPOINTS), N_POOLED, width), np.nan, np.float16)
        self.prefixes: list[list[str]] = [[] for _ in range(BATCH)]

    def on_prompt(self, n_done: int, n_total: int) -> None:
        # only from here on: with embeddings on, every token of a prompt would be asked for its logits
        llama_cpp.llama_set_embeddings(self._context, n_done == n_total)

    def on_text(self, index: int, text: str, reasoning: bool) -> None:
        self._texts[index] += "" if reasoning else text

    def on_step(self, n_tokens: list[int], finished: list[bool], tokens_per_s: float) -> None:
        n_fed = self._n_fed or [min(n, 1) for n in n_tokens]
        rows = [index for index, n in enumerate(n_fed) if n > 0]
        pointer = llama_cpp.llama_get_embeddings(self._context)
        hidden = np.ctypeslib.as_array(pointer, shape=(len(rows), self._sums.shape[1]))
        self._sums[rows] += hidden
        for row, index in enumerate(rows):
            if n_fed[index] in CHECKPOINTS:
                checkpoint = CHECKPOINTS.index(n_fed[index])
                self.pooled[index, checkpoint] = self._sums[index] / n_fed[index], hidden[row]
            if not finished[index] and n_tokens[index] in CHECKPOINTS:
                self.prefixes[index].append(self._texts[index])
        self._n_fed = [0 if done else n for n, done in zip(n_tokens, finished, strict=True)]


def recorded_prompt(directory: Path, prompt_id: str, n_drafts: int) -> RecordedPrompt | None:
    """The batches of a prompt that are there, up to so many drafts; None where there is none.

    Raises: InputFileError, when a file is not what it should be.
    """
    batches: list[_BatchFile] = []
    hidden = []
    while len(batches) * BATCH < n_drafts and (path := _path(directory, prompt_id, len(batches))).exists():
        try:
            batches.append(msgspec.json.decode(path.read_bytes(), type=_BatchFile))
            hidden.append(np.load(path.with_suffix(".npy"), allow_pickle=False))
        except (OSError, ValueError) as exc:  # also what msgspec says of a damaged file
            raise InputFileError(f"{path.name} and the states beside it cannot be read ({exc}).") from exc
    if not batches:
        return None
    drafts = [draft for batch in batches for draft in batch.drafts]
    return RecordedPrompt(
        prompt_id=prompt_id,
        prompt=batches[0].prompt,
        drafts=drafts[:n_drafts],
        hidden=np.concatenate(hidden)[:n_drafts],
        steps=[(n, count, seconds) for batch in batches for n, (count, seconds) in batch.steps.items()],
    )


def _path(directory: Path, prompt_id: str, batch: int) -> Path:
    return directory / f"{prompt_id}-{batch}.json"
