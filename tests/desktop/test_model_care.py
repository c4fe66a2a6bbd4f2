"""How the window cares for its model: its settings, its rest, and what happens where it is too much for the machine."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from helpers.waiting import REPLY_MS
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.assembly import Attune, Stores
from desktop.chat.message_view import ReplyMessage
from desktop.library.model_settings_dialog import ModelSettingsDialog
from desktop.library.rows import ModelRow
from engine.library.bundled import bundled_model_path
from engine.paths import Paths
from engine.store.model_configs import ModelSettings

FRAGILE = Path(__file__).parent.parent / "helpers" / "fragile_worker.py"
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def launch(app: QApplication, paths: Paths, qtbot: QtBot) -> Iterator[Callable[..., Attune]]:
    """Attune with a model, short replies and, if asked for, another worker; `close` before the next launch."""
    opened: list[Attune] = []

    def launch(*command: str) -> Attune:
        attune = Attune(Stores.open(paths), [sys.executable, *command] if command else None)
        opened.append(attune)
        attune.taste.set_quiz_state("skipped")
        attune.settings.update(mode="instant", max_tokens=8)
        attune.start()
        return attune

    yield launch
    for attune in opened:
        attune.close()
        attune.window.deleteLater()


def ready(attune: Attune, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: attune.models.status.state == "ready", timeout=REPLY_MS)


def ask(attune: Attune, qtbot: QtBot) -> str:
    with qtbot.waitSignal(attune.writer.ended, timeout=REPLY_MS):
        attune.chats.send("Say hello.")
    reply = attune.window.chat.messages[-1]
    assert isinstance(reply, ReplyMessage)
    return reply.body.markdown


def test_an_idle_model_gives_its_memory_back_and_the_next_message_brings_it_again(launch, qtbot: QtBot):
    attune: Attune = launch()
    ready(attune, qtbot)
    worker = psutil.Process(attune.client.process_id)
    assert worker.memory_info().rss > 200e6
    attune.models._idle_timer.timeout.emit()  # as after half an hour
    qtbot.waitUntil(lambda: not worker.is_running(), timeout=REPLY_MS)
    assert attune.models.status.state == "resting"
    assert "Rests" in attune.window.sidebar.model_button.accessibleName()
    assert ask(attune, qtbot).strip()
    assert attune.models.status.state == "ready"


def test_typing_wakes_a_resting_model(launch, qtbot: QtBot):
    attune: Attune = launch()
    ready(attune, qtbot)
    attune.client.rest()
    assert attune.models.status.state == "resting"
    attune.window.show_page("chat")
    qtbot.keyClicks(attune.window.chat.composer.field, "h")
    ready(attune, qtbot)


def test_a_model_does_not_rest_while_it_writes(launch, qtbot: QtBot):
    attune: Attune = launch()
    ready(attune, qtbot)
    attune.settings.update(max_tokens=400)
    attune.chats.send("Tell me a long story.")
    attune.models._on_idle()
    assert attune.models.status.state == "ready"
    attune.writer.stop()
    qtbot.waitUntil(lambda: not attune.chats.is_busy, timeout=REPLY_MS)


def test_the_second_of_two_quick_switches_waits_until_the_first_worker_has_left(launch, qtbot: QtBot):
    attune: Attune = launch()
    ready(attune, qtbot)
    first = psutil.Process(attune.client.process_id)
    attune.models.reload()
    attune.models.reload()
    assert attune.client.process_id == 0
    assert first.is_running()
    ready(attune, qtbot)
    assert not first.is_running()
    workers = [child for child in psutil.Process().children() if "engine.worker" in " ".join(child.cmdline())]
    assert len(workers) == 1


@pytest.mark.parametrize("way", ["die", "refuse"])
def test_a_model_that_is_too_much_loads_with_less_says_so_once_and_remembers(launch, qtbot: QtBot, way: str):
    attune: Attune = launch(str(FRAGILE), "4096", way)
    said: list[str] = []
    attune.models.notice.connect(said.append)
    ready(attune, qtbot)
    assert len(said) == 1
    assert "conversations of 2,048 tokens instead of 4,096" in said[0]
    path = str(bundled_model_path())
    assert attune.stores.database.query("SELECT rung, n_ctx FROM model_config WHERE path = ?", (path,))[0][:] == (
        1,
        2048,
    )
    assert ask(attune, qtbot).strip()
    attune.close()

    again: Attune = launch(str(FRAGILE), "4096", way)
    started: list[int] = []
    again.client.load_started.connect(lambda number, _path: started.append(number))
    again.models.notice.connect(said.append)
    ready(again, qtbot)
    assert len(said) == 1
    assert started == []  # no second attempt: it began where it had worked


def settings_dialog(attune: Attune, qtbot: QtBot) -> ModelSettingsDialog:
    attune.window.show_page("models")
    attune.library.refresh()
    qtbot.waitUntil(lambda: bool(attune.window.models.model_rows) and not attune.library.is_looking, timeout=REPLY_MS)
    row: ModelRow = attune.window.models.model_rows[0]
    qtbot.mouseClick(row.settings_button, LEFT)
    return attune.window.findChildren(ModelSettingsDialog)[-1]


def test_a_model_has_settings_of_its_own(launch, qtbot: QtBot):
    attune: Attune = launch()
    ready(attune, qtbot)
    dialog = settings_dialog(attune, qtbot)
    dialog.temperature.setValue(0.0)
    dialog.window_size.setCurrentIndex(dialog.window_size.findData(2048))
    dialog.system_prompt.setPlainText("Answer in one word.")
    loads: list[str] = []
    attune.client.load_started.connect(lambda _id, path: loads.append(path))
    qtbot.mouseClick(dialog.save_button, LEFT)
    assert loads == [str(bundled_model_path())]  # another context: loaded again
    ready(attune, qtbot)
    assert attune.models.sampling(64).temperature == 0.0
    assert attune.models.system_prompt == "Answer in one word."
    asked: list[str] = []
    attune.client.measured.connect(lambda _id, measured: asked.append(str(measured.window)))
    ask(attune, qtbot)
    qtbot.waitUntil(lambda: "2048" in asked, timeout=REPLY_MS)

    dialog = settings_dialog(attune, qtbot)
    assert dialog.temperature.chosen == 0.0
    qtbot.mouseClick(dialog.reset_button, LEFT)
    qtbot.mouseClick(dialog.save_button, LEFT)
    assert attune.models.model_settings == ModelSettings()
    ready(attune, qtbot)


def test_when_a_model_rests_is_chosen_on_the_models_page(launch, qtbot: QtBot):
    attune: Attune = launch()
    ready(attune, qtbot)
    choice = attune.window.models.idle_choice
    assert choice.currentData() == 30
    assert attune.models._idle_timer.isActive()
    choice.setCurrentIndex(choice.findData(0))
    choice.activated.emit(choice.currentIndex())
    assert attune.settings.current.unload_after_min == 0
    assert not attune.models._idle_timer.isActive()
