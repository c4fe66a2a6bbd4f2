"""Recorded drafts as one table: what is known of each at the checkpoints, and what the heads say of it at its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.recorded_drafts import BATCH, CHECKPOINTS, RecordedPrompt, recorded_prompt
from engine.rewards.corpus import PromptRow
from engine.rewards.encoder import ReplyEncoder
from engine.rewards.features import reply_features
from engine.rewards.heads import HeadOutputs, RewardHeads
from engine.types import AXES, FloatArray, WriterKind

Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]
RECENT = 16
"""Tokens whose log-probabilities also count by themselves."""


@dataclass(frozen=True, eq=False)
class DraftTable:
    """Drafts as rows. prompt: (n,) number of the prompt; fit_only: (n,) prompts that nothing is measured on; n_tokens:
    (n,); outputs: the heads' on the finished replies; blocks: by name, for each checkpoint (n, n_dims), NaN in rows
    that had ended; going: for each checkpoint (n,).
    """

    prompt: Rows
    fit_only: Mask
    n_tokens: Rows
    outputs: HeadOutputs
    blocks: Mapping[str, Sequence[NDArray[np.float32]]]
    going: Sequence[Mask]

    @property
    def targets(self) -> FloatArray:
        """(n, n_targets): base rewards, quality, axes."""
        return np.column_stack([self.outputs.base_rewards, self.outputs.quality, self.outputs.axes])

    @property
    def target_names(self) -> list[str]:
        return [f"φ{i}" for i in range(self.outputs.base_rewards.shape[1])] + ["quality", *AXES]


@dataclass(frozen=True, eq=False)
class _Read:
    """A recorded prompt with its features. whole: (n_drafts, n_dims); prefixes: (n_drafts, n_checkpoints, n_dims)."""

    recorded: RecordedPrompt
    fit_only: bool
    whole: NDArray[np.float32]
    prefixes: NDArray[np.float32]


def build_table(
    directory: Path,
    prompts: Sequence[PromptRow],
    fitting: Sequence[PromptRow],
    n_drafts: int,
    encoder: ReplyEncoder,
    heads: RewardHeads,
    writer: WriterKind,
    on_progress: Callable[[str], None],
) -> tuple[DraftTable, list[tuple[int, int, float]]] | None:
    """The drafts that are there, and the timed steps that wrote them; None where there are none.

    Features are kept in the folder: reading the beginnings takes as long as reading the replies does. Of a prompt to
    fit on, only the first batch is used.
    """
    reads = []
    for row, fit_only in [*((row, False) for row in prompts), *((row, True) for row in fitting)]:
        if recorded := recorded_prompt(directory, row.prompt_id, BATCH if fit_only else n_drafts):
            reads.append(_Read(recorded, fit_only, *_features(directory, recorded, encoder)))
            on_progress(f"read: {len(reads)} prompts")
    if not reads:
        return None
    outputs = heads.score(np.concatenate([read.whole for read in reads]), writer)
    going = [np.concatenate([_going(read.recorded, c) for read in reads]) for c in range(len(CHECKPOINTS))]
    table = DraftTable(
        prompt=np.concatenate([np.full(len(read.whole), i) for i, read in enumerate(reads)]),
        fit_only=np.concatenate([np.full(len(read.whole), read.fit_only) for read in reads]),
        n_tokens=np.array([draft.n_tokens for read in reads for draft in read.recorded.drafts]),
        outputs=outputs,
        blocks=_blocks(reads, going, encoder.n_dims, heads, writer),
        going=going,
    )
    return table, [step for read in reads for step in read.recorded.steps]


def _going(recorded: RecordedPrompt, checkpoint: int) -> Mask:
    """(n_drafts,): which were still being written."""
    return np.array([draft.n_tokens > CHECKPOINTS[checkpoint] for draft in recorded.drafts])


def _features(
    directory: Path, recorded: RecordedPrompt, encoder: ReplyEncoder
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    path = directory / f"{recorded.prompt_id}-{len(recorded.drafts)}.npz"
    if path.exists():
        known = np.load(path, allow_pickle=False)
        return known["whole"], known["prefixes"]
    # one call, so that the prompt is encoded once
    texts = [draft.text for draft in recorded.drafts]
    where = [(i, c) for i, draft in enumerate(recorded.drafts) for c in range(len(draft.prefixes))]
    texts += [recorded.drafts[i].prefixes[c].strip() for i, c in where]
    features = reply_features(encoder, [recorded.prompt] * len(texts), texts)
    n = len(recorded.drafts)
    prefixes = np.full((n, len(CHECKPOINTS), features.shape[1]), np.nan, np.float32)
    for row, (i, c) in enumerate(where, start=n):
        prefixes[i, c] = features[row]
    np.savez(path, whole=features[:n], prefixes=prefixes)
    return features[:n], prefixes


def _blocks(
    reads: Sequence[_Read], going: Sequence[Mask], n_encoder_dims: int, heads: RewardHeads, writer: WriterKind
) -> dict[str, list[NDArray[np.float32]]]:
    found: dict[str, list[NDArray[np.float32]]] = {}
    for c, at_checkpoint in enumerate(going):
        features = np.concatenate([read.prefixes[:, c] for read in reads])
        hidden = np.concatenate([read.recorded.hidden[:, c] for read in reads]).astype(np.float32)
        readings = np.full((len(features), heads.n_base + 1 + len(AXES)), np.nan, np.float32)
        outputs = heads.score(features[at_checkpoint], writer)
        readings[at_checkpoint] = np.column_stack([outputs.base_rewards, outputs.quality, outputs.axes])
        likely = [
            _log_probability_features(draft.log_probabilities, CHECKPOINTS[c])
            for read in reads
            for draft in read.recorded.drafts
        ]
        blocks = {
            "encoder": features[:, :n_encoder_dims],
            "style": features[:, n_encoder_dims:],
            "readings": readings,
            "mean state": hidden[:, 0],
            "last state": hidden[:, 1],
            "log-probabilities": np.array(likely, np.float32),
        }
        for name, values in blocks.items():
            found.setdefault(name, []).append(values)
    return found


def _log_probability_features(values: Sequence[float], n_tokens: int) -> tuple[float, ...]:
    """Of the first tokens: mean, spread and least; the mean of the last of them."""
    known = np.array(values[:n_tokens] or [0.0])
    return float(known.mean()), float(known.std()), float(known.min()), float(known[-RECENT:].mean())
