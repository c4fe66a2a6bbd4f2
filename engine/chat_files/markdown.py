"""A chat as Markdown, to be read."""

from __future__ import annotations

import re
import time

from engine.chat_files.chat import FileChat

_SPEAKERS = {"user": "You", "assistant": "Attune", "system": "System"}


def to_markdown(chat: FileChat) -> str:
    """The shown branch, every message under the name of who wrote it."""
    day = time.strftime("%Y-%m-%d", time.localtime(chat.created_at))
    parts = [f"# {chat.title}", f"*{day}*"]
    for message in chat.shown:
        parts.append(f"## {_SPEAKERS[message.role]}")
        parts += [f"*Attached: {_escaped(attachment.name)}*" for attachment in message.attachments]
        parts.append(message.content.strip())
    return "\n\n".join(parts) + "\n"


def _escaped(name: str) -> str:
    return re.sub(r"([\\`*_\[\]<>])", r"\\\1", name)
