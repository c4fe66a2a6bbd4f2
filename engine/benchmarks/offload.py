"""The same drafts with every layer on the graphics device and with none: what offloading is worth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import llama_cpp

from engine.benchmarks.measuring import Row, Silent, median, model_path, open_writer, prompt_of
from engine.generation.drafts import DraftRun, DraftWriter
from engine.types import SamplingSettings

N_NEW_TOKENS = 128
N_SHORT, N_LONG = 50, 1000


def measure(path: Path | None, numbers: Sequence[int], n_repeats: int, on_progress: Callable[[str], None]) -> list[Row]:
    """Medians over `n_repeats`, one placement after the other; none where llama.cpp sees no graphics device."""
    if not llama_cpp.llama_supports_gpu_offload():
        return []
    on_device = _timings(path, -1, numbers, n_repeats, on_progress)
    on_processor = _timings(path, 0, numbers, n_repeats, on_progress)
    return [
        Row(
            section="offload",
            what=f"{what}, all layers on the graphics device beside none",
            value=seconds,
            unit="s",
            baseline=on_processor[what],
            ratio=on_processor[what] / seconds,
        )
        for what, seconds in on_device.items()
    ]


def _timings(
    path: Path | None, n_gpu_layers: int, numbers: Sequence[int], n_repeats: int, on_progress: Callable[[str], None]
) -> dict[str, float]:
    """Median seconds by what was done."""
    seconds: dict[str, list[float]] = {}
    with open_writer(model_path(path), n_gpu_layers=n_gpu_layers) as writer:
        where = f"{writer.model.n_gpu_layers} of {writer.model.n_layers + 1} layers on the graphics device"
        for repeat in range(n_repeats + 1):  # the first warms up and is thrown away
            on_progress(f"{where}, repeat {repeat} of {n_repeats}")
            for n in sorted(numbers):
                run = _write(writer, N_SHORT, n, N_NEW_TOKENS, repeat)
                seconds.setdefault(f"{n} drafts of {N_NEW_TOKENS} tokens written", []).append(run.decode_s)
            run = _write(writer, N_LONG, 1, 1, repeat)
            seconds.setdefault(f"a prompt of {N_LONG:,} tokens read", []).append(run.prefill_s)
    return {what: median(values[1:]) for what, values in seconds.items()}


def _write(writer: DraftWriter, n_prompt: int, n_drafts: int, n_tokens: int, variant: int) -> DraftRun:
    writer.cache.clear()
    messages = prompt_of(writer, n_prompt, variant=variant)
    return writer.write(messages, n_drafts, SamplingSettings(max_tokens=n_tokens), 1, Silent(), lambda: False)
