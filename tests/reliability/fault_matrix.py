"""Every fault of the worker in every phase of a reply, seen from the window.

    PYTHONPATH=tests QT_QPA_PLATFORM=offscreen python -m reliability.fault_matrix

A line a trial; exit code 1 where the window hung, showed a wrong state, said nothing, or the worker stayed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from helpers.faulty_worker import FAULTS, PHASES
from PySide6.QtWidgets import QApplication

from desktop import engine_client
from desktop.app import make_application
from desktop.assembly import Attune, Stores
from engine.paths import Paths

FAULTY = Path(__file__).parent.parent / "helpers" / "faulty_worker.py"
HARMLESS = ("babble", "long", "flood", "slow")
"""What a window should not even notice."""
LONGEST_BLOCK_S = 2.0


class Trial:
    """A window whose worker meets one fault; what is wrong with it afterwards."""

    def __init__(self, directory: Path, phase: str, fault: str) -> None:
        self.phase, self.fault = phase, fault
        self.marker = directory / "happened"
        command = [sys.executable, str(FAULTY), phase, fault, str(self.marker)]
        self.attune = Attune(Stores.open(Paths.under(directory / "data")), command)
        self.attune.taste.set_quiz_state("skipped")
        self.attune.settings.update(max_tokens=24, n_drafts=2, time_budget_s=600)
        self.sentences: list[str] = []
        self.attune.chats.trailer_changed.connect(lambda text, _again: self.sentences.append(text))
        self.attune.models.problem.connect(self.sentences.append)
        self.longest_block = 0.0
        self.processes: set[int] = set()

    def run(self) -> list[str]:
        attune = self.attune
        try:
            attune.start()
            if not self._until(lambda: attune.models.status.state == "ready"):
                return [f"the model is {attune.models.status.state}: {attune.models.status.sentence}"]
            attune.chats.send("Name one colour.")
            if not self._until(lambda: not attune.chats.is_busy):
                return ["the reply never ended"]
            return self._verdict()
        finally:
            attune.close()
            attune.window.deleteLater()
            attune.deleteLater()
            QApplication.processEvents()

    def _verdict(self) -> list[str]:
        attune = self.attune
        wrong = []
        if not self.marker.exists():
            wrong.append("the fault did not happen")
        thread = attune.stores.database.query("SELECT role, status, content FROM message ORDER BY number")
        statuses = [row["status"] for row in thread if row["role"] == "assistant"]
        if "writing" in statuses or len(statuses) > 1:
            wrong.append(f"replies are {statuses}")
        lost = self.phase not in ("hello", "load") and self.fault not in HARMLESS and statuses != ["complete"]
        if lost and not any("engine" in each or "memory" in each for each in self.sentences):
            wrong.append(f"nobody was told: {self.sentences}")
        if not self._until(lambda: attune.models.status.state == "ready"):
            wrong.append(f"no model afterwards: {attune.models.status.sentence}")
        elif lost:
            attune.chats.try_again()
            self._until(lambda: not attune.chats.is_busy)
            after = attune.stores.database.query("SELECT status FROM message WHERE role = 'assistant'")
            if "complete" not in [row["status"] for row in after]:
                wrong.append("asking again did not help")
        if self.fault in HARMLESS and self.fault != "slow" and statuses != ["complete"]:
            wrong.append(f"a harmless fault made the reply {statuses}")
        if self.longest_block > LONGEST_BLOCK_S:
            wrong.append(f"the window stood still for {self.longest_block:.1f} s")
        others = [each for each in self.processes if each != attune.client.process_id and _runs(each)]
        if others:
            wrong.append(f"workers {others} are still there")
        return wrong

    def _until(self, done: Callable[[], bool], timeout_s: float = 180.0) -> bool:
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            before = time.monotonic()
            QApplication.processEvents()
            self.longest_block = max(self.longest_block, time.monotonic() - before)
            if self.attune.client.process_id:
                self.processes.add(self.attune.client.process_id)
            if done():
                return True
            time.sleep(0.002)
        return False


def _runs(process_id: int) -> bool:
    return psutil.pid_exists(process_id) and psutil.Process(process_id).status() != psutil.STATUS_ZOMBIE


def parser() -> argparse.ArgumentParser:
    built = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    built.add_argument("--phases", nargs="+", choices=PHASES, default=list(PHASES), metavar="PHASE")
    built.add_argument("--faults", nargs="+", choices=FAULTS, default=list(FAULTS), metavar="FAULT")
    return built


def main() -> int:
    arguments = parser().parse_args()
    make_application()
    engine_client.PING_MS, engine_client.N_SILENT_PINGS, engine_client.N_SILENT_PINGS_AT_START = 500, 30, 240
    n_wrong = n_trials = 0
    for phase in arguments.phases:
        for fault in arguments.faults:
            with tempfile.TemporaryDirectory(prefix="attune-faults-") as name:
                trial = Trial(Path(name), phase, fault)
                wrong = trial.run()
            n_trials += 1
            n_wrong += bool(wrong)
            print(f"{phase:8} {fault:8} {'; '.join(wrong) or 'ok'} ({trial.longest_block:.2f} s at most)", flush=True)
    print(f"{n_trials} trials, {n_wrong} with something wrong")
    return 1 if n_wrong else 0


if __name__ == "__main__":
    sys.exit(main())
