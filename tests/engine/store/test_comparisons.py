"""Comparisons as text: from the quiz bank and from chats, where the text is still there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from helpers.taste import HEADS, logged, quiz, retraction, scored, thumb, tiny_taste

from engine.errors import ProfileError
from engine.preferences.events import DraftPreferred
from engine.store.chats import ChatStore
from engine.store.comparisons import export_comparisons
from engine.store.database import Database
from engine.store.deletions import DeletionStore
from engine.types import ScoredDraft, Timings


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(tmp_path / "attune.db")) as database:
        yield database


@pytest.fixture
def chats(database: Database) -> ChatStore:
    return ChatStore(database)


def second_reply(chats: ChatStore) -> tuple[str, str]:
    """A chat of two turns whose second reply has two drafts. Returns (chat id, that reply's id)."""
    chat = chats.create_conversation(None)
    parent = None
    for question in ("What is basil?", "And sage?"):
        user = chats.add_user_message(chat.id, question, parent)
        reply = chats.begin_reply(chat.id, user.id, "personal", "m")
        drafts = [
            ScoredDraft(
                index=index,
                text=f"{question} {index}",
                finish="stop",
                n_tokens=3,
                base_rewards=[0.0, 0.0],
                quality=0.0,
                uncertainty=0.0,
                score=0.0,
                axes={},
            )
            for index in range(2)
        ]
        chats.finish_reply(reply.id, drafts, 0, heads_version=HEADS, seed=1, timings=Timings(), stopped=False)
        parent = reply.id
    return chat.id, reply.id


def preferred(message: str) -> DraftPreferred:
    return DraftPreferred(
        heads_version=HEADS,
        message=message,
        preferred_index=1,
        shown_index=0,
        preferred=scored(0, 1),
        shown=scored(1, 0),
    )


def test_a_preferred_draft_is_exported_with_the_whole_conversation_before_it(chats: ChatStore, tmp_path: Path):
    _chat, message = second_reply(chats)
    file = tmp_path / "c.jsonl"
    assert export_comparisons(file, logged(preferred(message)), chats, tiny_taste()) == 1
    (row,) = [json.loads(line) for line in file.read_text().splitlines()]
    assert row["prompt"] == [
        {"role": "user", "content": "What is basil?"},
        {"role": "assistant", "content": "What is basil? 0"},
        {"role": "user", "content": "And sage?"},
    ]
    assert row["chosen"] == [{"role": "assistant", "content": "And sage? 1"}]
    assert row["rejected"] == [{"role": "assistant", "content": "And sage? 0"}]
    assert row["source"] == "chat"


def test_what_is_undone_undecided_or_no_comparison_is_left_out(chats: ChatStore, tmp_path: Path):
    a, b = scored(1, 0), scored(0, 1)
    log = logged(
        quiz(a, b, "b", pair="p1"),
        quiz(a, b, "tie", pair="p2"),
        quiz(a, b, "both_bad", pair="p3"),
        quiz(a, b, "a", pair="p4"),
        thumb(True, a, b),
        retraction(4),
        quiz(a, b, "a", pair="gone from the bank"),
    )
    file = tmp_path / "c.jsonl"
    assert export_comparisons(file, log, chats, tiny_taste()) == 1
    row = json.loads(file.read_text())
    assert row["prompt"] == [{"role": "user", "content": "prompt 1"}]
    assert [row["chosen"][0]["content"], row["rejected"][0]["content"]] == ["b", "a"]


def test_of_a_deleted_chat_nothing_is_exported(database: Database, chats: ChatStore, tmp_path: Path):
    file = tmp_path / "c.jsonl"
    chat, message = second_reply(chats)
    DeletionStore(database).hide_chat(chat)
    assert export_comparisons(file, logged(preferred(message)), chats, tiny_taste()) == 0
    chats.delete_conversation(chat)
    assert export_comparisons(file, logged(preferred(message)), chats, tiny_taste()) == 0
    assert file.read_text() == ""


def test_a_folder_that_is_not_there_is_said_in_a_sentence(chats: ChatStore, tmp_path: Path):
    with pytest.raises(ProfileError, match="Cannot write the comparisons"):
        export_comparisons(tmp_path / "nowhere" / "c.jsonl", [], chats, tiny_taste())
