"""The engine's process, spoken to as the window speaks to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from helpers.worker import WorkerProcess

from engine.library.bundled import bundled_model_path
from engine.preferences.taste_model import TasteModel
from engine.protocol import (
    MAX_LINE_BYTES,
    PROTOCOL_VERSION,
    Cancel,
    DraftDelta,
    DraftProgress,
    DraftsPlanned,
    Event,
    Failed,
    Finished,
    Generate,
    Hello,
    LoadModel,
    LoadProgress,
    Measure,
    Measured,
    ModelLoaded,
    Ping,
    Pong,
    PromptProgress,
    ReplyReady,
    Scoring,
    Shutdown,
)
from engine.types import ChatMessage, SamplingSettings, WeightVector

LONG = 400
"""Tokens of a reply that takes seconds: long enough for whatever is sent meanwhile to come in between."""


@pytest.fixture(scope="module")
def idle() -> Iterator[WorkerProcess]:
    """A worker without a model, shared."""
    worker = WorkerProcess()
    worker.until(Hello)
    yield worker
    worker.stop()


@pytest.fixture(scope="module")
def shared() -> Iterator[WorkerProcess]:
    worker = WorkerProcess()
    worker.answer(LoadModel(id=1000, path=str(bundled_model_path())))
    yield worker
    worker.stop()


_ids = iter(range(1, 1000))


@pytest.fixture
def loaded(shared: WorkerProcess) -> WorkerProcess:
    """The worker that holds the bundled model."""
    return shared


@pytest.fixture
def worker() -> Iterator[WorkerProcess]:
    """A worker of the test's own."""
    worker = WorkerProcess()
    yield worker
    worker.stop()


def generate(
    prompt: str = "Tell me a joke.",
    *,
    n_drafts: int = 2,
    max_tokens: int = 12,
    seed: int | None = 1,
    weights: WeightVector | None = None,
    full: bool = False,
) -> Generate:
    return Generate(
        id=next(_ids),
        messages=[ChatMessage("user", prompt)],
        n_drafts=n_drafts,
        sampling=SamplingSettings(max_tokens=max_tokens, seed=seed),
        weights=weights,
        full=full,
    )


def load(path: Path) -> LoadModel:
    return LoadModel(id=next(_ids), path=str(path))


def only(events: list[Event], kind: type) -> list:
    return [event for event in events if isinstance(event, kind)]


def failure(events: list[Event]) -> Failed:
    """The failure of a request that ended in nothing else."""
    assert [type(event) for event in events[-2:]] == [Failed, Finished]
    assert not only(events, ReplyReady)
    return events[-2]


def test_hello_comes_first_even_when_asked_something_at_once(worker: WorkerProcess, taste: TasteModel):
    worker.send(Ping(id=5))
    hello = worker.next_event()
    assert isinstance(hello, Hello)
    assert (hello.protocol_version, hello.heads_version) == (PROTOCOL_VERSION, taste.heads_version)
    assert worker.next_event() == Pong(id=5)


def test_a_model_loads_with_progress_and_the_worker_ends_when_stdin_closes(worker: WorkerProcess):
    events = worker.answer(load(bundled_model_path()))
    (model,) = only(events, ModelLoaded)
    fractions = [event.fraction for event in only(events, LoadProgress)]
    assert fractions == sorted(fractions)
    assert model.n_ctx == 4096
    assert model.n_layers == 30
    assert not only(events, Failed)
    assert worker.close_stdin() == 0
    assert worker.next_event() is None


def test_shutdown_ends_the_worker(worker: WorkerProcess):
    worker.until(Hello)
    worker.send(Shutdown())
    assert worker.next_event() is None
    assert worker.process.wait(60) == 0


def test_closing_stdin_while_it_writes_ends_the_worker(worker: WorkerProcess):
    worker.answer(load(bundled_model_path()))
    worker.send(generate("Write a very long story.", max_tokens=LONG))
    worker.until(DraftDelta)
    assert worker.close_stdin() == 0
    assert {draft.finish for draft in worker.until(ReplyReady).drafts} == {"cancelled"}  # not written to its end


