"""The sidebar's chats by mouse and keyboard: pinned, duplicated, deleted and brought back, found."""

from __future__ import annotations

from collections.abc import Callable

from helpers.stored_chats import store_drafts
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from desktop.assembly import Attune
from desktop.chat.chat_list_controller import title_marks
from desktop.chat.message_view import ReplyMessage
from desktop.conversation_list import from_mark
from engine.paths import Paths
from engine.store.chats import ChatStore

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


def three_chats(attune: Attune) -> list[str]:
    """Of herbs, the sage last; the window shows it."""
    attune.taste.set_quiz_state("done")
    names = ["basil", "thyme", "sage"]
    ids = [store_drafts(attune, f"What is {name}?", [f"{name.title()} is a herb."]) for name in names]
    attune.chats.open(ids[-1])
    attune.chats.conversations_touched()
    attune.window.show_page("chat")
    return ids


def go_to(attune: Attune, row: int) -> None:
    attune.window.sidebar.conversations.setFocus()
    attune.window.sidebar.conversations.setCurrentRow(row)


def titles(attune: Attune) -> list[str]:
    return [title.removeprefix("What is ").removesuffix("?") for title in attune.window.sidebar.titles]


def shown(attune: Attune) -> list[str]:
    return [m.body.markdown if isinstance(m, ReplyMessage) else m.text for m in attune.window.chat.messages]


def test_a_pinned_chat_stands_first_and_still_does_after_a_restart(
    attune: Attune, open_attune: Callable[[], Attune], qtbot: QtBot
):
    three_chats(attune)
    entries = attune.window.sidebar.conversations
    go_to(attune, 2)
    qtbot.keyClick(entries, Key.Key_P, CONTROL)
    assert titles(attune) == ["basil", "sage", "thyme"]
    assert entries.item(0).data(Qt.ItemDataRole.AccessibleTextRole) == "What is basil?, pinned"
    assert shown(attune)[0] == "What is sage?"
    attune.close()
    again = open_attune()
    assert titles(again) == ["basil", "sage", "thyme"]
    assert shown(again)[0] == "What is sage?"  # the last one written in, not the pinned one
    go_to(again, 0)
    qtbot.keyClick(again.window.sidebar.conversations, Key.Key_P, CONTROL)
    assert titles(again) == ["sage", "thyme", "basil"]


