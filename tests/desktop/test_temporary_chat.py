"""A temporary chat: neither saved nor learned from, and no trace of it on the disk."""

from __future__ import annotations

from helpers.stored_chats import store_drafts
from helpers.waiting import REPLY_MS
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.assembly import Attune
from desktop.chat.message_view import ReplyMessage
from engine.paths import Paths

SECRET = "Zanzibar-Quicksilver"
CONTROL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def files_with(paths: Paths, text: str) -> list[str]:
    return [
        str(path.relative_to(paths.data))
        for path in paths.data.rglob("*")
        if path.is_file() and text.lower().encode() in path.read_bytes().lower()
    ]


def begin(attune: Attune, qtbot: QtBot) -> None:
    attune.window.show_page("chat")
    qtbot.keyClick(attune.window, Qt.Key.Key_N, CONTROL_SHIFT)


def test_a_temporary_chat_leaves_no_trace_on_the_disk(chat: Attune, qtbot: QtBot):
    """With the real worker: database, write-ahead log, logs and settings, while it is open and after it is left."""
    paths, events = chat.stores.paths, len(chat.taste.learner.events)
    begin(chat, qtbot)
    assert not chat.window.chat.temporary_badge.isHidden()
    listed = chat.window.sidebar.titles
    chat.chats.send(f"Say the word {SECRET} and one more sentence.")
    qtbot.waitUntil(lambda: not chat.chats.is_busy, timeout=REPLY_MS)
    question, reply = chat.window.chat.messages
    assert isinstance(reply, ReplyMessage)
    answer = reply.body.markdown
    assert answer
    assert SECRET in (question.text if not isinstance(question, ReplyMessage) else "")
    assert reply.bar.up_button.isHidden()
    assert chat.window.sidebar.titles == listed
    assert files_with(paths, SECRET) == []
    if not reply.bar.previous_button.isHidden():
        button = reply.bar.next_button if reply.bar.next_button.isEnabled() else reply.bar.previous_button
        button.click()
        reply.bar.prefer_button.click()
        assert "Nothing is learned" in reply.receipt_text
    assert len(chat.taste.learner.events) == events
    chat.chats.new_chat()
    assert chat.window.chat.temporary_badge.isHidden()
    assert chat.window.chat.messages == []
    assert files_with(paths, SECRET) == []
    assert chat.stores.database.query("SELECT 1 FROM message WHERE content LIKE ?", (f"%{SECRET}%",)) == []


def test_leaving_a_temporary_chat_while_it_is_answered_ends_it(chat: Attune, qtbot: QtBot):
    chat.settings.update(mode="instant", max_tokens=400)
    begin(chat, qtbot)
    chat.chats.send(f"Write a very long story about {SECRET}.")
    with qtbot.waitSignal(chat.chats.text_streamed, timeout=REPLY_MS):
        pass
    saved = store_drafts(chat, "What is basil?", ["A herb."])
    chat.chats.open(saved)
    qtbot.waitUntil(lambda: not chat.chats.is_busy, timeout=REPLY_MS)
    chat.settings.update(max_tokens=40)
    assert chat.chats.open_id == saved
    assert files_with(chat.stores.paths, SECRET) == []


def test_a_temporary_chat_is_marked_and_explained_and_has_no_menu(attune: Attune, qtbot: QtBot):
    page = attune.window.chat
    attune.window.show_page("chat")
    attune.chats.open(store_drafts(attune, "What is basil?", ["A herb."]))
    assert page.temporary_badge.isHidden()
    begin(attune, qtbot)
    assert page.temporary_badge.text() == "Temporary"
    assert "not saved" in page.temporary_badge.accessibleName()
    assert "memory alone" in page.empty.hint.text()
    assert page.more_button.isHidden()
    assert attune.window.sidebar.conversations.currentRow() == -1


def test_messages_of_a_temporary_chat_are_deleted_and_brought_back_like_others(attune: Attune, qtbot: QtBot):
    begin(attune, qtbot)
    attune.models.use_bundled()  # the message waits for the model
    attune.chats.send(SECRET)
    attune.writer.stop()
    qtbot.waitUntil(lambda: not attune.chats.is_busy, timeout=REPLY_MS)
    (message,) = attune.window.chat.messages
    message.delete_requested.emit(message.message_id)
    assert attune.window.chat.messages == []
    attune.window.undo_bar.undo_button.click()
    assert len(attune.window.chat.messages) == 1
    (message,) = attune.window.chat.messages
    message.delete_requested.emit(message.message_id)
    attune.chats.new_chat()  # what is left is settled, and nothing is missed
    assert attune.window.undo_bar.text == ""
    attune.close()
    assert files_with(attune.stores.paths, SECRET) == []
