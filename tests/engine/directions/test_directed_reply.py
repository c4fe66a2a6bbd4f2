"""Directed replies from prompt to choice, with the real bundled model, encoder and heads."""

from __future__ import annotations

import pytest
from helpers.listeners import RecordingListener
from helpers.writers import new_writer

from engine.directions.calibration import AxisEffect, Calibration
from engine.directions.handed_back import HANDED_BACK
from engine.directions.measuring import BatchRead, CancelledError
from engine.directions.profile import correction
from engine.generation.model import LlamaModel
from engine.preferences.events import LoggedEvent
from engine.preferences.learner import posterior_from_log, weight_vector
from engine.preferences.taste_model import TasteModel
from engine.reply import Reply, ReplyEngine
from engine.rewards.scorer import ReplyScorer
from engine.types import ALL_CHANNELS, AXES, Channels, ChatMessage, SamplingSettings, WeightVector

_engines: list[ReplyEngine] = []


@pytest.fixture
def heeding(taste: TasteModel) -> Calibration:
    return Calibration(
        model="m",
        fingerprint="f",
        heads_version=taste.heads_version,
        place="system",
        places=[],
        effects=[
            AxisEffect(axis=axis, more=more, shift=1.0, shift_se=0.1, quality=0.0, quality_se=0.1)
            for axis in AXES
            for more in (False, True)
        ],
        n_prompts=8,
        max_tokens=96,
    )


@pytest.fixture
def brief(taste: TasteModel) -> WeightVector:
    """Somebody who likes it short."""
    log = [LoggedEvent(number=1, created_at=0.0, event=correction("length", False, taste))]
    return weight_vector(posterior_from_log(log, taste), taste)


@pytest.fixture
def engine(model: LlamaModel, scorer: ReplyScorer, taste: TasteModel, heeding: Calibration) -> ReplyEngine:
    new_writer(model)
    _engines.append(ReplyEngine(model, scorer, taste, calibration=heeding))
    return _engines[-1]


def ask(
    engine: ReplyEngine,
    weights: WeightVector | None,
    text: str = "I feel a bit lost since I moved.",
    *,
    sampling: SamplingSettings | None = None,
    directed: bool = True,
    channels: Channels = ALL_CHANNELS,
    n_drafts: int = 4,
) -> Reply:
    listener = RecordingListener()
    reply = engine.reply(
        [ChatMessage("user", text)],
        n_drafts=n_drafts,
        sampling=sampling or SamplingSettings(seed=5, max_tokens=8),
        weights=weights,
        listener=listener,
        on_scoring=lambda: None,
        should_stop=listener.should_stop,
        directed=directed,
        channels=channels,
    )
    assert reply is not None
    return reply


def kinds(reply: Reply) -> list[str]:
    return [draft.direction for draft in reply.drafts]


def test_three_of_four_drafts_are_written_for_the_person(engine: ReplyEngine, brief: WeightVector):
    reply = ask(engine, brief)
    assert kinds(reply) == ["plain", "yours", "yours", "yours"]
    assert reply.timings.n_steering_tokens > 0


def test_where_all_of_a_long_message_would_be_read_again_every_draft_is_plain(engine: ReplyEngine, brief: WeightVector):
    reply = ask(engine, brief, "I feel a bit lost since I moved. " * 40)
    assert kinds(reply) == ["plain"] * 4
    assert reply.timings.n_steering_tokens == 0


def test_plain_drafts_are_the_same_with_steered_ones_beside_them(engine: ReplyEngine, brief: WeightVector):
    greedy = SamplingSettings(seed=5, max_tokens=8, temperature=0.0)
    directed, plain = ask(engine, brief, sampling=greedy), ask(engine, brief, sampling=greedy, directed=False)
    assert kinds(directed)[0] == "plain"
    assert directed.drafts[0].text == plain.drafts[0].text


def test_drafts_that_hand_their_request_back_are_not_chosen(
    engine: ReplyEngine, brief: WeightVector, monkeypatch: pytest.MonkeyPatch
):
    """Every steered draft is said to do so, since the model does not do it on demand."""
    as_it_is = ask(engine, brief)
    monkeypatch.setattr("engine.directions.handed_back.hands_back", lambda *_: True)
    charged = ask(engine, brief)
    assert [draft.text for draft in charged.drafts] == [draft.text for draft in as_it_is.drafts]
    assert charged.drafts[charged.chosen].direction == "plain"
    less = [a.quality - b.quality for a, b in zip(as_it_is.drafts, charged.drafts, strict=True)]
    assert less == pytest.approx([0.0, *[HANDED_BACK] * 3])


def test_nothing_is_steered_without_a_profile_or_where_it_is_switched_off(engine: ReplyEngine, brief: WeightVector):
    assert kinds(ask(engine, None)) == ["plain"] * 4
    assert kinds(ask(engine, brief, directed=False)) == ["plain"] * 4


def test_each_channel_can_be_switched_off_by_itself(engine: ReplyEngine, brief: WeightVector):
    def kinds_of(channels: Channels) -> list[str]:
        return sorted(kinds(ask(engine, brief, n_drafts=8, channels=channels)))

    assert kinds_of(Channels()) == ["exploring", "plain", *["yours"] * 6]
    assert kinds_of(Channels(exploring=False)) == [*["plain"] * 2, *["yours"] * 6]
    assert kinds_of(Channels(profile=False)) == ["exploring", *["plain"] * 7]


def test_a_calibration_goes_on_where_it_was_stopped_and_then_counts(
    model: LlamaModel, scorer: ReplyScorer, taste: TasteModel
):
    new_writer(model)
    engine = ReplyEngine(model, scorer, taste)
    _engines.append(engine)
    done: list[BatchRead] = []
    fractions: list[float] = []
    with pytest.raises(CancelledError):
        engine.calibrate(2, 4, done, on_progress=fractions.append, should_stop=lambda: len(done) == 2)
    first = list(done)
    assert len(first) == 2
    calibration = engine.calibrate(2, 4, done, on_progress=fractions.append, should_stop=lambda: False)
    assert done[0] is first[0]
    assert done[1] is first[1]
    assert fractions == [n / 10 for n in range(1, 11)]
    assert [effect.axis for effect in calibration.effects if effect.more] == list(AXES)
    assert calibration.heads_version == taste.heads_version


def test_nothing_is_steered_without_a_calibration(
    model: LlamaModel, scorer: ReplyScorer, taste: TasteModel, brief: WeightVector
):
    new_writer(model)
    _engines.append(ReplyEngine(model, scorer, taste))
    assert kinds(ask(_engines[-1], brief)) == ["plain"] * 4


def test_code_and_prescribed_forms_are_left_alone(engine: ReplyEngine, brief: WeightVector):
    assert kinds(ask(engine, brief, "write a python function that adds two numbers")) == ["plain"] * 4
    prescribed = SamplingSettings(seed=5, max_tokens=8, grammar='root ::= "yes" | "no"')
    assert kinds(ask(engine, brief, sampling=prescribed)) == ["plain"] * 4
