"""N drafts in lock-step beside N calls of llama-cpp-python's own `Llama`, prompt cached, same threads and tokens."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import llama_cpp

from engine.benchmarks.measuring import Row, Silent, median, model_path, open_writer, prompt_of, timed
from engine.generation.drafts import DraftRun, DraftWriter
from engine.generation.model import default_threads
from engine.types import ChatMessage, SamplingSettings

N_NEW_TOKENS = 128
PROMPTS = {"short": 50, "long": 1000}
AIMS = {"short": "≥ 1.6", "long": "≥ 1.35"}


@dataclass
class _Times:
    """Of one number of drafts, a value a repeat. ours, theirs: seconds; outside: share of ours outside llama_decode."""

    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)
    outside: list[float] = field(default_factory=list)


def measure(path: Path | None, numbers: Sequence[int], n_repeats: int, on_progress: Callable[[str], None]) -> list[Row]:
    """Medians over `n_repeats`, the two ways taking turns, each repeat with a prompt of its own."""
    rows: list[Row] = []
    baseline = llama_cpp.Llama(
        str(model_path(path)), n_ctx=4096, n_threads=default_threads(), n_threads_batch=default_threads(), verbose=False
    )
    with open_writer(model_path(path)) as writer:
        for name, length in PROMPTS.items():
            times = {n: _Times() for n in numbers}
            for repeat in range(n_repeats + 1):
                for n, taken in times.items():
                    on_progress(f"{name} prompt, {n} drafts, repeat {repeat} of {n_repeats}")
                    messages = prompt_of(writer, length, variant=100 * repeat + n)
                    _time_both(writer, baseline, messages, n, taken if repeat else _Times())  # the first warms up
            rows += _rows(name, times)
    baseline.close()
    return rows


def _time_both(
    writer: DraftWriter, baseline: llama_cpp.Llama, messages: list[ChatMessage], n_drafts: int, taken: _Times
) -> None:
    tokens = writer.measure(messages, N_NEW_TOKENS).tokens
    seconds, run = _lockstep(writer, messages, n_drafts)
    taken.ours.append(seconds)
    taken.outside.append(1 - run.native_s / run.decode_s)
    taken.theirs.append(timed(partial(_one_by_one, baseline, tokens, n_drafts)))


def _rows(name: str, times: Mapping[int, _Times]) -> list[Row]:
    """Three a number of drafts: beside as many calls, beside the smallest number, and what is not the model's."""
    section = f"drafts, {name} prompt"
    fewest = next(iter(times))
    rows = []
    for n, taken in times.items():
        ours, theirs, one = median(taken.ours), median(taken.theirs), median(times[fewest].ours)
        rows += [
            Row(
                section=section,
                what=f"{n} drafts of {N_NEW_TOKENS} tokens beside {n} calls of Llama",
                value=ours,
                unit="s",
                baseline=theirs,
                ratio=theirs / ours,
                aim=AIMS[name] if n == 8 else "",
            ),
            Row(
                section=section,
                what=f"{n} drafts beside {fewest}",
                value=ours,
                unit="s",
                baseline=one,
                ratio=ours / one,
            ),
            Row(
                section=section,
                what=f"{n} drafts: share of generation outside llama_decode",
                value=100 * median(taken.outside),
                unit="%",
                aim="≤ 3",
            ),
        ]
    return rows


def _lockstep(writer: DraftWriter, messages: list[ChatMessage], n_drafts: int) -> tuple[float, DraftRun]:
    writer.cache.clear()
    started = time.perf_counter()
    run = writer.write(messages, n_drafts, SamplingSettings(max_tokens=N_NEW_TOKENS), 1, Silent(), lambda: False)
    return time.perf_counter() - started, run


def _one_by_one(llama: llama_cpp.Llama, tokens: list[int], n_drafts: int) -> None:
    """The prompt is read once: `Llama` keeps what the next call's prompt shares with it."""
    llama.reset()
    settings = SamplingSettings()
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
