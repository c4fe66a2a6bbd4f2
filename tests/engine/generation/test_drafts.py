"""Drafts in lock-step with the real bundled model."""

from __future__ import annotations

import itertools

import pytest
from helpers.listeners import RecordingListener
from helpers.next_token import next_token_probabilities, total_variation
from helpers.writers import new_writer

from engine.errors import PromptError
from engine.generation.drafts import DraftRun, DraftWriter
from engine.generation.model import LlamaModel
from engine.types import ChatMessage, SamplingSettings


def user(text: str) -> ChatMessage:
    return ChatMessage("user", text)


def assistant(text: str) -> ChatMessage:
    return ChatMessage("assistant", text)


def write(
    writer: DraftWriter,
    *messages: ChatMessage,
    n_drafts: int = 1,
    seed: int = 1,
    max_tokens: int = 12,
    temperature: float = 0.8,
    listener: RecordingListener | None = None,
) -> DraftRun:
    listener = listener or RecordingListener()
    sampling = SamplingSettings(max_tokens=max_tokens, temperature=temperature)
    return writer.write(messages, n_drafts, sampling, seed, listener, listener.should_stop)


def texts(run: DraftRun) -> list[str]:
    return [draft.text for draft in run.drafts]


JOKE = user("Tell me a joke.")


def test_the_same_request_repeats_exactly(model: LlamaModel, writer: DraftWriter):
    first = write(writer, JOKE, n_drafts=3)
    again = write(new_writer(model), JOKE, n_drafts=3)
    assert texts(first) == texts(again)


def test_drafts_differ_from_each_other_and_from_another_seeds(writer: DraftWriter):
    first, other = write(writer, JOKE, n_drafts=4, seed=1), write(writer, JOKE, n_drafts=4, seed=2)
    assert len(set(texts(first)) | set(texts(other))) == 8


def test_greedy_drafts_are_all_the_same(writer: DraftWriter):
    assert len(set(texts(write(writer, JOKE, n_drafts=3, temperature=0.0)))) == 1


def test_a_draft_of_the_token_limit_ends_by_length(writer: DraftWriter):
    run = write(writer, user("Write a very long story."), n_drafts=2, max_tokens=5)
    assert [(draft.finish, draft.n_tokens) for draft in run.drafts] == [("length", 5)] * 2


def test_a_draft_that_says_all_it_has_to_say_ends_by_itself(writer: DraftWriter):
    run = write(writer, user("What is 1+1? Answer with the number only."), max_tokens=60, temperature=0.0)
    assert run.drafts[0].finish == "stop"
    assert "<|im_end|>" not in run.drafts[0].text


def test_the_listener_hears_all_of_the_text_and_every_step(writer: DraftWriter):
    listener = RecordingListener()
    run = write(writer, JOKE, n_drafts=2, max_tokens=8, listener=listener)
    assert [listener.texts[i] for i in range(2)] == texts(run)
    assert listener.prompts[-1] == (run.n_prompt_tokens, run.n_prompt_tokens)
    assert listener.steps[-1] == [draft.n_tokens for draft in run.drafts]


def test_stop_ends_every_draft_within_a_token(writer: DraftWriter):
    listener = RecordingListener(stop_after_steps=4)
    run = write(writer, user("Write a very long story."), n_drafts=3, max_tokens=200, listener=listener)
    assert len(listener.steps) == 4
    assert {draft.finish for draft in run.drafts} == {"cancelled"}
    # one token from the prompt, one each step
    assert {draft.n_tokens for draft in run.drafts} == {5}
    assert all(draft.text for draft in run.drafts)


class StopDuringPrefill(RecordingListener):
    """Says stop when it has been asked a number of times: ggml asks between operations."""

    asked = 0

    def should_stop(self) -> bool:
        self.asked += 1
        return self.asked > 20


def test_stop_during_the_prompt_ends_it_with_nothing_written(small_model: LlamaModel, small_writer: DraftWriter):
    listener = StopDuringPrefill()
    run = write(small_writer, user("word " * 120), n_drafts=2, listener=listener)
    assert [(draft.finish, draft.n_tokens, draft.text) for draft in run.drafts] == [("cancelled", 0, "")] * 2
    assert listener.prompts == []
    # and what comes after is as if nothing had been
    after = write(small_writer, JOKE, n_drafts=2)
    assert texts(after) == texts(write(new_writer(small_model), JOKE, n_drafts=2))


def test_a_conversation_continues_from_the_cached_prompt(writer: DraftWriter):
    first = write(writer, JOKE)
    assert first.n_reused_tokens == 0
    again = write(writer, JOKE, seed=2)
    assert again.n_reused_tokens == again.n_prompt_tokens - 1


def test_continuing_from_a_draft_other_than_the_first_reuses_its_sequence(writer: DraftWriter):
    """Prompt and reply are in the cache, but for what tokenizes differently at the seam."""
    first = write(writer, user("Name a fruit."), n_drafts=3, max_tokens=20)
    preferred = first.drafts[2]
    following = write(writer, user("Name a fruit."), assistant(preferred.text), user("Why?"), max_tokens=2)
    assert following.n_reused_tokens >= first.n_prompt_tokens + preferred.n_tokens - 2


