"""Chats of very many messages: the last ones are there at once, the others as they are scrolled or sought to."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from desktop.assembly import Attune
from desktop.chat.page import BUILT_AT_ONCE, SEEK_MS
from engine.store.chats import ChatStore

N_MESSAGES = 120


@pytest.fixture
def long_chat(attune: Attune, qtbot: QtBot) -> Attune:
    chats = ChatStore(attune.stores.database)
    chat = chats.create_conversation(attune.taste.profile_id).id
    parent = None
    for number in range(N_MESSAGES):
        parent = chats.add_user_message(chat, f"Message {number}\nof several\nlines", parent).id
    attune.taste.set_quiz_state("skipped")
    attune.chats.open(chat)
    attune.window.show_page("chat")
    bar = attune.window.chat._scroll.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0 and bar.value() == bar.maximum())
    qtbot.wait(SEEK_MS)  # until the messages have found their heights
    return attune


def test_a_long_chat_opens_with_its_last_messages(long_chat: Attune):
    messages = long_chat.window.chat.messages
    assert len(messages) < N_MESSAGES / 2
    assert messages[-1].text.startswith(f"Message {N_MESSAGES - 1}\n")


def test_scrolling_up_brings_the_earlier_ones_and_keeps_the_place(long_chat: Attune, qtbot: QtBot):
    page = long_chat.window.chat
    bar = page._scroll.verticalScrollBar()
    first = page.messages[0]
    bar.setValue(10)
    before = first.mapTo(page, QPoint(0, 0)).y()
    qtbot.waitUntil(lambda: page.messages[0] is not first)
    qtbot.wait(SEEK_MS // 2)
    assert abs(first.mapTo(page, QPoint(0, 0)).y() - before) <= 2
    for _ in range(N_MESSAGES):
        if len(page.messages) == N_MESSAGES:
            break
        bar.setValue(0)
        qtbot.wait(SEEK_MS // 4)
    assert [message.text.split("\n")[0] for message in page.messages] == [f"Message {i}" for i in range(N_MESSAGES)]


def test_a_message_far_up_can_be_sought(long_chat: Attune, qtbot: QtBot):
    page = long_chat.window.chat
    assert long_chat.chats.open_id is not None
    thread = ChatStore(long_chat.stores.database).thread(long_chat.chats.open_id)
    page.seek_message(thread[3].id)
    sought = page._messages[thread[3].id]
    qtbot.waitUntil(lambda: 0 <= sought.mapTo(page._scroll, QPoint(0, 0)).y() < page._scroll.height())


def test_deleting_what_is_shown_brings_what_was_before_it(long_chat: Attune):
    page = long_chat.window.chat
    long_chat.chat_assembly.branches.delete_from(page.messages[1].message_id)
    assert len(page.messages) == BUILT_AT_ONCE
