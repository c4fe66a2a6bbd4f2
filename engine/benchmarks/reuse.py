"""The first token of a later turn, with what was read before and without."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from engine.benchmarks.measuring import Row, Silent, median, model_path, open_writer, prompt_of
from engine.generation.drafts import DraftWriter
from engine.types import ChatMessage, SamplingSettings

N_TURNS, N_TOKENS = 5, 1500
REPLY_TOKENS = 40


def measure(path: Path | None, n_repeats: int, on_progress: Callable[[str], None]) -> list[Row]:
    """A chat of five turns and 1,500 tokens: seconds from the request to the fifth reply's first text."""
    kept: list[float] = []
    fresh: list[float] = []
    with open_writer(model_path(path)) as writer:
        for repeat in range(n_repeats + 1):  # the first warms up and is thrown away
            on_progress(f"reuse, repeat {repeat} of {n_repeats}")
            messages: list[ChatMessage] = []
            for turn in range(N_TURNS):
                length = N_TOKENS // N_TURNS - REPLY_TOKENS
                messages += prompt_of(writer, length, variant=10 * repeat + turn)
                seconds, reply = _first_text(writer, messages)
                messages.append(ChatMessage("assistant", reply))
            kept.append(seconds)
            writer.cache.clear()
            fresh.append(_first_text(writer, messages[:-1])[0])
    mine, other = median(kept[1:]), median(fresh[1:])
    return [
        Row(
            section="reuse",
            what=f"first text of turn {N_TURNS} in a chat of {N_TOKENS:,} tokens, beside reading it all",
            value=mine,
            unit="s",
            baseline=other,
            ratio=other / mine,
            aim="≥ 4.5",
        )
    ]


def _first_text(writer: DraftWriter, messages: list[ChatMessage]) -> tuple[float, str]:
    listener = Silent()
    started = time.perf_counter()
    run = writer.write(messages, 1, SamplingSettings(max_tokens=REPLY_TOKENS), 1, listener, lambda: False)
    return (listener.first_text or time.perf_counter()) - started, run.drafts[0].text
