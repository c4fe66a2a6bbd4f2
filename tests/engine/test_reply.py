"""One best-of-N reply with the real model, encoder and heads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from helpers.listeners import RecordingListener
from helpers.writers import new_writer

from engine.errors import EngineError
from engine.generation.chat_template import ChatTemplate
from engine.generation.machine_load import MachineState
from engine.generation.model import LlamaModel
from engine.preferences.taste_model import TasteModel
from engine.reply import CONTEXT_FULL, STALE_WEIGHTS, Reply, ReplyEngine
from engine.rewards.scorer import ReplyScorer
from engine.types import AXES, ChatMessage, SamplingSettings, SpeedRecord, WeightVector

_engines: list[ReplyEngine] = []


@pytest.fixture
def engine(model: LlamaModel, scorer: ReplyScorer, taste: TasteModel) -> ReplyEngine:
    new_writer(model)
    _engines.append(ReplyEngine(model, scorer, taste))  # kept: the shared model points to its stop flag
    return _engines[-1]


def ask(
    engine: ReplyEngine,
    text: str = "Give me a tip for sleeping better.",
    *,
    n_drafts: int = 4,
    weights: WeightVector | None = None,
    max_tokens: int = 24,
    listener: RecordingListener | None = None,
    before: list[ChatMessage] | None = None,
    full: bool = True,
) -> Reply | None:
    listener = listener or RecordingListener()
    return engine.reply(
        [*(before or []), ChatMessage("user", text)],
        n_drafts=n_drafts,
        sampling=SamplingSettings(seed=5, max_tokens=max_tokens),
        weights=weights,
        listener=listener,
        on_scoring=lambda: None,
        should_stop=listener.should_stop,
        full=full,
    )


def weights(taste: TasteModel, mean: np.ndarray, heads: str | None = None) -> WeightVector:
    return WeightVector(
        mean=mean.tolist(),
        covariance=(1e-4 * np.eye(taste.n_base)).tolist(),
        heads_version=heads or taste.heads_version,
    )


def test_every_draft_comes_with_its_numbers(engine: ReplyEngine, taste: TasteModel):
    reply = ask(engine)
    assert reply is not None
    assert [draft.index for draft in reply.drafts] == [0, 1, 2, 3]
    for draft in reply.drafts:
        assert len(draft.base_rewards) == taste.n_base
        assert set(draft.axes) == set(AXES)
        assert draft.n_tokens <= 24
    assert reply.seed == 5
    assert reply.timings.total_s >= reply.timings.decode_s > 0
    assert reply.notice is None


def test_opposite_weights_choose_from_the_same_drafts_by_opposite_rewards(engine: ReplyEngine, taste: TasteModel):
    rewards = np.array([draft.base_rewards for draft in ask(engine).drafts])
    direction = 20 * (rewards[1] - rewards[0])
    liked, disliked = ask(engine, weights=weights(taste, direction)), ask(engine, weights=weights(taste, -direction))
    assert [draft.text for draft in liked.drafts] == [draft.text for draft in disliked.drafts]
    assert rewards[liked.chosen] @ direction > rewards[disliked.chosen] @ direction


def test_without_weights_the_choice_is_the_populations(engine: ReplyEngine, taste: TasteModel):
    nobody = ask(engine)
    prior = ask(engine, weights=weights(taste, taste.prior_mean))
    assert nobody.chosen == prior.chosen


def test_weights_of_other_heads_are_not_used_and_that_is_said(engine: ReplyEngine, taste: TasteModel):
    stale = ask(engine, weights=weights(taste, 50 * np.ones(taste.n_base), heads="h0-old"))
    assert stale.chosen == ask(engine).chosen
    assert stale.notice == STALE_WEIGHTS


def test_stopped_it_chooses_among_what_there_is(engine: ReplyEngine):
    reply = ask(engine, "Write a very long story.", listener=RecordingListener(stop_after_steps=5), max_tokens=200)
    assert reply is not None
    assert {draft.finish for draft in reply.drafts} == {"cancelled"}
    assert 0 <= reply.chosen < len(reply.drafts)


def test_stopped_it_prefers_a_whole_draft_to_one_cut_off(engine: ReplyEngine, taste: TasteModel):
    """Even where this person would like what there is of the other better."""

    def stopped(belief: WeightVector | None) -> Reply:
        listener = RecordingListener(stop_at_first=True)
        return ask(engine, "Name a fruit.", n_drafts=4, max_tokens=200, listener=listener, weights=belief)

    drafts = stopped(None).drafts
    whole = next(draft for draft in drafts if draft.finish == "stop")
    cut = next(draft for draft in drafts if draft.finish == "cancelled")
    reply = stopped(weights(taste, 50 * np.subtract(cut.base_rewards, whole.base_rewards)))
    assert [draft.text for draft in reply.drafts] == [draft.text for draft in drafts]
    assert reply.drafts[reply.chosen].finish == "stop"


def test_stopped_before_any_text_there_is_no_reply(engine: ReplyEngine):
    assert ask(engine, listener=RecordingListener(stop_after_steps=0)) is None


def test_left_out_messages_are_counted(small_model: LlamaModel, scorer: ReplyScorer, taste: TasteModel):
    _engines.append(ReplyEngine(small_model, scorer, taste))
    reply = ask(
        _engines[-1],
        before=[ChatMessage("user", "one " * 150), ChatMessage("assistant", "ok")],
        n_drafts=1,
        max_tokens=4,
    )
    assert reply.n_messages_dropped == 2
    assert reply.notice is None


@dataclass
class Machine:
    """A machine as told: battery and neighbours cannot be had on demand."""

    state: MachineState


def planned(small_watch: MachineState, model: LlamaModel, scorer: ReplyScorer, taste: TasteModel) -> tuple[int, str]:
    """What a reply within ten seconds is planned as, on a machine in this state whose speed is known."""
    lengths = tuple([100] * 16)
    # steps of 20 + 5 n ms, seen for 2 and 8 drafts
    moments = (200.0, 1000.0, 6800.0, 100 * 0.03 + 100 * 0.06, 2 * 100 * 0.03 + 8 * 100 * 0.06)
    speed = SpeedRecord(prefill_tokens_per_s=1e4, step_moments=moments, lengths=lengths, score_s=0.01)
    new_writer(model)
    engine = ReplyEngine(model, scorer, taste, watch=Machine(small_watch), speed=speed)
    _engines.append(engine)
    plans: list[tuple[int, str]] = []
    listener = RecordingListener(stop_after_steps=1)
    engine.reply(
        [ChatMessage("user", "Hello.")],
        n_drafts=16,
        sampling=SamplingSettings(seed=5),
        weights=None,
        listener=listener,
        on_scoring=lambda: None,
        should_stop=listener.should_stop,
        budget_s=8.0,
        on_plan=lambda plan, reason: plans.append((plan.n_drafts, reason)),
    )
    return plans[0]


def test_fewer_drafts_are_written_on_battery_and_beside_other_work(
    model: LlamaModel, scorer: ReplyScorer, taste: TasteModel
):
    idle = planned(MachineState(0.0, 4, on_battery=False), model, scorer, taste)
    battery = planned(MachineState(0.0, 4, on_battery=True), model, scorer, taste)
    busy = planned(MachineState(2.0, 4, on_battery=False), model, scorer, taste)
    assert battery[0] < idle[0]
    assert busy[0] < idle[0]
    assert (battery[1], busy[1]) == ("battery", "busy")
    assert idle[1] in ("", "time")


def test_a_little_work_elsewhere_changes_nothing(model: LlamaModel, scorer: ReplyScorer, taste: TasteModel):
    idle = planned(MachineState(0.0, 4, on_battery=False), model, scorer, taste)
    assert planned(MachineState(0.5, 4, on_battery=False), model, scorer, taste)[0] >= idle[0] - 1


def test_a_model_that_thinks_until_the_end_is_said(model: LlamaModel, scorer: ReplyScorer, taste: TasteModel):
    """Its template opens the reasoning; the bundled model never closes it."""
    bundled = model.template
    opening = "{% for m in messages %}{{ m['content'] }}\n{% endfor %}<think>\n"
    model.template = ChatTemplate(opening, "", "", [])
    try:
        new_writer(model)
        _engines.append(ReplyEngine(model, scorer, taste))
        listener = RecordingListener()
        with pytest.raises(EngineError, match="used all the room there was to think"):
            ask(_engines[-1], listener=listener, n_drafts=2)
        assert listener.texts == {}
        assert set(listener.reasoning) == {0, 1}
    finally:
        model.template = bundled


def test_a_reply_that_reaches_the_end_of_the_context_says_so(
    small_model: LlamaModel, scorer: ReplyScorer, taste: TasteModel
):
    new_writer(small_model)
    _engines.append(ReplyEngine(small_model, scorer, taste))
    reply = ask(_engines[-1], "Write a very long story.", n_drafts=16, max_tokens=400)
    assert reply.drafts[reply.chosen].finish == "context"
    assert reply.notice == CONTEXT_FULL


def test_every_draft_says_how_likely_its_words_were(engine: ReplyEngine):
    for draft in ask(engine).drafts:
        assert -20 < draft.mean_log_probability < 0


TEA = "Tell me about the history of tea, in detail."


def test_half_are_given_up_after_32_tokens_and_again_after_64_and_the_others_go_on_as_they_would_have(
    engine: ReplyEngine,
):
    whole = ask(engine, TEA, n_drafts=8, max_tokens=66)
    listener = RecordingListener()
    reply = ask(engine, TEA, n_drafts=8, max_tokens=66, listener=listener, full=False)
    assert [len(indices) for indices in listener.dropped] == [4, 2]
    assert {draft.index: draft.n_tokens for draft in reply.dropped} == {
        index: n_tokens for indices, n_tokens in zip(listener.dropped, (32, 64), strict=True) for index in indices
    }
    gone = {draft.index for draft in reply.dropped}
    assert [draft.index for draft in reply.drafts] == [index for index in range(8) if index not in gone]
    assert {draft.finish for draft in reply.drafts} == {"length"}
    assert not whole.dropped
    for draft in (*reply.drafts, *reply.dropped):  # a batch of another size rounds otherwise: later the texts may part
        assert whole.drafts[draft.index].text[:80] == draft.text[:80]


def test_at_a_checkpoint_the_heads_read_what_is_there_as_if_it_were_the_reply(
    engine: ReplyEngine, scorer: ReplyScorer, taste: TasteModel
):
    listener = RecordingListener()
    ask(engine, TEA, n_drafts=8, max_tokens=34, listener=listener, full=False)
    so_far = ask(engine, TEA, n_drafts=8, max_tokens=32)  # the same beginnings, each cut off there
    outputs = scorer.score([TEA] * 8, [draft.text for draft in so_far.drafts], "small")
    rewards = outputs.quality + outputs.base_rewards @ taste.prior_mean
    assert listener.dropped == [sorted(np.argsort(-rewards)[4:].tolist())]


def test_dropping_goes_by_this_persons_taste(engine: ReplyEngine, taste: TasteModel):
    direction = 30 * np.ones(taste.n_base)
    one = ask(engine, TEA, n_drafts=8, max_tokens=33, weights=weights(taste, direction), full=False)
    other = ask(engine, TEA, n_drafts=8, max_tokens=33, weights=weights(taste, -direction), full=False)
    assert {draft.index for draft in one.dropped} != {draft.index for draft in other.dropped}


def test_what_is_whole_at_a_checkpoint_is_not_dropped(engine: ReplyEngine):
    listener = RecordingListener()
    reply = ask(engine, TEA, n_drafts=8, max_tokens=32, listener=listener, full=False)
    assert len(reply.drafts) == 8
    assert not listener.dropped


def test_drafts_that_ended_before_a_checkpoint_are_kept_besides(engine: ReplyEngine):
    listener = RecordingListener()
    reply = ask(engine, "What is the capital of France?", n_drafts=8, max_tokens=70, listener=listener, full=False)
    whole = ask(engine, "What is the capital of France?", n_drafts=8, max_tokens=32)
    ended = {draft.index for draft in whole.drafts if draft.finish == "stop"}
    assert 0 < len(ended) < 8
    assert ended <= {draft.index for draft in reply.drafts}
    assert len(listener.dropped[0]) == 8 - len(ended) - min(4, 8 - len(ended))


def test_stopped_after_dropping_it_chooses_among_those_that_went_on(engine: ReplyEngine):
    listener = RecordingListener(stop_after_steps=40)
    reply = ask(engine, TEA, n_drafts=8, max_tokens=200, listener=listener, full=False)
    assert len(reply.dropped) == 4
    assert {draft.finish for draft in reply.drafts} == {"cancelled"}
    assert len(reply.drafts) == 4


def test_dropping_is_counted_and_its_reading_is_no_part_of_the_writing(engine: ReplyEngine):
    times = ask(engine, TEA, n_drafts=8, max_tokens=40, full=False).timings
    assert (times.n_dropped, times.n_dropped_tokens) == (4, 128)
    assert times.prefill_s + times.decode_s + times.score_s <= times.total_s
    assert ask(engine, TEA, n_drafts=8, max_tokens=34).timings.n_dropped == 0


def test_what_goes_on_from_a_reply_after_dropping_reuses_it(engine: ReplyEngine):
    first = ask(engine, "Tell me about tea.", n_drafts=8, max_tokens=34, full=False)
    assert first.dropped
    said = [ChatMessage("user", "Tell me about tea."), ChatMessage("assistant", first.drafts[first.chosen].text)]
    second = ask(engine, "And coffee?", n_drafts=2, max_tokens=4, before=said)
    assert second.timings.n_reused_tokens > 40
