"""The overview of all shortcuts, from the one list of commands."""

from __future__ import annotations

from html import escape

from PySide6.QtWidgets import QWidget

from desktop.commands import Commands, shown_keys
from desktop.theme.text_dialog import TextDialog, table_html


class ShortcutsDialog(TextDialog):
    def __init__(self, commands: Commands, parent: QWidget) -> None:
        super().__init__(self.tr("Keyboard shortcuts"), parent)
        groups: dict[str, list[tuple[str, str]]] = {}
        for command in commands.all:
            if command.keys:
                keys = self.tr(" or ").join(map(shown_keys, command.keys))
                groups.setdefault(command.group, []).append((keys, command.text))
        for local in commands.local_keys:
            groups.setdefault(local.where, []).append((local.keys, local.text))
        self.show_html("".join(f"<h3>{escape(group)}</h3>{table_html(rows, 210)}" for group, rows in groups.items()))
