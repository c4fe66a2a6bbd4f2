"""The worker dies, hangs, babbles and runs out of memory, and the window lives. All of it by command: fault_matrix."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QElapsedTimer, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from reliability.fault_matrix import LONGEST_BLOCK_S, Trial

from desktop import engine_client
from desktop.app import make_application
from desktop.engine_client import EngineClient
from engine import protocol
from engine.store.speeds import SpeedBook

SCRIPTED = Path(__file__).parent.parent / "helpers" / "scripted_worker.py"
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture(autouse=True)
def _impatient(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    make_application()
    monkeypatch.setattr(engine_client, "PING_MS", 500)
    monkeypatch.setattr(engine_client, "N_SILENT_PINGS_AT_START", 240)


@pytest.mark.skipif(sys.platform != "linux", reason="faults are made with Linux's signals and limits")
def test_a_worker_that_hangs_while_it_writes_is_replaced_and_the_person_told(tmp_path: Path):
    assert Trial(tmp_path, "decode", "hang").run() == []


@pytest.mark.parametrize("behaviour", ["floods", "endless"])
def test_a_worker_that_writes_without_end_never_holds_the_window(behaviour: str, qtbot: QtBot, tmp_path: Path):
    client = EngineClient(tmp_path, SpeedBook(tmp_path / "speeds.json"), [sys.executable, str(SCRIPTED), behaviour])
    blocks = Blocks()
    with qtbot.waitSignal(client.model_loaded, timeout=60_000):
        client.load_model("some.gguf")
    blocks.stop()
    client.shutdown()
    assert blocks.longest_s < LONGEST_BLOCK_S
    assert blocks.n > 10
    assert len(client._buffer) <= protocol.MAX_LINE_BYTES


def test_a_worker_that_never_says_a_word_is_given_up_in_the_end(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(engine_client, "PING_MS", 20)
    monkeypatch.setattr(engine_client, "N_SILENT_PINGS_AT_START", 24)
    client = EngineClient(tmp_path, SpeedBook(tmp_path / "speeds.json"), [sys.executable, str(SCRIPTED), "silent"])
    sentences: list[str] = []
    client.gave_up.connect(sentences.append)
    with qtbot.waitSignal(client.gave_up, timeout=60_000):
        client.load_model("some.gguf")
    client.shutdown()
    assert "no longer starts it by itself" in sentences[0]
    assert "does not answer and is killed" in (tmp_path / "engine.log").read_text()


class Blocks:
    """How long the window's loop stood still at most, told by a timer that should fire all the time."""

    def __init__(self) -> None:
        self.longest_s, self.n = 0.0, 0
        self._since = QElapsedTimer()
        self._since.start()
        self._timer = QTimer()
        self._timer.timeout.connect(self._tick)
        self._timer.start(5)

    def _tick(self) -> None:
        self.longest_s = max(self.longest_s, self._since.restart() / 1000)
        self.n += 1

    def stop(self) -> None:
        self._timer.stop()
