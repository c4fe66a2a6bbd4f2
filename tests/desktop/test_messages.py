"""Messages that are there: reworded, answered anew, turned to other versions, deleted and brought back."""

from __future__ import annotations

from collections.abc import Callable

from helpers.stored_chats import store_drafts
from helpers.waiting import REPLY_MS
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from desktop.assembly import Attune
from desktop.chat.message_view import ReplyMessage, UserMessage
from engine.store.chats import ChatStore

Key = Qt.Key


def texts(attune: Attune) -> list[str]:
    """What the page shows, from top to bottom."""
    return [m.body.markdown if isinstance(m, ReplyMessage) else m.text for m in attune.window.chat.messages]


def first(attune: Attune) -> UserMessage:
    message = attune.window.chat.messages[0]
    assert isinstance(message, UserMessage)
    return message


def last_reply(attune: Attune) -> ReplyMessage:
    reply = attune.window.chat.messages[-1]
    assert isinstance(reply, ReplyMessage)
    return reply


def choose(qtbot: QtBot, button: QToolButton, text: str) -> None:
    """Open the button's menu with the keyboard, and choose an entry by its text."""
    button.setFocus()
    qtbot.keyClick(button, Key.Key_Return)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    action = entry(menu, text)
    assert action.isEnabled()
    menu.setActiveAction(action)
    qtbot.keyClick(menu, Key.Key_Return)


def entry(menu: QMenu, text: str) -> QAction:
    return next(action for action in menu.actions() if text in action.text())


def store_two_wordings(attune: Attune) -> str:
    """Two wordings of a question, each answered; the second is shown. Returns the conversation's id."""
    conversation = store_drafts(attune, "What is basil?", ["A herb."])
    chats = ChatStore(attune.stores.database)
    user = chats.add_user_message(conversation, "What is sage?", None)
    reply = chats.begin_reply(conversation, user.id, "instant", "model")
    chats.save_partial(reply.id, {0: "Also a herb."})
    chats.interrupt_reply(reply.id)
    return conversation


def test_a_reworded_message_is_answered_and_the_former_wording_stays_reachable(chat: Attune, qtbot: QtBot):
    chat.settings.update(mode="instant")
    chat.chats.open(store_drafts(chat, "What is basil?", ["A herb."]))
    choose(qtbot, first(chat).more_button, "Edit")
    field = first(chat).editor.field
    assert field.hasFocus()
    assert field.toPlainText() == "What is basil?"
    field.setPlainText("What is sage?")
    qtbot.keyClick(field, Key.Key_Return)
    assert chat.chats.is_busy
    assert first(chat).text == "What is sage?"
    qtbot.waitUntil(lambda: not chat.chats.is_busy, timeout=REPLY_MS)
    assert first(chat).pager_text == "2/2"
    answer = last_reply(chat).body.markdown
    assert answer
    qtbot.keyClick(first(chat).pager.previous_button, Key.Key_Return)
    assert texts(chat) == ["What is basil?", "A herb."]
    assert first(chat).pager_text == "1/2"
    assert first(chat).pager.next_button.hasFocus()  # the only way on
    qtbot.keyClick(first(chat).pager.next_button, Key.Key_Return)
    assert texts(chat) == ["What is sage?", answer]


def test_another_reply_is_written_to_an_earlier_message_and_both_stay_reachable(chat: Attune, qtbot: QtBot):
    chat.settings.update(mode="instant")
    conversation = store_drafts(chat, "What is basil?", ["A herb."])
    chats = ChatStore(chat.stores.database)
    chats.add_user_message(conversation, "And sage?", chats.thread(conversation)[-1].id)
    chat.chats.open(conversation)
    reply = chat.window.chat.messages[1]
    assert isinstance(reply, ReplyMessage)
    choose(qtbot, reply.bar.more_button, "Write another reply")
    qtbot.waitUntil(lambda: not chat.chats.is_busy, timeout=REPLY_MS)
    assert len(texts(chat)) == 2
    assert last_reply(chat).pager_text == "Reply 2/2"
    read = chats.message(last_reply(chat).message_id).timings
    assert read is not None
    qtbot.keyClick(last_reply(chat).pager.previous_button, Key.Key_Return)
    assert texts(chat) == ["What is basil?", "A herb.", "And sage?"]


