"""Thousands of messages through the real window and the real worker, with stops, model switches and worker kills.

    PYTHONPATH=tests QT_QPA_PLATFORM=offscreen python -m reliability.soak --messages 2000

With `--quick` the worker writes at once and holds no model, which tries the window alone.

Prints the memory of both processes as it goes, and at the end how it grew; exit code 1 where the window's or the
workers' memory after the first tenth grew by more than a tenth and 50 MB, or a worker was left behind.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from reliability.driver import QUICK_WORKER

from desktop.app import make_application
from desktop.assembly import Attune, Stores
from engine.library.bundled import bundled_model_path
from engine.paths import Paths
from engine.preferences.taste_model import load_taste_model

MESSAGES_A_CHAT = 20
ALLOWED_GROWTH, ALLOWED_BYTES = 0.1, 50e6


class Soak:
    def __init__(self, directory: Path, seed: int, *, quick: bool = False) -> None:
        self.random = random.Random(seed)
        taste = load_taste_model()
        command = [sys.executable, str(QUICK_WORKER), str(taste.n_base), taste.heads_version] if quick else None
        self.attune = Attune(Stores.open(Paths.under(directory / "data")), command)
        self.attune.taste.set_quiz_state("skipped")
        self.attune.settings.update(mode="instant", max_tokens=8)
        self.other = directory / "other.gguf"
        shutil.copyfile(bundled_model_path(), self.other)
        self.workers: set[int] = set()
        self.counts = {"complete": 0, "stopped": 0, "interrupted": 0, "none": 0}
        self.n_kills = self.n_switches = 0
        self.window: list[int] = []
        self.worker: list[int] = []

    def until(self, done: Callable[[], bool], timeout_s: float = 300.0) -> bool:
        end = time.monotonic() + timeout_s
        while not done():
            QApplication.processEvents()
            # what a running loop does by itself: else every widget that was let go stays
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
            if self.attune.client.process_id:
                self.workers.add(self.attune.client.process_id)
            if time.monotonic() > end:
                return False
            time.sleep(0.002)
        return True

    def run(self, n_messages: int) -> None:
        self.attune.start()
        for number in range(n_messages):
            if self.attune.models.status.state == "failed":
                self.attune.models.reload()
            if not self.until(lambda: self.attune.models.status.state == "ready" and not self.attune.chats.is_busy):
                raise SystemExit(f"message {number}: {self.attune.models.status}")
            self._one(number)
            if number % max(1, n_messages // 40) == 0:
                self._measure(number)

    def _one(self, number: int) -> None:
        if number % MESSAGES_A_CHAT == 0:
            self.attune.chats.new_chat()
        self.attune.chats.send(f"Say a word, number {number}.")
        chance = self.random.random()
        if chance < 0.1:
            self.until(lambda: not self.attune.chats.is_busy, self.random.random() * 0.3)
            self.attune.writer.stop()
        elif chance < 0.12 and self.attune.client.process_id:
            self.until(lambda: not self.attune.chats.is_busy, self.random.random() * 0.3)
            os.kill(self.attune.client.process_id, signal.SIGKILL)
            self.n_kills += 1
        elif chance < 0.14:
            path = "" if self.attune.models.status.path == str(self.other) else str(self.other)
            if path:
                self.attune.models.choose(path)
            else:
                self.attune.models.use_bundled()
            self.n_switches += 1
        if not self.until(lambda: not self.attune.chats.is_busy):
            raise SystemExit(f"message {number} was never answered")
        thread = self.attune.stores.database.query("SELECT role, status FROM message ORDER BY number DESC LIMIT 1")
        status = thread[0]["status"] if thread[0]["role"] == "assistant" else "none"
        self.counts[status] += 1

    def _measure(self, number: int) -> None:
        gc.collect()
        self.window.append(psutil.Process().memory_info().rss)
        process_id = self.attune.client.process_id
        self.worker.append(psutil.Process(process_id).memory_info().rss if process_id else 0)
        print(f"{number:5} window {self.window[-1] / 1e6:.0f} MB, worker {self.worker[-1] / 1e6:.0f} MB", flush=True)

    def verdict(self) -> list[str]:
        self.attune.close()
        wrong = [f"worker {each} is still there" for each in self.workers if psutil.pid_exists(each)]
        for name, sizes in (("window", self.window), ("worker", self.worker)):
            early = max(sizes[: max(1, len(sizes) // 10)])
            late = max(sizes[len(sizes) // 2 :])
            print(f"{name}: {early / 1e6:.0f} MB in the first tenth, {late / 1e6:.0f} MB in the second half at most")
            if late > early * (1 + ALLOWED_GROWTH) + ALLOWED_BYTES:
                wrong.append(f"the {name} grew from {early / 1e6:.0f} to {late / 1e6:.0f} MB")
        return wrong


def parser() -> argparse.ArgumentParser:
    built = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    built.add_argument("--messages", type=int, default=2000)
    built.add_argument("--quick", action="store_true", help="with the worker that writes at once")
    built.add_argument("--seed", type=int, default=1)
    return built


def main() -> int:
    arguments = parser().parse_args()
    make_application()
    with tempfile.TemporaryDirectory(prefix="attune-soak-") as name:
        soak = Soak(Path(name), arguments.seed, quick=arguments.quick)
        soak.run(arguments.messages)
        wrong = soak.verdict()
    print(f"{arguments.messages} messages: {soak.counts}, {soak.n_switches} switches, {soak.n_kills} kills")
    print("\n".join(wrong) or "flat, no orphans")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
