"""Deleting with a way back, and without a trace; branches and other versions of a message."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from engine.errors import StoreError
from engine.store.branches import BranchStore
from engine.store.chat_transfer import ChatTransfer
from engine.store.chats import ChatStore
from engine.store.database import IN_MEMORY, Database
from engine.store.deletions import DeletionStore

SECRET = "zanzibar"


@pytest.fixture
def chats(database: Database) -> ChatStore:
    return ChatStore(database)


@pytest.fixture
def deletions(database: Database) -> DeletionStore:
    return DeletionStore(database)


@pytest.fixture
def branches(database: Database) -> BranchStore:
    return BranchStore(database)


def contents(chats: ChatStore, conversation: str) -> list[str]:
    return [message.content for message in chats.thread(conversation)]


def talk(chats: ChatStore, *texts: str) -> tuple[str, list[str]]:
    """A conversation of one branch, and the ids of its messages."""
    conversation = chats.create_conversation(None).id
    ids: list[str] = []
    for text in texts:
        ids.append(chats.add_user_message(conversation, text, ids[-1] if ids else None).id)
    return conversation, ids


def test_a_hidden_chat_is_in_no_list_and_no_search_until_it_is_brought_back(chats: ChatStore, deletions: DeletionStore):
    conversation, _ = talk(chats, "basil")
    deletions.hide_chat(conversation)
    assert chats.conversations() == []
    assert chats.search("basil") == []
    deletions.restore_chat(conversation)
    assert [chat.id for chat in chats.conversations()] == [conversation]
    assert len(chats.search("basil")) == 1


def test_hidden_messages_leave_their_place_to_the_newest_other_version(
    chats: ChatStore, deletions: DeletionStore, branches: BranchStore
):
    conversation, (first, second) = talk(chats, "basil", "sage")
    other = chats.add_user_message(conversation, "thyme", first).id
    deletions.hide_from(other)
    assert contents(chats, conversation) == ["basil", "sage"]
    assert branches.versions(conversation) == {}
    assert chats.search("thyme") == []
    deletions.restore_from(other)
    assert contents(chats, conversation) == ["basil", "thyme"]
    assert branches.versions(conversation)[second].ids == (second, other)


def test_the_first_message_is_hidden_and_brought_back_with_all_that_follows(chats: ChatStore, deletions: DeletionStore):
    conversation, (first, *_) = talk(chats, "basil", "sage", "thyme")
    deletions.hide_from(first)
    assert contents(chats, conversation) == []
    deletions.restore_from(first)
    assert contents(chats, conversation) == ["basil", "sage", "thyme"]
    deletions.hide_from(first)
    deletions.purge_from(first)
    assert contents(chats, conversation) == []
    assert chats.search("sage") == []


def test_purging_what_was_brought_back_deletes_nothing(chats: ChatStore, deletions: DeletionStore):
    conversation, (first, _) = talk(chats, "basil", "sage")
    deletions.hide_from(first)
    deletions.restore_from(first)
    deletions.purge_from(first)
    deletions.purge_chat(conversation)
    assert deletions.purge_all() == 0
    assert contents(chats, conversation) == ["basil", "sage"]


def test_what_a_crash_left_hidden_is_whole_and_purged_at_the_next_start(tmp_path: Path):
    path = tmp_path / "attune.db"
    crashed = Database(path)
    chats = ChatStore(crashed)
    hidden, _ = talk(chats, "basil", "sage")
    kept, (first, second) = talk(chats, "thyme", "mint")
    deletions = DeletionStore(crashed)
    deletions.hide_chat(hidden)
    deletions.hide_from(second)
    # no close: as after a crash, the next start reads what the write-ahead log has
    with closing(Database(path)) as database:
        assert ChatTransfer(database).read(hidden).messages[1].content == "sage"
        assert DeletionStore(database).purge_all() > 0
        chats = ChatStore(database)
        assert [chat.id for chat in chats.conversations()] == [kept]
        assert contents(chats, kept) == ["thyme"]
        assert chats.message(first).content == "thyme"
        assert database.query("SELECT * FROM message WHERE deleted_at IS NOT NULL") == []
    crashed.close()


def test_purged_text_is_in_no_file_any_more(tmp_path: Path):
    def files_with(text: str) -> list[str]:
        return [p.name for p in tmp_path.rglob("*") if p.is_file() and text.encode() in p.read_bytes()]

    with closing(Database(tmp_path / "attune.db")) as database:
        chats, deletions = ChatStore(database), DeletionStore(database)
        for number in range(60):
            talk(chats, f"herb {number}", f"leaf {number} and root")
        secret, _ = talk(chats, f"{SECRET} one", f"more of {SECRET}two", "x" * 9000 + SECRET)
        for number in range(60):
            talk(chats, f"tree {number}", f"branch {number} and twig")
        assert files_with(SECRET)
        deletions.hide_chat(secret)
        deletions.purge_chat(secret)
        deletions.scrub()
        assert files_with(SECRET) == []
        assert files_with("branch")
        assert len(chats.search("branch")) == 50
        # the index's terms are stored without what they share with the term before: look for their ends too
        assert database.query("SELECT * FROM message_fts WHERE message_fts MATCH ?", (f"{SECRET}*",)) == []
        database.query("INSERT INTO message_fts(message_fts) VALUES ('integrity-check')")


def test_scrubbing_goes_in_short_steps_and_ends(database: Database, chats: ChatStore, deletions: DeletionStore):
    for number in range(300):
        talk(chats, " ".join(f"word{number * 50 + i}" for i in range(50)))
    steps = 0
    while deletions.scrub_step():
        steps += 1
        assert steps < 1000
    assert len(chats.search("word77")) >= 1


def test_showing_a_version_shows_its_whole_branch_and_what_followed_it_last(chats: ChatStore, branches: BranchStore):
    conversation, (first, second) = talk(chats, "basil", "sage")
    third = chats.add_user_message(conversation, "thyme", second).id
    chats.add_user_message(conversation, "mint", None)
    assert contents(chats, conversation) == ["mint"]
    branches.show(second)
    assert contents(chats, conversation) == ["basil", "sage", "thyme"]
    versions = branches.versions(conversation)[first]
    assert (versions.position, versions.neighbour(-1)) == (0, None)
    assert chats.message(third).content == "thyme"


def test_showing_a_message_that_is_gone_says_so(chats: ChatStore, branches: BranchStore):
    with pytest.raises(StoreError, match="not there"):
        branches.show("nowhere")


def test_a_first_message_taken_back_leaves_its_former_wording(chats: ChatStore):
    conversation, _ = talk(chats, "basil", "sage")
    reworded = chats.add_user_message(conversation, "thyme", None)
    chats.take_back_message(reworded.id)
    assert contents(chats, conversation) == ["basil", "sage"]


def test_a_duplicate_has_everything_under_new_ids(database: Database, chats: ChatStore):
    conversation, (first, _) = talk(chats, "basil", "sage")
    chats.add_user_message(conversation, "thyme", first)
    chats.set_correction(conversation, {"length": -1})
    copy = ChatTransfer(database).duplicate(conversation, "Copy")
    assert chats.conversation(copy).title == "Copy"
    assert chats.conversation(copy).correction == {"length": -1}
    assert contents(chats, copy) == ["basil", "thyme"]
    assert not {m.id for m in chats.thread(copy)} & {m.id for m in chats.thread(conversation)}
    assert len(BranchStore(database).versions(copy)) == 2
    chats.delete_conversation(copy)
    assert contents(chats, conversation) == ["basil", "thyme"]


def test_a_database_in_memory_is_a_whole_one_and_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    with closing(Database(IN_MEMORY)) as database:
        chats = ChatStore(database)
        conversation = chats.create_conversation(7, "Kept nowhere").id  # a profile of another database
        message = chats.add_user_message(conversation, "basil", None)
        deletions = DeletionStore(database)
        deletions.hide_from(message.id)
        deletions.purge_from(message.id)
        deletions.scrub()
        assert chats.thread(conversation) == []
    assert list(tmp_path.iterdir()) == []
