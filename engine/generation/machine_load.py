"""What else this machine is doing: other programs' use of the cores, and whether it runs on its battery."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Protocol

import psutil

INTERVAL_S = 0.5
SMOOTHING = 0.5
"""Share of the newest interval in the running mean: about a second and a half of memory."""


@dataclass(frozen=True)
class MachineState:
    """busy_cores: cores that other programs keep busy, 0 … n_cores."""

    busy_cores: float
    n_cores: int
    on_battery: bool

    @property
    def busy_share(self) -> float:
        return self.busy_cores / self.n_cores


def threads_beside(state: MachineState, n_threads: int) -> int:
    """Threads to decode with, of `n_threads` on an idle machine: those that would wait for a core are left out.

    Threads that share a core with another program make all the others wait for them at every step.
    """
    return max(1, n_threads - round(state.busy_cores))


class CpuClock(Protocol):
    """Seconds of processor time since some beginning."""

    def all_programs(self) -> float: ...

    def this_program(self) -> float: ...


class PsutilClock:
    """The real one. Waiting for a disk is not work, and what runs at low priority gives way (Unix counts it apart);
    time stolen by a virtual machine's host is not ours to use."""

    def __init__(self) -> None:
        self._process = psutil.Process()

    def all_programs(self) -> float:
        times = psutil.cpu_times()
        return float(sum(getattr(times, name, 0.0) for name in ("user", "system", "irq", "softirq", "steal")))

    def this_program(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system)


class MachineWatch:
    """Watches from a thread of its own, twice a second, which costs a few hundred microseconds each.

    Args:
        clock: where processor times come from; psutil's where it is None.
    """

    def __init__(self, clock: CpuClock | None = None) -> None:
        self._clock = clock or PsutilClock()
        self._n_cores = psutil.cpu_count() or 1
        self._busy = 0.0
        self._last = (self._clock.all_programs(), self._clock.this_program())
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="machine watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def state(self) -> MachineState:
        return MachineState(self._busy, self._n_cores, _on_battery())

    def observe(self, interval_s: float) -> None:
        """Take the processor times of an interval that ends now."""
        now = self._clock.all_programs(), self._clock.this_program()
        others = (now[0] - self._last[0]) - (now[1] - self._last[1])
        self._last = now
        busy = min(max(others / interval_s, 0.0), float(self._n_cores))
        self._busy += SMOOTHING * (busy - self._busy)

    def _run(self) -> None:
        while not self._stop.wait(INTERVAL_S):
            self.observe(INTERVAL_S)


def _on_battery() -> bool:
    """False where there is none, or nothing is known of it."""
    try:
        battery = psutil.sensors_battery()
    except (AttributeError, OSError, RuntimeError):  # not on this system; some virtual machines have odd files
        return False
    return battery is not None and battery.power_plugged is False
