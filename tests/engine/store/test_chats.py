"""Conversations as they happen: trees of messages, drafts, crashes, search."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.taste import quiz, scored

from engine.errors import StoreError
from engine.store.chats import RANKED_UP_TO, UNTITLED, ChatStore, StoredMessage, conversation_turns
from engine.store.database import Database
from engine.store.profiles import ProfileStore
from engine.types import ChatMessage, ScoredDraft, Timings


@pytest.fixture
def chats(database: Database) -> ChatStore:
    return ChatStore(database)


@pytest.fixture
def conversation(chats: ChatStore) -> str:
    return chats.create_conversation(None).id


def draft(index: int, text: str) -> ScoredDraft:
    return ScoredDraft(
        index=index,
        text=text,
        finish="stop",
        n_tokens=3,
        base_rewards=[0.5, 1 / 3],
        quality=0.25,
        uncertainty=0.1,
        score=0.7,
        axes={"length": 1.5},
    )


def ask_and_answer(
    chats: ChatStore, conversation: str, question: str, *answers: str, parent: str | None = None, chosen: int = 0
) -> tuple[StoredMessage, StoredMessage]:
    asked = chats.add_user_message(conversation, question, parent)
    reply = chats.begin_reply(conversation, asked.id, "personal", "model")
    finish(chats, reply.id, *answers, chosen=chosen)
    return asked, chats.message(reply.id)


def finish(chats: ChatStore, message_id: str, *answers: str, chosen: int = 0, stopped: bool = False) -> None:
    chats.finish_reply(
        message_id,
        [draft(i, text) for i, text in enumerate(answers)],
        chosen,
        heads_version="h1",
        seed=2**32 - 1,
        timings=Timings(total_s=1.5),
        stopped=stopped,
    )


def contents(chats: ChatStore, conversation: str) -> list[str]:
    return [message.content for message in chats.thread(conversation)]


def test_a_conversation_is_titled_after_its_first_message(chats: ChatStore, conversation: str):
    assert chats.conversations()[0].title == UNTITLED
    first = chats.add_user_message(conversation, "  How do\n I make tea?  ", None)
    chats.add_user_message(conversation, "And coffee?", first.id)
    assert chats.conversations()[0].title == "How do I make tea?"


def test_a_long_title_is_cut(chats: ChatStore, conversation: str):
    chats.add_user_message(conversation, "word" * 20 + " and many more words than a list can show", None)
    title = chats.conversations()[0].title
    assert len(title) <= 48
    assert title.endswith("…")


def test_a_renamed_conversation_keeps_its_name(chats: ChatStore, conversation: str):
    chats.rename_conversation(conversation, "Tea")
    chats.add_user_message(conversation, "Hello", None)
    assert chats.conversations()[0].title == "Tea"


def test_a_finished_reply_is_all_there(chats: ChatStore, conversation: str):
    _, reply = ask_and_answer(chats, conversation, "Tea?", "Yes.", "No.", chosen=1)
    assert (reply.content, reply.status, reply.heads_version) == ("No.", "complete", "h1")
    assert reply.timings == Timings(total_s=1.5)
    assert [(d.text, d.picked, d.shown) for d in reply.drafts] == [("Yes.", False, False), ("No.", True, True)]
    assert reply.drafts[1].base_rewards == [0.5, 1 / 3]
    assert reply.drafts[1].axes == {"length": 1.5}
    assert chats.thread(conversation)[-1] == reply


def test_a_stopped_reply_is_marked_as_such(chats: ChatStore, conversation: str):
    asked = chats.add_user_message(conversation, "Tea?", None)
    reply = chats.begin_reply(conversation, asked.id, "instant", "model")
    finish(chats, reply.id, "Ye", stopped=True)
    assert chats.message(reply.id).status == "stopped"


def test_showing_another_draft_changes_the_text_and_keeps_what_was_picked(chats: ChatStore, conversation: str):
    _, reply = ask_and_answer(chats, conversation, "Tea?", "Yes.", "No.")
    chats.show_draft(reply.id, 1)
    shown = chats.message(reply.id)
    assert shown.content == "No."
    assert [(d.picked, d.shown) for d in shown.drafts] == [(True, False), (False, True)]


def test_a_draft_that_was_never_finished_cannot_be_shown(chats: ChatStore, conversation: str):
    asked = chats.add_user_message(conversation, "Tea?", None)
    reply = chats.begin_reply(conversation, asked.id, "personal", "model")
    for index in (0, 7):
        with pytest.raises(StoreError, match="not there any more"):
            chats.show_draft(reply.id, index)


def test_the_thread_follows_the_branch_that_was_written_last(chats: ChatStore, conversation: str):
    asked, _ = ask_and_answer(chats, conversation, "Tea?", "Yes.")
    again = chats.begin_reply(conversation, asked.id, "personal", "model")
    finish(chats, again.id, "Certainly.")
    assert contents(chats, conversation) == ["Tea?", "Certainly."]
    edited, _ = ask_and_answer(chats, conversation, "Coffee?", "No.")
    assert edited.parent_id is None
    assert contents(chats, conversation) == ["Coffee?", "No."]


def test_a_conversation_reads_as_turns_without_what_has_no_text(chats: ChatStore, conversation: str):
    _, reply = ask_and_answer(chats, conversation, "Tea?", "Yes.")
    second = chats.add_user_message(conversation, "Why?", reply.id)
    chats.begin_reply(conversation, second.id, "personal", "model")
    assert conversation_turns(chats.thread(conversation)) == [
        ChatMessage("user", "Tea?"),
        ChatMessage("assistant", "Yes."),
        ChatMessage("user", "Why?"),
    ]


def test_after_a_crash_the_longest_partial_text_is_kept_and_marked(tmp_path: Path):
    """The first connection is never closed properly: what `save_partial` returned from is on the disk."""
    crashed = Database(tmp_path / "attune.db")
    chats = ChatStore(crashed)
    conversation = chats.create_conversation(None).id
    asked = chats.add_user_message(conversation, "Tea?", None)
    reply = chats.begin_reply(conversation, asked.id, "personal", "model")
    chats.save_partial(reply.id, {0: "Ye", 1: "Certainly, te"})

    reopened = Database(tmp_path / "attune.db")
    chats = ChatStore(reopened)
    assert chats.thread(conversation)[-1].status == "writing"
    assert chats.interrupt_unfinished() == 1
    message = chats.thread(conversation)[-1]
    assert (message.status, message.content) == ("interrupted", "Certainly, te")
    assert [d.text for d in message.drafts] == ["Ye", "Certainly, te"]
    assert chats.interrupt_unfinished() == 0
    reopened.close()
    crashed.close()


def test_after_a_crash_a_reply_without_text_is_gone_and_its_question_stays(chats: ChatStore, conversation: str):
    asked = chats.add_user_message(conversation, "Tea?", None)
    chats.begin_reply(conversation, asked.id, "personal", "model")
    assert chats.interrupt_unfinished() == 1
    assert contents(chats, conversation) == ["Tea?"]


def test_finished_replies_are_not_touched_by_crash_recovery(chats: ChatStore, conversation: str):
    ask_and_answer(chats, conversation, "Tea?", "Yes.")
    assert chats.interrupt_unfinished() == 0
    assert chats.thread(conversation)[-1].status == "complete"


def test_a_reply_that_got_no_text_can_be_discarded(chats: ChatStore, conversation: str):
    asked = chats.add_user_message(conversation, "Tea?", None)
    reply = chats.begin_reply(conversation, asked.id, "personal", "model")
    chats.discard_reply(reply.id)
    assert contents(chats, conversation) == ["Tea?"]
    with pytest.raises(StoreError, match="not there any more"):
        chats.message(reply.id)


def test_discarding_a_second_attempt_shows_the_first_again(chats: ChatStore, conversation: str):
    asked, _ = ask_and_answer(chats, conversation, "Tea?", "Yes.")
    again = chats.begin_reply(conversation, asked.id, "personal", "model")
    chats.discard_reply(again.id)
    assert contents(chats, conversation) == ["Tea?", "Yes."]


def test_search_finds_every_word_the_last_as_a_prefix(chats: ChatStore, conversation: str):
    asked, reply = ask_and_answer(chats, conversation, "How do I brew green tea?", "Use water at 80 °C, naturally.")
    assert [hit.message_id for hit in chats.search("green te")] == [asked.id]
    assert [hit.message_id for hit in chats.search("NATURAL")] == [reply.id]
    assert chats.search("green coffee") == []
    assert "green" in chats.search("brew")[0].snippet


def test_search_ignores_accents(chats: ChatStore, conversation: str):
    asked = chats.add_user_message(conversation, "Un café crème", None)
    assert [hit.message_id for hit in chats.search("cafe creme")] == [asked.id]


@pytest.mark.parametrize(
    "query",
    ["", "  ", '"', '""', '" OR * NEAR(', "*", "(", ")", "tea AND", "NOT x", "content:x", "^", "-", "a\0b", "'"],
)
def test_searching_for_operators_is_searching_for_text(chats: ChatStore, conversation: str, query: str):
    chats.add_user_message(conversation, "nothing of the kind", None)
    assert chats.search(query) == []


def test_quotes_around_a_word_do_not_hide_it(chats: ChatStore, conversation: str):
    chats.add_user_message(conversation, 'He said "hello" OR not', None)
    assert len(chats.search('said "hello" OR')) == 1


def test_search_finds_the_shown_draft_and_not_the_former_one(chats: ChatStore, conversation: str):
    _, reply = ask_and_answer(chats, conversation, "Tea?", "Chamomile.", "Rooibos.")
    chats.show_draft(reply.id, 1)
    assert chats.search("chamomile") == []
    assert len(chats.search("rooibos")) == 1


def test_deleting_a_conversation_removes_its_text_and_keeps_what_was_learned(database: Database, chats: ChatStore):
    profiles = ProfileStore(database)
    profile = profiles.first_or_create().id
    conversation = chats.create_conversation(profile).id
    _, reply = ask_and_answer(chats, conversation, "Tea?", "Yes.")
    ask_and_answer(chats, conversation, "Why?", "Because.", parent=reply.id)
    profiles.append(profile, quiz(scored(1.0), scored(0.0), "a"))
    chats.delete_conversation(conversation)
    assert chats.conversations() == []
    assert chats.search("Tea") == []
    assert [database.query(f"SELECT count(*) FROM {table}")[0][0] for table in ("message", "draft")] == [0, 0]
    assert len(profiles.log(profile)) == 1


def test_the_conversation_written_in_last_comes_first(chats: ChatStore):
    first, second = chats.create_conversation(None), chats.create_conversation(None)
    assert [c.id for c in chats.conversations()] == [second.id, first.id]
    chats.add_user_message(first.id, "Hello", None)
    assert [c.id for c in chats.conversations()] == [first.id, second.id]


def test_a_chat_remembers_its_profile_and_its_own_correction(database: Database):
    chats, profiles = ChatStore(database), ProfileStore(database)
    me, work = profiles.first_or_create().id, profiles.create("Work").id
    chat = chats.create_conversation(me, correction={"length": -2})
    assert (chat.profile_id, chat.correction) == (me, {"length": -2})
    assert chats.conversation(chat.id) == chat
    chats.set_profile(chat.id, work)
    chats.set_correction(chat.id, {"warmth": 1})
    stored = chats.conversation(chat.id)
    assert (stored.profile_id, stored.correction) == (work, {"warmth": 1})
    chats.set_correction(chat.id, {})
    assert chats.conversations()[0].correction == {}


def test_a_message_knows_its_chat(database: Database):
    chats = ChatStore(database)
    chat = chats.create_conversation(None)
    message = chats.add_user_message(chat.id, "Hello", None)
    assert chats.conversation_of(message.id) == chat.id
    chats.delete_conversation(chat.id)
    with pytest.raises(StoreError, match="not there any more"):
        chats.conversation_of(message.id)
    with pytest.raises(StoreError, match="not there any more"):
        chats.conversation(chat.id)


def test_of_very_many_messages_found_the_newest_are_shown(chats: ChatStore):
    conversation = chats.create_conversation(None).id
    ids = [chats.add_user_message(conversation, f"basil {number}", None).id for number in range(RANKED_UP_TO + 5)]
    assert [hit.message_id for hit in chats.search("basil", limit=3)] == ids[:-4:-1]


def test_what_was_saved_of_a_draft_that_was_dropped_is_forgotten_with_the_reply(chats: ChatStore):
    conversation = chats.create_conversation(None).id
    asked = chats.add_user_message(conversation, "Tea?", None)
    reply = chats.begin_reply(conversation, asked.id, "personal", "model")
    chats.save_partial(reply.id, {0: "Yes", 1: "Tea is", 2: "No"})
    chats.finish_reply(
        reply.id,
        [draft(0, "Yes."), draft(2, "No.")],
        1,
        heads_version="h1",
        seed=1,
        timings=Timings(n_dropped=1, n_dropped_tokens=2),
        stopped=False,
    )
    stored = chats.message(reply.id)
    assert [(each.index, each.text) for each in stored.drafts] == [(0, "Yes."), (2, "No.")]
    assert stored.timings == Timings(n_dropped=1, n_dropped_tokens=2)
