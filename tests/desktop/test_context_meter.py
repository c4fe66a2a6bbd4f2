"""The meter of the model's window, and the line where it begins to read: measured by the real worker."""

from __future__ import annotations

from helpers.waiting import REPLY_MS
from pytestqt.qtbot import QtBot

from desktop.assembly import Attune
from desktop.chat.context_meter import ContextUse
from engine.store.chats import ChatStore


def last_use(attune: Attune, qtbot: QtBot, text: str) -> ContextUse:
    """What the meter shows once this is typed."""
    seen: list[ContextUse | None] = []
    attune.context.changed.connect(seen.append)
    try:
        attune.window.chat.composer.field.setPlainText(text)
        qtbot.waitUntil(lambda: bool(seen) and seen[-1] is not None, timeout=REPLY_MS)
    finally:
        attune.context.changed.disconnect(seen.append)
    assert seen[-1] is not None
    return seen[-1]


def test_what_is_typed_fills_the_meter(chat: Attune, qtbot: QtBot):
    meter = chat.window.chat.composer.meter
    short = last_use(chat, qtbot, "Hello.")
    assert not meter.isHidden()
    assert f"{short.n_tokens:,} of the {short.window:,} tokens" in meter.accessibleName()
    assert meter.label.isHidden()  # nearly empty: no number to look at
    longer = last_use(chat, qtbot, "Hello. " * 200)
    assert short.n_tokens < longer.n_tokens
    full = last_use(chat, qtbot, "Hello. " * 1900)
    assert meter.label.text() == f"{round(100 * full.share)} % full"
    chat.window.chat.composer.field.clear()
    qtbot.waitUntil(meter.isHidden, timeout=REPLY_MS)


def test_a_message_that_is_too_long_is_seen_before_it_is_sent(chat: Attune, qtbot: QtBot):
    use = last_use(chat, qtbot, "Hello. " * 5000)
    assert use.n_tokens > use.window
    assert chat.window.chat.composer.meter.label.text() == "Too long"
    chat.window.chat.composer.field.clear()


def store_long_chat(attune: Attune, n_turns: int) -> list[str]:
    """A conversation of about 600 tokens a turn; returns its messages' ids."""
    chats = ChatStore(attune.stores.database)
    conversation = chats.create_conversation(attune.taste.profile_id, "Long")
    parent, ids = None, []
    for turn in range(n_turns):
        user = chats.add_user_message(conversation.id, f"{turn} " + "word " * 500, parent)
        reply = chats.begin_reply(conversation.id, user.id, "instant", "model")
        chats.save_partial(reply.id, {0: f"{turn} " + "answer " * 80})
        chats.interrupt_reply(reply.id)
        parent = reply.id
        ids += [user.id, reply.id]
    attune.chats.open(conversation.id)
    return ids


def test_a_line_is_drawn_where_the_model_begins_to_read(chat: Attune, qtbot: QtBot):
    page = chat.window.chat
    ids = store_long_chat(chat, 12)
    qtbot.waitUntil(page.context_divider.isVisible, timeout=REPLY_MS)
    column = page.context_divider.parentWidget().layout()
    position = column.indexOf(page.context_divider)
    first_read = column.itemAt(position + 1).widget()
    number = page.messages.index(first_read)
    assert 0 < number < len(ids)
    assert number % 2 == 0  # a whole turn begins there
    assert "beginning no longer fits" in page.composer.meter.accessibleName()
    chat.chats.new_chat()
    qtbot.waitUntil(page.context_divider.isHidden, timeout=REPLY_MS)


def test_a_chat_that_fits_has_no_line(chat: Attune, qtbot: QtBot):
    store_long_chat(chat, 2)
    qtbot.waitUntil(chat.window.chat.composer.meter.isVisible, timeout=REPLY_MS)
    assert chat.window.chat.context_divider.isHidden()


def test_without_a_model_there_is_no_meter(attune: Attune, qtbot: QtBot):
    attune.window.show_page("chat")
    attune.window.chat.composer.field.setPlainText("Hello.")
    qtbot.wait(600)  # longer than the pause after the last key
    assert attune.window.chat.composer.meter.isHidden()