def test_a_reply_comes_in_order_and_ends_with_finished(loaded: WorkerProcess):
    request = generate(n_drafts=2)
    events = loaded.answer(request)
    assert {event.id for event in events} == {request.id}
    kinds = [type(event) for event in events]
    assert kinds[-3:] == [Scoring, ReplyReady, Finished]
    assert kinds.index(PromptProgress) < kinds.index(DraftDelta) < kinds.index(Scoring)
    assert Failed not in kinds


def test_the_deltas_are_the_drafts(loaded: WorkerProcess):
    events = loaded.answer(generate(n_drafts=3, max_tokens=20))
    (ready,) = only(events, ReplyReady)
    texts: dict[int, str] = {}
    for delta in only(events, DraftDelta):
        texts[delta.index] = texts.get(delta.index, "") + delta.text
    assert texts == {draft.index: draft.text for draft in ready.drafts}
    assert 0 <= ready.chosen < 3


@pytest.mark.parametrize("full", [False, True])
def test_weak_drafts_are_dropped_and_named_unless_all_are_to_be_finished(loaded: WorkerProcess, full: bool):
    events = loaded.answer(generate("Tell me about the history of tea.", n_drafts=8, max_tokens=44, full=full))
    (ready,) = only(events, ReplyReady)
    dropped = only(events, DraftProgress)[-1].dropped
    assert len(dropped) == ready.timings.n_dropped == (0 if full else 4)
    assert {draft.index for draft in ready.drafts} == {*range(8)} - {*dropped}


def test_a_single_draft_streams_token_by_token(loaded: WorkerProcess):
    events = loaded.answer(generate("Write a very long story.", n_drafts=1, max_tokens=10))
    assert len(only(events, DraftDelta)) >= 8


def test_opposite_weights_choose_from_one_set_of_drafts(loaded: WorkerProcess, taste: TasteModel):
    (plain,) = only(loaded.answer(generate("Give me advice on sleeping.", n_drafts=4, max_tokens=24)), ReplyReady)
    a, b = plain.drafts[0].base_rewards, plain.drafts[1].base_rewards
    chosen = []
    for sign in (30, -30):
        weights = WeightVector(
            mean=[sign * (x - y) for x, y in zip(a, b, strict=True)],
            covariance=[[0.0] * taste.n_base] * taste.n_base,
            heads_version=taste.heads_version,
        )
        request = generate("Give me advice on sleeping.", n_drafts=4, max_tokens=24, weights=weights)
        (ready,) = only(loaded.answer(request), ReplyReady)
        assert len(ready.drafts) == 4
        chosen.append(ready.chosen)
    assert chosen[0] != chosen[1]


def test_the_seed_is_told_when_none_was_given(loaded: WorkerProcess):
    (ready,) = only(loaded.answer(generate(n_drafts=1, max_tokens=2, seed=None)), ReplyReady)
    assert 0 <= ready.seed < 2**32


def test_a_ping_is_answered_while_drafts_are_written(loaded: WorkerProcess):
    request = generate("Write a very long story.", max_tokens=LONG)
    loaded.send(request)
    loaded.until(DraftDelta)
    loaded.send(Ping(id=77))
    assert loaded.until(Pong) == Pong(id=77)
    loaded.send(Cancel(id=request.id))
    # the pong came before the reply was there
    assert only(loaded.until_finished(request.id), ReplyReady)


def test_cancel_returns_what_there_is_and_finishes(loaded: WorkerProcess):
    request = generate("Write a very long story.", max_tokens=LONG)
    loaded.send(request)
    loaded.until(DraftDelta)
    loaded.send(Cancel(id=request.id))
    events = loaded.until_finished(request.id)
    (ready,) = only(events, ReplyReady)
    assert {draft.finish for draft in ready.drafts} == {"cancelled"}
    assert all(0 < draft.n_tokens < LONG for draft in ready.drafts)


