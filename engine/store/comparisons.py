"""What a profile's comparisons say in text: prompt, chosen and rejected reply, for training or study elsewhere.

The log keeps numbers only. The text of a quiz answer is in the quiz bank, that of "I prefer this one" in the chat:
where the chat is deleted, there is none to export. Thumbs compare nothing, and self-tests keep no text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Literal

import msgspec

from engine.errors import ProfileError, StoreError
from engine.files import write_atomically
from engine.preferences.events import DraftPreferred, LoggedEvent, QuizAnswer, active_events
from engine.preferences.taste_model import TasteModel
from engine.store.chats import ChatStore, StoredMessage
from engine.types import ChatMessage


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """prompt: the conversation up to the reply; chosen, rejected: one message each; source: where it was said."""

    prompt: list[ChatMessage]
    chosen: list[ChatMessage]
    rejected: list[ChatMessage]
    source: Literal["quiz", "chat"]
    created_at: float


def comparisons(log: list[LoggedEvent], chats: ChatStore, model: TasteModel) -> Iterator[Comparison]:
    """Of the events that count, oldest first; those whose text is gone are left out."""
    pairs = {pair.id: pair for pair in model.quiz.pairs}
    there = {conversation.id for conversation in chats.conversations()}  # none that is hidden, about to be purged
    for entry in active_events(log):
        match entry.event:
            case QuizAnswer(pair=pair_id, choice="a" | "b" as choice) if pair_id in pairs:
                pair = pairs[pair_id]
                chosen, rejected = (pair.a, pair.b) if choice == "a" else (pair.b, pair.a)
                prompt = [ChatMessage(role="user", content=pair.prompt)]
                yield _comparison(prompt, chosen, rejected, "quiz", entry)
            case DraftPreferred(message=message_id, preferred_index=preferred, shown_index=shown):
                texts = _drafts(chats, message_id, there)
                if texts is not None and preferred in texts[1] and shown in texts[1]:
                    yield _comparison(texts[0], texts[1][preferred], texts[1][shown], "chat", entry)


def export_comparisons(path: Path, log: list[LoggedEvent], chats: ChatStore, model: TasteModel) -> int:
    """One JSON object a line. Returns how many there are.

    Raises: ProfileError, when the file cannot be written.
    """
    lines = [msgspec.json.encode(comparison) for comparison in comparisons(log, chats, model)]
    try:
        write_atomically(path, b"".join(line + b"\n" for line in lines))
    except OSError as exc:
        raise ProfileError(f"Cannot write the comparisons to {path} ({exc.strerror or exc}).") from exc
    return len(lines)


def _drafts(
    chats: ChatStore, message_id: str, there: Collection[str]
) -> tuple[list[ChatMessage], dict[int, str]] | None:
    """The conversation before a reply, and its drafts by index; None where the chat is not `there` any more."""
    try:
        if chats.conversation_of(message_id) not in there:
            return None
        reply = chats.message(message_id)
        before: list[StoredMessage] = []
        parent = reply.parent_id
        while parent is not None:
            before.append(chats.message(parent))
            parent = before[-1].parent_id
    except StoreError:
        return None
    prompt = [ChatMessage(role=message.role, content=message.content) for message in reversed(before)]
    return prompt, {draft.index: draft.text for draft in reply.drafts}


def _comparison(
    prompt: list[ChatMessage], chosen: str, rejected: str, source: Literal["quiz", "chat"], entry: LoggedEvent
) -> Comparison:
    return Comparison(
        prompt=prompt,
        chosen=[ChatMessage(role="assistant", content=chosen)],
        rejected=[ChatMessage(role="assistant", content=rejected)],
        source=source,
        created_at=entry.created_at,
    )
