"""What a person can ask of one reply: that it goes on, that it is plain; and what the model thought before it."""

from __future__ import annotations

from pathlib import Path

import msgspec
from helpers.waiting import REPLY_MS
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.assembly import Attune
from desktop.chat.message_view import ReplyMessage
from engine.chat_files.own import Heads, chat_from
from engine.store.chat_transfer import ChatTransfer
from engine.store.chats import ChatStore
from engine.store.database import Database
from engine.types import ScoredDraft, Timings

LEFT = Qt.MouseButton.LeftButton


def last_reply(attune: Attune) -> ReplyMessage:
    reply = attune.window.chat.messages[-1]
    assert isinstance(reply, ReplyMessage)
    return reply


def ask(attune: Attune, qtbot: QtBot, text: str = "Tell me a long story about the sea.") -> ReplyMessage:
    composer = attune.window.chat.composer
    composer.field.setPlainText(text)
    with qtbot.waitSignal(attune.writer.ended, timeout=REPLY_MS):
        qtbot.mouseClick(composer.send_button, LEFT)
    return last_reply(attune)


def test_a_reply_that_was_cut_off_goes_on_and_the_shorter_one_stays(chat: Attune, qtbot: QtBot):
    chat.settings.update(max_tokens=12)  # too few for any draft to end by itself
    reply = ask(chat, qtbot)
    chat.settings.update(max_tokens=40)
    assert reply.draft is not None
    beginning = reply.draft.text
    assert reply.draft.finish == "length"
    with qtbot.waitSignal(chat.writer.ended, timeout=REPLY_MS):
        qtbot.mouseClick(reply.continue_button, LEFT)
    longer = last_reply(chat)
    assert longer.draft is not None
    assert longer.draft.text.startswith(beginning)
    assert len(longer.draft.text) > len(beginning)
    assert longer.pager_text == "Reply 2/2"
    assert longer.draft.ratable
    stored = chat.chats._chats.message(longer.message_id)
    assert stored.timings is not None
    assert stored.timings.n_reused_tokens > 0  # the beginning is not read again
    qtbot.mouseClick(longer.pager.previous_button, LEFT)
    assert last_reply(chat).body.markdown == beginning


def test_a_reply_that_is_stopped_can_go_on_in_instant_mode_and_shows_all_of_it(chat: Attune, qtbot: QtBot):
    chat.settings.update(mode="instant", max_tokens=400)
    try:
        chat.chats.send("Tell me a long story about the sea.")
        qtbot.waitUntil(lambda: len(last_reply(chat).body.markdown) > 40, timeout=REPLY_MS)
        with qtbot.waitSignal(chat.writer.ended, timeout=REPLY_MS):
            chat.writer.stop()
        chat.settings.update(max_tokens=20)
        beginning = last_reply(chat).body.markdown
        qtbot.mouseClick(last_reply(chat).continue_button, LEFT)
        assert last_reply(chat).body.markdown == beginning
        qtbot.waitUntil(lambda: not chat.chats.is_busy, timeout=REPLY_MS)
        assert last_reply(chat).body.markdown.startswith(beginning)
        assert len(last_reply(chat).body.markdown) > len(beginning)
    finally:
        chat.settings.update(max_tokens=40)


def test_only_the_last_reply_can_be_continued(chat: Attune, qtbot: QtBot):
    chat.settings.update(max_tokens=12)  # too few for any draft to end by itself
    first = ask(chat, qtbot)
    chat.settings.update(max_tokens=40)
    assert not first.continue_button.isHidden()
    ask(chat, qtbot, "And then?")
    first = chat.window.chat.messages[1]
    assert isinstance(first, ReplyMessage)
    assert first.continue_button.isHidden()


def test_a_plain_answer_is_what_most_people_would_like_and_says_so(chat: Attune, qtbot: QtBot):
    sent: list[object] = []
    generate = chat.client.generate

    def watched(messages, n_drafts, sampling, weights, *others, **named):
        sent.append(weights)
        return generate(messages, n_drafts, sampling, weights, *others, **named)

    chat.client.generate = watched
    try:
        qtbot.mouseClick(chat.window.chat.composer.plain_button, LEFT)
        reply = ask(chat, qtbot)
        assert reply.bar.picked_text == "Plain answer"
        assert not chat.window.chat.composer.plain_button.isChecked()  # for one message
        again = ask(chat, qtbot, "And then?")
        assert again.bar.picked_text == "Picked for you"
        with qtbot.waitSignal(chat.writer.ended, timeout=REPLY_MS):
            again.plain_requested.emit(again.message_id)
    finally:
        del chat.client.generate
    assert [weights is None for weights in sent] == [True, False, True]
    chat.chats.open(chat.chats.open_id)
    assert last_reply(chat).bar.picked_text == "Plain answer"


def test_what_the_model_thought_is_kept_folded_and_travels_with_the_chat(attune: Attune, qtbot: QtBot, tmp_path: Path):
    store = ChatStore(attune.stores.database)
    conversation = store.create_conversation(attune.taste.profile.id)
    user = store.add_user_message(conversation.id, "What is 2 + 2?", None)
    reply = store.begin_reply(conversation.id, user.id, "personal", "m", plain=True)
    draft = ScoredDraft(
        index=0,
        text="Four.",
        finish="stop",
        n_tokens=9,
        base_rewards=[0.0] * attune.taste.model.n_base,
        quality=0.0,
        uncertainty=0.0,
        score=0.0,
        axes={},
        reasoning="Two and two. That is four.",
    )
    timings = Timings(load_s=0, prefill_s=0, decode_s=1, score_s=0, total_s=1)
    version = attune.taste.model.heads_version
    store.finish_reply(reply.id, [draft], 0, heads_version=version, seed=1, timings=timings, stopped=False)
    attune.chats.open(conversation.id)
    attune.window.show_page("chat")
    shown = last_reply(attune)
    assert shown.body.markdown == "Four."
    assert shown.thoughts.text == ""
    assert "6 words" in shown.thoughts.fold_button.text()
    qtbot.mouseClick(shown.thoughts.fold_button, LEFT)
    assert shown.thoughts.text == draft.reasoning
    assert [hit.message_id for hit in store.search("Two and two")] == []

    transfer = ChatTransfer(attune.stores.database)
    file = msgspec.json.encode(transfer.read(conversation.id))
    other = Database(tmp_path / "other.db")
    heads = Heads(version, attune.taste.model.n_base)
    (copied,) = ChatTransfer(other).add([chat_from(file, heads)], None)
    message = ChatStore(other).thread(copied)[-1]
    assert message.plain
    assert message.drafts[0].reasoning == draft.reasoning
    other.close()