def test_the_menu_key_opens_all_that_can_be_done_to_a_chat(attune: Attune, qtbot: QtBot):
    three_chats(attune)
    go_to(attune, 1)
    entries = attune.window.sidebar.conversations
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(5, 5), entries.mapToGlobal(QPoint(5, 5)))
    QApplication.sendEvent(entries.viewport(), event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    names = [action.text().split("\t")[0] for action in menu.actions() if action.text()]
    assert names == ["Pin", "Rename…", "Duplicate", "Export…", "Move to folder", "Delete"]
    qtbot.keyClick(menu, Key.Key_Down)
    qtbot.keyClick(menu, Key.Key_Return)
    assert titles(attune)[0] == "thyme"


def test_a_duplicate_is_opened_and_the_original_stays(attune: Attune, qtbot: QtBot):
    ids = three_chats(attune)
    go_to(attune, 2)
    qtbot.keyClick(attune.window.sidebar.conversations, Key.Key_D, CONTROL)
    assert attune.window.sidebar.titles[0] == "What is basil? (copy)"
    assert shown(attune) == ["What is basil?", "Basil is a herb."]
    assert attune.chats.open_id not in ids
    assert len(titles(attune)) == 4


def test_a_deleted_chat_is_brought_back_from_the_keyboard(attune: Attune, qtbot: QtBot):
    three_chats(attune)
    entries = attune.window.sidebar.conversations
    go_to(attune, 0)
    qtbot.keyClick(entries, Key.Key_Delete)
    assert titles(attune) == ["thyme", "basil"]
    assert shown(attune)[0] == "What is thyme?"
    assert attune.window.undo_bar.text == "Deleted “What is sage?”."
    assert entries.hasFocus()
    qtbot.keyClick(entries, Key.Key_Z, CONTROL)
    assert titles(attune) == ["sage", "thyme", "basil"]
    assert shown(attune)[0] == "What is sage?"
    assert attune.window.undo_bar.text == ""


def test_the_keyboard_stays_beside_a_deleted_chat_that_was_not_open(attune: Attune, qtbot: QtBot):
    three_chats(attune)
    entries = attune.window.sidebar.conversations
    go_to(attune, 1)
    qtbot.keyClick(entries, Key.Key_Delete)
    assert titles(attune) == ["sage", "basil"]
    assert shown(attune)[0] == "What is sage?"
    assert entries.currentRow() == 1
    qtbot.keyClick(attune.window, Key.Key_Z, CONTROL | Qt.KeyboardModifier.AltModifier)
    assert titles(attune) == ["sage", "thyme", "basil"]
    assert shown(attune)[0] == "What is thyme?"


def test_the_next_deletion_settles_the_one_before(attune: Attune, qtbot: QtBot):
    first = three_chats(attune)[2]
    entries = attune.window.sidebar.conversations
    go_to(attune, 0)
    qtbot.keyClick(entries, Key.Key_Delete)
    qtbot.keyClick(entries, Key.Key_Delete)
    assert titles(attune) == ["basil"]
    rows = attune.stores.database.query("SELECT 1 FROM conversation WHERE id = ?", (first,))
    assert rows == []
    qtbot.keyClick(entries, Key.Key_Z, CONTROL)
    assert titles(attune) == ["thyme", "basil"]


def test_the_bar_goes_by_itself_but_not_while_the_keyboard_is_on_it(attune: Attune, qtbot: QtBot):
    three_chats(attune)
    deletions = attune.chat_assembly.deletions
    deletions._timer.setInterval(60)
    go_to(attune, 0)
    qtbot.keyClick(attune.window.sidebar.conversations, Key.Key_Delete)
    attune.window.undo_bar.undo_button.setFocus()
    qtbot.wait(150)
    assert attune.window.undo_bar.text
    attune.window.chat.composer.field.setFocus()
    qtbot.waitUntil(lambda: attune.window.undo_bar.text == "")
    assert attune.stores.database.query("SELECT 1 FROM message WHERE content LIKE '%sage%'") == []


def test_deleted_text_is_in_no_file_once_the_window_is_closed(attune: Attune, paths: Paths, qtbot: QtBot):
    three_chats(attune)
    go_to(attune, 0)
    qtbot.keyClick(attune.window.sidebar.conversations, Key.Key_Delete)
    assert attune.window.undo_bar.text
    attune.close()
    files = [path for path in paths.data.rglob("*") if path.is_file()]
    contents = {path.name: path.read_bytes().lower() for path in files}
    assert [name for name, content in contents.items() if b"sage is a" in content or b"what is sage" in content] == []
    assert b"what is thyme" in contents["attune.db"]


def test_what_was_hidden_when_the_program_crashed_is_gone_at_the_next_start(
    attune: Attune, open_attune: Callable[[], Attune], qtbot: QtBot
):
    three_chats(attune)
    go_to(attune, 0)
    qtbot.keyClick(attune.window.sidebar.conversations, Key.Key_Delete)
    attune.chat_assembly.deletions._take()  # the crash: nothing settles it
    attune.stores.database.query("SELECT 1")
    attune.chat_assembly.deletions._store.purge_all = lambda: 0  # type: ignore[method-assign]
    attune.close()
    again = open_attune()
    assert titles(again) == ["thyme", "basil"]
    assert again.stores.database.query("SELECT 1 FROM conversation WHERE deleted_at IS NOT NULL") == []


def test_a_found_chat_shows_where_and_opens_at_the_message_on_whatever_branch(attune: Attune, qtbot: QtBot):
    chats = ChatStore(attune.stores.database)
    conversation = store_drafts(attune, "Tell me of herbs", ["Gladly. " + "And so on.\n\n" * 60])
    last = chats.thread(conversation)[-1].id
    for number in range(12):
        last = chats.add_user_message(conversation, f"line {number}\n" * 8, last).id
        if number == 5:
            sought = chats.add_user_message(conversation, "The oregano is over there, behind the lovage", last)
    assert "oregano" not in " ".join(message.content for message in chats.thread(conversation))
    attune.taste.set_quiz_state("done")
    three_chats(attune)
    attune.window.sidebar.search_field.setText("orega")
    (found,) = attune.window.sidebar.conversations.chats
    assert [found.snippet[start:end] for start, end in found.snippet_marks] == ["oregano"]
    item = attune.window.sidebar.conversations.item(0)
    assert "oregano" in item.data(Qt.ItemDataRole.AccessibleTextRole)
    attune.window.sidebar.conversations.itemActivated.emit(item)
    assert attune.chats.open_id == conversation
    widget = next(m for m in attune.window.chat.messages if m.message_id == sought.id)

    def is_in_view() -> bool:
        area = attune.window.chat._scroll.viewport()
        top = widget.mapTo(area, QPoint(0, 0)).y()
        return top >= 0 and top + widget.height() <= area.height()

    qtbot.waitUntil(is_in_view)
    qtbot.wait(500)
    assert is_in_view()


def test_titles_are_marked_where_they_have_the_words(attune: Attune):
    three_chats(attune)
    attune.window.sidebar.search_field.setText("wHAT sage")
    (found,) = attune.window.sidebar.conversations.chats
    title = found.conversation.title
    assert [title[start:end] for start, end in found.title_marks] == ["What", "sage"]


def test_marks_that_overlap_are_one_and_a_narrow_line_begins_near_the_first():
    assert title_marks("Chamomile tea", ["chamo", "momile"]) == ((0, 9),)
    text = "a rather long beginning before the sought word and more"
    start = text.index("sought")
    shortened, ((first, last),) = from_mark(text, ((start, start + 6),))
    assert shortened[first:last] == "sought"
    assert shortened.startswith("…")
    assert first <= 15
    assert from_mark("short sought", ((6, 12),)) == ("short sought", ((6, 12),))
