"""What one draft is asked about how to write, which belongs to the draft and not to the conversation.

A request stands in the system prompt, or in the person's last turn before or after what they wrote; examples stand as
turns before the conversation. What is asked is decided elsewhere (`engine.directions`); where it stands decides how
well a model tells it from the question, and how much of the conversation's cache a steered draft shares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from engine.types import ChatMessage

Place = Literal["system", "before", "last"]


@dataclass(frozen=True)
class Steering:
    """text: whole sentences, or nothing; place: in the system prompt, or before or after the message in the person's
    last turn; turns: pairs of a message and the reply to it that the conversation begins with.
    """

    text: str
    place: Place
    turns: tuple[tuple[str, str], ...] = ()


def steered(messages: Sequence[ChatMessage], steering: Steering) -> list[ChatMessage]:
    """The conversation as a steered draft reads it; `messages` end with the person's turn."""
    n_system = int(messages[0].role == "system")
    system, turns = list(messages[:n_system]), list(messages[n_system:])
    if steering.text and steering.place == "system":
        system = [ChatMessage("system", "\n\n".join([*(message.content for message in system), steering.text]))]
    elif steering.text:
        last = turns[-1].content
        parts = [steering.text, last] if steering.place == "before" else [last, steering.text]
        turns[-1] = ChatMessage(turns[-1].role, "\n\n".join(parts))
    examples = [
        message
        for asked, answered in steering.turns
        for message in (ChatMessage("user", asked), ChatMessage("assistant", answered))
    ]
    return [*system, *examples, *turns]
