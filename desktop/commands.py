"""Everything that can be done from anywhere in the window, once: for shortcuts, their overview and the palette."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True)
class Command:
    """text: what it does, as a menu would say it; group: what the overview lists it under.

    keys: every one of them works, the first is shown, such as "Ctrl+N"; none for commands of the palette alone.
    is_available: whether it would do something now; the palette leaves out what would not.
    """

    text: str
    group: str
    run: Callable[[], object]
    keys: tuple[str, ...] = ()
    is_available: Callable[[], bool] = lambda: True


@dataclass(frozen=True)
class LocalKey:
    """A key that a control handles by itself, for the overview. where: such as "In the list of chats"."""

    keys: str
    text: str
    where: str


class Commands:
    """The registry. What is not in it has no shortcut, and is not in the palette."""

    def __init__(self) -> None:
        self._commands: list[Command] = []
        self._local: list[LocalKey] = []

    def add(self, *commands: Command) -> None:
        """Raises: ValueError, when two commands want the same key."""
        for command in commands:
            taken = {keys for each in self._commands for keys in each.keys}
            if twice := taken.intersection(command.keys):
                raise ValueError(f"{', '.join(sorted(twice))} is another command's already: {command.text}")
            self._commands.append(command)

    def add_local(self, *keys: LocalKey) -> None:
        self._local += keys

    @property
    def all(self) -> Sequence[Command]:
        """In the order in which they were added."""
        return tuple(self._commands)

    @property
    def local_keys(self) -> Sequence[LocalKey]:
        return tuple(self._local)

    def available(self) -> list[Command]:
        """Those that would do something now."""
        return [command for command in self._commands if command.is_available()]

    def connect_shortcuts(self, window: QWidget) -> None:
        """The keys work while `window` is the active one and their command is available."""
        for command in self._commands:
            if command.keys:
                action = QAction(command.text, window)
                action.setShortcuts([QKeySequence(keys) for keys in command.keys])
                action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
                action.triggered.connect(lambda _checked=False, chosen=command: _run(chosen))
                window.addAction(action)


def _run(command: Command) -> None:
    if command.is_available():
        command.run()


def shown_keys(keys: str) -> str:
    """A key as this system writes it: "Ctrl+N", or "⌘N"."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
