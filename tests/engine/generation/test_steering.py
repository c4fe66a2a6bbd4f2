"""Steered drafts beside plain ones, with the real bundled model."""

from __future__ import annotations

import pytest
from helpers.listeners import RecordingListener
from helpers.writers import new_writer

from engine.generation.drafts import DraftRun, DraftWriter
from engine.generation.model import LlamaModel
from engine.generation.steering import Place, Steering, steered
from engine.types import ChatMessage, SamplingSettings

QUESTION = ChatMessage("user", "How do I get a stain out of a shirt?")
CAPITALS = "Answer with the single word BANANA."


def write(
    writer: DraftWriter,
    messages: list[ChatMessage],
    asked: list[Steering | None],
    *,
    temperature: float = 0.0,
    max_tokens: int = 12,
    room: int | None = None,
) -> DraftRun:
    listener = RecordingListener()
    sampling = SamplingSettings(max_tokens=max_tokens, temperature=temperature)
    return writer.write(
        messages,
        len(asked),
        sampling,
        3,
        listener,
        listener.should_stop,
        lambda _n: asked,
        steering_room=None if room is None else lambda _n: room,
    )


@pytest.mark.parametrize("place", ["system", "before", "last"])
def test_a_steered_draft_says_what_the_model_says_to_that_prompt_alone(
    model: LlamaModel, writer: DraftWriter, place: Place
):
    request = Steering(CAPITALS, place)
    run = write(writer, [QUESTION], [None, request, None, request])
    plain = write(new_writer(model), [QUESTION], [None]).drafts[0].text
    alone = write(new_writer(model), steered([QUESTION], request), [None]).drafts[0].text
    assert plain != alone
    assert [draft.text for draft in run.drafts] == [plain, alone, plain, alone]
    assert [draft.steering for draft in run.drafts] == [None, request, None, request]


def test_examples_are_the_first_turns_and_leave_the_rest_as_it_is(model: LlamaModel, writer: DraftWriter):
    shown = Steering("", "system", (("Name a fruit.", "BANANA"), ("Name a colour.", "YELLOW")))
    system = ChatMessage("system", "You are a gardener.")
    read = steered([system, QUESTION], shown)
    assert [message.content for message in read] == [
        system.content,
        "Name a fruit.",
        "BANANA",
        "Name a colour.",
        "YELLOW",
        QUESTION.content,
    ]
    run = write(writer, [system, QUESTION], [None, shown])
    assert run.drafts[1].text == write(new_writer(model), read, [None]).drafts[0].text


def test_a_request_at_the_end_is_all_that_is_read_for_it(writer: DraftWriter):
    long = [ChatMessage("system", "You are a gardener. " * 20), QUESTION]
    at_the_end = write(writer, long, [None, Steering(CAPITALS, "last")])
    in_front = write(writer, long, [None, Steering(CAPITALS, "system")])
    assert at_the_end.n_steering_tokens < 30
    assert in_front.n_steering_tokens > at_the_end.n_steering_tokens + 15


def test_what_takes_more_reading_than_there_is_room_for_is_not_made(writer: DraftWriter):
    long = [ChatMessage("system", "You are a gardener. " * 20), QUESTION]
    last, system = Steering(CAPITALS, "last"), Steering(CAPITALS, "system")
    room = write(writer, long, [None, last]).n_steering_tokens
    run = write(writer, long, [None, system, last], room=room)
    assert [draft.steering for draft in run.drafts] == [None, None, last]
    assert run.n_steering_tokens == room
    assert all(draft.text for draft in run.drafts)
    none = write(writer, long, [None, system, last], room=room - 1)
    assert [draft.steering for draft in none.drafts] == [None] * 3
    assert none.n_steering_tokens == 0


def test_equal_requests_are_read_once(writer: DraftWriter):
    request = Steering(CAPITALS, "last")
    once, twice = write(writer, [QUESTION], [None, request]), write(writer, [QUESTION], [None, request, request])
    assert once.n_steering_tokens == twice.n_steering_tokens


def test_the_next_turn_reads_a_steered_reply_without_its_request(model: LlamaModel, writer: DraftWriter):
    request = Steering(CAPITALS, "last")
    run = write(writer, [QUESTION], [None, request], max_tokens=8)
    writer.continue_from(1)
    reply = run.drafts[1]
    after = [QUESTION, ChatMessage("assistant", reply.text), ChatMessage("user", "Why?")]
    following = write(writer, after, [None])
    fresh = write(new_writer(model), after, [None])
    assert following.drafts[0].text == fresh.drafts[0].text
    assert following.n_prompt_tokens == fresh.n_prompt_tokens
    # the plain prompt is known, its generation prompt included; the reply is read anew
    assert following.n_reused_tokens >= run.n_prompt_tokens - 1
    assert following.n_reused_tokens < run.n_prompt_tokens + reply.n_tokens


def test_a_request_that_does_not_fit_the_window_is_not_made(small_writer: DraftWriter):
    run = write(small_writer, [QUESTION], [None, Steering("Be kind. " * 200, "system")], max_tokens=4)
    assert [draft.steering for draft in run.drafts] == [None, None]
    assert run.drafts[0].text == run.drafts[1].text


def test_stopping_ends_steered_drafts_too(writer: DraftWriter):
    listener = RecordingListener(stop_after_steps=2)
    asked = [None, Steering(CAPITALS, "last")]
    run = writer.write(
        [QUESTION], 2, SamplingSettings(max_tokens=40), 3, listener, listener.should_stop, lambda _n: asked
    )
    assert [draft.finish for draft in run.drafts] == ["cancelled", "cancelled"]
