"""Blind self-tests in the database: prompts, sides, what is kept and what is erased."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields
from pathlib import Path

import pytest

from engine.preferences.events import Scored
from engine.store.chats import ChatStore
from engine.store.database import Database
from engine.store.profiles import ProfileStore
from engine.store.self_tests import OpenRound, Reply, SelfTestStore


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(tmp_path / "attune.db")) as database:
        ProfileStore(database).first_or_create()
        yield database


def reply(text: str) -> Reply:
    return Reply(text, Scored(base_rewards=[1.0, 2.0], quality=0.5))


def ask(database: Database, text: str, profile_id: int = 1) -> str:
    """A chat that begins with this. Returns its id."""
    chats = ChatStore(database)
    chat = chats.create_conversation(profile_id)
    chats.add_user_message(chat.id, text, None)
    return chat.id


def everything(database: Database) -> str:
    """All text of the tables of self-tests."""
    rows = database.query("SELECT * FROM self_test") + database.query("SELECT * FROM self_test_round")
    return "\n".join(str(tuple(row)) for row in rows)


def test_prompts_are_what_this_profiles_chats_began_with_and_each_once(database: Database):
    chats = ChatStore(database)
    other = ProfileStore(database).create("Sunday")
    first = ask(database, "What is basil?")
    ask(database, "What is basil?")
    ask(database, "x" * 3000)
    ask(database, "Somebody else's", other.id)
    started = chats.thread(first)[0]
    answer = chats.begin_reply(first, started.id, "instant", "m")
    chats.add_user_message(first, "And how does it grow?", answer.id)
    assert [text for _id, text in SelfTestStore(database).earlier_prompts(1)] == ["What is basil?"]


def test_every_prompt_is_drawn_once_typed_ones_too(database: Database):
    store = SelfTestStore(database, random.Random(1))
    ask(database, "one")
    ask(database, "two")
    test = store.begin(1, "h", ["three", "one"])
    drawn = []
    while (prompt := store.draw_prompt(test, 1)) is not None:
        drawn.append(prompt)
        store.drop_round(test.id)
    assert sorted(drawn) == ["one", "three", "two"]


def test_sides_are_drawn_evenly_and_choices_name_the_right_reply(database: Database):
    store = SelfTestStore(database, random.Random(2))
    test = store.begin(1, "h", [f"prompt {i}" for i in range(80)])
    n_left = 0
    for number in range(80):
        store.draw_prompt(test, 1)
        shown = store.set_replies(test.id, reply("mine"), reply("first"))
        assert shown is not None
        assert {shown.left, shown.right} == {"mine", "first"}
        n_left += shown.left == "mine"
        side = "left" if number % 2 else "right"
        chosen = store.judge(test.id, side).choices[-1]
        assert chosen == (shown.left if side == "left" else shown.right)
    assert 25 <= n_left <= 55


def test_what_may_be_shown_of_a_round_does_not_say_whose_a_reply_is():
    assert {field.name for field in fields(OpenRound)} == {"prompt", "left", "right"}


def test_a_round_with_one_reply_twice_is_never_shown_and_counts_as_the_same(database: Database):
    store = SelfTestStore(database)
    test = store.begin(1, "h", ["a"])
    store.draw_prompt(test, 1)
    assert store.set_replies(test.id, reply("one  reply\n"), reply("one reply")) is None
    test = store.get(test.id)
    assert (test.choices, test.n_judged) == (("same",), 0)


def test_a_test_goes_on_where_it_was_left_after_the_program_was_closed(tmp_path: Path):
    with closing(Database(tmp_path / "attune.db")) as database:
        ProfileStore(database).first_or_create()
        store = SelfTestStore(database)
        test = store.begin(1, "h", ["a", "b"])
        store.draw_prompt(test, 1)
        shown = store.set_replies(test.id, reply("mine"), reply("first"))
    with closing(Database(tmp_path / "attune.db")) as database:
        store = SelfTestStore(database)
        running = store.running(1)
        assert running is not None
        assert store.open_round(running.id) == shown
        store.judge(running.id, None)
        assert store.end(running.id, "stopped").choices == ("tie",)
        assert store.running(1) is None


def test_the_end_erases_every_text_and_keeps_choices_and_numbers(database: Database):
    store = SelfTestStore(database)
    test = store.begin(1, "h", ["a secret prompt", "another secret"])
    store.draw_prompt(test, 1)
    store.set_replies(test.id, reply("secret reply"), reply("secret other"))
    store.judge(test.id, "left")
    assert "secret" in everything(database)
    ended = store.end(test.id, "complete")
    assert "secret" not in everything(database)
    assert len(ended.choices) == 1
    (judged,) = store.judged_rounds(test.id)
    assert judged.mine.base_rewards == [1.0, 2.0]


def test_deleting_the_chat_erases_the_rounds_text_while_the_test_still_runs(database: Database):
    store = SelfTestStore(database)
    chat = ask(database, "a secret prompt")
    test = store.begin(1, "h")
    store.draw_prompt(test, 1)
    store.set_replies(test.id, reply("secret reply"), reply("other"))
    ChatStore(database).delete_conversation(chat)
    assert "secret" not in everything(database)
    assert store.open_round(test.id) is None


def test_resetting_a_taste_forgets_its_tests(database: Database):
    store = SelfTestStore(database)
    store.end(store.begin(1, "h", ["a"]).id, "given_up")
    ProfileStore(database).reset(1)
    assert store.tests(1) == []
