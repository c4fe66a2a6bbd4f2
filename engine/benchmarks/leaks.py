"""Loads and stops by the hundred: what is left in memory, and how soon a stop is heard."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from engine.benchmarks.measuring import Row, Silent, median, model_path, open_writer, prompt_of, resident_mb
from engine.errors import LoadCancelledError
from engine.generation.drafts import DraftWriter
from engine.generation.model import LlamaModel
from engine.types import SamplingSettings

N_PROMPT_TOKENS = 3000
STOP_AFTER_S = 0.3


def measure(path: Path | None, n_rounds: int, n_repeats: int, on_progress: Callable[[str], None]) -> list[Row]:
    """Memory after `n_rounds` loads, half of them given up half-way, against that after the first tenth; and the
    time from a stop to the end of reading a prompt of 3,000 tokens."""
    file = model_path(path)
    settled = 0.0
    for number in range(n_rounds):
        if number % 20 == 0:
            on_progress(f"load {number} of {n_rounds}")
        _load(file, give_up=number % 2 == 1)
        if number == n_rounds // 10:
            settled = _memory()
    after = _memory()
    stops = _stops(file, n_repeats, on_progress)
    return [
        Row(
            section="cancel and leaks",
            what=f"memory after {n_rounds} loads, every second one cancelled, beside that after {n_rounds // 10}",
            value=after,
            unit="MiB",
            baseline=settled,
            ratio=after / settled,
        ),
        Row(
            section="cancel and leaks",
            what=f"stop while a prompt of {N_PROMPT_TOKENS:,} tokens is read, to the end",
            value=1000 * median(stops),
            unit="ms",
            aim="≤ 200",
        ),
        Row(section="cancel and leaks", what="the same, slowest", value=1000 * max(stops), unit="ms", aim="≤ 200"),
    ]


def _load(path: Path, *, give_up: bool) -> None:
    try:
        model = LlamaModel(path, on_progress=lambda fraction: not (give_up and fraction > 0.5))
    except LoadCancelledError:
        return
    writer = DraftWriter(model)
    writer.write(prompt_of(writer, 60), 2, SamplingSettings(max_tokens=2), 1, Silent(), lambda: False)
    writer.close()
    model.close()


def _stops(path: Path, n_repeats: int, on_progress: Callable[[str], None]) -> list[float]:
    late = []
    with open_writer(path) as writer:
        for repeat in range(n_repeats):
            on_progress(f"stop {repeat} of {n_repeats}")
            messages = prompt_of(writer, N_PROMPT_TOKENS, variant=repeat)
            stop_at = time.perf_counter() + STOP_AFTER_S
            is_due = partial(_is_past, stop_at)
            writer.write(messages, 1, SamplingSettings(max_tokens=1), 1, Silent(), is_due)
            late.append(time.perf_counter() - stop_at)
    return late


def _is_past(moment: float) -> bool:
    return time.perf_counter() >= moment


def _memory() -> float:
    gc.collect()
    return resident_mb()
