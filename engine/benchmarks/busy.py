"""What a busy neighbour costs, by how threads wait for each other. Each setting runs in a process of its own."""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Event
from pathlib import Path

from engine.benchmarks.measuring import Row, Silent, median, model_path, open_writer, prompt_of, timed
from engine.generation.machine_load import MachineWatch, threads_beside
from engine.generation.model import default_threads
from engine.types import SamplingSettings

N_DRAFTS, N_NEW_TOKENS, N_PROMPT_TOKENS = 4, 64, 200
SHIPPED = "as shipped"
SETTLE_S = 3.0
"""What the machine watch needs to notice a neighbour that came or left."""
OPENMP_VARIABLES = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")
WAITING: dict[str, dict[str, str]] = {
    SHIPPED: {},
    "active": {"OMP_WAIT_POLICY": "active", "GOMP_SPINCOUNT": "infinity"},
    "passive": {"OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "0"},
    # a number of spins counts before the policy
    "spins 300": {"GOMP_SPINCOUNT": "300"},
    "spins 1,000": {"GOMP_SPINCOUNT": "1000"},
    "spins 10,000": {"GOMP_SPINCOUNT": "10000"},
    "spins 100,000": {"GOMP_SPINCOUNT": "100000"},
}


def measure(path: Path | None, n_repeats: int, all_settings: bool, on_progress: Callable[[str], None]) -> list[Row]:
    """Seconds for four drafts on an idle machine and beside one spinning process, the two taking turns."""
    rows = []
    for name in WAITING if all_settings else [SHIPPED]:
        for n_threads in [0] if name == SHIPPED else [default_threads()]:
            threads = f"{n_threads} threads" if n_threads else "threads beside the neighbour's"
            on_progress(f"busy machine: waiting {name}, {threads}")
            idle, busy = _in_a_process(path, WAITING[name], n_threads, n_repeats)
            rows.append(
                Row(
                    section="busy machine",
                    what=f"waiting {name}, {threads}: beside one busy core and idle",
                    value=busy,
                    unit="s",
                    baseline=idle,
                    ratio=busy / idle,
                    aim="≤ 1.8" if name == SHIPPED else "",
                )
            )
    return rows


def measure_here(path: Path | None, n_threads: int, n_repeats: int) -> tuple[float, float]:
    """(idle, busy) medians in this process, with the settings that it was started with.

    n_threads: fixed; 0 for as many as the engine would use beside what else is running.
    """
    idle, busy = [], []
    watch = MachineWatch()
    watch.start()
    with open_writer(model_path(path), n_threads) as writer:
        messages = prompt_of(writer, N_PROMPT_TOKENS)
        sampling = SamplingSettings(max_tokens=N_NEW_TOKENS)

        def write() -> None:
            writer.cache.clear()
            writer.write(messages, N_DRAFTS, sampling, 1, Silent(), lambda: False)

        def settled() -> None:
            time.sleep(SETTLE_S)
            if not n_threads:
                writer.model.use_threads(threads_beside(watch.state, writer.model.n_threads))

        write()
        for _ in range(n_repeats):
            settled()
            idle.append(timed(write))
            with busy_core():
                settled()
                busy.append(timed(write))
    watch.stop()
    return median(idle), median(busy)


@contextmanager
def busy_core() -> Iterator[None]:
    """One process that keeps a core busy."""
    context = multiprocessing.get_context("spawn")
    started = context.Event()
    neighbour = context.Process(target=_spin, args=(started,), daemon=True)
    neighbour.start()
    started.wait()
    try:
        yield
    finally:
        neighbour.kill()
        neighbour.join()


def _spin(started: Event) -> None:
    started.set()
    until = time.monotonic() + 600  # never left behind
    while time.monotonic() < until:
        pass


def _in_a_process(path: Path | None, waiting: dict[str, str], n_threads: int, n_repeats: int) -> tuple[float, float]:
    inherited = {name: value for name, value in os.environ.items() if name not in OPENMP_VARIABLES}
    environment = {**inherited, **waiting}
    command = [sys.executable, "-m", "engine.cli", "bench", "busy-here", "--json"]
    command += ["--threads", str(n_threads), "--repeats", str(n_repeats)]
    command += ["--model", str(path)] if path else []
    output = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    idle, busy = json.loads(output)
    return float(idle), float(busy)
