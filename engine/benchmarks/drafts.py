"""N drafts in lock-step beside N calls of llama-cpp-python's own `Llama`, prompt cached, same threads and tokens."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import llama_cpp

from engine.benchmarks.measuring import Row, Silent, median, model_path, open_writer, prompt_of
from engine.generation.drafts import DraftRun, DraftWriter
from engine.generation.model import default_threads
from engine.types import ChatMessage, SamplingSettings

N_NEW_TOKENS = 128
PROMPTS = {"short": 50, "long": 1000}
AIMS = {"short": "≥ 1.6", "long": "≥ 1.35"}


def measure(path: Path | None, numbers: Sequence[int], n_repeats: int, on_progress: Callable[[str], None]) -> list[Row]:
    """Medians over `n_repeats`, the two ways taking turns, each repeat with a prompt of its own.

    N calls of `Llama` are the first N of as many as there are drafts at most: calls know nothing of later ones.
    """
    numbers = sorted(numbers)
    rows: list[Row] = []
    baseline = llama_cpp.Llama(
        str(model_path(path)),
        n_gpu_layers=-1,  # as ours: all of them, where there is a graphics device
        n_ctx=4096,
        n_threads=default_threads(),
        n_threads_batch=default_threads(),
        verbose=False,
    )
    with open_writer(model_path(path)) as writer:
        for name, length in PROMPTS.items():
            ours: dict[int, list[float]] = {n: [] for n in numbers}
            theirs: dict[int, list[float]] = {n: [] for n in numbers}
            outside: dict[int, list[float]] = {n: [] for n in numbers}
            for repeat in range(n_repeats + 1):  # the first warms up and is thrown away
                messages = prompt_of(writer, length, variant=repeat)
                for n in numbers:
                    on_progress(f"{name} prompt, {n} drafts, repeat {repeat} of {n_repeats}")
                    seconds, run = _lockstep(writer, messages, n)
                    ours[n].append(seconds)
                    outside[n].append(1 - run.native_s / run.decode_s)
                    if repeat == 0:
                        break
                on_progress(f"{name} prompt, calls of Llama, repeat {repeat} of {n_repeats}")
                n_calls = max(numbers) if repeat else numbers[0]
                after = _one_by_one(baseline, writer.measure(messages, N_NEW_TOKENS).tokens, n_calls)
                for n in numbers:
                    if n <= n_calls:
                        theirs[n].append(after[n - 1])
            one = median(ours[numbers[0]][-n_repeats:])
            for n in numbers:
                mine, other = median(ours[n][-n_repeats:]), median(theirs[n][-n_repeats:])
                rows.append(
                    Row(
                        section=f"drafts, {name} prompt",
                        what=f"{n} drafts of {N_NEW_TOKENS} tokens beside {n} calls of Llama",
                        value=mine,
                        unit="s",
                        baseline=other,
                        ratio=other / mine,
                        aim=AIMS[name] if n == 8 else "",
                    )
                )
                rows.append(
                    Row(
                        section=f"drafts, {name} prompt",
                        what=f"{n} drafts beside {numbers[0]}",
                        value=mine,
                        unit="s",
                        baseline=one,
                        ratio=mine / one,
                    )
                )
                rows.append(
                    Row(
                        section=f"drafts, {name} prompt",
                        what=f"{n} drafts: share of generation outside llama_decode",
                        value=100 * median(outside[n][-n_repeats:]),
                        unit="%",
                        aim="≤ 3",
                    )
                )
    baseline.close()
    return rows


def _lockstep(writer: DraftWriter, messages: list[ChatMessage], n_drafts: int) -> tuple[float, DraftRun]:
    writer.cache.clear()
    started = time.perf_counter()
    run = writer.write(messages, n_drafts, SamplingSettings(max_tokens=N_NEW_TOKENS), 1, Silent(), lambda: False)
    return time.perf_counter() - started, run


def _one_by_one(llama: llama_cpp.Llama, tokens: list[int], n_drafts: int) -> list[float]:
    """Seconds after each call. The prompt is read once: `Llama` keeps what the next call's prompt shares with it."""
    llama.reset()
    settings = SamplingSettings()
    started, after = time.perf_counter(), []
    for draft in range(n_drafts):
        llama.set_seed(draft)
        drawn = llama.generate(
            tokens,
            top_k=settings.top_k,
            top_p=settings.top_p,
            min_p=settings.min_p,
            temp=settings.temperature,
            repeat_penalty=settings.repeat_penalty,
        )
        for n, _token in enumerate(drawn, start=1):
            if n == N_NEW_TOKENS:
                break
        after.append(time.perf_counter() - started)
    return after
