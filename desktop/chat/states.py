"""What the chat's widgets show, as plain values that the controller computes. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from engine.attachments import Attachment
from engine.preferences.events import ThumbReason
from engine.types import DirectionKind, Mode, Role, Timings

Thumb = Literal["up", "down"]


@dataclass(frozen=True)
class DraftState:
    """One draft that can be paged to. ratable: it has the numbers that a rating needs."""

    index: int
    text: str
    finish: str | None
    picked: bool
    shown: bool
    ratable: bool
    thumb: Thumb | None = None
    reason: ThumbReason | None = None
    """Why the thumb is down, where the person said so."""
    reasoning: str = ""
    """What the model thought before it."""
    direction: DirectionKind = "plain"
    """Whether the model was asked for something beside the conversation, and for what."""


@dataclass(frozen=True)
class ReplyStatistics:
    """What a reply took. n_tokens: of the draft shown; n_drafts, n_tokens_of_all: with those given up early."""

    n_tokens: int
    n_drafts: int
    n_tokens_of_all: int
    timings: Timings
    model: str

    @property
    def tokens_per_s(self) -> float | None:
        """All drafts together, while they were written; None where that took no time."""
        seconds = self.timings.decode_s
        return self.n_tokens_of_all / seconds if seconds > 0 else None


@dataclass(frozen=True)
class MessageState:
    """One message. drafts: of a reply, those that can be shown, in order."""

    id: str
    role: Role
    text: str
    status: Literal["writing", "complete", "stopped", "interrupted"]
    mode: Mode | None = None
    drafts: tuple[DraftState, ...] = ()
    version: tuple[int, int] = (0, 1)
    """Which of how many versions at this place it is: wordings of a message, replies to one."""
    statistics: ReplyStatistics | None = None
    can_try_again: bool = False
    can_continue: bool = False
    """It is the last one: where it was cut off, it can be continued."""
    plain: bool = False
    """A reply that no taste chose."""
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class Receipt:
    """What a rating did. event: its number in the log, None when there is nothing to undo any more."""

    message_id: str
    sentence: str
    event: int | None


@dataclass(frozen=True)
class Progress:
    """What is being done for a reply. fractions: how far each draft is; empty while there is nothing to draw.

    dropped: the indices of those that go no further.
    """

    sentence: str
    fractions: tuple[float, ...] = ()
    dropped: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Reason:
    """One line of "Why this one?". value: what it adds, in log-odds; None names the remainder."""

    label: str
    value: float


@dataclass(frozen=True)
class Why:
    """Why one draft stands before another."""

    message_id: str
    draft_index: int
    sentence: str
    reasons: tuple[Reason, ...] = field(default=())
    correction: str = ""
    """The chat's own correction that counts in it, in words."""
    dropped: str = ""
    """How many drafts were given up early, in a sentence."""


def signed(value: float, digits: int = 1) -> str:
    """A number with its sign, with a true minus."""
    return f"{value:+.{digits}f}".replace("-", "−")