def test_a_request_cancelled_before_it_begins_is_said_to_be(loaded: WorkerProcess):
    request = generate("Write a very long story.")
    loaded.send(Cancel(id=request.id))
    found = failure(loaded.answer(request))
    assert (found.kind, found.message) == ("cancelled", "Stopped before anything was written.")


def test_cancelling_one_request_leaves_the_next_alone(loaded: WorkerProcess):
    first, second = generate("Write a very long story.", max_tokens=LONG), generate()
    loaded.send(first)
    loaded.send(second)
    loaded.send(Cancel(id=first.id))
    loaded.until_finished(first.id)
    (ready,) = only(loaded.until_finished(second.id), ReplyReady)
    assert not {draft.finish for draft in ready.drafts} & {"cancelled"}


def test_a_request_that_waits_can_be_cancelled(loaded: WorkerProcess):
    first, second = generate("Write a very long story.", max_tokens=LONG), generate()
    loaded.send(first)
    loaded.send(second)
    loaded.until(DraftDelta)
    loaded.send(Cancel(id=second.id))
    loaded.send(Cancel(id=first.id))
    loaded.until_finished(first.id)
    assert failure(loaded.until_finished(second.id)).kind == "cancelled"


def test_an_empty_message_is_a_prompt_failure(loaded: WorkerProcess):
    assert failure(loaded.answer(generate("  "))).kind == "prompt"


def test_a_message_longer_than_the_context_is_a_prompt_failure(loaded: WorkerProcess):
    found = failure(loaded.answer(generate("word " * 5000)))
    assert found.kind == "prompt"
    assert "too long for the model" in found.message


@pytest.mark.parametrize("n_drafts", [0, 17, -3])
def test_a_number_of_drafts_out_of_range_fails_in_words(loaded: WorkerProcess, n_drafts: int):
    assert "between 1 and 16" in failure(loaded.answer(generate(n_drafts=n_drafts))).message


def test_weights_of_the_wrong_size_fail_and_the_worker_lives(loaded: WorkerProcess, taste: TasteModel):
    odd = WeightVector(mean=[1.0], covariance=[[1.0]], heads_version=taste.heads_version)
    assert failure(loaded.answer(generate(weights=odd))).kind == "engine"
    assert only(loaded.answer(generate()), ReplyReady)


def test_a_second_model_is_refused_and_the_first_still_answers(loaded: WorkerProcess):
    assert "already holds a model" in failure(loaded.answer(load(bundled_model_path()))).message
    assert only(loaded.answer(generate()), ReplyReady)


def test_generating_before_a_model_is_loaded_fails_in_words(idle: WorkerProcess):
    assert failure(idle.answer(generate())).message == "No model is loaded yet."


@pytest.mark.parametrize("content", [b"", b"not a model", b"GGUF" + b"\xff" * 50], ids=["empty", "text", "cut off"])
def test_a_file_that_is_no_model_is_a_model_failure(idle: WorkerProcess, content: bytes, tmp_path: Path):
    (tmp_path / "model.gguf").write_bytes(content)
    found = failure(idle.answer(load(tmp_path / "model.gguf")))
    assert found.kind == "model"
    assert "model.gguf" in found.message


def test_a_missing_model_is_a_model_failure(idle: WorkerProcess, tmp_path: Path):
    assert failure(idle.answer(load(tmp_path / "gone.gguf"))).kind == "model"


def test_a_load_that_is_cancelled_is_said_to_be(idle: WorkerProcess):
    request = load(bundled_model_path())
    idle.send(Cancel(id=request.id))
    assert failure(idle.answer(request)).kind == "cancelled"


@pytest.mark.parametrize(
    "line",
    [
        b"junk\n",
        b"\n",
        b"\xff\xfe\n",
        b'{"type": "generate", "id": 1}\n',
        b'{"type": "ping", "id": 1, "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n",
    ],
    ids=["junk", "empty", "not utf-8", "half a request", "deep"],
)
def test_a_junk_line_is_answered_and_the_worker_lives(idle: WorkerProcess, line: bytes):
    idle.send_line(line)
    found = idle.until(Failed)
    assert (found.id, found.kind) == (-1, "protocol")
    idle.send(Ping(id=3))
    assert idle.until(Pong) == Pong(id=3)


