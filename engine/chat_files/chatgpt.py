"""ChatGPT's `conversations.json`: a list of conversations, each a map of nodes that name their parents."""

from __future__ import annotations

from typing import Any

import msgspec

from engine.chat_files.chat import FileChat, FileMessage
from engine.chat_files.cleaning import clean_text, clean_time, clean_title
from engine.chat_files.tree import arranged
from engine.errors import ChatFileError
from engine.types import Role

_ROLES: dict[str, Role] = {"user": "user", "assistant": "assistant"}
_READABLE = ("text", "multimodal_text")


class _Author(msgspec.Struct):
    role: str = ""


class _Content(msgspec.Struct):
    content_type: str = ""
    parts: list[Any] | None = None


class _Metadata(msgspec.Struct):
    model_slug: str | None = None
    is_visually_hidden_from_conversation: bool | None = None


class _Message(msgspec.Struct):
    author: _Author | None = None
    content: _Content | None = None
    create_time: float | None = None
    metadata: _Metadata | None = None
    recipient: str | None = "all"


class _Node(msgspec.Struct):
    message: _Message | None = None
    parent: str | None = None


class _Conversation(msgspec.Struct):
    mapping: dict[str, _Node]
    title: str | None = None
    create_time: float | None = None
    update_time: float | None = None
    current_node: str | None = None
    is_starred: bool | None = None


def chat_from(data: bytes | msgspec.Raw) -> FileChat:
    """One conversation; what was said to tools, or hidden, is left out, and what followed it moves up.

    Raises: ChatFileError, when its messages make no tree; msgspec.DecodeError, when it is something else.
    """
    conversation = msgspec.json.decode(data, type=_Conversation)
    nodes = conversation.mapping
    texts = {node_id: text for node_id, node in nodes.items() if (text := _text(node.message))}
    created = clean_time(conversation.create_time)
    ancestors = _Ancestors(nodes, texts)
    messages = [
        _file_message(node_id, ancestors.of(nodes[node_id].parent), nodes[node_id], text, created)
        for node_id, text in texts.items()
    ]
    arranged_messages, root = arranged(messages, ancestors.of(conversation.current_node))
    return FileChat(
        title=clean_title(conversation.title, "ChatGPT"),
        created_at=created,
        updated_at=clean_time(conversation.update_time, created),
        pinned=bool(conversation.is_starred),
        shown_root=root,
        messages=arranged_messages,
    )


def _text(message: _Message | None) -> str:
    """What a person would have read; "" where there was nothing."""
    if message is None or message.author is None or message.content is None:
        return ""
    if message.author.role not in _ROLES or message.recipient not in ("all", None):
        return ""
    if message.metadata is not None and message.metadata.is_visually_hidden_from_conversation:
        return ""
    if message.content.content_type not in _READABLE:
        return ""
    return clean_text("\n\n".join(part for part in message.content.parts or [] if isinstance(part, str)).strip())


class _Ancestors:
    """The nearest node above that is kept; what was found once is remembered, since long runs are left out."""

    def __init__(self, nodes: dict[str, _Node], kept: dict[str, str]) -> None:
        self._nodes = nodes
        self._found: dict[str | None, str | None] = {node_id: node_id for node_id in kept} | {None: None}

    def of(self, node_id: str | None) -> str | None:
        """The node itself if it is kept. Raises: ChatFileError, when the nodes above it are a circle."""
        left_out: dict[str | None, None] = {}
        while node_id not in self._found:
            if node_id in left_out:
                raise ChatFileError("some of its messages follow each other in a circle")
            left_out[node_id] = None
            node_id = self._nodes[node_id].parent if node_id in self._nodes else None
        self._found.update(dict.fromkeys(left_out, self._found[node_id]))
        return self._found[node_id]


def _file_message(node_id: str, parent: str | None, node: _Node, text: str, created: float) -> FileMessage:
    message = node.message
    assert message is not None  # it has text, so it has an author
    assert message.author is not None
    return FileMessage(
        id=node_id,
        parent=parent,
        role=_ROLES[message.author.role],
        content=text,
        created_at=clean_time(message.create_time, created),
        model=message.metadata.model_slug if message.metadata is not None else None,
    )
