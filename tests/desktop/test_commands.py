"""One list of commands: its shortcuts, the palette and the overview, by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pytest
from helpers.stored_chats import store_drafts
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from desktop.about.connections import ConnectionsDialog, connections
from desktop.about.dialog import AboutDialog
from desktop.about.facts import diagnostics, packages, versions
from desktop.assembly import Attune
from desktop.commands import Command, Commands
from desktop.palette.dialog import Palette
from desktop.palette.fuzzy import match
from desktop.palette.shortcuts import ShortcutsDialog
from desktop.settings.dialog import SettingsDialog
from engine.paths import Paths
from engine.store.settings import Settings

Key = Qt.Key
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Dialog = TypeVar("Dialog", bound=QDialog)


@pytest.fixture
def window(attune: Attune) -> Attune:
    attune.taste.set_quiz_state("done")
    for name in ("basil", "granite"):
        chat_id = store_drafts(attune, f"What is {name}?", [f"About {name}."])
    attune.chats.open(chat_id)
    attune.window.show_page("chat")
    return attune


def shown(attune: Attune, kind: type[Dialog]) -> Dialog:
    dialogs = [dialog for dialog in attune.window.findChildren(kind) if dialog.isVisible()]
    assert len(dialogs) == 1
    return dialogs[0]


def choose(attune: Attune, qtbot: QtBot, typed: str) -> None:
    """Through the palette, by keyboard."""
    qtbot.keyClick(attune.window.focusWidget() or attune.window, Key.Key_K, CONTROL)
    palette = shown(attune, Palette)
    qtbot.keyClicks(palette.field, typed)
    qtbot.keyClick(palette.field, Key.Key_Return)
    qtbot.waitUntil(lambda: not attune.window.findChildren(Palette))


@pytest.mark.parametrize(
    ("typed", "better", "worse"),
    [
        ("nc", "New chat", "Bring back what was just deleted"),
        ("set", "Settings…", "Reset what was just set"),
        ("dark", "Dark colours", "Delete all remarks"),
        ("ht", "Herb tea", "The tour"),
    ],
)
def test_starts_of_words_and_neighbouring_letters_fit_better(typed: str, better: str, worse: str):
    first, second = match(typed, better), match(typed, worse)
    assert first is not None
    assert second is None or first.score > second.score


def test_letters_must_all_be_there_in_their_order_and_are_marked():
    assert match("xyz", "New chat") is None
    assert match("tahc", "chat") is None
    found = match("n CH", "New chat")
    assert found is not None
    assert found.marks == ((0, 1), (4, 6))


def test_no_two_commands_have_one_key():
    commands = Commands()
    commands.add(Command("One", "G", lambda: None, ("Ctrl+J",)))
    with pytest.raises(ValueError, match=r"Ctrl\+J is another command's already: Two"):
        commands.add(Command("Two", "G", lambda: None, ("Ctrl+J",)))


def test_the_palette_opens_over_a_field_and_does_what_is_chosen(window: Attune, qtbot: QtBot):
    window.window.chat.composer.field.setFocus()
    choose(window, qtbot, "newchat")
    assert window.chats.open_id is None


def test_chats_personas_profiles_and_pages_are_reached_through_the_palette(window: Attune, qtbot: QtBot):
    choose(window, qtbot, "basil")
    assert window.window.chat.messages[0].text == "What is basil?"
    choose(window, qtbot, "patient tutor")
    assert window.window.chat.persona_button.accessibleName() == "Persona: Patient tutor"
    window.tastes.create("Work")
    window.taste.select(1)
    choose(window, qtbot, "work")
    assert window.taste.profile.name == "Work"
    choose(window, qtbot, "your taste")
    assert window.window.page == "taste"


def test_the_arrows_go_through_the_palette_and_a_screen_reader_hears_where(window: Attune, qtbot: QtBot):
    qtbot.keyClick(window.window, Key.Key_P, CONTROL | SHIFT)
    palette = shown(window, Palette)
    first, second = palette.texts[:2]
    assert palette.field.accessibleDescription().startswith(first)
    qtbot.keyClick(palette.field, Key.Key_Down)
    assert palette.field.accessibleDescription().startswith(second)
    qtbot.keyClick(palette.field, Key.Key_Up)
    qtbot.keyClick(palette.field, Key.Key_Up)
    assert palette.list.currentRow() == palette.list.count() - 1
    qtbot.keyClicks(palette.field, "qqqqzz")
    assert palette.texts == []
    assert palette.nothing.isVisible()
    qtbot.keyClick(palette.field, Key.Key_Escape)


def test_a_command_that_would_do_nothing_is_not_in_the_palette(window: Attune):
    texts = [command.text for command in window.shell.commands.available()]
    assert "Rename this chat…" in texts
    assert "Stop writing" not in texts
    window.chats.new_chat()
    assert "Rename this chat…" not in [command.text for command in window.shell.commands.available()]


def test_the_overview_shows_every_shortcut_that_works(window: Attune, qtbot: QtBot):
    qtbot.keyClick(window.window, Key.Key_Slash, CONTROL)
    text = shown(window, ShortcutsDialog).text
    for action in window.window.actions():
        for sequence in action.shortcuts():
            assert sequence.toString() in text, action.text()
    assert "Rename the chat or folder" in text
    shown(window, ShortcutsDialog).close_button.click()


def test_text_grows_and_shrinks_by_keys_at_once(window: Attune, qtbot: QtBot, app: QApplication):
    usual, sidebar = app.font().pointSizeF(), window.window.sidebar.width()
    for _ in range(3):
        qtbot.keyClick(window.window, Key.Key_Equal, CONTROL)
    assert window.settings.current.font_percent == 130
    assert app.font().pointSizeF() == pytest.approx(1.3 * usual)
    qtbot.waitUntil(lambda: window.window.sidebar.width() > 1.2 * sidebar)
    qtbot.keyClick(window.window, Key.Key_Minus, CONTROL)
    assert window.settings.current.font_percent == 120
    qtbot.keyClick(window.window, Key.Key_0, CONTROL)
    assert app.font().pointSizeF() == pytest.approx(usual)
    qtbot.waitUntil(lambda: window.window.sidebar.width() == sidebar)


DIALOGS: list[tuple[str, type[QDialog]]] = [
    ("about", AboutDialog),
    ("connection", ConnectionsDialog),
    ("settings", SettingsDialog),
]


@pytest.mark.parametrize(("typed", "kind"), DIALOGS)
def test_every_dialog_is_a_few_letters_away_and_closes_with_escape(
    window: Attune, qtbot: QtBot, typed: str, kind: type[QDialog]
):
    choose(window, qtbot, typed)
    dialog = shown(window, kind)
    qtbot.waitUntil(dialog.isActiveWindow)
    qtbot.keyClick(dialog, Key.Key_Escape)
    qtbot.waitUntil(lambda: not dialog.isVisible())


def test_the_page_of_connections_shows_each_of_them(window: Attune):
    window.shell.open_connections()
    text = shown(window, ConnectionsDialog).text
    for connection in connections():
        for part in (connection.when, connection.to, connection.sends, connection.receives):
            assert part[1:] in text


def test_about_shows_versions_and_licences_and_copies_diagnostics(window: Attune, app: QApplication):
    window.settings.update(system_prompt="My secret plan.")
    window.shell.open_about()
    about = shown(window, AboutDialog)
    for name, version in versions():
        assert name in about.text
        assert version in about.text
    about.part_buttons["licences"].click()
    assert {"PySide6_Essentials", "torch"} <= {package.name for package in packages()}
    for package in packages():
        assert package.name in about.text
        assert package.licence != "?"
    about.copy_button.click()
    copied = app.clipboard().text()
    assert "Memory:" in copied
    assert "secret" not in copied
    assert "basil" not in copied


def test_diagnostics_do_not_say_who_somebody_is(paths: Paths, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOME", str(paths.data.parent))
    said = diagnostics(Settings(), "SmolLM2", "ready", paths.data, paths.logs)
    assert str(paths.data.parent) not in said
    assert "Data: ~" in said


def test_what_is_chosen_here_is_there_after_a_restart(window: Attune, open_attune: Callable[[], Attune]):
    window.settings.update(theme="dark")
    window.close()
    assert open_attune().settings.current.theme == "dark"


def test_a_key_does_nothing_where_its_command_is_not_available(attune: Attune, qtbot: QtBot):
    assert attune.window.page == "welcome"
    for key in (Key.Key_1, Key.Key_2, Key.Key_3, Key.Key_N):
        qtbot.keyClick(attune.window, key, CONTROL)
    assert attune.window.page == "welcome"


def test_models_are_in_the_palette_once_they_are_found(window: Attune, qtbot: QtBot):
    assert window.library.listing is None
    qtbot.keyClick(window.window, Key.Key_K, CONTROL)
    palette = shown(window, Palette)
    palette.field.setText("smollm2")
    qtbot.waitUntil(lambda: "SmolLM2-135M-Instruct" in palette.texts, timeout=30_000)
    qtbot.keyClick(palette.field, Key.Key_Escape)


def test_the_last_reply_is_rated_paged_and_explained_by_keys(window: Attune, qtbot: QtBot, app: QApplication):
    chat_id = store_drafts(window, "Which herb?", ["Basil, I think.", "Mint.", "Sage, of course."])
    window.chats.open(chat_id)
    alt = CONTROL | Qt.KeyboardModifier.AltModifier
    reply = window.window.chat.messages[-1]
    qtbot.keyClick(window.window, Key.Key_Down, alt)
    assert reply.bar.down_button.isChecked()
    qtbot.keyClick(window.window, Key.Key_Up, alt)
    assert reply.bar.up_button.isChecked()
    assert reply.bar.pager_text == "3/3"
    qtbot.keyClick(window.window, Key.Key_Left, alt)
    assert reply.bar.pager_text == "2/3"
    qtbot.keyClick(window.window, Key.Key_Return, alt)
    assert reply.bar.picked_text == "Your choice"
    qtbot.keyClick(window.window, Key.Key_Y, CONTROL | SHIFT)
    assert not reply.why_panel.isHidden()
    qtbot.keyClick(window.window, Key.Key_C, CONTROL | SHIFT)
    assert app.clipboard().text() == "Mint."


def test_without_a_reply_nothing_can_be_done_to_it(window: Attune):
    assert "Good reply" in [command.text for command in window.shell.commands.available()]
    window.chats.new_chat()
    assert "Good reply" not in [command.text for command in window.shell.commands.available()]


def test_the_mode_is_chosen_by_a_few_letters(window: Attune, qtbot: QtBot):
    assert window.settings.current.mode == "personal"
    choose(window, qtbot, "instant")
    assert window.settings.current.mode == "instant"
    assert "Instant mode" not in [command.text for command in window.shell.commands.available()]
