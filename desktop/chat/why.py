"""Why one draft stands before another: the contributions of `engine.preferences.explanation`, in words first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QCoreApplication

from desktop.chat.direction_words import direction_sentence
from desktop.chat.states import Reason, Why, signed
from engine.preferences.explanation import AXIS_WORDS, Contribution, explain_choice
from engine.preferences.taste_model import TasteModel
from engine.rerank import QUALITY_MARGIN, above_floor
from engine.store.chats import StoredDraft, StoredMessage
from engine.types import FloatArray

WORTH_SAYING = 0.05
"""A contribution below this (log-odds) is not given as a reason."""
N_REASONS_IN_WORDS = 2
N_REASONS_LISTED = 5

_CLAUSES: dict[str, tuple[str, str]] = {
    "length": ("it is shorter", "it is longer"),
    "structure": ("it is plainer prose", "it has more lists and headings"),
    "depth": ("it gives less background", "it is more thorough"),
    "technicality": ("it uses plainer words", "it is more technical"),
    "engagement": ("it asks fewer questions back", "it asks more questions back"),
}
"""Where "it is" and the axis's word do not make a sentence. The others are built from AXIS_WORDS."""


def _capital(text: str) -> str:
    """Its first letter, and no other: German nouns keep theirs."""
    return text[:1].upper() + text[1:]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Why", text)


def runner_up(drafts: Sequence[StoredDraft], index: int) -> StoredDraft | None:
    """The best other draft by score, of those good enough to be chosen if there is one; None when none was scored."""
    measured = [d for d in drafts if d.score is not None and d.base_rewards and d.axes]
    others = [d for d in measured if d.index != index]
    if not others:
        return None
    eligible = above_floor(np.array([d.quality or 0.0 for d in measured]))
    good = [d for d, keep in zip(measured, eligible, strict=True) if keep and d.index != index]
    return max(good or others, key=lambda draft: draft.score or 0.0)


def explain(
    message_id: str,
    drafts: Sequence[StoredDraft],
    index: int,
    weights: FloatArray,
    model: TasteModel,
    correction: str = "",
) -> Why | None:
    """Draft `index` against the best of the others, by the weights as they are now; None when there is no other.

    correction: the chat's own, in words, where the weights have one.
    """
    draft = next((d for d in drafts if d.index == index), None)
    other = runner_up(drafts, index)
    if draft is None or other is None or draft.base_rewards is None or other.base_rewards is None:
        return None
    contributions = explain_choice(
        (np.array(draft.base_rewards), draft.axes or {}),
        (np.array(other.base_rewards), other.axes or {}),
        weights,
        model,
    )
    quality = (draft.quality or 0.0) - (other.quality or 0.0)
    number = [d.index for d in drafts if d.finish is not None].index(other.index) + 1  # as the pager counts
    sentence = _sentence(contributions, quality, number, picked=draft.picked, corrected=bool(correction))
    direction = direction_sentence(draft.direction, (each.direction for each in drafts))
    return Why(
        message_id=message_id,
        draft_index=index,
        sentence=f"{sentence} {direction}".strip(),
        reasons=_reasons(contributions, quality),
        correction=correction,
    )


def dropped_sentence(message: StoredMessage) -> str:
    """That the drafts to leaf through are not all that were begun; "" where they are."""
    n = message.timings.n_dropped if message.timings is not None else 0
    if n == 0:
        return ""
    return _tr("{n} of {all} drafts were dropped early: as far as they had come, they suited you least.").format(
        n=n, all=n + len(message.drafts)
    )


def _clause(contribution: Contribution) -> str:
    if contribution.axis is None:
        return _tr("it differs in ways that no named trait describes")
    more = contribution.difference > 0
    if contribution.axis in _CLAUSES:
        return _tr(_CLAUSES[contribution.axis][more])
    return _tr("it is {word}").format(word=_tr(AXIS_WORDS[contribution.axis][more]))


def _sentence(
    contributions: Sequence[Contribution], quality: float, other: int, *, picked: bool, corrected: bool
) -> str:
    lead = sum(c.value for c in contributions) + quality
    if picked and lead < 0:
        if quality > QUALITY_MARGIN:
            sentence = _tr("Draft {n} is nearer to your taste, but was left out as the clearly weaker answer ({q}).")
            return sentence.format(n=other, q=signed(-quality))
        if corrected:  # maybe only since this one was picked
            return _tr("As this chat is corrected now, it leans towards draft {n}.").format(n=other)
        return _tr(
            "Your taste leans a little towards draft {n}, but Attune is less sure of that than of this one."
        ).format(n=other)
    sign = 1.0 if lead >= 0 else -1.0
    parts = [(c.value, _clause(c)) for c in contributions]
    general = _tr("it is the better answer in general") if sign > 0 else _tr("it is the weaker answer in general")
    parts.append((quality, general))
    strong = sorted((p for p in parts if p[0] * sign >= WORTH_SAYING), key=lambda p: -abs(p[0]))
    reasons = [f"{clause} ({signed(value)})" for value, clause in strong[:N_REASONS_IN_WORDS]]
    if not reasons:
        return _tr("Your taste sees hardly any difference between this draft and draft {n}.").format(n=other)
    if sign > 0:
        start = _tr("Picked before draft {n}") if picked else _tr("You would like this one better than draft {n}")
    else:
        start = _tr("This one suits you less than draft {n}")
    return start.format(n=other) + _tr(", mainly because ") + _join(reasons) + "."


def _join(clauses: Sequence[str]) -> str:
    """ "it is shorter (+0.4) and plainer (+0.2)": what the clauses share is said once."""
    first, *others = clauses
    shared = "it is " if first.startswith("it is ") else "it "
    return _tr(" and ").join([first, *(c.removeprefix(shared).removeprefix("it ") for c in others)])


def _reasons(contributions: Sequence[Contribution], quality: float) -> tuple[Reason, ...]:
    named = [c for c in contributions if c.axis is not None and abs(c.value) >= WORTH_SAYING / 2]
    listed = [
        Reason(_capital(_tr(AXIS_WORDS[c.axis][c.difference > 0])), c.value)
        for c in named[:N_REASONS_LISTED]
        if c.axis is not None
    ]
    rest = sum(c.value for c in contributions) - sum(reason.value for reason in listed)
    listed.append(Reason(_tr("Better in general") if quality >= 0 else _tr("Weaker in general"), quality))
    listed.append(Reason(_tr("Other, not named"), rest))
    return tuple(listed)