def test_preferring_another_draft_after_a_turn_reuses_what_is_common(writer: DraftWriter):
    first = write(writer, user("Name a fruit."), n_drafts=2, max_tokens=10)
    write(writer, user("Name a fruit."), assistant(first.drafts[0].text), user("Why?"), max_tokens=2)
    other = write(writer, user("Name a fruit."), assistant(first.drafts[1].text), user("Why?"), max_tokens=2)
    assert first.n_prompt_tokens <= other.n_reused_tokens < other.n_prompt_tokens


def test_a_reused_cache_predicts_what_a_fresh_prompt_predicts(model: LlamaModel, writer: DraftWriter):
    """Within a total variation of 0.1: another prefill chunk size alone moves it by about 0.035 (quantised weights).

    The same conversation with another draft's text is further away, so that a mixed-up sequence would show.
    """
    first = write(writer, user("Name a fruit."), n_drafts=3, max_tokens=20)

    def following(number: int) -> list[ChatMessage]:
        return [user("Name a fruit."), assistant(first.drafts[number].text), user("Why that one?")]

    run = write(writer, *following(1), max_tokens=1)
    reused = next_token_probabilities(model)
    assert run.n_reused_tokens > first.n_prompt_tokens
    assert write(new_writer(model), *following(1), max_tokens=1).n_reused_tokens == 0
    prefilled = next_token_probabilities(model)
    write(new_writer(model), *following(2), max_tokens=1)
    other = next_token_probabilities(model)
    assert total_variation(reused, prefilled) < 0.1 < total_variation(reused, other)


def test_a_message_longer_than_the_context_is_refused_in_words(small_writer: DraftWriter):
    with pytest.raises(PromptError, match=r"too long for the model: \d+ tokens, where it can read 192"):
        write(small_writer, user("word " * 400))


@pytest.mark.parametrize("text", ["", "  \n "])
def test_an_empty_message_is_refused_in_words(writer: DraftWriter, text: str):
    with pytest.raises(PromptError, match="the message is empty"):
        write(writer, user(text))


def test_a_conversation_must_end_with_what_the_person_said_or_the_beginning_of_its_reply(writer: DraftWriter):
    begun = write(writer, user("Count from one to nine in words."), assistant("One, two, three,"), max_tokens=12)
    assert "four" in begun.drafts[0].text.lower()
    assert not begun.drafts[0].text.lower().startswith("one")
    with pytest.raises(PromptError):
        write(writer, assistant("Hello"))
    with pytest.raises(PromptError):
        write(writer, user(" "), assistant(" "))
    with pytest.raises(PromptError):
        write(writer)


def test_the_oldest_turns_are_left_out_where_a_conversation_is_too_long(small_writer: DraftWriter):
    run = write(
        small_writer,
        ChatMessage("system", "Be brief."),
        user("one " * 80),
        assistant("ok " * 50),
        user("two " * 30),
        assistant("yes"),
        user("three?"),
        max_tokens=2,
    )
    alone = write(small_writer, ChatMessage("system", "Be brief."), user("two " * 30), assistant("yes"), user("three?"))
    assert run.n_messages_dropped == 2
    assert run.n_prompt_tokens == alone.n_prompt_tokens < 192
    assert alone.n_messages_dropped == 0


def test_sixteen_long_drafts_share_what_room_there_is(small_model: LlamaModel, small_writer: DraftWriter):
    run = write(small_writer, user("Write a very long story."), n_drafts=16, max_tokens=400)
    assert {draft.finish for draft in run.drafts} <= {"context", "stop"}
    assert run.n_prompt_tokens + sum(draft.n_tokens for draft in run.drafts) <= small_model.n_cells
    assert min(draft.n_tokens for draft in run.drafts if draft.finish == "context") >= 4


@pytest.mark.parametrize("n_drafts", [0, 17, -1])
def test_a_number_of_drafts_out_of_range_is_a_broken_contract(writer: DraftWriter, n_drafts: int):
    with pytest.raises(ValueError, match="between 1 and 16"):
        write(writer, JOKE, n_drafts=n_drafts)


def test_a_character_cut_at_the_limit_is_dropped_not_broken(writer: DraftWriter):
    """The model repeats emoji, which it writes in several tokens each; every limit cuts somewhere else."""
    seen = [
        write(writer, user("Write only emoji: 🎉🎉🎉🎉🎉🎉"), max_tokens=n, temperature=0.0).drafts[0]
        for n in range(1, 12)
    ]
    assert all("\ufffd" not in draft.text for draft in seen)
    assert seen[-1].text.startswith("🎉🎉")
    # some limit fell inside a character: one more token, no more text
    assert any(a.text == b.text and b.n_tokens > a.n_tokens for a, b in itertools.pairwise(seen))


def test_a_repeat_penalty_of_one_and_no_top_k_still_write(writer: DraftWriter):
    settings = SamplingSettings(max_tokens=4, top_k=0, repeat_penalty=1.0)
    listener = RecordingListener()
    run = writer.write([JOKE], 2, settings, 3, listener, listener.should_stop)
    assert all(draft.text for draft in run.drafts)
