"""A request to the model about how to write, which belongs to a draft and not to the conversation.

It stands in the system prompt or after the last message. What it says is decided elsewhere (`engine.directions`);
where it stands decides how much of the conversation's cache a steered draft shares with the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from engine.types import ChatMessage

Place = Literal["system", "last"]


@dataclass(frozen=True)
class Steering:
    """text: whole sentences; place: in the system prompt, or after the last message in the person's turn."""

    text: str
    place: Place


def steered(messages: Sequence[ChatMessage], steering: Steering) -> list[ChatMessage]:
    """The conversation as a steered draft reads it; `messages` end with the person's turn."""
    if steering.place == "last":
        last = messages[-1]
        return [*messages[:-1], ChatMessage(last.role, f"{last.content}\n\n{steering.text}")]
    if messages[0].role == "system":
        return [ChatMessage("system", f"{messages[0].content}\n\n{steering.text}"), *messages[1:]]
    return [ChatMessage("system", steering.text), *messages]
