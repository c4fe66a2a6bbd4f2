"""Every connection that Attune can make. docs/privacy.md has the same table; a test compares them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop.theme.text_dialog import TextDialog, table_html


@dataclass(frozen=True)
class Connection:
    """when: what the person does for it to be made; to: with whom; sends, receives: what crosses it."""

    when: str
    to: str
    sends: str
    receives: str


def connections() -> tuple[Connection, ...]:
    """All there are, in the window's language."""
    translate = QCoreApplication.translate
    return (
        Connection(
            translate("connections", "you press Fetch on the models page, or type attune-engine models fetch"),
            translate("connections", "Hugging Face, or the address that you entered or that HF_ENDPOINT names"),
            translate(
                "connections",
                "the model's name, which part of its file is wanted, and Attune's version; nothing that you wrote",
            ),
            translate("connections", "the list of its files, and the file"),
        ),
        Connection(
            translate("connections", "you put a server on the list of models, choose it, and send a message"),
            translate("connections", "the server whose address you entered"),
            translate(
                "connections",
                "the key that you entered for it, the model's name, the chat with its system prompt, and how to "
                "sample; never your taste",
            ),
            translate("connections", "the names of its models, and drafts"),
        ),
        Connection(
            translate("connections", "you start attune-engine serve"),
            translate("connections", "nowhere: other programs connect to it, on this machine's loopback address"),
            translate("connections", "its replies, to those programs"),
            translate("connections", "their messages"),
        ),
    )


class ConnectionsDialog(TextDialog):
    """The list, for people."""

    def __init__(self, parent: QWidget) -> None:
        title = self.tr("Every connection Attune can make")
        lead = self.tr(
            "There is no account, no telemetry, no update check and no crash report. Nothing is connected to before "
            "you ask for it, and there is no other connection than these."
        )
        super().__init__(title, parent, lead=lead)
        heads = (self.tr("When"), self.tr("To whom"), self.tr("What is sent"), self.tr("What is received"))
        self.show_html("".join(_block(heads, connection) for connection in connections()))


def _block(heads: tuple[str, ...], connection: Connection) -> str:
    """One connection: a line for each of its parts, which reads well at any width."""
    parts = (connection.when, connection.to, connection.sends, connection.receives)
    rows = [(head, text[:1].upper() + text[1:]) for head, text in zip(heads, parts, strict=True)]
    return table_html(rows, 150) + "<hr>"
