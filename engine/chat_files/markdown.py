"""A chat as Markdown, to be read."""

from __future__ import annotations

import time

from engine.chat_files.chat import FileChat

_SPEAKERS = {"user": "You", "assistant": "Attune", "system": "System"}


def to_markdown(chat: FileChat) -> str:
    """The shown branch, every message under the name of who wrote it."""
    day = time.strftime("%Y-%m-%d", time.localtime(chat.created_at))
    parts = [f"# {chat.title}", f"*{day}*"]
    for message in chat.shown:
        parts += [f"## {_SPEAKERS[message.role]}", message.content.strip()]
    return "\n\n".join(parts) + "\n"
