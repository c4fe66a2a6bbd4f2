"""What the benchmarks share: prompts of a given length, a model that never ends a reply, medians."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
import psutil

from engine.generation.drafts import DraftWriter, SilentListener
from engine.generation.model import LlamaModel
from engine.library.bundled import bundled_model_path
from engine.types import ChatMessage

FILLER = "The harbour was quiet that morning and the boats lay still while the tide went slowly out again. "
QUESTION = "Tell me what the harbour was like."
MB = 1 << 20


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a table. value, baseline: medians, in `unit`; ratio: of the two, which `aim` is held against."""

    section: str
    what: str
    value: float
    unit: str
    baseline: float | None = None
    ratio: float | None = None
    aim: str = ""


class EndlessModel(LlamaModel):
    """Goes on past the end of its reply, so that every draft has the same length."""

    def ends_reply(self, token: int) -> bool:
        return False


class Silent(SilentListener):
    """And notes when the first text came."""

    def __init__(self) -> None:
        self.first_text: float | None = None

    def on_text(self, index: int, text: str, reasoning: bool) -> None:
        if self.first_text is None:
            self.first_text = time.perf_counter()


def model_path(path: Path | None) -> Path:
    return path or bundled_model_path()


@contextmanager
def open_writer(
    path: Path, n_threads: int = 0, *, endless: bool = True, n_gpu_layers: int = -1
) -> Iterator[DraftWriter]:
    """A model and its writer, closed at the end."""
    model = (EndlessModel if endless else LlamaModel)(path, n_threads=n_threads, n_gpu_layers=n_gpu_layers)
    writer = DraftWriter(model)
    try:
        yield writer
    finally:
        writer.close()
        model.close()


def prompt_of(writer: DraftWriter, n_tokens: int, variant: int = 0) -> list[ChatMessage]:
    """A message that comes to about so many tokens, different from its first words on for each variant."""
    words = f"Number {variant}. " + FILLER * (n_tokens // 15)
    text = f"{words} {QUESTION}"
    while len(writer.measure([ChatMessage("user", text)], 64).tokens) > n_tokens and len(words) > 20:
        words = words[: -len(words) // 20 - 8]
        text = f"{words} {QUESTION}"
    return [ChatMessage("user", text)]


def timed(work: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def resident_mb(pid: int | None = None) -> float:
    """Memory that a process has in use, in MiB."""
    return float(psutil.Process(pid).memory_info().rss) / MB