def test_the_statistics_of_a_reply_are_in_its_menu_and_in_words_below_it(chat: Attune, qtbot: QtBot):
    chat.settings.update(mode="personal")
    chat.chats.send("Name three fruits.")
    qtbot.waitUntil(lambda: not chat.chats.is_busy, timeout=REPLY_MS)
    reply = last_reply(chat)
    assert reply.draft is not None
    stored = ChatStore(chat.stores.database).message(reply.message_id)
    n_tokens = next(draft.n_tokens for draft in stored.drafts if draft.shown)
    n_of_all = sum(draft.n_tokens for draft in stored.drafts)
    assert stored.timings is not None
    per_s = n_of_all / stored.timings.decode_s
    choose(qtbot, reply.bar.more_button, f"{n_tokens} tokens · {per_s:.1f} tokens/s · 3 drafts")
    assert f"{n_tokens} tokens; {n_of_all} in 3 drafts by" in reply.statistics_text
    choose(qtbot, reply.bar.more_button, f"{n_tokens} tokens")
    assert reply.statistics_text == ""


def test_esc_leaves_a_message_as_it_was(attune: Attune, qtbot: QtBot):
    attune.window.show_page("chat")
    attune.chats.open(store_two_wordings(attune))
    choose(qtbot, first(attune).more_button, "Edit")
    first(attune).editor.field.setPlainText("Something else")
    qtbot.keyClick(first(attune).editor.field, Key.Key_Escape)
    assert first(attune).editor.isHidden()
    assert first(attune).more_button.hasFocus()
    assert texts(attune) == ["What is sage?", "Also a herb."]


def test_the_version_that_was_turned_to_is_shown_after_a_restart(
    attune: Attune, open_attune: Callable[[], Attune], qtbot: QtBot
):
    attune.chats.open(store_two_wordings(attune))
    assert first(attune).pager_text == "2/2"
    assert not first(attune).pager.next_button.isEnabled()
    qtbot.mouseClick(first(attune).pager.previous_button, Qt.MouseButton.LeftButton)
    attune.close()
    again = open_attune()
    assert texts(again) == ["What is basil?", "A herb."]
    assert first(again).pager_text == "1/2"


def test_copying_a_message_of_ones_own(attune: Attune, qtbot: QtBot):
    attune.window.show_page("chat")
    attune.chats.open(store_two_wordings(attune))
    choose(qtbot, first(attune).more_button, "Copy")
    assert QGuiApplication.clipboard().text() == "What is sage?"


def test_a_message_is_deleted_with_what_follows_and_brought_back(attune: Attune, qtbot: QtBot):
    attune.window.show_page("chat")
    attune.chats.open(store_two_wordings(attune))
    choose(qtbot, first(attune).more_button, "Delete")
    assert attune.window.undo_bar.text == "Deleted 2 messages."
    assert texts(attune) == ["What is basil?", "A herb."]
    assert first(attune).pager_text == ""
    assert attune.window.chat.composer.field.hasFocus()
    qtbot.mouseClick(attune.window.undo_bar.undo_button, Qt.MouseButton.LeftButton)
    assert attune.window.undo_bar.text == ""
    assert texts(attune) == ["What is sage?", "Also a herb."]
    assert first(attune).pager_text == "2/2"


def test_nothing_can_be_changed_while_a_reply_is_being_written(attune: Attune, qtbot: QtBot):
    attune.window.show_page("chat")
    attune.chats.open(store_two_wordings(attune))
    attune.models.use_bundled()  # the message waits for the model
    attune.chats.send("And rosemary?")
    assert attune.chats.is_busy
    assert not first(attune).pager.previous_button.isEnabled()
    first(attune).more_button.click()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert not entry(menu, "Delete").isEnabled()
    assert not entry(menu, "Edit").isEnabled()
    assert entry(menu, "Copy").isEnabled()
    menu.close()


def test_a_message_without_an_answer_can_be_reworded_too_long_and_comes_back(chat: Attune, qtbot: QtBot):
    """What cannot be answered leaves the conversation; the former wording and its reply are there again."""
    chat.settings.update(mode="instant")
    chat.chats.open(store_drafts(chat, "What is basil?", ["A herb."]))
    too_long = "word " * 40_000
    first(chat).begin_edit()
    first(chat).editor.field.setPlainText(too_long)
    qtbot.keyClick(first(chat).editor.field, Key.Key_Return)
    qtbot.waitUntil(lambda: not chat.chats.is_busy, timeout=REPLY_MS)
    assert texts(chat) == ["What is basil?", "A herb."]
    assert chat.window.chat.composer.field.toPlainText() == too_long.strip()
    assert chat.window.chat.trailer_text
    chat.window.chat.composer.clear()
