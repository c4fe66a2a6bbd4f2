"""Settings: found by a word, brought back to their defaults, and at work at once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from desktop.assembly import Attune
from desktop.settings.dialog import SettingsChoices, SettingsDialog
from desktop.theme.colors import DARK, LIGHT
from desktop.theme.style import Theme
from engine.store.settings import Settings


def open_settings(attune: Attune) -> SettingsDialog:
    attune.shell.open_settings()
    dialog = next(each for each in attune.window.findChildren(SettingsDialog) if each.isVisible())
    assert isinstance(dialog, SettingsDialog)
    return dialog


def visible(dialog: SettingsDialog) -> set[str]:
    return {key for key, row in dialog.rows.items() if row.isVisible()}


def pick(dialog: SettingsDialog, key: str, text: str) -> None:
    box = dialog.rows[key].field
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findText(text))


def window_color(app: QApplication) -> str:
    return app.palette().color(QPalette.ColorRole.Window).name()


def test_a_setting_is_found_by_words_of_its_name_its_hint_or_its_section(attune: Attune, qtbot: QtBot):
    dialog = open_settings(attune)
    qtbot.keyClicks(dialog.search_field, "graphics card")
    assert visible(dialog) == {"n_gpu_layers"}
    dialog.search_field.setText("language")
    assert visible(dialog) == {"theme", "font_percent", "language"}
    dialog.search_field.setText("no such thing")
    assert visible(dialog) == set()
    assert dialog.nothing.isVisible()
    dialog.section_list.setCurrentRow(2)
    assert visible(dialog) == set(dialog.rows)
    assert dialog.search_field.text() == ""


def test_one_setting_and_all_are_brought_back_to_their_defaults(attune: Attune):
    attune.settings.update(n_drafts=3, temperature=1.2, system_prompt="Be kind.", theme="dark")
    dialog = open_settings(attune)
    shown = {key for key, row in dialog.rows.items() if row.reset_button.isVisibleTo(dialog)}
    assert shown == {"n_drafts", "temperature", "system_prompt", "theme"}
    dialog.rows["n_drafts"].reset_button.click()
    assert dialog.n_drafts.value() == Settings().n_drafts
    dialog.save_button.click()
    assert (attune.settings.current.n_drafts, attune.settings.current.temperature) == (Settings().n_drafts, 1.2)
    dialog = open_settings(attune)
    dialog.reset_button.click()
    assert not dialog.reset_button.isEnabled()
    assert attune.settings.current.temperature == 1.2  # not before it is saved
    dialog.save_button.click()
    now, usual = attune.settings.current, Settings()
    assert all(getattr(now, key) == getattr(usual, key) for key in dialog.rows)


def test_cancel_changes_nothing(attune: Attune):
    dialog = open_settings(attune)
    dialog.n_drafts.setValue(3)
    dialog.cancel_button.click()
    assert attune.settings.current.n_drafts == Settings().n_drafts


def test_colours_are_the_persons_or_the_systems_and_change_at_once(attune: Attune, app: QApplication):
    theme = app.findChild(Theme)
    assert isinstance(theme, Theme)
    dialog = open_settings(attune)
    pick(dialog, "theme", "Dark")
    dialog.save_button.click()
    assert window_color(app) == DARK.window
    theme.apply(Qt.ColorScheme.Light)  # the system changes, which the person's choice overrides
    assert window_color(app) == DARK.window
    attune.settings.update(theme="system")
    assert window_color(app) == LIGHT.window
    theme.apply(Qt.ColorScheme.Dark)
    assert window_color(app) == DARK.window
    theme.apply(Qt.ColorScheme.Light)


@pytest.mark.parametrize(("chosen", "sends", "breaks"), [("enter", True, False), ("ctrl_enter", False, True)])
def test_the_key_that_sends_is_the_persons_choice(attune: Attune, qtbot: QtBot, chosen: str, sends: bool, breaks: bool):
    attune.window.show_page("chat")
    attune.settings.update(send_with=chosen)
    composer = attune.window.chat.composer
    sent: list[str] = []
    composer.send_requested.disconnect()
    composer.send_requested.connect(sent.append)
    composer.field.setPlainText("Hello")
    composer.field.moveCursor(composer.field.textCursor().MoveOperation.End)
    qtbot.keyClick(composer.field, Qt.Key.Key_Return)
    assert bool(sent) == sends
    assert ("\n" in composer.field.toPlainText()) == breaks
    qtbot.keyClick(composer.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert len(sent) == 1 + sends
    attune.settings.update(send_with="enter")


def test_the_tray_is_offered_only_where_there_is_one_and_the_reason_is_said(app: QApplication, qtbot: QtBot):
    without = SettingsDialog(Settings(), None, SettingsChoices(no_tray="This desktop shows no tray."))
    qtbot.addWidget(without)
    row = without.rows["close_to_tray"]
    assert not row.field.isEnabled()
    assert row.field.accessibleDescription() == "This desktop shows no tray."
    with_tray = SettingsDialog(Settings())
    qtbot.addWidget(with_tray)
    assert with_tray.rows["close_to_tray"].field.isEnabled()


def test_a_deleted_default_persona_and_a_lost_language_are_shown_as_the_defaults(app: QApplication, qtbot: QtBot):
    dialog = SettingsDialog(Settings(persona_id=77, language="xx"))
    qtbot.addWidget(dialog)
    assert dialog.rows["persona_id"].value is None
    assert dialog.rows["language"].value == "system"
