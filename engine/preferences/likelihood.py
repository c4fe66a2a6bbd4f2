"""From the event log to evidence about weights: which event says what, and how strongly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.preferences.events import (
    AxisStatement,
    DraftPreferred,
    LoggedEvent,
    QuizAnswer,
    Scored,
    Thumb,
    active_events,
)
from engine.preferences.posterior import THUMB_STRENGTH, Evidence
from engine.preferences.taste_model import TasteModel
from engine.types import AXES

THUMB_HALF_LIFE = 60.0
"""A thumb weighs half after this many later thumbs: tastes change with use, not with the calendar."""
TIE, FIRST, SECOND = 0.5, 1.0, 0.0


@dataclass(frozen=True)
class _Term:
    first: Scored
    second: Scored
    target: float
    thumb: bool = False


def evidence_from_log(log: list[LoggedEvent], model: TasteModel) -> Evidence:
    """What the events that count say, for the heads of `model`; events that are not of these heads are left out.

    "Both are bad" and a thumb down for "wrong" say nothing about style, and add no term.
    """
    events = [entry.event for entry in active_events(log) if entry.event.heads_version == model.heads_version]
    terms = [term for event in events if (term := _term(event)) is not None and _fits(term, model)]
    statements = _latest_statements([event for event in events if isinstance(event, AxisStatement)])

    n_thumbs = sum(term.thumb for term in terms)
    weights, thumbs_seen = [], 0
    for term in terms:
        thumbs_seen += term.thumb
        weights.append(0.5 ** ((n_thumbs - thumbs_seen) / THUMB_HALF_LIFE) if term.thumb else 1.0)

    differences = [np.subtract(term.first.base_rewards, term.second.base_rewards) for term in terms]
    is_thumb = np.array([float(term.thumb) for term in terms])
    return Evidence(
        x=np.array(differences, dtype=np.float64).reshape(len(terms), model.n_base),
        offset=np.array([term.first.quality - term.second.quality for term in terms]),
        strength=np.where(is_thumb > 0, THUMB_STRENGTH, 1.0),
        is_thumb=is_thumb,
        target=np.array([term.target for term in terms]),
        weight=np.array(weights),
        statement_rows=np.array([model.axis_map[AXES.index(s.axis)] for s in statements]).reshape(-1, model.n_base),
        statement_values=np.array([s.value for s in statements]),
        statement_sds=np.array([s.sd for s in statements]),
    )


def _term(event: object) -> _Term | None:
    match event:
        case QuizAnswer(choice="both_bad"):
            return None
        case QuizAnswer(choice=choice, a=a, b=b):
            return _Term(a, b, {"a": FIRST, "b": SECOND, "tie": TIE}[choice])
        case DraftPreferred(preferred=preferred, shown=shown):
            return _Term(preferred, shown, FIRST)
        case Thumb(reason="wrong"):
            return None
        case Thumb(shown=shown, reference=reference, up=up):
            return _Term(shown, reference, FIRST if up else SECOND, thumb=True)
    return None


def _fits(term: _Term, model: TasteModel) -> bool:
    """Whether the numbers are as many as the heads give: a profile file may come from anywhere."""
    return len(term.first.base_rewards) == len(term.second.base_rewards) == model.n_base


def _latest_statements(statements: list[AxisStatement]) -> list[AxisStatement]:
    """A slider says where it stands now: only the last statement on an axis counts."""
    return list({statement.axis: statement for statement in statements if statement.axis in AXES}.values())
