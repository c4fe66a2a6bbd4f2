"""From nothing to the first text: the worker started as the window starts it; and what both processes hold."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

import psutil

from engine import protocol
from engine.benchmarks.measuring import Row, median, model_path, resident_mb
from engine.errors import EngineError
from engine.types import ChatMessage, SamplingSettings

N_DRAFTS = 4
QUESTION = "What is a good way to start the day?"
WINDOW_S = 20.0


def measure(path: Path | None, n_repeats: int, on_progress: Callable[[str], None]) -> list[Row]:
    """Medians over `n_repeats` workers; the window's memory once."""
    ready, first_text, memory = [], [], []
    for repeat in range(n_repeats + 1):  # the first brings the files into the page cache and is thrown away
        on_progress(f"start, repeat {repeat} of {n_repeats}")
        seconds, text_seconds, megabytes = _worker(model_path(path))
        ready.append(seconds)
        first_text.append(text_seconds)
        memory.append(megabytes)
    on_progress("memory of the window")
    row = "start and memory"
    return [
        Row(section=row, what="worker started to model ready", value=median(ready[1:]), unit="s"),
        Row(section=row, what=f"request for {N_DRAFTS} drafts to first text", value=median(first_text[1:]), unit="s"),
        Row(section=row, what="memory of the worker after a reply", value=median(memory[1:]), unit="MiB"),
        Row(section=row, what="memory of the window", value=_window_mb(), unit="MiB"),
    ]


def _worker(path: Path) -> tuple[float, float, float]:
    started = time.perf_counter()
    command, pipe = [sys.executable, "-m", "engine.worker"], subprocess.PIPE
    worker = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
    assert worker.stdin is not None
    assert worker.stdout is not None
    try:
        worker.stdin.write(protocol.encode(protocol.LoadModel(id=1, path=str(path))))
        worker.stdin.flush()
        _wait_for(worker.stdout, protocol.ModelLoaded)
        ready = time.perf_counter()
        request = protocol.Generate(
            id=2,
            messages=[ChatMessage("user", QUESTION)],
            n_drafts=N_DRAFTS,
            sampling=SamplingSettings(max_tokens=64, seed=1),
        )
        worker.stdin.write(protocol.encode(request))
        worker.stdin.flush()
        _wait_for(worker.stdout, protocol.DraftDelta)
        first_text = time.perf_counter()
        _wait_for(worker.stdout, protocol.ReplyReady)
        return ready - started, first_text - ready, resident_mb(worker.pid)
    finally:
        worker.stdin.close()
        worker.wait(30)


def _wait_for(stream: IO[bytes], kind: type) -> None:
    for line in stream:
        if isinstance(protocol.decode_event(line), kind):
            return
    raise EngineError("The worker ended before it answered.")


def _window_mb() -> float:
    """The window in a process of its own, on no screen, once its worker is there."""
    with tempfile.TemporaryDirectory() as data:
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        command = [sys.executable, "-m", "desktop", "--data-dir", data]
        window = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + WINDOW_S
            while not psutil.Process(window.pid).children() and time.monotonic() < deadline:
                time.sleep(0.2)
            time.sleep(2.0)  # its first paint, and the model's first progress
            return resident_mb(window.pid)
        finally:
            window.terminate()
            window.wait(30)
