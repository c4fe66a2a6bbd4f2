"""What the model reads of a conversation, with a tokenizer that counts words."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest

from engine.errors import PromptError
from engine.generation.conversation_window import ConversationWindow
from engine.types import ChatMessage


class Words:
    """One token a word and one a message; counts how often it is asked."""

    n_asked = 0

    def __call__(self, messages: Sequence[ChatMessage]) -> list[int]:
        self.n_asked += 1
        return [0] * sum(1 + len(message.content.split()) for message in messages)


def user(n_words: int) -> ChatMessage:
    return ChatMessage("user", "word " * n_words)


def turns(n: int, n_words: int = 9) -> list[ChatMessage]:
    """n turns of 2 · (1 + n_words) tokens, the last one still to be answered."""
    return [
        ChatMessage("user" if i % 2 == 0 else "assistant", f"{i} " + "w " * (n_words - 1)) for i in range(2 * n - 1)
    ]


SYSTEM = ChatMessage("system", "be brief")


def window(n_tokens: int) -> tuple[ConversationWindow, Words]:
    words = Words()
    return ConversationWindow(n_tokens, words), words


def test_a_conversation_that_fits_is_read_whole():
    fitted = window(1000)[0].fit([SYSTEM, *turns(5)], 100)
    assert fitted.n_dropped == 0
    assert len(fitted.tokens) == 3 + 9 * 10


def test_whole_turns_leave_and_the_system_prompt_stays():
    fitted = window(200)[0].fit([SYSTEM, *turns(20)], 50)
    assert fitted.n_dropped % 2 == 0  # a question leaves with its answer
    assert 0 < fitted.n_dropped < 38
    assert len(fitted.tokens) == 3 + (39 - fitted.n_dropped) * 10
    assert len(fitted.tokens) <= 200 - 50


def test_the_same_turns_stay_out_while_the_conversation_goes_on():
    """So that its beginning stays the same, and in the cache."""
    fitting = window(400)[0]
    dropped = [fitting.fit(turns(n), 64).n_dropped for n in range(15, 40)]
    assert dropped[0] == 0
    steps = [b - a for a, b in itertools.pairwise(dropped)]
    assert min(steps) == 0  # never fewer again
    assert sum(step > 0 for step in steps) <= 9  # of 25: several turns at once, then none for a while


def test_an_edited_beginning_is_fitted_anew():
    fitting = window(400)[0]
    long = turns(30)
    before = fitting.fit(long, 64)
    edited = [ChatMessage("user", "other"), *long[1:]]
    assert fitting.fit(edited, 64).n_dropped == before.n_dropped  # as from scratch
    assert fitting.fit(turns(3), 64).n_dropped == 0


def test_a_long_conversation_is_rendered_a_few_times_only():
    fitting, words = window(500)
    fitting.fit(turns(1000), 64)
    assert words.n_asked <= 14


def test_a_last_turn_may_take_the_room_that_the_reply_would_like():
    fitted = window(400)[0].fit([*turns(5), ChatMessage("assistant", "ok"), user(330)], 512)
    assert len(fitted.tokens) == 331
    assert fitted.n_dropped == 10


def test_a_last_turn_that_is_too_long_is_refused_with_its_length():
    with pytest.raises(PromptError, match="351 tokens, where it can read 336") as caught:
        window(400)[0].fit([*turns(5), ChatMessage("assistant", "ok"), user(350)], 512)
    assert caught.value.n_tokens == 351


@pytest.mark.parametrize("messages", [[], [SYSTEM], [ChatMessage("assistant", "Hi.")], [ChatMessage("user", " \n")]])
def test_there_must_be_something_to_answer(messages: list[ChatMessage]):
    with pytest.raises(PromptError, match="nothing to answer") as caught:
        window(400)[0].fit(messages, 64)
    assert caught.value.n_tokens is None
