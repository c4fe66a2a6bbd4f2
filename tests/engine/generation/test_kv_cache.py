"""What was read is found again: turns, siblings, conversations that were left; and models that cannot go back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import llama_cpp
import pytest
from helpers import tiny_models
from helpers.listeners import RecordingListener
from helpers.next_token import next_token_probabilities, total_variation
from helpers.writers import new_writer

from engine.generation.drafts import DraftRun, DraftWriter
from engine.generation.kv_cache import KEEP_MIN_TOKENS, SHELF_LENGTH, KvCache
from engine.generation.model import LlamaModel
from engine.types import ChatMessage, SamplingSettings

STORY = "Once upon a time there was a fox who lived by the sea. " * 12
POEM = "Roses are red and violets are blue, and so it goes on. " * 12


def ask(writer: DraftWriter, *turns: str, n_drafts: int = 1, max_tokens: int = 2, seed: int = 1) -> DraftRun:
    """Turns alternate between the person and the assistant."""
    roles = ("user", "assistant")
    messages = [ChatMessage(roles[i % 2], text) for i, text in enumerate(turns)]
    listener = RecordingListener()
    return writer.write(
        messages, n_drafts, SamplingSettings(max_tokens=max_tokens), seed, listener, listener.should_stop
    )


def test_a_conversation_that_was_left_is_found_again(writer: DraftWriter):
    first = ask(writer, STORY)
    assert ask(writer, POEM).n_reused_tokens < KEEP_MIN_TOKENS  # the template's beginning
    assert writer.cache.n_shelved == 1
    back = ask(writer, STORY, "Nice.", "And then?")
    assert back.n_reused_tokens >= first.n_prompt_tokens - 1
    assert ask(writer, POEM).n_reused_tokens > KEEP_MIN_TOKENS


def test_the_oldest_on_a_full_shelf_comes_back_although_what_is_left_needs_its_place(writer: DraftWriter):
    stories = [f"Number {n}. {STORY}" for n in range(SHELF_LENGTH + 1)]
    first, *_ = [ask(writer, story, max_tokens=1) for story in stories]
    assert writer.cache.n_shelved == SHELF_LENGTH
    back = ask(writer, stories[0], max_tokens=1)
    assert back.n_reused_tokens == first.n_prompt_tokens - 1
    assert writer.cache.n_shelved == SHELF_LENGTH


def test_a_conversation_that_was_put_by_predicts_what_a_fresh_one_does(model: LlamaModel, writer: DraftWriter):
    """Within a total variation of 0.1, as a reused prefix does (see test_drafts); another conversation is far away."""
    ask(writer, STORY)
    ask(writer, POEM)
    run = ask(writer, STORY, "Nice.", "And then?", max_tokens=1)
    reused = next_token_probabilities(model)
    assert run.n_reused_tokens > KEEP_MIN_TOKENS
    assert ask(new_writer(model), STORY, "Nice.", "And then?", max_tokens=1).n_reused_tokens == 0
    fresh = next_token_probabilities(model)
    ask(new_writer(model), POEM, "Nice.", "And then?", max_tokens=1)
    other = next_token_probabilities(model)
    assert total_variation(reused, fresh) < 0.1 < total_variation(reused, other)


def test_going_on_does_not_put_anything_by(writer: DraftWriter):
    ask(writer, STORY)
    ask(writer, STORY, "Nice.", "And then?")
    assert writer.cache.n_shelved == 0


def test_an_edited_message_reuses_what_comes_before_it_and_the_old_branch_comes_back(writer: DraftWriter):
    ask(writer, STORY, "Nice.", POEM)
    edited = ask(writer, STORY, "Nice.", "Something else.")
    assert edited.n_reused_tokens > KEEP_MIN_TOKENS
    old = ask(writer, STORY, "Nice.", POEM)
    assert old.n_reused_tokens == old.n_prompt_tokens - 1


def test_the_chosen_drafts_conversation_is_what_is_put_by(writer: DraftWriter):
    """And the preferred one's words are in it."""
    run = ask(writer, STORY, n_drafts=3, max_tokens=12)
    writer.continue_from(2)
    ask(writer, POEM)
    back = ask(writer, STORY, run.drafts[2].text, "Why?")
    assert back.n_reused_tokens >= run.n_prompt_tokens + run.drafts[2].n_tokens - 2


