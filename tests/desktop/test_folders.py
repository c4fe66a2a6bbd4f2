"""Folders in the sidebar, by mouse, menu and keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from helpers.stored_chats import store_drafts
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from desktop.assembly import Attune
from desktop.conversation_list import ConversationList
from desktop.line_edit_dialog import LineEditDialog

Key = Qt.Key


@pytest.fixture
def herbs(attune: Attune) -> Attune:
    """Three chats, and a folder *Kitchen* with the first of them, which is the last in the list."""
    attune.taste.set_quiz_state("done")
    ids = [store_drafts(attune, f"What is {name}?", [f"{name} is a herb."]) for name in ("basil", "thyme", "sage")]
    attune.chats.open(ids[-1])
    attune.window.show_page("chat")
    attune.chat_assembly.folders.create("Kitchen", ids[0])
    return attune


def rows(attune: Attune) -> list[str]:
    entries = attune.window.sidebar.conversations
    return [entries.item(row).text().removeprefix("What is ") for row in range(entries.count())]


def name_it(attune: Attune, name: str) -> None:
    dialog = attune.window.findChild(LineEditDialog)
    assert dialog is not None
    dialog.field.setText(name)
    dialog.save_button.click()


def current_menu(entries: ConversationList, row: int) -> QMenu:
    entries.setCurrentRow(row)
    entries.customContextMenuRequested.emit(QPoint(5, 5))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def drop(entries: ConversationList, from_row: int, to: QPoint) -> None:
    """As the mouse would drop it, without the loop that Qt runs while something is dragged."""
    data = entries.mimeData([entries.item(from_row)])
    event = QDropEvent(
        QPointF(to), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    entries.dropEvent(event)
    assert event.isAccepted()
    QApplication.processEvents()


def test_a_folder_stands_above_its_chats_and_is_collapsed_by_a_click_also_after_a_restart(
    herbs: Attune, open_attune: Callable[[], Attune], qtbot: QtBot
):
    entries = herbs.window.sidebar.conversations
    assert rows(herbs) == ["Kitchen", "basil?", "sage?", "thyme?"]
    spot = entries.visualItemRect(entries.item(0)).center()
    qtbot.mouseClick(entries.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    qtbot.waitUntil(lambda: rows(herbs) == ["Kitchen", "sage?", "thyme?"])
    said = entries.item(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "Folder Kitchen, chats: 1, collapsed"
    herbs.close()
    again = open_attune()
    assert rows(again) == ["Kitchen", "sage?", "thyme?"]
    entries = again.window.sidebar.conversations
    entries.setFocus()
    entries.setCurrentRow(0)
    qtbot.keyClick(entries, Key.Key_Right)
    assert rows(again) == ["Kitchen", "basil?", "sage?", "thyme?"]
    qtbot.keyClick(entries, Key.Key_Left)
    assert rows(again) == ["Kitchen", "sage?", "thyme?"]
    assert entries.currentRow() == 0


def test_a_folder_is_renamed_and_deleted_and_brought_back_with_its_chats(herbs: Attune, qtbot: QtBot):
    entries = herbs.window.sidebar.conversations
    entries.setFocus()
    entries.setCurrentRow(0)
    qtbot.keyClick(entries, Key.Key_F2)
    name_it(herbs, "Garden")
    assert rows(herbs)[0] == "Garden"
    entries.setCurrentRow(0)
    entries.setFocus()
    qtbot.keyClick(entries, Key.Key_Delete)
    assert rows(herbs) == ["sage?", "thyme?", "basil?"]
    assert herbs.window.undo_bar.text == "Deleted the folder “Garden”. Its chats stay."
    herbs.window.undo_bar.undo_button.click()
    assert rows(herbs) == ["Garden", "basil?", "sage?", "thyme?"]


def test_a_chat_moves_by_its_menu_into_a_folder_into_a_new_one_and_out(herbs: Attune):
    entries = herbs.window.sidebar.conversations

    def choose(row: int, text: str) -> None:
        menu = current_menu(entries, row)
        move = next(action for action in menu.actions() if action.text() == "Move to folder").menu()
        assert isinstance(move, QMenu)
        next(action for action in move.actions() if action.text() == text).trigger()
        menu.close()

    choose(2, "Kitchen")
    assert rows(herbs) == ["Kitchen", "sage?", "basil?", "thyme?"]
    choose(2, "New folder…")
    name_it(herbs, "Hills")
    assert rows(herbs) == ["Hills", "basil?", "Kitchen", "sage?", "thyme?"]
    choose(1, "Out of its folder")
    assert rows(herbs) == ["Hills", "Kitchen", "sage?", "thyme?", "basil?"]


def test_a_chat_is_dragged_onto_a_folder_and_out_of_it(herbs: Attune):
    entries = herbs.window.sidebar.conversations
    drop(entries, 3, entries.visualItemRect(entries.item(0)).center())
    assert rows(herbs) == ["Kitchen", "thyme?", "basil?", "sage?"]
    below = entries.visualItemRect(entries.item(3)).bottomLeft() + QPoint(20, 40)
    drop(entries, 2, below)
    assert rows(herbs) == ["Kitchen", "thyme?", "sage?", "basil?"]


def test_a_search_finds_chats_of_collapsed_folders_in_one_list(herbs: Attune):
    entries = herbs.window.sidebar.conversations
    herbs.chat_assembly.folders.set_collapsed(entries.folders[0].folder.id, True)
    herbs.window.sidebar.search_field.setText("basil")
    assert rows(herbs) == ["basil?"]
    herbs.window.sidebar.search_field.clear()
    assert rows(herbs) == ["Kitchen", "sage?", "thyme?"]
