"""From the event log to evidence about weights: which event says what, and how strongly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.preferences.events import (
    AxisStatement,
    DraftPreferred,
    LoggedEvent,
    PreferenceEvent,
    QuizAnswer,
    Scored,
    Thumb,
    active_events,
)
from engine.preferences.posterior import THUMB_STRENGTH, Evidence
from engine.preferences.taste_model import TasteModel
from engine.types import AXES, FloatArray

THUMB_HALF_LIFE = 120.0
"""A thumb weighs half after this many later thumbs: tastes change with use, not with the calendar."""
LENGTH_STEP = 1.0
""""Too long" is read as: the same reply, this many standard deviations shorter, would have been better."""
TONE = ("formality", "warmth", "enthusiasm", "humour", "confidence")
"""What "the tone" is about: such a thumb leaves length, structure and substance alone."""
OTHER_WEIGHT = 0.5
"""Of a thumb down for another reason: perhaps it was style, perhaps not."""
TIE, FIRST, SECOND = 0.5, 1.0, 0.0


@dataclass(frozen=True, eq=False)
class _Term:
    """x: (n_base,), offset, target as in `Evidence`; thumb: decays with later thumbs; by_rate: β enters, as does s."""

    x: FloatArray
    offset: float
    target: float
    weight: float = 1.0
    thumb: bool = False
    by_rate: bool = False


def evidence_from_log(log: list[LoggedEvent], model: TasteModel) -> Evidence:
    """What the events that count say, for the heads of `model`; events that are not of these heads are left out.

    "Both are bad" and a thumb down for "wrong" say nothing about style, and add no term. A thumb down for "too long"
    or "too short" is about length alone, one for the tone about `TONE` alone.
    """
    events = [entry.event for entry in active_events(log) if entry.event.heads_version == model.heads_version]
    return evidence_of_beginnings(events, [len(events)], model)[0]


def evidence_of_beginnings(events: Sequence[PreferenceEvent], ends: Sequence[int], model: TasteModel) -> list[Evidence]:
    """What the first `end` events say, for each of `ends`, every event being read once.

    events: those that count, oldest first, all of the heads of `model`.
    """
    terms = [_term(event, model) for event in events]
    return [_evidence(events[:end], [term for term in terms[:end] if term is not None], model) for end in ends]


def _evidence(events: Sequence[PreferenceEvent], terms: list[_Term], model: TasteModel) -> Evidence:
    statements = _latest_statements([event for event in events if isinstance(event, AxisStatement)])
    by_rate = np.array([float(term.by_rate) for term in terms])
    weight = np.array([term.weight for term in terms]) * thumb_decay([term.thumb for term in terms], THUMB_HALF_LIFE)
    return Evidence(
        x=np.array([term.x for term in terms], dtype=np.float64).reshape(len(terms), model.n_base),
        offset=np.array([term.offset for term in terms]),
        strength=np.where(by_rate > 0, THUMB_STRENGTH, 1.0),
        is_thumb=by_rate,
        target=np.array([term.target for term in terms]),
        weight=weight,
        statement_rows=np.array([model.axis_map[AXES.index(s.axis)] for s in statements]).reshape(-1, model.n_base),
        statement_values=np.array([s.value for s in statements]),
        statement_sds=np.array([s.sd for s in statements]),
    )


def thumb_decay(is_thumb: Sequence[bool], half_life: float) -> FloatArray:
    """(n,) weights of observations in order: a thumb's halves with every `half_life` later thumbs, others keep 1."""
    thumbs = np.array(is_thumb, dtype=bool)
    later = thumbs.sum() - np.cumsum(thumbs)
    return np.where(thumbs, 0.5 ** (later / half_life), 1.0)


def _term(event: object, model: TasteModel) -> _Term | None:
    match event:
        case QuizAnswer(choice="both_bad"):
            return None
        case QuizAnswer(choice=choice, a=a, b=b):
            return _comparison(a, b, {"a": FIRST, "b": SECOND, "tie": TIE}[choice], model)
        case DraftPreferred(preferred=preferred, shown=shown):
            return _comparison(preferred, shown, FIRST, model)
        case Thumb(shown=shown, reference=reference) if not _fits(shown, reference, model):
            return None
        case Thumb():
            return _thumb(event, model)
    return None


def _comparison(a: Scored, b: Scored, target: float, model: TasteModel) -> _Term | None:
    if not _fits(a, b, model):
        return None
    return _Term(np.subtract(a.base_rewards, b.base_rewards), a.quality - b.quality, target)


def _thumb(event: Thumb, model: TasteModel) -> _Term | None:
    x = np.subtract(event.shown.base_rewards, event.reference.base_rewards)
    offset = event.shown.quality - event.reference.quality
    target = FIRST if event.up else SECOND
    match event.reason:
        case "wrong":
            return None
        case "too_long" | "too_short":
            longer = 1.0 if event.reason == "too_short" else -1.0
            # a comparison with the same reply at another length: neither its quality nor a habit of pressing enters
            return _Term(longer * LENGTH_STEP * model.axis_map[AXES.index("length")], 0.0, FIRST, thumb=True)
        case "tone":
            return _Term(_along(x, TONE, model), 0.0, target, thumb=True, by_rate=True)
        case "other":
            return _Term(x, offset, target, weight=OTHER_WEIGHT, thumb=True, by_rate=True)
    return _Term(x, offset, target, thumb=True, by_rate=True)


def _along(x: FloatArray, axes: Sequence[str], model: TasteModel) -> FloatArray:
    """The part of a base reward difference that these axes make up, reading it as the smallest axes' difference."""
    differences = np.linalg.pinv(model.axis_map.T) @ x
    rows = [AXES.index(axis) for axis in axes]
    return np.asarray(model.axis_map[rows].T @ differences[rows])


def _fits(first: Scored, second: Scored, model: TasteModel) -> bool:
    """Whether the numbers are as many as the heads give: a profile file may come from anywhere."""
    return len(first.base_rewards) == len(second.base_rewards) == model.n_base


def _latest_statements(statements: list[AxisStatement]) -> list[AxisStatement]:
    """A slider says where it stands now: only the last statement on an axis counts."""
    return list({statement.axis: statement for statement in statements if statement.axis in AXES}.values())
