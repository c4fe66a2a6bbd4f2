"""Open WebUI's export: a list of chats, each with a history of messages by id and the id of the last one shown."""

from __future__ import annotations

import uuid
from typing import Any

import msgspec

from engine.attachments import with_attachments
from engine.chat_files.chat import FileChat, FileMessage
from engine.chat_files.cleaning import clean_text, clean_time, clean_title
from engine.chat_files.tree import arranged
from engine.types import Role

_ROLES: dict[str, Role] = {"user": "user", "assistant": "assistant", "system": "system"}


class _Message(msgspec.Struct, rename="camel", kw_only=True):
    id: str = ""
    parent_id: str | None = None
    children_ids: list[str] | None = None
    role: str = ""
    content: Any = ""
    timestamp: float | None = None
    model: str | None = None
    done: bool | None = None


class _History(msgspec.Struct, rename="camel", kw_only=True):
    messages: dict[str, _Message] = {}
    current_id: str | None = None


class _Chat(msgspec.Struct, kw_only=True):
    title: str | None = None
    models: Any = None
    history: _History = msgspec.field(default_factory=_History)
    messages: list[_Message] | None = None
    timestamp: float | None = None


class _Entry(msgspec.Struct, kw_only=True):
    chat: _Chat
    id: str = ""
    title: str | None = None
    created_at: float | None = None
    updated_at: float | None = None
    pinned: bool | None = None
    archived: bool | None = None


def chat_from(data: bytes | msgspec.Raw) -> FileChat:
    """One chat. Raises: ChatFileError, when its messages make no tree; msgspec.DecodeError: it is something else."""
    entry = msgspec.json.decode(data, type=_Entry)
    created = clean_time(entry.created_at, clean_time(entry.chat.timestamp))
    messages = [
        FileMessage(
            id=message_id,
            parent=message.parent_id,
            role=_ROLES[message.role],
            content=clean_text(_text(message.content)),
            created_at=clean_time(message.timestamp, created),
            model=message.model,
        )
        for message_id, message in _by_id(entry.chat).items()
        if message.role in _ROLES
    ]
    arranged_messages, root = arranged(messages, entry.chat.history.current_id)
    return FileChat(
        title=clean_title(entry.title or entry.chat.title, "Open WebUI"),
        created_at=created,
        updated_at=clean_time(entry.updated_at, created),
        pinned=bool(entry.pinned),
        shown_root=root,
        messages=arranged_messages,
    )


def _by_id(chat: _Chat) -> dict[str, _Message]:
    """Older exports have no history, only the messages one after the other."""
    if chat.history.messages or not chat.messages:
        return chat.history.messages
    return {
        str(number): msgspec.structs.replace(message, parent_id=str(number - 1) if number else None)
        for number, message in enumerate(chat.messages)
        if message.role in _ROLES
    }


def to_open_webui(chats: list[FileChat]) -> bytes:
    """The chats as Open WebUI imports them; of a reply's drafts, the one that is shown."""
    return msgspec.json.format(msgspec.json.encode([_entry(chat) for chat in chats]), indent=1)


def _entry(chat: FileChat) -> _Entry:
    children: dict[str, list[str]] = {}
    for message in chat.messages:
        if message.parent is not None:
            children.setdefault(message.parent, []).append(message.id)
    messages = {
        message.id: _Message(
            id=message.id,
            parent_id=message.parent,
            children_ids=children.get(message.id, []),
            role=message.role,
            content=with_attachments(message.content, message.attachments),
            timestamp=int(message.created_at),
            model=message.model,
            done=True,
        )
        for message in chat.messages
    }
    shown = [message.id for message in chat.shown]
    chat_id = uuid.uuid4().hex
    return _Entry(
        id=chat_id,
        title=chat.title,
        created_at=int(chat.created_at),
        updated_at=int(chat.updated_at),
        pinned=chat.pinned,
        archived=False,
        chat=_Chat(
            title=chat.title,
            models=sorted({message.model for message in chat.messages if message.model}),
            history=_History(messages=messages, current_id=shown[-1] if shown else None),
            messages=[messages[each] for each in shown],
            timestamp=int(chat.created_at * 1000),
        ),
    )


def _text(content: Any) -> str:
    """A message's text; of one in parts, as of one with pictures, the parts that are text."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, dict)]
        return "\n\n".join(part for part in parts if isinstance(part, str))
    return ""
