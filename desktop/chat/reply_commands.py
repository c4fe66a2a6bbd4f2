"""What can be done to the last reply by keyboard, from anywhere on the chat page: its own buttons, pressed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QAbstractButton

from desktop.chat.drafts_bar import DraftsBar
from desktop.chat.message_view import ReplyMessage
from desktop.chat.page import ChatPage
from desktop.commands import Command

_Find = Callable[[DraftsBar], QAbstractButton]


def reply_commands(page: ChatPage) -> list[Command]:
    """Rate it, page through its drafts, copy it, ask why: available where its button can be pressed."""
    group = _tr("The last reply")
    commands: tuple[tuple[str, str, _Find], ...] = (
        (_tr("Good reply"), "Ctrl+Alt+Up", lambda bar: bar.up_button),
        (_tr("Bad reply"), "Ctrl+Alt+Down", lambda bar: bar.down_button),
        (_tr("Previous draft"), "Ctrl+Alt+Left", lambda bar: bar.previous_button),
        (_tr("Next draft"), "Ctrl+Alt+Right", lambda bar: bar.next_button),
        (_tr("I prefer this draft"), "Ctrl+Alt+Return", lambda bar: bar.prefer_button),
        (_tr("Why this one?"), "Ctrl+Shift+Y", lambda bar: bar.why_button),
        (_tr("Copy reply"), "Ctrl+Shift+C", lambda bar: bar.copy_button),
        (_tr("Actions on this reply"), "Ctrl+Shift+M", lambda bar: bar.more_button),
    )
    return [
        Command(text, group, partial(_press, page, find), (keys,), partial(_can_be_pressed, page, find))
        for text, keys, find in commands
    ]


def _tr(text: str) -> str:
    return QCoreApplication.translate("ReplyCommands", text)


def _button(page: ChatPage, find: _Find) -> QAbstractButton | None:
    """Of the last reply; None where there is none, or where it has no such button now."""
    if not page.isVisible():
        return None
    reply = next((message for message in reversed(page.messages) if isinstance(message, ReplyMessage)), None)
    if reply is None or reply.bar.isHidden():
        return None
    button = find(reply.bar)
    return button if button.isVisibleTo(reply) and button.isEnabled() else None


def _can_be_pressed(page: ChatPage, find: _Find) -> bool:
    return _button(page, find) is not None


def _press(page: ChatPage, find: _Find) -> None:
    if button := _button(page, find):
        button.click()
