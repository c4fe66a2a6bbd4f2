"""What the benchmark of directed drafts asks for."""

from __future__ import annotations

import msgspec

from engine.benchmarks.directed import directed_plan
from engine.directions.calibration import AxisEffect, Calibration, ExamplesTrial
from engine.directions.examples import Example
from engine.directions.phrases import PHRASES


def calibration(*effects: tuple[str, bool, float]) -> Calibration:
    return Calibration(
        model="m",
        fingerprint="f",
        heads_version="h",
        place="last",
        places=[],
        effects=[
            AxisEffect(axis=axis, more=more, shift=shift, shift_se=0.1, quality=0.0, quality_se=0.1)
            for axis, more, shift in effects
        ],
        n_prompts=8,
        max_tokens=96,
    )


def test_three_of_four_drafts_are_asked_for_what_the_model_heeds_most():
    heeds = calibration(
        ("length", False, 0.9),
        ("length", True, 0.5),
        ("humour", True, 0.6),
        ("warmth", True, 0.7),
        ("depth", True, 0.4),
    )
    planned = directed_plan(heeds)
    assert planned is not None
    assert [each is None for each in planned] == [True, False, False, False]
    asked = planned[-1]
    assert asked is not None
    assert asked.place == "last"
    requests = [PHRASES[axis][more].request for axis, more in (("length", 0), ("warmth", 1), ("humour", 1))]
    assert asked.text.endswith(" ".join(requests))


def test_a_model_that_heeds_nothing_has_no_directed_drafts_to_measure():
    ignores = calibration(("length", False, 0.1))
    assert directed_plan(ignores) is None
    assert directed_plan(msgspec.structs.replace(ignores, effects=[])) is None


def test_a_model_that_profits_from_own_choices_is_shown_them_in_turn_with_what_it_is_asked():
    trial = ExamplesTrial(gain=0.5, gain_se=0.1, quality=0.0, n_read_tokens=200.0)
    profits = msgspec.structs.replace(calibration(("length", False, 0.9)), examples=trial)
    own = [Example("Why?", "Because.", "No idea.", 1.0)]
    planned = directed_plan(profits, own)
    assert planned is not None
    assert [None if each is None else bool(each.turns) for each in planned] == [None, False, True, False]
    ignores = msgspec.structs.replace(profits, effects=[])
    shown = directed_plan(ignores, own)
    assert shown is not None
    assert [None if each is None else each.turns for each in shown] == [None, *[(("Why?", "Because."),)] * 3]


def test_a_model_that_is_too_small_is_not_steered():
    too_small = msgspec.structs.replace(calibration(("length", False, 0.9)), too_small=True)
    assert directed_plan(too_small, [Example("Why?", "Because.", "No idea.", 1.0)]) is None
