"""Best of eight, every draft finished and weak ones dropped, beside one reply: from the request to the choice."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from engine.benchmarks.measuring import EndlessModel, Row, Silent, median, model_path, prompt_of
from engine.generation.drafts import DraftWriter
from engine.preferences.taste_model import load_taste_model
from engine.reply import ReplyEngine
from engine.rewards.scorer import ReplyScorer
from engine.types import ChatMessage, SamplingSettings

N_DRAFTS = 8
N_PROMPT_TOKENS = 50
LENGTHS = (128, 256)
"""Tokens of every draft that is finished."""
AIM = "≤ 2.4"
WAYS = {"one reply": (1, True), "every draft finished": (N_DRAFTS, True), "weak ones dropped": (N_DRAFTS, False)}
"""(drafts, whether every one is finished)."""


def measure(path: Path | None, n_repeats: int, n_threads: int, on_progress: Callable[[str], None]) -> list[Row]:
    """Medians over `n_repeats`, the ways taking turns, each reply to a prompt that was not read before."""
    taste, scorer = load_taste_model(), ReplyScorer()
    model = EndlessModel(model_path(path), n_threads=n_threads)
    prompts = _prompts(model, len(LENGTHS) * len(WAYS) * (n_repeats + 1))
    engine = ReplyEngine(model, scorer, taste)
    rows: list[Row] = []
    try:
        for length in LENGTHS:
            seconds: dict[str, list[float]] = {way: [] for way in WAYS}
            for repeat in range(n_repeats + 1):  # the first warms up and is thrown away
                for way, (n_drafts, full) in WAYS.items():
                    on_progress(f"{length} tokens, {way}, repeat {repeat} of {n_repeats}")
                    seconds[way].append(_seconds(engine, prompts.pop(), n_drafts, length, full=full))
            one = median(seconds["one reply"][1:])
            for way in list(WAYS)[1:]:
                mine = median(seconds[way][1:])
                rows.append(
                    Row(
                        section=f"best of {N_DRAFTS}, {length} tokens",
                        what=f"{way}, beside one reply",
                        value=mine,
                        unit="s",
                        baseline=one,
                        ratio=mine / one,
                        aim="" if WAYS[way][1] else AIM,
                    )
                )
    finally:
        engine.close()
    return rows


def _prompts(model: EndlessModel, n: int) -> list[list[ChatMessage]]:
    writer = DraftWriter(model)
    try:
        return [prompt_of(writer, N_PROMPT_TOKENS, variant=variant) for variant in range(n)]
    finally:
        writer.close()


def _seconds(engine: ReplyEngine, messages: list[ChatMessage], n_drafts: int, length: int, *, full: bool) -> float:
    started = time.perf_counter()
    engine.reply(
        messages,
        n_drafts=n_drafts,
        sampling=SamplingSettings(max_tokens=length, seed=1),
        weights=None,
        listener=Silent(),
        on_scoring=lambda: None,
        should_stop=lambda: False,
        full=full,
    )
    return time.perf_counter() - started