def test_an_over_long_line_is_refused_and_the_worker_lives(idle: WorkerProcess):
    idle.send_line(b"x" * (MAX_LINE_BYTES + 100) + b"\n")
    assert "longer than the protocol allows" in idle.until(Failed).message
    idle.send(Ping(id=4))
    assert idle.until(Pong) == Pong(id=4)


def test_with_a_time_budget_the_worker_says_how_many_drafts_it_begins(loaded: WorkerProcess):
    request = msgspec.structs.replace(generate(n_drafts=5), budget_s=600.0)
    events = loaded.answer(request)
    (planned,) = only(events, DraftsPlanned)
    (reply,) = only(events, ReplyReady)
    assert planned.n_drafts == 5
    assert planned.reason == ""
    assert len(reply.drafts) <= 5
    assert events.index(planned) < events.index(only(events, Scoring)[0])


def test_too_small_a_budget_still_leaves_a_choice_of_two(loaded: WorkerProcess):
    events = loaded.answer(msgspec.structs.replace(generate(n_drafts=8), budget_s=0.01))
    (planned,) = only(events, DraftsPlanned)
    assert planned.n_drafts == 2
    assert planned.reason in ("time", "battery", "busy")


def test_without_a_budget_nothing_is_planned(loaded: WorkerProcess):
    assert only(loaded.answer(generate(n_drafts=3)), DraftsPlanned) == []


def test_what_is_known_of_the_speed_comes_with_the_reply_and_goes_into_the_next_worker(worker: WorkerProcess):
    worker.answer(load(bundled_model_path()))
    (reply,) = only(worker.answer(generate("Tell me about the sea and its tides. " * 4)), ReplyReady)
    assert reply.speed is not None
    assert reply.speed.prefill_tokens_per_s > 0
    assert reply.speed.step_moments[0] > 0
    following = WorkerProcess()
    try:
        following.answer(msgspec.structs.replace(load(bundled_model_path()), speed=reply.speed))
        (later,) = only(following.answer(generate()), ReplyReady)
        assert later.speed.lengths[: len(reply.speed.lengths)] == reply.speed.lengths
    finally:
        following.stop()


def measure(*texts: str) -> Measure:
    roles = ("user", "assistant")
    return Measure(id=next(_ids), messages=[ChatMessage(roles[i % 2], text) for i, text in enumerate(texts)])


def test_a_conversation_is_measured_against_the_window(loaded: WorkerProcess):
    (short,) = only(loaded.answer(measure("Hello.")), Measured)
    (longer,) = only(loaded.answer(measure("Hello. " * 100)), Measured)
    assert 0 < short.n_tokens < longer.n_tokens < longer.window
    assert short.n_messages_dropped == 0


def test_what_no_longer_fits_is_counted_in_messages(loaded: WorkerProcess):
    (measured,) = only(loaded.answer(measure(*(["word " * 700] * 11))), Measured)
    assert measured.n_messages_dropped in (4, 6, 8)  # whole turns
    assert measured.n_tokens < measured.window


def test_a_message_that_is_too_long_is_measured_all_the_same(loaded: WorkerProcess):
    (measured,) = only(loaded.answer(measure("Hi.", "Hello.", "word " * 6000)), Measured)
    assert measured.n_tokens > measured.window
    assert measured.n_messages_dropped == 2


def test_measuring_nothing_is_said(loaded: WorkerProcess):
    assert failure(loaded.answer(measure(" "))).kind == "prompt"


def test_a_grammar_that_is_none_fails_in_words_and_the_worker_goes_on(loaded: WorkerProcess):
    sampling = SamplingSettings(max_tokens=4, grammar="root ::= (")
    failed = failure(loaded.answer(msgspec.structs.replace(generate(), sampling=sampling)))
    assert "must be GBNF" in failed.message
    assert only(loaded.answer(generate()), ReplyReady)
