"""What a rating in a chat is measured against. Pure functions of stored messages."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.preferences.events import Scored
from engine.store.chats import StoredDraft, StoredMessage

FINISHED = ("stop", "length")
"""How a draft ends that may stand as a sibling in a likelihood: written to its end, or to the agreed length."""


def scored(draft: StoredDraft) -> Scored | None:
    """The draft's numbers, None when it was never scored."""
    if draft.base_rewards is None or draft.quality is None:
        return None
    return Scored(base_rewards=draft.base_rewards, quality=draft.quality)


def displayed_draft(message: StoredMessage) -> StoredDraft | None:
    """The draft that is the message's text."""
    return next((draft for draft in message.drafts if draft.shown), None)


def thumb_reference(
    message: StoredMessage, index: int, earlier: Sequence[StoredMessage], heads_version: str
) -> Scored | None:
    """What a thumb on draft `index` compares it with; None when the draft itself was never scored.

    The mean over its finished siblings; with none, the mean over the replies that the conversation showed before;
    with none of those either, the draft itself, so that the thumb says nothing about style.
    Numbers of other reward heads than `heads_version` are left out.
    """
    own = next((scored(draft) for draft in message.drafts if draft.index == index), None)
    if own is None or message.heads_version != heads_version:
        return None
    if not any(draft.index == index and draft.finish in FINISHED for draft in message.drafts):
        return own  # cut off: its length is nobody's choice, so the thumb says nothing about style
    siblings = [
        numbers
        for draft in message.drafts
        if draft.index != index and draft.finish in FINISHED and (numbers := scored(draft)) is not None
    ]
    former = [
        numbers
        for other in earlier
        if other.id != message.id
        and other.heads_version == heads_version
        and (draft := displayed_draft(other)) is not None
        and (numbers := scored(draft)) is not None
    ]
    return mean_scored(siblings or former or [own])


def mean_scored(items: Sequence[Scored]) -> Scored:
    """The mean of base rewards and of quality."""
    return Scored(
        base_rewards=np.mean([item.base_rewards for item in items], axis=0).tolist(),
        quality=float(np.mean([item.quality for item in items])),
    )
