"""What else the machine is doing."""

from __future__ import annotations

import multiprocessing
import time

import pytest

from engine.generation.machine_load import INTERVAL_S, MachineState, MachineWatch


class ScriptedClock:
    """Processor seconds as told: what a real machine will not do on demand."""

    everything = 100.0
    own = 10.0

    def all_programs(self) -> float:
        return self.everything

    def this_program(self) -> float:
        return self.own


def test_others_work_is_all_work_less_our_own():
    clock = ScriptedClock()
    watch = MachineWatch(clock)
    for _ in range(12):
        clock.everything += 1.5 * INTERVAL_S
        clock.own += 0.5 * INTERVAL_S
        watch.observe(INTERVAL_S)
    assert watch.state.busy_cores == pytest.approx(min(1.0, watch.state.n_cores), abs=0.01)


def test_our_own_work_is_not_others():
    clock = ScriptedClock()
    watch = MachineWatch(clock)
    for _ in range(5):
        clock.everything += 2 * INTERVAL_S
        clock.own += 2 * INTERVAL_S
        watch.observe(INTERVAL_S)
    assert watch.state.busy_cores == 0.0


def test_clocks_that_disagree_never_give_a_nonsense():
    clock = ScriptedClock()
    watch = MachineWatch(clock)
    clock.own += 5.0
    watch.observe(INTERVAL_S)
    assert watch.state.busy_cores == 0.0
    clock.everything += 1e6
    watch.observe(INTERVAL_S)
    assert 0.0 < watch.state.busy_share <= 1.0


def spin(until: float) -> None:
    while time.monotonic() < until:
        pass


def test_a_real_neighbour_is_seen():
    """One process that spins is about one core, more or less what else runs here."""
    watch = MachineWatch()
    watch.start()
    neighbour = multiprocessing.get_context("spawn").Process(target=spin, args=(time.monotonic() + 60,))
    neighbour.start()
    try:
        deadline = time.monotonic() + 30
        while watch.state.busy_cores < 0.5 and time.monotonic() < deadline:
            time.sleep(INTERVAL_S)
        assert watch.state.busy_cores >= 0.5
    finally:
        neighbour.kill()
        neighbour.join()
        watch.stop()


def test_the_battery_is_known_or_taken_for_none():
    assert isinstance(MachineWatch().state, MachineState)
    assert MachineWatch().state.on_battery in (False, True)
