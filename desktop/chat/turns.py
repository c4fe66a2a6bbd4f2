"""What the model reads of a conversation. Knows no widgets."""

from __future__ import annotations

from engine.types import ChatMessage


def with_system_prompt(turns: list[ChatMessage], system_prompt: str) -> list[ChatMessage]:
    """What the model reads: the person's system prompt, if any, then the conversation."""
    if not system_prompt.strip():
        return turns
    return [ChatMessage(role="system", content=system_prompt.strip()), *turns]
