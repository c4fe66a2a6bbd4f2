"""What writes the drafts of a reply, as `engine.reply` needs it: a model here, or a server elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from engine.generation.conversation_window import Fitted
from engine.generation.drafts import DraftListener, DraftPlan, DraftRun, Dropping, SteeringPlan, SteeringRoom
from engine.types import ChatMessage, SamplingSettings


class Generator(Protocol):
    """`engine.generation.drafts.DraftWriter` and `engine.remote.writer.RemoteWriter`. Used from one thread."""

    def write(
        self,
        messages: Sequence[ChatMessage],
        n_drafts: int | DraftPlan,
        sampling: SamplingSettings,
        seed: int,
        listener: DraftListener,
        should_stop: Callable[[], bool],
        steering: SteeringPlan | None = None,
        dropping: Dropping | None = None,
        steering_room: SteeringRoom | None = None,
    ) -> DraftRun: ...

    def measure(self, messages: Sequence[ChatMessage], max_reply_tokens: int) -> Fitted: ...

    def continue_from(self, index: int) -> None: ...

    def close(self) -> None: ...
