"""One window a directory, a backup a day, going back to one, and erasing: as a person meets them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from helpers.stored_chats import store_drafts
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from desktop import app as app_module
from desktop.app import run
from desktop.assembly import Attune
from desktop.single_window import door_name, raise_other_window
from engine.paths import Paths
from engine.store.backups import list_backups, take_backup

ROOT = Path(__file__).resolve().parents[2]


def answer_question(attune: Attune, text: str) -> None:
    box = attune.window.findChild(QMessageBox)
    assert box is not None
    next(button for button in box.buttons() if button.text() == text).click()


def test_a_second_launch_raises_the_window_that_is_there(attune: Attune, qtbot: QtBot, paths: Paths):
    attune.window.showMinimized()
    with qtbot.waitSignal(attune.safekeeping.door.knocked, timeout=60_000):
        second = subprocess.Popen(
            [sys.executable, "-m", "desktop", "--data-dir", str(paths.data)],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=60_000)
    assert second.stderr is not None
    assert "its window was raised" in second.stderr.read()
    second.stderr.close()
    assert second.returncode == 0
    assert not attune.window.isMinimized()


def test_nobody_else_can_knock_and_nobody_answers_where_no_window_is(attune: Attune, tmp_path: Path):
    assert attune.safekeeping.door.is_open
    name = Path(door_name(attune.stores.paths.data))
    if name.is_absolute():
        assert name.stat().st_mode & 0o077 == 0
    assert not raise_other_window(tmp_path / "nobody")


def test_a_data_directory_of_any_length_has_a_door(tmp_path: Path):
    assert len(door_name(tmp_path / ("d" * 200))) < 100
    assert door_name(tmp_path / "one") != door_name(tmp_path / "two")


def test_the_daily_backup_is_made_beside_the_window_and_once(attune: Attune, qtbot: QtBot, paths: Paths):
    attune.safekeeping.start()
    qtbot.waitUntil(lambda: len(list_backups(paths.database)) == 1, timeout=20_000)
    qtbot.wait(50)
    attune.safekeeping.start()
    qtbot.wait(200)
    assert [backup.kind for backup in list_backups(paths.database)] == ["daily"]


def test_backing_up_now_shows_the_new_backup(attune: Attune, qtbot: QtBot):
    attune.window.sidebar.backups_requested.emit()
    dialog = attune.safekeeping.dialog
    assert dialog is not None
    assert not dialog.restore_button.isEnabled()
    dialog.backup_button.click()
    qtbot.waitUntil(lambda: dialog.list.count() == 1, timeout=20_000)
    assert "made by you" in dialog.list.item(0).text()
    dialog.accept()


def test_going_back_to_a_backup_opens_the_window_anew_with_the_former_chats(
    app, paths: Paths, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    seen: list[list[str]] = []

    class Person:
        """Uses the window instead of Qt's loop: restores at the first opening, looks at the second."""

        def quit(self) -> None:
            raise AssertionError("the window closes by itself")

        def exec(self) -> int:
            (attune,) = opened[-1:]
            seen.append(attune.window.sidebar.titles)
            if len(opened) == 1:
                store_drafts(attune, "kept", ["a", "b"])
                take_backup(paths.database, "asked")
                store_drafts(attune, "later", ["a", "b"])
                attune.safekeeping.open_dialog()
                dialog = attune.safekeeping.dialog
                assert dialog is not None
                dialog.list.setCurrentRow(0)
                dialog.restore_button.click()
                answer_question(attune, "Restore")
            else:
                attune.window.close()
            return 0

    opened: list[Attune] = []

    class Watched(Attune):
        def start(self) -> None:
            opened.append(self)
            self.taste.set_quiz_state("skipped")
            self.show()  # without a model

    monkeypatch.setattr(app_module, "make_application", Person)
    monkeypatch.setattr(app_module, "install_translators", lambda _app, _language: "en")
    monkeypatch.setattr(app_module, "Attune", Watched)
    assert run(paths) == 0
    assert seen == [[], ["kept"]]
    assert "replaced" in [backup.kind for backup in list_backups(paths.database)]


def test_erasing_everything_asks_first_and_leaves_no_word(app, paths: Paths, monkeypatch: pytest.MonkeyPatch):
    opened: list[Attune] = []

    class Person:
        def quit(self) -> None:
            raise AssertionError("the window closes by itself")

        def exec(self) -> int:
            attune = opened[-1]
            if len(opened) == 1:
                store_drafts(attune, "zebrafinch question", ["zebrafinch one", "zebrafinch two"])
                attune.settings.update(system_prompt="zebrafinch prompt")
                take_backup(paths.database, "daily")
                attune.safekeeping.open_dialog()
                dialog = attune.safekeeping.dialog
                assert dialog is not None
                dialog.erase_button.click()
                answer_question(attune, "Cancel")
                assert attune.safekeeping.after_close is None
                dialog.erase_button.click()
                answer_question(attune, "Erase")
            else:
                attune.window.close()
            return 0

    class Watched(Attune):
        def start(self) -> None:
            opened.append(self)
            self.show()

    monkeypatch.setattr(app_module, "make_application", Person)
    monkeypatch.setattr(app_module, "install_translators", lambda _app, _language: "en")
    monkeypatch.setattr(app_module, "Attune", Watched)
    assert run(paths) == 0
    assert len(opened) == 2
    assert opened[1].window.page == "welcome"
    found = [path for path in paths.data.rglob("*") if path.is_file() and b"zebrafinch" in path.read_bytes()]
    assert found == []