def test_an_earlier_stage_of_a_conversation_is_not_kept_beside_a_later_one(writer: DraftWriter):
    for n in range(1, 4):
        ask(writer, *([STORY, "Nice."] * n)[:-1])
        ask(writer, POEM)
    assert writer.cache.n_shelved == 1  # the story's; the poem is the present one


def test_there_is_room_for_so_much_only_and_the_least_recently_used_leaves(model: LlamaModel):
    writer = new_writer(model)
    ask(writer, STORY)
    size = llama_cpp.llama_state_seq_get_size(model.context, 0)
    writer.cache = KvCache(model, shelf_bytes=int(2.5 * size))
    for topic in ("cat", "dog", "owl", "fly"):
        ask(writer, STORY.replace("fox", topic))
    assert writer.cache.n_shelved == 2
    assert ask(writer, STORY.replace("fox", "owl")).n_reused_tokens > KEEP_MIN_TOKENS
    assert ask(writer, STORY.replace("fox", "cat")).n_reused_tokens < KEEP_MIN_TOKENS


def test_without_room_nothing_is_put_by_and_everything_still_works(model: LlamaModel):
    writer = new_writer(model)
    writer.cache = KvCache(model, shelf_bytes=0)
    ask(writer, STORY)
    ask(writer, POEM)
    assert writer.cache.n_shelved == 0
    assert ask(writer, STORY).n_reused_tokens < KEEP_MIN_TOKENS


@pytest.fixture(
    params=[tiny_models.mamba, tiny_models.lfm2, tiny_models.gemma3], ids=["recurrent", "hybrid", "sliding"]
)
def other_kind(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LlamaModel]:
    make: Callable[[Path], Path] = request.param
    model = LlamaModel(make(tmp_path / "tiny.gguf"), n_ctx=2048)
    yield model
    model.close()


def test_models_that_cannot_go_back_are_recognised(other_kind: LlamaModel, model: LlamaModel):
    assert model.can_roll_back
    assert model.n_sliding_window == 0
    assert other_kind.can_roll_back == (other_kind.n_sliding_window > 0)


def test_other_kinds_of_models_go_on_from_what_they_read_and_predict_the_same(other_kind: LlamaModel):
    """Whole prompts are gone on from, edits are read anew where there is no way back; the numbers are those of a
    fresh start within 0.02 (no quantised weights here: another chunk size moves them by less than 0.001)."""
    question = "How long is a river? " * 12  # well beyond the sliding window

    def compare(*turns: str) -> tuple[DraftRun, float]:
        run = ask(writer, *turns, n_drafts=2, max_tokens=1)
        reused = next_token_probabilities(other_kind)
        fresh = new_writer(other_kind)
        assert ask(fresh, *turns, n_drafts=2, max_tokens=1).n_reused_tokens == 0
        distance = total_variation(reused, next_token_probabilities(other_kind))
        # the fresh writer has cleared the cache that the other one believes in
        writer.cache.clear()
        return run, distance

    writer = new_writer(other_kind)
    first, _ = compare(question)
    ask(writer, question, n_drafts=2, max_tokens=1)
    goes_on, distance = compare(question, "Long.", "And a lake?")
    assert goes_on.n_reused_tokens >= first.n_prompt_tokens - 1
    assert distance < 0.02

    ask(writer, question, "Long.", "And a lake?", n_drafts=2, max_tokens=1)
    edited, distance = compare(question, "Short.", "And a lake?")
    assert distance < 0.02
    if not other_kind.can_roll_back:
        assert edited.n_reused_tokens == 0


def test_a_conversation_of_another_kind_of_model_comes_back_from_the_shelf(other_kind: LlamaModel):
    writer = new_writer(other_kind)
    first = ask(writer, STORY)
    ask(writer, POEM)
    assert writer.cache.n_shelved == 1
    back = ask(writer, STORY, "Nice.", "And then?", max_tokens=1)
    reused = next_token_probabilities(other_kind)
    assert back.n_reused_tokens >= first.n_prompt_tokens - 1
    ask(new_writer(other_kind), STORY, "Nice.", "And then?", max_tokens=1)
    assert total_variation(reused, next_token_probabilities(other_kind)) < 0.02
