"""What each draft was asked for: said beside its number, in "Why this one?", and kept with the chat."""

from __future__ import annotations

from collections.abc import Callable

from helpers.stored_chats import store_drafts
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.assembly import Attune
from desktop.chat.message_view import ReplyMessage

LEFT = Qt.MouseButton.LeftButton
REPLIES = ["A herb.", "Basil is a herb of many kitchens.", "Basil? The king of herbs, they say!"]


def opened(attune: Attune, chat: str) -> ReplyMessage:
    attune.taste.set_quiz_state("done")
    attune.window.show_page("chat")
    attune.chats.open(chat)
    reply = attune.window.chat.messages[-1]
    assert isinstance(reply, ReplyMessage)
    return reply


def test_each_draft_says_beside_its_number_and_in_why_what_it_was_asked_for(attune: Attune, qtbot: QtBot):
    chat = store_drafts(attune, "What is basil?", REPLIES, ["plain", "yours", "exploring"])
    reply = opened(attune, chat)
    said = []
    for _ in REPLIES:
        qtbot.mouseClick(reply.bar.why_button, LEFT)
        said.append((reply.bar.direction_text, reply.why_panel.text.split(". ")[-1]))
        qtbot.mouseClick(reply.bar.previous_button, LEFT)
    assert [short for short, _ in said] == ["exploring", "for your taste", "plain draft"]
    assert "try something in this draft" in said[0][1]
    assert said[1][1] == "The model was asked to write this draft the way you like."
    assert said[2][1] == "The model was asked for nothing in particular in this draft."


def test_where_no_draft_was_steered_nothing_is_said_of_it(attune: Attune, qtbot: QtBot):
    reply = opened(attune, store_drafts(attune, "What is basil?", REPLIES))
    qtbot.mouseClick(reply.bar.why_button, LEFT)
    assert reply.bar.direction_text == ""
    assert "asked" not in reply.why_panel.text


def test_what_a_draft_was_asked_for_is_there_after_a_restart_and_in_a_copy(
    attune: Attune, open_attune: Callable[[], Attune]
):
    chat = store_drafts(attune, "What is basil?", REPLIES, ["plain", "plain", "yours"])
    attune.close()
    again = open_attune()
    assert opened(again, chat).bar.direction_text == "for your taste"
    again.chat_assembly.list.duplicate(chat)
    copy = again.chats.open_id
    assert copy is not None
    assert copy != chat
    assert opened(again, copy).bar.direction_text == "for your taste"
