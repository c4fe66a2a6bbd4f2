"""Thousands of messages through the real window and the real worker, with stops, model switches and worker kills.

    PYTHONPATH=tests QT_QPA_PLATFORM=offscreen python -m reliability.soak --messages 2000

With `--quick` the worker writes at once and holds no model, which tries the window alone.

Workers are killed and models switched in the first half. In the second half there are only stops, so that one worker
lives through all of it and has the time to grow. Every other chat has one draft a reply, the others two.

Prints the memory of both processes as it goes, and at the end how it grew; exit code 1 where the window's or the
workers' memory after the first tenth grew by more than a tenth and 50 MB, a worker was left behind, or a message that
nothing was done to was not answered.
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
from collections import Counter
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
STOPS, KILLS, SWITCHES = 0.1, 0.02, 0.02
LONGEST_WAIT_S = 1.0
SHORT, LONG = 6, 64
"""Tokens a reply: most are short, those that are to be cut off are not."""
ALLOWED_GROWTH, ALLOWED_BYTES = 0.1, 50e6


class Soak:
    def __init__(self, directory: Path, seed: int, *, quick: bool = False) -> None:
        self.random = random.Random(seed)
        taste = load_taste_model()
        command = [sys.executable, str(QUICK_WORKER), str(taste.n_base), taste.heads_version] if quick else None
        self.attune = Attune(Stores.open(Paths.under(directory / "data")), command)
        self.attune.taste.set_quiz_state("skipped")
        self.attune.settings.update(n_drafts=2)
        self.other = directory / "other.gguf"
        shutil.copyfile(bundled_model_path(), self.other)
        self.workers: set[int] = set()
        self.counts = {"complete": 0, "stopped": 0, "interrupted": 0, "none": 0}
        self.unanswered: Counter[tuple[str, str]] = Counter()
        """What was done, and what the person was told."""
        self.attune.chats.trailer_changed.connect(self._on_trailer)
        self.sentence = ""
        self.killed_idle = False
        self.n_messages = self.n_kills = self.n_switches = 0
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

    def _on_trailer(self, sentence: str, _again: bool) -> None:
        self.sentence = sentence

    def run(self, n_messages: int, minutes: float) -> None:
        end = time.monotonic() + 60 * minutes
        self.attune.start()
        for number in range(n_messages):
            if time.monotonic() > end:
                break
            if self.attune.models.status.state == "failed":
                self.attune.models.reload()
            if not self.until(lambda: self.attune.models.status.state == "ready" and not self.attune.chats.is_busy):
                raise SystemExit(f"message {number}: {self.attune.models.status}")
            self._one(number, calm=number >= n_messages // 2)
            self.n_messages += 1
            if number % max(1, n_messages // 40) == 0:
                self._measure(number)

    def _one(self, number: int, *, calm: bool) -> None:
        """calm: no kill and no switch."""
        if number % MESSAGES_A_CHAT == 0:
            self.attune.chats.new_chat()
            self.attune.settings.update(mode=("instant", "personal")[number // MESSAGES_A_CHAT % 2])
        chance = self.random.random()
        self.attune.settings.update(max_tokens=LONG if chance < STOPS + KILLS else SHORT)
        self.attune.chats.send(f"Say a word, number {number}.")
        killed_before, self.killed_idle = self.killed_idle, False
        done = self._disturb(chance, calm)
        if killed_before:  # the window may not have seen it when the message went out
            done = f"killed before, {done}"
        if not self.until(lambda: not self.attune.chats.is_busy):
            raise SystemExit(f"message {number} was never answered")
        last = self.attune.stores.database.query("SELECT role, status FROM message ORDER BY number DESC LIMIT 1")[0]
        status = last["status"] if last["role"] == "assistant" else "none"
        self.counts[status] += 1
        if status == "none":
            self.unanswered[done, self.sentence] += 1

    def _disturb(self, chance: float, calm: bool) -> str:
        """What was done to the reply that is being written: mostly nothing."""
        if chance < STOPS:
            self._wait_a_moment()
            self.attune.writer.stop()
            return "stopped"
        if calm or chance > STOPS + KILLS + SWITCHES:
            return "nothing"
        if chance < STOPS + KILLS:
            self._wait_a_moment()
            if self.attune.client.process_id:
                os.kill(self.attune.client.process_id, signal.SIGKILL)
                self.n_kills += 1
                self.killed_idle = not self.attune.chats.is_busy
            return "killed"
        if self.attune.models.status.path == str(self.other):
            self.attune.models.use_bundled()
        else:
            self.attune.models.choose(str(self.other))
        self.n_switches += 1
        return "switched"

    def _wait_a_moment(self) -> None:
        self.until(lambda: not self.attune.chats.is_busy, self.random.random() * LONGEST_WAIT_S)

    def _measure(self, number: int) -> None:
        gc.collect()
        self.window.append(psutil.Process().memory_info().rss)
        process_id = self.attune.client.process_id
        self.worker.append(psutil.Process(process_id).memory_info().rss if process_id else 0)
        print(f"{number:5} window {self.window[-1] / 1e6:.0f} MB, worker {self.worker[-1] / 1e6:.0f} MB", flush=True)

    def verdict(self) -> list[str]:
        self.attune.close()
        wrong = [f"worker {each} is still there" for each in self.workers if psutil.pid_exists(each)]
        for (done, sentence), n in self.unanswered.items():
            print(f"{n} unanswered, {done}: {sentence}")
            if done == "nothing" or not sentence:
                wrong.append(f"{n} messages were not answered though {done} was done: {sentence}")
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
    built.add_argument("--minutes", type=float, default=600, help="after which no further message is sent")
    built.add_argument("--seed", type=int, default=1)
    return built


def main() -> int:
    arguments = parser().parse_args()
    make_application()
    with tempfile.TemporaryDirectory(prefix="attune-soak-") as name:
        soak = Soak(Path(name), arguments.seed, quick=arguments.quick)
        soak.run(arguments.messages, arguments.minutes)
        wrong = soak.verdict()
    print(f"{soak.n_messages} messages: {soak.counts}, {soak.n_switches} switches, {soak.n_kills} kills")
    print("\n".join(wrong) or "flat, no orphans")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
