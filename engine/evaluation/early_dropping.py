"""Early dropping from end to end: recorded drafts, people after the quiz, what is predicted, what dropping costs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import numpy as np

from engine.errors import InputFileError
from engine.evaluation.choice_files import ChoiceFiles
from engine.evaluation.draft_table import build_table
from engine.evaluation.early import (
    AS_READ,
    PREDICTORS,
    PrefixFit,
    RegretPoint,
    StepCost,
    predictions,
    prefix_fit,
    regret_curve,
)
from engine.evaluation.recorded_drafts import BATCH, CHECKPOINTS, DraftRecorder
from engine.evaluation.replying import people_after_quiz
from engine.generation.model import LlamaModel
from engine.preferences.taste_model import heads_dir, load_taste_model
from engine.rewards.corpus import PromptRow
from engine.rewards.encoder import ReplyEncoder
from engine.rewards.features import n_feature_dims
from engine.rewards.heads import load_heads
from engine.types import N_DRAFTS_MAX, SamplingSettings, WriterKind

SIZES = tuple(range(3, N_DRAFTS_MAX + 1))
"""N of best-of-N."""
MIN_PROMPTS = 20
"""Fewer say nothing about another one."""


class EarlyFindings(msgspec.Struct, frozen=True, kw_only=True):
    """n_drafts: finished drafts of the prompts measured on; n_tokens: their mean length; step_a, step_b: seconds of a
    step of n drafts, a + b·n, as timed while they were written."""

    n_prompts: int
    n_fitting: int
    n_people: int
    n_drafts: int
    n_tokens: float
    step_a: float
    step_b: float
    fits: list[PrefixFit]
    curve: list[RegretPoint]


def record_drafts(
    *,
    model_path: Path,
    directory: Path,
    prompts: Sequence[PromptRow],
    fitting: Sequence[PromptRow],
    n_drafts: int,
    max_tokens: int,
    n_threads: int,
    seed: int,
    on_progress: Callable[[str], None],
) -> None:
    """A first batch for every prompt to measure on, then the further ones: what is there can be used at any time."""
    wanted = [(row, batch) for batch in range(-(-n_drafts // BATCH)) for row in prompts]
    wanted += [(row, 0) for row in fitting]
    model = LlamaModel(model_path, n_threads=n_threads)
    recorder = DraftRecorder(model, directory, SamplingSettings(max_tokens=max_tokens), seed)
    try:
        for number, (row, batch) in enumerate(wanted, start=1):
            recorder.record(row.prompt_id, row.prompt, batch)
            on_progress(f"batch {number} of {len(wanted)}")
    finally:
        recorder.close()
        model.close()


def measure_early(
    *,
    directory: Path,
    writer: WriterKind,
    prompts: Sequence[PromptRow],
    fitting: Sequence[PromptRow],
    files: ChoiceFiles,
    n_drafts: int,
    seed: int,
    on_progress: Callable[[str], None],
) -> EarlyFindings:
    """With the drafts that are there.

    Raises: InputFileError, when these are too few to say anything.
    """
    encoder = ReplyEncoder()
    taste = load_taste_model()
    heads = load_heads(heads_dir(), n_feature_dims(encoder))
    built = build_table(directory, prompts, fitting, n_drafts, encoder, heads, writer, on_progress)
    if built is None or len(np.unique(built[0].prompt[~built[0].fit_only])) < MIN_PROMPTS:
        raise InputFileError(f"In {directory} there are drafts of fewer than {MIN_PROMPTS} prompts to measure on.")
    table, steps = built
    people = people_after_quiz(encoder, files, taste)
    predicted, fits = {}, []
    for name in (AS_READ, *PREDICTORS):
        on_progress(f"predicting by {name}")
        predicted[name] = [predictions(table, name, checkpoint) for checkpoint in range(len(CHECKPOINTS))]
        fits += [prefix_fit(table, name, c, values, people) for c, values in enumerate(predicted[name])]
    cost = StepCost.fit(steps)
    curve: list[RegretPoint] = []
    for n in SIZES:
        if n <= n_drafts:
            on_progress(f"dropping among {n}")
            curve += regret_curve(table, people, taste, predicted, cost, n, seed)
    measured = ~table.fit_only
    return EarlyFindings(
        n_prompts=len(np.unique(table.prompt[measured])),
        n_fitting=len(np.unique(table.prompt[table.fit_only])),
        n_people=len(people),
        n_drafts=int(measured.sum()),
        n_tokens=float(table.n_tokens[measured].mean()),
        step_a=cost.a,
        step_b=cost.b,
        fits=fits,
        curve=curve,
    )
