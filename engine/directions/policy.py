"""Which drafts are steered, and by what: plain, yours, exploring. Nothing is, where nothing is known to help.

A sentence is asked for where it pays: its liking times how far this model is believed to move the axis for it must
outweigh what the request is believed to cost in quality. Both are in log-odds (`engine.preferences.posterior`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.directions.calibration import AxisEffect, Calibration
from engine.directions.examples import Example, examples_request
from engine.directions.profile import ProfileSentence, axis_beliefs, profile_sentences, request_of
from engine.generation.steering import Steering
from engine.preferences.taste_model import TasteModel
from engine.types import ALL_CHANNELS, AXES, Channels, DirectionKind, WeightVector

MAX_SENTENCES = 3
"""Small models lose the question over more requests."""
YOURS_SHARE = 3 / 4
"""A request is only made where it is believed to raise drafts by more than it costs: the best of several raised drafts
then beats the best of a mixture. The others hedge against a belief that is wrong for this prompt."""
EXPLORING_FROM = 8
"""From so many drafts on, one explores: below, it would take the place of a draft that is more likely to be chosen."""


@dataclass(frozen=True)
class Direction:
    """kind; steering: what the draft is asked for, None for a plain one."""

    kind: DirectionKind
    steering: Steering | None = None


PLAIN = Direction("plain")


def directions(
    n_drafts: int,
    weights: WeightVector,
    model: TasteModel,
    calibration: Calibration,
    *,
    channels: Channels = ALL_CHANNELS,
    examples: Sequence[Example] = (),
) -> list[Direction]:
    """One for each draft, the plain ones first. All are plain where no request pays for this person and model.

    Args:
        channels: what the person allows; a draft of a channel that is switched off is a plain one.
        examples: the person's own choices, of which a model that profits from them sees the clearest.
    """
    words = request_of(paying_sentences(weights, model, calibration), calibration.place)
    shown = examples_request(examples) if calibration.profits_from_examples else None
    if words is None and shown is None:
        return [PLAIN] * n_drafts
    allowed = [words if channels.profile else None, shown if channels.examples else None]
    explored = exploring_request(weights, model, calibration) if channels.exploring else None
    return mixed(n_drafts, [request for request in allowed if request is not None], explored)


def mixed(n_drafts: int, yours: Sequence[Steering], explored: Steering | None) -> list[Direction]:
    """At least one plain draft, those of the person's requests taking turns, and with many drafts one that explores."""
    exploring = [Direction("exploring", explored)] if explored is not None and n_drafts >= EXPLORING_FROM else []
    n_yours = min(round(n_drafts * YOURS_SHARE), n_drafts - 1 - len(exploring)) if yours else 0
    return [
        *[PLAIN] * (n_drafts - n_yours - len(exploring)),
        *[Direction("yours", yours[i % len(yours)]) for i in range(n_yours)],
        *exploring,
    ]


def paying_sentences(weights: WeightVector, model: TasteModel, calibration: Calibration) -> list[ProfileSentence]:
    """What of the profile this model should be asked for, the most worthwhile first."""
    effects = _heeded(calibration)
    gains = [
        (_gain(abs(sentence.liking), effect), sentence)
        for sentence in profile_sentences(weights, model)
        if (effect := effects.get((sentence.axis, sentence.more))) is not None
    ]
    paying = sorted((pair for pair in gains if pair[0] > 0), key=lambda pair: -pair[0])
    return [sentence for _, sentence in paying[:MAX_SENTENCES]]


def exploring_request(weights: WeightVector, model: TasteModel, calibration: Calibration) -> Steering | None:
    """A request along the liking that is least known, among those that the model heeds and that may well pay."""
    means, sds = axis_beliefs(weights, model)
    effects = _heeded(calibration)
    best: tuple[float, ProfileSentence] | None = None
    for axis, mean, sd in zip(AXES, means, sds, strict=True):
        if abs(mean) > sd:
            continue  # sure enough to be in the profile, or to be left out of it
        for more in (False, True):
            effect = effects.get((axis, more))
            optimistic = float((mean if more else -mean) + sd)
            if effect is None or _gain(optimistic, effect) <= 0:
                continue
            worth = float(sd) * effect.shift
            if best is None or worth > best[0]:
                best = worth, ProfileSentence(axis, more, float(mean), float(abs(mean) / sd))
    return request_of([best[1]], calibration.place) if best else None


def _heeded(calibration: Calibration) -> dict[tuple[str, bool], AxisEffect]:
    return {(effect.axis, effect.more): effect for effect in calibration.heeded}


def _gain(liking: float, effect: AxisEffect) -> float:
    return liking * effect.shift + min(effect.quality, 0.0)
