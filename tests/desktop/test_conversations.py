"""Conversations in the sidebar and on the disk, without a model."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QSlider,
)
from pytestqt.qtbot import QtBot

from desktop.assembly import Attune
from desktop.chat.message_view import ReplyMessage
from desktop.line_edit_dialog import LineEditDialog
from desktop.settings.dialog import SettingsDialog
from engine.store.chats import ChatStore
from engine.types import ScoredDraft, Timings


def store_reply(attune: Attune, question: str, answer: str) -> str:
    """A finished exchange in a conversation of its own."""
    chats = ChatStore(attune.stores.database)
    conversation = chats.create_conversation(attune.taste.profile_id)
    user = chats.add_user_message(conversation.id, question, None)
    reply = chats.begin_reply(conversation.id, user.id, "instant", "model")
    draft = ScoredDraft(
        index=0,
        text=answer,
        finish="stop",
        n_tokens=3,
        base_rewards=[0.0],
        quality=0.0,
        uncertainty=0.0,
        score=0.0,
        axes={},
    )
    chats.finish_reply(reply.id, [draft], 0, heads_version="other", seed=1, timings=Timings(), stopped=False)
    return conversation.id


def test_the_last_conversation_is_there_after_a_restart(attune: Attune, open_attune: Callable[[], Attune]):
    attune.taste.set_quiz_state("done")
    store_reply(attune, "What is basil?", "A **herb**.")
    store_reply(attune, "What is sage?", "Also a herb.")
    attune.close()
    again = open_attune()
    assert again.window.page == "chat"
    assert again.window.sidebar.titles == ["What is sage?", "What is basil?"]
    question, answer = again.window.chat.messages
    assert not isinstance(question, ReplyMessage)
    assert isinstance(answer, ReplyMessage)
    assert question.text == "What is sage?"
    assert answer.body.markdown == "Also a herb."


def test_a_reply_that_a_crash_cut_off_is_marked_at_the_next_launch(attune: Attune, open_attune: Callable[[], Attune]):
    chats = ChatStore(attune.stores.database)
    conversation = chats.create_conversation(attune.taste.profile_id)
    user = chats.add_user_message(conversation.id, "Tell me a story.", None)
    reply = chats.begin_reply(conversation.id, user.id, "personal", "model")
    chats.save_partial(reply.id, {0: "Once", 1: "Once upon a time"})
    attune.close()
    again = open_attune()
    shown = again.window.chat.messages[-1]
    assert isinstance(shown, ReplyMessage)
    assert shown.body.markdown == "Once upon a time"
    assert shown.mark_text.startswith("Interrupted")
    assert not shown.try_again_button.isHidden()


def test_closing_right_after_the_chat_of_a_running_reply_was_deleted(attune: Attune):
    requests: list[int] = []
    attune.client.load_started.connect(lambda request_id, _path: requests.append(request_id))
    attune.models.use_bundled()  # the message waits for the model
    attune.chats.send("What is rain?")
    attune.client.draft_delta.emit(requests[0] + 1, 0, "Rain is")
    assert attune.chats.is_busy
    assert attune.chats.open_id is not None
    attune.chat_assembly.list.delete(attune.chats.open_id)
    attune.close()
    assert attune.client.process_id == 0


def test_a_reply_scored_by_other_heads_cannot_be_rated(attune: Attune):
    attune.chats.open(store_reply(attune, "Hello?", "Hello."))
    reply = attune.window.chat.messages[-1]
    assert isinstance(reply, ReplyMessage)
    assert reply.bar.up_button.isHidden()


def test_search_finds_words_in_messages_and_titles(attune: Attune):
    found = store_reply(attune, "What is basil?", "A herb from India.")
    store_reply(attune, "What is granite?", "A stone.")
    attune.chats.new_chat()
    sidebar = attune.window.sidebar
    sidebar.search_field.setText("indi")
    assert sidebar.titles == ["What is basil?"]
    sidebar.conversations.itemActivated.emit(sidebar.conversations.item(0))
    assert attune.chats.open_id == found
    sidebar.search_field.setText("nothing like it")
    assert sidebar.titles == []


def test_a_conversation_is_renamed_and_deleted_from_the_keyboard(attune: Attune, qtbot: QtBot):
    attune.window.show_page("chat")
    attune.chats.open(store_reply(attune, "What is basil?", "A herb."))
    attune.chat_assembly.list.rename(attune.chats.open_id or "", "Herbs")
    entries = attune.window.sidebar.conversations
    qtbot.keyClick(entries, Qt.Key.Key_F2)
    dialog = attune.window.findChild(LineEditDialog)
    assert dialog is not None
    dialog.field.setText("Kitchen")
    dialog.save_button.click()
    assert attune.window.sidebar.titles == ["Kitchen"]
    qtbot.keyClick(entries, Qt.Key.Key_Delete)
    assert attune.window.sidebar.titles == []
    assert attune.window.chat.messages == []


def test_a_new_chat_is_one_key_away(attune: Attune, qtbot: QtBot):
    attune.window.show_page("chat")
    attune.chats.open(store_reply(attune, "What is basil?", "A herb."))
    qtbot.keyClick(attune.window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert attune.chats.open_id is None
    assert not attune.window.chat.empty.isHidden()


def test_settings_are_saved_and_there_after_a_restart(attune: Attune, open_attune: Callable[[], Attune]):
    attune.shell.open_settings()
    dialog = attune.window.findChild(SettingsDialog)
    assert dialog is not None
    dialog.n_drafts.setValue(7)
    dialog.system_prompt.setPlainText("Be kind.")
    dialog.save_button.click()
    attune.close()
    again = open_attune().settings.current
    assert (again.n_drafts, again.system_prompt) == (7, "Be kind.")


def test_every_control_has_an_accessible_name(attune: Attune):
    attune.chats.open(store_reply(attune, "Hello?", "Hello.\n\n```\ncode\n```"))
    attune.quiz.begin()
    attune.shell.open_settings()
    kinds = (QAbstractButton, QLineEdit, QPlainTextEdit, QComboBox, QAbstractSpinBox, QSlider)
    nameless = [
        f"{type(control).__name__} in {type(control.parent()).__name__}"
        for kind in kinds
        for control in attune.window.findChildren(kind)
        if not control.accessibleName()
        and not control.objectName().startswith("qt_")
        and not isinstance(control.parent(), QAbstractSpinBox | QComboBox | QLineEdit)
    ]
    assert nameless == []
