"""A chat as a value: its tree of messages with drafts and numbers, whatever file it came from or goes to."""

from __future__ import annotations

from typing import Literal

import msgspec

from engine.attachments import Attachment
from engine.types import DirectionKind, Finish, Mode, Role, Timings


class FileDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A draft of a reply, as `ScoredDraft`; what is None was never scored. finish: None where it was cut off."""

    index: int
    text: str
    finish: Finish | None = None
    n_tokens: int = 0
    base_rewards: list[float] | None = None
    quality: float | None = None
    uncertainty: float | None = None
    score: float | None = None
    axes: dict[str, float] | None = None
    picked: bool = False
    shown: bool = False
    reasoning: str = ""
    direction: DirectionKind = "plain"


class FileMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message in the tree. shown_child: the branch that is shown after it, or was last; created_at: Unix time."""

    id: str
    parent: str | None
    role: Role
    content: str
    created_at: float
    shown_child: str | None = None
    status: Literal["complete", "stopped", "interrupted"] = "complete"
    model: str | None = None
    mode: Mode | None = None
    seed: int | None = None
    heads_version: str | None = None
    timings: Timings | None = None
    plain: bool = False
    drafts: list[FileDraft] = []
    attachments: list[Attachment] = []


class FileChat(msgspec.Struct, frozen=True, kw_only=True):
    """messages: every one after its parent; shown_root: the first message of the branch that is shown.

    folder: the name of the folder that it lies in.
    """

    title: str
    created_at: float
    updated_at: float
    pinned: bool = False
    folder: str | None = None
    correction: dict[str, int] = {}
    shown_root: str | None = None
    messages: list[FileMessage] = []

    @property
    def shown(self) -> list[FileMessage]:
        """The shown branch, first message first."""
        by_id = {message.id: message for message in self.messages}
        branch: list[FileMessage] = []
        current = self.shown_root
        while current is not None and current in by_id:
            branch.append(by_id[current])
            current = branch[-1].shown_child
        return branch
