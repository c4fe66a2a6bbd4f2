"""Which drafts are steered, by what."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from engine.directions.calibration import AxisEffect, Calibration, ExamplesTrial, find_calibration, read_calibration
from engine.directions.examples import Example, examples_request, own_examples
from engine.directions.policy import PLAIN, Direction, directions, exploring_request, paying_sentences
from engine.directions.profile import axis_beliefs, correction, profile_sentences
from engine.library.bundled import bundled_model_path
from engine.preferences.events import Choice, LoggedEvent, QuizAnswer, Retraction
from engine.preferences.learner import posterior_from_log, weight_vector
from engine.preferences.taste_model import TasteModel
from engine.types import AXES, Channels, WeightVector


def sure_of(taste: TasteModel, **likings: float) -> WeightVector:
    """A person who stated these likings, and is otherwise like most people."""
    log = [
        LoggedEvent(number=i, created_at=0.0, event=correction_of(taste, axis, value))
        for i, (axis, value) in enumerate(likings.items(), start=1)
    ]
    return weight_vector(posterior_from_log(log, taste), taste)


def correction_of(taste: TasteModel, axis: str, value: float):
    return correction(axis, value > 0, taste)


def calibration(taste: TasteModel, *, shift: float = 1.0, quality: float = 0.0, only: str | None = None) -> Calibration:
    return Calibration(
        model="m",
        fingerprint="f",
        heads_version=taste.heads_version,
        place="system",
        places=[],
        effects=[
            AxisEffect(axis=axis, more=more, shift=shift, shift_se=0.1, quality=quality, quality_se=0.1)
            for axis in AXES
            for more in (False, True)
            if only in (None, axis)
        ],
        n_prompts=8,
        max_tokens=96,
    )


def test_a_stated_liking_becomes_a_sentence_of_its_own_axis(taste: TasteModel):
    sentences = {s.axis: s for s in profile_sentences(sure_of(taste, humour=1.0, length=-1.0), taste)}
    assert sentences["humour"].text == "You like some humour."
    assert sentences["length"].text == "You like short answers."
    assert sentences["length"].liking < 0 < sentences["humour"].liking


def test_nothing_is_said_that_the_belief_is_not_sure_of(taste: TasteModel):
    unsure = WeightVector(
        mean=taste.prior_mean.tolist(),
        covariance=(100 * taste.prior_covariance).tolist(),
        heads_version=taste.heads_version,
    )
    assert profile_sentences(unsure, taste) == []


def test_one_draft_stays_plain_one_of_eight_explores_and_the_others_are_the_persons(taste: TasteModel):
    weights = sure_of(taste, humour=1.0)
    planned = directions(8, weights, taste, calibration(taste))
    assert [d.kind for d in planned] == ["plain"] + ["yours"] * 6 + ["exploring"]
    assert [d.kind for d in directions(4, weights, taste, calibration(taste))] == ["plain", "yours", "yours", "yours"]
    assert [d.kind for d in directions(2, weights, taste, calibration(taste))] == ["plain", "yours"]
    assert [d.kind for d in directions(1, weights, taste, calibration(taste))] == ["plain"]


def test_a_model_that_ignores_requests_is_asked_nothing(taste: TasteModel):
    planned = directions(8, sure_of(taste, humour=1.0), taste, calibration(taste, shift=0.1))
    assert {d.steering for d in planned} == {None}


def test_one_lucky_measurement_is_drawn_to_what_the_model_does_on_average(taste: TasteModel):
    def effect(axis: str, shift: float, shift_se: float) -> AxisEffect:
        return AxisEffect(axis=axis, more=True, shift=shift, shift_se=shift_se, quality=0.0, quality_se=0.2)

    def believed(shifts: dict[str, float], shift_se: float) -> dict[str, float]:
        effects = [effect(axis, shift, shift_se) for axis, shift in shifts.items()]
        return {e.axis: e.shift for e in msgspec.structs.replace(calibration(taste), effects=effects).beliefs}

    shifts = {"length": 0.9, "humour": 0.1, "warmth": 0.2, "depth": 0.0}
    noisy, exact = believed(shifts, 0.6), believed(shifts, 0.01)
    assert noisy == {axis: pytest.approx(0.3) for axis in shifts}  # they differ no more than their errors do
    assert exact == {axis: pytest.approx(shift, abs=0.01) for axis, shift in shifts.items()}
    between = believed(shifts, 0.3)
    assert 0.3 < between["length"] < 0.9
    assert 0.0 < between["depth"] < between["humour"] < 0.3


def test_a_request_that_costs_more_quality_than_it_brings_is_not_made(taste: TasteModel):
    weights = sure_of(taste, humour=1.0)
    assert "humour" in [s.axis for s in paying_sentences(weights, taste, calibration(taste))]
    assert paying_sentences(weights, taste, calibration(taste, quality=-3.0)) == []


def test_exploring_asks_for_what_is_least_known(taste: TasteModel):
    weights = sure_of(taste, humour=1.0)
    means, sds = axis_beliefs(weights, taste)
    open_axes = [axis for axis, mean, sd in zip(AXES, means, sds, strict=True) if abs(mean) <= sd]
    request = exploring_request(weights, taste, calibration(taste))
    if not open_axes:
        assert request is None
        return
    assert request is not None
    least_known = max(open_axes, key=lambda axis: sds[AXES.index(axis)])
    assert request == exploring_request(weights, taste, calibration(taste, only=least_known))


def test_a_profile_of_other_words_asks_for_other_things(taste: TasteModel):
    one = directions(4, sure_of(taste, length=-1.0), taste, calibration(taste, only="length"))[-1].steering
    other = directions(4, sure_of(taste, length=1.0), taste, calibration(taste, only="length"))[-1].steering
    assert one is not None
    assert other is not None
    assert "two or three sentences" in one.text
    assert "several full paragraphs" in other.text


def test_the_clearest_examples_are_shown_as_turns():
    def example(margin: float) -> Example:
        return Example(f"q{margin}", f"liked {margin}", "other", margin)

    request = examples_request([example(0.1), example(2.0), example(1.0)])
    assert request is not None
    assert request.turns == (("q2.0", "liked 2.0"), ("q1.0", "liked 1.0"))
    assert examples_request([]) is None


def with_examples(calibration: Calibration, gain: float, gain_se: float = 0.1) -> Calibration:
    trial = ExamplesTrial(gain=gain, gain_se=gain_se, quality=0.0, n_read_tokens=400.0)
    return msgspec.structs.replace(calibration, examples=trial)


CHOSEN = [Example("q", "liked", "other", 1.0)]


def test_own_examples_take_turns_with_words_where_the_model_profits(taste: TasteModel):
    weights = sure_of(taste, humour=1.0)
    profits = with_examples(calibration(taste), gain=0.5)
    planned = directions(8, weights, taste, profits, examples=CHOSEN)
    yours = [d.steering for d in planned if d.kind == "yours" and d.steering]
    assert [steering.turns for steering in yours] == [(), (("q", "liked"),)] * 3
    shown = [
        d.steering for d in directions(4, weights, taste, profits, examples=CHOSEN, channels=Channels(profile=False))
    ]
    assert shown == [None, *[examples_request(CHOSEN)] * 3]


def test_a_model_that_is_too_small_is_asked_for_nothing(taste: TasteModel):
    heeds = with_examples(calibration(taste), gain=0.5)
    weights = sure_of(taste, humour=1.0)
    assert directions(8, weights, taste, heeds, examples=CHOSEN) != [PLAIN] * 8
    too_small = msgspec.structs.replace(heeds, too_small=True)
    assert directions(8, weights, taste, too_small, examples=CHOSEN) == [PLAIN] * 8


def test_the_bundled_model_is_taken_to_be_too_small(taste: TasteModel):
    shipped = find_calibration(bundled_model_path(), taste.heads_version)
    assert shipped is not None
    assert shipped.too_small
    assert shipped.heeded == []
    assert any(effect.heeded for effect in shipped.beliefs)


@pytest.mark.parametrize("gain", [-0.5, 0.05])
def test_own_examples_are_not_shown_to_a_model_that_does_not_surely_profit(taste: TasteModel, gain: float):
    weights = sure_of(taste, humour=1.0)
    asked = directions(8, weights, taste, with_examples(calibration(taste), gain=gain), examples=CHOSEN)
    assert asked == directions(8, weights, taste, calibration(taste))


def test_each_channel_can_be_left_out(taste: TasteModel):
    weights = sure_of(taste, humour=1.0)
    profits = with_examples(calibration(taste), gain=0.5)

    def planned(channels: Channels) -> list[Direction]:
        return directions(8, weights, taste, profits, channels=channels, examples=CHOSEN)

    def shown(channels: Channels) -> list[bool]:
        return [bool(d.steering.turns) for d in planned(channels) if d.kind == "yours" and d.steering]

    kinds = [d.kind for d in planned(Channels(exploring=False))]
    assert kinds == ["plain"] * 2 + ["yours"] * 6
    assert shown(Channels(examples=False)) == [False] * 6
    assert shown(Channels(profile=False)) == [True] * 6
    kinds = [d.kind for d in planned(Channels(profile=False, examples=False))]
    assert kinds == ["plain"] * 7 + ["exploring"]


def test_a_calibration_from_before_the_trial_of_examples_is_still_read(taste: TasteModel, tmp_path: Path):
    old = msgspec.to_builtins(calibration(taste))
    del old["examples"]
    (tmp_path / "old.json").write_bytes(msgspec.json.encode(old))
    assert read_calibration(tmp_path / "old.json") == calibration(taste)


def test_own_examples_are_the_clearest_answers_that_still_count(taste: TasteModel):
    pairs = taste.quiz.pairs[:12]
    mean = taste.prior_mean

    def answer(number: int, choice: Choice) -> LoggedEvent:
        pair = pairs[number]
        event = QuizAnswer(
            heads_version=taste.heads_version, pair=pair.id, choice=choice, a=pair.a_scored, b=pair.b_scored
        )
        return LoggedEvent(number=number + 1, created_at=0.0, event=event)

    x, quality = taste.quiz_differences
    margins = (x @ mean + quality)[:12]
    log = [answer(i, "a" if margin > 0 else "b") for i, margin in enumerate(margins)]
    found = own_examples(log, mean, taste)
    assert [example.margin for example in found] == pytest.approx(sorted(abs(margins), reverse=True)[:2])
    clearest = int(np.argmax(abs(margins)))
    assert found[0].preferred == (pairs[clearest].a if margins[clearest] > 0 else pairs[clearest].b)
    undone = LoggedEvent(
        number=99, created_at=1.0, event=Retraction(event=clearest + 1, heads_version=taste.heads_version)
    )
    assert found[0] not in own_examples([*log, undone], mean, taste)
    contrary = [answer(i, "b" if margin > 0 else "a") for i, margin in enumerate(margins)]
    assert own_examples(contrary, mean, taste) == []


@pytest.mark.parametrize("n", range(1, 17))
def test_every_draft_has_a_direction(taste: TasteModel, n: int):
    assert len(directions(n, sure_of(taste, warmth=1.0), taste, calibration(taste))) == n


def test_a_belief_about_an_axis_is_what_the_map_says(taste: TasteModel):
    weights = sure_of(taste, depth=1.0)
    means, sds = axis_beliefs(weights, taste)
    row = taste.axis_map[AXES.index("depth")]
    assert means[AXES.index("depth")] == pytest.approx(row @ np.array(weights.mean))
    assert sds[AXES.index("depth")] == pytest.approx(np.sqrt(row @ np.array(weights.covariance) @ row))
