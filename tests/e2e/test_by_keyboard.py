"""A newcomer without a mouse: the real program on a screen of its own, from its first launch to the fifth reply.

Keys come from xdotool, as a keyboard's would; what they did is read from the window's database.
"""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

pytestmark = pytest.mark.skipif(
    shutil.which("xdotool") is None or shutil.which("Xvfb") is None, reason="needs Xvfb and xdotool"
)
START_S = 120
REPLY_S = 240
CLOSE_S = 30
KEYS_APART_S = 0.4


class Screen:
    """A virtual screen with nothing on it, and its keyboard."""

    def __init__(self) -> None:
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", "1", "-screen", "0", "1300x900x24", "-nolisten", "tcp"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._server.stdout is not None
        self.display = f":{self._server.stdout.readline().strip()}"

    def close(self) -> None:
        self._server.kill()
        self._server.wait()
        if self._server.stdout is not None:
            self._server.stdout.close()

    def press(self, *keys: str) -> None:
        for key in keys:
            self._xdotool("key", key)
            time.sleep(KEYS_APART_S)

    def write(self, text: str) -> None:
        self._xdotool("type", "--delay", "15", text)
        time.sleep(KEYS_APART_S)

    def focus_window(self) -> None:
        """There is no window manager to do it, at the start and after each dialog."""
        self._xdotool("search", "--sync", "--onlyvisible", "--name", "Attune", "windowfocus")

    def _xdotool(self, *arguments: str) -> None:
        command = ["xdotool", *arguments]
        subprocess.run(command, env={"DISPLAY": self.display}, check=True, timeout=START_S, capture_output=True)


@pytest.fixture
def screen() -> Iterator[Screen]:
    screen = Screen()
    yield screen
    screen.close()


def count(path: Path, query: str) -> int:
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            return int(database.execute(query).fetchone()[0])
    except sqlite3.OperationalError:
        return 0  # not made yet


def wait_until(holds: Callable[[], bool], seconds: float, what: str) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.3)


def test_from_the_first_launch_to_the_fifth_reply_by_keyboard_alone(screen: Screen, tmp_path: Path):
    database = tmp_path / "attune.db"
    environment = {"DISPLAY": screen.display, "HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    environment |= {"PYTHONPATH": str(Path(__file__).parents[2]), "QT_QPA_PLATFORM": "xcb"}
    app = subprocess.Popen([sys.executable, "-m", "desktop.app", "--data-dir", str(tmp_path)], env=environment)

    def replies() -> int:
        return count(database, "SELECT COUNT(*) FROM message WHERE role = 'assistant' AND status = 'complete'")

    def ask(text: str, *, then: int) -> None:
        screen.write(text)
        screen.press("Return")
        wait_until(lambda: replies() == then, REPLY_S, f"reply {then}")

    def command(letters: str) -> None:
        screen.press("ctrl+k")
        screen.write(letters)
        screen.press("Return")
        screen.focus_window()

    try:
        screen.focus_window()
        wait_until(lambda: count(database, "SELECT COUNT(*) FROM profile") == 1, START_S, "a profile")
        time.sleep(1.5)
        screen.press("Return")  # take the quiz
        for number in range(10):
            screen.press(str(1 + number % 2))
        assert count(database, "SELECT COUNT(*) FROM feedback_event") >= 5
        screen.press("Return", "Escape")  # to the chat, past the tour
        command("instant mode")
        ask("What keeps bread fresh?", then=1)
        screen.press("ctrl+alt+Up")
        n_answers = count(database, "SELECT COUNT(*) FROM feedback_event")
        screen.press("ctrl+2", "ctrl+1")  # a look at one's taste, and back
        ask("And cheese?", then=2)
        screen.press("ctrl+n")
        ask("Name a good name for a cat.", then=3)
        screen.press("ctrl+comma", "Escape")  # a look at the settings
        screen.focus_window()
        ask("One more, please.", then=4)
        command("personal mode")
        ask("Why is the sky blue?", then=5)
        assert n_answers == count(database, "SELECT COUNT(*) FROM feedback_event")
        assert count(database, "SELECT COUNT(*) FROM feedback_event WHERE kind = 'thumb'") == 1
        assert count(database, "SELECT COUNT(*) FROM conversation") == 2
        assert count(database, "SELECT COUNT(*) FROM draft") > 5  # the last one was chosen among several
        workers = psutil.Process(app.pid).children(recursive=True)
        screen.press("ctrl+q")
        assert app.wait(CLOSE_S) == 0
        psutil.wait_procs(workers, CLOSE_S)
        assert not [worker for worker in workers if worker.is_running()]
    finally:
        if app.poll() is None:
            app.kill()
            app.wait()
