"""Best-of-8 with weak drafts dropped on the way, beside one reply and beside eight finished drafts: wall time.

Everything that a reply takes is in it: reading the prompt, the heads at each checkpoint, scoring what is left.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from engine.benchmarks.measuring import EndlessModel, Row, Silent, median, model_path, prompt_of, timed
from engine.generation.drafts import DraftWriter
from engine.preferences.taste_model import load_taste_model
from engine.reply import ReplyEngine
from engine.rewards.scorer import ReplyScorer
from engine.types import ChatMessage, SamplingSettings

N_DRAFTS = 8
N_NEW_TOKENS = 144
"""About what a reply of the bundled model has where it may have 160 (`attune-engine measure-early`)."""
N_PROMPT_TOKENS = 50
AIM = "≤ 2.4"
WAYS = {"one reply": (1, True), "all finished": (N_DRAFTS, True), "weak ones dropped": (N_DRAFTS, False)}
"""Of writing: number of drafts, and whether all are finished."""


def measure(path: Path | None, n_repeats: int, on_progress: Callable[[str], None]) -> list[Row]:
    """Medians over `n_repeats`, the ways taking turns, each time with a prompt of its own."""
    model = EndlessModel(model_path(path))
    engine = ReplyEngine(model, ReplyScorer(), load_taste_model())
    seconds: dict[str, list[float]] = {way: [] for way in WAYS}
    try:
        prompts = _prompts(model, (n_repeats + 1) * len(WAYS))
        for repeat in range(n_repeats + 1):  # the first warms up and is thrown away
            for way, (n_drafts, full) in WAYS.items():
                on_progress(f"{N_DRAFTS} drafts or one: {way}, repeat {repeat} of {n_repeats}")
                seconds[way].append(timed(partial(_reply, engine, prompts.pop(), n_drafts, full)))
    finally:
        engine.close()
    medians = {way: median(values[1:]) for way, values in seconds.items()}
    return [
        Row(
            section=f"best of {N_DRAFTS}, {N_NEW_TOKENS} tokens",
            what=f"{way} beside one reply",
            value=medians[way],
            unit="s",
            baseline=medians["one reply"],
            ratio=medians[way] / medians["one reply"],
            aim=AIM if way == "weak ones dropped" else "",
        )
        for way in ("all finished", "weak ones dropped")
    ]


def _prompts(model: EndlessModel, n: int) -> list[list[ChatMessage]]:
    writer = DraftWriter(model)
    try:
        return [prompt_of(writer, N_PROMPT_TOKENS, variant=number) for number in range(n)]
    finally:
        writer.close()


def _reply(engine: ReplyEngine, messages: list[ChatMessage], n_drafts: int, full: bool) -> None:
    engine.reply(
        messages,
        n_drafts=n_drafts,
        sampling=SamplingSettings(max_tokens=N_NEW_TOKENS, seed=1),
        weights=None,
        listener=Silent(),
        on_scoring=lambda: None,
        should_stop=lambda: False,
        full=full,
    )
